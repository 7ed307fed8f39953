/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - one fixmap slot through which any page can be reached (Gorman 9.3).
 *
 * The slot has its page table since paging_init(), so mapping allocates nothing and cannot fail.
 * Locking: interrupts stay off while the slot is in use, so its user cannot be interrupted by
 * another one; a nested use is a bug and stops.
 */
#include <mm/highmem.h>
#include <mm/mmzone.h>

/* Who is in the slot: its page, and the interrupt flag to give back. */
static struct page *slot_page;
static unsigned long slot_irq_flags;

void *kmap_atomic(struct page *page)
{
	unsigned long flags;
	int err;

	if (page_zonenum(page) != ZONE_HIGHMEM)
		return page_address(page);
	flags = local_irq_save();
	mm_bug_on(slot_page,
		  "pfn %lu: the slot holds pfn %lu (kunmap_atomic() forgotten, or nested?)",
		  page_to_pfn(page), page_to_pfn(slot_page));
	slot_page = page;
	slot_irq_flags = flags;
	err = arch_map_kernel(KMAP_SLOT_VA, page_to_pfn(page), 1, PROT_KERNEL_RW);
	mm_bug_on(err, "the fixmap has no page table");
	return (void *)KMAP_SLOT_VA;
}

void kunmap_atomic(void *addr)
{
	if (addr != (void *)KMAP_SLOT_VA)
		return; /* a page of lowmem: there is nothing to undo */
	mm_bug_on(!slot_page, "the slot is not in use (unmapped twice?)");
	arch_unmap_kernel(KMAP_SLOT_VA, 1);
	slot_page = NULL;
	local_irq_restore(slot_irq_flags);
}

void clear_highpage(struct page *page)
{
	void *addr = kmap_atomic(page);

	memset(addr, 0, PAGE_SIZE);
	kunmap_atomic(addr);
}
