/* SPDX-License-Identifier: 0BSD
 *
 * vmap_area.h - areas of address space, before anything is mapped and after. Of mm/ only.
 */
#ifndef MM_VMAP_AREA_H
#define MM_VMAP_AREA_H

#include <mm/spinlock.h>
#include <mm/vmalloc.h>
#include "vmap_tree.h"

/* Lazy areas of so many bytes are flushed at the latest. Their nodes take 1/100 of that. */
#define VMAP_LAZY_MAX (8UL << 20)

/* What vmap_area.c has; others read it under vmap_area_lock. */
extern spinlock_t vmap_area_lock;
extern struct vmap_tree vmap_tree;
extern unsigned long vmap_start, vmap_limit; /* of the range */
extern struct vmap_area *vmap_lazy;	     /* chain of the areas to be flushed */
extern unsigned long vmap_lazy_bytes;	     /* in them */

/* An area for @bytes bytes and a guard page behind them.
 * Return: NULL without room or memory, after one line unless @gfp forbids it. */
struct vmap_area *vmap_area_alloc(unsigned long bytes, u8 kind, gfp_t gfp, const void *caller);

/* Take the area at @addr away from its users: it stays as it is, but nobody finds it any more.
 * Stops with @func's name if there is none of @kind that begins there. */
struct vmap_area *vmap_area_remove(const char *func, const void *addr, u8 kind);

/* The address space of @va, which was removed and is unmapped, will be free after a flush; @caller
 * gave it back. */
void vmap_area_free_lazy(struct vmap_area *va, const void *caller);

/* Stop: @func was given @addr, where no area of @kind begins. */
void vmap_bad_address(const char *func, const void *addr, u8 kind) __noreturn;

/* Visit the memory of all nodes. Context: takes vmap_area_lock. */
void vmap_own_memory(void (*visit)(const void *start, size_t size, void *data), void *data);

/* __vmalloc() on behalf of @caller, who is the one that reports name. vmalloc.c. */
void *vmalloc_for(unsigned long size, gfp_t gfp, pgprot_t prot, const void *caller);

/* Pages of @va in front of the guard page. */
static inline unsigned long vmap_nr_pages(const struct vmap_area *va)
{
	return (va->size >> PAGE_SHIFT) - 1;
}

#endif
