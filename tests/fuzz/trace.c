/* SPDX-License-Identifier: 0BSD
 *
 * trace.c - fuzz target: the bytes are the text of a trace. Whatever it says, all comes home.
 */
#include "fuzz.h"

#include "../host/machine.h"
#include "../trace/replay.h"

#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/out.h>
#include <lib/string.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/pages.h>

struct text {
	const u8 *bytes;
	size_t size;
};

static size_t read_text(const struct trace_source *source, u64 offset, char *buf, size_t len)
{
	const struct text *text = source->data;

	len = min(len, text->size - (size_t)offset);
	memcpy(buf, text->bytes + offset, len);
	return len;
}

static void discard(struct out *out __unused, const char *fmt __unused, va_list ap __unused)
{
}

static void start_once(void)
{
	static bool started;

	if (!started)
		machine_start_small();
	started = true;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct text text = { .bytes = fuzz_copy(data, size), .size = size };
	struct trace_source source = { .read = read_text, .data = &text };
	struct out nowhere = { .vprintf = discard };
	struct mm_check check = { 0 };
	unsigned long free;
	int err;

	start_once();
	kmem_cache_shrink_all();
	free = free_pages_now();
	err = trace_replay("fuzz", &source, &nowhere);
	mm_bug_on(err && err != -EINVAL && err != -ENOMEM && err != -EIO, "error %d", err);
	mm_bug_on(free_pages_now() != free, "%lu pages are free, were %lu", free_pages_now(), free);
	mm_bug_on(mm_check(&check), "%u violations, %s first", check.nr, check.first);
	fuzz_free((void *)text.bytes);
	return 0;
}
