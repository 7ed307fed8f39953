/* SPDX-License-Identifier: 0BSD
 *
 * selftest.c - small traces: what they count, what is refused, and that everything comes home.
 */
#include "module.h"
#include "replay.h"

#include <lib/errno.h>
#include <lib/format.h>
#include <lib/progress.h>
#include <lib/string.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#define HEADER                                                                 \
	"# mmtrace 1\n# max ids: pages 4 kmalloc 4 cache-objects 4 caches 1\n" \
	"# cache 0 small object_size 40 slot_size 40\n"

/* A cache may take a page for its descriptor, or none, if another cache left it room. */
#define NO_CACHES "# mmtrace 1\n# max ids: pages 4 kmalloc 4 cache-objects 0 caches 0\n"

/* Seven bytes at a time, so that lines are put together from pieces. */
static size_t read_text(const struct trace_source *source, u64 offset, char *buf, size_t len)
{
	const char *text = source->data;
	size_t left = strlen(text) - (size_t)offset;

	len = min(len, (size_t)7);
	len = min(len, left);
	memcpy(buf, text + offset, len);
	return len;
}

static char text[1024];
static struct capture output;

static int play(const char *trace)
{
	const struct trace_source source = { .read = read_text, .data = trace };

	capture_init(&output, text, sizeof(text));
	return trace_replay("t", &source, &output.out);
}

KTEST(trace, every_event_is_counted, SHORT)
{
	kt_eq(play(HEADER "A 0 1 cc0 0\nk 0 100\nc 0 0 40\nF 0\nf 0\nd 0\n"), 0);
	kt_eq(capture_count(&output, "TRACE t events 6 * live-end 0 lost 0 bad 0"), 1);
}

KTEST(trace, what_is_live_at_the_end_is_counted_and_freed, SHORT)
{
	unsigned long before = free_pages_now();

	kt_eq(play(HEADER "A 3 2 cc2 0\nk 3 5000\nc 3 0 40\n"), 0);
	kt_eq(capture_count(&output, "TRACE t events 3 * live-end 3 lost 0 bad 0"), 1);
	kt_eq(free_pages_now(), before);
}

KTEST(trace, peaks_are_those_of_the_fullest_moment, SHORT)
{
	kt_eq(play(NO_CACHES "A 0 3 cc0 0\nA 1 0 cc0 0\nF 0\nk 0 1000\nF 1\nf 0\n"), 0);
	kt_eq(capture_count(&output, "TRACE t * pages-peak 9 bytes-peak 36864 *"), 1);
	/* How many pages that takes depends on who has objects of this size already. */
	kt_eq(play(HEADER "k 0 1000\nk 1 2000\nf 0\nk 2 900\nf 1\nf 2\n"), 0);
	kt_eq(capture_count(&output, "TRACE t * bytes-peak 3000 *"), 1);
}

KTEST(trace, pages_of_the_recorders_slabs_are_not_played, SHORT)
{
	kt_eq(play(HEADER "S 0 3 cc0 0\nU 1 0 cc0 0\nT 0\nV 1\n"), 0);
	kt_eq(capture_count(&output, "TRACE t events 0 * pages-peak 0 *"), 1);
	kt_eq(capture_count(&output, "* recorder's own held 36864 at its peak"), 1);
	kt_eq(play(HEADER "S 0 3 cc0 0\nU 1 0 cc0 0\nF 0\n"), 0);
	kt_eq(capture_count(&output, "TRACE t events 1 * live-end 0 lost 0 bad 0"), 1);
}

/* A line says how far a long trace is: in bytes, since its events are not known. */
static u64 a_second_later(void)
{
	static u64 now;

	return now += 1000000;
}

KTEST(trace, a_long_replay_shows_its_progress, SHORT)
{
	static const char *const trace = HEADER "k 0 8\nf 0\n";
	const struct trace_source source = { .read = read_text,
					     .size = strlen(trace),
					     .data = trace };
	struct progress_hooks before = progress_hooks;
	char last[48];

	progress_hooks = (struct progress_hooks){ .now_us = a_second_later };
	capture_init(&output, text, sizeof(text));
	kt_eq(trace_replay("t", &source, &output.out), 0);
	progress_hooks = before;
	kt_eq(capture_count(&output, "# t: * % (*)"), 4);
	snprintf(last, sizeof(last), "# t: 100 %% (%zu of %zu)", strlen(trace), strlen(trace));
	kt_eq(capture_count(&output, last), 1);
}

/* More than the machine has is an allocation lost, and its free is none. */
KTEST(trace, a_failed_allocation_is_lost, SHORT)
{
	kt_eq(play(HEADER "k 0 5000000\nf 0\nk 1 8\nf 1\n"), -EIO);
	kt_eq(capture_count(&output, "TRACE t events 4 * lost 1 bad 0"), 1);
}

KTEST(trace, bad_text_is_one_line_with_its_number, SHORT)
{
	static const struct {
		const char *trace, *line;
	} cases[] = {
		{ "", "trace t: line 1: no `# mmtrace 1`" },
		{ "\x1f\x8b\b", "trace t: line 1: gzip data*" },
		{ HEADER "A 4 0 cc0 0\n", "trace t: line 4: an id above*" },
		{ HEADER "A 0 11 cc0 0\n", "trace t: line 4: no such order" },
		{ HEADER "A 0 0 cc0\n", "trace t: line 4: bad numbers" },
		{ HEADER "A 0 0 xyz 0\n", "trace t: line 4: bad numbers" },
		{ HEADER "k 0 4294967296\n", "trace t: line 4: bad numbers" },
		{ HEADER "c 0 1 40\n", "trace t: line 4: no such cache" },
		{ HEADER "k 0 8\nk 0 8\n", "trace t: line 5: an id that is out already" },
		{ HEADER "F 4\n", "trace t: line 4: bad id" },
		{ HEADER "A 0 0 0 0\nS 0 1 0 0\nF 0\n", "trace t: line 5: an id that is out *" },
		{ HEADER "S 0 1 0 0\nA 0 0 0 0\n", "trace t: line 5: an id that is out *" },
		{ HEADER "S 0 1 0 0\nU 0 1 0 0\n", "trace t: line 5: an id that is out *" },
		{ HEADER "S 0 1 0 0\nT 0\nT 0\n", "trace t: line 6: an id that the recorder's *" },
		{ HEADER "A 0 0 0 0\nV 0\n", "trace t: line 5: an id that the recorder's *" },
		{ HEADER "Q 1\n", "trace t: line 4: no event" },
		{ HEADER "A0 0 cc0 0\n", "trace t: line 4: no event" },
		{ HEADER "# cache 2 x object_size 8\n", "trace t: line 4: bad or too many*" },
		{ HEADER "# cache 1 x object_size 0\n", "trace t: line 4: a bad object_size" },
		{ HEADER "# max ids: pages 1\n", "trace t: line 4: bad `# max ids:`" },
		{ "# mmtrace 1\nk 0 8\n", "trace t: line 2: an id above*" },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->line);
		kt_eq(play(c->trace), -EINVAL);
		kt_eq(capture_count(&output, c->line), 1);
		kt_eq(capture_count(&output, "*"), 1);
	}
}

KTEST(trace, modules_are_found_by_word_or_last_component, SHORT)
{
	static const struct {
		const char *string, *name;
		bool found;
	} cases[] = {
		{ "trace-A", "trace-A", true },
		{ "dir/trace-A", "trace-A", true },
		{ "/a/b/trace-A x=1", "trace-A", true },
		{ "x y trace-A", "trace-A", true },
		{ "trace-AB", "trace-A", false },
		{ "my-trace-A", "trace-A", false },
		{ "trace-A/b", "trace-A", false },
		{ "", "trace-A", false },
		{ "a  b", "b", true },
		{ "\"/boot/my short.txt\" x", "my short.txt", true },
		{ "\"/boot/my short.txt\" x", "short.txt", false },
		{ "\"my short.txt\"", "my", false },
		{ "a \"b c\" d", "b c", true },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->string);
		kt_eq(module_has_name(c->string, c->name), c->found);
	}
}
