/* SPDX-License-Identifier: 0BSD
 *
 * stop_slab.c - damage to what mm/slab.c keeps about objects: each test ends the kernel.
 */
#include <lib/format.h>
#include <test/pages.h>

#include "slab_inside.h"

KTEST(slab, stop_a_slab_goes_without_the_lock, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	LIST_HEAD(surplus);

	kt_assert(alloc_objs(cache, 0, 1));
	kt_expect_stop("&node->lock is not held");
	node_detach(node_of(cache), slab_of(objs[0]), &surplus);
}

KTEST(slab, stop_pointer_before_the_objects, STOP)
{
	struct kmem_cache *cache = test_cache(16);
	char *obj = kmem_cache_alloc(cache, GFP_KERNEL); /* the first one */

	kt_expect_stop("is in a slab of cache t-slab but not among its objects");
	kmem_cache_free(cache, obj - 16); /* a whole stride: the descriptor of the slab */
}

/* A slab of one page-sized object has a descriptor of less than 96 bytes, for which these are. */
static void replace_small_size_caches(struct kmem_cache *by)
{
	u32 i;

	for (i = 0; kmalloc_sizes[i].size <= 96; i++)
		kmalloc_caches[0][i] = by;
}

KTEST(slab, stop_create_before_the_size_caches, STOP)
{
	replace_small_size_caches(NULL);
	kt_expect_stop("BUG: cache_place_descriptor at");
	kt_ptr_eq(kmem_cache_create("t-slab", PAGE_SIZE, 0, 0, NULL), NULL);
}

KTEST(slab, stop_descriptors_from_an_off_slab_cache, STOP)
{
	replace_small_size_caches(kmalloc_slab(4096, 0));
	kt_expect_stop("BUG: cache_place_descriptor at");
	kt_ptr_eq(kmem_cache_create("t-slab", PAGE_SIZE, 0, 0, NULL), NULL);
}

/* As an overrun of the objects before them leaves them: whether a slab lies before another one
 * depends on the machine. Several CPUs use the pointer behind before anything is checked. */
KTEST(slab, stop_descriptor_overwritten_by_an_overrun, STOP)
{
	struct kmem_cache *cache = test_cache(2000);
	u32 i;

	if (!alloc_objs(cache, 0, 8))
		return;
	for (i = 0; i < 8; i++)
		memset(slab_of(objs[i]), 0x33, offsetof(struct slab, array));
	kt_expect_stop("is damaged: first object 0x33333333");
	free_objs(cache, 0, 8);
}

KTEST(slab, stop_kfree_with_a_damaged_descriptor, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_of(p)->s_mem = NULL;
	kt_expect_stop("BUG: kfree: cache size-64: the descriptor of a slab");
	kfree(p);
}

KTEST(slab, stop_ksize_with_a_damaged_descriptor, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	slab_of(p)->s_mem = (void *)(uintptr)0x41414141;
	kt_expect_stop("BUG: ksize: cache size-64: the descriptor of a slab");
	kt_eq(ksize(p), 64);
}

/* It says which object is which: the caller's free is none of what it makes of it. */
KTEST(slab, stop_kfree_with_a_damaged_inverse, STOP)
{
	void *one = kmalloc(64, GFP_KERNEL), *two = kmalloc(64, GFP_KERNEL);
	void *p = max(one, two); /* whatever the inverse, the first object of a slab is the first */

	slab_of(p)->inverse = 0x5a5a5a5a;
	kt_expect_stop("BUG: kfree: cache size-64: the descriptor of a slab");
	kfree(p);
}

/* With zeroes there, it looks as if there were no slab, and another one would not help. */
KTEST(slab, stop_alloc_with_a_cleared_list, STOP)
{
	struct kmem_cache *cache = slabs_only(64);

	kt_assert(alloc_objs(cache, 0, 3));
	node_of(cache)->slabs_partial.next = NULL;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-slab: a list of slabs is broken");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* Page 0 is RAM, but not mapped. */
KTEST(slab, stop_free_to_a_cache_in_page_0, STOP)
{
	void *p = kmalloc(64, GFP_KERNEL);

	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kmem_cache_free((struct kmem_cache *)phys_to_virt(0), p);
}

/* An entry that names no object is no free one. */
KTEST(slab, stop_damaged_entry_of_an_object, STOP)
{
	struct kmem_cache *cache = test_cache(64);

	if (!alloc_objs(cache, 0, 3))
		return;
	slab_of(objs[1])->bufctl[1] = 0x3333;
	kt_expect_stop("is damaged: first object");
	kmem_cache_free(cache, objs[1]);
}

KTEST(slab, stop_alloc_with_a_damaged_chain, STOP)
{
	struct kmem_cache *cache = slabs_only(64);

	if (!alloc_objs(cache, 0, 3))
		return;
	slab_of(objs[0])->free = 0x3333;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-slab: the descriptor of a slab");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

/* An entry that says of an object that it is out is not the next one. */
KTEST(slab, stop_alloc_with_a_chain_that_leads_nowhere, STOP)
{
	struct kmem_cache *cache = slabs_only(64);

	if (!alloc_objs(cache, 0, 3))
		return;
	slab_of(objs[0])->free = BUFCTL_ACTIVE;
	kt_expect_stop("BUG: kmem_cache_alloc: cache t-slab: the descriptor of a slab");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

KTEST(slab, stop_object_whose_page_names_no_cache, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	virt_to_page(obj)->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	ksize(obj);
}

/* A descriptor that names the objects of another slab: that one's cache is not to blame. */
KTEST(slab, stop_descriptor_with_the_objects_of_another_cache, STOP)
{
	struct kmem_cache *cache = test_cache(64);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);
	void *other = kmalloc(32, GFP_KERNEL);

	slab_of(obj)->s_mem = slab_of(other)->s_mem;
	kt_expect_stop("BUG: kmem_cache_free: cache t-slab: the descriptor of a slab");
	kmem_cache_free(cache, obj);
}

/* The page of the first object names no cache, that of the freed one does. */
KTEST(slab, stop_first_page_of_a_slab_names_no_cache, STOP)
{
	struct kmem_cache *cache = test_cache(2600);
	void *last;
	u32 i;

	if (!alloc_objs(cache, 0, 40))
		return;
	for (i = 0; i < 39 && virt_to_page(objs[i]) == slab_first_page(slab_of(objs[i])); i++)
		;
	last = objs[i];
	kmem_cache_free(cache, last);
	virt_to_page(slab_of(last)->s_mem)->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	kt_expect_stop("BUG: kmem_cache_free: cache t-slab: the descriptor of a slab");
	kmem_cache_free(cache, last);
}

KTEST(slab, stop_a_fault_on_a_null_cache, STOP)
{
	kt_expect_stop("BUG: kmem_cache_alloc: 0x");
	slab_judge_fault((uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, array));
}

KTEST(slab, a_fault_that_is_no_callers_bug, SHORT)
{
	const struct page *ram = pfn_to_page(NODE_DATA(0)->node_start_pfn);

	slab_judge_fault((uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, stride));
	slab_judge_fault((uintptr)kmem_cache_free, offsetof(struct kmem_cache, array));
	slab_judge_fault((uintptr)kfree, (uintptr)ram); /* damaged, but there */
	slab_judge_fault((uintptr)kfree, (uintptr)pfn_to_page(MAX_PFN_LIMIT - 1)); /* HighMem's */
	slab_judge_fault((uintptr)kfree, VMEMMAP_START - 1);
}
