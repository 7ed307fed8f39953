/* SPDX-License-Identifier: 0BSD
 *
 * faults.c - each kind of page fault is explained: what was done, what the address is, the tables
 * and the page behind it.
 */
#include <asm/cpu.h>
#include <asm/fault.h>
#include <asm/mm_limits.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <lib/format.h>
#include <lib/align.h>
#include <lib/list.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "touch.h"

/* --- near NULL ------------------------------------------------------------------------------- */

KTEST(faults, reading_null, STOP)
{
	kt_expect_stop("page fault: read of 00000000 (NULL pointer), error code 0000, at ");
	kt_expect_report("BUG: unable to handle page fault for address: 00000000, *pgd = 00000000 "
			 "(not present)");
	read_from(0);
}

KTEST(faults, a_member_of_null, STOP)
{
	kt_expect_stop(
		"page fault: write of 0000000c (NULL pointer): member at offset 12, error code");
	write_to(12);
}

KTEST(faults, an_array_at_null, STOP)
{
	kt_expect_stop(
		"page fault: read of 00005008 (NULL pointer): member at offset 20488, error");
	read_from(0x5008);
}

KTEST(faults, what_kmalloc_of_nothing_returned, STOP)
{
	char *nothing = kmalloc(0, GFP_KERNEL);

	kt_expect_stop("member at offset 16, or what kmalloc(0) returned, error");
	write_to((unsigned long)nothing);
}

KTEST(faults, a_list_entry_removed_twice, STOP)
{
	LIST_HEAD(head);
	struct list_head entry;

	list_add(&entry, &head);
	list_del(&entry);
	barrier();
	kt_expect_stop("page fault: write of 00000105 (NULL pointer): member at offset 261, or "
		       "->next of a list entry after its list_del(), error");
	list_del(&entry);
}

/* Above the direct map there is no page of HighMem, as subtracting PAGE_OFFSET would have it. */
KTEST(faults, an_address_above_the_direct_map_is_no_page, SHORT)
{
	static const unsigned long addresses[] = { PKMAP_BASE, KMAP_SLOT_VA, EARLY_MAP_VA };
	struct capture capture;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		capture_init(&capture, capture_text, CAPTURE_TEXT_SIZE);
		address_details_show(&capture.out, "", addresses[i]);
		kt_eq(capture_count(&capture, "*"), 1);
	}
}

/* --- below the kernel, and values that are no addresses -------------------------------------- */

KTEST(faults, an_address_of_a_user, STOP)
{
	kt_expect_stop("page fault: read of b8048000 (address below the kernel): a user's, a wild "
		       "pointer?, error");
	read_from(0xb8048000);
}

KTEST(faults, a_physical_address, STOP)
{
	kt_expect_stop("page fault: read of 00200010 (address below the kernel): a user's, the "
		       "physical one of pfn 512?, error");
	read_from(0x200010);
}

KTEST(faults, a_pointer_in_a_freed_object, STOP)
{
	kt_expect_stop("page fault: read of 6b6b6b7b (address below the kernel): bytes 6b: a "
		       "pointer in a freed object?, error");
	read_from(0x6b6b6b7b);
}

KTEST(faults, a_pointer_made_of_text, STOP)
{
	kt_expect_stop("page fault: write of 6c6c6568 (address below the kernel): text \"hell\": "
		       "was a pointer overwritten?, error");
	write_to(0x6c6c6568);
}

KTEST(faults, an_error_number, STOP)
{
	kt_expect_stop("page fault: read of fffffff4 (not mapped): error number -12, -ENOMEM: was "
		       "a return value not looked at?, error");
	read_from(-12UL);
}

/* --- the image ------------------------------------------------------------------------------- */

KTEST(faults, code_is_written, STOP)
{
	static char text[96];

	snprintf(text, sizeof(text),
		 "page fault: write of %08lx (write to read-only memory): code, panic+0x4, error",
		 (unsigned long)panic + 4);
	kt_expect_stop(text);
	kt_expect_report("  reserved: kernel image");
	write_to((unsigned long)panic + 4);
}

static const u32 a_constant[4] = { 1, 2, 3, 4 };

KTEST(faults, a_constant_is_written, STOP)
{
	kt_expect_stop("(write to read-only memory): constants (.rodata), a_constant+0x8, error");
	kt_expect_report(", *pgd = 0");
	kt_expect_report(" (page table, writable");
	kt_expect_report(" (page, read-only");
	write_to((unsigned long)&a_constant[2]);
}

KTEST(faults, data_is_executed, STOP)
{
	static const u8 ud2[] = { 0x0f, 0x0b };
	static u8 code[2];

	memcpy(code, ud2, sizeof(code));
	kt_expect_stop("?): .bss+0x");
	__asm__ volatile("jmp *%0" : : "r"(code));
}

KTEST(faults, an_object_is_executed, STOP)
{
	u8 *code = kmalloc(40, GFP_KERNEL);

	kt_assert(code);
	code[0] = 0x0f;
	code[1] = 0x0b;
	kt_expect_stop("?): slab of cache size-48, pfn ");
	kt_expect_report("no code at ");
	kt_expect_report("  cache: size-48, objects of 48 bytes, ");
	kt_expect_report(": byte 0 of object ");
	__asm__ volatile("jmp *%0" : : "r"(code));
}

KTEST(faults, init_code_is_called, STOP)
{
	kt_expect_stop(": __init code, ");
	((void (*)(void))(unsigned long)__init_text_begin)();
	barrier();
}

/* --- ranges of the kernel -------------------------------------------------------------------- */

KTEST(faults, page_0, STOP)
{
	kt_expect_stop("page fault: read of c0000004 (not mapped): physical page 0, which is left "
		       "out, error");
	kt_expect_report("pfn 0: ");
	read_from(PAGE_OFFSET + 4);
}

/* With HighMem, where the first page of that would be; the boot matrix has such machines. */
KTEST(faults, behind_lowmem, STOP)
{
	unsigned long end = PAGE_OFFSET + (max_low_pfn << PAGE_SHIFT);
	static char text[96];

	if (max_low_pfn == max_pfn)
		snprintf(text, sizeof(text), " (not mapped): behind lowmem, which ends at %08lx, e",
			 end);
	else
		snprintf(text, sizeof(text), ", that of pfn %lu of HighMem without kmap()?, error",
			 max_low_pfn);
	kt_expect_stop(text);
	read_from(end);
}

KTEST(faults, a_hole_of_mem_map, STOP)
{
	kt_expect_stop("page fault: write of fefffff4 (struct page of a frame that is not RAM: was "
		       "a bad address freed?): struct page of pfn 1048575, in the hole of pfns ");
	write_to((unsigned long)pfn_to_page(MAX_PFN_LIMIT - 1) + 4);
}

KTEST(faults, a_slot_that_is_not_mapped, STOP)
{
	kt_expect_stop("(not mapped): slot 1 of kmap_atomic(), CPU 0, which was never used, error");
	read_from(KMAP_SLOT_VA + KMAP_SLOT_BYTES);
}

KTEST(faults, run_over_a_slot, STOP)
{
	kt_expect_stop("(not mapped): the guard page behind slot 2 of kmap_atomic(), CPU 0, which "
		       "was never used: a run over its end?, error");
	write_to(KMAP_SLOT_VA + 2 * KMAP_SLOT_BYTES + PAGE_SIZE);
}

KTEST(faults, a_page_of_kmap, STOP)
{
	kt_expect_stop("(not mapped): an address of kmap() that never was mapped, error");
	write_to(PKMAP_BASE + 1000 * PAGE_SIZE + 4);
}

KTEST_STOP_WITH(faults, a_free_page, "debug_pagealloc page_owner")
{
	unsigned long va = __get_free_page(GFP_KERNEL);

	free_page(va);
	kt_expect_stop(" (use after free): free page of lowmem, pfn ");
	kt_expect_report("  block: pfn ");
	kt_expect_report("page last freed via order 0");
	write_to(va + 100);
}

KTEST(faults, a_window_of_the_boot, STOP)
{
	kt_expect_stop("(not mapped): window of early_map(), which paging_init() closes, error");
	read_from(EARLY_MAP_VA + 8);
}

KTEST(faults, nothing_is_there, STOP)
{
	kt_expect_stop("(not mapped): address that nothing has, error");
	read_from(FIXMAP_END);
}

/* --- callers' bugs that the fast paths do not look for --------------------------------------- */

KTEST(faults, an_object_of_no_cache, STOP)
{
	kt_expect_stop("BUG: kmem_cache_alloc: 0x00000000 is no cache (NULL: a "
		       "kmem_cache_create() that failed?)");
	kt_expect_report("BUG: unable to handle page fault for address: 0000000");
	kt_expect_report("] kmem_cache_alloc+0x");
	kt_true(!kmem_cache_alloc(NULL, GFP_KERNEL));
}

KTEST(faults, a_zeroed_object_of_no_cache, STOP)
{
	kt_expect_stop("BUG: kmem_cache_alloc: 0x00000000 is no cache (NULL: a ");
	kt_true(!kmem_cache_alloc(NULL, GFP_KERNEL | __GFP_ZERO));
}

static void unmap(unsigned long va)
{
	pte_t *table = phys_to_virt(swapper_pg_dir[va >> PGDIR_SHIFT] & PAGE_MASK);

	table[(va >> PAGE_SHIFT) % PTRS_PER_TABLE] = 0;
	invlpg(va);
}

/* Take the block of lowmem's last page away, as if the firmware's map had a hole there. Return: its
 * first address. */
static unsigned long make_hole(void)
{
	unsigned long pfn = ALIGN_DOWN(max_low_pfn - 1, MAX_ORDER_NR_PAGES), va;
	unsigned long end = (unsigned long)pfn_to_page(pfn + MAX_ORDER_NR_PAGES);

	mem_map_blocks[pfn / MAX_ORDER_NR_PAGES] = 0;
	for (va = (unsigned long)pfn_to_page(pfn); va < end; va += PAGE_SIZE)
		unmap(va);
	return PAGE_OFFSET + (pfn << PAGE_SHIFT);
}

KTEST(faults, the_free_of_an_address_in_a_hole, STOP)
{
	kt_expect_stop("BUG: kfree: an address in page 0xc");
	kfree((void *)(make_hole() + 8));
}

KTEST(faults, the_free_of_an_address_in_a_hole_to_a_cache, STOP)
{
	struct kmem_cache *cache = kmem_cache_create("t-fault", 32, 0, 0, NULL);

	kt_expect_stop("BUG: kmem_cache_free: an address in page 0xc");
	kmem_cache_free(cache, (void *)(make_hole() + 8));
}

/* --- stacks ---------------------------------------------------------------------------------- */

KTEST(faults, the_guard_page_of_the_stack, STOP)
{
	kt_expect_stop("(kernel stack overflow): guard page of the boot stack, error");
	read_from((unsigned long)boot_stack_guard + 8);
}

/* Each call has a frame of its own that the compiler cannot fold away. */
static __noinline u32 overrun(u32 depth)
{
	volatile u32 frame[64];

	frame[depth % 64] = depth;
	if (depth == 0xFFFFFFFF)
		return 0;
	return overrun(depth + 1) + frame[(depth + 1) % 64];
}

KTEST(faults, the_stack_is_overrun, STOP)
{
	kt_expect_stop("kernel stack overflow: esp ");
	kt_expect_report("BUG: unable to handle page fault for address: c0");
	kt_expect_report("*pte = 00000000 (not present)");
	kt_expect_report("Call trace:");
	kt_expect_report("] overrun+0x");
	kt_expect_report(" times more");
	kt_expect_report("] start_kernel+0x");
	sink = overrun(0);
}

static bool has_part(const char *text, size_t len, const char *part)
{
	size_t part_len = strlen(part);

	for (; len >= part_len; text++, len--)
		if (!memcmp(text, part, part_len))
			return true;
	return false;
}

/* A console that needs more stack than there is, wherever the name of a stack is printed. */
static void overrun_by_name(const char *text, size_t len)
{
	const struct kernel_stack *stack;

	for_each_case (stack, kernel_stacks)
		if (has_part(text, len, stack->name))
			sink = overrun(0);
}

/* Three stacks overrun, one after the other: the machine still says so, and stops. */
KTEST(faults, the_stack_of_the_report_is_overrun, STOP)
{
	kt_expect_stop(", of the boot stack");
	kt_expect_report("Kernel panic in a panic: kernel stack overflow: esp ");
	kt_expect_report(", of the stack of double faults");
	kt_expect_report("Third kernel panic, the end: kernel stack overflow: esp ");
	kt_expect_report(", of the second stack of double faults");
	printk_add_console(overrun_by_name);
	sink = overrun(0);
}

/* --- the tables ------------------------------------------------------------------------------ */

/* Set the entry of the 4 MiB around @va. */
static void set_pgd(unsigned long va, pte_t entry)
{
	swapper_pg_dir[va >> PGDIR_SHIFT] = entry;
	write_cr4(read_cr4() & ~CR4_PGE);
	write_cr3(read_cr3());
}

KTEST(faults, a_reserved_bit, STOP)
{
	kt_expect_stop("(reserved bit set in a page table): window of early_map()");
	kt_expect_report(", *pgd = 00200083 (4 MiB page, writable)");
	set_pgd(EARLY_MAP_VA, _PAGE_PRESENT | _PAGE_RW | _PAGE_PSE | 0x200000);
	read_from(EARLY_MAP_VA);
}

KTEST(faults, a_table_that_cannot_be_one, STOP)
{
	kt_expect_stop("(not mapped): window of early_map()");
	kt_expect_report("*pgd = ddddd021 (page table outside of lowmem, damaged?, read-only");
	set_pgd(EARLY_MAP_VA, 0xddddd000 | _PAGE_PRESENT);
	read_from(EARLY_MAP_VA);
}

/* A table that was changed without a flush can be found so. */
KTEST(faults, what_is_mapped_by_now, SHORT)
{
	struct capture capture;

	capture_init(&capture, capture_text, sizeof(capture_text));
	page_fault_cause_show(&capture.out, (unsigned long)boot_stack, 0);
	kt_str_eq(capture_text,
		  "(mapped by now: was the TLB not flushed?): boot stack, 16384 bytes "
		  "below its top");
}

/* --- exceptions that are no page faults ------------------------------------------------------ */

KTEST(faults, a_segment_of_nothing, STOP)
{
	kt_expect_stop("general protection fault (vector 13), error code 1230, at ");
	kt_expect_report(": entry 582 of the GDT");
	__asm__ volatile("movw %w0, %%fs" : : "r"(0x1230));
}

KTEST(faults, a_local_segment, STOP)
{
	kt_expect_stop(": entry 2 of the LDT");
	__asm__ volatile("movw %w0, %%fs" : : "r"(0x14));
}

/* --- faults in the report itself ------------------------------------------------------------- */

/* Without mem_map what is behind lowmem cannot be said. */
KTEST(faults, the_explanation_faults, STOP)
{
	kt_expect_stop("page fault, cr2 ");
	kt_expect_report("; to explain it led to: page fault, cr2 fe");
	kt_expect_report("Kernel panic in a panic: page fault, cr2 fe");
	kt_expect_report("] eax ");
	kt_expect_report(" read_from+0x");
	set_pgd(VMEMMAP_START, 0);
	read_from(PAGE_OFFSET + (max_low_pfn << PAGE_SHIFT));
}

/* The text of a panic is what faults. */
KTEST(faults, a_message_with_a_wild_string, STOP)
{
	const char *volatile wild = (const char *)0x6b6b6b6b;

	kt_expect_stop("Kernel panic: the end of ");
	kt_expect_report("Kernel panic in a panic: page fault: read of 6b6b6b6b (address below the "
			 "kernel): bytes 6b: ");
	kt_expect_report(" vformat+0x");
	panic("the end of %s", wild);
}

/* A console that faults at a certain character. */
static void fault_at_mark(const char *text, size_t len)
{
	if (len && text[len - 1] == '!')
		read_from(8);
}

static void fault_at_plus(const char *text, size_t len)
{
	if (has_part(text, len, "+0x"))
		read_from(8);
}

KTEST(faults, the_printing_faults, STOP)
{
	kt_expect_stop("the first!");
	kt_expect_report("Kernel panic in a panic: page fault: read of 00000008 (NULL pointer)");
	kt_expect_report("] panic+0x");
	printk_add_console(fault_at_mark);
	panic("the first!");
}

/* Each line of the report, and the third one is the last. */
KTEST(faults, the_printing_faults_each_time, STOP)
{
	kt_expect_stop("the first!");
	kt_expect_report("Kernel panic in a panic: page fault: read of 00000008 (NULL pointer)");
	kt_expect_report("Third kernel panic, the end: page fault: read of 00000008 (NULL ");
	printk_add_console(fault_at_plus);
	panic("the first!");
}
