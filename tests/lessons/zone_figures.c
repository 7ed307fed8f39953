/* SPDX-License-Identifier: 0BSD
 *
 * zone_figures.c - the questions of the lessons from 7 on, answered on paper, and where they depend
 * on the machine from what the lesson printed or from another source.
 */
#include "player.h"

#include <lib/errno.h>
#include <lib/format.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/kfence.h>
#include <mm/mmzone.h>
#include <mm/topology.h>
#include <mm/watermark.h>

#include "kmalloc.h"
#include "slab_debug.h"

static struct player player;

/* Play lesson @number with its own answers. Return: false if the machine is too small for it. */
static bool play(unsigned int number)
{
	player = (struct player){ .way = PLAYER_RIGHT };
	return player_play(&player, number) != -ENOMEM;
}

#define play_lesson(number)                                  \
	do {                                                 \
		if (!play(number))                           \
			kt_skip("no memory for the lesson"); \
	} while (0)

/* The number behind the first @text from @from on in what the lesson printed; @end is behind it. */
static unsigned long number_behind(const char *from, const char *text, const char **end)
{
	const char *at = strstr(from, text);
	unsigned long value = 0;

	if (end)
		*end = from;
	if (!kt_true(at))
		return 0;
	for (at += strlen(text); *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (unsigned long)(*at - '0');
	if (end)
		*end = at;
	return value;
}

/* So often @value was a right answer. */
static void expect_right(unsigned long value, unsigned int times)
{
	char want[32];

	snprintf(want, sizeof(want), "Right, %lu: *", value);
	if (!kt_eq(capture_count(&player.capture, want), times))
		kt_note("\"%s\" in \"%s\"", want, capture_text);
}

KTEST(lesson_figures, buddies, SHORT)
{
	unsigned long pfn;

	play_lesson(7);
	pfn = number_behind(capture_text, ", pfn ", NULL);
	expect_right(pfn ^ 1, 1);
	expect_right((pfn & ~1UL) ^ 2, 1);
	expect_right(2, 1); /* two blocks of two that are no buddies */
	expect_right(5, 2); /* a block of each order but that of the whole; as many merges */
}

/* Marks of an eighth of 128 pages: 12 and 15 for 96 of them, 4 and 5 for 32; 8 are kept. */
KTEST(lesson_figures, zones, SHORT)
{
	const struct zone *zones = NODE_DATA(0)->node_zones, *zone;
	u64 populated = 0;

	for_each_populated_zone (zone)
		populated++;
	expect_answers(8, populated, nr_present_pages() != nr_present_lowmem_pages(),
		       zones[ZONE_DMA].present_pages ? zones[ZONE_NORMAL].present_pages / 256 : 0,
		       96 - 15, 4 + 8, 8);
}

/* --- objects --------------------------------------------------------------------------------- */

#define SIZE  320UL
#define REST  (PAGE_SIZE - 12 * SIZE) /* of a slab with as many as fit */
#define BEGIN ": object 0 begins at byte "

#ifdef CONFIG_SLUB
/* No colours; the last request is served by the CPU's own slab, the fourth one: its second object.
 */
static void expect_places(void)
{
	expect_right(0, 1);
	expect_right(SIZE, 1);
}
#elif !defined(CONFIG_SLOB)
/* A line of the cache more for each slab; the object that came back last. */
static void expect_places(void)
{
	const char *rest;
	unsigned long first = number_behind(capture_text, "slab 0" BEGIN, &rest);
	unsigned long line = number_behind(rest, "slab 1" BEGIN, &rest) - first;

	kt_assert(line > 0);
	expect_right(first + 3 % ((REST - first) / line + 1) * line, 1);
	number_behind(rest, "The object at byte ", &rest);
	expect_right(number_behind(rest, "The object at byte ", NULL), 1);
}
#endif

/* Where pages are shared the gaps decide how many objects come, and where they lie. */
KTEST(lesson_figures, objects, SHORT)
{
	if (cache_is_debugged(kmalloc_slab(SIZE, 0)))
		kt_skip("objects are debugged");
	play_lesson(9);
	expect_right(REST, 1);
#ifndef CONFIG_SLOB
	expect_right(13, 1);
	expect_right(4, 1);
	expect_places();
#endif
}

/* The report of the real one is in the log. */
KTEST(lesson_figures, a_double_free, SHORT)
{
	unsigned long pfn;
	bool is_kept;

	play_lesson(10);
	pfn = number_behind(capture_text, "first page  pfn ", NULL);
	is_kept = capture_count(&player.capture, "  first page * state bits 0x10, *");
	expect_right(2, 1);
	expect_right(pfn, 1);
	kt_eq(capture_count(&player.capture, is_kept ? "Right, no: *" : "Right, yes: *"), 1);
	expect_right(1, 1);
	expect_right(0, 1);
	expect_line("BUG: __free_pages: pfn *, order 1 (allocated with order 2), *");
	expect_line("*not the order that it was allocated with");
	expect_line("BUG: __free_pages: pfn *, order 0 (inside the block of order 2 at*");
	expect_line("BUG: kfree: object * of cache lesson is free already (double free?)");
	capture_reset(&player.capture);
	printk_log_show(&player.capture.out);
	kt_true(capture_count(&player.capture,
			      "*BUG lesson-debugged (Not tainted): Object already free") > 0);
}

/* --- pages ----------------------------------------------------------------------------------- */

/* 2048 pages, half of them free; 32 of the lowest 64 are in use; in the end half of it is free. */
KTEST(lesson_figures, compaction, SHORT)
{
	expect_answers(11, 1024 / 64, 0, 32, 0, 1);
	expect_line("480 pages were moved; of 1024 in use 1024 have their contents");
}

/* The zone that GFP_KERNEL asks first has its share of what is to be kept, and a half of that more.
 * Of 128 pages 32 are kept, as of any machine so small, and who is urgent leaves 12 of these. */
KTEST(lesson_figures, watermarks, SHORT)
{
	const struct zone *zone = node_zonelist(numa_node_id(), GFP_KERNEL)->zones[0];
	u64 pages = (u64)(min_free_kbytes / 4) * zone->present_pages;
	unsigned long share;

	for (share = 0; (u64)(share + 1) * nr_present_lowmem_pages() <= pages;)
		share++;
	expect_answers(12, share + share / 2, 32, 12, 12, 0);
}

KTEST(lesson_figures, lists_of_a_cpu, SHORT)
{
	unsigned long batch;
	const char *rest;

	play_lesson(13);
	batch = number_behind(capture_text, "; batch ", NULL);
	kt_true(batch >= 2 && !(batch & (batch - 1)));
	number_behind(capture_text, "Taken are pfn ", &rest);
	number_behind(rest, "\npfn ", &rest);
	expect_right(number_behind(rest, "\npfn ", NULL), 1);
	expect_right(batch - 1, 1);
	expect_right(3 * batch, 1);
	kt_true(capture_count(&player.capture, "Right, 2: *") > 0);
}

/* One node has no neighbour; several have one at some distance, which is not their own. */
KTEST(lesson_figures, nodes, SHORT)
{
	if (!several_nodes()) {
		expect_answers(14, LOCAL_DISTANCE, 1, 0, 0, 0);
		expect_line("This machine has one node. *");
		return;
	}
	play_lesson(14);
	kt_eq(capture_count(&player.capture, "Right, no: *"), 1);
	expect_line("distance to    0*");
}

/* --- the machine ----------------------------------------------------------------------------- */

static struct zone marks[MAX_ZONES];

static void note_marks(void)
{
	const struct zone *zone;

	for_each_zone (zone)
		marks[zone_number(zone)] = *zone;
}

static void compare_marks(void)
{
	const struct zone *zone;

	for_each_zone (zone) {
		const struct zone *was = &marks[zone_number(zone)];

		kt_eq(zone->pages_min, was->pages_min);
		kt_eq(zone->pages_low, was->pages_low);
		kt_eq(zone->lowmem_reserve[ZONE_NORMAL], was->lowmem_reserve[ZONE_NORMAL]);
	}
}

/* Wherever the lesson is left: marks, the guard of objects and the sharing of slabs are as they
 * were. */
static void expect_no_change(const struct lesson *lesson)
{
	const unsigned int interval = kfence_interval;
	const bool nomerge = slab_nomerge;

	note_marks();
	player = (struct player){ .way = PLAYER_QUITS };
	for (; player.quits_at <= player_questions(lesson); player.quits_at++)
		if (player_play(&player, lesson->number) == -ENOMEM)
			break;
	compare_marks();
	kt_eq(kfence_interval, interval);
	kt_eq(slab_nomerge, nomerge);
}

/* The runner of the tests has switched the guard off; its pool may be there. */
KTEST(lesson_figures, the_machine_is_as_before, SHORT)
{
	const bool has_pool = kfence_pool_bytes;
	const struct lesson *lesson = NULL;

	if (kfence_start(100))
		kt_skip("no memory for a pool");
	while ((lesson = lesson_next(lesson)) != NULL) {
		kt_case(lesson->title);
		expect_no_change(lesson);
	}
	kt_case(NULL);
	kt_eq(has_pool ? kfence_start(0) : kfence_stop(), 0);
}
