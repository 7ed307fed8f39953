/* SPDX-License-Identifier: 0BSD
 *
 * page_fault.c - faults that are mended: pages on demand, a copy at the first write, guard pages.
 */
#include <asm/fault.h>
#include <asm/irqflags.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#include "touch.h"

#define NR_PAGES 6
#define BYTES	 (NR_PAGES * PAGE_SIZE)

/* What the handlers saw and did. */
static struct {
	unsigned int faults;
	struct page_fault last;
	unsigned int with_interrupts_on;
} seen;

static bool note(const struct page_fault *fault)
{
	seen.faults++;
	seen.last = *fault;
	seen.with_interrupts_on += !irqs_disabled();
	return true;
}

static bool map_new_page(unsigned long address, const void *contents)
{
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_ZERO);

	if (!page)
		return false;
	if (contents)
		memcpy(page_address(page), contents, PAGE_SIZE);
	return !arch_map_kernel(address & PAGE_MASK, page_to_pfn(page), 1, PROT_KERNEL_RW);
}

static bool fill_with_zeros(const struct page_fault *fault, void *context __unused)
{
	return note(fault) && map_new_page(fault->address, NULL);
}

/* The page that is mapped read-only is @context. */
static bool copy_at_first_write(const struct page_fault *fault, void *context)
{
	return note(fault) && fault->present && fault->write &&
	       map_new_page(fault->address, context);
}

static bool refuse(const struct page_fault *fault, void *context __unused)
{
	return !note(fault);
}

static struct fault_range range;

static char *begin(bool (*handle)(const struct page_fault *, void *), void *context)
{
	char *area = get_vm_area(BYTES);

	memset(&seen, 0, sizeof(seen));
	range = (struct fault_range){ .start = (unsigned long)area,
				      .end = (unsigned long)area + BYTES,
				      .handle = handle,
				      .context = context };
	if (area)
		register_fault_range(&range);
	return area;
}

/* Pages that were filled are given back, but for one that is the test's. */
static void end(char *area, const struct page *own)
{
	struct page *pages[NR_PAGES];
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		pages[i] = vmalloc_to_page(area + i * PAGE_SIZE);
	unregister_fault_range(&range);
	free_vm_area(area);
	for (i = 0; i < NR_PAGES; i++)
		if (pages[i] && pages[i] != own)
			__free_page(pages[i]);
}

KTEST(page_fault, pages_are_filled_on_demand, SHORT)
{
	char *area = begin(fill_with_zeros, NULL);
	unsigned int i;

	kt_assert(area);
	for (i = 0; i < BYTES; i += 512)
		kt_eq(area[i], 0);
	kt_eq(seen.faults, NR_PAGES);
	for (i = 0; i < BYTES; i += 512)
		area[i] = (char)i;
	for (i = 0; i < BYTES; i += 512)
		kt_eq(area[i], (char)i);
	kt_eq(seen.faults, NR_PAGES);
	end(area, NULL);
}

KTEST(page_fault, the_handler_is_told_what_was_tried, SHORT)
{
	char *area = begin(fill_with_zeros, NULL);

	kt_assert(area);
	read_from((unsigned long)area + 20);
	kt_eq(seen.last.address, (unsigned long)area + 20);
	kt_false(seen.last.write);
	kt_true(seen.last.eip - (unsigned long)read_from < 64);
	write_to((unsigned long)area + 2 * PAGE_SIZE - 4);
	kt_eq(seen.last.address, (unsigned long)area + 2 * PAGE_SIZE - 4);
	kt_true(seen.last.write);
	kt_true(seen.last.eip - (unsigned long)write_to < 64);
	kt_false(seen.last.present);
	kt_false(seen.last.user);
	end(area, NULL);
}

KTEST(page_fault, a_page_is_copied_at_the_first_write, SHORT)
{
	struct page *original = alloc_page(GFP_KERNEL);
	char *text, *area;

	kt_assert(original);
	text = page_address(original);
	memset(text, 'x', PAGE_SIZE);
	area = begin(copy_at_first_write, text);
	kt_assert(area);
	kt_eq(arch_map_kernel((unsigned long)area, page_to_pfn(original), 1, PROT_KERNEL_RO), 0);
	kt_eq(area[7], 'x');
	kt_eq(seen.faults, 0);
	area[7] = 'y';
	area[8] = 'z';
	kt_eq(seen.faults, 1);
	kt_eq(text[7], 'x');
	kt_eq(area[6], 'x');
	kt_eq(area[7], 'y');
	end(area, original);
	__free_page(original);
}

/* Registers and flags of the code that faults are as if nothing had happened. */
KTEST(page_fault, the_code_goes_on_as_it_was, SHORT)
{
	char *area = begin(fill_with_zeros, NULL);
	u32 a = 0x11111111, b = 0x22222222, c = 0x33333333, d = 0x44444444, s = 0x55555555;
	bool carry;

	kt_assert(area);
	__asm__ volatile("stc\n\tmovl $7, (%[area])"
			 : "=@ccc"(carry), "+a"(a), "+b"(b), "+c"(c), "+d"(d), "+S"(s)
			 : [area] "D"(area)
			 : "memory");
	kt_true(carry);
	kt_eq(a + 2 * b + 4 * c + 8 * d + 16 * s,
	      (u32)(0x11111111u + 2 * 0x22222222u + 4 * 0x33333333u + 8 * 0x44444444u +
		    16 * 0x55555555u));
	kt_eq(*(u32 *)(void *)area, 7);
	kt_eq(seen.faults, 1);
	end(area, NULL);
}

/* Interrupts are off in the handler, and behind it as before. */
KTEST(page_fault, interrupts_are_as_before, SHORT)
{
	char *area = begin(fill_with_zeros, NULL);
	unsigned long flags;

	kt_assert(area);
	flags = local_irq_save();
	area[0] = 1;
	kt_true(irqs_disabled());
	local_irq_enable();
	area[PAGE_SIZE] = 1;
	kt_false(irqs_disabled());
	local_irq_save();
	local_irq_restore(flags);
	kt_eq(seen.faults, 2);
	kt_eq(seen.with_interrupts_on, 0);
	end(area, NULL);
}

KTEST(page_fault, ranges_side_by_side_have_their_own_handlers, SHORT)
{
	struct fault_range guard = { .handle = refuse };
	char *area = begin(fill_with_zeros, NULL);

	kt_assert(area);
	guard.start = (unsigned long)area + BYTES;
	guard.end = guard.start + PAGE_SIZE;
	register_fault_range(&guard);
	area[BYTES - 1] = 1;
	kt_eq(seen.faults, 1);
	unregister_fault_range(&guard);
	area[0] = 1;
	kt_eq(seen.faults, 2);
	end(area, NULL);
}

/* --- what is not mended ----------------------------------------------------------------------- */

static char text[160];

KTEST(page_fault, stop_at_a_page_that_its_handler_refuses, STOP)
{
	char *area = begin(refuse, NULL);

	snprintf(text, sizeof(text),
		 "page fault: write of %08lx (not mapped): byte 4100 of the 24576 bytes at %08lx, "
		 "get_vm_area() for ",
		 (unsigned long)area + 4100, (unsigned long)area);
	kt_expect_stop(text);
	kt_expect_report("eax ");
	write_to((unsigned long)area + 4100);
}

KTEST(page_fault, stop_behind_a_range, STOP)
{
	char *area = begin(fill_with_zeros, NULL);

	area[BYTES - 1] = 1;
	kt_expect_stop("(not mapped): guard page, 1 byte behind the end of the 24576 bytes at ");
	area[BYTES] = 1;
}

KTEST(page_fault, stop_after_it_was_unregistered, STOP)
{
	char *area = begin(fill_with_zeros, NULL);

	unregister_fault_range(&range);
	kt_expect_stop("(not mapped): byte 0 of the 24576 bytes at ");
	area[0] = 1;
}

KTEST(page_fault, stop_a_range_that_meets_another, STOP)
{
	char *area = begin(fill_with_zeros, NULL);
	struct fault_range other = range;

	other.start = (unsigned long)area + BYTES - PAGE_SIZE;
	other.end = (unsigned long)area + BYTES + PAGE_SIZE;
	kt_expect_stop("(registered twice?)");
	register_fault_range(&other);
}

KTEST(page_fault, stop_a_range_in_lowmem, STOP)
{
	struct fault_range lowmem = { PAGE_OFFSET, PAGE_OFFSET + PAGE_SIZE, refuse, NULL, NULL };

	kt_expect_stop("BUG: register_fault_range: c0000000-c0001000: not whole pages outside of "
		       "lowmem");
	register_fault_range(&lowmem);
}

KTEST(page_fault, stop_the_end_of_what_is_not_registered, STOP)
{
	begin(refuse, NULL);
	unregister_fault_range(&range);
	kt_expect_stop("is not registered");
	unregister_fault_range(&range);
}

KTEST(page_fault, stop_a_range_at_page_0, STOP)
{
	struct fault_range null = { 0, PAGE_SIZE, refuse, NULL, NULL };

	kt_expect_stop("BUG: register_fault_range: page 0 is nobody's");
	register_fault_range(&null);
}

static bool lie(const struct page_fault *fault, void *context __unused)
{
	return note(fault);
}

KTEST(page_fault, stop_nothing_was_mended, STOP)
{
	char *area = begin(lie, NULL);

	kt_expect_stop("is mended, but no page is mapped there for a write");
	area[0] = 1;
}

static bool touch_its_range(const struct page_fault *fault, void *context)
{
	*(volatile char *)(fault->address + PAGE_SIZE) = 1;
	return fill_with_zeros(fault, context);
}

KTEST(page_fault, stop_a_handler_faults_in_its_own_range, STOP)
{
	char *area = begin(touch_its_range, NULL);

	kt_expect_stop("faulted in its own range, at ");
	area[0] = 1;
}
