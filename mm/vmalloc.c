/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.c - vmalloc(), vmap() and what takes them back (Gorman 7.2, 7.3, Mauerer 3.5.7).
 *
 * 1. Concepts    vmalloc() takes pages from wherever they are, HighMem first, and maps them one
 *                behind the other into an area of vmap_area.c. So a large piece needs no large
 *                free block, at the price of page tables and of the TLB. Small compound blocks are
 *                taken where there are some, since eight pages of one cost little more than one;
 *                from the first time on that there is none, single pages.
 * 2. Data        The blocks of an area are chained through page->lru, in their order: an array
 *                beside them would itself be a large block.
 * 3. Slack       vmalloc() rounds up to pages. The bytes behind those that were asked for are
 *                filled with SLACK_BYTE and looked at by vfree(), which stops if they changed: the
 *                guard page only finds who writes further. vmalloc_user() asks for whole pages.
 * 4. Tables      Page tables are made on demand and kept. If there is no memory for one, what was
 *                mapped and taken up to there is given back.
 * 5. Invariants  (check_vmalloc.c)
 *                V6 the pages of an area are mapped one behind the other from its start on, but
 *                for one of get_vm_area(); V7 nothing else in the range is mapped: no guard page,
 *                no lazy area, nothing free; V8 the pages of a vmalloc() area are allocated, and it
 *                has as many as its bytes need.
 * 6. Locking     None of its own: a new area is known to its maker only until it returns, and
 *                vmap_area_remove() gives an area to exactly one of those who want to free it.
 * 7. Not done    Large pages, and memory of a node of choice.
 */
#include <lib/align.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include "vmap_area.h"

#define SLACK_BYTE 0x5A

/* Blocks are not larger: one of this order is cheap to find, and of no use for those who need a
 * large one. */
#define MAX_BLOCK_ORDER 3u

/* Free the chained blocks. */
static void free_pages_of(struct vmap_area *va)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, &va->pages, lru)
		__free_pages(page, page_order(page));
}

/* A block of *@order pages; where there is none at hand, a single page and *@order 0. */
static struct page *take_block(gfp_t gfp, unsigned int *order)
{
	const gfp_t hard = __GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_RETRY_MAYFAIL;
	struct page *page;

	if (*order) {
		page = alloc_pages((gfp & ~hard) | __GFP_COMP | __GFP_NOWARN, *order);
		if (page)
			return page;
	}
	*order = 0;
	return alloc_page(gfp | __GFP_NOWARN);
}

/* Chain and map one more block, of at most *@order, to @va; *@order is its order then.
 * Return: NULL, or what there was no memory for. */
static const char *add_block(struct vmap_area *va, gfp_t gfp, pgprot_t prot, unsigned int *order)
{
	unsigned long addr = va->start + (va->nr_pages << PAGE_SHIFT);
	struct page *page;

	*order = min(*order, highest_bit(vmap_nr_pages(va) - va->nr_pages));
	page = take_block(gfp, order);
	if (!page)
		return "page order 0, failed to allocate pages";
	list_add_tail(&page->lru, &va->pages);
	va->nr_pages += 1UL << *order;
	return arch_map_kernel(addr, page_to_pfn(page), 1UL << *order, prot)
		       ? "no memory for a page table"
		       : NULL;
}

static void unmap_and_free(struct vmap_area *va, const void *caller)
{
	arch_unmap_kernel(va->start, vmap_nr_pages(va));
	if (va->kind == VM_ALLOC)
		free_pages_of(va);
	vmap_area_free_lazy(va, caller);
}

/* --- slack ----------------------------------------------------------------------------------- */

static u8 *slack_start(const struct vmap_area *va)
{
	return (u8 *)va->start + va->bytes;
}

static unsigned long slack_bytes(const struct vmap_area *va)
{
	return (vmap_nr_pages(va) << PAGE_SHIFT) - va->bytes;
}

static void check_slack(const struct vmap_area *va)
{
	const u8 *slack = slack_start(va);
	unsigned long i;

	for (i = 0; i < slack_bytes(va); i++)
		if (slack[i] != SLACK_BYTE)
			panic("BUG: vfree: %02x was written to %p, %lu byte%s behind the end of "
			      "the %lu bytes at %08lx, which %pS asked for",
			      slack[i], slack + i, i + 1, i ? "s" : "", va->bytes, va->start,
			      va->caller);
}

/* --- the interface --------------------------------------------------------------------------- */

static void report_failure(unsigned long size, gfp_t gfp, const char *why)
{
	if (!(gfp & __GFP_NOWARN))
		printk(KERN_WARNING "vmalloc error: size %lu, %s\n", size, why);
}

/* Linux's words and, where those say nothing, ours. Return: NULL if it can be tried. */
static const char *refusal(unsigned long size)
{
	if (!size)
		return "nothing is asked for";
	return (size - 1) >> PAGE_SHIFT >= nr_all_pages ? "exceeds total pages" : NULL;
}

static void *fill_area(struct vmap_area *va, gfp_t gfp, pgprot_t prot)
{
	unsigned int order = MAX_BLOCK_ORDER;

	while (va->nr_pages < vmap_nr_pages(va)) {
		const char *why = add_block(va, gfp, prot, &order);

		if (!why)
			continue;
		report_failure(va->bytes, gfp, why);
		return NULL;
	}
	va->slack_filled = slack_bytes(va) && prot != PROT_KERNEL_RO;
	if (va->slack_filled)
		memset(slack_start(va), SLACK_BYTE, slack_bytes(va));
	return (void *)va->start;
}

void *vmalloc_for(unsigned long size, gfp_t gfp, pgprot_t prot, const void *caller)
{
	const char *why = refusal(size);
	struct vmap_area *va;
	void *addr;

	if (why) {
		report_failure(size, gfp, why);
		return NULL;
	}
	va = vmap_area_alloc(size, VM_ALLOC, gfp, caller);
	if (!va)
		return NULL;
	addr = fill_area(va, gfp, prot);
	if (!addr)
		unmap_and_free(vmap_area_remove(__func__, (void *)va->start, VM_ALLOC), caller);
	return addr;
}

void *vmalloc(unsigned long size)
{
	return vmalloc_for(size, GFP_KERNEL | __GFP_HIGHMEM, PROT_KERNEL_RW,
			   __builtin_return_address(0));
}

void *vzalloc(unsigned long size)
{
	return vmalloc_for(size, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO, PROT_KERNEL_RW,
			   __builtin_return_address(0));
}

/* A size that cannot be rounded up is refused as it is. */
void *vmalloc_user(unsigned long size)
{
	return vmalloc_for(max(size, ALIGN_UP(size, PAGE_SIZE)),
			   GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO, PROT_KERNEL_RW,
			   __builtin_return_address(0));
}

void *__vmalloc(unsigned long size, gfp_t gfp, pgprot_t prot)
{
	return vmalloc_for(size, gfp, prot, __builtin_return_address(0));
}

void vfree(const void *addr)
{
	struct vmap_area *va;

	if (!addr)
		return;
	va = vmap_area_remove(__func__, addr, VM_ALLOC);
	if (va->slack_filled)
		check_slack(va);
	unmap_and_free(va, __builtin_return_address(0));
}

/* Map @pages at @addr. */
static int map_array(unsigned long addr, struct page *const *pages, unsigned int count,
		     pgprot_t prot)
{
	for (; count; count--, pages++, addr += PAGE_SIZE)
		if (arch_map_kernel(addr, page_to_pfn(*pages), 1, prot))
			return -1;
	return 0;
}

void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	const void *caller = __builtin_return_address(0);
	struct vmap_area *va;
	unsigned int i;

	mm_bug_on(flags != VM_MAP, "flags %lx are not VM_MAP", flags);
	for (i = 0; i < count; i++)
		if (!page_valid(pages[i]))
			bad_page_pointer(pages[i], __func__);
	if (!count || count > vmap_limit >> PAGE_SHIFT) {
		printk(KERN_WARNING "vmap of %u pages: there is no room for so many\n", count);
		return NULL;
	}
	va = vmap_area_alloc((unsigned long)count << PAGE_SHIFT, VM_MAP, GFP_KERNEL, caller);
	if (!va)
		return NULL;
	if (map_array(va->start, pages, count, prot)) {
		report_failure(va->bytes, GFP_KERNEL, "no memory for a page table");
		unmap_and_free(vmap_area_remove(__func__, (void *)va->start, VM_MAP), caller);
		return NULL;
	}
	return (void *)va->start;
}

void vunmap(const void *addr)
{
	if (addr)
		unmap_and_free(vmap_area_remove(__func__, addr, VM_MAP),
			       __builtin_return_address(0));
}

/* A size of 0 would be a guard page alone. */
void *get_vm_area(unsigned long size)
{
	struct vmap_area *va = NULL;

	if (size)
		va = vmap_area_alloc(size, VM_AREA, GFP_KERNEL, __builtin_return_address(0));
	else
		report_failure(size, GFP_KERNEL, "nothing is asked for");
	return va ? (void *)va->start : NULL;
}

void free_vm_area(const void *addr)
{
	if (addr)
		unmap_and_free(vmap_area_remove(__func__, addr, VM_AREA),
			       __builtin_return_address(0));
}

struct page *vmalloc_to_page(const void *addr)
{
	unsigned long va = ALIGN_DOWN((uintptr)addr, PAGE_SIZE), pfn;

	if (!is_vmalloc_addr(addr) || !arch_next_mapped(&va, va + PAGE_SIZE, &pfn) ||
	    !pfn_valid(pfn))
		return NULL;
	return pfn_to_page(pfn);
}
