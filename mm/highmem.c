/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - a stack of fixmap slots through which any page can be reached (Gorman 9.3).
 *
 * The slots have their page table since paging_init(), so mapping allocates nothing and cannot
 * fail. They are taken and given back in the order of a stack, so the number of slots in use is
 * all there is to know; a page between any two stays unmapped, where an overrun faults.
 * Locking: interrupts stay off while a slot is in use, so nobody comes in between; each slot
 * remembers how they were.
 */
#include <mm/highmem.h>
#include <lib/align.h>

static struct kmap_slot {
	unsigned long pfn;	 /* of the page that it shows */
	unsigned long irq_flags; /* to give back */
} slots[KMAP_NR_SLOTS];

static unsigned long nr_slots; /* in use: the first ones */

static unsigned long slot_va(unsigned long i)
{
	return KMAP_SLOT_VA + i * KMAP_SLOT_BYTES;
}

static void fastcall __noreturn __noinline __cold slots_used_up(unsigned long pfn)
{
	panic("BUG: kmap_atomic: pfn %lu: all %u slots are in use, the last one by pfn %lu "
	      "(kunmap_atomic() forgotten?)",
	      pfn, KMAP_NR_SLOTS, slots[nr_slots - 1].pfn);
}

void *fastcall kmap_atomic(struct page *page)
{
	unsigned long pfn, va, flags;

	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, __func__);
	if (unlikely(!PageHighMem(page)))
		return lowmem_page_address(page);
	pfn = page_to_pfn(page);
	flags = local_irq_save();
	if (unlikely(nr_slots == KMAP_NR_SLOTS))
		slots_used_up(pfn);
	slots[nr_slots] = (struct kmap_slot){ pfn, flags };
	va = slot_va(nr_slots++);
	if (unlikely(arch_map_kernel(va, pfn, 1, PROT_KERNEL_RW)))
		panic("BUG: kmap_atomic: the fixmap has no page table");
	return (void *)va;
}

/* Anything but the uppermost slot in use: a page of lowmem, for which there is nothing to undo, or
 * a caller's bug. */
static fastcall __noinline void kunmap_other(const void *addr)
{
	unsigned long offset = (unsigned long)addr - KMAP_SLOT_VA, slot = offset / KMAP_SLOT_BYTES;

	if (virt_addr_valid(addr))
		return;
	if (slot >= KMAP_NR_SLOTS || offset % KMAP_SLOT_BYTES >= PAGE_SIZE)
		panic("BUG: kunmap_atomic: %p is not what kmap_atomic() returned (a struct page?)",
		      addr);
	if (slot >= nr_slots)
		panic("BUG: kunmap_atomic: %p is a slot that is not in use (unmapped twice?)",
		      addr);
	panic("BUG: kunmap_atomic: %p, pfn %lu: pfn %lu was mapped after it (unmap in the reverse "
	      "order)",
	      addr, slots[slot].pfn, slots[nr_slots - 1].pfn);
}

void fastcall kunmap_atomic(const void *addr)
{
	unsigned long offset = (unsigned long)addr - KMAP_SLOT_VA, slot = offset / KMAP_SLOT_BYTES;
	unsigned long flags;

	if (slot != nr_slots - 1 || offset % KMAP_SLOT_BYTES >= PAGE_SIZE) {
		kunmap_other(addr);
		return;
	}
	nr_slots = slot;
	flags = slots[slot].irq_flags;
	arch_unmap_kernel(ALIGN_DOWN((unsigned long)addr, PAGE_SIZE), 1);
	local_irq_restore(flags);
}

void clear_highpage(struct page *page)
{
	void *addr = kmap_atomic(page);

	memset(addr, 0, PAGE_SIZE);
	kunmap_atomic(addr);
}
