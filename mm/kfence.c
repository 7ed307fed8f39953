/* SPDX-License-Identifier: 0BSD
 *
 * kfence.c - a sampling guard: now and then an object lies alone beside a page that is not mapped.
 *
 * 1. Concepts    Red zones and poison find an overrun when the object is freed, or later, and cost
 *                every allocation. A page fault finds it at the instruction that does it, and costs
 *                nothing until then; but a page for each object is too much for all of them. So
 *                every Nth allocation gets one. A program that runs long enough shows its bugs, and
 *                the report has what one needs: the object, who allocated and who freed it.
 * 2. Pool        One block of pages in the direct map, which the port maps page by page:
 *
 *                  | guard | object 0 | guard | object 1 | guard | ... | object n-1 | guard | (-)
 *
 *                A guard is never mapped, an object's page only while it is in use. The object ends
 *                where its page does, as far as its alignment lets it, or for one of four begins
 *                where the page begins. All other bytes of the page are KFENCE_CANARY, and are
 *                compared when it is freed: so a write that does not reach the next page is found
 *                then, on both sides. An object that is freed goes to the end of the queue, and its
 *                page comes into use again as late as can be.
 * 3. Fast paths  They do not know of it. Pages of the pool have no PG_slab, so to free such an
 *                object looks like a caller's bug at first, and who is to judge that asks here.
 *                While it is on, two variables let all requests take the way of the unusual ones,
 *                on which they are counted (kmalloc_other(), kmem_cache_alloc_other()).
 * 4. Invariants  (check_kfence.c)
 *                G1 a page of the pool is mapped if its object is in use, and only then;
 *                G2 the queue holds every object that is not in use, once;
 *                G3 an object in use lies in its own page, with nothing but the canary around it.
 * 5. Locking     kfence_lock for the queue and the states, innermost. Filling a page, comparing it
 *                and mapping it are done by the one who took the object off the queue, or said that
 *                it is free, with no lock.
 * 6. Not done    Memory for DMA, and objects larger than a page. With more than one CPU the others
 *                may have an old mapping in their TLBs for a while: the port flushes its own.
 */
#include <mm/slab.h>
#include <lib/errno.h>
#include <mm/page_alloc.h>

#include "kfence.h"
#include "kmalloc.h"
#include "page_debug.h"
#include "slab_common.h"

/* The pool takes at most such a part of lowmem, and has at least and at most 2^ORDER pages. */
#define POOL_PART      48
#define POOL_MIN_ORDER 4U
#define POOL_MAX_ORDER 9U

/* One of so many objects lies at the beginning of its page. */
#define LEFT_ONE_OF 4

#ifndef KFENCE_DEFAULT /* make KFENCE= */
#define KFENCE_DEFAULT 0
#endif

#define CANARY_WORD   (~0UL / 0xff * KFENCE_CANARY)
#define WORDS_AT_ONCE 4

unsigned int kfence_interval;
unsigned long kfence_pool_start, kfence_pool_bytes;
struct kfence_pool kfence_pool = { .queue = LIST_HEAD_INIT(kfence_pool.queue) };
spinlock_t kfence_lock = __SPIN_LOCK_UNLOCKED(KFENCE_LOCK);

int kfence_left;

static unsigned int wanted __initdata = KFENCE_DEFAULT;

/* --- the pool -------------------------------------------------------------------------------- */

void __init kfence_want(unsigned int interval)
{
	wanted = interval;
}

void __init kfence_init(void)
{
	if (wanted && !kfence_start(wanted))
		printk("kfence: one of %u slab allocations is guarded, up to %u at a time in "
		       "%luK\n",
		       wanted, kfence_pool.nr, kfence_pool_bytes >> 10);
}

/* A page for an object and the guard behind it; a guard in front of all, and one page is over. */
static unsigned int objects_in(unsigned int order)
{
	return (1U << order) / 2 - 1;
}

static unsigned int table_order(unsigned int order)
{
	return get_order(objects_in(order) * sizeof(struct kfence_object));
}

static void map_pool(bool mapped)
{
	page_debug_port->map_pages(PFN_DOWN(virt_to_phys((void *)kfence_pool_start)),
				   kfence_pool_bytes >> PAGE_SHIFT, mapped);
}

static void map_object(const struct kfence_object *object, bool mapped)
{
	const void *page = kfence_page_of(kfence_index(object));

	page_debug_port->map_pages(PFN_DOWN(virt_to_phys(page)), 1, mapped);
}

/* Pages and table of a pool of that order. Return: false without memory, with nothing taken. */
static bool take_pool(unsigned int order)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN;
	struct page *pages = alloc_pages(gfp, order),
		    *table = alloc_pages(gfp | __GFP_ZERO, table_order(order));

	if (pages && table && page_debug_port->split_pages(page_to_pfn(pages), 1UL << order)) {
		kfence_pool.object = lowmem_page_address(table);
		kfence_pool.nr = objects_in(order);
		kfence_pool.order = order;
		kfence_pool_start = (unsigned long)lowmem_page_address(pages);
		kfence_pool_bytes = PAGE_SIZE << order;
		return true;
	}
	if (pages)
		__free_pages(pages, order);
	if (table)
		__free_pages(table, table_order(order));
	return false;
}

/* The largest pool that is to be had. Return: false if there is none. */
static bool take_large_pool(void)
{
	unsigned long share = nr_present_lowmem_pages() / POOL_PART;
	unsigned int order = share ? min(highest_bit(share), POOL_MAX_ORDER) : 0;

	while (order >= POOL_MIN_ORDER && !take_pool(order))
		order--;
	return order >= POOL_MIN_ORDER;
}

static int make_pool(void)
{
	unsigned int i;

	if (!page_debug_port->map_pages || !page_debug_port->split_pages) {
		printk(KERN_WARNING "kfence: this port cannot unmap single pages, off\n");
		return -EINVAL;
	}
	if (!take_large_pool()) {
		printk(KERN_WARNING "kfence: no memory for its pool, off\n");
		return -ENOMEM;
	}
	for (i = 0; i < kfence_pool.nr; i++)
		list_add_tail(&kfence_pool.object[i].list, &kfence_pool.queue);
	map_pool(false);
	return 0;
}

static void set_interval(unsigned int interval)
{
	if (!interval != !kfence_interval) {
		kmalloc_see_all(interval);
		slab_special_gfp = interval ? ~(gfp_t)0 : SLAB_GFP_SPECIAL;
	}
	kfence_left = (int)interval;
	kfence_interval = interval;
}

int kfence_start(unsigned int interval)
{
	int err = interval && !kfence_pool.object ? make_pool() : 0;

	if (!err)
		set_interval(interval);
	return err;
}

int kfence_stop(void)
{
	struct page *pages, *table;

	set_interval(0);
	if (kfence_active(NULL))
		return -EBUSY;
	if (!kfence_pool.object)
		return 0;
	map_pool(true);
	pages = lowmem_virt_to_page((void *)kfence_pool_start);
	table = lowmem_virt_to_page(kfence_pool.object);
	__free_pages(pages, kfence_pool.order);
	__free_pages(table, table_order(kfence_pool.order));
	kfence_pool_bytes = 0;
	kfence_pool = (struct kfence_pool){ 0 };
	INIT_LIST_HEAD(&kfence_pool.queue);
	return 0;
}

struct kfence_object *kfence_object_of(unsigned long addr)
{
	unsigned long page = (addr - kfence_pool_start) / PAGE_SIZE;

	return page % 2 && page / 2 < kfence_pool.nr ? &kfence_pool.object[page / 2] : NULL;
}

bool kfence_is_unmapped(unsigned long addr)
{
	const struct kfence_object *object;

	if (!is_kfence_address((void *)addr))
		return false;
	object = kfence_object_of(addr);
	return !object || object->state != KFENCE_USED;
}

static bool is_between(unsigned long pfn, const void *start, unsigned int order)
{
	return pfn - PFN_DOWN(virt_to_phys(start)) < 1UL << order;
}

bool kfence_has_page(unsigned long pfn)
{
	return kfence_pool.object &&
	       (is_between(pfn, (void *)kfence_pool_start, kfence_pool.order) ||
		is_between(pfn, kfence_pool.object, table_order(kfence_pool.order)));
}

unsigned long kfence_active(const struct kmem_cache *cache)
{
	const struct kfence_object *object;
	unsigned long nr = 0;
	unsigned int i;

	for (i = 0; i < kfence_pool.nr; i++) {
		object = &kfence_pool.object[i];
		nr += object->state == KFENCE_USED && (!cache || object->cache == cache);
	}
	return nr;
}

/* --- traces ---------------------------------------------------------------------------------- */

static void note_trace(struct kfence_trace *trace, uintptr caller)
{
	unsigned long flags;

	stack_depot_take(&trace->calls, 0, 0, 0, caller);
	trace->us = page_alloc_clock ? page_alloc_clock() : 0;
	flags = local_irq_save();
	trace->cpu = smp_processor_id();
	local_irq_restore(flags);
}

/* --- an object comes into use ---------------------------------------------------------------- */

static struct kfence_object *take_object(void)
{
	struct kfence_object *object = NULL;
	unsigned long flags;

	spin_lock_irqsave(&kfence_lock, flags);
	if (list_empty(&kfence_pool.queue)) {
		kfence_pool.missed++;
	} else {
		object = list_first_entry(&kfence_pool.queue, struct kfence_object, list);
		list_del(&object->list);
		kfence_pool.guarded++;
	}
	spin_unlock_irqrestore(&kfence_lock, flags);
	return object;
}

/* A cache promises its own alignment; kmalloc() of fewer bytes than its cache has promises that of
 * the largest power of two in their number. */
static size_t alignment(const struct kmem_cache *cache, size_t size)
{
	if (size == cache->size)
		return cache->align;
	return max((size_t)1 << lowest_bit(size), (size_t)ARCH_KMALLOC_MINALIGN);
}

static void copy_name(char *to, const char *name)
{
	unsigned int i;

	for (i = 0; i < KFENCE_NAME_SIZE - 1 && name[i]; i++)
		to[i] = name[i];
	to[i] = '\0';
}

/* Give @object, whose page is mapped, its place and its names. */
static void place_object(struct kfence_object *object, struct kmem_cache *cache, size_t size)
{
	size_t room = ALIGN_UP(size, alignment(cache, size));

	object->start = kfence_page_of(kfence_index(object));
	memset(object->start, KFENCE_CANARY, PAGE_SIZE);
	if (kfence_pool.guarded % LEFT_ONE_OF)
		object->start += PAGE_SIZE - room;
	object->size = size;
	object->cache = cache;
	copy_name(object->name, cache->name);
	object->freed.calls.nr = 0;
}

void *kfence_take(struct kmem_cache *cache, size_t size, uintptr caller)
{
	struct kfence_object *object = take_object();

	if (!object)
		return NULL;
	map_object(object, true);
	place_object(object, cache, size);
	note_trace(&object->allocated, caller);
	object->state = KFENCE_USED;
	if (cache->ctor)
		cache->ctor(object->start);
	return object->start;
}

/* cache_cache keeps its objects after their end, to know who goes on using them. */
static bool can_be_guarded(const struct kmem_cache *cache, size_t size, gfp_t gfp)
{
	return cache && size <= PAGE_SIZE && !(gfp & (__GFP_DMA | __GFP_HIGHMEM)) &&
	       !(cache->flags & SLAB_CACHE_DMA) && cache != &cache_cache;
}

void *kfence_alloc(struct kmem_cache *cache, size_t size, gfp_t gfp, uintptr caller)
{
	void *obj;

	if (!can_be_guarded(cache, size, gfp))
		return NULL;
	__atomic_add_fetch(&kfence_left, (int)kfence_interval, __ATOMIC_RELAXED);
	obj = kfence_take(cache, size, caller);
	if (obj && gfp & __GFP_ZERO)
		memset(obj, 0, size);
	return obj;
}

/* --- and out of it --------------------------------------------------------------------------- */

static bool are_canary_bytes(const char *from, const char *to)
{
	while (from < to && (unsigned char)*from == KFENCE_CANARY)
		from++;
	return from == to;
}

/* Nearly all of a page is seen each time: no branch for each word. */
static bool are_canary_words(const unsigned long *word, const unsigned long *end)
{
	unsigned long other = 0;

	for (; word < end; word += WORDS_AT_ONCE)
		other |= (word[0] ^ CANARY_WORD) | (word[1] ^ CANARY_WORD) |
			 (word[2] ^ CANARY_WORD) | (word[3] ^ CANARY_WORD);
	return !other;
}

static bool is_canary(const char *from, const char *to)
{
	const unsigned long step = WORDS_AT_ONCE * sizeof(long);
	const char *first = (const char *)ALIGN_UP((uintptr)from, step);
	const char *last = (const char *)ALIGN_DOWN((uintptr)to, step);

	if (first >= last)
		return are_canary_bytes(from, to);
	return are_canary_words((const void *)first, (const void *)last) &&
	       are_canary_bytes(from, first) && are_canary_bytes(last, to);
}

bool kfence_find_damage(const struct kfence_object *object, struct kfence_damage *damage)
{
	const char *page = kfence_page_of(kfence_index(object));
	const char *end = object->start + object->size, *last = page + PAGE_SIZE;

	*damage = (struct kfence_damage){ 0 };
	if (likely(is_canary(page, object->start) && is_canary(end, last)))
		return false;
	while (last > end && is_canary(last - 1, last))
		last--;
	while (page < object->start && is_canary(page, page + 1))
		page++;
	damage->behind = (unsigned int)(last - end);
	damage->front = (unsigned int)(object->start - page);
	return true;
}

/* The object in use at @obj, which belongs to @cache (NULL: to any). */
static struct kfence_object *object_in_use(const struct kmem_cache *cache, const void *obj)
{
	struct kfence_object *object = kfence_object_of((uintptr)obj);

	if (!object || object->state != KFENCE_USED || object->start != obj ||
	    (cache && cache != object->cache))
		return NULL;
	return object;
}

/* Of two who free an object at once the second one does not get it. */
static struct kfence_object *claim_object(const struct kmem_cache *cache, const void *obj)
{
	struct kfence_object *object;
	unsigned long flags;

	spin_lock_irqsave(&kfence_lock, flags);
	object = object_in_use(cache, obj);
	if (object)
		object->state = KFENCE_FREED;
	spin_unlock_irqrestore(&kfence_lock, flags);
	return object;
}

void kfence_free(const struct kmem_cache *cache, const void *obj, const char *who, uintptr caller)
{
	struct kfence_object *object = claim_object(cache, obj);
	struct kfence_damage damage;
	unsigned long flags;

	if (unlikely(!object))
		kfence_bad_object(cache, obj, who);
	if (unlikely(kfence_find_damage(object, &damage)))
		kfence_overwritten(object, &damage, who);
	note_trace(&object->freed, caller);
	map_object(object, false);
	spin_lock_irqsave(&kfence_lock, flags);
	list_add_tail(&object->list, &kfence_pool.queue);
	spin_unlock_irqrestore(&kfence_lock, flags);
}

size_t kfence_ksize(const void *obj, const char *who)
{
	const struct kfence_object *object = object_in_use(NULL, obj);

	if (unlikely(!object))
		kfence_bad_object(NULL, obj, who);
	return object->size;
}
