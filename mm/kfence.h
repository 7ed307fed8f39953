/* SPDX-License-Identifier: 0BSD
 *
 * kfence.h - where the slab allocator asks its sampling guard, and what the parts of that share.
 * Nobody includes it but mm/ and tests.
 *
 * Field letters: (K) kfence_lock   (I) written when the pool is made   (O) the CPU that takes the
 * object off the queue, until it is in use; then the one that frees it
 */
#ifndef MM_KFENCE_INTERNAL_H
#define MM_KFENCE_INTERNAL_H

#include <lib/list.h>
#include <mm/gfp.h>
#include <mm/kfence.h>

#include "internal.h"
#include "stack_depot.h"

struct kmem_cache;

/* Every byte of a page in use that is not of its object. */
#define KFENCE_CANARY 0xb5

#define KFENCE_NAME_SIZE 32

enum kfence_state { KFENCE_NEW, KFENCE_USED, KFENCE_FREED };

/* Who did something to an object, where and when. */
struct kfence_trace {
	u64 us; /* by page_alloc_clock */
	unsigned int cpu;
	struct call_trace calls;
};

struct kfence_object {
	struct list_head list;	     /* (K) of the queue, unless it is in use */
	enum kfence_state state;     /* (K) */
	struct kmem_cache *cache;    /* (O) while it is in use; it may be destroyed afterwards */
	char name[KFENCE_NAME_SIZE]; /* (O) of the cache */
	char *start;		     /* (O) what the caller got */
	size_t size;		     /* (O) bytes that he asked for */
	struct kfence_trace allocated, freed; /* (O) */
};

struct kfence_pool {
	struct kfence_object *object; /* (I) NULL: there is no pool */
	unsigned int nr;	      /* (I) objects */
	unsigned int order;	      /* (I) of the pool's pages */
	struct list_head queue;	      /* (K) objects that are not in use, the longest free first */
	unsigned long guarded;	      /* (K) allocations that got an object */
	unsigned long missed;	      /* (K) that were due while all objects were in use */
};
extern struct kfence_pool kfence_pool;
extern spinlock_t kfence_lock;

/* --- for the slab allocator ------------------------------------------------------------------ */

/* Start what was asked for. Context: at the end of kmem_cache_init(). */
void kfence_init(void);

/* Requests until the next one that is guarded; 0 or below: it is due. */
extern int kfence_left;

/* A guarded object for the request that is due. Return: NULL if it cannot be guarded, and then the
 * next one is due; or if all objects are in use. */
void *kfence_alloc(struct kmem_cache *cache, size_t size, gfp_t gfp, uintptr caller);

/* Is the guard on, and the request that @caller makes to @cache due? Of @size bytes, which are all
 * of an object of the cache, or fewer for kmalloc(). Context: no lock held. Return: a guarded
 * object, zeroed if @gfp says so; NULL: the cache is to serve the request. */
static inline void *kfence_try(struct kmem_cache *cache, size_t size, gfp_t gfp, uintptr caller)
{
	if (likely(!kfence_interval))
		return NULL;
	if (likely(__atomic_sub_fetch(&kfence_left, 1, __ATOMIC_RELAXED) > 0))
		return NULL;
	return kfence_alloc(cache, size, gfp, caller);
}

/* The same, whosever turn it is. */
void *kfence_take(struct kmem_cache *cache, size_t size, uintptr caller);

/* @who (a public function) was given @obj, an address of the pool, to free it; @cache is the one
 * that it was given too, or NULL. Stops if that is no object in use, or bytes around it were
 * written to. */
void kfence_free(const struct kmem_cache *cache, const void *obj, const char *who, uintptr caller);

/* Bytes of the object at @obj, an address of the pool; stops if that is none in use. */
size_t kfence_ksize(const void *obj, const char *who);

/* Guarded objects of @cache that are in use. */
unsigned long kfence_active(const struct kmem_cache *cache);

/* --- among the parts ------------------------------------------------------------------------- */

static inline unsigned int kfence_index(const struct kfence_object *object)
{
	return (unsigned int)(object - kfence_pool.object);
}

/* The first address of the page of object @index: guard pages lie between them. */
static inline char *kfence_page_of(unsigned int index)
{
	return (char *)(kfence_pool_start + (2 * index + 1) * PAGE_SIZE);
}

/* The object whose page @addr, an address of the pool, lies in; NULL for that of a guard page. */
struct kfence_object *kfence_object_of(unsigned long addr);

/* Bytes around an object that are no canary. Return: are there any? Context: it is mapped. */
struct kfence_damage {
	unsigned int behind; /* from the object's end to the last such byte; 0: there is none */
	unsigned int front;  /* from the first such byte to the object's start */
};
bool kfence_find_damage(const struct kfence_object *object, struct kfence_damage *damage);

/* kfence_report.c: the end of a caller's bug. @obj, which @who was given, is no object in use, or
 * none of @cache (NULL: no matter); bytes around @object were written to. */
void kfence_bad_object(const struct kmem_cache *cache, const void *obj, const char *who)
	__noreturn __cold;
void kfence_overwritten(const struct kfence_object *object, const struct kfence_damage *damage,
			const char *who) __noreturn __cold;

#endif
