/* SPDX-License-Identifier: 0BSD
 *
 * finish.c - how a boot ends, well or in a panic: the options run=, then=, panic=, loglevel=.
 *
 * A program that started QEMU wants an exit status, somebody at a terminal wants the monitor. The
 * isa-debug-exit device tells them apart: it is only there if its user asked for it. `then=`
 * overrides that.
 */
#include <boot/boot.h>

#include <asm/firmware/boot_info.h>
#include <asm/irqflags.h>
#include <asm/machine.h>
#include <boot/monitor/map_picture.h>
#include <boot/monitor/monitor.h>
#include <dev/time.h>
#include <lib/format.h>
#include <lib/panic.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/version.h>

#define PANIC_SECONDS_MAX 86400

static enum { THEN_DEFAULT, THEN_MONITOR, THEN_EXIT, THEN_REBOOT } then;
static bool panic_reboots; /* panic= */
static u32 panic_seconds;
static bool failed;

/* All `run=` values, joined by `;`. It cannot overflow: a value and its `;` are shorter than the
 * option was on the command line. */
static char run_commands[BOOT_CMDLINE_SIZE];

static int __init set_then(const char *value)
{
	static const char *const words[] __initconst = { "", "monitor", "exit", "reboot" };
	unsigned int i;

	for (i = THEN_MONITOR; i < ARRAY_SIZE(words); i++)
		if (value && !strcmp(value, words[i])) {
			then = i;
			return 0;
		}
	return -EINVAL;
}
KERNEL_PARAM(then, "then", set_then);

static int __init set_run(const char *value)
{
	size_t used = strlen(run_commands);

	if (!value)
		return -EINVAL;
	snprintf(run_commands + used, sizeof(run_commands) - used, "%s%s", used ? ";" : "", value);
	return 0;
}
KERNEL_PARAM(run, "run", set_run);

static int __init set_monitor(const char *value)
{
	if (!value)
		return -EINVAL;
	monitor_type(value);
	return 0;
}
KERNEL_PARAM(monitor, "monitor", set_monitor);

static int __init set_panic(const char *value)
{
	bool now = value && *value == '-'; /* less than no seconds: do not wait */
	u32 seconds;

	if (!value || !parse_u32(value + now, PANIC_SECONDS_MAX, &seconds))
		return -EINVAL;
	panic_reboots = seconds != 0;
	panic_seconds = now ? 0 : seconds;
	return 0;
}
KERNEL_PARAM(panic, "panic", set_panic);

static int __init set_loglevel(const char *value)
{
	u32 level;

	if (!value || !parse_u32(value, ~0u, &level))
		return -EINVAL;
	printk_set_level(level);
	return 0;
}
KERNEL_PARAM(loglevel, "loglevel", set_loglevel);

void boot_fail(const char *fmt, ...)
{
	va_list ap;

	failed = true;
	printk(KERN_ERR "%s: ", kernel_name);
	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
	printk("\n");
}

u8 monitor_exit_value(void)
{
	return failed ? EXIT_FAILED : EXIT_PASSED;
}

void boot_finish(void)
{
	if (*run_commands && monitor_run(run_commands))
		boot_fail("run: a command failed");

	if (then == THEN_REBOOT)
		machine_reboot();
	if (then == THEN_EXIT || (then == THEN_DEFAULT && machine_has_exit_device()))
		machine_exit(monitor_exit_value());
	map_in_colour = true;
	monitor_loop(false);
}

void panic_stop(void)
{
	if (machine_has_exit_device())
		machine_exit(EXIT_PANIC);
	machine_halt(); /* not switched off: what is on the screen can be read */
}

/* Returns only if there is nothing to measure the time with. */
static void reboot_after(u32 seconds)
{
	kprint("Rebooting in %u second%s..\n", seconds, PLURAL(seconds));
	for (; seconds; seconds--)
		if (!mdelay(1000)) {
			kprint("no timer counts them on this machine: no reboot\n");
			return;
		}
	machine_reboot();
}

void panic_end(void)
{
	if (then != THEN_MONITOR && machine_has_exit_device())
		machine_exit(EXIT_PANIC);
	if (panic_reboots)
		reboot_after(panic_seconds);
	map_in_colour = true;
	monitor_loop(true);
}
