/* SPDX-License-Identifier: 0BSD
 *
 * monitor.c - fuzz target: the bytes are lines for the monitor, with a Tab at the end of each.
 */
#include "fuzz.h"

#include "../monitor/typist.h"
#include "../host/machine.h"

#include <boot/monitor/completion.h>
#include <boot/monitor/monitor.h>
#include <lib/bug.h>
#include <lib/string.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/pages.h>

static void start_once(void)
{
	static bool started;

	if (!started)
		machine_start_small();
	started = true;
}

static void type_line(struct typist *typist, const char *line)
{
	struct completion completion = { 0 };

	monitor_complete(&completion, line, strlen(line), false);
	typist_type(typist, line, false);
}

static void check_all(unsigned long free)
{
	struct mm_check check = { 0 };

	kmem_cache_shrink_all();
	mm_bug_on(free_pages_now() != free, "%lu pages are free, were %lu", free_pages_now(), free);
	mm_bug_on(mm_check(&check), "%u violations, %s first", check.nr, check.first);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct typist typist;
	char *text = fuzz_alloc(size + 1), *line, *end;
	unsigned long free;

	start_once();
	memcpy(text, data, size);
	text[size] = '\0';
	kmem_cache_shrink_all();
	free = free_pages_now();
	typist_start(&typist);
	for (line = text; line; line = end ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (end)
			*end = '\0';
		type_line(&typist, line);
	}
	typist_end(&typist);
	check_all(free);
	fuzz_free(text);
	return 0;
}
