/* SPDX-License-Identifier: 0BSD
 *
 * slab_cpu.h - the two fast paths, inline: one object from this CPU's array, and one back.
 */
#ifndef MM_SLAB_CPU_H
#define MM_SLAB_CPU_H

#include "internal.h"
#include "slab_bug.h"
#include "slab_internal.h"

/* cache_alloc() when the array is empty or cannot be entered. Takes locks itself. */
void *fastcall cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp) __noinline;

/* The free of @obj, in a slab page, from its beginning: for all that cache_free() does not do
 * itself. Whatever is wrong with @obj stops here. Takes locks itself. */
void fastcall cache_free_slow(const void *obj, const char *who);

/* The array whose first entry is @first. */
static __always_inline struct array_cache *array_of(struct array_entry *first)
{
	return container_of(first, struct array_cache, entry[0]);
}

/* The first entry of @cpu's array, for that of CPU 0's. */
static __always_inline struct array_entry *first_of_cpu(struct array_entry *first, unsigned int cpu)
{
	return NR_CPUS == 1 ? first : (void *)((char *)first + cpu * array_of(first)->bytes);
}

static inline struct array_cache *array_of_cpu(struct array_entry *first, unsigned int cpu)
{
	return array_of(first_of_cpu(first, cpu));
}

/* The array that this CPU takes from: its own one of those of its home. */
static __always_inline struct array_entry *own_first(const struct kmem_cache *cache)
{
	unsigned int row = NR_CPUS == 1 ? 0 : (unsigned int)slab_home_node();

	return first_of_cpu(cache->array, row * NR_CPUS + smp_processor_id());
}

/* Go into @array, of whatever CPU, and take @taken entries out, which nobody else can do until
 * array_leave(). Never waits. With one CPU, an interrupt handler that comes while somebody is in
 * the array finds it closed, and leaves avail as it was.
 * Return: false, and nothing is changed, if it has not so many, or somebody is in it, or nobody may
 * be; else the entries that are left in *@avail. */
static __always_inline bool array_enter(struct array_cache *array, int taken, int *avail)
{
#if NR_CPUS == 1
	if (unlikely(local_add_negative(-(ARRAY_OPEN + taken), &array->avail))) {
		local_add(ARRAY_OPEN + taken, &array->avail);
		return false;
	}
	*avail = READ_ONCE(array->avail);
	return true;
#else
	*avail = __atomic_sub_fetch(&array->avail, ARRAY_OPEN + taken, __ATOMIC_ACQUIRE);
	if (likely(*avail >= 0))
		return true;
	__atomic_add_fetch(&array->avail, ARRAY_OPEN + taken, __ATOMIC_RELAXED);
	return false;
#endif
}

/* Leave @array, with @more entries in use than when it was entered. */
static __always_inline void array_leave(struct array_cache *array, int more)
{
#if NR_CPUS == 1
	local_add(ARRAY_OPEN + more, &array->avail);
#else
	__atomic_add_fetch(&array->avail, ARRAY_OPEN + more, __ATOMIC_RELEASE);
#endif
}

/* The object of *@state, which is out, is no longer: of two who free it at once, one fails. */
static __always_inline bool bufctl_claim(kmem_bufctl_t *state)
{
#if NR_CPUS == 1
	if (likely(local_dec_and_test(state)))
		return true;
	local_inc(state);
	return false;
#else
	kmem_bufctl_t active = BUFCTL_ACTIVE;

	return __atomic_compare_exchange_n(state, &active, BUFCTL_CACHED, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
#endif
}

/* The hottest object of this CPU's array. What the forms here and below are for stands in
 * tests/bench/objects.c. */
static __always_inline void *cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	struct array_entry *entry = own_first(cache);
	struct array_cache *array;
	void *obj;
	int at;

	IN_REGISTER_OF(2, entry);
	array = array_of(entry);
	if (unlikely(!array_enter(array, 1, &at)))
		return cache_alloc_slow(cache, gfp);
	*entry[at].state = BUFCTL_ACTIVE;
	OPTIMIZER_HIDE_VAR(at);
	obj = entry[at].obj;
	array_leave(array, 0);
	return obj;
}

/* The same for kzalloc(), all of it zeroed; if none is at hand, @rest is jumped to. The call of
 * memset() would cost more than most objects. */
static __always_inline void *cache_zalloc_size(struct kmem_cache *cache, size_t last, gfp_t gfp,
					       void *fastcall (*rest)(size_t last, gfp_t gfp))
{
	struct array_entry *entry = own_first(cache);
	struct array_cache *array = array_of(entry);
	void *obj;
	int at;

	if (unlikely(!array_enter(array, 1, &at)))
		return rest(last, gfp);
	*entry[at].state = BUFCTL_ACTIVE;
	OPTIMIZER_HIDE_VAR(at);
	obj = entry[at].obj;
	array_leave(array, 0);
	clear_words(obj, cache->size / sizeof(u32));
	return obj;
}

/* Give @obj, which lies in @slab, back: it becomes the hottest one of this CPU's array. @obj is the
 * @argument-th argument of the function that this is for, the first (0) or the second. If that
 * takes more, nothing is changed, and @rest is jumped to. */
static __always_inline void cache_free(struct slab *slab, const void *obj,
				       void fastcall (*rest)(const void *obj), int argument)
{
	struct array_entry *entry;
	struct array_cache *array;
	kmem_bufctl_t *state;
	u32 index;
	int at;

	IN_REGISTER_OF(argument + 1, slab);
	index = slab_index(slab, obj);
	IN_REGISTER_OF(argument, obj);
	if (unlikely(index >= slab->num))
		goto slow;
	state = &slab->bufctl[index];
	OPTIMIZER_HIDE_VAR(state);
	entry = first_of_cpu(slab->array, smp_processor_id());
	OPTIMIZER_HIDE_VAR(entry);
	array = array_of(entry);
	if (unlikely(!array_enter(array, 0, &at)))
		goto slow;
	if (unlikely((u32)at >= array->limit) || unlikely(!bufctl_claim(state))) {
		array_leave(array, 0);
		goto slow;
	}
	IN_REGISTER_OF(argument, obj);
	entry[at].obj = (void *)(uintptr)obj;
	OPTIMIZER_HIDE_VAR(at);
	entry[at].state = state;
	array_leave(array, 1);
	return;
slow:
	IN_REGISTER_OF(argument, obj);
	rest(obj);
}

/* kfree() of @obj, whatever that is. */
static __always_inline void cache_kfree(const void *obj, void fastcall (*rest)(const void *obj))
{
	cache_free(slab_of_address(obj), obj, rest, 0);
}

static __always_inline void cache_free_page(struct page *page __unused, const void *obj,
					    const char *who)
{
	cache_free_slow(obj, who);
}

static inline bool cache_obj_is_out(const struct page *page, const void *obj)
{
	u32 index = slab_index(page->slab_page, obj);

	return index < page->slab_page->num && slab_is_out(page->slab_page, index);
}

#endif
