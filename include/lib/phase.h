/* SPDX-License-Identifier: 0BSD
 *
 * phase.h - the phases of a boot, announced as they are reached, to whoever listens.
 *
 * The code that boots calls boot_phase() and knows nobody who hears it. Who wants to look at a
 * phase declares a listener, which hears all of them.
 */
#ifndef LIB_PHASE_H
#define LIB_PHASE_H

#include <lib/compiler.h>
#include <lib/types.h>

/* In the order of a boot. Those marked * are announced once for each of their steps. */
enum boot_phase {
	PHASE_FIRMWARE,	      /* the firmware's map is sanitised */
	PHASE_USER,	      /* mem= or memmap= changed it; not if there are none */
	PHASE_LEDGER,	      /* what must not be handed out is known */
	PHASE_BOOTMEM_START,  /* all of lowmem is reserved in the bitmap */
	PHASE_BOOTMEM_RAM,    /* * a range of RAM was freed */
	PHASE_BOOTMEM_LEDGER, /* * an entry of the ledger was reserved again */
	PHASE_PAGING,	      /* lowmem is mapped; not where somebody else has mapped it */
	PHASE_ZONES,	      /* mem_map and zones are there, every page reserved */
	PHASE_BUDDY,	      /* bootmem is retired */
	PHASE_SLAB,	      /* kmalloc() works */
	PHASE_INIT_FREED,     /* the boot's own code and data are given away */
	PHASE_TESTS,	      /* the self-tests are over */
	PHASE_TRACE,	      /* * a replay goes on */
	NR_BOOT_PHASES
};

/* The phase as one word. */
const char *boot_phase_name(enum boot_phase phase);

/* @phase is reached; then what is to be known about it, without a newline. Context: the boot, one
 * CPU, no lock held: a listener may print, and read whatever there is by then. */
void boot_phase(enum boot_phase phase, const char *fmt, ...) __printf(2, 3);

typedef void (*boot_listener_t)(enum boot_phase phase, const char *fmt, va_list ap);

/* Declare at file level that @_hears hears every phase; it is not __init. */
#define BOOT_LISTENER(_hears) \
	static const boot_listener_t __listener_##_hears __used __section(".listeners") = (_hears)

#endif
