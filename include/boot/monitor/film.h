/* SPDX-License-Identifier: 0BSD
 *
 * film.h - the option `film`: what the monitor would show, taken at every phase of the boot.
 *
 * scripts/report makes a page of it. A frame is
 *
 *	FILM frame NAME WORDS ...
 *	FILM section COMMAND
 *	... what the monitor's COMMAND prints ...
 *	FILM end
 *
 * with a section for each report whose subject exists by then: e820, bootmem, bitmap, map (in plain
 * characters), runs (the same to the page, with the caches of slabs), types (of the page blocks),
 * zoneinfo, buddyinfo, slabinfo, meminfo. The names are those of lib/phase.h; the host twin has no
 * paging, init-freed and tests. bootmem-ram and bootmem-ledger have a frame for each range or entry
 * that changed the bitmap, at most 8. A replay of a trace makes some 12 frames, the last one after
 * everything was freed. Between the frames of bootmem's time each of its calls is a line of the log
 * (bootmem_debug in mm/bootmem.h).
 *
 * Frames of something else than the boot have a name of their own and become a film of their own
 * (scripts/mmkit/report/films.py); `facts`, lines NAME: VALUE, is a section for what they tell.
 */
#ifndef BOOT_MONITOR_FILM_H
#define BOOT_MONITOR_FILM_H

#include <lib/types.h>

/* `film` was given. For callers that would prepare a frame at some cost. */
extern bool film_wanted;

#endif
