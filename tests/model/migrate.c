/* SPDX-License-Identifier: 0BSD
 *
 * migrate.c - movable pages and blocks that stay, against an array of owners, one for each page
 * frame, while zones are compacted.
 *
 * The oracle is told where pages are put by their owner's operations alone. After each compaction
 * every page must be where its owner was told last, with its contents, in a frame that is nobody
 * else's, and higher up than before; blocks that cannot move must be as they were. That there is a
 * block of the order, or none, it finds by looking at every aligned place of the zone.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/compaction.h>
#include <mm/highmem.h>
#include <mm/migrate.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/watermark.h>
#include <test/pages.h>

#define PAGES	 12288
#define BLOCKS	 32
#define MAX_PFNS 16384

enum { TAKE, GIVE, TAKE_BLOCK, GIVE_BLOCK, COMPACT, NR_OPS };

static struct movable {
	struct page *page;
	bool isolated;
} movable[PAGES];

static struct {
	struct page *page;
	unsigned int order;
} block[BLOCKS];

static u16 owner[MAX_PFNS]; /* 1 + number of the page, of the block; 0: nobody */
#define BLOCK_OWNER(i) ((u16)(1 + PAGES + (i)))
#define NOT_OURS       ((u16)0xFFFF)

static unsigned long idle_free[MAX_ZONES], owned[MAX_ZONES];

/* How the owner behaves: one answer after the other, from these bits. */
static u32 mood;
static const char *complaint; /* of an operation, to be told later */

/* --- the owner ------------------------------------------------------------------------------- */

static u32 *first_word(struct page *page)
{
	return kmap_atomic(page);
}

static void stamp(struct page *page, u32 value)
{
	u32 *words = first_word(page);

	words[0] = words[PAGE_SIZE / sizeof(u32) - 1] = value;
	kunmap_atomic(words);
}

static bool is_stamped(struct page *page, u32 value)
{
	const u32 *words = first_word(page);
	bool same = words[0] == value && words[PAGE_SIZE / sizeof(u32) - 1] == value;

	kunmap_atomic((void *)(uintptr)words);
	return same;
}

static u32 next_mood(void)
{
	mood = mood * 1664525 + 1013904223;
	return mood >> 24;
}

static bool isolate(struct page *page)
{
	struct movable *m = page->private;

	if (m->page != page || m->isolated)
		complaint = "a page was isolated that is not in use, or twice";
	m->isolated = next_mood() > 10;
	return m->isolated;
}

static int migrate(struct page *dst, struct page *src)
{
	struct movable *m = src->private;
	unsigned long from = page_to_pfn(src), to = page_to_pfn(dst);
	u32 answer = next_mood();

	if (m->page != src || !m->isolated || dst->private != m)
		complaint = "a page was moved that is not isolated, or without its private";
	if (owner[to])
		complaint = "a page was moved to somebody's";
	if (to < from)
		complaint = "a page was moved down";
	if (answer < 20)
		return answer < 10 ? -EAGAIN : -EBUSY;
	copy_highpage(dst, src);
	owner[to] = owner[from];
	owner[from] = 0;
	m->page = dst;
	m->isolated = false;
	return 0;
}

static void putback(struct page *page)
{
	struct movable *m = page->private;

	if (m->page != page || !m->isolated)
		complaint = "a page was put back that is not isolated";
	m->isolated = false;
}

static const struct movable_operations operations = { isolate, migrate, putback };

/* --- operations ------------------------------------------------------------------------------ */

static void begin(void)
{
	const struct zone *zone;
	unsigned long pfn;

	for (pfn = 0; pfn < MAX_PFNS; pfn++)
		owner[pfn] = pfn_valid(pfn) && !PageReserved(pfn_to_page(pfn)) &&
					     !pfn_to_page(pfn)->_count
				     ? 0
				     : NOT_OURS;
	for_each_zone (zone)
		idle_free[zone_number(zone)] = zone_free_now(zone);
}

static void choose(struct random *random, struct op *op)
{
	static const u8 how_often[NR_OPS] = { 100, 70, 8, 8, 2 };
	u32 r = random_below(random, 188);

	for (op->what = 0; r >= how_often[op->what]; op->what++)
		r -= how_often[op->what];
	op->a = random_below(random, op->what < TAKE_BLOCK ? PAGES : BLOCKS);
	op->b = random_below(random, MAX_ORDER);
	op->c = random_u32(random);
}

static const char *text(const struct op *op, char buf[80])
{
	static const char *const names[NR_OPS] = { "take pages", "give pages", "take block",
						   "give block", "compact" };

	snprintf(buf, 80, "%s %u, order %u, %x", names[op->what], op->a, op->b, op->c);
	return buf;
}

/* Pages [@page, @page + @nr), which were @from's, are @to's now. */
static bool change_owner(const struct page *page, unsigned long nr, u16 from, u16 to)
{
	unsigned long pfn = page_to_pfn(page), end = pfn + nr;
	unsigned int zone = zone_number(page_zone(page));

	for (; pfn < end; pfn++) {
		if (pfn >= MAX_PFNS || owner[pfn] != from)
			return model_differs("pfn %lu is not %u's", pfn, from);
		owner[pfn] = to;
	}
	owned[zone] += to ? nr : -nr;
	return true;
}

static gfp_t gfp_of(u32 i)
{
	return (i % 8 ? GFP_KERNEL | __GFP_MOVABLE : GFP_HIGHUSER_MOVABLE) | __GFP_NOWARN;
}

static bool take_page(u32 i, struct page *page)
{
	stamp(page, i);
	movable[i] = (struct movable){ page, false };
	page->private = &movable[i];
	__SetPageMovable(page, &operations);
	return change_owner(page, 1, 0, (u16)(i + 1));
}

static bool give_page(u32 i)
{
	struct page *page = movable[i].page;

	if (!page)
		return true;
	if (!change_owner(page, 1, (u16)(i + 1), 0))
		return false;
	movable[i].page = NULL;
	__ClearPageMovable(page);
	__free_page(page);
	return true;
}

/* Pages come in runs and go here and there. What there was none of is not asked for again: each
 * such request would have every cache shrunk. */
static bool take_run(u32 first)
{
	gfp_t failed = 0;
	u32 i, nr;

	for (nr = 0; nr < 32; nr++) {
		struct page *page;

		i = (first + nr) % PAGES;
		if (movable[i].page || gfp_of(i) == failed)
			continue;
		page = alloc_page(gfp_of(i));
		if (!page)
			failed = gfp_of(i);
		else if (!take_page(i, page))
			return false;
	}
	return true;
}

static bool give_some(u32 first)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if (!give_page((first + 37 * i) % PAGES))
			return false;
	return true;
}

static bool take_block(u32 i, u32 order)
{
	struct page *page = block[i].page ? NULL : alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

	if (!page)
		return true;
	block[i].page = page;
	block[i].order = order;
	stamp(page, i);
	return change_owner(page, 1UL << order, 0, BLOCK_OWNER(i));
}

static bool give_block(u32 i)
{
	struct page *page = block[i].page;

	if (!page)
		return true;
	if (!is_stamped(page, i))
		return model_differs("block %u: the contents changed", i);
	if (!change_owner(page, 1UL << block[i].order, BLOCK_OWNER(i), 0))
		return false;
	__free_pages(page, block[i].order);
	block[i].page = NULL;
	return true;
}

/* --- compaction ------------------------------------------------------------------------------ */

static bool place_is_free(unsigned long pfn, unsigned int order)
{
	unsigned long end = pfn + (1UL << order);

	while (pfn < end && !owner[pfn])
		pfn++;
	return pfn == end;
}

static bool has_place(const struct zone *zone, unsigned int order)
{
	unsigned long size = 1UL << order, pfn = ALIGN_UP(zone->zone_start_pfn, size);

	for (; pfn + size <= zone_end_pfn(zone); pfn += size)
		if (place_is_free(pfn, order) && block_in_zone(zone, pfn, order))
			return true;
	return false;
}

static bool pages_are_right(void)
{
	u32 i;

	if (complaint)
		return model_differs("%s", complaint);
	for (i = 0; i < PAGES; i++) {
		struct page *page = movable[i].page;

		if (!page)
			continue;
		if (owner[page_to_pfn(page)] != i + 1 || movable[i].isolated ||
		    !is_stamped(page, i))
			return model_differs("page %u at pfn %lu is not right", i,
					     page_to_pfn(page));
	}
	return true;
}

static bool counts_are_right(void)
{
	const struct zone *zone;

	for_each_zone (zone)
		if (!model_same("free pages", zone_free_now(zone),
				idle_free[zone_number(zone)] - owned[zone_number(zone)]))
			return false;
	return true;
}

static bool compact(u32 number, u32 order, u32 seed)
{
	struct zone *zone = &NODE_DATA(0)->node_zones[number % MAX_NR_ZONES];
	enum compact_result result;

	mood = seed;
	result = compact_zone(zone, seed & 8 ? COMPACT_ALL : (int)order, NULL);
	if (!pages_are_right() || !counts_are_right())
		return false;
	if (seed & 8)
		return true;
	/* One that a watermark keeps back is none. */
	return model_same("a block of the order", result == COMPACT_SUCCESS,
			  has_place(zone, order) && zone_watermark_ok(zone, order, zone->pages_min,
								      zone_idx(zone), 0));
}

static bool step(const struct op *op)
{
	switch (op->what) {
	case TAKE:
		return take_run(op->a);
	case GIVE:
		return give_some(op->a);
	case TAKE_BLOCK:
		return take_block(op->a, op->b);
	case GIVE_BLOCK:
		return give_block(op->a);
	default:
		return compact(op->a, op->b, op->c);
	}
}

static bool end(void)
{
	struct mm_check check = { 0 };
	u32 i;

	if (mm_check(&check))
		return model_differs("invariant %s is broken", check.first);
	for (i = 0; i < PAGES; i++)
		if (!give_page(i))
			return false;
	for (i = 0; i < BLOCKS; i++)
		if (!give_block(i))
			return false;
	return counts_are_right();
}

const struct model model_migrate = { "migrate", begin, choose, step, end, text };
