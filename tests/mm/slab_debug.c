/* SPDX-License-Identifier: 0BSD
 *
 * slab_debug.c - every way to damage an object of a debugged cache that we could think of, done on
 * purpose, and what is said of it. The caches are created with SLAB_DEBUG_FLAGS, so these are
 * ordinary tests; what the option slab_debug= changes is in slab_debug_option.c.
 */
#include <lib/format.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "check_line.h"
#include "log_mark.h"
#include "page_debug.h"
#include "slab_debug.h"
#include "slab_test.h"

#define SIZE	60u
#define OBJECTS 3u

static struct kmem_cache *cache;
static u8 *obj[OBJECTS]; /* neighbours, if obj[2] is not NULL */
static struct capture report;

/* --- a cache, and what was logged ------------------------------------------------------------ */

static void swap_objects(unsigned int i, unsigned int j)
{
	u8 *other = obj[i];

	obj[i] = obj[j];
	obj[j] = other;
}

static void sort_objects(void)
{
	unsigned int i, j;

	for (i = 0; i < OBJECTS; i++)
		for (j = i + 1; j < OBJECTS; j++)
			if (obj[j] < obj[i])
				swap_objects(i, j);
}

/* A cache of @size bytes, with three objects in use. It is named in reports as who had them. */
static __noinline bool begin(size_t size, unsigned int flags)
{
	unsigned int i;

	cache = kmem_cache_create("t-debug", size, 0, flags, NULL);
	if (!kt_true(cache != NULL))
		return false;
	for (i = 0; i < OBJECTS; i++)
		obj[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!kt_true(obj[0] && obj[1] && obj[2]))
		return false;
	sort_objects();
	log_mark();
	return true;
}

/* Do all three lie one stride apart? A back end may put others between them. */
static bool are_neighbours(void)
{
	return obj[1] == obj[0] + cache->stride && obj[2] == obj[1] + cache->stride;
}

/* Since begin(), or the last call, a line was like @fmt, once. */
static void __printf(1, 2) expect_log(const char *fmt, ...)
{
	char want[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(want, sizeof(want), fmt, ap);
	va_end(ap);
	log_since_mark(&report);
	if (!kt_eq(capture_count(&report, want), 1))
		kt_note("wanted \"%s\" in \"%s\"", want, capture_text);
}

static void expect_no_report(void)
{
	log_since_mark(&report);
	if (!kt_eq(capture_count(&report, "*BUG*"), 0))
		kt_note("in \"%s\"", capture_text);
}

static void expect_bug(const char *what)
{
	expect_log("*BUG t-debug (Not tainted): %s", what);
}

/* The objects from @first on are still out, and go without a word; then nothing is left. */
static void end(unsigned int first)
{
	log_mark();
	for (; first < OBJECTS; first++)
		kmem_cache_free(cache, obj[first]);
	expect_no_report();
	expect_first("");
	kt_eq(kmem_cache_destroy(cache), 0);
}

static void free_damaged(unsigned int i, const char *what)
{
	log_mark();
	kmem_cache_free(cache, obj[i]);
	expect_bug(what);
	expect_log("*FIX t-debug: Object at 0x%08lx not freed, and never handed out again",
		   (unsigned long)obj[i]);
}

/* --- nothing is wrong ------------------------------------------------------------------------ */

KTEST(slab_debug, an_object_is_used_up_to_its_ends, SHORT)
{
	unsigned int size, i;

	for (size = 1; size < 300; size += size < 20 ? 1 : 37) {
		if (!begin(size, SLAB_DEBUG_FLAGS))
			return;
		for (i = 0; i < OBJECTS; i++)
			memset(obj[i], 0x33, size);
		expect_first("");
		end(0);
	}
}

KTEST(slab_debug, each_flag_alone, SHORT)
{
	static const unsigned int flags[] = { SLAB_CONSISTENCY_CHECKS, SLAB_RED_ZONE, SLAB_POISON,
					      SLAB_STORE_USER };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!begin(SIZE, flags[i]))
			return;
		for (j = 0; j < OBJECTS; j++)
			memset(obj[j], 0x33, SIZE);
		end(0);
	}
}

KTEST(slab_debug, alignment_is_kept, SHORT)
{
	size_t align;

	for (align = 8; align <= PAGE_SIZE; align *= 2) {
		cache = kmem_cache_create("t-debug", SIZE, align, SLAB_DEBUG_FLAGS, NULL);
		kt_assert(cache);
		obj[0] = kmem_cache_alloc(cache, GFP_KERNEL);
		kt_eq((uintptr)obj[0] % align, 0);
		kmem_cache_free(cache, obj[0]);
		kt_eq(kmem_cache_destroy(cache), 0);
	}
}

static void fill_ctor(void *object)
{
	memset(object, 0x77, SIZE);
}

KTEST(slab_debug, a_constructor_runs_once, SHORT)
{
	u8 *object;

	cache = kmem_cache_create("t-debug", SIZE, 0, SLAB_DEBUG_FLAGS, fill_ctor);
	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_assert(object);
	kt_eq(object[0], 0x77);
	kt_eq(object[SIZE - 1], 0x77);
	kmem_cache_free(cache, object);
	kt_eq(object[0], 0x77);
	kt_eq(object[SIZE - 1], 0x77);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_debug, patterns_tell_what_an_object_is, SHORT)
{
	u8 *object;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	object = obj[0];
	kt_eq(object[0], POISON_INUSE);
	kt_eq(object[SIZE - 1], POISON_INUSE);
	kt_eq(object[-1], RED_ACTIVE);
	kt_eq(object[SIZE], RED_ACTIVE);
	kmem_cache_free(cache, object);
	kt_eq(object[0], POISON_FREE);
	kt_eq(object[SIZE - 2], POISON_FREE);
	kt_eq(object[SIZE - 1], POISON_END);
	kt_eq(object[-1], RED_INACTIVE);
	kt_eq(object[SIZE], RED_INACTIVE);
	end(1);
}

KTEST(slab_debug, zeroed_objects_are_zero, SHORT)
{
	u8 *object;
	unsigned int i;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	object = kmem_cache_zalloc(cache, GFP_KERNEL);
	kt_assert(object);
	for (i = 0; i < SIZE; i++)
		kt_eq(object[i], 0);
	kmem_cache_free(cache, object);
	end(0);
}

/* --- overruns -------------------------------------------------------------------------------- */

/* A byte that is in nothing between @from and @to: what is written there differs everywhere. */
static u8 foreign_byte(const u8 *from, const u8 *to)
{
	u8 value = 1;
	const u8 *p;

	for (p = from; p < to; p++)
		if (*p == value || value == RED_ACTIVE || value == RED_INACTIVE) {
			value++;
			p = from - 1;
		}
	return value;
}

static void overrun(unsigned int size, unsigned int bytes)
{
	if (!begin(size, SLAB_DEBUG_FLAGS))
		return;
	memset(obj[1] + size, foreign_byte(obj[1] + size, obj[1] + size + bytes), bytes);
	free_damaged(1, "Right Redzone overwritten");
	expect_log("*Likely cause: an overrun: %u bytes were asked for, and %u bytes past the end "
		   "were overwritten*",
		   size, bytes);
}

/* Does an overrun of @bytes end where nobody watches? (As @cache was, which has gone.) */
static bool ends_in_word(unsigned int bytes)
{
	const unsigned int word = sizeof(void *) + sizeof(struct unit_info);

	return bytes > word && bytes <= word + UNIT_WORD;
}

/* Of the long runs every few are enough. The gap to the next object is larger than 64 bytes. */
KTEST(slab_debug, an_overrun_by_1_to_64_bytes, SHORT)
{
	unsigned int bytes, size;

	log_hush();
	for (size = SIZE; size <= SIZE + 4; size += 4)
		for (bytes = 1; bytes <= 64; bytes += bytes < 9 ? 1 : 5) {
			if (ends_in_word(bytes))
				continue;
			overrun(size, bytes);
			kmem_cache_free(cache, obj[0]);
			log_mark();
			kmem_cache_free(cache, obj[2]);
			kt_eq(kmem_cache_destroy(cache), 0);
		}
}

/* Where all objects are debugged, the tests before have filled the table of call traces. */
static bool traces_are_lost(void)
{
	return capture_count(&report, "* (the table of call traces is full)") > 0;
}

KTEST(slab_debug, an_overrun_names_the_owner_and_shows_the_bytes, SHORT)
{
	overrun(SIZE, 4);
	expect_log("*Redzone  %08lx:*", (unsigned long)obj[1] + SIZE);
	expect_log("*Object   %08lx: 5a 5a 5a 5a*  ZZZZ*", (unsigned long)obj[1]);
	if (page_debug_port->symbol && !traces_are_lost())
		kt_true(capture_count(&report, "* begin*+0x*") > 0);
	expect_log("*Allocated by cpu 0, * us ago, %u bytes requested:", SIZE);
	expect_log("*FIX t-debug: Restoring Right Redzone 0x%08lx-0x%08lx",
		   (unsigned long)obj[1] + SIZE, (unsigned long)obj[1] + SIZE + 3);
	swap_objects(0, 1);
	end(1);
}

/* The object behind is damaged, too, and its report says by whom. */
KTEST(slab_debug, an_overrun_reaches_the_object_behind, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	if (!are_neighbours()) {
		end(0);
		kt_skip("the objects do not lie beside each other");
	}
	memset(obj[0] + SIZE, 0x33, cache->stride - SIZE);
	free_damaged(1, "Left Redzone overwritten");
	expect_log("*Likely cause: an overrun of the object before it, at 0x%08lx*",
		   (unsigned long)obj[0]);
	free_damaged(0, "Right Redzone overwritten");
	end(2);
}

KTEST(slab_debug, what_was_written_is_described, SHORT)
{
	static const struct {
		const char *bytes;
		unsigned int nr;
		const char *story;
	} rows[] = {
		{ "\0", 1, "*, of a single 0 (the end of a string?)" },
		{ "\0\0\0\0", 4, "*, of zeros (a memset() that is too long?)" },
		{ "tail", 4, "*, of text (a string that is too long?)" },
		{ "\xcd", 1, "*, of one bit (a broken memory chip*" },
	};
	unsigned int i;

	log_hush();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!begin(SIZE, SLAB_DEBUG_FLAGS))
			return;
		memcpy(obj[0] + SIZE, rows[i].bytes, rows[i].nr);
		free_damaged(0, "Right Redzone overwritten");
		expect_log("%s", rows[i].story);
		end(1);
	}
}

KTEST(slab_debug, a_pointer_past_the_end, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	memcpy(obj[0] + SIZE, &obj[1], sizeof(obj[1]));
	free_damaged(0, "Right Redzone overwritten");
	expect_log("*, of a pointer (a member of a structure that is larger?)");
	end(1);
}

/* --- underruns ------------------------------------------------------------------------------- */

KTEST(slab_debug, an_underrun_by_1_to_48_bytes, SHORT)
{
	unsigned int bytes;

	log_hush();
	for (bytes = 1; bytes <= 48; bytes += bytes < 9 ? 1 : 13) {
		if (!begin(SIZE, SLAB_DEBUG_FLAGS))
			return;
		memset(obj[1] - bytes, foreign_byte(obj[1] - bytes, obj[1]), bytes);
		free_damaged(1, "Left Redzone overwritten");
		expect_log("*Likely cause: a write %u bytes before the beginning (a negative "
			   "index?)*",
			   bytes);
		swap_objects(0, 1);
		end(1);
	}
}

/* --- after the free -------------------------------------------------------------------------- */

/* Allocate until @object would have come again. Return: was it handed out? */
static bool comes_again(const void *object)
{
	void *taken[64];
	unsigned int nr = 0;
	bool found = false;

	while (nr < ARRAY_SIZE(taken) && (taken[nr] = kmem_cache_alloc(cache, GFP_KERNEL)) != NULL)
		found = taken[nr++] == object || found;
	while (nr)
		kmem_cache_free(cache, taken[--nr]);
	return found;
}

static void write_after_free(unsigned int offset)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(cache, obj[0]);
	obj[0][offset] ^= 0x18;
	expect_first("D4");
	log_mark();
	kt_false(comes_again(obj[0]));
	expect_bug("Poison overwritten");
	expect_log("*Likely cause: a write after it was freed*");
	expect_log("*FIX t-debug: Object at 0x%08lx never handed out again", (unsigned long)obj[0]);
	expect_log("*Freed by cpu 0,*");
	end(1);
}

KTEST(slab_debug, a_write_after_free_to_any_byte, SHORT)
{
	unsigned int offset;

	log_hush();
	for (offset = 0; offset < SIZE; offset += offset < 4 || offset >= SIZE - 4 ? 1 : 3)
		write_after_free(offset);
}

/* Its slab is given back before anybody gets the object. */
#if SLAB_HAS_SLABS
KTEST(slab_debug, a_write_after_free_is_seen_when_the_slab_goes, SHORT)
{
	unsigned int i;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	for (i = 0; i < OBJECTS; i++)
		kmem_cache_free(cache, obj[i]);
	obj[0][0] = 1;
	kt_eq(kmem_cache_shrink(cache), 1);
	expect_bug("Poison overwritten");
	end(OBJECTS);
}
#endif

KTEST(slab_debug, an_empty_slab_is_kept, SHORT)
{
	struct cache_stats stats;

	cache = kmem_cache_create("t-debug", SIZE, 0, SLAB_DEBUG_FLAGS, NULL);
	kt_assert(cache);
	obj[0] = kmem_cache_alloc(cache, GFP_KERNEL);
	kmem_cache_free(cache, obj[0]);
	cache_stats(cache, &stats);
	kt_eq(stats.num_slabs, 1);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(slab_debug, a_free_object_comes_again, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(cache, obj[0]);
	kt_true(comes_again(obj[0]));
	end(1);
}

KTEST(slab_debug, an_overrun_of_a_free_object, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(cache, obj[0]);
	obj[0][SIZE] = 0;
	expect_first("D3");
	log_mark();
	kt_false(comes_again(obj[0]));
	expect_bug("Right Redzone overwritten");
	end(1);
}

/* Several objects at once, in use and free. */
KTEST(slab_debug, zeros_over_several_objects, SHORT)
{
	if (UNIT_WORD)
		kt_skip("a link of free objects is among them");
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	if (!are_neighbours()) {
		end(0);
		kt_skip("the objects do not lie beside each other");
	}
	kmem_cache_free(cache, obj[1]);
	memset(obj[0] + 8, 0, 2 * cache->stride);
	expect_first("D3");
	free_damaged(0, "Right Redzone overwritten");
	free_damaged(2, "Left Redzone overwritten");
	log_mark();
	kt_false(comes_again(obj[1]));
	log_since_mark(&report);
	kt_eq(capture_count(&report, "*BUG t-debug*"), 1);
	end(OBJECTS);
}

/* --- what the debugging keeps itself --------------------------------------------------------- */

KTEST(slab_debug, the_track_in_front_is_overwritten, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	unit_front(cache, obj[0])->requested ^= 0x100;
	expect_first("D3");
	free_damaged(0, "Object tracking overwritten");
	expect_log("*Allocated by cpu 0,*"); /* by the other copy */
	end(1);
}

KTEST(slab_debug, the_track_behind_is_overwritten, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	unit_tail(cache, obj[0])->track[TRACK_ALLOC].trace = 0xffff;
	expect_first("D3");
	free_damaged(0, "Object tracking overwritten");
	expect_log("*Allocated by cpu 0,*");
	end(1);
}

/* Nothing says any more who had it, and nothing is made up. */
KTEST(slab_debug, both_tracks_are_overwritten, SHORT)
{
	struct slab_track allocated;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	memset(unit_front(cache, obj[0]), 0xff, sizeof(struct unit_info));
	memset(unit_tail(cache, obj[0]), 0xff, sizeof(struct unit_info));
	kt_false(slab_track(obj[0], &allocated, NULL));
	free_damaged(0, "Object tracking overwritten");
	kt_eq(capture_count(&report, "*Allocated by*"), 0);
	end(1);
}

KTEST(slab_debug, the_padding_is_overwritten, SHORT)
{
	if (!begin(SIZE - 8, SLAB_RED_ZONE | SLAB_HWCACHE_ALIGN))
		return;
	if (unit_end(cache, obj[0]) == obj[0] + slab_debug_word(cache) + UNIT_WORD) {
		end(0);
		kt_skip("there is no padding");
	}
	*(u8 *)(uintptr)(unit_end(cache, obj[0]) - 1) ^= 1;
	expect_first("D3");
	free_damaged(0, "Object padding overwritten");
	end(1);
}

/* Is @p in the word of obj[0] that the back end has for itself? */
static bool is_word(const u8 *p)
{
	const u8 *word = obj[0] + slab_debug_word(cache);

	return p >= word && p < word + UNIT_WORD;
}

KTEST(slab_debug, every_byte_between_objects_is_watched, SHORT)
{
	const u8 *from, *to, *p;
	struct mm_check check = { 0 };

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	from = (const u8 *)unit_front(cache, obj[0]);
	to = unit_end(cache, obj[0]);
	for (p = from; p < to; p++) {
		if ((p >= obj[0] && p < obj[0] + SIZE) || is_word(p))
			continue;
		*(u8 *)(uintptr)p ^= 1;
		mm_check(&check);
		if (!kt_str_eq(check.first, "D3"))
			kt_note("at offset %ld", (long)(p - obj[0]));
		*(u8 *)(uintptr)p ^= 1;
	}
	end(0);
}

/* --- bad frees ------------------------------------------------------------------------------- */

static void expect_not_freed(const void *object)
{
	expect_log("*FIX t-debug: Object at 0x%08lx not freed", (unsigned long)object);
}

KTEST(slab_debug, a_double_free, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(cache, obj[0]);
	kmem_cache_free(cache, obj[0]);
	expect_bug("Object already free");
	expect_log("*kmem_cache_free: 0x%08lx is free already (double free?)",
		   (unsigned long)obj[0]);
	expect_log("*Allocated by cpu 0,*");
	expect_log("*Freed by cpu 0,*");
	expect_not_freed(obj[0]);
	end(1);
}

KTEST(slab_debug, a_double_free_with_others_in_between, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(cache, obj[0]);
	kmem_cache_free(cache, obj[1]);
	kfree(obj[0]);
	expect_bug("Object already free");
	expect_log("*kfree: 0x%08lx is free already (double free?)", (unsigned long)obj[0]);
	end(2);
}

KTEST(slab_debug, a_free_inside_an_object, SHORT)
{
	static const unsigned int offsets[] = { 1, 16, SIZE - 1 };
	unsigned int i;

	log_hush();
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		if (!begin(SIZE, SLAB_DEBUG_FLAGS))
			return;
		kmem_cache_free(cache, obj[0] + offsets[i]);
		expect_bug("Invalid object pointer 0x*");
		expect_log(
			"*kmem_cache_free: 0x%08lx is inside an object (not the pointer that was "
			"allocated?)",
			(unsigned long)obj[0] + offsets[i]);
		expect_log("*Object 0x%08lx, number * of its slab, of %u bytes, of cache t-debug, "
			   "in use",
			   (unsigned long)obj[0], SIZE);
		expect_not_freed(obj[0] + offsets[i]);
		end(0);
	}
}

KTEST(slab_debug, a_free_of_foreign_pointers, SHORT)
{
	static u32 object;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	/* Where the image is not in the map's RAM it has no page. */
	if (pfn_valid(PFN_DOWN(virt_to_phys(&object)))) {
		kmem_cache_free(cache, &object);
		expect_bug("Invalid object pointer 0x*");
		log_mark();
	}
	kmem_cache_free(cache, NULL);
	expect_bug("Invalid object pointer 0x*");
	expect_log("*(NULL: an allocation that failed?)");
	end(0);
}

KTEST(slab_debug, a_free_to_another_cache, SHORT)
{
	struct kmem_cache *other = kmem_cache_create("t-other", SIZE, 0, SLAB_DEBUG_FLAGS, NULL);

	kt_assert(other);
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(other, obj[0]);
	expect_log("*BUG t-other (Not tainted): Wrong slab cache. t-other but object is from "
		   "t-debug");
	expect_log("*FIX t-other: Object at 0x%08lx not freed", (unsigned long)obj[0]);
	end(0);
	kt_eq(kmem_cache_destroy(other), 0);
}

/* A damaged object that is freed again. */
KTEST(slab_debug, a_kept_object_is_freed_again, SHORT)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	obj[0][SIZE] = 0;
	free_damaged(0, "Right Redzone overwritten");
	log_mark();
	kmem_cache_free(cache, obj[0]);
	expect_bug("Object already free");
	end(1);
}

/* Without F a bad free stops, as it does in any other cache. */
KTEST(slab_debug, stop_a_double_free_without_f, STOP)
{
	if (!begin(SIZE, SLAB_RED_ZONE | SLAB_POISON))
		return;
	kmem_cache_free(cache, obj[0]);
	kt_expect_stop("is free already (double free?)");
	kmem_cache_free(cache, obj[0]);
}

/* --- owners ---------------------------------------------------------------------------------- */

KTEST(slab_debug, who_had_an_object, SHORT)
{
	struct slab_track allocated, freed;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kt_assert(slab_track(obj[0], &allocated, &freed));
	kt_eq(allocated.requested, SIZE);
	kt_true(allocated.trace != 0);
	kt_eq(freed.trace, 0);
	kt_false(slab_track(obj[0] + 4, &allocated, &freed));
	kmem_cache_free(cache, obj[0]);
	kt_assert(slab_track(obj[0], &allocated, &freed));
	kt_true(freed.trace != 0);
	capture_init(&report, capture_text, sizeof(capture_text));
	slab_owner_show(&report.out, obj[0]);
	if (page_debug_port->symbol && !traces_are_lost())
		kt_true(capture_count(&report, " * ktest_slab_debug_who_had_an_object+0x*") > 0);
	end(1);
}

KTEST(slab_debug, nobody_knows_without_u, SHORT)
{
	struct slab_track allocated;

	if (!begin(SIZE, SLAB_RED_ZONE))
		return;
	if (cache->flags & SLAB_STORE_USER) {
		end(0);
		kt_skip("slab_debug is on for all");
	}
	kt_false(slab_track(obj[0], &allocated, NULL));
	end(0);
}

/* --- what kmalloc() was not asked for -------------------------------------------------------- */

KTEST(slab_debug, the_slack_is_watched, SHORT)
{
	if (!begin(64, SLAB_DEBUG_FLAGS))
		return;
	slab_debug_requested(cache, obj[0], 60, 0);
	kt_eq(slab_debug_ksize(cache, obj[0]), 60);
	memset(obj[0], 0x33, 61);
	expect_first("D3");
	free_damaged(0, "Right Redzone overwritten");
	expect_log("*an overrun: 60 bytes were asked for, and 1 bytes past the end*");
	end(1);
}

/* --- what leads to a report is damaged ------------------------------------------------------- */

static void expect_double_free_of_no_name(void)
{
	kmem_cache_free(cache, obj[0]);
	expect_log("*BUG (bad name) (Not tainted): Object already free");
}

KTEST(slab_debug, the_name_of_the_cache_leads_nowhere, SHORT)
{
	static const uintptr values[] = { 0, 0x33333333, ~(uintptr)0, ~(uintptr)0 - 8 };
	const char *name;
	unsigned int i;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	name = cache->name;
	kmem_cache_free(cache, obj[0]);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		log_mark();
		cache->name = (const char *)values[i];
		expect_double_free_of_no_name();
		cache->name = name;
	}
	end(1);
}

KTEST(slab_debug, the_name_of_the_cache_is_overwritten, SHORT)
{
	char *name;

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	name = (char *)(uintptr)cache->name;
	kmem_cache_free(cache, obj[0]);
	name[0] = '\xff';
	expect_double_free_of_no_name();
	name[0] = 't';
	end(1);
}

/* Nothing is looked for where a damaged cache says: not by check, nor in a report. */
KTEST(slab_debug, the_size_of_the_cache_is_overwritten, SHORT)
{
	struct slab_track allocated;
	struct mm_check check = { 0 };

	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	kmem_cache_free(cache, obj[0]);
	cache->size = 0x33333333;
	kt_true(mm_check(&check) > 0);
	kt_false(slab_track(obj[1], &allocated, NULL));
	kmem_cache_free(cache, obj[0]);
	cache->size = SIZE;
	expect_bug("Object already free");
	end(1);
}

KTEST(slab_debug, stop_a_free_to_a_cache_with_a_damaged_size, STOP)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	cache->size = 0x33333333;
	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kmem_cache_free(cache, obj[0]);
}

KTEST(slab_debug, stop_an_allocation_of_a_cache_with_a_damaged_zone, STOP)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	cache->red_left = 0x33333333;
	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_KERNEL), NULL);
}

#if SLAB_HAS_SLABS
KTEST(slab_debug, stop_a_page_that_names_no_cache, STOP)
{
	if (!begin(SIZE, SLAB_DEBUG_FLAGS))
		return;
	virt_to_page(obj[0])->slab_cache = (struct kmem_cache *)(uintptr)0x33333333;
	kt_expect_stop("is no cache (uninitialised, or overwritten?)");
	kmem_cache_free(cache, obj[0]);
}
#endif
