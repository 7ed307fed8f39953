/* SPDX-License-Identifier: 0BSD
 *
 * kmap.c - kmap(), kmap_atomic() and the freeing of pages against a count for each page.
 *
 * Each page holds the number of its slot, and is read at every address that it gets. There are more
 * pages than places of kmap(), so that these run out; a run of pages is mapped or unmapped in one
 * step. Pages are of HighMem as long as there is some, then of lowmem.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/format.h>
#include <mm/highmem.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>

#define SLOTS	1300
#define RUN_MAX 200

enum { TAKE, GIVE, MAP, UNMAP, MAP_ATOMIC, UNMAP_ATOMIC, FLUSH };

static struct {
	struct page *page;
	unsigned int users; /* by kmap() */
	unsigned int pins;  /* by kmap_atomic(), which got kmap()'s address */
	unsigned int views; /* by kmap_atomic(), which got a slot */
} slot[SLOTS];

/* What kmap_atomic() gave, the last one last. */
static struct {
	u32 i;
	u32 *addr;
	bool pinned;
} atomic[KMAP_NR_SLOTS];
static unsigned int nr_atomic;
static unsigned int nr_views; /* of them, slots in use */

static unsigned int nr_mapped; /* slots of HighMem with users or pins */

static void begin(void)
{
}

static void choose(struct random *random, struct op *op)
{
	static const u8 kinds[] = { TAKE, TAKE,	 GIVE,	MAP,	    MAP,
				    MAP,  UNMAP, UNMAP, MAP_ATOMIC, UNMAP_ATOMIC };

	op->what = kinds[random_below(random, ARRAY_SIZE(kinds))];
	if (!random_below(random, 300))
		op->what = FLUSH;
	op->a = random_below(random, SLOTS);
	op->b = 1;
	if (!random_below(random, op->what == TAKE || op->what == MAP ? 5 : 15))
		op->b += random_below(random, RUN_MAX);
}

static const char *text(const struct op *op, char buf[80])
{
	static const char *const names[] = { "alloc_page", "__free_page", "kmap", "kunmap",
					     "kmap_atomic" };

	if (op->what == FLUSH)
		snprintf(buf, 80, "kmap_flush_unused()");
	else if (op->what == UNMAP_ATOMIC)
		snprintf(buf, 80, "kunmap_atomic() of the last one");
	else
		snprintf(buf, 80, "%s of %u slots from %u on", names[op->what],
			 op->what == MAP_ATOMIC ? 1 : op->b, op->a);
	return buf;
}

static bool is_high(u32 i)
{
	return PageHighMem(slot[i].page);
}

static bool take(u32 i)
{
	/* Writing the number may need a slot. */
	if (slot[i].page || nr_views == KMAP_NR_SLOTS)
		return true;
	slot[i].page = alloc_page(GFP_HIGHUSER);
	if (!slot[i].page)
		return true;
	memcpy_to_page(slot[i].page, PAGE_SIZE - sizeof(i), &i, sizeof(i));
	return true;
}

static bool give(u32 i)
{
	if (!slot[i].page || slot[i].users || slot[i].pins || slot[i].views)
		return true;
	__free_page(slot[i].page);
	slot[i].page = NULL;
	return true;
}

/* @i is at @addr, where its number must be. */
static bool shows(u32 i, const u32 *addr)
{
	return addr[PAGE_SIZE / sizeof(*addr) - 1] == i
		       ? true
		       : model_differs("slot %u: %p shows another page", i, (const void *)addr);
}

static bool is_mapped(u32 i)
{
	return is_high(i) && (slot[i].users || slot[i].pins);
}

static bool map(u32 i)
{
	bool was_mapped;
	void *addr;

	if (!slot[i].page)
		return true;
	was_mapped = is_mapped(i);
	addr = kmap(slot[i].page);
	if (!addr)
		return is_high(i) && !was_mapped && nr_mapped == LAST_PKMAP
			       ? true
			       : model_differs("slot %u: no address, %u pages have one", i,
					       nr_mapped);
	slot[i].users++;
	nr_mapped += is_mapped(i) && !was_mapped;
	return shows(i, addr);
}

static bool unmap(u32 i)
{
	if (!slot[i].users)
		return true;
	if (!shows(i, page_address(slot[i].page)))
		return false;
	kunmap(slot[i].page);
	slot[i].users--;
	nr_mapped -= is_high(i) && !is_mapped(i);
	return true;
}

static bool map_atomic(u32 i)
{
	bool was_mapped, pinned;
	u32 *addr;

	if (!slot[i].page || nr_atomic == KMAP_NR_SLOTS)
		return true;
	was_mapped = is_mapped(i);
	addr = kmap_atomic(slot[i].page);
	pinned = is_high(i) && (unsigned long)addr - PKMAP_BASE < LAST_PKMAP << PAGE_SHIFT;
	if (was_mapped && !pinned)
		return model_differs("slot %u has an address that kmap_atomic() did not use", i);
	slot[i].pins += pinned;
	slot[i].views += !pinned;
	nr_views += !pinned;
	nr_mapped += is_mapped(i) && !was_mapped;
	atomic[nr_atomic].i = i;
	atomic[nr_atomic].pinned = pinned;
	atomic[nr_atomic++].addr = addr;
	return shows(i, addr);
}

static bool unmap_atomic(void)
{
	u32 i;

	if (!nr_atomic)
		return true;
	i = atomic[--nr_atomic].i;
	if (!shows(i, atomic[nr_atomic].addr))
		return false;
	kunmap_atomic(atomic[nr_atomic].addr);
	slot[i].pins -= atomic[nr_atomic].pinned;
	slot[i].views -= !atomic[nr_atomic].pinned;
	nr_views -= !atomic[nr_atomic].pinned;
	nr_mapped -= atomic[nr_atomic].pinned && !is_mapped(i);
	return true;
}

static bool has_right_address(u32 i)
{
	if (!slot[i].page || !is_high(i))
		return true;
	return model_same("there is an address", page_address(slot[i].page) != NULL, is_mapped(i));
}

static bool step(const struct op *op)
{
	static bool (*const of_each[])(u32 i) = { take, give, map, unmap };
	u32 i;

	if (op->what == FLUSH)
		kmap_flush_unused();
	if (op->what == UNMAP_ATOMIC && !unmap_atomic())
		return false;
	if (op->what == MAP_ATOMIC && !map_atomic(op->a))
		return false;
	for (i = op->a; op->what < MAP_ATOMIC && i < op->a + op->b && i < SLOTS; i++)
		if (!of_each[op->what](i) || !has_right_address(i))
			return false;
	return has_right_address(op->a);
}

static bool end(void)
{
	struct mm_check check = { 0 };
	bool right = !mm_check(&check);
	u32 i;

	while (nr_atomic)
		right &= unmap_atomic();
	for (i = 0; i < SLOTS; i++) {
		while (slot[i].users)
			right &= unmap(i);
		give(i);
	}
	right &= model_same("users", nr_kmap_users(), 0) && model_same("mapped", nr_mapped, 0);
	right &= model_same("places", nr_kmapped, 0) && !mm_check(&check);
	return check.nr ? model_differs("mm_check: %s", check.first) : right;
}

const struct model model_kmap = { "kmap", begin, choose, step, end, text };
