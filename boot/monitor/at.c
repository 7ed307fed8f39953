/* SPDX-License-Identifier: 0BSD
 *
 * at.c - the option `at`: commands of the monitor at a phase of the boot, long before its prompt.
 *
 * What may run is what may run after a panic, for the same reason: there may be no allocator. The
 * boot does not know of it: a listener hears its phases.
 */
#include <boot/monitor/at.h>

#include <boot/monitor/monitor.h>
#include <lib/param.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <lib/string.h>

#define AT_MAX 8

/* One `at=`. */
struct wanted {
	enum boot_phase phase;
	const char *commands;
};

static struct wanted wanted[AT_MAX];
unsigned int at_nr;

/* Its value is `PHASE:COMMANDS`. */
static int __init set_at(const char *value)
{
	unsigned int phase;

	for (phase = 0; value && phase < NR_BOOT_PHASES && at_nr < AT_MAX; phase++) {
		const char *name = boot_phase_name(phase);
		size_t length = strlen(name);

		if (strncmp(value, name, length) != 0 || value[length] != ':' || !value[length + 1])
			continue;
		wanted[at_nr++] = (struct wanted){ phase, value + length + 1 };
		return 0;
	}
	return -EINVAL;
}
KERNEL_PARAM(at, "at", set_at);

static void run_wanted(enum boot_phase phase, const char *fmt, va_list ap)
{
	bool is_announced = false;
	unsigned int i;

	for (i = 0; i < at_nr; i++) {
		if (wanted[i].phase != phase)
			continue;
		if (!is_announced) {
			kprint("at %s, ", boot_phase_name(phase));
			vkprint(fmt, ap);
			kprint(":\n");
		}
		is_announced = true;
		monitor_run_to(&console_out, wanted[i].commands, true);
	}
}
BOOT_LISTENER(run_wanted);
