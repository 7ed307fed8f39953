/* SPDX-License-Identifier: 0BSD
 *
 * port_check.c - does a port keep what it promises to mm/?
 *
 * 1. Concepts    A wrong port seldom fails where it is wrong: a page that is not there is handed
 *                out much later, and a lock that does not lock fails once in a million times. So
 *                each promise is tried by itself, and a failure says which step of the port to look
 *                at.
 * 2. Pages       Each page that bootmem calls free gets its own number, through the direct map, and
 *                only then are all read: a page that another one overlays has the other's number,
 *                and one without RAM, or that cannot be written to, has none. So much is only
 *                possible while free pages are nobody's, in the time of bootmem.
 * 3. Compilers   know memset() and its like, and answer by themselves what these return. So they
 * are
 *                called through pointers that may have changed meanwhile.
 * 4. Elsewhere   The order of calls is checked at each step's own entry, mem_map's window as it is
 *                mapped (mem_map.c), and numbers by the compiler (port_limits.c).
 * 5. Not done    Whether a lock holds off another CPU; page tables of other address spaces.
 */
#include <lib/align.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/port_check.h>
#include <mm/slab.h>
#include <mm/watermark.h>
#include "internal.h"

/* What is no port's fault has neither all bits set nor none. */
#define PAGE_TAG 0x5A5A5A5AUL

/* --- what compilers call, too ----------------------------------------------------------------- */

/* @name() has written to @to, where @expected must be now, and returned @returned. */
static void check_written(const char *name, const void *returned, const char *to,
			  const char *expected)
{
	unsigned int i;

	mm_bug_on(returned != to,
		  "%s() does not return its first argument, %p, but %p: has it C's prototype?",
		  name, (const void *)to, returned);
	for (i = 0; expected[i]; i++)
		mm_bug_on(to[i] != expected[i],
			  "%s() does not write what it must: \"%.7s\", not \"%s\"", name, to,
			  expected);
}

static void check_memory_functions(void)
{
	void *(*volatile set)(void *, int, size_t) = memset;
	void *(*volatile copy)(void *, const void *, size_t) = memcpy;
	void *(*volatile move)(void *, const void *, size_t) = memmove;
	char text[] = "abcdefgh", *to = text + 1;

	check_written("memset", set(to, 'x', 2), to, "xxdefgh");
	check_written("memcpy", copy(to, text + 5, 3), to, "fghefgh");
	check_written("memmove", move(to, text, 6), to, "afghefh");
	check_written("memmove", move(to, text + 3, 5), to, "ghefhfh");
}

/* --- the processor --------------------------------------------------------------------------- */

void mm_port_check_interrupts(bool enabled)
{
	unsigned long outer, inner;

	mm_bug_on(irqs_disabled() == enabled, "irqs_disabled() says %d, but interrupts are %s",
		  !enabled, enabled ? "on" : "off");
	outer = local_irq_save();
	mm_bug_on(!irqs_disabled(), "local_irq_save() leaves interrupts on");
	inner = local_irq_save();
	local_irq_restore(inner);
	mm_bug_on(!irqs_disabled(), "local_irq_restore() switches interrupts on that were off when "
				    "local_irq_save() was called");
	local_irq_restore(outer);
	mm_bug_on(irqs_disabled() == enabled,
		  "local_irq_restore() does not bring back what local_irq_save() found: interrupts "
		  "are %s",
		  enabled ? "off for good" : "on");
}

static void check_locks(void)
{
	static DEFINE_SPINLOCK(lock);
	unsigned long flags;

	mm_bug_on(spin_is_locked(&lock), "a new lock is locked: __ARCH_SPIN_LOCK_UNLOCKED");
	spin_lock_irqsave(&lock, flags);
	mm_bug_on(!spin_is_locked(&lock), "a lock that is held is not locked: arch_spin_lock() or "
					  "arch_spin_is_locked() does nothing");
	spin_unlock_irqrestore(&lock, flags);
	mm_bug_on(spin_is_locked(&lock), "a lock stays locked after arch_spin_unlock()");
}

#if NR_CPUS == 1
static void check_local_counters(void)
{
	int n = 1;
	u16 m = 1;

	mm_bug_on(local_add_negative(-2, &n) != true || n != -1 || local_add_negative(3, &n) ||
			  n != 2,
		  "local_add_negative() does not add, or does not say whether the sum is negative");
	local_add(5, &n);
	mm_bug_on(n != 7, "local_add() does not add");
	local_inc(&m);
	mm_bug_on(m != 2 || local_dec_and_test(&m) || !local_dec_and_test(&m) || m,
		  "local_inc() or local_dec_and_test() does not count");
}
#else
static void check_local_counters(void)
{
	unsigned int cpu = smp_processor_id();

	mm_bug_on(cpu >= NR_CPUS, "smp_processor_id() is %u, NR_CPUS %d", cpu, NR_CPUS);
}
#endif

/* --- addresses ------------------------------------------------------------------------------- */

/* An image that is not in the direct map says nothing. */
static void check_own_address(const char *part, const void *p)
{
	unsigned long found, pfn = PFN_DOWN(virt_to_phys(p));

	if (pfn < max_low_pfn && arch_lookup_kernel((unsigned long)p, &found))
		mm_bug_on(found != pfn,
			  "the kernel's own %s at %p lies in pfn %lu by the page tables, and in "
			  "%lu by virt_to_phys(): PAGE_OFFSET is wrong",
			  part, p, found, pfn);
}

static void check_round_trip(unsigned long pfn)
{
	phys_addr_t phys = PFN_PHYS(pfn);
	char *p = phys_to_virt(phys);
	unsigned long found;

	mm_bug_on(
		virt_to_phys(p) != phys || virt_to_phys(p + PAGE_SIZE - 1) != phys + PAGE_SIZE - 1,
		"virt_to_phys() is not the reverse of phys_to_virt(): %p is 0x%llx, and not 0x%llx",
		(void *)p, virt_to_phys(p), phys);
	mm_bug_on(
		p != (char *)phys_to_virt(0) + (pfn << PAGE_SHIFT),
		"phys_to_virt() of pfn %lu is %p, which is not as far behind phys_to_virt(0), %p: "
		"lowmem must be mapped in one piece",
		pfn, (void *)p, phys_to_virt(0));
	if (arch_lookup_kernel((unsigned long)p, &found))
		mm_bug_on(found != pfn,
			  "lowmem is not mapped as phys_to_virt() says: %p is pfn %lu by the page "
			  "tables, and not %lu",
			  (void *)p, found, pfn);
}

/* The slab relies on it: what two addresses in a block have in common is the block's address. */
static void check_base(void)
{
	const unsigned long block = MAX_ORDER_NR_PAGES << PAGE_SHIFT;
	const unsigned long base = (unsigned long)phys_to_virt(0);

	mm_bug_on(base % block,
		  "phys_to_virt(0) is %lx: PAGE_OFFSET must be a multiple of %lu KiB, so that "
		  "blocks of pages are aligned in addresses, too",
		  base, block >> 10);
}

/* --- pages ----------------------------------------------------------------------------------- */

static volatile unsigned long *first_word(unsigned long pfn)
{
	return phys_to_virt(PFN_PHYS(pfn));
}

static void __init write_number(unsigned long pfn)
{
	*first_word(pfn) = pfn ^ PAGE_TAG;
}

static void __init check_number(unsigned long pfn)
{
	unsigned long found = *first_word(pfn), other = found ^ PAGE_TAG;

	if (other == pfn)
		return;
	mm_bug_on(bootmem_page_is_free(other),
		  "pfn %lu and pfn %lu are the same memory: look at the page tables behind "
		  "phys_to_virt(), or at the ranges of RAM given to free_bootmem()",
		  pfn, other);
	panic("BUG: mm_port_check: pfn %lu, at %p, does not keep what is written to it (%lx "
	      "was read): it is no RAM (free_bootmem() of too much?), or lowmem is not mapped, "
	      "or read-only",
	      pfn, (void *)(uintptr)first_word(pfn), found);
}

static void __init for_each_free_page(void (*look)(unsigned long pfn))
{
	const bootmem_data_t *bdata;
	unsigned long pfn;

	for_each_bootmem (bdata)
		for (pfn = bdata->node_min_pfn; pfn < bdata->node_low_pfn; pfn++)
			if (bootmem_page_is_free(pfn))
				look(pfn);
}

static void __ref_init check_free_pages(void)
{
	for_each_free_page(check_round_trip);
	for_each_free_page(write_number);
	for_each_free_page(check_number);
}

/* --- the end of the boot --------------------------------------------------------------------- */

static void check_last_steps(void)
{
	mm_bug_on(!nr_free_pages(), "no page is free: mem_init() was not called");
	mm_bug_on(!slab_is_available(), "kmem_cache_init() was not called after mem_init()");
	mm_bug_on(!totalreserve_pages, "init_per_zone_pages_min() was not called at the end");
}

void __ref_init mm_port_check(void)
{
	check_memory_functions();
	mm_port_check_interrupts(!irqs_disabled());
	check_locks();
	check_local_counters();
	check_own_address("data", node_data);
	check_own_address("stack", __builtin_frame_address(0));
	check_base();
	if (bootmem_is_live() && !nr_present_pages())
		check_free_pages();
	if (nr_present_pages() && !bootmem_is_live())
		check_last_steps();
}
