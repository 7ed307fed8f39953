/* SPDX-License-Identifier: 0BSD
 *
 * check_vmalloc.c - compare areas with the invariants of vmap_tree.c, vmap_area.c and vmalloc.c.
 *
 * The list of segments is compared first; the tree is only followed where the list vouches for its
 * nodes. No locks: the caller sees to it that nothing is allocated meanwhile.
 */
#include <lib/align.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>
#include "internal.h"
#include "vmap_area.h"

static const struct mm_invariant vmalloc_invariants[] = {
	{ "V1", "the segments lie one behind the other from the start of the range to its end, in "
		"whole pages" },
	{ "V2", "the tree holds each of them once, in their order, linked both ways, and no node "
		"is below one of lower priority" },
	{ "V3", "no two free segments are neighbours" },
	{ "V4", "max_free is the size of the largest free segment from the node down" },
	{ "V5", "the chain of lazy areas has each lazy segment once, and vmap_lazy_bytes is their "
		"size" },
	{ "V6", "the pages of an area are mapped one behind the other from its start on, but for "
		"one of get_vm_area()" },
	{ "V7", "nothing else in the range is mapped: no guard page, no lazy area, nothing free" },
	{ "V8", "the pages of a vmalloc() area are allocated, and it has as many as its bytes "
		"need" },
	{ NULL, NULL },
};

static const char *absent(void)
{
	return vmap_limit ? NULL : "no range yet";
}

/* Return: do they tile the range, so that the rest can be looked at? */
static bool check_segments(struct mm_check *check)
{
	unsigned long end = vmap_start;
	const struct vmap_area *va;

	for_each_vmap_area (va, &vmap_tree) {
		if (va->start != end || !va->size || va->size % PAGE_SIZE ||
		    va->size > vmap_limit - end) {
			mm_violation(check, "V1", "%08lx, %lu bytes: the one before ends at %08lx",
				     va->start, va->size, end);
			return false;
		}
		end += va->size;
	}
	if (end != vmap_limit)
		mm_violation(check, "V1", "the last segment ends at %08lx", end);
	return end == vmap_limit;
}

/* The child's side of a link, and what the parent may be. */
static bool child_is_linked(const struct vmap_area *va, const struct vmap_area *child)
{
	return !child || (child->parent == va && child->priority <= va->priority);
}

static bool is_linked(const struct vmap_area *va)
{
	const struct vmap_area *parent = va->parent;

	return (parent ? parent->left == va || parent->right == va : vmap_tree.root == va) &&
	       child_is_linked(va, va->left) && child_is_linked(va, va->right);
}

/* The list's addresses ascend, so a segment that a search finds is in its place. */
static bool check_tree(struct mm_check *check)
{
	const struct vmap_area *va;

	for_each_vmap_area (va, &vmap_tree) {
		if (is_linked(va) && vmap_tree_find(&vmap_tree, va->start) == va)
			continue;
		mm_violation(check, "V2",
			     "the segment at %08lx is not where it should be in the "
			     "tree",
			     va->start);
		return false;
	}
	return true;
}

static void check_max_free(struct mm_check *check)
{
	const struct vmap_area *va;

	for_each_vmap_area (va, &vmap_tree) {
		unsigned long max_free = vmap_own_free(va);

		if (va->left)
			max_free = max(max_free, va->left->max_free);
		if (va->right)
			max_free = max(max_free, va->right->max_free);
		if (max_free == va->max_free)
			continue;
		mm_violation(check, "V4", "%08lx: max_free is %lu, not %lu", va->start,
			     va->max_free, max_free);
		return;
	}
}

static void check_neighbours(struct mm_check *check)
{
	const struct vmap_area *va, *next;

	for_each_vmap_area (va, &vmap_tree) {
		next = vmap_tree_next(&vmap_tree, va);
		if (!next || va->state != VMAP_FREE || next->state != VMAP_FREE)
			continue;
		mm_violation(check, "V3", "%08lx and %08lx are both free", va->start, next->start);
		return;
	}
}

/* A chain of as many areas as there are lazy segments, all of them lazy, has each once: one that
 * came again would come for ever. */
static void check_lazy(struct mm_check *check)
{
	unsigned long nr = 0, bytes = 0, chained = 0;
	const struct vmap_area *va;

	for_each_vmap_area (va, &vmap_tree)
		if (va->state == VMAP_LAZY) {
			nr++;
			bytes += va->size;
		}
	for (va = vmap_lazy; va && va->state == VMAP_LAZY && chained <= nr; va = va->next)
		chained++;
	if (va || chained != nr || bytes != vmap_lazy_bytes)
		mm_violation(check, "V5",
			     "%lu lazy segments of %lu bytes, %lu%s in the chain of "
			     "%lu bytes",
			     nr, bytes, chained, va ? " or more" : "", vmap_lazy_bytes);
}

/* Is nothing mapped in [@addr, @end)? */
static void check_unmapped(struct mm_check *check, unsigned long addr, unsigned long end)
{
	unsigned long pfn;

	if (arch_next_mapped(&addr, end, &pfn))
		mm_violation(check, "V7", "%08lx is mapped to pfn %lu", addr, pfn);
}

/* The first page that is not mapped as it should be. */
static void bad_mapping(struct mm_check *check, unsigned long addr)
{
	mm_violation(check, "V6", "%08lx is not mapped as it should be", addr);
}

/* Are the @nr pages at @addr those from @pfn on? */
static bool is_mapped_run(unsigned long addr, unsigned long pfn, unsigned long nr)
{
	unsigned long found;

	for (; nr; nr--, addr += PAGE_SIZE, pfn++)
		if (!arch_lookup_kernel(addr, &found) || found != pfn)
			return false;
	return true;
}

/* Are the @nr pages at @addr, which are somebody else's, mapped to some? */
static bool is_mapped(unsigned long addr, unsigned long nr)
{
	unsigned long found;

	for (; nr; nr--, addr += PAGE_SIZE)
		if (!arch_lookup_kernel(addr, &found) || !pfn_valid(found))
			return false;
	return true;
}

/* The block that is chained as @link; NULL if that is no page in use. */
static const struct page *chained_block(const struct vmap_area *va, const struct list_head *link)
{
	const struct page *page = list_entry(link, struct page, lru);

	if (link == &va->pages || !page_valid(page) || PageBuddy(page) || page->_count < 1)
		return NULL;
	return page;
}

/* Walk the blocks of @va and what they are mapped to at the same time. */
static void check_own_pages(struct mm_check *check, const struct vmap_area *va)
{
	const struct list_head *link = va->pages.next;
	unsigned long i, nr = vmap_nr_pages(va), block;

	for (i = 0; i < nr; i += block, link = link->next) {
		const struct page *page = chained_block(va, link);

		block = page ? 1UL << page_order(page) : 0;
		if (!page || block > nr - i || va->nr_pages != nr) {
			mm_violation(check, "V8",
				     "the area at %08lx has %lu pages, and page %lu is "
				     "missing or not allocated",
				     va->start, va->nr_pages, i);
			return;
		}
		if (!is_mapped_run(va->start + (i << PAGE_SHIFT), page_index(page), block)) {
			bad_mapping(check, va->start + (i << PAGE_SHIFT));
			return;
		}
	}
}

static void check_area(struct mm_check *check, const struct vmap_area *va)
{
	bool good;

	if (va->kind == VM_ALLOC)
		check_own_pages(check, va);
	if (va->kind == VM_ALLOC || va->kind == VM_AREA)
		return;
	good = va->kind == VM_MAP ? is_mapped(va->start, vmap_nr_pages(va))
				  : is_mapped_run(va->start, PFN_DOWN(va->phys), vmap_nr_pages(va));
	if (!good)
		bad_mapping(check, va->start);
}

static void check_mappings(struct mm_check *check)
{
	const struct vmap_area *va;

	for_each_vmap_area (va, &vmap_tree) {
		if (va->state != VMAP_BUSY) {
			check_unmapped(check, va->start, vmap_end(va));
			continue;
		}
		check_unmapped(check, vmap_end(va) - PAGE_SIZE, vmap_end(va));
		check_area(check, va);
	}
}

static void vmalloc_check(struct mm_check *check)
{
	if (!check_segments(check) || !check_tree(check))
		return;
	check_neighbours(check);
	check_max_free(check);
	check_lazy(check);
	check_mappings(check);
}

const struct mm_checker vmalloc_checker = { "vmalloc", vmalloc_invariants, vmalloc_check, absent };
