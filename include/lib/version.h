/* SPDX-License-Identifier: 0BSD
 *
 * version.h - which mmkit this is, the one place where the number is written, and whose kernel.
 *
 * MAJOR.MINOR.PATCH; what each version changed for its users is in CHANGELOG.md. While MAJOR is 0,
 * a new MINOR may change what users rely on.
 */
#ifndef LIB_VERSION_H
#define LIB_VERSION_H

#define MMKIT_VERSION "0.3.0"

/* GCC's own __VERSION__ is a bare number, clang's has its name. */
#ifdef __clang__
#define MMKIT_COMPILER __VERSION__
#else
#define MMKIT_COMPILER "gcc " __VERSION__
#endif

#define MMKIT_BANNER "mmkit " MMKIT_VERSION ", compiled by " MMKIT_COMPILER

/* The kernel's own name, "mmkit" unless it is built for somebody's: the lines that a boot ends with
 * have it. And what the monitor prompts with. */
extern const char kernel_name[], kernel_prompt[];

/* The first words of a boot, and what the monitor's `version` prints: mmkit's, after the name and
 * the version of a kernel that stands on it. */
extern const char kernel_banner[];

#endif
