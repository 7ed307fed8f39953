/* SPDX-License-Identifier: 0BSD
 *
 * slab_debug.c - objects that notice what is done to them (Gorman 8.1.5, Mauerer 3.6.2).
 *
 * 1. Concepts
 *    Whoever writes past the end of an object, or into one that he freed, changes what belongs to
 *    somebody else, and that one fails much later. In a cache that is debugged every byte that
 *    nobody may write to has a known value, and each object knows who had it. All is compared when
 *    an object comes back, when it is handed out again, and by mm_check(). Which back end cuts the
 *    pages into units makes no difference: this is about one unit, and slab_inspect.c looks at it,
 *    slab_debug_report.c says what it saw.
 * 2. Data
 *    A unit, which takes the place of the bare object:
 *
 *      | info | left zone | object             | right zone | info | word | padding |
 *      |<--- red_left --->| requested |  slack |  >= a word |      |      | to the next unit
 *               bb or cc    5a or 6b     cc      bb or cc                   5a
 *
 *    Zones are bb while the object is free, cc while it is in use. A free object is 6b with a5 at
 *    its end; a new one 5a, so that one that was not set up is known by its contents. What
 *    kmalloc() was not asked for is part of the right zone. The info is there twice, and has a
 *    sum: what somebody wrote over is not believed, and an overrun leaves the first one whole.
 *    The word is the back end's, for a link of free objects.
 *    Call traces are in a table that lives while any cache has U (stack_depot.c).
 * 3. Invariants (check_slab_debug.c)
 *    D3  The zones, the padding and the info of a debugged object are whole.
 *    D4  A free object of a cache with P holds the poison.
 * 4. What is done
 *    An object that was damaged is repaired and kept: nobody gets it again, since he who wrote
 *    there may still have its address. Its memory comes back when its cache is destroyed. With F a
 *    bad free is reported and not done. In both cases the kernel goes on.
 * 5. Locking
 *    None for a unit: it belongs to who is in the call, which holds no lock. depot.lock, innermost.
 * 6. Not done
 *    A read of a free object is not seen. A constructor's objects keep their contents while free,
 *    so they have no poison and no slack.
 */
#include <lib/align.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>

#include "slab_debug.h"
#include "stack_depot.h"

#define RED_LEFT_MIN 16U

/* --- the option ------------------------------------------------------------------------------ */

char slab_debug_option[SLAB_DEBUG_OPTION_SIZE] = "-";

static unsigned int letter_flag(char letter)
{
	switch (letter | 0x20) {
	case 'f':
		return SLAB_CONSISTENCY_CHECKS;
	case 'z':
		return SLAB_RED_ZONE;
	case 'p':
		return SLAB_POISON;
	case 'u':
		return SLAB_STORE_USER;
	default:
		return 0;
	}
}

/* The flags of the group at *@text, which moves on to its list of caches or its end. Return: false
 * if a letter is none. */
static bool parse_letters(const char **text, unsigned int *flags)
{
	const char *s = *text;

	*flags = *s && *s != ',' && *s != ';' ? 0 : SLAB_DEBUG_FLAGS;
	if (*s == '-')
		s++;
	for (; *s && *s != ',' && *s != ';'; s++) {
		if (!letter_flag(*s))
			return false;
		*flags |= letter_flag(*s);
	}
	*text = s;
	return true;
}

/* Is @name what the word at @word says, which may end with `*`? */
static bool word_matches(const char *word, const char *name)
{
	while (*word && *word != ',' && *word != ';' && *word != '*' && *word == *name)
		word++, name++;
	return *word == '*' || (!*name && (!*word || *word == ',' || *word == ';'));
}

/* Does the list of caches at *@text, which moves on to the end of the group, have @name? An empty
 * one has all. */
static bool list_matches(const char **text, const char *name)
{
	const char *s = *text;
	bool found = !*s || *s == ';';

	for (; *s && *s != ';'; s++)
		if (*s == ',' && word_matches(s + 1, name))
			found = true;
	*text = s;
	return found;
}

bool slab_debug_want(const char *value)
{
	const char *s = value;
	unsigned int flags;

	for (;; s++) {
		if (!parse_letters(&s, &flags))
			return false;
		list_matches(&s, "");
		if (!*s)
			break;
	}
	if ((size_t)(s - value) >= sizeof(slab_debug_option))
		return false;
	memcpy(slab_debug_option, value, (size_t)(s - value) + 1);
	return true;
}

/* What the option says of the cache: the first group that names it, or the last without names. */
static unsigned int option_flags(const char *name)
{
	unsigned int flags, all = 0;
	const char *s = slab_debug_option;

	for (;; s++) {
		bool named, matches;

		parse_letters(&s, &flags);
		named = *s == ',';
		matches = list_matches(&s, name);
		if (named && matches)
			return flags;
		if (!named)
			all = flags;
		if (!*s)
			return all;
	}
}

bool slab_debug_is_lenient(const struct kmem_cache *cache)
{
	return (cache ? cache->flags : option_flags("")) & SLAB_CONSISTENCY_CHECKS;
}

/* --- call traces ----------------------------------------------------------------------------- */

#define DEPOT_ORDER 4

static struct stack_depot depot = { .lock = __SPIN_LOCK_UNLOCKED(STACK_DEPOT_LOCK) };
static unsigned int depot_users; /* (depot.lock) */

/* Let @memory, if there is no table yet, be the one. Return: false if it is not needed. */
static bool depot_begin(void *memory)
{
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&depot.lock, flags);
	taken = !depot.trace;
	if (taken) {
		depot.trace = memory;
		depot.nr = (unsigned int)((PAGE_SIZE << DEPOT_ORDER) / sizeof(*depot.trace));
	}
	depot_users += memory || depot.trace;
	spin_unlock_irqrestore(&depot.lock, flags);
	return taken;
}

/* Return: false without memory for the table. */
static bool depot_get(void)
{
	unsigned long memory = 0;

	if (!READ_ONCE(depot.trace)) {
		memory = __get_free_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN, DEPOT_ORDER);
		if (!memory)
			return false;
	}
	if (!depot_begin((void *)memory) && memory)
		free_pages(memory, DEPOT_ORDER);
	return true;
}

static void depot_put(void)
{
	struct call_trace *unused = NULL;
	unsigned long flags;

	spin_lock_irqsave(&depot.lock, flags);
	if (!--depot_users) {
		unused = depot.trace;
		depot.trace = NULL;
	}
	spin_unlock_irqrestore(&depot.lock, flags);
	if (unused)
		free_pages((unsigned long)unused, DEPOT_ORDER);
}

/* A number of the calls that led here, which is not given back: few of them are different. */
static u16 take_trace(uintptr caller)
{
	struct call_trace trace;
	unsigned long flags;
	u16 number;

	stack_depot_take(&trace, 0, 0, 2, caller);
	spin_lock_irqsave(&depot.lock, flags);
	number = stack_depot_number(&depot, &trace);
	depot.trace[number].users = 1;
	spin_unlock_irqrestore(&depot.lock, flags);
	return number;
}

/* --- the unit -------------------------------------------------------------------------------- */

/* With a red zone there is at least a word of it. */
static u32 tail_offset(const struct kmem_cache *cache)
{
	u32 size = (u32)cache->size, zone = cache->flags & SLAB_RED_ZONE ? sizeof(void *) : 0;

	return ALIGN_UP(size + zone, (u32)sizeof(void *));
}

struct unit_info *unit_tail(const struct kmem_cache *cache, const void *obj)
{
	return (struct unit_info *)((uintptr)obj + tail_offset(cache));
}

static u32 sum_of(const void *obj, const struct unit_info *info)
{
	const u32 *word = (const u32 *)info, *end = &info->sum;
	u32 sum = (u32)(uintptr)obj;

	for (; word < end; word++)
		sum = (sum ^ *word) * 0x9E3779B1u + 1;
	return sum;
}

bool unit_info_is_sound(const void *obj, const struct unit_info *info)
{
	return info->sum == sum_of(obj, info);
}

const struct unit_info *unit_info(const struct kmem_cache *cache, const void *obj)
{
	const struct unit_info *info = unit_front(cache, obj);

	if (unit_info_is_sound(obj, info))
		return info;
	info = unit_tail(cache, obj);
	return unit_info_is_sound(obj, info) ? info : NULL;
}

bool unit_is(const struct kmem_cache *cache, const void *obj, enum unit_state state)
{
	const struct unit_info *info = unit_info(cache, obj);

	return info && info->state == (u32)state;
}

/* A copy of it to be changed; of one that is lost, as much as is known. */
static struct unit_info read_info(const struct kmem_cache *cache, const void *obj)
{
	const struct unit_info *info = unit_info(cache, obj);

	return info ? *info : (struct unit_info){ .requested = (u32)cache->size };
}

static void write_info(const struct kmem_cache *cache, const void *obj, enum unit_state state,
		       struct unit_info *info)
{
	info->state = state;
	info->sum = sum_of(obj, info);
	*unit_front(cache, obj) = *unit_tail(cache, obj) = *info;
}

/* Let everything around @obj be as it has to be in @state. */
static void restore(const struct kmem_cache *cache, void *obj, enum unit_state zones,
		    enum unit_state state)
{
	struct unit_info info = read_info(cache, obj);

	unit_paint_zones(cache, obj, zones);
	write_info(cache, obj, state, &info);
}

static void set_track(const struct kmem_cache *cache, struct unit_info *info, unsigned int which,
		      uintptr caller)
{
	u64 now = page_alloc_clock ? page_alloc_clock() : 0;

	if (!(cache->flags & SLAB_STORE_USER))
		return;
	info->track[which] = (struct unit_track){
		.us_low = (u32)now,
		.us_high = (u32)(now >> 32),
		.trace = take_trace(caller),
		.cpu = (u16)smp_processor_id(),
	};
}

/* --- layout ---------------------------------------------------------------------------------- */

u32 slab_debug_word(const struct kmem_cache *cache)
{
	return tail_offset(cache) + (u32)sizeof(struct unit_info);
}

size_t slab_debug_unit(const struct kmem_cache *cache)
{
	if (!cache_has_units(cache))
		return cache->size;
	return cache->red_left + slab_debug_word(cache) + UNIT_WORD;
}

bool cache_units_fit(const struct kmem_cache *cache)
{
	return cache->size <= cache->stride && cache->red_left <= cache->stride &&
	       slab_debug_unit(cache) <= cache->stride;
}

/* Who uses a cache that was destroyed is told so by what is left of it. */
static unsigned int flags_of(const struct kmem_cache *cache)
{
	unsigned int flags = cache->flags | option_flags(cache->name);

	return cache == &cache_cache ? flags & ~SLAB_POISON : flags;
}

void slab_debug_layout(struct kmem_cache *cache)
{
	cache->flags = flags_of(cache);
	if (cache_has_units(cache))
		cache->red_left = ALIGN_UP((u32)sizeof(struct unit_info) + RED_LEFT_MIN,
					   cache->align);
	if (slab_debug_unit(cache) > KMALLOC_MAX_SIZE) {
		printk("slab: cache %s: objects of %zu bytes are too large to be debugged\n",
		       cache->name, cache->size);
		cache->flags &= ~SLAB_DEBUG_FLAGS;
		cache->red_left = 0;
	}
	if (cache->flags & SLAB_STORE_USER && !depot_get()) {
		printk("slab: cache %s: no memory for call traces\n", cache->name);
		cache->flags &= ~SLAB_STORE_USER;
	}
}

void slab_debug_release(const struct kmem_cache *cache)
{
	if (cache->flags & SLAB_STORE_USER)
		depot_put();
}

/* --- the life of an object ------------------------------------------------------------------- */

void slab_debug_new_object(const struct kmem_cache *cache, void *obj)
{
	struct unit_info info = { .requested = 0 };

	if (!cache_has_units(cache))
		return;
	unit_paint_zones(cache, obj, UNIT_FREE);
	write_info(cache, obj, UNIT_FREE, &info);
}

bool slab_debug_alloc(struct kmem_cache *cache, void *obj, uintptr caller)
{
	struct unit_damage damage;
	struct unit_info info;

	if (!cache_has_units(cache))
		return true;
	if (unit_is_damaged(cache, obj, UNIT_FREE, &damage)) {
		slab_report_damage(cache, obj, UNIT_FREE, &damage);
		restore(cache, obj, UNIT_FREE, UNIT_KEPT);
		return false;
	}
	info = read_info(cache, obj);
	info.requested = (u32)cache->size;
	set_track(cache, &info, TRACK_ALLOC, caller);
	write_info(cache, obj, UNIT_USED, &info);
	unit_paint_zones(cache, obj, UNIT_USED);
	if (cache->flags & SLAB_POISON && !cache->ctor)
		memset(obj, POISON_INUSE, cache->size);
	return true;
}

void slab_debug_last_look(const struct kmem_cache *cache, const void *obj)
{
	struct unit_damage damage;

	if (cache_has_units(cache) && cache_units_fit(cache) &&
	    unit_is_damaged(cache, obj, UNIT_FREE, &damage))
		slab_report_damage(cache, obj, UNIT_FREE, &damage);
}

void slab_debug_requested(const struct kmem_cache *cache, void *obj, size_t requested,
			  uintptr caller)
{
	struct unit_info info;

	if (!cache_has_units(cache))
		return;
	info = read_info(cache, obj);
	info.requested = (u32)requested;
	if (caller)
		set_track(cache, &info, TRACK_ALLOC, caller);
	write_info(cache, obj, UNIT_USED, &info);
	if (cache->flags & SLAB_RED_ZONE)
		memset((char *)obj + requested, RED_ACTIVE, cache->size - requested);
}

void slab_debug_resized(void *p, size_t size)
{
	const struct kmem_cache *cache = virt_addr_valid(p) ? slab_cache_of(p) : NULL;

	if (cache && cache_is_debugged(cache))
		slab_debug_requested(cache, p, size, 0);
}

size_t slab_debug_ksize(const struct kmem_cache *cache, const void *obj)
{
	if (!cache_has_units(cache) || !cache_units_fit(cache))
		return cache->size;
	return read_info(cache, obj).requested;
}

/* Is what @obj was allocated with, and what is around it, as it was? If not, it is repaired and
 * stays out. */
static bool is_whole(const struct kmem_cache *cache, void *obj)
{
	struct unit_damage damage;

	if (!unit_is_damaged(cache, obj, UNIT_USED, &damage))
		return true;
	slab_report_damage(cache, obj, UNIT_USED, &damage);
	restore(cache, obj, UNIT_USED, UNIT_KEPT);
	return false;
}

bool slab_debug_free(struct kmem_cache *cache, void *obj, uintptr caller)
{
	struct unit_info info;

	if (!cache_has_units(cache))
		return true;
	slab_debug_check_cache(cache, "kmem_cache_free");
	if (unit_is(cache, obj, UNIT_KEPT)) {
		slab_report_kept(cache, obj);
		return false;
	}
	if (!is_whole(cache, obj))
		return false;
	info = read_info(cache, obj);
	set_track(cache, &info, TRACK_FREE, caller);
	write_info(cache, obj, UNIT_FREE, &info);
	unit_paint_zones(cache, obj, UNIT_FREE);
	return true;
}

/* --- the end of a cache ---------------------------------------------------------------------- */

struct kept_object {
	const struct kmem_cache *cache;
	void *obj;
};

static void find_kept(struct slab_object *o, void *data)
{
	struct kept_object *kept = data;

	if (o->cache == kept->cache && o->state == OBJECT_USED &&
	    unit_is(o->cache, o->start, UNIT_KEPT))
		kept->obj = o->start;
}

/* The slab may go with its last object, so each is looked for anew. */
static void give_up_slab(struct kmem_cache *cache, struct page *page)
{
	struct kept_object kept = { .cache = cache };
	struct slab_object o;

	while (PageSlab(page) && slab_locate(lowmem_page_address(page), &o) && o.first == page) {
		kept.obj = NULL;
		slab_for_each_object(page, find_kept, &kept);
		if (!kept.obj)
			return;
		restore(cache, kept.obj, UNIT_USED, UNIT_USED);
		kmem_cache_free(cache, kept.obj);
	}
}

void slab_debug_give_up(struct kmem_cache *cache)
{
	unsigned long pfn;

	if (!cache_has_units(cache))
		return;
	for_each_valid_pfn (pfn, 0, max_low_pfn)
		give_up_slab(cache, pfn_to_page(pfn));
}

/* --- tracks ---------------------------------------------------------------------------------- */

static void read_track(const struct unit_info *info, unsigned int which, struct slab_track *track)
{
	const struct unit_track *from = &info->track[which];

	if (track)
		*track = (struct slab_track){
			.trace = from->trace,
			.cpu = from->cpu,
			.requested = info->requested,
			.us = (u64)from->us_high << 32 | from->us_low,
		};
}

bool slab_track(const void *obj, struct slab_track *allocated, struct slab_track *freed)
{
	const struct unit_info *info;
	struct slab_object o;

	if (!slab_locate(obj, &o) || o.state == OBJECT_NONE || o.start != obj ||
	    !(o.cache->flags & SLAB_STORE_USER) || !cache_units_fit(o.cache))
		return false;
	info = unit_info(o.cache, obj);
	if (!info)
		return false;
	read_track(info, TRACK_ALLOC, allocated);
	read_track(info, TRACK_FREE, freed);
	return true;
}

/* The calls of @track; NULL: there are none. */
static const struct call_trace *calls_of(const struct slab_track *track)
{
	if (track->trace == TRACE_NONE || track->trace >= depot.nr || !depot.trace)
		return NULL;
	return &depot.trace[track->trace];
}

unsigned long slab_track_caller(const struct slab_track *track, unsigned int nr)
{
	const struct call_trace *calls = calls_of(track);

	return calls && nr < calls->nr ? calls->entry[nr] : 0;
}

void slab_track_show(struct out *out, const struct slab_track *track)
{
	if (calls_of(track))
		stack_depot_show(out, calls_of(track));
}
