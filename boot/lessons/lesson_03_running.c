/* SPDX-License-Identifier: 0BSD
 *
 * lesson_03_running.c - why first fit is not for a running system: one load, both allocators.
 *
 * The load: every page is taken by itself, then every second one comes back, and at the end two in
 * a row; then 2 pages are asked for. For bootmem that is a search past every hole; for the buddy
 * allocator the pair is a block of order 1, on a list of its own.
 */
#include "boot_arena.h"

#include <asm/cpu.h>
#include <asm/tsc.h>

#define SMALL  6
#define ROWS   3
#define LARGER 2 /* orders from row to row */

struct figures {
	unsigned long words, splits;
	unsigned long bootmem_ticks, buddy_ticks;
};

static struct figures rows[ROWS];
static unsigned int nr_rows;

/* --- the load -------------------------------------------------------------------------------- */

/* Does page @nr come back? */
static bool comes_back(unsigned long nr)
{
	return nr == arena.pages - 2 || (nr % 2 && nr != arena.pages - 3);
}

/* Page 0 holds the bitmap. */
static bool load_bootmem(struct lesson_run *run, unsigned int order)
{
	unsigned long nr;

	if (!boot_arena_open(run, order, 0, "."))
		return false;
	for (nr = 1; nr < arena.pages; nr++)
		boot_arena_alloc(PAGE_SIZE, PAGE_SIZE, 0, 'a');
	for (nr = 1; nr < arena.pages; nr++)
		if (comes_back(nr))
			boot_arena_free(nr, nr + 1);
	return true;
}

/* The blocks of order 0 are handed out from the bottom up, as the pages above. */
static bool load_buddy(struct lesson_run *run, unsigned int order)
{
	unsigned long nr;

	if (!arena_open(run, order))
		return false;
	arena_release(0, arena.pages);
	for (nr = 0; nr < arena.pages; nr++)
		arena_alloc(0, 'a');
	for (nr = 0; nr < arena.pages; nr++)
		if (comes_back(nr))
			arena_free(nr, 0);
	return true;
}

/* Not cleared, as what the buddy allocator hands out: this is about the search. */
static void *ask_bootmem(void)
{
	return bootmem_alloc_node_raw("lesson", NULL, 2 << PAGE_SHIFT, PAGE_SIZE, 0);
}

/* Blocks that a request of @order would have to split: one for each order that is missing. */
static unsigned int splits_for(unsigned int order)
{
	unsigned long larger = arena.zone->free_orders[arena.type] & -(1UL << order);

	return larger ? lowest_bit(larger) - order : 0;
}

/* What the request costs: the words that it reads if @count, else ticks, for counting has a price.
 * Return: false if there is no memory for it. */
static bool measure_bootmem(struct lesson_run *run, unsigned int order, bool count,
			    struct figures *figures)
{
	u64 before, after;
	bool found;

	if (!load_bootmem(run, order))
		return false;
	own_bootmem_words = 0;
	own_bootmem_counts = count;
	before = rdtsc();
	found = ask_bootmem() != NULL;
	after = rdtsc();
	own_bootmem_counts = false;
	if (count)
		figures->words = own_bootmem_words;
	else
		figures->bootmem_ticks = (unsigned long)(after - before);
	boot_arena_close();
	return found;
}

static bool measure_buddy(struct lesson_run *run, unsigned int order, struct figures *figures)
{
	u64 before;
	long page;

	if (!load_buddy(run, order))
		return false;
	figures->splits = splits_for(1);
	before = rdtsc();
	page = arena_alloc(1, 'b');
	figures->buddy_ticks = (unsigned long)(rdtsc() - before);
	arena_close();
	return page >= 0;
}

/* --- the steps ------------------------------------------------------------------------------- */

static bool open(struct lesson_run *run)
{
	nr_rows = 0;
	return load_bootmem(run, SMALL);
}

static void draw(struct lesson_run *run)
{
	if (bootmem_is_live())
		boot_arena_draw(run);
	else if (arena.base)
		arena_draw(run);
}

static u64 holes_before(void)
{
	unsigned long nr, fit = boot_arena_first_fit(2);
	u64 holes = 0;

	for (nr = 0; nr < fit; nr++)
		holes += boot_arena_is_free(nr) && !(nr && boot_arena_is_free(nr - 1));
	return holes;
}

static void ask_2_pages(struct lesson_run *run)
{
	long offset;

	own_bootmem_words = 0;
	own_bootmem_counts = true;
	offset = boot_arena_alloc(2 << PAGE_SHIFT, PAGE_SIZE, 0, 'b');
	own_bootmem_counts = false;
	lesson_say(run,
		   "Page %ld and on; the bitmap has %lu words, and the search read one %lu times\n",
		   offset >> PAGE_SHIFT, (unsigned long)BITS_TO_LONGS(arena.pages),
		   own_bootmem_words);
}

static u64 words_to_count(void)
{
	return BITS_TO_LONGS(max_low_pfn);
}

/* The same load on the buddy allocator, if there is memory for it: there was a moment ago. */
static void change_over(struct lesson_run *run)
{
	boot_arena_close();
	load_buddy(run, SMALL);
}

static u64 splits_of_order_1(void)
{
	return arena.base ? splits_for(1) : 0;
}

static void say_row(struct lesson_run *run, unsigned int order, const struct figures *figures)
{
	lesson_say(run, "%6lu %15lu %11lu %15lu %11lu\n", 1UL << order, figures->words,
		   figures->bootmem_ticks, figures->splits, figures->buddy_ticks);
}

/* Once, not counted: QEMU translates code when it runs for the first time, and caches are cold. */
static void warm_up(struct lesson_run *run)
{
	struct figures figures;

	if (measure_bootmem(run, SMALL, false, &figures))
		measure_buddy(run, SMALL, &figures);
}

static void measure_growth(struct lesson_run *run)
{
	const char *unit = tsc_counts_instructions() ? "instructions" : "TSC ticks";
	unsigned int order = SMALL;

	arena_close();
	warm_up(run);
	lesson_say(run, "       bootmem:  words   %12s    buddy: splits  %s\n", unit, unit);
	for (; nr_rows < ROWS; nr_rows++, order += LARGER) {
		struct figures *figures = &rows[nr_rows];

		if (!measure_bootmem(run, order, true, figures) ||
		    !measure_bootmem(run, order, false, figures) ||
		    !measure_buddy(run, order, figures))
			break;
		say_row(run, order, figures);
	}
	if (!tsc_counts_instructions())
		lesson_say(run, "(This clock counts time and not instructions, other programs' as\n"
				"well: only the words and splits are exact.)\n");
}

static u64 growth_of_words(void)
{
	return nr_rows ? rows[nr_rows - 1].words / max(rows[0].words, 1UL) : 0;
}

static const struct lesson_step steps[] = {
	{
		.text = "A system that runs takes and gives back in any order. Here bootmem "
			"handed out every page (a) by itself; then each second one came back, "
			"and two in a row at the end. 2 pages are wanted.",
		.question = "How many holes that are too small lie in front of the first fit?",
		.answer = holes_before,
		.why = "first fit looks at each of them, every time.",
	},
	{
		.text = "The request is made, and each time that it reads a word of the bitmap "
			"is counted.",
		.act = ask_2_pages,
		.question =
			"And how many words must be read to say how much of this machine's lowmem "
			"is free?",
		.answer = words_to_count,
		.why = "32 pages to a word of 32 bits, all of them: there is no counter, and "
		       "no list.",
	},
	{
		.text = "The same load on the buddy allocator. A digit is the order of the "
			"free block that a page is in. Each order has a list, so no search "
			"goes past the holes.",
		.act = change_over,
		.question = "How many blocks must be split for 2 pages?",
		.answer = splits_of_order_1,
		.why = "the two pages in a row were put together when they came back: a block "
		       "of order 1 waits on the list of order 1.",
	},
	{
		.text = "Now with more memory: four times as many pages from row to row.",
		.act = measure_growth,
		.no_picture = true,
		.question = "How many times as many words are read in the last row as in the first "
			    "(rounded down)?",
		.answer = growth_of_words,
		.why = "bootmem's search grows with memory; the buddy allocator's does not. So "
		       "bootmem is for the boot alone, where little is taken, and almost "
		       "nothing comes back.",
	},
};

LESSON(03, 3, "why first fit is not for a running system", "5.3, 6.1-6.3", "3.4.3, 3.5.1", open,
       boot_arena_close, draw, steps, ARRAY_SIZE(steps));
