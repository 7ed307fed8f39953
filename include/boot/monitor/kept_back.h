/* SPDX-License-Identifier: 0BSD
 *
 * kept_back.h - why a request failed although a block for it is free.
 */
#ifndef BOOT_MONITOR_KEPT_BACK_H
#define BOOT_MONITOR_KEPT_BACK_H

#include <mm/gfp.h>

/* alloc_pages(@gfp, @order) has just returned NULL. Return: why, as words that go on behind "blocks
 * are free,"; NULL if there is no such block in a zone that may serve it. Context: the monitor's; a
 * snapshot, without a lock. */
const char *why_kept_back(gfp_t gfp, unsigned int order);

#endif
