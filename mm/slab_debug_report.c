/* SPDX-License-Identifier: 0BSD
 *
 * slab_debug_report.c - what is said of a damaged object, and of a free that is not done.
 *
 * The first line has Linux's first words, for programs that look for them in a log. Then: what was
 * written where, who had the object, its bytes beside their text, what is most likely the cause,
 * and with "FIX" what is done now. What says nothing is left out.
 *
 * A port without a sink for reports (page_debug.h) gets the lines that need none: all but calls and
 * bytes.
 */
#include <lib/out.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>

#include "page_debug.h"
#include "slab_debug.h"
#include "stack_depot.h"

#define BUG_LINE "BUG %s (Not tainted): "

#define DUMP_ROW    16u
#define DUMP_BEFORE DUMP_ROW	   /* of the zone in front */
#define DUMP_MAX    (4 * DUMP_ROW) /* of an object */

static void rule(void)
{
	printk(KERN_ERR "=============================================================="
			"===============\n");
}

/* "BUG cache (Not tainted): " and Linux's words for the misuse of @obj. */
static void misuse_line(const char *cache, const void *obj, const struct slab_object *o,
			const struct slab_misuse *misuse)
{
	if (misuse->kind == MISUSE_FREE)
		printk(KERN_ERR BUG_LINE "Object already free\n", cache);
	else if (misuse->kind == MISUSE_CACHE)
		printk(KERN_ERR BUG_LINE "Wrong slab cache. %s but object is from %s\n", cache,
		       cache, cache_name(o->cache));
	else
		printk(KERN_ERR BUG_LINE "Invalid object pointer 0x%08lx\n", cache,
		       (unsigned long)obj);
}

/* --- owners ---------------------------------------------------------------------------------- */

static u64 age_of(const struct slab_track *track)
{
	u64 now = page_alloc_clock ? page_alloc_clock() : track->us;

	return now - track->us;
}

/* Only the log has levels. */
static void owner_line(struct out *out, const char *what, const struct slab_track *track)
{
	if (track->trace == TRACE_NONE)
		return;
	out_printf(out, "%s%s by cpu %u, %llu us ago, %u bytes requested:\n",
		   out == page_debug_port->log ? KERN_ERR : "", what, track->cpu,
		   (unsigned long long)age_of(track), track->requested);
	slab_track_show(out, track);
}

void slab_owner_show(struct out *out, const void *obj)
{
	struct slab_track allocated, freed;

	if (!slab_track(obj, &allocated, &freed))
		return;
	owner_line(out, "Allocated", &allocated);
	owner_line(out, "Freed", &freed);
}

/* Who is calling. */
static void show_caller(struct out *out)
{
	struct call_trace trace;

	stack_depot_take(&trace, 0, 0, 1, 0);
	out_printf(out, KERN_ERR "Found in:\n");
	stack_depot_show(out, &trace);
}

/* --- bytes ----------------------------------------------------------------------------------- */

static bool is_printable(u8 byte)
{
	return byte >= ' ' && byte < 0x7f;
}

static void dump_row(struct out *out, const char *what, const u8 *from, const u8 *to)
{
	const u8 *p;

	out_printf(out, KERN_ERR "%-8s %08lx:", what, (unsigned long)from);
	for (p = from; p < from + DUMP_ROW; p++)
		if (p < to)
			out_printf(out, " %02x", *p);
		else
			out_printf(out, "   ");
	out_printf(out, "  ");
	for (p = from; p < to; p++)
		out_printf(out, "%c", is_printable(*p) ? *p : '.');
	out_printf(out, "\n");
}

static void dump(struct out *out, const char *what, const u8 *from, const u8 *to)
{
	for (; from < to; from += DUMP_ROW)
		dump_row(out, what, from, min(from + DUMP_ROW, to));
}

/* The object from its beginning on, or where it is damaged if that is further behind. */
static void dump_object(struct out *out, const struct kmem_cache *cache, const void *obj,
			const u8 *damage)
{
	const u8 *begin = obj, *end = begin + cache->size, *from = begin;

	if (damage >= begin + DUMP_MAX && damage < end)
		from = begin + (size_t)(damage - begin) / DUMP_ROW * DUMP_ROW;
	dump(out, "Object", from, min(from + DUMP_MAX, end));
}

static void dump_unit(struct out *out, const struct kmem_cache *cache, const void *obj,
		      const u8 *damage)
{
	const u8 *begin = obj, *info = (const u8 *)unit_tail(cache, obj);
	const u8 *behind = begin + slab_debug_word(cache);

	if (cache->size > cache->stride)
		return;
	if (cache->flags & SLAB_RED_ZONE)
		dump(out, "Redzone", begin - DUMP_BEFORE, begin);
	dump_object(out, cache, obj, damage);
	if (!cache_has_units(cache) || !cache_units_fit(cache))
		return;
	dump(out, "Redzone", begin + cache->size, info);
	dump(out, "Track", info, behind);
	behind += UNIT_WORD;
	dump(out, "Padding", behind, min(behind + DUMP_ROW, unit_end(cache, obj)));
}

/* --- the likely cause ------------------------------------------------------------------------ */

static bool all_bytes(const struct unit_damage *damage, bool (*is)(u8 byte))
{
	const u8 *p;

	for (p = damage->first; p <= damage->last; p++)
		if (!is(*p))
			return false;
	return true;
}

static bool is_zero(u8 byte)
{
	return !byte;
}

static bool is_pointer_at(const u8 *from, const struct unit_damage *damage)
{
	void *value;

	if ((size_t)(damage->last - from) >= sizeof(value))
		return false;
	memcpy(&value, from, sizeof(value));
	return virt_addr_valid(value);
}

/* Does it look like the address of something in lowmem? Its first bytes may be those that were
 * there before. */
static bool is_pointer(const struct unit_damage *damage)
{
	const u8 *word = (const u8 *)((uintptr)damage->first / sizeof(void *) * sizeof(void *));

	return is_pointer_at(word, damage) || is_pointer_at(damage->first, damage);
}

/* What was written, as far as it tells who did. */
static const char *value_story(const struct unit_damage *damage)
{
	if (damage->part == PART_INFO)
		return "";
	if (damage->bits == 1)
		return ", of one bit (a broken memory chip, or a wrong pointer to a flag?)";
	if (damage->first == damage->last && !*damage->first)
		return ", of a single 0 (the end of a string?)";
	if (all_bytes(damage, is_zero))
		return ", of zeros (a memset() that is too long?)";
	if (all_bytes(damage, is_printable))
		return ", of text (a string that is too long?)";
	if (is_pointer(damage))
		return ", of a pointer (a member of a structure that is larger?)";
	return "";
}

/* The object in front of @obj, if what is behind that one is damaged. */
static const char *overrun_neighbour(const struct kmem_cache *cache, const void *obj)
{
	const char *before = unit_neighbour(cache, obj, -1);

	return before && !unit_info_is_sound(before, unit_tail(cache, before)) ? before : NULL;
}

static void left_cause(const struct kmem_cache *cache, const void *obj,
		       const struct unit_damage *damage)
{
	const char *before = overrun_neighbour(cache, obj);

	if (before)
		printk(KERN_ERR "Likely cause: an overrun of the object before it, at 0x%08lx%s\n",
		       (unsigned long)before, value_story(damage));
	else
		printk(KERN_ERR "Likely cause: a write %lu bytes before the beginning (a negative "
				"index?)%s\n",
		       (unsigned long)((const u8 *)obj - damage->begin), value_story(damage));
}

static void right_cause(const struct kmem_cache *cache, const void *obj,
			const struct unit_damage *damage)
{
	const struct unit_info *info = unit_info(cache, obj);
	u32 used = info && info->state == UNIT_USED ? info->requested : (u32)cache->size;
	unsigned long end = (unsigned long)(damage->end - (const u8 *)obj);

	printk(KERN_ERR "Likely cause: an overrun: %u bytes were asked for, and %lu bytes past the "
			"end were overwritten%s\n",
	       used, end - used, value_story(damage));
}

static void show_cause(const struct kmem_cache *cache, const void *obj,
		       const struct unit_damage *damage)
{
	switch (damage->part) {
	case PART_LEFT:
		left_cause(cache, obj, damage);
		break;
	case PART_RIGHT:
		right_cause(cache, obj, damage);
		break;
	case PART_POISON:
		printk(KERN_ERR "Likely cause: a write after it was freed%s\n",
		       value_story(damage));
		break;
	default:
		printk(KERN_ERR "Likely cause: a write far from the object (a wrong pointer, or an "
				"index?)%s\n",
		       value_story(damage));
	}
}

/* --- the reports ----------------------------------------------------------------------------- */

static void show_damage(const struct kmem_cache *cache, const void *obj, enum unit_state state,
			const struct unit_damage *damage)
{
	unsigned long from = (unsigned long)damage->begin, to = (unsigned long)damage->end - 1;
	long offset = (long)(damage->begin - (const u8 *)obj);

	if (damage->part == PART_INFO)
		printk(KERN_ERR "0x%08lx-0x%08lx @offset=%ld. It is compared with its copy\n", from,
		       to, offset);
	else
		printk(KERN_ERR
		       "0x%08lx-0x%08lx @offset=%ld. First byte 0x%02x instead of 0x%02x\n",
		       from, to, offset, *damage->first, damage->expected);
	printk(KERN_ERR "Object 0x%08lx, of %zu bytes, %s\n", (unsigned long)obj, cache->size,
	       state == UNIT_FREE ? "free" : "in use");
}

static const char *part_name(const struct unit_damage *damage)
{
	static const char *const name[] = {
		[PART_LEFT] = "Left Redzone",	   [PART_POISON] = "Poison",
		[PART_RIGHT] = "Right Redzone",	   [PART_INFO] = "Object tracking",
		[PART_PADDING] = "Object padding",
	};

	return name[damage->part];
}

void slab_report_damage(const struct kmem_cache *cache, const void *obj, enum unit_state state,
			const struct unit_damage *damage)
{
	struct out *out = page_debug_port->log;

	rule();
	printk(KERN_ERR BUG_LINE "%s\n", cache_name(cache), unit_damage_name(damage));
	rule();
	show_damage(cache, obj, state, damage);
	if (out) {
		slab_owner_show(out, obj);
		dump_unit(out, cache, obj, damage->first);
		show_caller(out);
	}
	show_cause(cache, obj, damage);
	slab_fix(cache, "Restoring %s 0x%08lx-0x%08lx", part_name(damage),
		 (unsigned long)damage->first, (unsigned long)damage->last);
	slab_fix(cache, "Object at 0x%08lx %s", (unsigned long)obj,
		 state == UNIT_FREE ? "never handed out again"
				    : "not freed, and never handed out again");
}

void slab_report_misuse(const struct kmem_cache *cache, const void *obj,
			const struct slab_object *o, const struct slab_misuse *misuse)
{
	struct out *out = page_debug_port->log;
	const char *name = cache ? cache_name(cache) : "kmalloc";

	rule();
	misuse_line(name, obj, o, misuse);
	rule();
	printk(KERN_ERR "%s: 0x%08lx is %s\n", misuse->who, (unsigned long)obj, misuse->story);
	if (o && o->state != OBJECT_NONE)
		printk(KERN_ERR "Object 0x%08lx, number %u of its slab, of %zu bytes, of cache %s, "
				"%s\n",
		       (unsigned long)o->start, o->index, o->cache->size, cache_name(o->cache),
		       o->state == OBJECT_USED ? "in use" : "free");
	if (out && o && o->state != OBJECT_NONE) {
		slab_owner_show(out, o->start);
		dump_unit(out, o->cache, o->start, NULL);
	}
	if (out)
		show_caller(out);
	printk(KERN_ERR "FIX %s: Object at 0x%08lx not freed\n", name, (unsigned long)obj);
}

/* --- objects that are out -------------------------------------------------------------------- */

#define MAX_LISTED 16u

struct remaining {
	const struct kmem_cache *cache;
	unsigned int nr;
};

static void list_object(struct slab_object *o, void *data)
{
	struct remaining *remaining = data;

	if (o->cache != remaining->cache || o->state != OBJECT_USED ||
	    remaining->nr++ >= MAX_LISTED)
		return;
	printk(KERN_ERR "Object 0x%08lx\n", (unsigned long)o->start);
	if (page_debug_port->log)
		slab_owner_show(page_debug_port->log, o->start);
}

void slab_debug_remaining(const struct kmem_cache *cache)
{
	struct remaining remaining = { .cache = cache };
	struct slab_object o;
	unsigned long pfn;

	if (!cache_is_debugged(cache))
		return;
	rule();
	printk(KERN_ERR BUG_LINE "Objects remaining in %s on __kmem_cache_shutdown()\n",
	       cache_name(cache), cache_name(cache));
	rule();
	for_each_valid_pfn (pfn, 0, max_low_pfn)
		if (slab_locate(lowmem_page_address(pfn_to_page(pfn)), &o) &&
		    o.first == pfn_to_page(pfn))
			slab_for_each_object(o.first, list_object, &remaining);
	if (remaining.nr > MAX_LISTED)
		printk(KERN_ERR "and %u more\n", remaining.nr - MAX_LISTED);
}

void slab_report_kept(const struct kmem_cache *cache, const void *obj)
{
	static const struct slab_misuse misuse = {
		MISUSE_FREE,
		"freed, but it was found damaged when it was freed before, and kept",
		"kfree",
	};
	struct slab_object o;

	slab_report_misuse(cache, obj, slab_locate(obj, &o) ? &o : NULL, &misuse);
}
