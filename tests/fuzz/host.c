/* SPDX-License-Identifier: 0BSD
 *
 * host.c - the host below the fuzz targets: the heap, the console, the end of panic().
 */

/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include "fuzz.h"

#include <lib/panic.h>
#include <lib/printk.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *fuzz_alloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

void *fuzz_copy(const void *data, size_t size)
{
	return memcpy(fuzz_alloc(size), data, size);
}

void fuzz_free(void *block)
{
	free(block);
}

/* Only a panic is worth reading; the lines about bad data are made all the same. */
static void console_write(const char *text, size_t len)
{
	if (panic_in_progress())
		fwrite(text, 1, len, stderr);
}

void panic_backtrace(void)
{
}

void panic_stop(void)
{
	panic_end();
}

void panic_end(void)
{
	abort();
}

bool model_differs(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

/* Called by the fuzzer before the first input. */
int LLVMFuzzerInitialize(int *argc __unused, char ***argv __unused)
{
	printk_add_console(console_write);
	return 0;
}
