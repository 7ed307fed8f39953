/* SPDX-License-Identifier: 0BSD
 *
 * mm_check.h - walk every structure and compare it with the invariants of the file headers.
 *
 * Each invariant has a number there (P1, B3, S5 ...); a violation is one line that begins with it.
 * O(all pages and objects): for tests and the monitor, not for the running system.
 */
#ifndef MM_MM_CHECK_H
#define MM_MM_CHECK_H

#include <lib/compiler.h>
#include <lib/types.h>

struct out;
struct zone;
struct bootmem_data;

struct mm_check {
	struct out *out; /* where violations are printed; NULL: nowhere */
	unsigned int nr; /* violations found */
	char first[8];	 /* number of the first one, "" if none */
};

/* Check zones, mem_map, free lists and slab caches, in this order.
 * Return: number of violations; @check->first names the first invariant broken.
 * Context: from kmem_cache_init() on, nothing else allocating. */
unsigned int mm_check(struct mm_check *check);

/* The parts. bootmem_check() lies in .init and takes any bitmap. */
void zones_check(struct mm_check *check);
void buddy_check(struct mm_check *check);
void slab_check(struct mm_check *check);
void bootmem_check(struct mm_check *check, const struct bootmem_data *bdata);

/* Record one violation of invariant @id. */
void mm_violation(struct mm_check *check, const char *id, const char *fmt, ...) __printf(3, 4);

#endif
