/* SPDX-License-Identifier: 0BSD
 *
 * phys_view.h - to read the firmware's memory, wherever it lies.
 */
#ifndef ASM_PHYS_VIEW_H
#define ASM_PHYS_VIEW_H

#include <asm/page.h>
#include <lib/types.h>

/* The @len bytes of physical memory at @phys, below 4 GiB and not of page 0, to be read until the
 * next call. Context: one CPU, from vmalloc_init() on; from kmem_cache_init() on for HighMem.
 * Return: NULL, after a line, if there is no memory to map them with. */
const void *phys_view(phys_addr_t phys, size_t len);

#endif
