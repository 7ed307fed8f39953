/* SPDX-License-Identifier: 0BSD
 *
 * lesson_13_cpu_lists.c - pages that a CPU keeps at hand: batches, the hottest page, draining.
 *
 * It is played on the machine's own lists. Nothing else runs meanwhile, so nobody else takes a page
 * of them.
 */
#include <boot/lessons/lesson.h>
#include <lib/align.h>
#include <mm/page_alloc.h>
#include <mm/topology.h>

#include "page_debug.h"
#include "pcp.h"

#define MAX_TAKEN (4 * PCP_BATCH_MAX)

static struct page *taken[MAX_TAKEN];
static unsigned int nr_taken, nr_batches;
static unsigned long hottest_pfn, drained;

static struct zone *zone(void)
{
	return node_zonelist(numa_node_id(), GFP_KERNEL)->zones[0];
}

static struct per_cpu_pages *pcp(void)
{
	return zone_pcp_of(zone(), smp_processor_id());
}

static unsigned int in_list(void)
{
	return pcp_count(pcp()->lists[gfp_migratetype(GFP_KERNEL)]);
}

/* Do other zones reach into a page block of this one? What lies in it is in no list. */
static bool has_mixed_block(void)
{
	unsigned long pfn, end = zone_end_pfn(zone());

	for (pfn = zone()->zone_start_pfn; pfn < end;
	     pfn = ALIGN_DOWN(pfn, pageblock_nr_pages) + pageblock_nr_pages)
		if (pfn_valid(pfn) && pageblock_is_mixed(pfn))
			return true;
	return false;
}

static bool open(struct lesson_run *run)
{
	nr_taken = 0;
	if (page_debugging)
		lesson_say(run,
			   "This lesson needs lists of pages, and there are none while pages are "
			   "debugged\n");
	else if (!pcp()->high)
		lesson_say(run,
			   "This lesson needs a zone of 8192 pages (32 MiB): a smaller one, as "
			   "%s with its %lu, has no lists for a CPU\n",
			   zone()->name, zone()->present_pages);
	else if (has_mixed_block())
		lesson_say(run,
			   "This lesson needs a zone that shares no page block with another one: "
			   "such pages of %s are in no list\n",
			   zone()->name);
	else if (zone()->nr_free_pages < zone()->pages_high + MAX_TAKEN)
		lesson_say(run, "This lesson needs %lu free pages in zone %s, which has %lu\n",
			   zone()->pages_high + MAX_TAKEN, zone()->name, zone()->nr_free_pages);
	else {
		drain_all_pages();
		return true;
	}
	return false;
}

static void close(void)
{
	while (nr_taken)
		__free_page(taken[--nr_taken]);
	drain_all_pages();
}

static void draw(struct lesson_run *run)
{
	lesson_say(run, "  zone %s: %lu pages free; taken by the lesson: %u; batch %u, high %u\n",
		   zone()->name, zone()->nr_free_pages, nr_taken, pcp()->batch, pcp()->high);
}

/* Take a page. Return: did the list take a batch for it? */
static bool take(void)
{
	unsigned long before = zone()->nr_free_pages;
	struct page *page = alloc_page(GFP_KERNEL | __GFP_NOWARN);

	if (page)
		taken[nr_taken++] = page;
	return zone()->nr_free_pages != before;
}

static void take_first(struct lesson_run *run)
{
	take();
	lesson_say(run, "The page is pfn %lu\n", page_to_pfn(taken[0]));
}

static u64 pages_in_list(void)
{
	return in_list();
}

/* The second one goes back first, and the first one is the hottest then. */
static void free_two(struct lesson_run *run)
{
	take();
	lesson_say(run, "Taken are pfn %lu and pfn %lu\n", page_to_pfn(taken[0]),
		   page_to_pfn(taken[1]));
	__free_page(taken[--nr_taken]);
	lesson_say(run, "pfn %lu is freed\n", page_to_pfn(taken[1]));
	__free_page(taken[--nr_taken]);
	lesson_say(run, "pfn %lu is freed\n", page_to_pfn(taken[0]));
	take();
	hottest_pfn = page_to_pfn(taken[--nr_taken]);
	__free_page(taken[nr_taken]);
}

static u64 pfn_of_hottest(void)
{
	return hottest_pfn;
}

static void take_many(struct lesson_run *run __unused)
{
	unsigned int i;

	nr_batches = 0;
	for (i = 0; i < 3 * pcp()->batch; i++)
		nr_batches += take();
}

static u64 batches(void)
{
	return nr_batches;
}

static void free_many(struct lesson_run *run)
{
	while (nr_taken)
		__free_page(taken[--nr_taken]);
	lesson_say(run, "All came back\n");
	draw(run);
	drained = drain_all_pages();
	lesson_say(run, "The lists are drained\n");
}

static u64 pages_drained(void)
{
	return drained;
}

static const struct lesson_step steps[] = {
	{
		.text = "The lists of this CPU are empty. One page is asked for with "
			"GFP_KERNEL: the list takes a batch from the zone, under one "
			"lock, and hands out the first page of it.",
		.act = take_first,
		.question = "How many pages are in the list now?",
		.answer = pages_in_list,
		.why = "the batch less the page that was handed out. They are free, but not "
		       "the zone's, and no buddy merges with them.",
	},
	{
		.text = "One more page is taken, without the zone. Then the two come back to "
			"the list, the last one first, and one is asked for again.",
		.act = free_two,
		.question = "Which pfn does that request get?",
		.answer = pfn_of_hottest,
		.why = "the page that came back last: the list is a stack, and that page is "
		       "most likely still in the processor's cache.",
	},
	{
		.text = "Three times as many pages as a batch has are taken, one by one.",
		.act = take_many,
		.question = "How often had the list to go to the zone for them?",
		.answer = batches,
		.why = "there was a whole batch in the list already. All other requests "
		       "needed no lock and no look at the watermarks: that is the "
		       "fast path.",
	},
	{
		.text = "All pages come back to the list, which keeps up to its limit. Then "
			"it is drained, as a request for a large block does that "
			"finds none.",
		.act = free_many,
		.question = "How many pages went back to the zone in that drain?",
		.answer = pages_drained,
		.why = "all that were in the list. They merge with their buddies in the zone "
		       "only now.",
	},
};
LESSON(13, 13, "lists of pages of a CPU", "6.6", "3.2.2", open, close, draw, steps,
       ARRAY_SIZE(steps));
