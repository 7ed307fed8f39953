/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.c - what only the host can show of areas: the exact lines of failures, a shortage of page
 * tables, and how often all TLBs are flushed.
 */
#include <lib/printk.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#include "host.h"
#include "vmap_area.h"

#define DEVICE 0xFEE00000UL

/* @call returns NULL and prints @want. */
#define check_refused(call, want)                   \
	do {                                        \
		void *result;                       \
                                                    \
		check_console(result = call, want); \
		kt_true(result == NULL);            \
	} while (0)

KTEST(vmalloc, a_refusal_is_one_line, SHORT)
{
	struct page *page = pfn_to_page(min_low_pfn);

	check_refused(vmalloc(0), STAMP "vmalloc error: size 0, nothing is asked for" NL);
	check_refused(vmalloc(1UL << 31),
		      STAMP "vmalloc error: size 2147483648, exceeds total pages" NL);
	check_refused(__vmalloc(0, GFP_KERNEL | __GFP_NOWARN, PROT_KERNEL_RW), "");
	check_refused(vmap(&page, 0, VM_MAP, PROT_KERNEL_RW),
		      STAMP "vmap of 0 pages: there is no room for so many" NL);
	check_refused(ioremap(DEVICE, 0),
		      STAMP "ioremap of 0 bytes at 0xfee00000: nothing is asked for" NL);
	check_refused(ioremap(0xFFFFFFFF, 2),
		      STAMP "ioremap of 2 bytes at 0xffffffff: no page table can name it" NL);
	check_refused(ioremap(0x00200000, PAGE_SIZE),
		      STAMP "ioremap on RAM at 0x00200000 - 0x00200fff" NL);
	check_refused(ioremap_wc(DEVICE, 1UL << 30 | 1UL << 20), STAMP
		      "ioremap of 1074790400 bytes at 0xfee00000: no page table can name it" NL);
	check_refused(ioremap(0x80000000, 1UL << 30),
		      STAMP "vmap allocation for size 1073745920 failed: use vmalloc=<size> to "
			    "increase size" NL);
}

KTEST(vmalloc, without_a_page_table_all_is_given_back, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(page);
	vm_unmap_aliases();
	host_no_page_tables = true;
	check_refused(vmalloc(40 * PAGE_SIZE),
		      STAMP "vmalloc error: size 163840, no memory for a page table" NL);
	check_refused(vmap(&page, 1, VM_MAP, PROT_KERNEL_RW),
		      STAMP "vmalloc error: size 4096, no memory for a page table" NL);
	check_refused(ioremap(DEVICE, 16),
		      STAMP "ioremap of 16 bytes at 0xfee00000: no memory for a page table" NL);
	host_no_page_tables = false;
	__free_page(page);
}

KTEST(vmalloc, one_flush_for_many_areas, SHORT)
{
	unsigned long flushes, i;

	vm_unmap_aliases();
	flushes = host_tlb_flushes;
	vm_unmap_aliases(); /* nothing is lazy */
	kt_eq(host_tlb_flushes, flushes);
	for (i = 0; i < 500; i++) {
		void *p = vmalloc(PAGE_SIZE);

		kt_assert(p);
		vfree(p);
	}
	kt_eq(host_tlb_flushes, flushes);
	vm_unmap_aliases();
	kt_eq(host_tlb_flushes, flushes + 1);
}

static struct vmap_area *take_space(unsigned long bytes)
{
	return vmap_area_alloc(bytes, VM_MAP, GFP_KERNEL, NULL);
}

static void give_space(struct vmap_area *va)
{
	vmap_area_free_lazy(vmap_area_remove(__func__, (void *)va->start, VM_MAP), NULL);
}

/* So little is left that only what is lazy makes room, long before there is a flush anyway. */
KTEST(vmalloc, space_is_found_by_a_flush, SHORT)
{
	struct vmap_area *large, *va;
	unsigned long flushes;

	vm_unmap_aliases();
	flushes = host_tlb_flushes;
	large = take_space(vmap_tree.root->max_free - VMAP_LAZY_MAX / 2);
	va = take_space(VMAP_LAZY_MAX / 4);
	kt_assert(large && va);
	give_space(va);
	kt_eq(host_tlb_flushes, flushes);
	va = take_space(VMAP_LAZY_MAX / 4 + PAGE_SIZE);
	kt_assert(va);
	kt_eq(host_tlb_flushes, flushes + 1);
	give_space(va);
	give_space(large);
}
