/* SPDX-License-Identifier: 0BSD
 *
 * screen_map.h - the live picture of memory in the upper part of the screen.
 */
#ifndef BOOT_MONITOR_SCREEN_MAP_H
#define BOOT_MONITOR_SCREEN_MAP_H

#include <lib/types.h>

/* Draw the picture, and keep it up to date from progress_tick() on. Return: false, with nothing
 * done, if there is no screen or no RAM.
 * Context: after mem_init(), when the clock runs; any after a panic, when it is drawn once. */
bool screen_map_on(void);

/* Give the screen back to text. */
void screen_map_off(void);

/* The smallest power of two of pages that lets @cells cells show @pages. */
unsigned long screen_map_scale(unsigned long pages, unsigned int cells);

#endif
