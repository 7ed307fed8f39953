/* SPDX-License-Identifier: 0BSD
 *
 * e820.c - the sanitised map against one type for each stretch between two addresses of a fixed
 * set.
 *
 * Entries begin and end at these addresses only, so the oracle is a short array: the type of each
 * stretch is the highest number of all entries that covered it.
 */
#include "model.h"

#include <asm/firmware/e820.h>
#include <lib/format.h>
#include <lib/string.h>

/* Addresses that matter, ascending; the last one stands for 2^64. */
static const u64 border[] = {
	0x0,
	0x1,
	0xFFF,
	0x1000,
	0x1001,
	0x2000,
	0x9F000,
	0x9FC00,
	0xA0000,
	0xF0000,
	0x100000,
	0x100001,
	0x200000,
	0xFFFFFF,
	0x1000000,
	0x1000800,
	0x37FFFFFF,
	0x38000000,
	0x80000000,
	0xBFFE0000,
	0xC0000000,
	0xFEC00000,
	0xFFFFF000,
	0xFFFFFFFF,
	0x100000000,
	0x100000800,
	0x8000000000,
	0xFFFFFFFFFFFFF000,
	0xFFFFFFFFFFFFFFFF,
	0,
};
#define NR_STRETCHES (ARRAY_SIZE(border) - 1)

static const u32 types[] = { 1, 1, 1, 2, 2, 3, 4, 5, 7, 12, 20, 0xFFFFFFFF };

static struct e820_map map;
static u32 oracle[NR_STRETCHES]; /* 0: a hole */

static void begin(void)
{
	memset(&map, 0, sizeof(map));
	memset(oracle, 0, sizeof(oracle));
}

/* Mostly entries; once in a while `mem=`, or a new map. */
static void choose(struct random *random, struct op *op)
{
	op->what = random_below(random, 40);
	op->a = random_below(random, NR_STRETCHES);
	op->b = random_below(random, NR_STRETCHES + 1);
	op->c = random_below(random, ARRAY_SIZE(types));
}

enum { CLEAR, LIMIT }; /* all other numbers: add */

static const char *text(const struct op *op, char buf[80])
{
	if (op->what == CLEAR)
		snprintf(buf, 80, "clear");
	else if (op->what == LIMIT)
		snprintf(buf, 80, "limit RAM to 0x%llx", border[op->a]);
	else
		snprintf(buf, 80, "add 0x%llx up to 0x%llx, type %u", border[op->a], border[op->b],
			 types[op->c]);
	return buf;
}

/* The entry from border @a to border @b; with @b below @a it wraps. */
static bool add(u32 a, u32 b, u32 type)
{
	enum e820_verdict verdict = e820_add(&map, border[a], border[b] - border[a], type);
	enum e820_verdict want = E820_OK;
	bool wraps;
	u32 i;

	if (!b && a)
		b = NR_STRETCHES; /* up to 0 is up to 2^64 */
	wraps = b < a;
	if (wraps)
		want = type == E820_RAM ? E820_DROPPED : E820_CLAMPED;
	/* From 0 up to 2^64 is a size that 64 bits do not hold: it reads as empty. */
	if (a == b || (!a && b == NR_STRETCHES))
		want = E820_EMPTY;
	if (want == E820_OK || want == E820_CLAMPED)
		for (i = a; i < (wraps ? NR_STRETCHES : b); i++)
			oracle[i] = max(oracle[i], type);
	return model_same("verdict", verdict, want);
}

static void limit(u32 a)
{
	u32 i;

	e820_limit_ram(&map, border[a]);
	for (i = a; i < NR_STRETCHES; i++)
		if (oracle[i] == E820_RAM)
			oracle[i] = 0;
}

/* The regions that the oracle's stretches make. */
static bool map_agrees(void)
{
	unsigned int i, n = 0, first;

	for (i = 0; i < NR_STRETCHES; i++) {
		const struct e820_region *region = &map.region[n];

		if (!oracle[i])
			continue;
		first = i;
		while (i + 1 < NR_STRETCHES && oracle[i + 1] == oracle[first])
			i++;
		if (n++ >= map.nr)
			return model_differs("%u regions are too few", map.nr);
		if (region->start != border[first] || region->last != border[i + 1] - 1 ||
		    region->type != oracle[first])
			return model_differs("region %u is 0x%llx-0x%llx type %u, the oracle says "
					     "0x%llx-0x%llx type %u",
					     n - 1, region->start, region->last, region->type,
					     border[first], border[i + 1] - 1, oracle[first]);
	}
	return model_same("number of regions", map.nr, n);
}

static bool step(const struct op *op)
{
	if (op->what == CLEAR)
		begin();
	else if (op->what == LIMIT)
		limit(op->a);
	else if (!add(op->a, op->b, types[op->c]))
		return false;
	return map_agrees();
}

static bool end(void)
{
	begin();
	return true;
}

const struct model model_e820 = { "e820", begin, choose, step, end, text };
