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

/* The phase with this name of @length bytes; NR_BOOT_PHASES if there is none. */
static enum boot_phase __init find_phase(const char *name, size_t length)
{
	enum boot_phase phase = 0;

	while (phase < NR_BOOT_PHASES && (strlen(boot_phase_name(phase)) != length ||
					  strncmp(name, boot_phase_name(phase), length) != 0))
		phase++;
	return phase;
}

static void __init warn_of_phase(const char *name, size_t length)
{
	enum boot_phase phase;

	printk(KERN_WARNING "at=: the boot has no phase \"%.*s\", ignored; it has", (int)length,
	       name);
	for (phase = 0; phase < NR_BOOT_PHASES; phase++)
		printk(KERN_CONT " %s", boot_phase_name(phase));
	printk(KERN_CONT "\n");
}

/* Its value is `PHASE:COMMANDS`. */
static int __init set_at(const char *value)
{
	const char *colon = value ? strchr(value, ':') : NULL;
	enum boot_phase phase;

	if (!colon || !colon[1] || at_nr == AT_MAX)
		return -EINVAL;
	phase = find_phase(value, (size_t)(colon - value));
	if (phase == NR_BOOT_PHASES)
		warn_of_phase(value, (size_t)(colon - value));
	else
		wanted[at_nr++] = (struct wanted){ phase, colon + 1 };
	return 0;
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
