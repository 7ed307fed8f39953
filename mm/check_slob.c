/* SPDX-License-Identifier: 0BSD
 *
 * check_slob.c - compare the shared pages with the invariants O1-O6 (slob.c, slob_page.c), and the
 * caches with those that all back ends have.
 *
 * From the outside inwards: a list is walked only if it is linked both ways, a table only if it can
 * be believed, and sums are compared only if everything could be counted. So the first violation
 * reported is the cause and not its consequence.
 *
 * No locks: the caller sees to it that nothing is allocated meanwhile.
 */
#include <mm/mm_check.h>
#include <mm/mem_map.h>

#include "slab_bug.h"
#include "slab_common.h"
#include "slab_debug.h"
#include "slob_internal.h"

static const struct mm_invariant slob_invariants[] = {
	{ "O1",
	  "a shared page is on the list of its pool on its node, or with the full ones if no gap "
	  "is left" },
	{ "O2", "a page without objects is the spare one of its kind on its node" },
	{ "O3", "the blocks of a page ascend, do not overlap, and end in front of the table" },
	{ "O4", "nr, used and ghosts are what the table holds, and no gap is larger than room" },
	{ "O5", "a cache's active and parked are what the tables and blocks hold" },
	{ "O6",
	  "every page with PG_slab is a shared one or part of a block, and they are counted" },
	{ "O7", "a cache's stride is what an object and its debugging need, and num follows from "
		"it" },
	{ NULL, NULL },
};

/* What the pages hold of each cache. */
static struct {
	unsigned long active, parked;
} found[SLOB_MAX_CACHES];

/* --- O3 and O4: one table -------------------------------------------------------------------- */

/* The largest gap in front of a table that may get one more block. */
static u32 largest_gap(const struct slab *slab)
{
	u32 i, at = 0, largest = 0;

	for (i = 0; i < slab->nr; i++) {
		if (slob_block(slab, i)->state == SLOB_GHOST)
			continue;
		largest = max(largest, slob_block(slab, i)->first - at);
		at = slob_block(slab, i)->last + 1U;
	}
	i = slob_limit(slab->nr - slab->ghosts + 1U);
	return i < at ? 0 : max(largest, i - at);
}

static void check_counts(struct mm_check *c, const struct slab *slab)
{
	u32 i, nr[4] = { 0 };

	for (i = 0; i < slab->nr; i++)
		nr[slob_block(slab, i)->state]++;
	if (nr[SLOB_USED] != slab->used || nr[SLOB_GHOST] != slab->ghosts || nr[3])
		mm_violation(
			c, "O4", "page %p: %u objects are out, %u ghosts, counted as %u and %u",
			slob_page(slab), nr[SLOB_USED], nr[SLOB_GHOST], slab->used, slab->ghosts);
	else if (largest_gap(slab) > slab->room)
		mm_violation(c, "O4", "page %p: a gap of %u units, room says %u", slob_page(slab),
			     largest_gap(slab), slab->room);
}

/* Return: can it be counted? */
static bool check_table(struct mm_check *c, const struct slab *slab)
{
	u32 i;

	if (!slob_is_sound(slab)) {
		mm_violation(c, "O3", "page %p: the table of %u blocks is damaged", slob_page(slab),
			     slab->nr);
		return false;
	}
	check_counts(c, slab);
	for (i = 0; i < slab->nr; i++) {
		found[slob_block(slab, i)->cache].active += slob_block(slab, i)->state == SLOB_USED;
		found[slob_block(slab, i)->cache].parked += slob_block(slab, i)->state ==
							    SLOB_PARKED;
	}
	return true;
}

/* --- O1 and O2: the lists -------------------------------------------------------------------- */

static void check_place(struct mm_check *c, const struct slab *slab, const struct slob_node *node,
			u32 pool)
{
	const struct page *page = lowmem_virt_to_page(slab);
	const struct slab *spare;

	if ((slab->room ? pool != slab->pool : pool != SLOB_FULL) || slob_node(slab) != node)
		mm_violation(c, "O1", "page %p of pool %u, room %u, is on list %u", slob_page(slab),
			     slab->pool, slab->room, pool);
	if (slab->pool >= SLOB_POOLS) {
		mm_violation(c, "O1", "page %p is of pool %u", slob_page(slab), slab->pool);
		return;
	}
	spare = node->spare[slob_kind(slab->pool)];
	if (!slab->used != (spare == slab))
		mm_violation(c, "O2", "page %p has %u objects, the spare page is %p",
			     slob_page(slab), slab->used, spare ? slob_page(spare) : NULL);
	if (!PageSlab(page) || page->slab_page != slab)
		mm_violation(c, "O6", "page %p: pfn %lu has flags 0x%lx, table %p", slob_page(slab),
			     page_to_pfn(page), page->flags, (void *)page->slab_page);
}

/* Can a link of a list of shared pages be there: in lowmem, where a table ends? */
static bool may_be_slab(const struct list_head *entry)
{
	const struct slob_node *node;
	int nid;

	for_each_online_node (nid) {
		node = &slob_nodes[nid];
		if (entry >= node->pools && entry <= &node->pools[SLOB_FULL])
			return true;
	}
	return slab_is_readable(entry) &&
	       list_entry(entry, struct slab, list) == slob_table(lowmem_virt_to_page(entry));
}

/* Count the pages of a list. Return: false if they cannot be counted. */
static bool check_pool(struct mm_check *c, const struct slob_node *node, u32 pool,
		       unsigned long pages[SLOB_KINDS])
{
	const struct list_head *list = &node->pools[pool];
	const struct slab *slab;

	if (!list_is_sound(list, may_be_slab)) {
		mm_violation(c, "O1", "the list of pool %u is broken", pool);
		return false;
	}
	list_for_each_entry (slab, list, list) {
		check_place(c, slab, node, pool);
		if (!check_table(c, slab))
			return false;
		pages[slob_kind(min((u32)slab->pool, SLOB_POOLS - 1U))]++;
	}
	return true;
}

/* --- O5 and O6: the sums --------------------------------------------------------------------- */

/* Count the pages of blocks, and each block for its cache. */
static unsigned long count_blocks(unsigned long *marked)
{
	unsigned long pfn, pages = 0;
	const struct page *page;

	for_each_valid_pfn (pfn, 0, max_low_pfn) {
		page = pfn_to_page(pfn);
		*marked += PageSlab(page);
		if (!PageSlab(page) || page->slab_page || !slab_is_cache(page->slab_cache))
			continue;
		pages++;
		if (IS_ALIGNED(pfn, 1UL << page->slab_cache->order))
			found[page->slab_cache->number].active++;
	}
	return pages;
}

static void check_geometry(struct mm_check *c, const struct kmem_cache *cache)
{
	u32 room = slob_limit(1) * SLOB_UNIT, num = 1;

	if (cache->pool < SLOB_POOLS)
		num = room / (cache->stride + (u32)sizeof(struct slob_block));
	if (cache->stride != ALIGN_UP(slab_debug_unit(cache), cache->align) || num != cache->num)
		mm_violation(c, "O7", "%s: objects of %zu bytes, stride %u, %u in a page",
			     cache->name, cache->size, cache->stride, cache->num);
}

static void check_caches(struct mm_check *c)
{
	const struct kmem_cache *cache;
	u32 i;

	for (i = 1; i < SLOB_MAX_CACHES; i++) {
		cache = slob_caches[i];
		if (cache)
			check_geometry(c, cache);
		if (cache && (cache->active != found[i].active || cache->parked != found[i].parked))
			mm_violation(c, "O5", "%s: %lu objects, %lu parked, counted as %lu and %lu",
				     cache->name, found[i].active, found[i].parked, cache->active,
				     cache->parked);
	}
}

static void check_sums(struct mm_check *c, const unsigned long shared[SLOB_KINDS])
{
	unsigned long marked = 0, blocks = count_blocks(&marked), all = blocks;
	unsigned int kind;

	for (kind = 0; kind < SLOB_KINDS; kind++) {
		all += shared[kind];
		if (shared[kind] != slob_nr_shared[kind])
			mm_violation(c, "O6", "%lu shared pages of kind %u, counted as %lu",
				     shared[kind], kind, slob_nr_shared[kind]);
	}
	if (blocks != slob_nr_blocks || marked != all)
		mm_violation(c, "O6",
			     "%lu pages with PG_slab, %lu of them shared or of blocks, which have "
			     "%lu, counted as %lu",
			     marked, all, blocks, slob_nr_blocks);
	check_caches(c);
}

/* As check_pool() of all pools. */
static bool check_pools(struct mm_check *c, const struct slob_node *node,
			unsigned long pages[SLOB_KINDS])
{
	u32 pool;

	for (pool = 0; pool <= SLOB_FULL; pool++)
		if (!check_pool(c, node, pool, pages))
			return false;
	return true;
}

static void slob_check(struct mm_check *c)
{
	unsigned long shared[SLOB_KINDS] = { 0 };
	int nid;

	memset(found, 0, sizeof(found));
	for_each_online_node (nid)
		if (!check_pools(c, &slob_nodes[nid], shared))
			return;
	check_sums(c, shared);
}

const struct mm_checker slab_checker = { "slob", slob_invariants, slob_check, caches_absent };
