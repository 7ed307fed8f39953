/* SPDX-License-Identifier: 0BSD
 *
 * paging.c - the final page tables: what is mapped, how, and what must not be (invariants T1-T7).
 */
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/mm_limits.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <boot/monitor/leaks.h>
#include <boot/monitor/monitor.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/kfence.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <mm/page_info.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "../mm/page_stock.h"

#define UNUSED_FIXMAP_VA FIXMAP_START

static unsigned long direct(unsigned long pfn)
{
	return PAGE_OFFSET + (pfn << PAGE_SHIFT);
}

static bool is_taken_out(unsigned long pfn)
{
	return (debug_pagealloc_enabled() && page_is_free(pfn)) || kfence_is_unmapped(direct(pfn));
}

/* Flags of the mapping of @va; 0 if there is none. */
static pte_t flags_of(unsigned long va)
{
	phys_addr_t phys;
	pte_t flags;

	return kernel_page_lookup(va, &phys, &flags) ? flags : 0;
}

static bool any_page_has(const char *start, const char *end, pte_t flag, pte_t wanted)
{
	for (; start < end; start += PAGE_SIZE)
		if ((flags_of((unsigned long)start) & flag) == wanted)
			return true;
	return false;
}

/* The page table that mapping @va has left: arch_unmap_kernel() keeps tables. */
static void drop_table(unsigned long va)
{
	pte_t *pgd = &swapper_pg_dir[va >> PGDIR_SHIFT];
	unsigned long table = (unsigned long)phys_to_virt(*pgd & PAGE_MASK);

	*pgd = 0;
	free_page(table);
}

/* With debug_pagealloc a free page is not mapped. */
KTEST(paging, lowmem_maps_to_itself, SHORT)
{
	unsigned long pfn;
	phys_addr_t phys;
	pte_t flags;

	for (pfn = 1; pfn < max_low_pfn; pfn++) {
		if (stack_of_guard(direct(pfn)))
			continue;
		if (kernel_page_lookup(direct(pfn), &phys, &flags)
			    ? phys == PFN_PHYS(pfn) && !is_taken_out(pfn)
			    : is_taken_out(pfn))
			continue;
		kt_fail("pfn %lu is not mapped at %08lx, or should not be", pfn, direct(pfn));
		return;
	}
}

KTEST(paging, nothing_above_lowmem, SHORT)
{
	unsigned long end = max(direct(max_low_pfn), (unsigned long)_end), va;

	kt_eq(vmalloc_start() - end, VMALLOC_OFFSET);
	for (va = end; va < vmalloc_start(); va += PAGE_SIZE) {
		if (!flags_of(va))
			continue;
		kt_fail("%08lx is mapped, lowmem and the image end at %08lx", va, end);
		return;
	}
}

/* Nobody asks for an area before the screen does. */
KTEST(paging, the_screen_gathers_writes, SHORT)
{
	pte_t type = cpuid_features() & CPUID_PAT ? _PAGE_PWT : _PAGE_PCD | _PAGE_PWT;
	phys_addr_t phys;
	pte_t flags;

	if (!boot_info.has_framebuffer || !screen_rows())
		kt_skip("no framebuffer");
	kt_assert(kernel_page_lookup(vmalloc_start(), &phys, &flags));
	kt_eq(phys, boot_info.framebuffer.addr & ~(u64)(PAGE_SIZE - 1));
	kt_eq(flags & (_PAGE_PCD | _PAGE_PWT | _PAGE_RW), type | _PAGE_RW);
}

/* Intel SDM vol. 3, table 11-10: 6 is write-back, 1 write-combining, 0 not cached. */
KTEST(paging, memory_types, SHORT)
{
	u64 types;

	if (!(cpuid_features() & CPUID_PAT))
		kt_skip("this CPU has no PAT");
	types = rdmsr(MSR_PAT);
	kt_eq(types & 0xFF, 6);
	kt_eq(types >> 8 & 0xFF, 1);
	kt_eq(types >> 24 & 0xFF, 0);
}

KTEST(paging, the_identity_map_is_gone, SHORT)
{
	unsigned long i;

	for (i = 0; i < PAGE_OFFSET / PGDIR_SIZE; i++)
		kt_eq(swapper_pg_dir[i], 0);
}

KTEST(paging, page_zero_is_absent_at_both_addresses, SHORT)
{
	kt_eq(flags_of(0), 0);
	kt_eq(flags_of(PAGE_OFFSET), 0);
}

KTEST(paging, the_guards_of_stacks_are_absent_and_the_stacks_are_not, SHORT)
{
	const struct kernel_stack *stack;

	for_each_case (stack, kernel_stacks) {
		kt_case(stack->name);
		kt_eq(flags_of((unsigned long)stack->guard), 0);
		kt_eq(stack->start - stack->guard, (long)PAGE_SIZE);
		kt_true(stack->end - stack->start >= 2 * (long)PAGE_SIZE);
		kt_false(any_page_has(stack->start, stack->end, _PAGE_RW, 0));
		kt_ptr_eq(stack_of_guard((unsigned long)stack->start - 1), stack);
		kt_true(stack_of_guard((unsigned long)stack->guard - 1) != stack);
		kt_ptr_eq(stack_of_guard((unsigned long)stack->start), NULL);
	}
}

KTEST(paging, code_is_read_only, SHORT)
{
	kt_false(any_page_has(_start, _etext, _PAGE_RW, _PAGE_RW));
}

KTEST(paging, constants_are_read_only, SHORT)
{
	kt_false(any_page_has(_srodata, _erodata, _PAGE_RW, _PAGE_RW));
}

KTEST(paging, data_is_writable, SHORT)
{
	const char *page;

	for (page = __init_data_end; page < _end; page += PAGE_SIZE)
		if (!stack_of_guard((unsigned long)page))
			kt_true(flags_of((unsigned long)page) & _PAGE_RW);
}

KTEST(paging, freed_init_pages_are_writable, SHORT)
{
	if (debug_pagealloc_enabled())
		kt_skip("they are not mapped");
	kt_false(any_page_has(__init_text_begin, __init_text_end, _PAGE_RW, 0));
	kt_false(any_page_has(__init_data_begin, __init_data_end, _PAGE_RW, 0));
}

KTEST(paging, the_cpu_obeys_read_only_and_global_pages, SHORT)
{
	kt_true(read_cr0() & CR0_WP);
	kt_true(read_cr4() & CR4_PSE);
	kt_eq(!(read_cr4() & CR4_PGE), !(cpuid_features() & CPUID_PGE));
	kt_eq(read_cr3(), virt_to_phys(swapper_pg_dir));
}

/* What paging_init() mapped in small pages has a table of bootmem's. */
static bool was_split(pte_t pgd)
{
	return !(pgd & _PAGE_PSE) && !PageReserved(pfn_to_page(PFN_DOWN(pgd)));
}

/* A whole 4 MiB inside lowmem, past the image, is one large page, unless single pages come and go
 * (debug_pagealloc, a pool of kfence now or formerly); one that lowmem ends in is not. */
KTEST(paging, large_pages_inside_small_pages_at_the_edges, SHORT)
{
	pte_t global = cpuid_features() & CPUID_PGE ? _PAGE_GLOBAL : 0;
	unsigned long chunk, image_end = (unsigned long)_end;

	for (chunk = 0; direct((chunk + 1) * PTRS_PER_TABLE) <= direct(max_low_pfn); chunk++) {
		unsigned long va = direct(chunk * PTRS_PER_TABLE);
		pte_t pgd = swapper_pg_dir[va >> PGDIR_SHIFT];

		kt_eq(!(pgd & _PAGE_PSE),
		      va < image_end || debug_pagealloc_enabled() || was_split(pgd));
		if (pgd & _PAGE_PSE)
			kt_eq(pgd & _PAGE_GLOBAL, global);
	}
	if (max_low_pfn % PTRS_PER_TABLE)
		kt_eq(swapper_pg_dir[direct(max_low_pfn) >> PGDIR_SHIFT] & _PAGE_PSE, 0);
}

KTEST(paging, the_fixmap_has_its_table_and_an_empty_slot, SHORT)
{
	kt_true(swapper_pg_dir[FIXMAP_START >> PGDIR_SHIFT] & _PAGE_PRESENT);
	kt_eq(flags_of(KMAP_SLOT_VA), 0);
	kt_eq(flags_of(FIXMAP_END), 0);
}

KTEST(paging, map_and_unmap_one_page, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	volatile u32 *window = (volatile u32 *)UNUSED_FIXMAP_VA;

	kt_assert(page);
	*(u32 *)page_address(page) = 0x12345678;
	kt_eq(arch_map_kernel(UNUSED_FIXMAP_VA, page_to_pfn(page), 1, PROT_KERNEL_RW), 0);
	kt_eq(*window, 0x12345678);
	*window = 0x87654321;
	kt_eq(*(u32 *)page_address(page), 0x87654321);
	arch_unmap_kernel(UNUSED_FIXMAP_VA, 1);
	kt_eq(flags_of(UNUSED_FIXMAP_VA), 0);
	__free_page(page);
}

KTEST(paging, mapping_again_replaces_and_flushes, SHORT)
{
	struct page *pages = alloc_pages(GFP_KERNEL, 1);
	volatile u32 *window = (volatile u32 *)UNUSED_FIXMAP_VA;
	unsigned int i;

	kt_assert(pages);
	for (i = 0; i < 2; i++) {
		*(u32 *)page_address(pages + i) = i + 1;
		kt_eq(arch_map_kernel(UNUSED_FIXMAP_VA, page_to_pfn(pages + i), 1, PROT_KERNEL_RO),
		      0);
		kt_eq(*window, i + 1); /* a stale TLB entry would still show the first page */
	}
	kt_eq(flags_of(UNUSED_FIXMAP_VA) & _PAGE_RW, 0);
	arch_unmap_kernel(UNUSED_FIXMAP_VA, 1);
	__free_pages(pages, 1);
}

KTEST(paging, a_range_is_mapped_page_by_page_in_order, SHORT)
{
	struct page *pages = alloc_pages(GFP_KERNEL, 2);
	phys_addr_t phys;
	pte_t flags;
	unsigned long i;

	kt_assert(pages);
	kt_eq(arch_map_kernel(UNUSED_FIXMAP_VA, page_to_pfn(pages), 4, PROT_KERNEL_RW), 0);
	for (i = 0; i < 4; i++) {
		kt_true(kernel_page_lookup(UNUSED_FIXMAP_VA + i * PAGE_SIZE + 5, &phys, &flags));
		kt_eq(phys, page_to_phys(pages + i) + 5);
	}
	arch_unmap_kernel(UNUSED_FIXMAP_VA, 4);
	__free_pages(pages, 2);
}

KTEST(paging, without_memory_for_a_table_nothing_is_mapped, SHORT)
{
	unsigned long va = VMEMMAP_START - PGDIR_SIZE;
	struct page_stock stock;
	int err;

	page_stock_init(&stock);
	page_stock_drain(&stock, GFP_KERNEL);
	err = arch_map_kernel(va, 0, 1, PROT_KERNEL_RW);
	page_stock_free(&stock);
	kt_eq(err, -ENOMEM);
	kt_eq(swapper_pg_dir[va >> PGDIR_SHIFT], 0);
}

/* A table stays, but is no leak: the test takes it away by hand. */
KTEST(paging, a_table_is_known_to_leaks_and_to_page, SHORT)
{
	const unsigned long va = VMEMMAP_START - PGDIR_SIZE;
	static struct leaks_count base;
	unsigned long tables = kernel_nr_tables(NULL), pfn;
	struct capture captured;
	char line[64];

	kt_eq(swapper_pg_dir[va >> PGDIR_SHIFT], 0);
	base = leaks_base;
	leaks_mark("the test began");
	kt_assert(arch_map_kernel(va, 0, 1, PROT_KERNEL_RW) == 0);
	pfn = PFN_DOWN(swapper_pg_dir[va >> PGDIR_SHIFT]);
	kt_eq(kernel_nr_tables(NULL), tables + 1);
	kt_eq(kernel_table_at(pfn), va);
	kt_eq(kernel_table_at(0), 0);

	capture_init(&captured, capture_text, sizeof(capture_text));
	snprintf(line, sizeof(line), "leaks;page %lu", pfn);
	kt_eq(monitor_run_to(&captured.out, line, false), 0);
	kt_eq(capture_count(&captured, "  page tables among them: *, were * (+1)"), 1);
	kt_eq(capture_count(&captured, "nothing leaked"), 1);
	kt_eq(capture_count(&captured, "  page table of 0xfdc00000-0xfdffffff"), 1);

	arch_unmap_kernel(va, 1);
	swapper_pg_dir[va >> PGDIR_SHIFT] = 0;
	free_page((unsigned long)phys_to_virt(PFN_PHYS(pfn)));
	leaks_base = base;
}

KTEST(paging, unmapping_what_has_no_table_is_nothing, SHORT)
{
	arch_unmap_kernel(VMEMMAP_START - PGDIR_SIZE, 1);
	kt_eq(swapper_pg_dir[(VMEMMAP_START - PGDIR_SIZE) >> PGDIR_SHIFT], 0);
}

/* All of the space between lowmem and the last page may be mapped, also its ends. */
KTEST(paging, the_ends_of_what_may_be_mapped, SHORT)
{
	const unsigned long ends[] = { vmalloc_start(), FIXMAP_END - PAGE_SIZE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		bool had_table = swapper_pg_dir[ends[i] >> PGDIR_SHIFT] != 0;

		if (flags_of(ends[i])) /* the screen */
			continue;
		kt_assert(arch_map_kernel(ends[i], MAX_PFN_LIMIT - 1, 1, PROT_KERNEL_RO) == 0);
		kt_true(flags_of(ends[i]));
		arch_unmap_kernel(ends[i], 1);
		kt_eq(flags_of(ends[i]), 0);
		if (!had_table)
			drop_table(ends[i]);
	}
}

static void expect_range(const char *func, const char *start, const char *rest)
{
	static char text[64];

	snprintf(text, sizeof(text), "BUG: %s %08lx%s", func, (unsigned long)start, rest);
	kt_expect_stop(text);
}

KTEST(paging, stop_map_the_last_page_of_all, STOP)
{
	kt_expect_stop("BUG: arch_map_kernel: va fffff000, 1 pages: ");
	arch_map_kernel(0xfffff000, 1, 1, PROT_KERNEL_RW);
}

KTEST(paging, stop_map_over_the_top, STOP)
{
	kt_expect_stop("BUG: arch_map_kernel: va ffffe000, 2 pages: ");
	arch_map_kernel(0xffffe000, 1, 2, PROT_KERNEL_RW);
}

KTEST(paging, stop_map_below_what_may_be_mapped, STOP)
{
	unsigned long va = vmalloc_start() - PAGE_SIZE;

	expect_range("arch_map_kernel: va", (char *)va, ", 2 pages: ");
	arch_map_kernel(va, 1, 2, PROT_KERNEL_RW);
}

KTEST(paging, stop_map_over_the_kernel, STOP)
{
	expect_range("arch_map_kernel: va", _start, ", 1 pages: ");
	arch_map_kernel((unsigned long)_start, 1, 1, PROT_KERNEL_RW);
}

/* The free page before the mapped part of mem_map does not make the rest free. */
KTEST(paging, stop_map_a_run_into_mem_map, STOP)
{
	kt_expect_stop("va fe000000, ");
	arch_map_kernel(VMEMMAP_START - PAGE_SIZE, 1, 2, PROT_KERNEL_RW);
}

KTEST(paging, stop_map_over_a_slot_in_use, STOP)
{
	kt_eq(arch_map_kernel(KMAP_SLOT_VA, 300, 1, PROT_KERNEL_RW), 0);
	kt_expect_stop("f000, 1 pages: a slot of kmap_atomic() is there");
	arch_map_kernel(KMAP_SLOT_VA, 300, 1, PROT_KERNEL_RW);
}

KTEST(paging, stop_read_only_by_halves, STOP)
{
	expect_range("set_memory_ro:", _start + 1, "-");
	set_memory_ro(_start + 1, _start + 0x2000);
}

KTEST(paging, stop_writable_backwards, STOP)
{
	expect_range("set_memory_rw:", _start + 0x1000, "-");
	set_memory_rw(_start + 0x1000, _start);
}

/* Its pages are not where the direct map would put them. */
KTEST(paging, stop_mem_map_read_only, STOP)
{
	kt_expect_stop("BUG: set_memory_ro: fe000000-fe001000");
	set_memory_ro((char *)VMEMMAP_START, (char *)VMEMMAP_START + PAGE_SIZE);
}

KTEST(paging, stop_the_guard_page_stays_away, STOP)
{
	kt_expect_stop("is not mapped in 4 KiB pages");
	set_memory_rw(boot_stack_guard, boot_stack);
}

KTEST_STOP_BOOT(paging, stop_no_early_window_after_paging_init)
{
	kt_expect_stop("BUG: early_map: 0000001000, 4096 bytes");
	early_map(0x1000, PAGE_SIZE);
}

KTEST_STOP_BOOT(paging, stop_paging_init_twice)
{
	kt_expect_stop("BUG: paging_init: ");
	paging_init(max_low_pfn);
}

/* --- the checker ----------------------------------------------------------------------------- */

/* Set an entry that nothing uses to @value: @id is broken then, and nothing before and after. */
static void break_entry(pte_t *entry, pte_t value, const char *id)
{
	struct mm_check check = { 0 };
	pte_t good = *entry;

	kt_eq(mm_check(&check), 0);
	*entry = value;
	mm_check(&check);
	*entry = good;
	kt_str_eq(check.first, id);
	kt_eq(check.nr, 1);
}

/* The entry of @va, which lies in the first 4 MiB of lowmem. */
static pte_t *low_entry(unsigned long va)
{
	pte_t *table = phys_to_virt(swapper_pg_dir[PAGE_OFFSET >> PGDIR_SHIFT] & PAGE_MASK);

	return &table[(va - PAGE_OFFSET) >> PAGE_SHIFT];
}

KTEST(pgtable_check, t1_something_below_page_offset_is_present, SHORT)
{
	break_entry(&swapper_pg_dir[0], _PAGE_PRESENT, "T1");
	break_entry(&swapper_pg_dir[(PAGE_OFFSET >> PGDIR_SHIFT) - 1], _PAGE_PRESENT, "T1");
}

/* The window of a VGA that shows graphics, which it does not. */
KTEST(pgtable_check, t2_a_page_of_lowmem_is_another_one, SHORT)
{
	pte_t *entry = low_entry(direct(0xa0));

	break_entry(entry, *entry + PAGE_SIZE, "T2");
	break_entry(entry, 0, "T2");
}

KTEST(pgtable_check, t3_code_or_constants_are_writable, SHORT)
{
	const unsigned long inside[] = { (unsigned long)_start, (unsigned long)_etext - 1,
					 (unsigned long)_srodata, (unsigned long)_erodata - 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(inside); i++) {
		pte_t *entry = low_entry(inside[i]);

		break_entry(entry, *entry | _PAGE_RW, "T3");
	}
}

KTEST(pgtable_check, t4_page_0_or_a_stack_guard_is_there, SHORT)
{
	const struct kernel_stack *stack;

	break_entry(low_entry(PAGE_OFFSET), _PAGE_PRESENT, "T4");
	for_each_case (stack, kernel_stacks)
		break_entry(low_entry((unsigned long)stack->guard),
			    (pte_t)virt_to_phys(stack->guard) | _PAGE_PRESENT, "T4");
}

KTEST(pgtable_check, t5_a_free_page_is_mapped, SHORT)
{
	struct mm_check check = { 0 };
	struct page *page;

	if (!debug_pagealloc_enabled())
		kt_skip("debug_pagealloc is off");
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	__free_page(page);
	kt_false(map_lowmem_pages(page_to_pfn(page), 1, true));
	kt_eq(mm_check(&check), 1);
	kt_str_eq(check.first, "T5");
	kt_true(map_lowmem_pages(page_to_pfn(page), 1, false));
	kt_eq(mm_check(&check), 0);
}

KTEST(pgtable_check, t6_something_is_behind_what_may_be_mapped, SHORT)
{
	pte_t *end = phys_to_virt(swapper_pg_dir[PTRS_PER_TABLE - 1] & PAGE_MASK);
	unsigned long behind = ALIGN_UP(direct(max_low_pfn), PGDIR_SIZE);

	break_entry(&end[PTRS_PER_TABLE - 1], 0x200000 | _PAGE_PRESENT, "T6");
	if (max_low_pfn > PTRS_PER_TABLE)
		break_entry(&swapper_pg_dir[behind >> PGDIR_SHIFT],
			    0x800000 | _PAGE_PSE | _PAGE_PRESENT, "T6");
}

KTEST(pgtable_check, t7_a_page_is_a_users_or_code_is_writable_elsewhere, SHORT)
{
	pte_t *fixmap = phys_to_virt(swapper_pg_dir[FIXMAP_START >> PGDIR_SHIFT] & PAGE_MASK);
	pte_t *low = low_entry(direct(0xb8));
	static const pte_t writable = _PAGE_PRESENT | _PAGE_RW; /* a constant itself */

	break_entry(low, *low | _PAGE_USER, "T7");
	break_entry(fixmap, (pte_t)virt_to_phys(_start) | writable, "T7");
	break_entry(fixmap, (pte_t)ALIGN_DOWN(virt_to_phys(&writable), PAGE_SIZE) | writable, "T7");
}

/* Reading is as bad as writing, and page_poison would not see it. */
KTEST_STOP_WITH(page_debug, stop_read_after_free, "debug_pagealloc page_owner")
{
	volatile u32 *word = (volatile u32 *)__get_free_page(GFP_KERNEL);

	if (!debug_pagealloc_enabled())
		kt_skip("debug_pagealloc is off");
	free_page((unsigned long)word);
	kt_expect_stop("page fault: read of ");
	kt_expect_report("(use after free): free page of lowmem");
	kt_expect_report("page last allocated via order 0, gfp_mask 0xcc0(GFP_KERNEL)");
	kt_expect_report("page last freed via order 0");
	kt_eq(word[3], 0);
}

KTEST_STOP_WITH(page_debug, stop_write_after_free, "debug_pagealloc")
{
	volatile u32 *word = (volatile u32 *)__get_free_pages(GFP_KERNEL, 3);

	if (!debug_pagealloc_enabled())
		kt_skip("debug_pagealloc is off");
	free_pages((unsigned long)word, 3);
	kt_expect_stop("page fault: write of ");
	word[8 * PAGE_SIZE / sizeof(*word) - 1] = 0;
}
