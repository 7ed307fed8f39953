/* SPDX-License-Identifier: 0BSD
 *
 * check_pgtable.c - compare the page directory with the invariants of pgtable.c.
 */
#include <asm/mm_limits.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>
#include <mm/page_debug.h>
#include <mm/page_info.h>

static const struct mm_invariant pgtable_invariants[] = {
	{ "T1", "nothing below PAGE_OFFSET is present" },
	{ "T2", "lowmem maps to itself minus PAGE_OFFSET" },
	{ "T3", "code and constants are not writable" },
	{ "T4", "page 0 and the stack guards are absent" },
	{ "T5", "with debug_pagealloc a free page is absent" },
	{ NULL, NULL },
};

static void check_user_half(struct mm_check *check)
{
	unsigned long i;

	for (i = 0; i < PAGE_OFFSET >> PGDIR_SHIFT; i++)
		if (swapper_pg_dir[i] & _PAGE_PRESENT)
			mm_violation(check, "T1", "%08lx: directory entry %08lx", i << PGDIR_SHIFT,
				     (unsigned long)swapper_pg_dir[i]);
}

/* Is the page of lowmem at @va not mapped, because it is free? */
static bool is_taken_out(unsigned long va)
{
	return debug_pagealloc_enabled() && page_is_free(PFN_DOWN(va - PAGE_OFFSET));
}

static bool is_left_out(unsigned long va)
{
	return va == PAGE_OFFSET || stack_of_guard(va) || is_taken_out(va);
}

/* The first page that is wrong is enough: after a wrong table there are a thousand. */
static void check_lowmem(struct mm_check *check)
{
	unsigned long va, end = PAGE_OFFSET + (max_low_pfn << PAGE_SHIFT);
	phys_addr_t phys = 0;
	pte_t flags = 0;

	for (va = PAGE_OFFSET; va < end; va += flags & _PAGE_PSE ? PGDIR_SIZE : PAGE_SIZE) {
		bool mapped = kernel_page_lookup(va, &phys, &flags);

		if (mapped ? phys == va - PAGE_OFFSET : is_left_out(va))
			continue;
		mm_violation(check, "T2", "%08lx is %smapped to %010llx", va, mapped ? "" : "not ",
			     mapped ? phys : va - PAGE_OFFSET);
		return;
	}
}

static void check_free_pages(struct mm_check *check)
{
	unsigned long va, end = PAGE_OFFSET + (max_low_pfn << PAGE_SHIFT);
	phys_addr_t phys;
	pte_t flags;

	for (va = PAGE_OFFSET; va < end; va += PAGE_SIZE)
		if (is_taken_out(va) && kernel_page_lookup(va, &phys, &flags)) {
			mm_violation(check, "T5", "%08lx is mapped, and its page is free", va);
			return;
		}
}

static void check_read_only(struct mm_check *check, const char *start, const char *end)
{
	unsigned long va = (unsigned long)start;
	phys_addr_t phys;
	pte_t flags;

	for (; va < (unsigned long)end; va += PAGE_SIZE)
		if (kernel_page_lookup(va, &phys, &flags) && (flags & _PAGE_RW)) {
			mm_violation(check, "T3", "%08lx is writable", va);
			return;
		}
}

static void check_absent(struct mm_check *check, unsigned long va)
{
	phys_addr_t phys;
	pte_t flags;

	if (kernel_page_lookup(va, &phys, &flags))
		mm_violation(check, "T4", "%08lx is mapped to %010llx", va, phys);
}

static void pgtable_check(struct mm_check *check)
{
	unsigned int i;

	check_user_half(check);
	check_lowmem(check);
	if (debug_pagealloc_enabled())
		check_free_pages(check);
	check_read_only(check, _start, _etext);
	check_read_only(check, _srodata, _erodata);
	check_absent(check, PAGE_OFFSET);
	for (i = 0; i < NR_KERNEL_STACKS; i++)
		check_absent(check, (unsigned long)kernel_stacks[i].guard);
}

const struct mm_checker pgtable_checker = { "pgtable", pgtable_invariants, pgtable_check, NULL };
