/* SPDX-License-Identifier: 0BSD
 *
 * vmstat.c - what /proc/vmstat says: the names are looked at by scripts/test/proc-test.
 */
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmstat.h>
#include <test/capture.h>
#include <test/ktest.h>

static char text[2048];
static struct capture report;

/* The report has the line `@name @value`, once. */
static void expect_line(const char *name, unsigned long value)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %lu", name, value);
	if (!kt_eq(capture_count(&report, line), 1))
		kt_note("wanted \"%s\" in \"%s\"", line, text);
}

static void show(void)
{
	capture_init(&report, text, sizeof(text));
	vmstat_show(&report.out);
}

KTEST(vmstat, what_there_is_now, SHORT)
{
	show();
	expect_line("nr_free_pages", nr_free_pages());
	expect_line("nr_slab_unreclaimable", slab_nr_pages());
}

KTEST(vmstat, an_event_is_counted_as_often_as_it_happens, SHORT)
{
	unsigned long success = vm_events(PGMIGRATE_SUCCESS), fail = vm_events(PGMIGRATE_FAIL);

	count_vm_event(PGMIGRATE_SUCCESS);
	count_vm_events(PGMIGRATE_SUCCESS, 4);
	kt_eq(vm_events(PGMIGRATE_SUCCESS) - success, 5);
	kt_eq(vm_events(PGMIGRATE_FAIL) - fail, 0);
	show();
	expect_line("pgmigrate_success", success + 5);
	expect_line("pgmigrate_fail", fail);
}
