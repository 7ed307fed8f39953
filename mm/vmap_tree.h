/* SPDX-License-Identifier: 0BSD
 *
 * vmap_tree.h - a range of addresses, cut into segments that are free or taken. Of mm/ only.
 *
 * All steps take a time that grows with the logarithm of the number of segments. Nothing here
 * allocates: the caller brings the node of a segment along and gets the superfluous ones back.
 * Locking: the caller's, for all of it.
 */
#ifndef MM_VMAP_TREE_H
#define MM_VMAP_TREE_H

#include <lib/list.h>
#include <lib/random.h>
#include <mm/page.h>

enum vmap_state {
	VMAP_FREE,
	VMAP_BUSY, /* somebody's area */
	VMAP_LAZY  /* given back, but not yet flushed out of all TLBs: not to be used */
};

/* A segment; while it is an area (busy or lazy), also what vmalloc.c knows about that. */
struct vmap_area {
	unsigned long start, size; /* bytes; whole pages. An area's guard page is part of it */

	struct vmap_area *parent, *left, *right;
	u32 priority;		/* random; no child's is higher */
	unsigned long max_free; /* size of the largest free segment from here down */
	struct list_head list;	/* of all segments, by address */

	u8 state;		/* enum vmap_state */
	u8 kind;		/* VM_ALLOC, VM_MAP, VM_IOREMAP or VM_AREA */
	bool slack_filled;	/* the bytes behind those asked for, up to the guard page */
	unsigned long bytes;	/* that were asked for */
	unsigned long nr_pages; /* VM_ALLOC: pages of its own ... */
	union {
		struct list_head pages; /* ... by blocks in their order, through page->lru */
		phys_addr_t phys;	/* VM_IOREMAP: what is at `start` */
	};
	const void *caller;	/* who asked for the area; VMAP_LAZY: who gave it back */
	struct vmap_area *next; /* in a chain of areas that wait to be flushed, or of free nodes */
};

struct vmap_tree {
	struct vmap_area *root;
	struct list_head segments; /* all, by address */
	struct random random;	   /* for the priorities */
};

/* @tree is the range of @all, which is one free segment: its start and size are set. */
void vmap_tree_init(struct vmap_tree *tree, struct vmap_area *all);

/* Take the @size bytes at the lowest address where so many are free. The segment becomes busy; it
 * is @node, or else one that was there before, and then @node is not used.
 * Return: NULL if no free segment is large enough. */
struct vmap_area *vmap_tree_take(struct vmap_tree *tree, unsigned long size,
				 struct vmap_area *node);

/* Let @va, busy or lazy, be free again and one with the free segments beside it.
 * Return: the nodes that are not needed any more, chained by `next`. */
struct vmap_area *vmap_tree_give(struct vmap_tree *tree, struct vmap_area *va);

/* The segment that @addr lies in; NULL outside the range. */
struct vmap_area *vmap_tree_find(const struct vmap_tree *tree, unsigned long addr);

/* The segment behind @va; NULL at the end of the range. */
struct vmap_area *vmap_tree_next(const struct vmap_tree *tree, const struct vmap_area *va);

static inline unsigned long vmap_end(const struct vmap_area *va)
{
	return va->start + va->size;
}

/* What @va by itself gives to max_free. */
static inline unsigned long vmap_own_free(const struct vmap_area *va)
{
	return va->state == VMAP_FREE ? va->size : 0;
}

#define for_each_vmap_area(va, tree)                                           \
	for ((va) = list_entry((tree)->segments.next, struct vmap_area, list); \
	     &(va)->list != &(tree)->segments;                                 \
	     (va) = list_entry((va)->list.next, struct vmap_area, list))

#endif
