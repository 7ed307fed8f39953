/* SPDX-License-Identifier: 0BSD
 *
 * kmalloc.c - memory of any size (Gorman 8.4; Mauerer 3.6.5).
 *
 * 1. Concepts
 *    A request is served from the smallest of KMALLOC_NR_SIZES caches that holds it; one that is
 *    larger than the largest cache is a block of the buddy allocator of its own.
 *    With powers of two alone a quarter of the memory would be wasted on average, and nearly half
 *    for a program whose blocks are all a little larger than one. So there are two to four sizes a
 *    doubling up to 8192: from 257 bytes to 10880 a request that is one of many costs a third more
 *    than it asks for, at most. Those between the powers of two cut a slab into more objects than
 *    the next size would: 400 is a tenth of a page, 672 a sixth, 1344 a third; 896, 1600 and 2688
 *    are a ninth, a fifth and a third of two pages; 3264 is a fifth of four; and of eight, 1088 is
 *    a thirtieth, 2176 a fifteenth, 4672 a seventh, 5440 a sixth, 6528 a fifth, 10880 a third.
 *    Just above a power of two, where a structure has a head before its data, are 1088 and 2176.
 *    Each size that is used has a slab that is half empty, so that more of them would save less.
 *    Each power of two, 96 and 192 have a twin for GFP_DMA, which is asked for too rarely for
 *    more. All are created at boot, and no slab exists before it is used.
 * 2. Data
 *    size_index[] finds the cache of a size up to KMALLOC_TABLE_MAX; large_index[] goes on up to
 *    KMALLOC_LARGE_TABLE_MAX. From there the sizes are powers of two to the end of kmalloc_sizes[].
 *    small_cache[] says the same by pointer, for the fast path, up to KMALLOC_FAST_MAX.
 *    The first page of a large block has PG_kmalloc; its order is in page->flags anyway.
 * 3. Alignment
 *    A cache is aligned to the largest power of two in its size, at most a page; what is larger
 *    than a page is alone in its block, and the buddy allocator aligns that to its size.
 * 4. Invariants (check_slab.c)
 *    S9  Each size of kmalloc() has its two caches, aligned and in the zone as promised.
 * 5. Locking
 *    None here. The caches have theirs; the flags of an allocated page are its owner's.
 */
#include <mm/slab.h>
#include <lib/align.h>

#include "kfence.h"
#include "kmalloc.h"
#include "slab_backend.h"
#include "slab_bug.h"
#include "slab_common.h"
#include "slab_debug.h"

#define SIZE(n)                                   \
	{                                         \
		n, "size-" #n, "size-" #n "(DMA)" \
	}
#define SIZE_BETWEEN(n)             \
	{                           \
		n, "size-" #n, NULL \
	}
/* clang-format off */
const struct kmalloc_size kmalloc_sizes[KMALLOC_NR_SIZES] = {
	SIZE(8),
	SIZE(16),	SIZE_BETWEEN(24),
	SIZE(32),	SIZE_BETWEEN(48),
	SIZE(64),	SIZE(96),
	SIZE(128),	SIZE(192),
	SIZE(256),	SIZE_BETWEEN(320),	SIZE_BETWEEN(400),	SIZE_BETWEEN(448),
	SIZE(512),	SIZE_BETWEEN(672),	SIZE_BETWEEN(768),	SIZE_BETWEEN(896),
	SIZE(1024),	SIZE_BETWEEN(1088),	SIZE_BETWEEN(1344),	SIZE_BETWEEN(1600),
	SIZE(2048),	SIZE_BETWEEN(2176),	SIZE_BETWEEN(2688),	SIZE_BETWEEN(3264),
	SIZE(4096),	SIZE_BETWEEN(4672),	SIZE_BETWEEN(5440),	SIZE_BETWEEN(6528),
	SIZE(8192),	SIZE_BETWEEN(10880),
	SIZE(16384),	SIZE(32768),		SIZE(65536),		SIZE(131072),
};
/* clang-format on */
#undef SIZE
#undef SIZE_BETWEEN

struct kmem_cache *kmalloc_caches[2][KMALLOC_NR_SIZES] = {
	[0 ... 1] = { [0 ... KMALLOC_NR_SIZES - 1] = &cache_none },
};

/* Indices into kmalloc_sizes[], by (size - 1) / 8 and by (size - 1) / 64; written at boot. */
static u8 size_index[KMALLOC_TABLE_MAX / 8];
static u8 large_index[KMALLOC_LARGE_TABLE_MAX / 64];

struct kmem_cache *small_cache[KMALLOC_FAST_MAX / 8] = {
	[0 ... KMALLOC_FAST_MAX / 8 - 1] = &cache_none,
};

/* Each entry of a table for sizes of @step bytes: the smallest cache that holds as many. */
static void __init fill_index(u8 *index, u32 entries, u32 step)
{
	u32 entry;
	u8 i = 0;

	for (entry = 0; entry < entries; entry++) {
		while (kmalloc_sizes[i].size < (entry + 1) * step)
			i++;
		index[entry] = i;
	}
}

/* The twin for GFP_DMA of size @i; of one that has none, that of the next one. */
static struct kmem_cache *__init dma_twin(u32 i)
{
	while (!kmalloc_sizes[i].dma_name)
		i++;
	return kmalloc_caches[1][i];
}

void __init kmalloc_init(void)
{
	const unsigned int flags = SLAB_PANIC | CFLGS_PERMANENT;
	const struct kmalloc_size *ks;
	size_t align;
	u32 i;

	fill_index(size_index, ARRAY_SIZE(size_index), 8);
	fill_index(large_index, ARRAY_SIZE(large_index), 64);
	for (i = 0; i < KMALLOC_NR_SIZES; i++) {
		ks = &kmalloc_sizes[i];
		align = min(1UL << lowest_bit(ks->size), PAGE_SIZE);
		kmalloc_caches[0][i] = cache_create(ks->name, ks->size, align, flags, NULL);
		if (ks->dma_name)
			kmalloc_caches[1][i] = cache_create(ks->dma_name, ks->size, align,
							    flags | SLAB_CACHE_DMA, NULL);
	}
	for (i = 0; i < KMALLOC_NR_SIZES; i++)
		kmalloc_caches[1][i] = dma_twin(i);
	for (i = 0; i < ARRAY_SIZE(small_cache); i++)
		small_cache[i] = kmalloc_slab((i + 1) * 8, 0);
	for (i = 0; i < KMALLOC_NR_SIZES; i++)
		if (cache_is_debugged(kmalloc_caches[0][i])) {
			kmalloc_see_all(true);
			break;
		}
}

static u32 kmalloc_index(size_t last)
{
	if (last < KMALLOC_TABLE_MAX)
		return size_index[last / 8];
	if (last < KMALLOC_LARGE_TABLE_MAX)
		return large_index[last / 64];
	return KMALLOC_NR_SIZES - 1 - (highest_bit(KMALLOC_MAX_CACHE_SIZE - 1) - highest_bit(last));
}

struct kmem_cache *kmalloc_slab(size_t size, gfp_t gfp)
{
	return kmalloc_caches[gfp & __GFP_DMA ? 1 : 0][kmalloc_index(size - 1)];
}

size_t kmalloc_fast_max = KMALLOC_FAST_MAX;

/* Those who want to see each request: only a change of that is worth an atomic operation. */
static unsigned int watchers;

/* Whoever comes last sees what the others did: fast_max is right when all have left. */
void kmalloc_see_all(bool all)
{
	unsigned int now = __atomic_add_fetch(&watchers, all ? 1u : -1u, __ATOMIC_SEQ_CST), seen;

	mm_bug_on(now == -1u, "nobody saw all requests");
	do {
		seen = now;
		__atomic_store_n(&kmalloc_fast_max, seen ? 0 : KMALLOC_FAST_MAX, __ATOMIC_SEQ_CST);
		now = __atomic_load_n(&watchers, __ATOMIC_SEQ_CST);
	} while (now != seen);
}

/* A block of its own; @nid may be NUMA_NO_NODE. */
static void *kmalloc_large(size_t size, gfp_t gfp, int nid)
{
	struct page *page;

	mm_bug_on(gfp & __GFP_HIGHMEM, "gfp 0x%x asks for %zu bytes in high memory", gfp, size);
	gfp &= GFP_RECLAIM_MASK | __GFP_DMA | __GFP_ZERO;
	page = slab_alloc_pages(nid, gfp, get_order(size));
	if (!page)
		return NULL;
	SetPageKmalloc(page);
	return lowmem_page_address(page);
}

/* What is behind @size bytes is watched. */
static __noinline void *kmalloc_debugged(struct kmem_cache *cache, size_t size, gfp_t gfp,
					 uintptr caller)
{
	void *obj = cache_alloc_special(cache, gfp);

	if (obj)
		slab_debug_requested(cache, obj, size, caller);
	return obj;
}

/* All but the small plain requests. @last is the size less one: what kmalloc() has at hand. */
static fastcall __noinline void *kmalloc_other(size_t last, gfp_t gfp)
{
	struct kmem_cache *cache;
	size_t size = last + 1;
	void *obj;

	gfp_check(gfp, "kmalloc");
	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_CACHE_SIZE)
		return kmalloc_large(size, gfp, NUMA_NO_NODE);
	cache = kmalloc_slab(size, gfp);
	obj = kfence_try(cache, size, gfp, (uintptr)__builtin_return_address(0));
	if (obj)
		return obj;
	if (unlikely(cache_is_debugged(cache)))
		return kmalloc_debugged(cache, size, gfp, (uintptr)__builtin_return_address(0));
	if (gfp & SLAB_GFP_SPECIAL)
		return cache_alloc_special(cache, gfp);
	return cache_alloc_size(cache, last, gfp);
}

void *fastcall kmalloc_plain(size_t size, gfp_t gfp)
{
	size_t last = size - 1; /* size 0 wraps, and is not small */

	if (likely(last < kmalloc_fast_max))
		return cache_alloc_size(small_cache[last / 8], last, gfp);
	return kmalloc_other(last, gfp);
}

void *fastcall kmalloc_any(size_t size, gfp_t gfp)
{
	size_t last = size - 1;

	if (likely(last < kmalloc_fast_max && !(gfp & SLAB_GFP_SPECIAL)))
		return cache_alloc_size(small_cache[last / 8], last, gfp);
	return kmalloc_other(last, gfp);
}

/* All of the object and not only @size bytes: krealloc() relies on that. */
void *fastcall kzalloc(size_t size, gfp_t gfp)
{
	size_t last = size - 1;

	gfp |= __GFP_ZERO;
	if (likely(last < kmalloc_fast_max && !(gfp & (SLAB_GFP_SPECIAL & ~__GFP_ZERO))))
		return cache_zalloc_size(small_cache[last / 8], last, gfp, kmalloc_other);
	return kmalloc_other(last, gfp);
}

void *kmalloc_node(size_t size, gfp_t gfp, int nid)
{
	struct kmem_cache *cache;
	void *obj;

	if (nid == NUMA_NO_NODE)
		return kmalloc(size, gfp);
	mm_bug_on(!node_online(nid), "node %d is not online", nid);
	gfp_check(gfp, __func__);
	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_CACHE_SIZE)
		return kmalloc_large(size, gfp, nid);
	cache = kmalloc_slab(size, gfp);
	obj = cache_alloc_on(cache, gfp, nid);
	if (obj && cache_is_debugged(cache))
		slab_debug_requested(cache, obj, size, (uintptr)__builtin_return_address(0));
	return obj;
}

void *kzalloc_node(size_t size, gfp_t gfp, int nid)
{
	return kmalloc_node(size, gfp | __GFP_ZERO, nid);
}

void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmalloc(bytes, gfp);
}

void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kzalloc(bytes, gfp);
}

/* The first page of the large block that begins at @p; NULL, and a report, if none does. */
static __always_inline struct page *large_page(const void *p, const char *who)
{
	unsigned long pfn = (unsigned long)(virt_to_phys(p) >> PAGE_SHIFT);
	struct page *page;

	page = pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
	if (page && PageKmalloc(page) && IS_ALIGNED((uintptr)p, PAGE_SIZE))
		return page;
	slab_bad_free(p, NULL, who);
	return NULL;
}

/* What is not freed at once. kfree() jumps here, so that the return address is its caller's. */
static __noinline void fastcall kfree_other(const void *p)
{
	struct page *page = slab_page_of_any(p);

	if (page) {
		cache_free_page(page, p, "kfree");
		return;
	}
	if (ZERO_OR_NULL_PTR(p))
		return;
	if (is_kfence_address(p)) {
		kfence_free(NULL, p, "kfree", (uintptr)__builtin_return_address(0));
		return;
	}
	page = large_page(p, "kfree");
	if (!page)
		return;
	ClearPageKmalloc(page);
	__free_pages(page, page_order(page));
}

void fastcall kfree(const void *p)
{
	cache_kfree(p, kfree_other);
}

size_t kmalloc_room(const void *p, const char *who)
{
	const struct page *page;
	struct slab_object o;

	if (ZERO_OR_NULL_PTR(p))
		return 0;
	if (is_kfence_address(p))
		return kfence_ksize(p, who);
	page = slab_page_of_any(p);
	if (!page) {
		page = large_page(p, who);
		return page ? PAGE_SIZE << page_order(page) : 0;
	}
	if (slab_locate(p, &o) && o.state == OBJECT_USED && o.start == p)
		return cache_is_debugged(o.cache) ? slab_debug_ksize(o.cache, p) : o.size;
	slab_bad_free(p, NULL, who);
	return 0;
}

size_t ksize(const void *p)
{
	return kmalloc_room(p, __func__);
}
