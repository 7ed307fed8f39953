/* SPDX-License-Identifier: 0BSD
 *
 * leaks_scan.h - a part of the monitor's `leaks`. Of boot/monitor only.
 */
#ifndef BOOT_MONITOR_LEAKS_SCAN_H
#define BOOT_MONITOR_LEAKS_SCAN_H

#include <lib/out.h>

/* Print what in use nothing points to. Context: not in a panic: it needs memory. Return: 0 if there
 * is none; -EIO; -ENOMEM after one line. */
int leaks_scan(struct out *out);

#endif
