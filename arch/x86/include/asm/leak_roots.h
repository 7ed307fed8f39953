/* SPDX-License-Identifier: 0BSD
 *
 * leak_roots.h - where the kernel around mm/ has pointers, for leak_scan().
 */
#ifndef ASM_LEAK_ROOTS_H
#define ASM_LEAK_ROOTS_H

#include <mm/leak_scan.h>

#define KERNEL_ROOTS_MAX 8

/* Fill @range with the writable parts of the image and with the stack from its caller's frame up;
 * so the caller has to put its registers there, and to be one of the callers of leak_scan(). What
 * is below on the stack, and the stacks that nothing runs on, are left over from calls that are
 * over. @image becomes the whole image. Return: the number of ranges; the last one
 * is the stack. */
unsigned int kernel_roots(struct leak_range range[KERNEL_ROOTS_MAX], struct leak_range *image);

#endif
