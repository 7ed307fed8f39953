/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.c - bootmem against one byte for each page and searches from the beginning.
 *
 * The oracle knows the exact address of every allocation: the first place that fits from the goal
 * upwards, where the rest of the last page is such a place too; else the same from the start.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/format.h>

#include "../mm/boot_node.h"

/* The node reaches over its memory on both sides, so that no border is a multiple of anything. */
#define BEFORE 13
#define AFTER  6
#define PAGES  (BEFORE + BOOT_NODE_PAGES + AFTER)

enum { ALLOC, RELEASE, RESERVE };

static struct {
	bool used[PAGES];
	unsigned long last_pos, last_offset;
} oracle __initdata;

static void __init mark(unsigned long start, unsigned long end, bool used)
{
	if (!used && oracle.last_pos >= start && oracle.last_pos < end)
		oracle.last_offset = 0;
	for (; start < end; start++)
		oracle.used[start] = used;
}

static bool __init range_is(unsigned long start, unsigned long end, bool used)
{
	for (; start < end; start++)
		if (start >= PAGES || oracle.used[start] != used)
			return false;
	return true;
}

/* Byte in the node at which the next allocation must begin if it goes on in the last page; -1 if
 * it cannot. */
static long __init merged(unsigned long size, unsigned long align, unsigned long goal)
{
	unsigned long start = oracle.last_pos * PAGE_SIZE + ALIGN_UP(oracle.last_offset, align);

	if (!oracle.last_offset || align >= PAGE_SIZE || oracle.last_pos < goal)
		return -1;
	if (!range_is(oracle.last_pos + 1, DIV_ROUND_UP(start + size, PAGE_SIZE), false))
		return -1;
	return (long)start;
}

static long __init first_fit(unsigned long size, unsigned long align, unsigned long goal)
{
	unsigned long page, first_pfn = boot_node.base - BEFORE;

	for (page = goal; page < PAGES; page++)
		if (IS_ALIGNED(PFN_PHYS(first_pfn + page), align) &&
		    range_is(page, page + DIV_ROUND_UP(size, PAGE_SIZE), false))
			return (long)(page * PAGE_SIZE);
	return -1;
}

static long __init place(unsigned long size, unsigned long align, unsigned long goal)
{
	long start = first_fit(size, align, goal), rest = merged(size, align, goal);

	if (rest >= 0 && (start < 0 || start > rest))
		start = rest;
	return start < 0 && goal ? place(size, align, 0) : start;
}

static long __init oracle_alloc(unsigned long size, unsigned long align, unsigned long goal)
{
	long start = place(size, align, goal);
	unsigned long end = (unsigned long)start + size;

	if (start < 0)
		return -1;
	mark((unsigned long)start / PAGE_SIZE, DIV_ROUND_UP(end, PAGE_SIZE), true);
	oracle.last_pos = (end - 1) / PAGE_SIZE;
	oracle.last_offset = end % PAGE_SIZE;
	return start;
}

static void __init restart(void)
{
	boot_node_restart(BEFORE, AFTER);
	oracle.last_offset = 0;
	mark(0, PAGES, true);
}

static void __init begin(void)
{
	if (!boot_node_open())
		panic("no block for a boot node");
	restart();
}

static void __init choose(struct random *random, struct op *op)
{
	op->what = random_below(random, 3);
	op->a = random_below(random, BOOT_NODE_PAGES); /* first page, of ranges */
	op->b = 1 + random_below(random, 12);	       /* pages, of ranges */
	op->c = random_below(random, 16);	       /* alignment */
	if (op->what != ALLOC)
		return;
	op->a = 1 + random_below(random, random_below(random, 4) ? 3000 : 30000);
	op->b = random_below(random, 2) ? random_below(random, (u32)PAGES) : 0;
}

static const char *__init text(const struct op *op, char buf[80])
{
	if (op->what == ALLOC)
		snprintf(buf, 80, "alloc %u bytes, align %u, goal page %u", op->a, 1u << op->c,
			 op->b);
	else
		snprintf(buf, 80, "%s pages %u to %u", op->what == RELEASE ? "free" : "reserve",
			 BEFORE + op->a, BEFORE + op->a + op->b);
	return buf;
}

static bool __init alloc(const struct op *op)
{
	unsigned long align = 1UL << op->c;
	phys_addr_t goal = PFN_PHYS(boot_node.base - BEFORE + op->b);
	const char *p = bootmem_alloc_nopanic("model", op->a, align, goal);
	long got = p ? (long)boot_node_offset(p) + BEFORE * (long)PAGE_SIZE : -1;
	u32 i;

	for (i = 0; p && i < op->a; i++)
		if (p[i])
			return model_differs("byte %u is not zero", i);
	if (p)
		memset((void *)(uintptr)p, 0xA5, op->a);
	return model_same("place", got, oracle_alloc(op->a, align, op->b));
}

/* Pages that are not all in use cannot be freed: that would be a caller's bug. */
static bool __init change_range(const struct op *op)
{
	unsigned long start = BEFORE + op->a;
	unsigned long end = min(start + op->b, BEFORE + BOOT_NODE_PAGES);
	phys_addr_t phys = PFN_PHYS(boot_node.base - BEFORE + start);

	if (op->what == RESERVE) {
		reserve_bootmem(phys, PFN_PHYS(end - start));
		mark(start, end, true);
	} else if (range_is(start, end, true)) {
		free_bootmem(phys, PFN_PHYS(end - start));
		mark(start, end, false);
	}
	return true;
}

static bool __init map_agrees(void)
{
	struct mm_check check = { 0 };
	unsigned long page;

	for (page = 0; page < PAGES; page++)
		if (test_bit(page, boot_node.bdata.node_bootmem_map) != oracle.used[page])
			return model_differs("bit of page %lu", page);
	bootmem_check(&check, &boot_node.bdata);
	return check.nr ? model_differs("invariant %s is broken", check.first) : true;
}

static bool __init step(const struct op *op)
{
	return (op->what == ALLOC ? alloc(op) : change_range(op)) && map_agrees();
}

static bool __init end(void)
{
	restart();
	return true;
}

const struct model model_bootmem __initconst = { "bootmem", begin, choose, step, end, text };
