/* SPDX-License-Identifier: 0BSD
 *
 * phase.c - the phases of a boot and their listeners.
 *
 * Listeners are a linker set, so that the first phase, before which nobody can have registered
 * anything, is heard as well. They are called in no particular order.
 */
#include <lib/phase.h>

static const char *const names[NR_BOOT_PHASES] = {
	[PHASE_FIRMWARE] = "firmware",
	[PHASE_USER] = "user",
	[PHASE_LEDGER] = "ledger",
	[PHASE_BOOTMEM_START] = "bootmem-start",
	[PHASE_BOOTMEM_RAM] = "bootmem-ram",
	[PHASE_BOOTMEM_LEDGER] = "bootmem-ledger",
	[PHASE_PAGING] = "paging",
	[PHASE_ZONES] = "zones",
	[PHASE_BUDDY] = "buddy",
	[PHASE_SLAB] = "slab",
	[PHASE_INIT_FREED] = "init-freed",
	[PHASE_TESTS] = "tests",
	[PHASE_TRACE] = "trace",
};

extern const boot_listener_t __start_listeners[], __stop_listeners[];

const char *boot_phase_name(enum boot_phase phase)
{
	return names[phase];
}

void boot_phase(enum boot_phase phase, const char *fmt, ...)
{
	const boot_listener_t *hears;
	va_list ap;

	for (hears = __start_listeners; hears < __stop_listeners; hears++) {
		va_start(ap, fmt);
		(*hears)(phase, fmt, ap);
		va_end(ap);
	}
}
