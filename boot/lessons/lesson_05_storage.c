/* SPDX-License-Identifier: 0BSD
 *
 * lesson_05_storage.c - where free blocks are written down, who allocates that, and what it costs.
 */
#include "arena.h"

#include <lib/string.h>
#include "buddy.h"

#define ORDER	6
#define SHOWN	16UL /* pages, and the first block that is given */
#define MILLION (1UL << 20)
#define PER_MIB (1UL << 20)

static bool open(struct lesson_run *run)
{
	return arena_open(run, ORDER);
}

static void say_zone(struct lesson_run *run)
{
	lesson_say(run, "node_data[0].node_zones[0].free_area: at %p, in the kernel's image;\n",
		   (void *)NODE_DATA(0)->node_zones[0].free_area);
	lesson_say(run,
		   "%d orders, to each %d lists (migrate types) and a count (nr_free);\n"
		   "the head of a list: two pointers of %zu bytes\n",
		   MAX_ORDER, MIGRATE_TYPES, sizeof(void *));
}

static u64 bytes_of_free_area(void)
{
	return sizeof(((struct zone *)NULL)->free_area);
}

static void say_struct_page(struct lesson_run *run, unsigned long nr)
{
	const struct page *page = arena.base + nr;

	lesson_say(run, "struct page of page %lu, at %p: flags %08lx\n", nr, (const void *)page,
		   page->flags);
	if (PageBuddy(page))
		lesson_say(run, "  (PG_buddy, order %u), lru.next %p, lru.prev %p\n",
			   page_order(page), (void *)page->lru.next, (void *)page->lru.prev);
}

static void give_16(struct lesson_run *run)
{
	unsigned long nr;

	arena_release(0, SHOWN);
	for (nr = 0; nr < 3; nr++)
		say_struct_page(run, nr);
}

static u64 linked_pages(void)
{
	unsigned long nr;
	u64 linked = 0;

	for (nr = 0; nr < SHOWN; nr++)
		linked += PageBuddy(arena.base + nr);
	return linked;
}

static void give_two_more(struct lesson_run *run)
{
	const struct free_area *area = &arena.zone->free_area[4];
	const struct page *page;

	arena_release(32, 48);
	lesson_say(run, "Order 4: the list head in the zone");
	list_for_each_entry (page, &area->free_list[arena.type], lru)
		lesson_say(run, " -> page %lu", (unsigned long)(page - arena.base));
	lesson_say(run, " -> the list head\n");
}

/* Page 0 and its buddy are one block if the buddy is free and of the same order. */
static u64 buddy_of_0(void)
{
	return 1UL << page_order(arena.base);
}

/* Struct pages that are backed by memory: whole blocks of mem_map. */
static unsigned long described_pages(void)
{
	unsigned long block, pages = 0;

	for (block = 0; block < MEM_MAP_BLOCKS; block++)
		if (mem_map_blocks[block])
			pages += MAX_ORDER_NR_PAGES;
	return pages;
}

static void say_mem_map(struct lesson_run *run)
{
	lesson_say(run,
		   "sizeof(struct page) is %zu bytes. RAM here has %lu pages; mem_map\n"
		   "describes %lu, because it comes in blocks of %lu.\n",
		   sizeof(struct page), nr_present_pages(), described_pages(), MAX_ORDER_NR_PAGES);
}

static u64 kib_of_mem_map(void)
{
	return described_pages() * sizeof(struct page) / 1024;
}

static void say_million(struct lesson_run *run)
{
	lesson_say(run,
		   "%lu pages of %lu bytes are %lu MiB. Beside mem_map there is a byte\n"
		   "for each block of %lu pages (%lu bytes), and free_area in each zone.\n"
		   "A struct page is 0.%02lu %% of its page.\n",
		   MILLION, PAGE_SIZE, (unsigned long)(PFN_PHYS(MILLION) / PER_MIB),
		   MAX_ORDER_NR_PAGES, MILLION / MAX_ORDER_NR_PAGES,
		   sizeof(struct page) * 10000UL / PAGE_SIZE);
}

static u64 mib_of_million(void)
{
	return (u64)MILLION * sizeof(struct page) / PER_MIB;
}

static u64 times_bitmap(void)
{
	return (u64)sizeof(struct page) * 8;
}

static const struct lesson_step steps[] = {
	{
		.text = "Where does the buddy allocator write down what is free? A list for "
			"each order, free_area[order], is a part of struct zone, and zones are "
			"a part of their node.",
		.say = say_zone,
		.no_picture = true,
		.question = "How many bytes does free_area take in a zone?",
		.answer = bytes_of_free_area,
		.why = "orders times (lists times two pointers, and a count). It does not grow "
		       "with memory: what grows lies in mem_map.",
	},
	{
		.text = "The zone below is the lesson's. It is given 16 pages: one block of "
			"order 4. The block's first struct page has the order and the link "
			"(lru); nothing is written into the free pages themselves.",
		.act = give_16,
		.question = "How many of the 16 struct pages are linked into a list?",
		.answer = linked_pages,
		.why = "one for a block, however large it is. The others say nothing at all.",
	},
	{
		.text = "A second block of order 4 comes, pages 32 to 47. A list is doubly "
			"linked, so a block in the middle is taken out without a search. That "
			"is what merging needs.",
		.act = give_two_more,
		.question = "At which page does the buddy of the block at page 0 begin?",
		.answer = buddy_of_0,
		.why = "its number differs in the one bit that the order names: 0 ^ (1 << 4). "
		       "So the buddy's struct page is found by arithmetic, and no list is "
		       "searched for it.",
	},
	{
		.text = "Who allocates mem_map, the array of struct pages? The buddy allocator "
			"cannot: it needs it first. bootmem does, when mem_map_back() asks "
			"(the prompt's `bootmem` says \"mem_map\" in these lines). It never comes "
			"back.",
		.say = say_mem_map,
		.no_picture = true,
		.question = "How many KiB does mem_map take on this machine?",
		.answer = kib_of_mem_map,
		.why = "described pages times the size of struct page.",
	},
	{
		.text = "And a machine with a million pages?",
		.say = say_million,
		.no_picture = true,
		.question = "How many MiB do the struct pages of 1048576 pages take?",
		.answer = mib_of_million,
		.why = "a struct page for each. Linux's is larger, for it serves a page cache "
		       "as well: 32 bytes in 2.6.24 on i386, 64 on the machines of today.",
	},
	{
		.text = "bootmem had one bit for each page.",
		.no_picture = true,
		.question = "How many times as much as the bitmap does mem_map take?",
		.answer = times_bitmap,
		.why = "the bits of a struct page. For that a block is found, split and merged "
		       "without looking at any other.",
	},
};

LESSON(05, 5, "where free blocks are stored, and what 1M pages cost", "2.3-2.4, 6.1",
       "3.2.2, 3.5.1", open, arena_close, arena_draw, steps, ARRAY_SIZE(steps));
