/* SPDX-License-Identifier: 0BSD
 *
 * leaks_sites.h - a part of the monitor's `leaks`. Of boot/monitor only.
 */
#ifndef BOOT_MONITOR_LEAKS_SITES_H
#define BOOT_MONITOR_LEAKS_SITES_H

#include <lib/out.h>

/* Now, for leaks_show_sites(). */
u64 leaks_sites_now(void);

/* A line for each place in the code whose objects, allocated at @since or later (0: at any time),
 * are in use. Return: false if nobody keeps who allocated an object, or there is none. */
bool leaks_show_sites(struct out *out, u64 since);

#endif
