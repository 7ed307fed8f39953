/* SPDX-License-Identifier: 0BSD
 *
 * boot_arena.h - the arena as bootmem finds a machine: no page is handed out, and a bitmap in one
 * of them. Include it first: bootmem's names mean the lessons' own copy from here on.
 */
#ifndef BOOT_LESSONS_BOOT_ARENA_H
#define BOOT_LESSONS_BOOT_ARENA_H

#include "own_bootmem.h"

#include "arena.h"

/* Open the arena and begin bootmem on it, with its bitmap at page @bitmap of the arena; all is used
 * but the pages whose place in @map holds a dot (the text repeats itself as often as there is
 * room). Return: as arena_open(). */
bool boot_arena_open(struct lesson_run *run, unsigned int order, unsigned long bitmap,
		     const char *map);
void boot_arena_close(void);

/* Is page @nr free in the bitmap? */
bool boot_arena_is_free(unsigned long nr);

/* Where the first run of @pages free pages begins, looked for page by page; arena.pages if there is
 * none. */
unsigned long boot_arena_first_fit(unsigned long pages);

/* The physical address of byte @offset of the arena. */
phys_addr_t boot_arena_phys(unsigned long offset);

/* Ask for @size bytes aligned to @align, at or above byte @goal of the arena; the pages that are
 * new get the label @letter. Return: the offset of the first byte in the arena; -1: no memory. */
long boot_arena_alloc(unsigned long size, unsigned long align, unsigned long goal, char letter);

/* Free the pages [@start, @end), and forget their labels. */
void boot_arena_free(unsigned long start, unsigned long end);

/* The bitmap as a picture: a free page is a dot, any other its label. */
void boot_arena_draw(struct lesson_run *run);

#endif
