/* SPDX-License-Identifier: 0BSD
 *
 * pgd.c - page directories of users: what is theirs below PAGE_OFFSET, and the kernel's part.
 *
 * 1. Concepts    Each has the kernel's entries of swapper_pg_dir, so page tables of the kernel are
 *                everybody's, and what is mapped through them is seen everywhere at once. Only an
 *                entry that is new, or another one (a table that is made, a large page that is
 *                split), has to be copied: pgtable.c says so to pgd_sync().
 * 2. Data        The directories are chained through page->lru of their pages. A mapped page has a
 *                reference for each mapping (get_page()).
 * 3. TLB         The kernel's pages are global, where the CPU has that, and survive a switch; a
 *                user's are not (Intel SDM vol. 3, 4.10.2.4). What is changed in a directory that
 *                is not in use is in no TLB.
 * 4. Invariant   T8 (check_pgtable.c, with the others of pgtable.c)
 * 5. Locking     Interrupts are off while the chain changes or is walked. One CPU.
 * 6. Not done    Pages of devices, which have no struct page; 4 MiB pages; copy on write, which
 *                page_fault.c lets a kernel build.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/pgd.h>
#include <lib/errno.h>
#include <lib/list.h>
#include <lib/string.h>
#include <mm/compound.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>

#define FIRST_KERNEL_ENTRY (PAGE_OFFSET >> PGDIR_SHIFT)
#define PGD_USER	   (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER)

static LIST_HEAD(pgd_list);

/* --- the directories -------------------------------------------------------------------------- */

static pte_t *pgd_of(const struct list_head *link)
{
	return page_address(list_entry(link, struct page, lru));
}

pte_t *pgd_next(const pte_t *prev)
{
	const struct list_head *link = prev ? virt_to_page(prev)->lru.next : pgd_list.next;

	return link == &pgd_list ? NULL : pgd_of(link);
}

void pgd_sync(unsigned long va)
{
	unsigned long flags = local_irq_save(), entry = va >> PGDIR_SHIFT;
	pte_t *pgd;

	for (pgd = pgd_next(NULL); pgd; pgd = pgd_next(pgd))
		pgd[entry] = swapper_pg_dir[entry];
	local_irq_restore(flags);
}

static void check_pgd(const char *func, const pte_t *pgd)
{
	const pte_t *known = pgd_next(NULL);

	while (known && known != pgd)
		known = pgd_next(known);
	if (!known)
		panic("BUG: %s: %p is no page directory (freed twice?)", func, (const void *)pgd);
}

pte_t *pgd_alloc(void)
{
	pte_t *pgd = (pte_t *)get_zeroed_page(GFP_KERNEL);
	unsigned long flags;

	if (!pgd)
		return NULL;
	flags = local_irq_save();
	memcpy(pgd + FIRST_KERNEL_ENTRY, swapper_pg_dir + FIRST_KERNEL_ENTRY,
	       (PTRS_PER_TABLE - FIRST_KERNEL_ENTRY) * sizeof(*pgd));
	list_add_tail(&virt_to_page(pgd)->lru, &pgd_list);
	local_irq_restore(flags);
	return pgd;
}

pte_t *pgd_current(void)
{
	pte_t *pgd = phys_to_virt(read_cr3() & PAGE_MASK);

	return pgd == swapper_pg_dir ? NULL : pgd;
}

void pgd_switch(const pte_t *pgd)
{
	if (pgd)
		check_pgd(__func__, pgd);
	if (pgd != pgd_current())
		write_cr3((unsigned long)virt_to_phys(pgd ? pgd : swapper_pg_dir));
}

/* --- what is mapped --------------------------------------------------------------------------- */

static pte_t *user_table(const pte_t *pgd, unsigned long va)
{
	pte_t entry = pgd[va >> PGDIR_SHIFT];

	return entry & _PAGE_PRESENT ? phys_to_virt(entry & PAGE_MASK) : NULL;
}

/* The entry for @va; NULL without a page table. */
static pte_t *user_pte(const pte_t *pgd, unsigned long va)
{
	pte_t *table = va < PAGE_OFFSET ? user_table(pgd, va) : NULL;

	return table ? &table[(va >> PAGE_SHIFT) % PTRS_PER_TABLE] : NULL;
}

static void check_user_page(const char *func, const pte_t *pgd, unsigned long va)
{
	check_pgd(func, pgd);
	if (va % PAGE_SIZE || !va || va >= PAGE_OFFSET)
		panic("BUG: %s: va %08lx is no page from %08lx to below %08lx", func, va, PAGE_SIZE,
		      (unsigned long)PAGE_OFFSET);
}

/* The table for @va, made if there is none. Return: NULL without memory. */
static pte_t *need_user_table(pte_t *pgd, unsigned long va)
{
	pte_t *table = user_table(pgd, va);

	if (table)
		return table;
	table = (pte_t *)get_zeroed_page(GFP_KERNEL);
	if (table)
		pgd[va >> PGDIR_SHIFT] = (pte_t)virt_to_phys(table) | PGD_USER;
	return table;
}

int user_map(pte_t *pgd, unsigned long va, struct page *page, pgprot_t prot)
{
	pte_t *table, *pte;

	check_user_page(__func__, pgd, va);
	get_page(page); /* at once: one that is free could become the table */
	table = need_user_table(pgd, va);
	if (!table) {
		put_page(page);
		return -ENOMEM;
	}
	pte = &table[(va >> PAGE_SHIFT) % PTRS_PER_TABLE];
	mm_bug_on(*pte, "va %08lx: pfn %lu is there (unmap it before)", va,
		  (unsigned long)PFN_DOWN(*pte));
	*pte = (pte_t)PFN_PHYS(page_to_pfn(page)) | pgprot_bits(prot) | _PAGE_USER;
	return 0;
}

void user_unmap(pte_t *pgd, unsigned long va)
{
	pte_t *pte, entry;

	check_user_page(__func__, pgd, va);
	pte = user_pte(pgd, va);
	mm_bug_on(!pte || !(*pte & _PAGE_PRESENT), "va %08lx: no page is there", va);
	entry = *pte;
	*pte = 0;
	invlpg(va);
	put_page(pfn_to_page(PFN_DOWN(entry)));
}

struct page *user_page(const pte_t *pgd, unsigned long va)
{
	const pte_t *pte = user_pte(pgd, va);

	return pte && *pte & _PAGE_PRESENT ? pfn_to_page(PFN_DOWN(*pte)) : NULL;
}

static bool page_access_ok(const pte_t *pgd, unsigned long va, bool write)
{
	const pte_t *pte = user_pte(pgd, va);
	pte_t wanted = _PAGE_PRESENT | (write ? _PAGE_RW : 0);

	return pte && (*pte & wanted) == wanted;
}

bool user_access_ok(const pte_t *pgd, unsigned long va, size_t len, bool write)
{
	unsigned long page = va & PAGE_MASK;

	if (va >= PAGE_OFFSET || len > PAGE_OFFSET - va)
		return false;
	for (; page < va + len; page += PAGE_SIZE)
		if (!page_access_ok(pgd, page, write))
			return false;
	return true;
}

/* --- the end ---------------------------------------------------------------------------------- */

static void free_user_table(pte_t *table)
{
	unsigned int i;

	for (i = 0; i < PTRS_PER_TABLE; i++)
		if (table[i] & _PAGE_PRESENT)
			put_page(pfn_to_page(PFN_DOWN(table[i])));
	free_page((unsigned long)table);
}

void pgd_free(pte_t *pgd)
{
	unsigned long va, flags;

	check_pgd(__func__, pgd);
	mm_bug_on(pgd == pgd_current(), "%p is in use (pgd_switch() before)", (void *)pgd);
	flags = local_irq_save();
	list_del(&virt_to_page(pgd)->lru);
	local_irq_restore(flags);
	for (va = 0; va < PAGE_OFFSET; va += PGDIR_SIZE)
		if (user_table(pgd, va))
			free_user_table(user_table(pgd, va));
	free_page((unsigned long)pgd);
}
