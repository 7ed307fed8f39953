/* SPDX-License-Identifier: 0BSD
 *
 * panic.c - the last report: message, call chain, end.
 *
 * 1. Concepts  What comes after the message belongs to others: the port walks the stack in
 *              panic_backtrace(), the kernel around mm/ decides in panic_end() how it all stops.
 * 2. Nesting   Each step may fault on a broken machine. A panic inside a panic is one line; then
 *              the report of the first one goes on behind what failed, and to panic_end(), so that
 *              the exit code is still right. The third one ends there, and a fourth, in the
 *              printing of that, says nothing any more.
 * 3. Levels    `loglevel=` does not apply: the report must be seen.
 */
#include <lib/compiler.h>
#include <lib/panic.h>
#include <lib/printk.h>

static unsigned int nr_panics;

bool panic_in_progress(void)
{
	return nr_panics;
}

void panic(const char *fmt, ...)
{
	static const char *const titles[] = { "Kernel panic", "Kernel panic in a panic",
					      "Third kernel panic, the end" };
	unsigned int nr = nr_panics++;
	va_list ap;

	if (nr >= ARRAY_SIZE(titles))
		panic_stop();
	printk_set_level(8);
	printk(KERN_EMERG "%s: ", titles[nr]);
	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
	printk("\n");
	if (nr == ARRAY_SIZE(titles) - 1)
		panic_stop();
	panic_backtrace();
	panic_end();
}
