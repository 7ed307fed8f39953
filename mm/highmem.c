/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - a stack of fixmap slots through which any page can be reached (Gorman 9.3).
 *
 * The slots have their page table since paging_init(), so mapping allocates nothing and cannot
 * fail. They are taken and given back in the order of a stack, so the number of slots in use is
 * all there is to know; a page between any two stays unmapped, where an overrun faults.
 * Locking: each CPU has slots of its own, and interrupts stay off while one is in use, so nobody
 * comes in between; each slot remembers how they were.
 */
#include <mm/highmem.h>
#include <mm/percpu.h>
#include <lib/align.h>

struct kmap_stack {
	unsigned long nr; /* slots in use: the first ones */
	struct {
		unsigned long pfn;	 /* of the page that it shows */
		unsigned long irq_flags; /* to give back */
	} slot[KMAP_NR_SLOTS];
};

static DEFINE_PER_CPU(struct kmap_stack, kmap_stack);

/* The first slot of this CPU. */
static unsigned long kmap_start(void)
{
	return KMAP_SLOT_VA + smp_processor_id() * KMAP_CPU_BYTES;
}

static void fastcall __noreturn __noinline __cold slots_used_up(unsigned long pfn)
{
	panic("BUG: kmap_atomic: pfn %lu: all %u slots are in use, the last one by pfn %lu "
	      "(kunmap_atomic() forgotten?)",
	      pfn, KMAP_NR_SLOTS, this_cpu(kmap_stack).slot[KMAP_NR_SLOTS - 1].pfn);
}

void *fastcall kmap_atomic(struct page *page)
{
	unsigned long pfn, va, flags;
	struct kmap_stack *stack;

	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, __func__);
	if (unlikely(!PageHighMem(page)))
		return lowmem_page_address(page);
	pfn = page_to_pfn(page);
	flags = local_irq_save();
	stack = &this_cpu(kmap_stack);
	if (unlikely(stack->nr == KMAP_NR_SLOTS))
		slots_used_up(pfn);
	stack->slot[stack->nr].pfn = pfn;
	stack->slot[stack->nr].irq_flags = flags;
	va = kmap_start() + stack->nr++ * KMAP_SLOT_BYTES;
	if (unlikely(arch_map_kernel(va, pfn, 1, PROT_KERNEL_RW)))
		panic("BUG: kmap_atomic: the fixmap has no page table");
	return (void *)va;
}

/* Anything but the uppermost slot in use: a page of lowmem, for which there is nothing to undo, or
 * a caller's bug. */
static fastcall __noinline void kunmap_other(const void *addr)
{
	unsigned long offset = (unsigned long)addr - kmap_start(), slot = offset / KMAP_SLOT_BYTES;
	const struct kmap_stack *stack = &this_cpu(kmap_stack);

	if (virt_addr_valid(addr))
		return;
	if (slot >= KMAP_NR_SLOTS && (unsigned long)addr - KMAP_SLOT_VA < KMAP_BYTES)
		panic("BUG: kunmap_atomic: %p is a slot of another CPU than this one, %u", addr,
		      smp_processor_id());
	if (slot >= KMAP_NR_SLOTS || offset % KMAP_SLOT_BYTES >= PAGE_SIZE)
		panic("BUG: kunmap_atomic: %p is not what kmap_atomic() returned (a struct page?)",
		      addr);
	if (slot >= stack->nr)
		panic("BUG: kunmap_atomic: %p is a slot that is not in use (unmapped twice?)",
		      addr);
	panic("BUG: kunmap_atomic: %p, pfn %lu: pfn %lu was mapped after it (unmap in the reverse "
	      "order)",
	      addr, stack->slot[slot].pfn, stack->slot[stack->nr - 1].pfn);
}

void fastcall kunmap_atomic(const void *addr)
{
	unsigned long offset = (unsigned long)addr - kmap_start(), slot = offset / KMAP_SLOT_BYTES;
	struct kmap_stack *stack = &this_cpu(kmap_stack);
	unsigned long flags;

	if (slot != stack->nr - 1 || offset % KMAP_SLOT_BYTES >= PAGE_SIZE) {
		kunmap_other(addr);
		return;
	}
	stack->nr = slot;
	flags = stack->slot[slot].irq_flags;
	arch_unmap_kernel(ALIGN_DOWN((unsigned long)addr, PAGE_SIZE), 1);
	local_irq_restore(flags);
}

void clear_highpage(struct page *page)
{
	void *addr = kmap_atomic(page);

	memset(addr, 0, PAGE_SIZE);
	kunmap_atomic(addr);
}
