/* SPDX-License-Identifier: 0BSD
 *
 * vmap_area.c - who has which part of the address space, and when it may be used again.
 *
 * 1. Concepts    An area is a busy segment of one vmap_tree; its last page is the guard page, which
 *                is never mapped. An area lies at the lowest address where it fits, so that few
 *                page tables are needed.
 * 2. Lazy        Whoever unmaps an area flushes the TLB of the own CPU for it, page by page: a use
 *                after vfree() faults. Other CPUs may still have entries, so the addresses must not
 *                be used for something else. The area becomes lazy. When VMAP_LAZY_MAX bytes are
 *                lazy, or an area finds no room, one flush of all TLBs sets all of them free.
 * 3. Nodes       They come from kmalloc(). The range itself and what is mapped before there is a
 *                slab allocator (the screen) have those of a small pool.
 * 4. Invariants  (check_vmalloc.c; V1 to V4 are vmap_tree.c's)
 *                V5 the chain of lazy areas has each lazy segment once, and vmap_lazy_bytes is
 *                their size.
 * 5. Locking     vmap_area_lock for the tree and the lazy chain; it is the innermost one, and
 *                nothing is allocated, freed or printed under it, but before a stop. A lazy area
 *                that is not in the chain yet, or not any more, is its taker's.
 * 6. Not done    With several CPUs an area can find no room while another CPU is just flushing.
 */
#include "vmap_area.h"

#include <lib/align.h>
#include <mm/slab.h>
#include "internal.h"

#define NR_EARLY 4

DEFINE_SPINLOCK(vmap_area_lock);
struct vmap_tree vmap_tree;
unsigned long vmap_start, vmap_limit;
struct vmap_area *vmap_lazy;
unsigned long vmap_lazy_bytes;

static struct vmap_area early_node[NR_EARLY];
static struct vmap_area *early_free; /* chain */

void __init vmalloc_init(unsigned long start, unsigned long end)
{
	unsigned int i;

	mm_bug_on(start % PAGE_SIZE || end % PAGE_SIZE || start >= end || vmap_limit,
		  "%08lx-%08lx are not one or more whole pages, or called twice", start, end);
	vmap_start = start;
	vmap_limit = end;
	early_node[0].start = start;
	early_node[0].size = end - start;
	vmap_tree_init(&vmap_tree, &early_node[0]);
	for (i = 1; i < NR_EARLY; i++) {
		early_node[i].next = early_free;
		early_free = &early_node[i];
	}
}

/* During the boot there is one CPU, and nobody gives an early node back. */
static struct vmap_area *new_node(gfp_t gfp)
{
	struct vmap_area *node = early_free;

	if (likely(slab_is_available()))
		return kmalloc(sizeof(*node), gfp & GFP_RECLAIM_MASK);
	if (node)
		early_free = node->next;
	return node;
}

static void free_nodes(struct vmap_area *node)
{
	while (node) {
		struct vmap_area *next = node->next;

		if (node < early_node || node >= early_node + NR_EARLY)
			kfree(node);
		node = next;
	}
}

void vmap_own_memory(void (*visit)(const void *start, size_t size, void *data), void *data)
{
	const struct vmap_area *va;
	unsigned long flags;

	visit(early_node, sizeof(early_node), data);
	visit(&vmap_start, sizeof(vmap_start), data); /* which is that of an area, too */
	spin_lock_irqsave(&vmap_area_lock, flags);
	for_each_vmap_area (va, &vmap_tree)
		visit(va, sizeof(*va), data);
	spin_unlock_irqrestore(&vmap_area_lock, flags);
}

static struct vmap_area *take_room(unsigned long size, struct vmap_area *node)
{
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_area_lock, flags);
	va = vmap_tree_take(&vmap_tree, size, node);
	spin_unlock_irqrestore(&vmap_area_lock, flags);
	return va;
}

static struct vmap_area *take_lazy(void)
{
	struct vmap_area *chain;
	unsigned long flags;

	spin_lock_irqsave(&vmap_area_lock, flags);
	chain = vmap_lazy;
	vmap_lazy = NULL;
	vmap_lazy_bytes = 0;
	spin_unlock_irqrestore(&vmap_area_lock, flags);
	return chain;
}

/* Return: was there anything to flush? */
static bool purge(void)
{
	struct vmap_area *va = take_lazy(), *next, *unused;
	unsigned long flags;

	if (!va)
		return false;
	arch_flush_tlb_all();
	for (; va; va = next) {
		spin_lock_irqsave(&vmap_area_lock, flags);
		next = va->next;
		unused = vmap_tree_give(&vmap_tree, va);
		spin_unlock_irqrestore(&vmap_area_lock, flags);
		free_nodes(unused);
	}
	return true;
}

void vm_unmap_aliases(void)
{
	purge();
}

/* The words of Linux, which log scanners know; its size includes the guard page, too. */
static void report_no_room(unsigned long size, gfp_t gfp)
{
	if (!(gfp & __GFP_NOWARN))
		printk(KERN_WARNING "vmap allocation for size %lu failed: use vmalloc=<size> to "
				    "increase size\n",
		       size);
}

static void report_no_node(unsigned long size, gfp_t gfp)
{
	if (!(gfp & __GFP_NOWARN))
		printk(KERN_WARNING "vmap allocation for size %lu failed: no memory to describe "
				    "it\n",
		       size);
}

struct vmap_area *vmap_area_alloc(unsigned long bytes, u8 kind, gfp_t gfp, const void *caller)
{
	unsigned long size = ALIGN_UP(bytes, PAGE_SIZE) + PAGE_SIZE;
	struct vmap_area *node = new_node(gfp), *va;

	mm_bug_on(!vmap_limit, "vmalloc_init() was not called before");
	if (!node) {
		report_no_node(size, gfp);
		return NULL;
	}
	node->next = NULL;
	do
		va = size > bytes ? take_room(size, node) : NULL;
	while (!va && purge());
	if (va != node)
		free_nodes(node);
	if (!va) {
		report_no_room(size, gfp);
		return NULL;
	}
	va->kind = kind;
	va->slack_filled = false;
	va->bytes = bytes;
	va->nr_pages = 0;
	INIT_LIST_HEAD(&va->pages);
	va->caller = caller;
	return va;
}

struct vmap_area *vmap_area_remove(const char *func, const void *addr, u8 kind)
{
	struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_area_lock, flags);
	va = vmap_tree_find(&vmap_tree, (uintptr)addr);
	if (unlikely(!va || va->state != VMAP_BUSY || va->kind != kind ||
		     va->start != (uintptr)addr))
		vmap_bad_address(func, addr, kind);
	va->state = VMAP_LAZY;
	spin_unlock_irqrestore(&vmap_area_lock, flags);
	return va;
}

void vmap_area_free_lazy(struct vmap_area *va, const void *caller)
{
	unsigned long flags;
	bool full;

	spin_lock_irqsave(&vmap_area_lock, flags);
	va->caller = caller;
	va->next = vmap_lazy;
	vmap_lazy = va;
	vmap_lazy_bytes += va->size;
	full = vmap_lazy_bytes > VMAP_LAZY_MAX;
	spin_unlock_irqrestore(&vmap_area_lock, flags);
	if (full)
		purge();
}

bool is_vmalloc_addr(const void *addr)
{
	return (uintptr)addr - vmap_start < vmap_limit - vmap_start;
}
