/* SPDX-License-Identifier: 0BSD
 *
 * slab_node.c - objects in the memory of a node of choice, of one or of several nodes.
 */
#include <lib/random.h>
#include <mm/mm_check.h>
#include <mm/topology.h>
#include <test/pages.h>

#include "internal.h"
#include "slab_test.h"
#include "drain.h"

/* The node that memory for an object comes from, if @nid is best; -1: there is none. */
static int serving_node(int nid)
{
	const struct zone *zone = expected_zone(nid, ZONE_NORMAL, 0);

	return zone ? zone->zone_pgdat->node_id : -1;
}

static int node_of(const void *p)
{
	return (int)page_to_nid(virt_to_page(p));
}

KTEST(slab_node, an_object_is_where_it_was_asked_for, SHORT)
{
	struct kmem_cache *cache = test_cache(500);
	void *p;
	int nid;

	kt_assert(cache);
	for_each_online_node (nid) {
		p = kmem_cache_alloc_node(cache, GFP_KERNEL, nid);
		kt_assert(p);
		kt_eq(node_of(p), serving_node(nid));
		kmem_cache_free(cache, p);
	}
	kt_eq(kmem_cache_active(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Objects of the other nodes are at hand, and on the first one's CPU. */
KTEST(slab_node, what_is_at_hand_is_not_of_any_node, SHORT)
{
	struct kmem_cache *cache = test_cache(100);
	int nid, other;
	void *p;

	kt_assert(cache && alloc_objs(cache, 0, 40));
	free_objs(cache, 0, 40);
	for_each_online_node (nid) {
		for_each_online_node (other) {
			p = kmem_cache_alloc_node(cache, GFP_KERNEL, other);
			kt_assert(p);
			kt_eq(node_of(p), serving_node(other));
			kmem_cache_free(cache, p);
		}
	}
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_node, any_node_will_do, SHORT)
{
	void *p = kmalloc_node(60, GFP_KERNEL, NUMA_NO_NODE), *q;

	kt_assert(p);
	kt_true(ksize(p) >= 60);
	kfree(p);
	q = kmem_cache_alloc_node(kmalloc_caches[0][3], GFP_KERNEL, NUMA_NO_NODE);
	kt_assert(q);
	kfree(q);
}

KTEST(slab_node, memory_of_any_size, SHORT)
{
	static const size_t sizes[] = { 1, 100, 1000, 5000, KMALLOC_MAX_CACHE_SIZE + 1 };
	const size_t *size;
	int nid;
	u8 *p;

	for_each_online_node (nid) {
		for_each_case (size, sizes) {
			p = kmalloc_node(*size, GFP_KERNEL, nid);
			kt_assert(p);
			kt_true(ksize(p) >= *size);
			memset(p, 0xEE, ksize(p));
			kfree(p);
			p = kzalloc_node(*size, GFP_KERNEL, nid);
			kt_assert(p);
			kt_eq(p[0] | p[*size - 1] | p[ksize(p) - 1], 0);
			kfree(p);
		}
		kt_ptr_eq(kmalloc_node(0, GFP_KERNEL, nid), ZERO_SIZE_PTR);
		kt_ptr_eq(kmalloc_node(~(size_t)0, GFP_KERNEL | __GFP_NOWARN, nid), NULL);
	}
}

/* --- where a request without a node goes ----------------------------------------------------- */

/* Another node than this CPU's home that has lowmem; -1: there is none. */
static int another_node(void)
{
	int nid;

	for_each_online_node (nid)
		if (nid != slab_home_node() && serving_node(nid) == nid)
			return nid;
	return -1;
}

#define NR_ALIEN 200

/* Of @cache on @nid, at objs[@from] on; NULL where there is none. */
static void alloc_on_node(struct kmem_cache *cache, int nid, u32 from, u32 to)
{
	for (; from < to; from++)
		objs[from] = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_THISNODE, nid);
}

static void free_what_is_there(struct kmem_cache *cache, u32 from, u32 to)
{
	for (; from < to; from++)
		if (objs[from])
			kmem_cache_free(cache, objs[from]);
}

static bool all_are_of(int nid, u32 from, u32 to)
{
	for (; from < to; from++)
		if (!kt_true(objs[from]) || !kt_eq(node_of(objs[from]), nid))
			return false;
	return true;
}

/* What another node lent goes back there, and is not near because it was freed here. */
KTEST(slab_node, what_is_freed_here_is_not_near, SHORT)
{
	struct kmem_cache *cache;
	int nid = another_node();

	if (nid < 0)
		kt_skip("no second node has lowmem");
	cache = test_cache(100);
	kt_assert(cache);
	alloc_on_node(cache, nid, 0, NR_ALIEN);
	all_are_of(nid, 0, NR_ALIEN);
	free_what_is_there(cache, 0, NR_ALIEN);
	kt_assert(alloc_objs(cache, 0, NR_ALIEN));
	all_are_of(serving_node(numa_node_id()), 0, NR_ALIEN);
	alloc_on_node(cache, nid, NR_ALIEN, NR_ALIEN + 40);
	all_are_of(nid, NR_ALIEN, NR_ALIEN + 40);
	free_what_is_there(cache, 0, NR_ALIEN + 40);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_node, many_at_once_are_near_or_none, SHORT)
{
	struct kmem_cache *cache = test_cache(100);
	gfp_t gfp = GFP_KERNEL | __GFP_THISNODE;

	kt_assert(cache);
	if (kt_eq(kmem_cache_alloc_bulk(cache, gfp, 100, objs), 100)) {
		all_are_of(slab_home_node(), 0, 100);
		kmem_cache_free_bulk(cache, 100, objs);
	}
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* --- nodes that have nothing left ------------------------------------------------------------ */

/* One node has nothing left that an object could be made of by a request like @gfp. */
static struct drained *drain_node(int nid, gfp_t gfp)
{
	struct drained *list = NULL, *block;
	unsigned int order;
	struct page *page;

	for (order = MAX_ORDER; order-- > 0;) {
		while ((page = alloc_pages_node(nid, gfp | __GFP_THISNODE | __GFP_NOWARN, order))) {
			block = lowmem_page_address(page);
			*block = (struct drained){ .next = list, .order = order };
			list = block;
		}
	}
	return list;
}

/* Is there lowmem of another node than @nid? */
static bool others_have_lowmem(int nid)
{
	struct zone *const *zone = node_zonelist(nid, GFP_KERNEL)->zones;

	while (*zone && (*zone)->zone_pgdat->node_id == nid)
		zone++;
	return *zone;
}

KTEST(slab_node, a_node_without_memory, SHORT)
{
	struct kmem_cache *cache = test_cache(2000);
	int nid = last_nid();
	struct drained *all;
	void *p, *elsewhere;

	kt_assert(cache);
	all = drain_node(nid, GFP_KERNEL);
	p = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN, nid);
	kt_eq(kmem_cache_active(cache), 0);
	elsewhere = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_NOWARN, nid);
	undrain_memory(all);
	kt_ptr_eq(p, NULL);
	kt_eq(elsewhere != NULL, others_have_lowmem(nid));
	kt_true(!elsewhere || node_of(elsewhere) != nid);
	if (elsewhere)
		kmem_cache_free(cache, elsewhere);
	p = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_THISNODE, nid);
	kt_eq(p ? node_of(p) : nid, nid);
	if (p)
		kmem_cache_free(cache, p);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* A request that must not fail does not, as long as another node has something. */
KTEST(slab_node, a_node_without_memory_for_what_must_not_fail, SHORT)
{
	struct kmem_cache *cache = test_cache(2000);
	int nid = last_nid();
	struct drained *all;
	void *p = NULL;

	kt_assert(cache);
	all = drain_node(nid, GFP_KERNEL | __GFP_MEMALLOC);
	if (others_have_lowmem(nid))
		p = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_NOFAIL, nid);
	undrain_memory(all);
	kt_eq(p != NULL, others_have_lowmem(nid));
	kt_true(!p || node_of(p) != nid);
	if (p)
		kmem_cache_free(cache, p);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* The node of the zone that comes last for a request near @nid. */
static int farthest_node(int nid)
{
	struct zone *const *zone = node_zonelist(nid, GFP_KERNEL)->zones;

	while (zone[1])
		zone++;
	return (*zone)->zone_pgdat->node_id;
}

/* This CPU's home has no memory: what lies free in slabs, however far, is used before a page of the
 * next node is taken, and then such a page. */
KTEST(slab_node, slabs_that_are_far_before_pages_that_are_near, SHORT)
{
	int home = slab_home_node(), far = farthest_node(home);
	struct kmem_cache *cache;
	struct drained *all;
	void *kept, *p, *q;

	if (far == home || serving_node(far) != far)
		kt_skip("no other node comes last");
	cache = test_cache(2000);
	kt_assert(cache);
	kept = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_THISNODE, far);
	kt_assert(kept);
	all = drain_node(home, GFP_KERNEL);
	p = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NOWARN);
	q = kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NOWARN | __GFP_THISNODE);
	undrain_memory(all);
	kt_ptr_eq(q, NULL);
	if (kt_true(p)) {
		kt_eq(node_of(p), SLAB_HAS_SLABS ? far : node_of(p));
		kt_true(node_of(p) != home);
		kmem_cache_free(cache, p);
	}
	kmem_cache_free(cache, kept);
	kt_assert(alloc_objs(cache, 0, 20)); /* memory is there again */
	all_are_of(home, 0, 20);
	free_objs(cache, 0, 20);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Objects of all nodes and sizes come and go; then every slab is gone, and the runner counts the
 * pages of each zone. */
KTEST(slab_node, storm_over_all_nodes, SHORT)
{
	static const size_t sizes[] = { 24, 100, 700, 2000, 9000 };
	struct kmem_cache *cache[ARRAY_SIZE(sizes)];
	static u8 of_cache[MAX_OBJS];
	struct mm_check check = { 0 };
	struct random random;
	u32 i, at, c;
	int nid = 0;

	for (c = 0; c < ARRAY_SIZE(sizes); c++) {
		char name[] = "t-storm0";

		name[sizeof(name) - 2] = (char)('0' + c);
		cache[c] = kmem_cache_create(name, sizes[c], 0, 0, NULL);
		kt_assert(cache[c]);
	}
	memset(objs, 0, sizeof(objs));
	random_seed(&random, 12);
	for (i = 0; i < 6000; i++) {
		at = random_below(&random, MAX_OBJS);
		c = random_below(&random, ARRAY_SIZE(sizes));
		nid = next_online_node(nid);
		if (nid == MAX_NUMNODES)
			nid = next_online_node(-1);
		if (objs[at]) {
			kmem_cache_free(cache[of_cache[at]], objs[at]);
			objs[at] = NULL;
			continue;
		}
		objs[at] = kmem_cache_alloc_node(cache[c], GFP_KERNEL | __GFP_NOWARN,
						 i % 3 ? nid : NUMA_NO_NODE);
		of_cache[at] = (u8)c;
	}
	slab_check(&check);
	kt_str_eq(check.first, "");
	for (at = 0; at < MAX_OBJS; at++)
		if (objs[at])
			kmem_cache_free(cache[of_cache[at]], objs[at]);
	for (c = 0; c < ARRAY_SIZE(sizes); c++) {
		kmem_cache_shrink(cache[c]);
		kt_eq(nr_slabs(cache[c]), 0);
		kt_eq(kmem_cache_destroy(cache[c]), 0);
	}
}

/* A cache takes no memory for nodes that this machine has not. */
KTEST(slab_node, caches_are_as_large_as_the_machine_has_nodes, SHORT)
{
	const struct kmem_cache *caches = kmem_cache_next(NULL);

	kt_str_eq(kmem_cache_name(caches), "kmem_cache");
	kt_eq(kmem_cache_size(caches), cache_bytes());
	if (SLAB_HAS_SLABS)
		kt_eq(cache_bytes() < sizeof(struct kmem_cache), nr_node_ids < MAX_NUMNODES);
	kt_eq(nr_node_ids > 1, next_online_node(0) < MAX_NUMNODES);
}

/* --- misuse stops ---------------------------------------------------------------------------- */

KTEST(slab_node, stop_node_that_does_not_exist, STOP)
{
	kt_expect_stop("BUG: kmalloc_node");
	kt_expect_report("node 64 is not online");
	kt_ptr_eq(kmalloc_node(60, GFP_KERNEL, 64), NULL);
}

KTEST(slab_node, stop_object_of_a_node_that_does_not_exist, STOP)
{
	kt_expect_stop("BUG: kmem_cache_alloc_node");
	kt_expect_report("node -2 is not online");
	kt_ptr_eq(kmem_cache_alloc_node(kmalloc_caches[0][3], GFP_KERNEL, -2), NULL);
}

KTEST(slab_node, stop_high_memory, STOP)
{
	kt_expect_stop("asks cache size-64 for an object in high memory");
	kt_ptr_eq(kmalloc_node(60, GFP_HIGHUSER, 0), NULL);
}

KTEST(slab_node, stop_large_block_of_high_memory, STOP)
{
	kt_expect_stop("asks for 200000 bytes in high memory");
	kt_ptr_eq(kmalloc_node(200000, GFP_HIGHUSER, 0), NULL);
}

KTEST(slab_node, stop_destroyed_cache, STOP)
{
	struct kmem_cache *cache = test_cache(40);

	kt_eq(kmem_cache_destroy(cache), 0);
	kt_expect_stop("BUG: kmem_cache_alloc_node: 0x");
	kt_expect_report("is cache t-slab, which was destroyed");
	kt_ptr_eq(kmem_cache_alloc_node(cache, GFP_KERNEL, 0), NULL);
}
