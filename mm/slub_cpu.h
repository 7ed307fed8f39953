/* SPDX-License-Identifier: 0BSD
 *
 * slub_cpu.h - the two fast paths of SLUB, inline: an object from the CPU's slab, and one back.
 */
#ifndef MM_SLUB_CPU_H
#define MM_SLUB_CPU_H

#include <mm/percpu.h>

#include "slab_bug.h"
#include "slub_internal.h"

/* slub_cpu.c, the ends of cache_alloc(): inside, and the list is at its end; inside, and its first
 * link was written to; and not inside. They leave. */
void *fastcall slub_refill(struct kmem_cache *cache, gfp_t gfp) __noinline;
void *fastcall slub_bad_first(struct kmem_cache *cache) __noinline __cold;
void *fastcall slub_alloc_closed(struct kmem_cache *cache, gfp_t gfp) __noinline;

/* And those of a free of @obj to @cache: inside, not an object of the CPU's slab; inside, and the
 * object with its link at @link looks free; and not inside. */
void fastcall slub_free_other(struct kmem_cache *cache, const void *obj,
			      const char *who) __noinline;
void fastcall slub_free_twice(struct kmem_cache *cache, uintptr link, const char *who) __noinline;
void fastcall slub_free_closed(struct kmem_cache *cache, const void *obj,
			       const char *who) __noinline;

/* Go inside: nobody else changes what is marked (C) until slub_leave(). Never waits. Return: false
 * if somebody is inside, or the cache is closed; then slub_not_inside() has to be called. */
static __always_inline bool slub_enter(struct kmem_cache_cpu *cpu)
{
#if NR_CPUS == 1
	/* Whoever interrupts this leaves the word as he found it, and the list is not read yet. */
	if (unlikely(--cpu->open))
		return false;
	barrier();
	return true;
#else
	return __atomic_exchange_n(&cpu->open, 0, __ATOMIC_ACQUIRE) == 1;
#endif
}

static __always_inline void slub_not_inside(struct kmem_cache_cpu *cpu)
{
	if (NR_CPUS == 1)
		cpu->open++;
}

static __always_inline void slub_leave(struct kmem_cache_cpu *cpu)
{
#if NR_CPUS == 1
	barrier();
	cpu->open = 1;
#else
	__atomic_store_n(&cpu->open, 1, __ATOMIC_RELEASE);
#endif
}

static __always_inline struct kmem_cache_cpu *slub_cpu(struct kmem_cache *cache)
{
	return &cache->cpu[smp_processor_id()];
}

/* One object of the CPU's slab. */
static __always_inline void *cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	struct kmem_cache_cpu *cpu = slub_cpu(cache);
	uintptr link;
	u32 step;

	if (unlikely(!slub_enter(cpu)))
		return slub_alloc_closed(cache, gfp);
	link = cpu->freelist;
	if (unlikely(slub_is_end(link)))
		return slub_refill(cache, gfp);
	step = slub_step(link);
	if (unlikely(step >= cache->block))
		return slub_bad_first(cache);
	slub_clear_link(link);
	cpu->freelist = link ^ step;
	slub_leave(cpu);
	return (void *)(link - cache->offset);
}

/* The object whose link is at @link looks as if it were out: let it look free, in one step where
 * another CPU may free it at the same time. Return: false if it looks free. */
static __always_inline bool slub_claim(const struct kmem_cache *cache, uintptr link)
{
#if NR_CPUS == 1
	return slub_step(link) >= cache->block;
#else
	u32 old = __atomic_exchange_n(slub_link_at(link), SLUB_LINK, __ATOMIC_ACQ_REL);

	if ((old ^ SLUB_LINK) >= cache->block)
		return true;
	*slub_link_at(link) = old;
	return false;
#endif
}

/* Give @obj back to @cache. If it is one of the CPU's slab, nothing else need be looked at, not
 * even its page. */
static __always_inline void cache_free(struct kmem_cache *cache, const void *obj, const char *who)
{
	struct kmem_cache_cpu *cpu = slub_cpu(cache);
	uintptr link;
	u32 product;

	if (unlikely(!slub_enter(cpu))) {
		slub_free_closed(cache, obj, who);
		return;
	}
	product = slub_product(cache, cpu->base, obj);
	if (product >= cpu->limit || unlikely(product & cache->low)) {
		slub_free_other(cache, obj, who);
		return;
	}
	link = (uintptr)obj + cache->offset;
	if (unlikely(!slub_claim(cache, link))) {
		slub_free_twice(cache, link, who);
		return;
	}
	slub_set_link(link, cpu->freelist);
	cpu->freelist = link;
	slub_leave(cpu);
}

static __always_inline void cache_free_page(struct page *page, const void *obj, const char *who)
{
	cache_free(page->slab_cache, obj, who);
}

/* Of a slab page. A link that looks like one need not be one: slub_report.c finds out. */
bool slub_is_out(const struct page *page, const void *obj);

static inline bool cache_obj_is_out(const struct page *page, const void *obj)
{
	return slub_is_out(page, obj);
}

#endif
