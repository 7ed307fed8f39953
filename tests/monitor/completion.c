/* SPDX-License-Identifier: 0BSD
 *
 * completion.c - the end of a word from its beginning: the pure part, then the monitor's own words.
 */
#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>

static struct completion completion;
static char text[512];
static struct capture captured;

static void offer_all(const char *const *words, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		completion_offer(&completion, words[i]);
}

static const char *const words[] = { "meminfo", "memory", "mm", "zone" };

static const struct offer_case {
	const char *word;
	unsigned int nr;
	const char *rest;
} offer_cases[] = {
	{ "", 4, "" },	   { "m", 3, "" },	 { "me", 2, "m" },
	{ "mem", 2, "" },  { "memi", 1, "nfo" }, { "meminfo", 1, "" },
	{ "z", 1, "one" }, { "x", 0, "" },	 { "meminfos", 0, "" },
};

KTEST(completion, what_fits_has_a_common_beginning, SHORT)
{
	const struct offer_case *c;

	for_each_case (c, offer_cases) {
		kt_case(c->word);
		completion_start(&completion, c->word, strlen(c->word));
		offer_all(words, ARRAY_SIZE(words));
		kt_eq(completion.nr, c->nr);
		kt_str_eq(completion_rest(&completion), c->rest);
	}
}

KTEST(completion, a_candidate_offered_twice_counts_once, SHORT)
{
	static const char *const suites[] = { "buddy", "buddy", "buddy", "bug" };

	completion_start(&completion, "bu", 2);
	offer_all(suites, ARRAY_SIZE(suites));
	kt_eq(completion.nr, 2);
	completion_start(&completion, "bud", 3);
	offer_all(suites, ARRAY_SIZE(suites));
	kt_eq(completion.nr, 1);
	kt_str_eq(completion_rest(&completion), "dy");
}

KTEST(completion, only_the_word_before_the_cursor_counts, SHORT)
{
	completion_start(&completion, "mem rest of the line", 3);
	offer_all(words, ARRAY_SIZE(words));
	kt_eq(completion.nr, 2);
}

KTEST(completion, of_a_list_the_last_part_is_completed, SHORT)
{
	completion_start(&completion, "zone,mm|me", 10);
	completion_after(&completion, ",|");
	offer_all(words, ARRAY_SIZE(words));
	kt_eq(completion.nr, 2);
	kt_str_eq(completion_rest(&completion), "m");
	completion_start(&completion, "zone,memin", 10);
	completion_after(&completion, ",|");
	offer_all(words, ARRAY_SIZE(words));
	kt_str_eq(completion_rest(&completion), "fo");
	completion_start(&completion, "zone,", 5);
	completion_after(&completion, ",|");
	kt_eq(completion.len, 0);
}

/* Longer than there is room for: cut, and nothing is written behind the end. */
KTEST(completion, a_long_candidate_is_cut, SHORT)
{
	char longer[2 * COMPLETION_SIZE];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	completion_start(&completion, "x", 1);
	completion_offer(&completion, longer);
	kt_eq(completion.nr, 1);
	kt_eq(strlen(completion_rest(&completion)), COMPLETION_SIZE - 2);
	completion_start(&completion, longer, sizeof(longer) - 1);
	completion_offer(&completion, longer);
	kt_str_eq(completion_rest(&completion), "");
}

KTEST(completion, a_list_has_columns, SHORT)
{
	capture_init(&captured, text, sizeof(text));
	completion_start(&completion, "m", 1);
	offer_all(words, ARRAY_SIZE(words));
	completion_list(&completion, &captured.out);
	completion_start(&completion, "m", 1);
	offer_all(words, ARRAY_SIZE(words));
	completion_list_end(&completion);
	kt_str_eq(text, "meminfo  memory   mm       \n");
	kt_ptr_eq(completion.list, NULL);
}

static void list_candidates(int nr)
{
	char name[16];
	int pass, i;

	capture_init(&captured, text, sizeof(text));
	for (pass = 0; pass < 2; pass++) {
		completion_start(&completion, "", 0);
		for (i = 0; i < nr; i++) {
			snprintf(name, sizeof(name), "candidate%03d", i);
			completion_offer(&completion, name);
		}
		if (pass == 0)
			completion_list(&completion, &captured.out);
	}
	completion_list_end(&completion);
}

KTEST(completion, a_list_of_many_has_rows, SHORT)
{
	list_candidates(13);
	kt_eq(capture_count(&captured, "*"), 3);
	kt_eq(capture_count(&captured, "candidate*candidate*candidate*candidate*candidate*"), 2);
	list_candidates(10);
	kt_eq(capture_count(&captured, "*"), 2);
	kt_eq(capture_count(&captured, "candidate*candidate*candidate*candidate*candidate*"), 2);
}

/* ---- The monitor's words */

static const struct line_case {
	const char *line;
	unsigned int nr;
	const char *rest;
} line_cases[] = {
	{ "mem", 1, "info" },
	{ "  mem", 1, "info" },
	{ "check; mem", 1, "info" },
	{ "check;mem", 1, "info" },
	{ "kfr", 1, "ee" },
	{ "k", 3, "" },
	{ "help kfr", 1, "ee" },
	{ "help check kfr", 0, "" },
	{ "nonsense k", 0, "" },
	{ "alloc 0 at", 1, "omic" },
	{ "alloc 0 dma,at", 1, "omic" },
	{ "alloc 0 kernel,high", 4, "" },
	{ "alloc 0 kernel,z", 1, "ero" },
	{ "alloc 0 dma|GFP_N", 3, "O" },
	{ "alloc 0 __GFP_ZE", 1, "RO" },
	{ "alloc at", 0, "" },
	{ "alloc 0 dma at", 0, "" },
	{ "leaks m", 1, "ark" },
	{ "page 1", 0, "" },
	{ "map p", 2, "" },
	{ "map pfn ", 0, "" },
	{ "map pfn 0-1 p", 1, "lain" },
	{ "map zone x c", 1, "olor" },
	{ "map plain ", 0, "" },
	{ "a b c d e f g h i", 0, "" },
	{ "a b c d e f g h i j", 0, "" },
};

KTEST(completion, the_monitor_knows_its_words, SHORT)
{
	const struct line_case *c;

	for_each_case (c, line_cases) {
		kt_case(c->line);
		monitor_complete(&completion, c->line, strlen(c->line), false);
		kt_eq(completion.nr, c->nr);
		kt_str_eq(completion_rest(&completion), c->rest);
	}
}

KTEST(completion, after_a_panic_only_what_is_safe, SHORT)
{
	monitor_complete(&completion, "km", 2, true);
	kt_eq(completion.nr, 0);
	monitor_complete(&completion, "mem", 3, true);
	kt_eq(completion.nr, 1);
}

KTEST(completion, a_line_of_any_length, SHORT)
{
	char line[600];

	memset(line, ' ', sizeof(line));
	monitor_complete(&completion, line, sizeof(line), false);
	kt_eq(completion.nr, 0);
	memset(line, 'x', sizeof(line));
	monitor_complete(&completion, line, sizeof(line), false);
	kt_eq(completion.nr, 0);
}

KTEST(completion, free_knows_what_alloc_took, SHORT)
{
	char want[16], line[32];
	unsigned long pfn;

	capture_init(&captured, text, sizeof(text));
	kt_eq(monitor_run_to(&captured.out, "alloc 0", false), 0);
	monitor_complete(&completion, "free ", 5, false);
	pfn = 0;
	for (const char *s = text + strlen("pfn "); *s >= '0' && *s <= '9'; s++)
		pfn = pfn * 10 + (unsigned long)(*s - '0');
	snprintf(want, sizeof(want), "%lu", pfn);
	kt_true(completion.nr >= 1);
	monitor_complete(&completion, line, (size_t)snprintf(line, sizeof(line), "free %lu", pfn),
			 false);
	kt_true(completion.nr >= 1 && !strncmp(completion.common, want, strlen(want)));
	kt_eq(monitor_run_to(&captured.out, line, false), 0);
}
