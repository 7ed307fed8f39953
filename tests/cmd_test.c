/* SPDX-License-Identifier: 0BSD
 *
 * cmd_test.c - the monitor's command on the self-tests.
 */
#include <test/ktest_run.h>

#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/page_alloc.h>
#include "../boot/monitor/held.h"

#define TEST_PAGES_MIN 128 /* a machine of 2 MiB has some more */
#define TEST_PAGES_PLENTY \
	1024 /* a test that fails with so many free does not fail for lack of some */

/* Return: the free pages that a test can have: those above the minimum of each zone. */
static unsigned long pages_to_be_had(void)
{
	const struct zone *zone;
	unsigned long pages = 0;

	for_each_populated_zone (zone)
		pages += zone->nr_free_pages - min(zone->nr_free_pages, zone->pages_min);
	return pages;
}

/* Tests type at the monitor, too: with an empty table none of them can give back what the user
 * holds, or lack a slot. Return: how many failed. */
static unsigned int run_tests(const char *globs)
{
	struct held users[HELD_MAX];
	unsigned int failed;

	memcpy(users, held, sizeof(held));
	memset(held, 0, sizeof(held));
	failed = ktest_run_glob(globs);
	memcpy(held, users, sizeof(held));
	return failed;
}

static int cmd_test(struct out *out, int argc, char **argv)
{
	if (argc > 2) {
		out_printf(out, "test: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (pages_to_be_had() < TEST_PAGES_MIN) {
		out_printf(out, "test: only %lu pages can be had, the tests need %d (see leaks)\n",
			   pages_to_be_had(), TEST_PAGES_MIN);
		return -ENOMEM;
	}
	if (!run_tests(argc == 2 ? argv[1] : "*"))
		return 0;
	if (pages_to_be_had() < TEST_PAGES_PLENTY)
		out_printf(out,
			   "test: only %lu pages can be had, which may be the reason (see leaks)\n",
			   pages_to_be_had());
	return -EIO;
}

/* Names of suites; after a dot, the tests of that suite. */
static void complete_test(struct completion *completion, int word)
{
	const struct ktest *test;
	char name[COMPLETION_SIZE];
	const char *found;
	bool dot;

	if (word != 1)
		return;
	completion_after(completion, ",");
	found = strchr(completion->word, '.');
	dot = found && found < completion->word + completion->len;
	for (test = ktest_after(NULL); test; test = ktest_after(test)) {
		snprintf(name, sizeof(name), "%s%s%s", test->suite, dot ? "." : "",
			 dot ? test->name : "");
		completion_offer(completion, name);
	}
}

MONITOR_CMD(test, "[GLOB[,GLOB]]", 0,
	    "run self-tests; a stop test, named in full, ends in the panic that it expects",
	    cmd_test, .group = MON_CHECK, .complete = complete_test,
	    .more = "GLOB matches `suite.test`; without a dot it matches the suite. Tab completes\n"
		    "both. Without GLOB all run. Around each test free pages, objects and all\n"
		    "invariants are compared.\n"
		    "Example: test buddy,slab.*\n");
