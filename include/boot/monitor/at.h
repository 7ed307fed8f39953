/* SPDX-License-Identifier: 0BSD
 *
 * at.h - the option `at=PHASE:COMMANDS`: commands of the monitor at a phase of the boot.
 *
 * The names of the phases are those of lib/phase.c. At each of them, and at each step of one that
 * has several, a line `at PHASE, WORDS ...:` comes first, then what the commands print; those that
 * are not safe after a panic are refused.
 */
#ifndef BOOT_MONITOR_AT_H
#define BOOT_MONITOR_AT_H

/* How many were given. 0 forgets them, for a program that boots more than once. */
extern unsigned int at_nr;

#endif
