/* SPDX-License-Identifier: 0BSD
 *
 * arena.h - memory of a lesson's own: a block of pages that only the lesson's zone knows.
 *
 * While it is open its pages say that they are of node ARENA_NID, which no machine has: so they
 * merge with no page outside, and page_zone() finds the arena's zone. At first all are reserved,
 * as after free_area_init_nodes(), and the zone is empty. There is one arena.
 * Context: the monitor's; one CPU. While a question waits, interrupts and work may take and free
 * pages as ever. What must not run then is compaction: it would take the arena's free pages for the
 * zone's that they are from. Nothing here starts it by itself.
 */
#ifndef BOOT_LESSONS_ARENA_H
#define BOOT_LESSONS_ARENA_H

#include <boot/lessons/lesson.h>
#include <mm/mmzone.h>

#define ARENA_NID	63 /* page->flags has room for it, but no build has so many nodes */
#define ARENA_MAX_PAGES MAX_ORDER_NR_PAGES

struct arena {
	pg_data_t node;
	struct zone *zone; /* its zone Normal, the only one unless it is divided */
	struct page *base; /* first page; NULL: the arena is closed */
	unsigned int order;
	unsigned long pages, base_pfn;
	unsigned long place;	     /* bits of page->flags that the pages have outside */
	enum migratetype type;	     /* of the page block that it lies in */
	char label[ARENA_MAX_PAGES]; /* the lesson's letter for each page that is not free */
};

extern struct arena arena;

/* Take 2^@order pages for the arena; all labels are `#`. Return: false after one line if there is
 * no such block, with nothing taken. */
bool arena_open(struct lesson_run *run, unsigned int order);

/* The same with the largest block to be had, of order @most down to @least. */
bool arena_open_between(struct lesson_run *run, unsigned int most, unsigned int least);

/* Make the first @pages pages of the arena, all of which are reserved, a zone of their own; the
 * others stay in arena.zone, which is called Normal then. Return: that zone, DMA. */
struct zone *arena_divide(unsigned long pages);

/* Give all pages back, whatever state they are in. An arena that is closed stays so. */
void arena_close(void);

/* Give the reserved pages [@start, @end), counted from the arena's first, to its zone: the largest
 * aligned blocks, as free_reserved_range() does it. */
void arena_release(unsigned long start, unsigned long end);

/* __rmqueue_smallest() and __free_one_page() on the arena's zone, with its lock. A block that is
 * handed out gets the label @letter. Return: the number of its first page in the arena; -1: NULL */
long arena_alloc(unsigned int order, char letter);
void arena_free(unsigned long nr, unsigned int order);

/* Ask the arena's zones for 2^@order pages, as alloc_pages() asks those of the machine when the
 * fast path had none: by their marks, in the order of a zonelist. @gfp has no bits of mobility, and
 * nothing outside is reclaimed. Return: as arena_alloc(). */
long arena_request(gfp_t gfp, unsigned int order, char letter);

/* The same for a lesson whose zone has pages outside of the arena, without a label. Return: as
 * alloc_pages(). */
struct page *arena_request_page(gfp_t gfp, unsigned int order);

/* Can that be done? One line, if not. Context: the arena is open. */
bool arena_can_request(struct lesson_run *run);

/* The pages as a picture: a free block is its order in each page (`A` is 10), any other page is its
 * label. arena_draw() has the length of each list below it. */
void arena_draw_pages(struct lesson_run *run);
void arena_draw(struct lesson_run *run);

#endif
