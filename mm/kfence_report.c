/* SPDX-License-Identifier: 0BSD
 *
 * kfence_report.c - what is said of a guarded object: of a fault beside it, of one that is freed
 * wrongly, of the pool as a whole (kfence.c has the theory).
 *
 * A fault in a guard page may belong to the object in front of it or to the one behind it. That is
 * the one in use, and of two such the nearer one.
 */
#include <lib/out.h>
#include <mm/slab.h>

#include "kfence.h"
#include "page_debug.h"
#include "slab_common.h"

/* --- which object ---------------------------------------------------------------------------- */

/* How far @addr lies outside of @object, in bytes that were not to be touched. */
static unsigned long distance(const struct kfence_object *object, unsigned long addr)
{
	unsigned long start = (unsigned long)object->start;

	if (addr < start)
		return start - addr;
	return addr - start < object->size ? 0 : addr - start - object->size + 1;
}

static bool is_better(const struct kfence_object *a, const struct kfence_object *b,
		      unsigned long addr)
{
	if ((a->state == KFENCE_USED) != (b->state == KFENCE_USED))
		return a->state == KFENCE_USED;
	return distance(a, addr) < distance(b, addr);
}

/* The object that an access to @addr was meant for; NULL if there is none that ever was in use. */
static const struct kfence_object *nearest(unsigned long addr)
{
	const struct kfence_object *object = kfence_object_of(addr), *best = NULL;
	const unsigned long beside[] = { addr, addr - PAGE_SIZE, addr + PAGE_SIZE };
	unsigned int i;

	for (i = object ? 2 : 0; i < ARRAY_SIZE(beside); i++) {
		if (!is_kfence_address((void *)beside[i]))
			continue;
		object = object ? object : kfence_object_of(beside[i]);
		if (object && object->state != KFENCE_NEW &&
		    (!best || is_better(object, best, addr)))
			best = object;
		object = NULL;
	}
	return best;
}

const char *kfence_fault_kind(unsigned long addr)
{
	const struct kfence_object *object = nearest(addr);

	if (!object)
		return "not mapped";
	if (object->state == KFENCE_FREED)
		return "use after free";
	return addr < (unsigned long)object->start ? "underrun" : "overrun";
}

/* --- an object, in words --------------------------------------------------------------------- */

static const char *plural(unsigned long nr)
{
	return nr == 1 ? "" : "s";
}

static void show_place(struct out *out, const struct kfence_object *object, unsigned long addr)
{
	unsigned long bytes = distance(object, addr);

	if (!bytes)
		out_printf(out, "byte %lu of", addr - (unsigned long)object->start);
	else
		out_printf(out, "%lu byte%s %s", bytes, plural(bytes),
			   addr < (unsigned long)object->start ? "in front of"
							       : "behind the end of");
	out_printf(out, " the %zu bytes at %08lx", object->size, (unsigned long)object->start);
}

bool kfence_address_show(struct out *out, unsigned long addr)
{
	const struct kfence_object *object;
	bool freed;

	if (!is_kfence_address((void *)addr))
		return false;
	object = nearest(addr);
	if (!object) {
		out_printf(out, "pool of kfence, where no object has been");
		return true;
	}
	freed = object->state == KFENCE_FREED;
	show_place(out, object, addr);
	out_printf(out, ", an object of cache %s that %pS %s", object->name,
		   (void *)(freed ? object->freed : object->allocated).calls.entry[0],
		   freed ? "freed" : "allocated");
	return true;
}

static void show_trace(struct out *out, const char *what, const struct kfence_trace *trace)
{
	if (!trace->calls.nr)
		return;
	out_printf(out, "%s on CPU %u, %llu us after the start:\n", what, trace->cpu, trace->us);
	stack_depot_show(out, &trace->calls);
}

static void show_object(struct out *out, const struct kfence_object *object)
{
	out_printf(out, "guarded object %u: %zu bytes at %08lx, cache %s, %s\n",
		   kfence_index(object), object->size, (unsigned long)object->start, object->name,
		   object->state == KFENCE_USED ? "in use" : "freed");
	show_trace(out, "allocated", &object->allocated);
	show_trace(out, "freed", &object->freed);
}

void kfence_object_show(struct out *out, unsigned long addr)
{
	const struct kfence_object *object = NULL;

	if (is_kfence_address((void *)addr))
		object = nearest(addr);
	if (object)
		show_object(out, object);
}

/* --- a caller's bug -------------------------------------------------------------------------- */

static void log_object(const struct kfence_object *object)
{
	if (page_debug_port->log)
		show_object(page_debug_port->log, object);
}

/* @obj is not where @object begins. */
static void __noreturn bad_address(const struct kfence_object *object, const void *obj,
				   const char *who)
{
	unsigned long outside = distance(object, (uintptr)obj);

	if (!outside)
		panic("BUG: %s: %p is %lu bytes inside an object of cache %s, the %zu bytes at "
		      "%p (not the pointer that was allocated?)",
		      who, obj, (unsigned long)((const char *)obj - object->start), object->name,
		      object->size, (void *)object->start);
	panic("BUG: %s: %p is %lu byte%s %s an object of cache %s, the %zu bytes at %p (wrong "
	      "arithmetic?)",
	      who, obj, outside, plural(outside),
	      (const char *)obj < object->start ? "in front of" : "behind the end of", object->name,
	      object->size, (void *)object->start);
}

void kfence_bad_object(const struct kmem_cache *cache, const void *obj, const char *who)
{
	const struct kfence_object *object = nearest((uintptr)obj);

	if (!object)
		panic("BUG: %s: %p is in the pool of kfence, where no object has been "
		      "(uninitialised pointer?)",
		      who, obj);
	log_object(object);
	if (obj != object->start)
		bad_address(object, obj, who);
	if (object->state == KFENCE_FREED)
		panic("BUG: %s: object %p of cache %s is free already (double free?)", who, obj,
		      object->name);
	panic("BUG: %s: object %p is of cache %s, not of %s (wrong cache?)", who, obj, object->name,
	      cache->name);
}

#define DUMP_MAX 16U /* bytes that a report shows */

/* The first bytes that were written to, from @at on. */
static void dump_bytes(struct out *out, const char *at, unsigned int nr)
{
	unsigned int i;

	out_printf(out, "%08lx:", (unsigned long)at);
	for (i = 0; i < min(nr, DUMP_MAX); i++)
		out_printf(out, " %02x", (unsigned char)at[i]);
	out_printf(out, nr > DUMP_MAX ? " ...\n" : "\n");
}

void kfence_overwritten(const struct kfence_object *object, const struct kfence_damage *damage,
			const char *who)
{
	unsigned int bytes = damage->behind ? damage->behind : damage->front;
	const char *end = object->start + object->size;

	log_object(object);
	if (page_debug_port->log)
		dump_bytes(page_debug_port->log, damage->behind ? end : object->start - bytes,
			   bytes);
	panic("BUG: %s: %u byte%s %s an object of cache %s, the %zu bytes at %p, %s overwritten "
	      "(%s?)",
	      who, bytes, plural(bytes), damage->behind ? "behind the end of" : "in front of",
	      object->name, object->size, (void *)object->start, bytes == 1 ? "was" : "were",
	      damage->behind ? "overrun" : "underrun");
}

/* --- the pool as a whole --------------------------------------------------------------------- */

static unsigned int count(enum kfence_state state)
{
	unsigned int i, nr = 0;

	for (i = 0; i < kfence_pool.nr; i++)
		nr += kfence_pool.object[i].state == state;
	return nr;
}

void kfence_show(struct out *out)
{
	if (!kfence_pool.object) {
		out_printf(out, "kfence: off\n");
		return;
	}
	if (kfence_interval)
		out_printf(out, "kfence: one of %u slab allocations is guarded\n", kfence_interval);
	else
		out_printf(out, "kfence: no more allocations are guarded\n");
	out_printf(out, "  pool: %luK at %08lx, %u objects: %u in use, %u freed, %u never used\n",
		   kfence_pool_bytes >> 10, kfence_pool_start, kfence_pool.nr, count(KFENCE_USED),
		   count(KFENCE_FREED), count(KFENCE_NEW));
	out_printf(out, "  guarded: %lu so far; all objects in use: %lu times\n",
		   kfence_pool.guarded, kfence_pool.missed);
}
