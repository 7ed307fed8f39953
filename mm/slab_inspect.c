/* SPDX-License-Identifier: 0BSD
 *
 * slab_inspect.c - the bytes of a debugged unit that must have a known value: painted, compared,
 * and what the first one is that has not (slab_debug.c has the theory).
 *
 * An overrun goes from low addresses to high ones, and is followed as far as it can be seen: over
 * the zone, the info and the padding into the zone of the unit behind it.
 */
#include <lib/align.h>

#include "slab_debug.h"

/* A run of bytes that must all be the same. */
struct range {
	enum unit_part part;
	u8 byte;
	const u8 *from, *to;
};

enum { NR_RANGES = 5 };

/* Where the right zone of @obj begins: behind what its user may use. */
static const u8 *usable_end(const struct kmem_cache *cache, const void *obj, enum unit_state state)
{
	const struct unit_info *info = unit_info(cache, obj);
	u32 used = (u32)cache->size;

	if (state == UNIT_USED && info && info->requested < used)
		used = info->requested;
	return (const u8 *)obj + used;
}

static void set_zones(const struct kmem_cache *cache, const void *obj, enum unit_state state,
		      struct range *left, struct range *right)
{
	u8 red = state == UNIT_FREE ? RED_INACTIVE : RED_ACTIVE;
	const u8 *begin = obj;

	*left = (struct range){ PART_LEFT, red, (const u8 *)(unit_front(cache, obj) + 1), begin };
	*right = (struct range){ PART_RIGHT, red, usable_end(cache, obj, state),
				 (const u8 *)unit_tail(cache, obj) };
}

/* The ranges of @obj in the order in which they are compared. Return: how many. */
static unsigned int unit_ranges(const struct kmem_cache *cache, const void *obj,
				enum unit_state state, struct range *range)
{
	const u8 *begin = obj, *last = begin + cache->size - 1;
	const u8 *padding = begin + slab_debug_word(cache) + UNIT_WORD;
	unsigned int nr = 0;

	if (cache->flags & SLAB_RED_ZONE) {
		set_zones(cache, obj, state, &range[0], &range[1]);
		nr = 2;
	}
	if (cache->flags & SLAB_POISON && !cache->ctor && state == UNIT_FREE) {
		range[nr++] = (struct range){ PART_POISON, POISON_FREE, begin, last };
		range[nr++] = (struct range){ PART_POISON, POISON_END, last, last + 1 };
	}
	range[nr++] = (struct range){ PART_PADDING, POISON_INUSE, padding, unit_end(cache, obj) };
	return nr;
}

void unit_paint_zones(const struct kmem_cache *cache, void *obj, enum unit_state state)
{
	struct range range[NR_RANGES];
	unsigned int i, nr = unit_ranges(cache, obj, state, range);

	for (i = 0; i < nr; i++)
		memset((void *)(uintptr)range[i].from, range[i].byte,
		       (size_t)(range[i].to - range[i].from));
}

static unsigned int bits_set(unsigned int byte)
{
	unsigned int nr = 0;

	for (; byte; byte &= byte - 1)
		nr++;
	return nr;
}

/* Return: false if all bytes of @range are as they should be. */
static bool range_is_damaged(const struct range *range, struct unit_damage *damage)
{
	const u8 *p;

	*damage = (struct unit_damage){ .part = range->part, .expected = range->byte };
	for (p = range->from; p < range->to; p++) {
		if (*p == range->byte)
			continue;
		if (!damage->first)
			damage->first = p;
		damage->last = p;
		damage->bits += bits_set(*p ^ range->byte);
	}
	if (!damage->first)
		return false;
	damage->begin = damage->first;
	damage->end = damage->last + 1;
	return true;
}

const char *unit_neighbour(const struct kmem_cache *cache, const void *obj, int step)
{
	const char *other = (const char *)obj + step * (long)cache->stride;
	struct slab_object o, mine;

	if (!slab_locate(obj, &mine) || !slab_locate(other, &o) || o.state == OBJECT_NONE ||
	    o.start != other || o.cache != cache || o.first != mine.first)
		return NULL;
	return other;
}

/* The end of the damaged bytes of the copy @info of @obj's, which are those that differ from the
 * @other copy; of all of it, if that is damaged too. NULL: none is damaged. */
static const u8 *info_damage_end(const void *obj, const struct unit_info *info,
				 const struct unit_info *other, const u8 **first)
{
	const u8 *p = (const u8 *)info, *to = (const u8 *)(info + 1), *end = NULL;
	const u8 *copy = (const u8 *)other;

	if (unit_info_is_sound(obj, info))
		return NULL;
	*first = p;
	if (!unit_info_is_sound(obj, other))
		return to;
	for (*first = NULL; p < to; p++, copy++) {
		if (*p == *copy)
			continue;
		*first = *first ? *first : p;
		end = p + 1;
	}
	return end;
}

static bool info_is_damaged(const struct kmem_cache *cache, const void *obj,
			    struct unit_damage *damage)
{
	const struct unit_info *front = unit_front(cache, obj), *tail = unit_tail(cache, obj);

	*damage = (struct unit_damage){ .part = PART_INFO };
	damage->end = unit_info_is_sound(obj, front)
			      ? info_damage_end(obj, tail, front, &damage->first)
			      : info_damage_end(obj, front, tail, &damage->first);
	if (!damage->end)
		return false;
	damage->begin = damage->first;
	damage->last = damage->end - 1;
	return true;
}

/* The sum is the last word of an info: who wrote over all of it hardly wrote the same there. */
static bool goes_on_behind(const struct unit_info *info, const u8 *end)
{
	return end > (const u8 *)&info->sum;
}

/* The end of an overrun that went on behind the end of @obj's unit; @end if it did not. */
static const u8 *end_in_next_unit(const struct kmem_cache *cache, const void *obj, const u8 *end)
{
	const char *next = unit_neighbour(cache, obj, 1);
	const u8 *p, *first;

	if (!next)
		return end;
	p = info_damage_end(next, unit_front(cache, next), unit_tail(cache, next), &first);
	if (!p || first != unit_end(cache, obj))
		return end;
	end = p;
	if (!goes_on_behind(unit_front(cache, next), end))
		return end;
	for (p = (const u8 *)(unit_front(cache, next) + 1); p < (const u8 *)next; p++)
		if (*p != RED_ACTIVE && *p != RED_INACTIVE)
			end = p + 1;
	return end;
}

/* Follow the run of bytes that ends the right zone. */
static void follow_overrun(const struct kmem_cache *cache, const void *obj,
			   struct unit_damage *damage)
{
	const struct unit_info *tail = unit_tail(cache, obj);
	const u8 *p, *first, *end;

	if (damage->end != (const u8 *)tail)
		return;
	end = info_damage_end(obj, tail, unit_front(cache, obj), &first);
	if (!end)
		return;
	damage->end = end;
	if (!goes_on_behind(tail, end))
		return;
	p = (const u8 *)obj + slab_debug_word(cache) + UNIT_WORD;
	for (; p < unit_end(cache, obj) && *p != POISON_INUSE; p++)
		damage->end = p + 1;
	if (p == unit_end(cache, obj))
		damage->end = end_in_next_unit(cache, obj, damage->end);
}

/* Follow a run of bytes before the object, from its end. */
static void follow_underrun(const struct kmem_cache *cache, const void *obj,
			    struct unit_damage *damage)
{
	const struct unit_info *front = unit_front(cache, obj);
	const u8 *first;

	if (damage->first == (const u8 *)(front + 1) &&
	    info_damage_end(obj, front, unit_tail(cache, obj), &first))
		damage->begin = first;
}

/* The last byte of the poison is another one. */
static void add_poison_end(const struct range *range, struct unit_damage *damage)
{
	struct unit_damage last;

	if (!range_is_damaged(range, &last))
		return;
	damage->last = last.last;
	damage->end = last.end;
	damage->bits += last.bits;
}

bool unit_is_damaged(const struct kmem_cache *cache, const void *obj, enum unit_state state,
		     struct unit_damage *damage)
{
	struct range range[NR_RANGES];
	unsigned int i, nr = unit_ranges(cache, obj, state, range);

	for (i = 0; i < nr; i++) {
		if (!range_is_damaged(&range[i], damage))
			continue;
		if (damage->part == PART_LEFT)
			follow_underrun(cache, obj, damage);
		if (damage->part == PART_RIGHT)
			follow_overrun(cache, obj, damage);
		if (damage->part == PART_POISON && range[i].byte == POISON_FREE)
			add_poison_end(&range[i + 1], damage);
		return true;
	}
	return info_is_damaged(cache, obj, damage);
}

const char *unit_damage_name(const struct unit_damage *damage)
{
	static const char *const name[] = {
		[PART_LEFT] = "Left Redzone overwritten",
		[PART_POISON] = "Poison overwritten",
		[PART_RIGHT] = "Right Redzone overwritten",
		[PART_INFO] = "Object tracking overwritten",
		[PART_PADDING] = "Object padding overwritten",
	};

	return name[damage->part];
}
