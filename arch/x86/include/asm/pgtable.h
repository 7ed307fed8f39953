/* SPDX-License-Identifier: 0BSD
 *
 * pgtable.h - the page directory of the kernel; pgd.h has those of users (Gorman chapter 3, Intel
 * SDM vol. 3, 4.3).
 */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <mm/arch_api.h>
#include <lib/types.h>

typedef u32 pte_t; /* an entry of a page table or of the directory */

#define _PAGE_PRESENT 0x001u
#define _PAGE_RW      0x002u
#define _PAGE_USER    0x004u
#define _PAGE_PWT     0x008u
#define _PAGE_PCD     0x010u /* not cached */
#define _PAGE_PSE     0x080u /* directory entry: a 4 MiB page */
#define _PAGE_GLOBAL  0x100u /* stays in the TLB when CR3 is written */

#define PTRS_PER_TABLE 1024
#define PGDIR_SHIFT    22
#define PGDIR_SIZE     (1UL << PGDIR_SHIFT)

extern pte_t swapper_pg_dir[PTRS_PER_TABLE];

/* Replace head.S's mapping by the final one: lowmem up to @low_pfn in 4 MiB global pages, 4 KiB
 * pages in its first and last 4 MiB and over the kernel image (code and constants read-only, page 0
 * and the stacks' guards not mapped), with debug_pagealloc everywhere; the tables of the fixmap and
 * of kmap(); nothing below PAGE_OFFSET.
 * Context: once, after init_bootmem(): tables come from bootmem. */
void paging_init(unsigned long low_pfn);

/* The kernel's own stacks, each with the page below it that is not mapped. */
#define NR_KERNEL_STACKS 3
extern const struct kernel_stack {
	const char *name;
	const char *guard, *start, *end;
} kernel_stacks[NR_KERNEL_STACKS];

/* The stack whose guard page @va lies in; NULL if that is none. */
const struct kernel_stack *stack_of_guard(unsigned long va);

/* From here on page tables come from the buddy allocator. Context: after mem_init(). */
void paging_use_buddy(void);

/* Physical address and page flags behind @va. Return: false if it is not mapped. */
bool kernel_page_lookup(unsigned long va, phys_addr_t *phys, pte_t *flags);

/* How many page tables came from the buddy allocator, from @zone (NULL: from any). They stay for
 * good. */
struct zone;
unsigned long kernel_nr_tables(const struct zone *zone);

/* The page table in page frame @pfn. Return: the first address that it maps; 0 if there is none. */
unsigned long kernel_table_at(unsigned long pfn);

/* Make the direct-mapped pages of [@start, @end) writable or read-only. The range must be mapped in
 * 4 KiB pages (the kernel image is). */
void set_memory_rw(const char *start, const char *end);
void set_memory_ro(const char *start, const char *end);

/* See to it that the @nr pages of lowmem from @pfn on are mapped in 4 KiB pages, as their
 * neighbours in the same 4 MiB then are, for good. Context: after mem_init(). Return: false without
 * memory for a page table. */
bool split_lowmem_pages(unsigned long pfn, unsigned long nr);

/* Put @nr pages of lowmem from @pfn on into the direct map, or take them out; they must be mapped
 * in 4 KiB pages (debug_pagealloc, split_lowmem_pages()). Return: was the first one mapped? */
bool map_lowmem_pages(unsigned long pfn, unsigned long nr, bool enable);

/* A window on up to 4 MiB of physical memory from @phys on, whatever its address, valid until the
 * next call. Context: before paging_init(). Return: NULL if it reaches over 4 GiB. */
void *early_map(phys_addr_t phys, size_t len);

/* The first address that arch_map_kernel() takes: VMALLOC_OFFSET behind lowmem, as it was given to
 * paging_init(). */
unsigned long vmalloc_start(void);

/* The bits of an entry for a page that is used as @prot says. */
pte_t pgprot_bits(pgprot_t prot);

/* Compares the tables with T1-T8. */
extern const struct mm_checker pgtable_checker;

#endif
