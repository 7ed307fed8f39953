/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc_check.c - the checker of areas is checked: each invariant is broken alone, must be the
 * first one reported, and nothing is reported before the damage and after its repair.
 */
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#include "check_line.h"
#include "vmap_area.h"

/* Set *@word to @value: nothing wrong before, @id with it, nothing wrong after. */
static void break_word(unsigned long *word, unsigned long value, const char *id)
{
	unsigned long good = *word;

	expect_first("");
	*word = value;
	expect_first(id);
	*word = good;
	expect_first("");
}

static struct vmap_area *area_of(const void *addr)
{
	return vmap_tree_find(&vmap_tree, (uintptr)addr);
}

KTEST(vmalloc_check, v1_the_segments_tile_the_range, SHORT)
{
	struct vmap_area *va = list_first_entry(&vmap_tree.segments, struct vmap_area, list);

	break_word(&va->size, va->size + PAGE_SIZE, "V1");
	break_word(&va->size, 0, "V1");
	break_word(&va->start, va->start + PAGE_SIZE, "V1");
}

KTEST(vmalloc_check, v2_the_tree_is_linked, SHORT)
{
	void *p = vmalloc(PAGE_SIZE);
	struct vmap_area *va, *parent, *child;

	kt_assert(p);
	va = area_of(p);
	child = va->parent ? va : va->left ? va->left : va->right;
	kt_assert(child && child->parent);
	parent = child->parent;
	break_word((unsigned long *)&child->parent, 0, "V2");
	expect_first("");
	child->priority ^= parent->priority;
	parent->priority ^= child->priority;
	child->priority ^= parent->priority;
	expect_first("V2");
	child->priority ^= parent->priority;
	parent->priority ^= child->priority;
	child->priority ^= parent->priority;
	expect_first("");
	vfree(p);
}

/* The last area before a free segment, so that the two are neighbours. */
KTEST(vmalloc_check, v3_free_neighbours_are_one, SHORT)
{
	void *p = vmalloc(PAGE_SIZE);
	struct vmap_area *va;

	kt_assert(p);
	for_each_vmap_area (va, &vmap_tree) {
		const struct vmap_area *next = vmap_tree_next(&vmap_tree, va);
		u8 state = va->state;

		if (state == VMAP_FREE || !next || next->state != VMAP_FREE)
			continue;
		expect_first("");
		va->state = VMAP_FREE;
		expect_first("V3");
		va->state = state;
		expect_first("");
	}
	vfree(p);
}

KTEST(vmalloc_check, v4_max_free, SHORT)
{
	break_word(&vmap_tree.root->max_free, vmap_tree.root->max_free - PAGE_SIZE, "V4");
	break_word(&vmap_tree.root->max_free, ~0UL, "V4");
}

KTEST(vmalloc_check, v5_the_lazy_chain, SHORT)
{
	struct vmap_area *first;

	vm_unmap_aliases();
	vfree(vmalloc(PAGE_SIZE));
	break_word(&vmap_lazy_bytes, PAGE_SIZE, "V5");
	first = vmap_lazy;
	kt_assert(first);
	vmap_lazy = NULL;
	expect_first("V5");
	vmap_lazy = first;
	first->next = first; /* a circle */
	expect_first("V5");
	first->next = NULL;
	expect_first("");
}

KTEST(vmalloc_check, v6_pages_are_mapped_in_order, SHORT)
{
	void *p = vmalloc(3 * PAGE_SIZE);
	struct list_head *first;

	kt_assert(p);
	first = area_of(p)->pages.next;
	expect_first("");
	list_del(first);
	list_add_tail(first, &area_of(p)->pages);
	expect_first("V6");
	list_del(first);
	list_add(first, &area_of(p)->pages);
	expect_first("");
	vfree(p);
}

KTEST(vmalloc_check, v6_a_device_is_mapped_where_it_is, SHORT)
{
	void *p = ioremap(0xFEE00000, PAGE_SIZE);
	struct vmap_area *va;

	kt_assert(p);
	va = area_of(p);
	expect_first("");
	va->phys += PAGE_SIZE;
	expect_first("V6");
	va->phys -= PAGE_SIZE;
	expect_first("");
	iounmap(p);
}

KTEST(vmalloc_check, v7_a_guard_page_is_not_mapped, SHORT)
{
	char *p = vmalloc(PAGE_SIZE);

	kt_assert(p);
	expect_first("");
	kt_eq(arch_map_kernel((uintptr)p + PAGE_SIZE, min_low_pfn, 1, PROT_KERNEL_RO), 0);
	expect_first("V7");
	arch_unmap_kernel((uintptr)p + PAGE_SIZE, 1);
	expect_first("");
	vfree(p);
	kt_eq(arch_map_kernel((uintptr)p, min_low_pfn, 1, PROT_KERNEL_RO), 0);
	expect_first("V7");
	arch_unmap_kernel((uintptr)p, 1);
	expect_first("");
}

KTEST(vmalloc_check, v8_as_many_pages_as_there_are_bytes, SHORT)
{
	void *p = vmalloc(5000);
	struct list_head *last;

	kt_assert(p);
	last = area_of(p)->pages.prev;
	break_word(&area_of(p)->nr_pages, 3, "V8");
	list_del(last);
	expect_first("V8");
	list_add_tail(last, &area_of(p)->pages);
	expect_first("");
	vfree(p);
}
