/* SPDX-License-Identifier: 0BSD
 *
 * slab_debug.h - where the back ends call the debugging of objects, and what its parts share:
 * slab_debug.c, slab_inspect.c, slab_debug_report.c. For mm/ and its tests.
 *
 * Who calls: a back end, off its fast path. A debugged cache may have no fast path.
 */
#ifndef MM_SLAB_DEBUG_INTERNAL_H
#define MM_SLAB_DEBUG_INTERNAL_H

#include <mm/slab.h>
#include <mm/slab_debug.h>

#include "slab_common.h"

static inline bool cache_is_debugged(const struct kmem_cache *cache)
{
	return cache->flags & SLAB_DEBUG_FLAGS;
}

/* What slab_debug_want() took. A test sets it back after its own. */
#define SLAB_DEBUG_OPTION_SIZE 128
extern char slab_debug_option[SLAB_DEBUG_OPTION_SIZE];

/* Add to the flags of @cache what slab_debug= says of it, and set red_left: the bytes of a unit
 * before its object. Context: size, align, flags, ctor and name are set, stride is not. */
void slab_debug_layout(struct kmem_cache *cache);

/* Bytes of a unit: what is before the object, the object, and what is behind it. The stride is
 * that, rounded up to the alignment; the first object of a slab lies red_left behind the begin of
 * the first unit. Of a cache that is not debugged: the size of an object. */
size_t slab_debug_unit(const struct kmem_cache *cache);

/* So many bytes of a unit are the back end's, which may say so in its header; and where they are,
 * from the object on. Nobody watches them. Context: cache_has_units(). */
#ifndef UNIT_WORD
#define UNIT_WORD 0u
#endif
u32 slab_debug_word(const struct kmem_cache *cache);

/* @cache is given up; the last one with U takes the table of call traces along. */
void slab_debug_release(const struct kmem_cache *cache);

/* Is a caller's bug with an object of @cache only reported? With NULL: with anything else. */
bool slab_debug_is_lenient(const struct kmem_cache *cache);

/* @cache is about to be destroyed: free the objects that were kept from ever being used again. */
void slab_debug_give_up(struct kmem_cache *cache);

/* Paint @obj of a new slab as a free one. Context: before its constructor runs. */
void slab_debug_new_object(const struct kmem_cache *cache, void *obj);

/* @obj was free and goes to a caller; @caller is a return address of his, or 0.
 * Return: false if it was written to while it was free: that was reported, and the back end keeps
 *         it for good as one that is out, and takes another one. */
bool slab_debug_alloc(struct kmem_cache *cache, void *obj, uintptr caller);

/* Of @obj, in use, only @requested bytes are used: the others are watched. @caller, if not 0, is a
 * return address of who allocated it just now. Context: a debugged cache without a constructor. */
void slab_debug_requested(const struct kmem_cache *cache, void *obj, size_t requested,
			  uintptr caller);

/* The object of kmalloc() at @p, in use, of any cache or of none, has @size bytes from now on. */
void slab_debug_resized(void *p, size_t size);

/* What ksize() says of @obj in use, in a cache that is debugged or not. */
size_t slab_debug_ksize(const struct kmem_cache *cache, const void *obj);

/* @obj, which is out, comes back. Return: false if somebody wrote over its end or its beginning, or
 * it had been kept: that was reported, and it stays out. */
bool slab_debug_free(struct kmem_cache *cache, void *obj, uintptr caller);

/* The slab of @obj, which is free, is given back. Report it if it was written to. */
void slab_debug_last_look(const struct kmem_cache *cache, const void *obj);

/* --- the unit -------------------------------------------------------------------------------- */

#define RED_INACTIVE 0xbb /* red zones of a free object */
#define RED_ACTIVE   0xcc /* of one in use */
#define POISON_INUSE 0x5a /* a new object; what is between units */
#define POISON_FREE  0x6b /* a free object ... */
#define POISON_END   0xa5 /* ... but its last byte */

enum unit_state {
	UNIT_FREE = 0x4652, /* values that no pattern makes */
	UNIT_USED = 0x5553,
	UNIT_KEPT = 0x4b50, /* damage was found: never handed out again */
};

enum { TRACK_ALLOC, TRACK_FREE };

struct unit_track {
	u32 us_low, us_high; /* no member wants to be aligned to more: there is no gap */
	u16 trace, cpu;
};

/* What is known of an object. It is kept twice, in front of the left zone and behind the right one,
 * so that a write to one of them is seen byte by byte, and nothing is lost. */
struct unit_info {
	u32 requested;
	u32 state;
	struct unit_track track[2]; /* zero without SLAB_STORE_USER */
	u32 sum;		    /* of all of it, and of the object's address */
};

/* Has @cache such units? With F alone it has not. */
static inline bool cache_has_units(const struct kmem_cache *cache)
{
	return cache->flags & (SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER);
}

static inline struct unit_info *unit_front(const struct kmem_cache *cache, const void *obj)
{
	return (struct unit_info *)((uintptr)obj - cache->red_left);
}

/* Do the units of @cache fit its stride, as they were laid out? If not, somebody wrote to it, and
 * nothing may be looked for where it says. */
bool cache_units_fit(const struct kmem_cache *cache);

/* Stop if not. Context: before an object of a debugged cache is looked for. */
static inline void slab_debug_check_cache(const struct kmem_cache *cache, const char *who)
{
	if (!cache_units_fit(cache))
		slab_bad_cache(cache, who);
}

struct unit_info *unit_tail(const struct kmem_cache *cache, const void *obj);

/* The end of the unit. */
static inline const u8 *unit_end(const struct kmem_cache *cache, const void *obj)
{
	return (const u8 *)obj - cache->red_left + cache->stride;
}

/* A copy of the info of @obj that can be believed; NULL: neither can. */
const struct unit_info *unit_info(const struct kmem_cache *cache, const void *obj);

/* Is this copy one? */
bool unit_info_is_sound(const void *obj, const struct unit_info *info);

/* Is @obj in this state, as far as that is known? */
bool unit_is(const struct kmem_cache *cache, const void *obj, enum unit_state state);

/* --- slab_inspect.c -------------------------------------------------------------------------- */

enum unit_part { PART_LEFT, PART_POISON, PART_RIGHT, PART_INFO, PART_PADDING };

struct unit_damage {
	enum unit_part part;
	u8 expected;		/* byte, of all parts but the info */
	const u8 *first, *last; /* bytes that differ, in that part */
	const u8 *begin, *end;	/* of the run, which may go on before and behind that part */
	unsigned int bits;	/* that differ, from first to last */
};

/* Compare all of the unit of @obj that must hold a pattern, as an object in @state has it. Return:
 * false if nothing is damaged; else @damage is the first one. Context: only reads. */
bool unit_is_damaged(const struct kmem_cache *cache, const void *obj, enum unit_state state,
		     struct unit_damage *damage);

/* Paint everything that is compared as it has to be in @state. */
void unit_paint_zones(const struct kmem_cache *cache, void *obj, enum unit_state state);

/* Linux's first words of that damage. */
const char *unit_damage_name(const struct unit_damage *damage);

/* The object @step (1 or -1) units from @obj, in the same slab; NULL: there is none. */
const char *unit_neighbour(const struct kmem_cache *cache, const void *obj, int step);

/* --- slab_debug_report.c --------------------------------------------------------------------- */

/* Report @damage of @obj, and what is done about it. */
void slab_report_damage(const struct kmem_cache *cache, const void *obj, enum unit_state state,
			const struct unit_damage *damage);

/* What was found about a free that is not done, the likely cause in words, and the function that
 * was called. */
enum slab_misuse_kind { MISUSE_POINTER, MISUSE_CACHE, MISUSE_FREE };

struct slab_misuse {
	enum slab_misuse_kind kind;
	const char *story, *who;
};

/* Report the misuse of @obj. @cache is the one that the caller meant, or that the object has, or
 * NULL; @o, if not NULL, is the object that lies there. */
void slab_report_misuse(const struct kmem_cache *cache, const void *obj,
			const struct slab_object *o, const struct slab_misuse *misuse);

/* @cache cannot be destroyed: if it is debugged, list the objects that are out, with owners. */
void slab_debug_remaining(const struct kmem_cache *cache);

/* @obj, which had been kept, is freed again. */
void slab_report_kept(const struct kmem_cache *cache, const void *obj);

/* "FIX cache: ...": what is done now. */
#define slab_fix(cache, fmt, ...) \
	printk(KERN_ERR "FIX %s: " fmt "\n", cache_name(cache), ##__VA_ARGS__)

#endif
