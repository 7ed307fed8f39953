/* SPDX-License-Identifier: 0BSD
 *
 * slab_node.c - objects in the memory of a node of choice, of one or of several nodes.
 */
#include <test/pages.h>

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
	kt_eq(elsewhere != NULL, nid != 0);
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
	if (nid != 0)
		p = kmem_cache_alloc_node(cache, GFP_KERNEL | __GFP_NOFAIL, nid);
	undrain_memory(all);
	kt_eq(p != NULL, nid != 0);
	kt_true(!p || node_of(p) != nid);
	if (p)
		kmem_cache_free(cache, p);
	kt_eq(kmem_cache_destroy(cache), 0);
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
