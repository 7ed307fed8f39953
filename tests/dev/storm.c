/* SPDX-License-Identifier: 0BSD
 *
 * storm.c - memory is allocated and freed by an interrupt's handler, some thousand times a second,
 * while the code that it interrupts does the same.
 *
 * Each side keeps blocks of its own and fills them with a pattern: one that both were given, or
 * that was cut or merged half way, does not keep it. The runner looks at every invariant
 * afterwards.
 */
#include <lib/random.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/ktest.h>

#include "ticks.h"

#define STORM_HZ      4000
#define STORM_TICKS   2000
#define NR_HELD	      24
#define MAX_BYTES     600
#define LARGEST_ORDER 3u

struct side {
	struct random random;
	gfp_t gfp;
	volatile unsigned int turns;
	unsigned int damaged;
	struct held {
		u8 *start;
		size_t bytes;
		bool pages;
	} held[NR_HELD];
};

static struct side handler, mainline;

static bool all_are(const u8 *start, size_t bytes, u8 value)
{
	size_t i;

	for (i = 0; i < bytes; i++)
		if (start[i] != value)
			return false;
	return true;
}

static u8 pattern_of(const struct side *side, const struct held *held)
{
	return (u8)((side == &handler ? 0x80 : 0) | (held - side->held));
}

static void take(struct side *side, struct held *held)
{
	unsigned int order = random_below(&side->random, LARGEST_ORDER + 1);

	held->pages = random_below(&side->random, 2);
	held->bytes = held->pages ? PAGE_SIZE << order : 1 + random_below(&side->random, MAX_BYTES);
	held->start = held->pages ? (u8 *)__get_free_pages(side->gfp, order)
				  : kmalloc(held->bytes, side->gfp);
	if (held->start)
		memset(held->start, pattern_of(side, held), held->bytes);
}

static void give(struct side *side, struct held *held)
{
	unsigned int order = 0;

	side->damaged += !all_are(held->start, held->bytes, pattern_of(side, held));
	while (PAGE_SIZE << order < held->bytes)
		order++;
	if (held->pages)
		free_pages((unsigned long)held->start, order);
	else
		kfree(held->start);
	held->start = NULL;
}

static void turn(struct side *side)
{
	struct held *held = &side->held[random_below(&side->random, NR_HELD)];

	if (held->start)
		give(side, held);
	else
		take(side, held);
	side->turns++;
}

static void give_all(struct side *side)
{
	struct held *held;

	for (held = side->held; held < side->held + NR_HELD; held++)
		if (held->start)
			give(side, held);
}

static irqreturn_t storm(unsigned int irq __unused, void *context)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		turn(context);
	return IRQ_HANDLED;
}

KTEST(irq, allocation_by_a_handler_under_a_storm_of_ticks, SHORT)
{
	unsigned long flags;

	if (!have_ticks())
		kt_skip("no timer");
	handler = (struct side){ .gfp = GFP_ATOMIC | __GFP_NOWARN };
	mainline = (struct side){ .gfp = GFP_KERNEL | __GFP_NOWARN };
	random_seed(&handler.random, kt_random());
	random_seed(&mainline.random, kt_random());
	kt_eq(request_irq(IRQ_TIMER, storm, "t-storm", &handler), 0);
	flags = ticks_begin(STORM_HZ);
	while (handler.turns < 4 * STORM_TICKS)
		turn(&mainline);
	ticks_end(flags);
	free_irq(IRQ_TIMER, &handler);
	give_all(&handler);
	give_all(&mainline);
	kt_eq(handler.damaged, 0);
	kt_eq(mainline.damaged, 0);
	kt_true(mainline.turns > 0);
}
