/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - a stack of fixmap slots through which any page can be reached (Gorman 9.3), and what
 * can be done with a page wherever it lies. Addresses that last are kmap.c's.
 *
 * The slots have their page table since paging_init(), so mapping allocates nothing and cannot
 * fail. They are taken and given back in the order of a stack, so the number of slots in use is
 * all there is to know; a page between any two stays unmapped, where an overrun faults. A page that
 * has an address of kmap() lends that one, and no slot: the page then counts one more user.
 * Locking: each CPU has slots of its own, and interrupts stay off while one is in use, so nobody
 * comes in between; each slot remembers how they were.
 */
#include <lib/align.h>
#include "kmap.h"

DEFINE_PER_CPU(struct kmap_stack, kmap_stack);

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

/* kmap_atomic() of a page of HighMem that has no other address. */
static __always_inline void *take_slot(unsigned long pfn)
{
	unsigned long va, flags = local_irq_save();
	struct kmap_stack *stack;

	stack = &this_cpu(kmap_stack);
	if (unlikely(stack->nr == KMAP_NR_SLOTS))
		slots_used_up(pfn);
	stack->slot[stack->nr].pfn = pfn;
	stack->slot[stack->nr].irq_flags = flags;
	va = kmap_start() + stack->nr++ * KMAP_SLOT_BYTES;
	arch_map_slot(va, pfn);
	return (void *)va;
}

/* Another CPU may drop the address of kmap() at this moment. */
static fastcall __noinline void *pin_or_take_slot(unsigned long pfn)
{
	void *addr = pkmap_pin(pfn);

	return addr ? addr : take_slot(pfn);
}

void *fastcall kmap_atomic(struct page *page)
{
	unsigned long flags;

	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, __func__);
	flags = page->flags;
	if (unlikely(!PageHighMem(page)))
		return lowmem_page_address(page);
	if (unlikely(flags & PG_kmapped))
		return pin_or_take_slot(page_to_pfn(page));
	return take_slot(page_to_pfn(page));
}

/* Anything but the uppermost slot in use: a page of lowmem, for which there is nothing to undo, an
 * address of kmap(), or a caller's bug. */
static fastcall __noinline void kunmap_other(const void *addr)
{
	unsigned long offset = (unsigned long)addr - kmap_start(), slot = offset / KMAP_SLOT_BYTES;
	const struct kmap_stack *stack = &this_cpu(kmap_stack);

	if (virt_addr_valid(addr) || pkmap_unpin(addr))
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
	arch_unmap_slot(ALIGN_DOWN((unsigned long)addr, PAGE_SIZE));
	local_irq_restore(flags);
}

void clear_highpage(struct page *page)
{
	void *addr = kmap_atomic(page);

	memset(addr, 0, PAGE_SIZE);
	kunmap_atomic(addr);
}

void copy_highpage(struct page *to, struct page *from)
{
	void *source = kmap_atomic(from), *addr = kmap_atomic(to);

	memcpy(addr, source, PAGE_SIZE);
	kunmap_atomic(addr);
	kunmap_atomic(source);
}

/* @func's caller must keep to the page. */
static void check_run(const char *func, struct page *page, size_t offset, size_t len)
{
	if (unlikely(offset > PAGE_SIZE || len > PAGE_SIZE - offset))
		panic("BUG: %s: pfn %lu: %zu bytes from byte %zu on are more than the page has",
		      func, page_to_pfn(page), len, offset);
}

void zero_user_segment(struct page *page, unsigned int start, unsigned int end)
{
	char *addr;

	mm_bug_on(start > end, "from byte %u to %u: the end is before the start", start, end);
	check_run(__func__, page, start, end - start);
	addr = kmap_atomic(page);
	memset(addr + start, 0, end - start);
	kunmap_atomic(addr);
}

void zero_user(struct page *page, unsigned int start, unsigned int size)
{
	check_run(__func__, page, start, size);
	zero_user_segment(page, start, start + size);
}

void memcpy_to_page(struct page *page, size_t offset, const void *from, size_t len)
{
	char *addr;

	check_run(__func__, page, offset, len);
	addr = kmap_atomic(page);
	memcpy(addr + offset, from, len);
	kunmap_atomic(addr);
}

void memcpy_from_page(void *to, struct page *page, size_t offset, size_t len)
{
	const char *addr;

	check_run(__func__, page, offset, len);
	addr = kmap_atomic(page);
	memcpy(to, addr + offset, len);
	kunmap_atomic(addr);
}
