/* SPDX-License-Identifier: 0BSD
 *
 * cmd_kfence.c - the monitor's `kfence`: the sampling guard of slab objects, and its switch.
 */
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/panic.h>
#include <lib/param.h>
#include <mm/kfence.h>

static int set_interval(struct out *out, const char *word)
{
	u32 interval;
	int err;

	if (!parse_u32(word, KFENCE_INTERVAL_MAX, &interval)) {
		out_printf(out, "kfence: \"%s\" is no number from 0 to %u\n", word,
			   KFENCE_INTERVAL_MAX);
		return -EINVAL;
	}
	err = interval ? kfence_start(interval) : kfence_stop();
	if (err == -EBUSY)
		out_printf(out, "kfence: guarded objects are in use, so its pool stays\n");
	return err == -EBUSY ? 0 : err;
}

static int cmd_kfence(struct out *out, int argc, char **argv)
{
	int err;

	if (argc > 2) {
		out_printf(out, "kfence: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (argc == 2 && panic_in_progress()) {
		out_printf(out, "kfence: nothing is switched after a panic\n");
		return -EBUSY;
	}
	err = argc == 2 ? set_interval(out, argv[1]) : 0;
	if (!err)
		kfence_show(out);
	return err;
}

MONITOR_CMD(
	kfence, "[N]", MON_PANIC_SAFE, "the guard of every Nth object: what it has, or switch it",
	cmd_kfence, .group = MON_CHECK,
	.more = "Every Nth allocation of an object lies alone beside a page that is not mapped:\n"
		"an overrun or a use after free faults at once, and the report says whose object\n"
		"it was, who allocated and who freed it. The kernel has it on from the start with\n"
		"the option `kfence=N`. 0 is off. `page ADDR` knows a guarded object.\n"
		"Example: kfence 1; kmalloc 60; kfence; kfence 0\n");
