/* SPDX-License-Identifier: 0BSD
 *
 * film.h - the option `film`: what the monitor would show, taken at every phase of the boot.
 *
 * scripts/report makes a page of it. A frame is
 *
 *	FILM frame NAME [WORDS ...]
 *	FILM section COMMAND
 *	... what the monitor's COMMAND prints ...
 *	FILM end
 *
 * with a section for each report whose subject exists by then: e820, bootmem, map, zoneinfo,
 * buddyinfo, slabinfo, meminfo.
 */
#ifndef BOOT_FILM_H
#define BOOT_FILM_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Print a frame, if `film` was given: one word for the phase, and what is to be known about it.
 * Context: from the firmware map on; reads only. */
void film_frame(const char *name, const char *fmt, ...) __printf(2, 3);

/* Was `film` given? For callers that would prepare a frame at some cost. */
bool film_wanted(void);

#endif
