/* SPDX-License-Identifier: 0BSD
 *
 * mempool.c - a reserve of elements in front of an allocator (Gorman 9.5 and 9.6; Linux's mempool).
 *
 * 1. Concepts
 *    A request goes to the allocator first: the reserve is for those who would get nothing. What
 *    comes back fills the reserve before anything goes back to the allocator. So min_nr elements
 *    can be out at any time, whatever others do with the memory, and whoever gives each element
 *    back before he asks for another one gets on, slowly, with a reserve of one.
 * 2. Data
 *    A stack of pointers. Nothing is written to an element in the reserve: for its allocator it is
 *    in use, so a cache's check finds nothing wrong, and what a constructor made of it stays.
 *    The reserve has never more than min_nr elements, and fewer only while some are out.
 * 3. What is caught
 *    The second free of an element that lies in the reserve, by comparing. The second free of one
 *    that has gone to the allocator, and an element of another pool: of the three usual kinds of
 *    pool by a look at it before it goes to the reserve (unless another CPU takes an element
 *    between the look and the lock), else by more coming back than were out.
 * 4. Locking
 *    pool->lock, interrupts off, for what is marked (L). It stands behind the shrinkers' in the
 *    order, since one may free elements; nothing is called while it is held.
 * 5. Not done
 *    Waiting for an element (mempool.h). Elements of a node of choice: the reserve has no nodes.
 */
#include <mm/mempool.h>
#include <lib/errno.h>

#include "kfence.h"
#include "kmalloc.h"
#include "slab_bug.h"
#include "slab_common.h"

static void check_pool(const mempool_t *pool, const char *who)
{
	if (unlikely(!pool || !mempool_initialized(pool)))
		panic("BUG: %s: %p is no pool (%s)", who, (const void *)pool,
		      pool ? "not initialised, or destroyed?"
			   : "NULL: a mempool_create() that failed?");
}

/* --- the reserve ----------------------------------------------------------------------------- */

/* Elements to the allocator, from the last one on. */
static void free_elements(const mempool_t *pool, void **elements, int nr)
{
	while (nr)
		pool->free(elements[--nr], pool->pool_data);
}

/* Room for @room elements with @nr new ones in front. Return: NULL without memory. */
static void **alloc_elements(const mempool_t *pool, int room, int nr)
{
	void **elements = kmalloc_array((size_t)room, sizeof(*elements), GFP_KERNEL);
	int i;

	for (i = 0; elements && i < nr; i++) {
		elements[i] = pool->alloc(GFP_KERNEL, pool->pool_data);
		if (elements[i])
			continue;
		free_elements(pool, elements, i);
		kfree(elements);
		return NULL;
	}
	return elements;
}

/* An element that is out from now on, or NULL. */
static void *take_from_reserve(mempool_t *pool)
{
	void *element = NULL;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr) {
		element = pool->elements[--pool->curr_nr];
		pool->nr_out++;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

static bool is_in_reserve(const mempool_t *pool, const void *element)
{
	int i;

	for (i = 0; i < pool->curr_nr; i++)
		if (pool->elements[i] == element)
			return true;
	return false;
}

/* Why @element cannot be a live one of @pool, in words; NULL if it can be. */
static const char *bad_return(const mempool_t *pool, const void *element)
{
	if (is_in_reserve(pool, element))
		return "is in the reserve already (double free?)";
	return pool->nr_out ? NULL : "comes back while none is out (double free, or another pool?)";
}

/* @element is not out any more. Return: was there room for it? */
static bool put_into_reserve(mempool_t *pool, void *element)
{
	unsigned long flags;
	const char *error;
	bool room;

	spin_lock_irqsave(&pool->lock, flags);
	error = bad_return(pool, element);
	room = pool->curr_nr < pool->min_nr;
	if (!error && room)
		pool->elements[pool->curr_nr++] = element;
	pool->nr_out -= !error;
	spin_unlock_irqrestore(&pool->lock, flags);
	if (unlikely(error))
		panic("BUG: mempool_free: element %p of pool %p %s", element, (void *)pool, error);
	return room;
}

/* --- the pool -------------------------------------------------------------------------------- */

int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc, mempool_free_t *free,
		 void *pool_data)
{
	mm_bug_on(min_nr < 1, "a reserve of %d elements", min_nr);
	*pool = (mempool_t){ .pool_data = pool_data, .alloc = alloc, .free = free };
	spin_lock_init(&pool->lock, MEMPOOL_LOCK);
	pool->elements = alloc_elements(pool, min_nr, min_nr);
	pool->min_nr = pool->curr_nr = pool->elements ? min_nr : 0;
	return pool->elements ? 0 : -ENOMEM;
}

mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *free, void *pool_data)
{
	mempool_t *pool = kmalloc(sizeof(*pool), GFP_KERNEL);

	if (pool && !mempool_init(pool, min_nr, alloc, free, pool_data))
		return pool;
	kfree(pool);
	return NULL;
}

static void pool_exit(mempool_t *pool, const char *who)
{
	check_pool(pool, who);
	if (pool->nr_out)
		panic("BUG: %s: %ld elements of pool %p are out", who, pool->nr_out, (void *)pool);
	free_elements(pool, pool->elements, pool->curr_nr);
	kfree(pool->elements);
	*pool = (mempool_t){ .elements = NULL };
}

void mempool_exit(mempool_t *pool)
{
	if (pool && mempool_initialized(pool))
		pool_exit(pool, __func__);
}

void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	pool_exit(pool, __func__);
	kfree(pool);
}

/* Let @elements, with room for @min_nr of which the first @nr are there, be the reserve, and add
 * what fits of the old one. Return: the old array; *@surplus elements are left at its start. */
static void **swap_reserve(mempool_t *pool, void **elements, int min_nr, int nr, int *surplus)
{
	void **old = pool->elements;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	while (nr < min_nr && pool->curr_nr)
		elements[nr++] = old[--pool->curr_nr];
	*surplus = pool->curr_nr;
	pool->elements = elements;
	pool->min_nr = min_nr;
	pool->curr_nr = nr;
	spin_unlock_irqrestore(&pool->lock, flags);
	return old;
}

int mempool_resize(mempool_t *pool, int new_min_nr)
{
	void **elements, **old;
	int more, surplus;

	check_pool(pool, __func__);
	mm_bug_on(new_min_nr < 1, "a reserve of %d elements", new_min_nr);
	more = max(new_min_nr - pool->min_nr, 0);
	elements = alloc_elements(pool, new_min_nr, more);
	if (!elements)
		return -ENOMEM;
	old = swap_reserve(pool, elements, new_min_nr, more, &surplus);
	free_elements(pool, old, surplus);
	kfree(old);
	return 0;
}

/* --- where elements come from ---------------------------------------------------------------- */

void *mempool_alloc_slab(gfp_t gfp, void *pool_data)
{
	return kmem_cache_alloc(pool_data, gfp);
}

void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}

void *mempool_kmalloc(gfp_t gfp, void *pool_data)
{
	return kmalloc((size_t)pool_data, gfp);
}

void mempool_kfree(void *element, void *pool_data __unused)
{
	kfree(element);
}

void *mempool_alloc_pages(gfp_t gfp, void *pool_data)
{
	return alloc_pages(gfp, (unsigned int)(uintptr)pool_data);
}

void mempool_free_pages(void *element, void *pool_data)
{
	__free_pages(element, (unsigned int)(uintptr)pool_data);
}

static void check_page(const mempool_t *pool, const struct page *page)
{
	mm_bug_on(!page_count(page) || page_order(page) != (uintptr)pool->pool_data,
		  "page %lu of pool %p is of order %u and has %d references (double free, or "
		  "another pool?)",
		  page_to_pfn(page), (const void *)pool, page_order(page), page_count(page));
}

/* Is @element, of a pool whose cache is @cache, an object of another one? */
static bool is_of_another(const struct kmem_cache *cache, const void *element)
{
	return !is_kfence_address(element) && slab_cache_of(element) != cache;
}

/* Can @element be one of @pool? Its allocator would see if not, but the reserve is what gets it.
 * Stops if not; returns false if a cache that is debugged has reported it. */
static bool is_element(const mempool_t *pool, const void *element)
{
	size_t room, needed = pool->free == mempool_kfree ? (size_t)pool->pool_data : 1;

	if (pool->free == mempool_free_pages)
		check_page(pool, element);
	if (pool->free == mempool_free_slab && is_of_another(pool->pool_data, element)) {
		slab_bad_free(element, pool->pool_data, "mempool_free");
		return false;
	}
	if (pool->free != mempool_free_slab && pool->free != mempool_kfree)
		return true;
	room = kmalloc_room(element, "mempool_free");
	mm_bug_on(room && room < needed, "element %p of pool %p has %zu bytes (another pool?)",
		  element, (const void *)pool, room);
	return room != 0;
}

/* --- elements -------------------------------------------------------------------------------- */

/* @element, which the allocator gave, is out; NULL is none. */
static void *count_out(mempool_t *pool, void *element)
{
	unsigned long flags;

	if (!element)
		return NULL;
	spin_lock_irqsave(&pool->lock, flags);
	pool->nr_out++;
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

void *mempool_alloc(mempool_t *pool, gfp_t gfp)
{
	const gfp_t hard = __GFP_DIRECT_RECLAIM | __GFP_NOFAIL;
	gfp_t easy = (gfp & ~hard) | __GFP_NOWARN | __GFP_NORETRY;
	void *element;

	check_pool(pool, __func__);
	mm_bug_on(gfp & __GFP_ZERO, "an element of the reserve is not zero, gfp 0x%x", gfp);
	element = pool->alloc(easy, pool->pool_data);
	if (likely(element))
		return count_out(pool, element);
	element = take_from_reserve(pool);
	if (element || !(gfp & hard))
		return element;
	return count_out(pool, pool->alloc(gfp, pool->pool_data));
}

void mempool_free(void *element, mempool_t *pool)
{
	if (unlikely(!element))
		return;
	check_pool(pool, __func__);
	if (unlikely(READ_ONCE(pool->curr_nr) < pool->min_nr) && !is_element(pool, element))
		return;
	if (likely(!put_into_reserve(pool, element)))
		pool->free(element, pool->pool_data);
}
