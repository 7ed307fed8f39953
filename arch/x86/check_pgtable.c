/* SPDX-License-Identifier: 0BSD
 *
 * check_pgtable.c - compare the page directory with the invariants of pgtable.c.
 */
#include <asm/mm_limits.h>
#include <asm/pgd.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <lib/align.h>
#include <mm/kfence.h>
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
	{ "T6", "behind lowmem and at the end of all addresses nothing is present" },
	{ "T7", "no page is a user's, and no second address makes code and constants writable" },
	{ "T8", "a user's directory has the kernel's entries, and below them none that is not a "
		"user's" },
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
	return va == PAGE_OFFSET || stack_of_guard(va) || is_taken_out(va) ||
	       kfence_is_unmapped(va);
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

static bool overlaps(unsigned long phys, unsigned long size, const char *start, const char *end)
{
	return phys < virt_to_phys(end) && phys + size > virt_to_phys(start);
}

/* An @entry that maps the @size bytes at @va. Return: false after a violation. */
static bool check_entry(struct mm_check *check, unsigned long va, pte_t entry, unsigned long size)
{
	unsigned long phys = ALIGN_DOWN(entry, size);
	unsigned long low_end = vmalloc_start() - VMALLOC_OFFSET;
	bool is_constant = overlaps(phys, size, _start, _etext) ||
			   overlaps(phys, size, _srodata, _erodata);

	if ((va >= low_end && va < vmalloc_start()) || va >= FIXMAP_END)
		mm_violation(check, "T6", "%08lx: entry %08lx", va, (unsigned long)entry);
	else if (entry & _PAGE_USER)
		mm_violation(check, "T7", "%08lx: entry %08lx is a user's", va,
			     (unsigned long)entry);
	else if (va >= low_end && (entry & _PAGE_RW) && is_constant)
		mm_violation(check, "T7", "%08lx: entry %08lx is writable, and code or constants",
			     va, (unsigned long)entry);
	else
		return true;
	return false;
}

/* The entries of the table that is at @pgd, for the 4 MiB from @va on. */
static bool check_table(struct mm_check *check, unsigned long va, pte_t pgd)
{
	const pte_t *table = phys_to_virt(pgd & PAGE_MASK);
	unsigned int i;

	for (i = 0; i < PTRS_PER_TABLE; i++, va += PAGE_SIZE)
		if ((table[i] & _PAGE_PRESENT) && !check_entry(check, va, table[i], PAGE_SIZE))
			return false;
	return true;
}

/* As for lowmem, the first entry that is wrong is enough. */
static void check_entries(struct mm_check *check)
{
	unsigned long i, va;
	bool right = true;

	for (i = PAGE_OFFSET >> PGDIR_SHIFT; right && i < PTRS_PER_TABLE; i++) {
		pte_t pgd = swapper_pg_dir[i];

		va = i << PGDIR_SHIFT;
		if (!(pgd & _PAGE_PRESENT))
			continue;
		if (pgd & _PAGE_PSE)
			right = check_entry(check, va, pgd, PGDIR_SIZE);
		else if (PFN_DOWN(pgd) < max_low_pfn)
			right = check_table(check, va, pgd);
	}
}

/* Is @entry, of either level, absent or a user's? */
static bool is_users(pte_t entry)
{
	return !(entry & _PAGE_PRESENT) || (entry & (_PAGE_USER | _PAGE_GLOBAL)) == _PAGE_USER;
}

static bool users_table_is_right(pte_t pgd)
{
	const pte_t *table = phys_to_virt(pgd & PAGE_MASK);
	unsigned int i;

	for (i = 0; i < PTRS_PER_TABLE; i++)
		if (!is_users(table[i]))
			return false;
	return true;
}

static bool users_entry_is_right(pte_t pgd)
{
	return is_users(pgd) && (!(pgd & _PAGE_PRESENT) || users_table_is_right(pgd));
}

static void bad_entry(struct mm_check *check, const pte_t *pgd, unsigned long i)
{
	mm_violation(check, "T8", "directory %p, %08lx: entry %08lx", (const void *)pgd,
		     i << PGDIR_SHIFT, (unsigned long)pgd[i]);
}

static void check_users(struct mm_check *check, const pte_t *pgd)
{
	unsigned long i, first = PAGE_OFFSET >> PGDIR_SHIFT;

	for (i = 0; i < first; i++)
		if (!users_entry_is_right(pgd[i])) {
			bad_entry(check, pgd, i);
			return;
		}
	for (i = first; i < PTRS_PER_TABLE; i++)
		if (pgd[i] != swapper_pg_dir[i]) {
			bad_entry(check, pgd, i);
			return;
		}
}

static void pgtable_check(struct mm_check *check)
{
	const pte_t *pgd;
	unsigned int i;

	check_user_half(check);
	check_lowmem(check);
	if (debug_pagealloc_enabled())
		check_free_pages(check);
	check_read_only(check, _start, _etext);
	check_read_only(check, _srodata, _erodata);
	check_entries(check);
	check_absent(check, PAGE_OFFSET);
	for (pgd = pgd_next(NULL); pgd; pgd = pgd_next(pgd))
		check_users(check, pgd);
	for (i = 0; i < NR_KERNEL_STACKS; i++)
		check_absent(check, (unsigned long)kernel_stacks[i].guard);
}

const struct mm_checker pgtable_checker = { "pgtable", pgtable_invariants, pgtable_check, NULL };
