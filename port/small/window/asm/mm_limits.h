/* SPDX-License-Identifier: 0BSD
 *
 * mm_limits.h - the same port with mem_map in a window of its own, and an offset that can be wrong.
 */
#ifndef ASM_MM_LIMITS_H
#define ASM_MM_LIMITS_H

/* SMALL_OFFSET: what is right (port/rules.mk). */
extern unsigned long small_offset;
#define PAGE_OFFSET small_offset

#include "../../../mmport.h"

#undef MM_MEMMAP_LINEAR
#define VMEMMAP_START SMALL_WINDOW

#endif
