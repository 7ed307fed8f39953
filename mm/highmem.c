/* SPDX-License-Identifier: 0BSD
 *
 * highmem.c - a stack of fixmap slots through which any page can be reached (Gorman 9.3), and what
 * can be done with a page wherever it lies. Addresses that last are kmap.c's.
 *
 * The slots have their page table since paging_init(), so mapping allocates nothing and cannot
 * fail. They are taken and given back in the order of a stack, so the next one that is free is all
 * there is to know; each has its address and what maps it at hand from the CPU's first use on. A
 * page between any two stays unmapped, where an overrun faults. A page that has an address of
 * kmap() lends that one, and no slot: the page then counts one more user.
 * Locking: each CPU has slots of its own, and interrupts stay off while one is in use, so nobody
 * comes in between; each slot remembers how they were.
 */
#include <lib/align.h>
#include "kmap.h"

#ifndef MM_NO_HIGHMEM

/* What a CPU has before its first use: no slot is free, and none in use. */
static struct kmap_slot no_slot = { .va = KMAP_NO_VA };
DEFINE_PER_CPU(struct kmap_stack, kmap_stack) = { .next = &no_slot + 1, .end = &no_slot + 1 };

/* The zone of a page of HighMem, and no address of kmap(). */
#define SLOT_FLAGS_MASK (3UL << PG_ZONE_SHIFT | PG_kmapped)
#define SLOT_FLAGS	((unsigned long)ZONE_HIGHMEM << PG_ZONE_SHIFT)

/* The first slot of this CPU. */
static unsigned long kmap_start(void)
{
	return KMAP_SLOT_VA + smp_processor_id() * KMAP_CPU_BYTES;
}

static __always_inline void *use_slot(struct kmap_stack *stack, unsigned long pfn,
				      unsigned long irq_flags)
{
	struct kmap_slot *slot = stack->next;

	slot->irq_flags = irq_flags;
	slot->pfn = pfn;
	stack->next = slot + 1;
	arch_map_slot(slot->entry, slot->va, pfn);
	return (void *)slot->va;
}

static void init_slots(struct kmap_stack *stack)
{
	unsigned long va = kmap_start();
	struct kmap_slot *slot;

	stack->slot[0] = no_slot;
	stack->next = stack->slot + 1;
	stack->end = stack->next + KMAP_NR_SLOTS;
	for (slot = stack->next; slot < stack->end; slot++, va += KMAP_SLOT_BYTES)
		*slot = (struct kmap_slot){ .va = va, .entry = arch_slot(va) };
}

/* The first use, or one too many. Context: interrupts off; they were as @irq_flags says. */
static fastcall __noinline __cold void *use_first_slot(unsigned long pfn, unsigned long irq_flags)
{
	struct kmap_stack *stack = &this_cpu(kmap_stack);

	if (kmap_nr_used(stack))
		panic("BUG: kmap_atomic: pfn %lu: all %u slots are in use, the last one by pfn %lu "
		      "(kunmap_atomic() forgotten?)",
		      pfn, KMAP_NR_SLOTS, stack->next[-1].pfn);
	init_slots(stack);
	return use_slot(stack, pfn, irq_flags);
}

/* kmap_atomic() of a page of HighMem that has no other address. */
static __always_inline void *take_slot(unsigned long pfn)
{
	unsigned long irq_flags = local_irq_save();
	struct kmap_stack *stack = &this_cpu(kmap_stack);

	if (unlikely(stack->next == stack->end))
		return use_first_slot(pfn, irq_flags);
	return use_slot(stack, pfn, irq_flags);
}

/* A page of lowmem, or one that has an address of kmap(), which another CPU may drop at this
 * moment, or what is no page. */
static fastcall __noinline void *kmap_other(struct page *page)
{
	void *addr;

	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, "kmap_atomic");
	if (!PageHighMem(page))
		return lowmem_page_address(page);
	addr = pkmap_pin(page_to_pfn(page));
	return addr ? addr : take_slot(page_to_pfn(page));
}

void *fastcall kmap_atomic(struct page *page)
{
	if (unlikely(!page_valid(page) || (page->flags & SLOT_FLAGS_MASK) != SLOT_FLAGS))
		return kmap_other(page);
	return take_slot(page_index(page));
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
	if (slot >= kmap_nr_used(stack))
		panic("BUG: kunmap_atomic: %p is a slot that is not in use (unmapped twice?)",
		      addr);
	panic("BUG: kunmap_atomic: %p, pfn %lu: pfn %lu was mapped after it (unmap in the reverse "
	      "order)",
	      addr, stack->slot[1 + slot].pfn, stack->next[-1].pfn);
}

void fastcall kunmap_atomic(const void *addr)
{
	struct kmap_stack *stack = &this_cpu(kmap_stack);
	struct kmap_slot *next = stack->next;
	unsigned long va = ALIGN_DOWN((unsigned long)addr, PAGE_SIZE);

	if (unlikely(va != next[-1].va)) {
		kunmap_other(addr);
		return;
	}
	stack->next = next - 1;
	arch_unmap_slot(next[-1].entry, va);
	local_irq_restore(next[-1].irq_flags);
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
#endif
