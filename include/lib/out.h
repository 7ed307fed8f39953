/* SPDX-License-Identifier: 0BSD
 *
 * out.h - the sink of a text report (header only).
 *
 * A report function takes a `struct out *` and does not know whether it writes to the serial line,
 * the screen, a host program's stdout or a buffer in a test. The owner of the sink supplies
 * vprintf.
 */
#ifndef LIB_OUT_H
#define LIB_OUT_H

#include <lib/compiler.h>
#include <lib/types.h>

struct out {
	void (*vprintf)(struct out *out, const char *fmt, va_list ap);
};

static inline __printf(2, 3) void out_printf(struct out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out->vprintf(out, fmt, ap);
	va_end(ap);
}

#endif
