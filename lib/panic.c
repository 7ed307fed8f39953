/* SPDX-License-Identifier: 0BSD
 *
 * panic.c - the last report: message, call chain, end.
 *
 * 1. Concepts  What comes after the message belongs to others: the port walks the stack in
 *              panic_backtrace(), the kernel around mm/ decides in panic_end() how it all stops.
 * 2. Nesting   Each step may fault on a broken machine. A panic inside a panic therefore goes
 *              straight to panic_end(), so that the exit code is still right.
 * 3. Levels    `loglevel=` does not apply: the report must be seen.
 */
#include <lib/panic.h>
#include <lib/printk.h>

static bool in_progress;

bool panic_in_progress(void)
{
	return in_progress;
}

void panic(const char *fmt, ...)
{
	va_list ap;

	if (in_progress)
		panic_end();
	in_progress = true;
	printk_set_level(8);
	printk(KERN_EMERG "Kernel panic: ");
	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
	printk("\n");
	panic_backtrace();
	panic_end();
}
