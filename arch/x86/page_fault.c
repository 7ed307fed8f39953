/* SPDX-License-Identifier: 0BSD
 *
 * page_fault.c - page faults that are none of anybody's mistakes: ranges, and who mends them.
 *
 * 1. Concepts    The address decides who is asked: each range has one handler, and no two ranges
 *                meet. With it a kernel fills pages on demand, copies one at the first write, or
 *                lets a stack grow; a page that the handler does not mend is a guard page, and what
 *                it says of itself is the ordinary report (traps.c).
 * 2. Mistakes    A handler that faults in its own range would be asked again and again, and one
 *                that mends nothing lets the same instruction fault for ever: both stop.
 * 3. Panic       Nobody is asked any more: what the report touches is to be reported.
 * 4. Invariants  The ranges are whole pages, none in lowmem or at page 0, no two meet.
 * 5. Locking     Interrupts are off while the chain changes, and while it is walked. One CPU.
 */
#include <asm/fault.h>
#include <asm/irqflags.h>
#include <asm/page.h>
#include <asm/pgd.h>
#include <asm/pgtable.h>
#include <lib/bug.h>
#include <lib/panic.h>

static struct fault_range *ranges;
static const struct fault_range *asked; /* its handler runs */

static bool is_in_lowmem(const struct fault_range *range)
{
	return range->end > PAGE_OFFSET && range->start < vmalloc_start();
}

static const struct fault_range *find_met(const struct fault_range *range)
{
	const struct fault_range *other = ranges;

	while (other && (other->end <= range->start || other->start >= range->end))
		other = other->next;
	return other;
}

void register_fault_range(struct fault_range *range)
{
	unsigned long flags = local_irq_save();
	const struct fault_range *met = find_met(range);

	mm_bug_on((range->start | range->end) % PAGE_SIZE || range->start >= range->end ||
			  !range->handle || is_in_lowmem(range),
		  "%08lx-%08lx: not whole pages outside of lowmem, or no handler", range->start,
		  range->end);
	mm_bug_on(!range->start, "page 0 is nobody's: who uses NULL is to hear of it");
	mm_bug_on(met, "%08lx-%08lx meets %08lx-%08lx (registered twice?)", range->start,
		  range->end, met->start, met->end);
	range->next = ranges;
	ranges = range;
	local_irq_restore(flags);
}

void unregister_fault_range(struct fault_range *range)
{
	unsigned long flags = local_irq_save();
	struct fault_range **link = &ranges;

	while (*link && *link != range)
		link = &(*link)->next;
	mm_bug_on(!*link, "%08lx-%08lx is not registered", range->start, range->end);
	*link = range->next;
	local_irq_restore(flags);
}

/* May the access that faulted be made now? */
static bool is_allowed(const struct page_fault *fault)
{
	phys_addr_t phys;
	pte_t flags;

	if (fault->address < PAGE_OFFSET)
		return user_access_ok(pgd_current(), fault->address, 1, fault->write);
	return kernel_page_lookup(fault->address, &phys, &flags) &&
	       (!fault->write || flags & _PAGE_RW);
}

static bool ask(const struct fault_range *range, const struct page_fault *fault)
{
	const struct fault_range *before = asked;
	bool mended;

	mm_bug_on(range == asked,
		  "the handler of %08lx-%08lx faulted in its own range, at %08lx, by the "
		  "instruction at %08lx",
		  range->start, range->end, fault->address, fault->eip);
	asked = range;
	mended = range->handle(fault, range->context);
	asked = before;
	mm_bug_on(
		mended && !is_allowed(fault),
		"the handler of %08lx-%08lx says that %08lx is mended, but no page is mapped there "
		"for a %s",
		range->start, range->end, fault->address, fault->write ? "write" : "read");
	return mended;
}

bool page_fault_is_mended(unsigned long address, unsigned long eip, u32 error_code)
{
	const struct page_fault fault = {
		.address = address,
		.eip = eip,
		.present = error_code & PF_PRESENT,
		.write = error_code & PF_WRITE,
		.user = error_code & PF_USER,
	};
	const struct fault_range *range = ranges;

	if (panic_in_progress())
		return false;
	while (range && (address < range->start || address >= range->end))
		range = range->next;
	return range && ask(range, &fault);
}
