/* SPDX-License-Identifier: 0BSD
 *
 * version.h - which mmkit this is: the one place where the number is written.
 *
 * MAJOR.MINOR.PATCH; what each version changed for its users is in CHANGELOG.md. While MAJOR is 0,
 * a new MINOR may change what users rely on.
 */
#ifndef LIB_VERSION_H
#define LIB_VERSION_H

#define MMKIT_VERSION "0.3.0"

/* The first words of a boot, and what the monitor's `version` prints. */
#define MMKIT_BANNER "mmkit " MMKIT_VERSION ", compiled by " __VERSION__

#endif
