/* SPDX-License-Identifier: 0BSD
 *
 * leak_roots.h - where the host's program has pointers: as on the machine.
 */
#ifndef ASM_LEAK_ROOTS_H
#define ASM_LEAK_ROOTS_H

#include <mm/leak_scan.h>

#define KERNEL_ROOTS_MAX 2

/* The program's data, and the main thread's stack from the caller's frame up. The image lies
 * outside of the simulated memory. Return: the number of ranges; the last one is the stack. */
unsigned int kernel_roots(struct leak_range range[KERNEL_ROOTS_MAX], struct leak_range *image);

#endif
