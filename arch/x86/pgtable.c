/* SPDX-License-Identifier: 0BSD
 *
 * pgtable.c - the kernel's page directory, from the boot mapping to the final one.
 *
 * 1. Concepts    Without PAE a directory of 1024 entries covers 4 GiB; an entry is a 4 MiB page or
 *                points to a table of 1024 4 KiB pages. The large one takes one entry of the TLB
 *                instead of 1024, the small ones can be protected one by one.
 * 2. Lowmem      [0, low_pfn) is mapped at PAGE_OFFSET. Small pages where a border runs through 4
 *                MiB: the first 4 MiB (page 0, the 640K-1M window with device memory, which must
 *                not share a large page with RAM: Intel SDM vol. 3, 11.11.9), the kernel image
 *                (read-only parts), the end of lowmem; with debug_pagealloc everywhere, because a
 *                large page cannot do without one of its pages.
 * 3. In place    The new mapping of an address is the same as head.S's, only finer, so the
 *                directory is changed while it is in use; afterwards everything is flushed once.
 * 4. Invariants  (check_pgtable.c)
 *                T1 nothing below PAGE_OFFSET is present; T2 lowmem maps to itself minus
 *                PAGE_OFFSET; T3 code and constants are not writable; T4 page 0 and the stack
 *                guards are absent; T5 with debug_pagealloc a free page is absent; T6
 *                behind lowmem and at the end of all addresses nothing is present; T7 no page is a
 *                user's, and no second address makes code and constants writable; T8 a user's
 *                directory has the kernel's entries, and below them none that is not a user's.
 * 5. Locking     None: one CPU adds tables, and they stay. A kmap slot in use belongs to its CPU.
 * 6. Types       A page's memory type is the entry of the PAT that its bits PWT, PCD and PAT choose
 *                (Intel SDM vol. 3, 11.12). As the CPU starts, PWT alone is write-through, which
 *                nobody needs; it becomes write-combining. A CPU without PAT gets "not cached"
 *                instead, which is slower and right.
 * 7. Users       have directories of their own, with the same entries from PAGE_OFFSET on (pgd.c).
 * 8. Not done    PAE.
 */
#include <asm/cpu.h>
#include <asm/mm_limits.h>
#include <asm/pgd.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/string.h>
#include <mm/arch_api.h>
#include <mm/bootmem.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>

/* The end of the largest direct map. */
#define LOWMEM_END (PAGE_OFFSET + (ZONE_NORMAL_END_PFN << PAGE_SHIFT))

#define PTE_RO	(_PAGE_PRESENT)
#define PTE_RW	(_PAGE_PRESENT | _PAGE_RW)
#define PTE_PSE (_PAGE_PRESENT | _PAGE_RW | _PAGE_PSE)

/* One flush of all costs less than one for each of more pages than these. */
#define FLUSH_CEILING 64

_Static_assert((VMEMMAP_END - VMEMMAP_START) / 16 >= MAX_PFN_LIMIT, "mem_map covers 4 GiB");

/* From vmalloc_start() to FIXMAP_END callers may map what they like. This is its distance from
 * PAGE_OFFSET: as an address it would be a pointer to the first area (leak_scan.h). */
static unsigned long map_offset = LOWMEM_END + VMALLOC_OFFSET - PAGE_OFFSET;

static pte_t prot_bits[] = {
	[PROT_KERNEL_RO] = PTE_RO,
	[PROT_KERNEL_RW] = PTE_RW,
	[PROT_KERNEL_IO] = PTE_RW | _PAGE_PCD | _PAGE_PWT,
	[PROT_KERNEL_WC] = PTE_RW | _PAGE_PCD | _PAGE_PWT, /* without PAT */
};

pte_t pgprot_bits(pgprot_t prot)
{
	return prot_bits[prot];
}

static pte_t global_bit; /* _PAGE_GLOBAL if the CPU has it (Intel SDM vol. 3, 4.10.2.4) */

const struct kernel_stack kernel_stacks[NR_KERNEL_STACKS] = {
	{ "boot stack", boot_stack_guard, boot_stack, boot_stack_top },
	{ "stack of double faults", double_fault_stack_guard, double_fault_stack,
	  double_fault_stack_top },
	{ "second stack of double faults", second_fault_stack_guard, second_fault_stack,
	  second_fault_stack_top },
};

const struct kernel_stack *stack_of_guard(unsigned long va)
{
	const struct kernel_stack *stack;

	for (stack = kernel_stacks; stack < kernel_stacks + NR_KERNEL_STACKS; stack++)
		if (va - (unsigned long)stack->guard < PAGE_SIZE)
			return stack;
	return NULL;
}

/* The page tables of [PKMAP_BASE, FIXMAP_START + 4 MiB), one behind the other: slots are mapped
 * often, and so need no look at the directory. NULL before paging_init(). */
static pte_t *slot_tables;
u32 slot_bits;
_Static_assert(FIXMAP_START == PKMAP_BASE + PGDIR_SIZE, "they are neighbours in the directory");

/* Where a zeroed page for a page table comes from at this stage of the boot; NULL: out of
 * memory. */
static void *(*alloc_table)(void);

static void *__init pte_alloc_one_bootmem(void)
{
	return alloc_bootmem_low_pages_nopanic(PAGE_SIZE);
}

static void *pte_alloc_one_buddy(void)
{
	return (void *)get_zeroed_page(GFP_KERNEL);
}

void __init paging_use_buddy(void)
{
	alloc_table = pte_alloc_one_buddy;
}

static pte_t *pgd_entry(unsigned long va)
{
	return &swapper_pg_dir[va >> PGDIR_SHIFT];
}

static pte_t *table_of(pte_t pgd)
{
	return phys_to_virt(pgd & PAGE_MASK);
}

static bool has_table(unsigned long va)
{
	return (*pgd_entry(va) & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

/* The entry of the 4 KiB page at @va, whose 4 MiB have a table. */
static pte_t *pte_entry(unsigned long va)
{
	return &table_of(*pgd_entry(va))[(va >> PAGE_SHIFT) % PTRS_PER_TABLE];
}

/* The same; NULL if there is no table, or one that cannot be: a panic looks here, too. */
static pte_t *find_pte(unsigned long va)
{
	return has_table(va) && PFN_DOWN(*pgd_entry(va)) < max_low_pfn ? pte_entry(va) : NULL;
}

/* Let @table map the 4 MiB around @va, in every directory. */
static void set_table(unsigned long va, const pte_t *table)
{
	*pgd_entry(va) = (pte_t)virt_to_phys(table) | PTE_RW;
	pgd_sync(va);
}

/* Give the 4 MiB around @va, which have none, a table of small pages. Return: false without
 * memory. */
static bool make_table(unsigned long va)
{
	pte_t *table;

	mm_bug_on(*pgd_entry(va) & _PAGE_PRESENT, "%08lx lies in a 4 MiB page (the direct map?)",
		  va);
	mm_bug_on(!alloc_table, "%08lx: there are no page tables before paging_init()", va);
	table = alloc_table();
	if (!table)
		return false;
	set_table(va, table);
	return true;
}

static __noinline bool make_tables(unsigned long va, unsigned long last)
{
	unsigned long chunk;

	for (chunk = va >> PGDIR_SHIFT; chunk <= last >> PGDIR_SHIFT; chunk++)
		if (!has_table(chunk << PGDIR_SHIFT) && !make_table(chunk << PGDIR_SHIFT))
			return false;
	return true;
}

/* A range for arch_map_kernel() lies above lowmem: the direct map is not to be changed. */
static void check_range(const char *func, unsigned long va, unsigned long nr)
{
	unsigned long start = vmalloc_start();

	if (unlikely(va % PAGE_SIZE || va - start >= FIXMAP_END - start ||
		     nr - 1 >= (FIXMAP_END - va) >> PAGE_SHIFT))
		panic("BUG: %s: va %08lx, %lu pages: these are not one or more whole pages of "
		      "%08lx-%08lx",
		      func, va, nr, start, FIXMAP_END);
}

static void check_not_mem_map(const char *func, unsigned long va, unsigned long nr, pte_t pte)
{
	if (unlikely(va - VMEMMAP_START < VMEMMAP_END - VMEMMAP_START && pte))
		panic("BUG: %s: va %08lx, %lu pages: mem_map is there, and in use", func, va, nr);
}

/* What must not be replaced by a caller's mapping at @va; kmap_atomic() takes free slots only. */
static __noinline __cold void check_replaced(const char *func, unsigned long va, unsigned long nr)
{
	check_not_mem_map(func, va, nr, 1);
	if (va - KMAP_SLOT_VA < KMAP_BYTES)
		panic("BUG: %s: va %08lx, %lu pages: a slot of kmap_atomic() is there, and in use",
		      func, va, nr);
	if (va - PKMAP_BASE < LAST_PKMAP << PAGE_SHIFT)
		panic("BUG: %s: va %08lx, %lu pages: a page of kmap() is there", func, va, nr);
}

/* A caller has mapped something at @va already: that it may. What is absent is in no TLB (Intel SDM
 * vol. 3, 4.10.2.3), what was present may be. */
static __noinline __cold void drop_entry(const char *func, pte_t *pte, unsigned long va)
{
	check_replaced(func, va, 1);
	*pte = 0;
	invlpg(va);
}

/* Let the @nr entries for @va and behind, which are of one table, be @value and what follows. */
static __always_inline void set_entries(const char *func, unsigned long va, unsigned long nr,
					pte_t value)
{
	pte_t *first = pte_entry(va), *pte;

	for (pte = first; pte < first + nr; pte++, value += PAGE_SIZE) {
		if (unlikely(*pte))
			drop_entry(func, pte, va + ((unsigned long)(pte - first) << PAGE_SHIFT));
		*pte = value;
	}
}

/* How many of the @nr pages from @va on are of its page table. */
static unsigned long pages_in_table(unsigned long va, unsigned long nr)
{
	return min(nr, PTRS_PER_TABLE - (va >> PAGE_SHIFT) % PTRS_PER_TABLE);
}

int arch_map_kernel(unsigned long va, unsigned long pfn, unsigned long nr, pgprot_t prot)
{
	pte_t value = (pte_t)PFN_PHYS(pfn) | prot_bits[prot] | global_bit;
	unsigned long part;

	check_range(__func__, va, nr);
	mm_bug_on(pfn >= MAX_PFN_LIMIT || nr > MAX_PFN_LIMIT - pfn,
		  "pfn %lu, %lu pages: the last pfn is %lu", pfn, nr, MAX_PFN_LIMIT - 1);
	if (!make_tables(va, va + ((nr - 1) << PAGE_SHIFT)))
		return -ENOMEM;
	for (; nr; nr -= part, va += part << PAGE_SHIFT, value += part << PAGE_SHIFT) {
		part = pages_in_table(va, nr);
		set_entries(__func__, va, part, value);
	}
	return 0;
}

static void unmap_page(unsigned long va)
{
	*pte_entry(va) = 0;
	invlpg(va);
}

/* All entries are dropped when CR4.PGE changes; where there are no global ones, by a new CR3 (Intel
 * SDM vol. 3, 4.10.4.1). */
void arch_flush_tlb_all(void)
{
	unsigned long cr4 = read_cr4();

	if (!global_bit) {
		write_cr3(read_cr3());
		return;
	}
	write_cr4(cr4 & ~(unsigned long)CR4_PGE);
	write_cr4(cr4);
}

/* Clear the entries of @nr pages at @va, which have one table; with @flush one after the other in
 * the TLB, too. */
static void clear_entries(unsigned long va, unsigned long nr, bool flush)
{
	pte_t *pte = pte_entry(va);

	for (; nr; nr--, va += PAGE_SIZE) {
		*pte++ = 0;
		if (flush)
			invlpg(va);
	}
}

static void check_not_in_mem_map(const char *func, unsigned long va, unsigned long nr)
{
	for (; nr; nr--, va += PAGE_SIZE) {
		const pte_t *pte = find_pte(va);

		check_not_mem_map(func, va, nr, pte ? *pte : 0);
	}
}

void arch_unmap_kernel(unsigned long va, unsigned long nr)
{
	bool many = nr > FLUSH_CEILING;
	unsigned long part;

	check_range(__func__, va, nr);
	if (unlikely(va < VMEMMAP_END && va + (nr << PAGE_SHIFT) > VMEMMAP_START))
		check_not_in_mem_map(__func__, va, nr);
	for (; nr; nr -= part, va += part << PAGE_SHIFT) {
		part = pages_in_table(va, nr);
		if (has_table(va))
			clear_entries(va, part, !many);
	}
	if (many)
		arch_flush_tlb_all();
}

bool arch_next_mapped(unsigned long *va, unsigned long end, unsigned long *pfn)
{
	unsigned long at = *va;

	while (at < end) {
		pte_t *pte = find_pte(at);

		if (pte && *pte) {
			*va = at;
			*pfn = PFN_DOWN(*pte);
			return true;
		}
		at = pte ? at + PAGE_SIZE : ALIGN_DOWN(at, PGDIR_SIZE) + PGDIR_SIZE;
	}
	return false;
}

arch_slot_t *arch_slot(unsigned long va)
{
	mm_bug_on(!slot_tables, "%08lx: kmap() or kmap_atomic() before paging_init()", va);
	return &slot_tables[(va - PKMAP_BASE) >> PAGE_SHIFT];
}

bool arch_lookup_kernel(unsigned long va, unsigned long *pfn)
{
	phys_addr_t phys;
	pte_t flags;

	if (!kernel_page_lookup(va, &phys, &flags))
		return false;
	*pfn = PFN_DOWN(phys);
	return true;
}

/* What came from bootmem is reserved. */
unsigned long kernel_nr_tables(const struct zone *zone)
{
	unsigned long i, pfn, nr = 0;

	for (i = 0; i < PTRS_PER_TABLE; i++) {
		pfn = PFN_DOWN(swapper_pg_dir[i]);
		nr += has_table(i << PGDIR_SHIFT) && pfn_valid(pfn) &&
		      !PageReserved(pfn_to_page(pfn)) &&
		      (!zone || page_zone(pfn_to_page(pfn)) == zone);
	}
	return nr;
}

unsigned long kernel_table_at(unsigned long pfn)
{
	unsigned long i;

	for (i = 0; i < PTRS_PER_TABLE; i++)
		if (has_table(i << PGDIR_SHIFT) && PFN_DOWN(swapper_pg_dir[i]) == pfn)
			return i << PGDIR_SHIFT;
	return 0;
}

bool kernel_page_lookup(unsigned long va, phys_addr_t *phys, pte_t *flags)
{
	pte_t pgd = *pgd_entry(va);
	pte_t *pte = find_pte(va);

	if ((pgd & (_PAGE_PRESENT | _PAGE_PSE)) == (_PAGE_PRESENT | _PAGE_PSE)) {
		*phys = ALIGN_DOWN(pgd, PGDIR_SIZE) | (va & (PGDIR_SIZE - 1));
		*flags = pgd & (PAGE_SIZE - 1);
		return true;
	}
	if (!pte || !(*pte & _PAGE_PRESENT))
		return false;
	*phys = (*pte & PAGE_MASK) | (va & (PAGE_SIZE - 1));
	*flags = *pte & (PAGE_SIZE - 1);
	return true;
}

static void set_memory_flags(const char *func, const char *start, const char *end, pte_t flags)
{
	unsigned long va = (unsigned long)start, last = (unsigned long)end;

	if ((va | last) % PAGE_SIZE || va >= last || va < PAGE_OFFSET || last > LOWMEM_END)
		panic("BUG: %s: %08lx-%08lx are not whole pages of lowmem", func, va, last);
	for (; va < last; va += PAGE_SIZE) {
		pte_t *pte = find_pte(va);

		if (!pte || !*pte)
			panic("BUG: %s: %08lx is not mapped in 4 KiB pages", func, va);
		*pte = (pte_t)virt_to_phys((void *)va) | flags | global_bit;
		invlpg(va);
	}
}

void set_memory_rw(const char *start, const char *end)
{
	set_memory_flags(__func__, start, end, PTE_RW);
}

void set_memory_ro(const char *start, const char *end)
{
	set_memory_flags(__func__, start, end, PTE_RO);
}

/* The first @nr entries of @table map the memory of the kernel from @phys on. */
static __noinline void fill_table(pte_t *table, unsigned long nr, pte_t phys)
{
	pte_t entry = phys | PTE_RW | global_bit;
	const pte_t *end = table + nr;

	for (; table != end; entry += PAGE_SIZE)
		*table++ = entry;
}

/* The 4 MiB around @va, in one page, get a table of small ones that maps the same. Return: false
 * without memory. */
static bool split_chunk(unsigned long va)
{
	pte_t *table = alloc_table();

	if (!table)
		return false;
	fill_table(table, PTRS_PER_TABLE, ALIGN_DOWN(*pgd_entry(va), PGDIR_SIZE));
	set_table(va, table);
	return true;
}

bool split_lowmem_pages(unsigned long pfn, unsigned long nr)
{
	unsigned long chunk = pfn / PTRS_PER_TABLE, last = (pfn + nr - 1) / PTRS_PER_TABLE;
	bool done = true;

	for (; done && chunk <= last; chunk++) {
		unsigned long va = PAGE_OFFSET + chunk * PGDIR_SIZE;

		done = has_table(va) || split_chunk(va);
	}
	arch_flush_tlb_all();
	return done;
}

bool map_lowmem_pages(unsigned long pfn, unsigned long nr, bool enable)
{
	unsigned long va = PAGE_OFFSET + (pfn << PAGE_SHIFT);
	bool mapped = *pte_entry(va) & _PAGE_PRESENT;

	for (; nr; nr--, pfn++, va += PAGE_SIZE) {
		*pte_entry(va) = enable ? (pte_t)PFN_PHYS(pfn) | PTE_RW | global_bit : 0;
		invlpg(va);
	}
	return mapped;
}

void *__init early_map(phys_addr_t phys, size_t len)
{
	unsigned long first = ALIGN_DOWN((unsigned long)phys, PGDIR_SIZE);
	unsigned int i;

	mm_bug_on(len > PGDIR_SIZE || alloc_table,
		  "%010llx, %zu bytes: more than 4 MiB, or after paging_init()", phys, len);
	if (phys > PFN_PHYS(MAX_PFN_LIMIT) - len)
		return NULL;
	/* A second entry where @len bytes cross a 4 MiB border. */
	for (i = 0; i < 2 && i * PGDIR_SIZE < (unsigned long)phys - first + len; i++)
		*pgd_entry(EARLY_MAP_VA + i * PGDIR_SIZE) = (pte_t)(first + i * PGDIR_SIZE) |
							    PTE_PSE;
	/* Not invlpg: v86 caches a large page in pieces of 4 KiB, and forgets but one of them. */
	write_cr3(read_cr3());
	return (void *)(EARLY_MAP_VA + ((unsigned long)phys - first));
}

/* One 4 MiB piece of lowmem in small pages, up to @low_pfn. */
static void __init one_page_table_init(unsigned long chunk, unsigned long low_pfn)
{
	unsigned long pfn = chunk * PTRS_PER_TABLE;
	pte_t *table = alloc_bootmem_low_pages(PAGE_SIZE);

	fill_table(table, min(low_pfn - pfn, (unsigned long)PTRS_PER_TABLE), (pte_t)PFN_PHYS(pfn));
	*pgd_entry(PAGE_OFFSET + chunk * PGDIR_SIZE) = (pte_t)virt_to_phys(table) | PTE_RW;
}

static void __init map_lowmem(unsigned long low_pfn)
{
	unsigned long image_end = PFN_UP(virt_to_phys(_end));
	unsigned long chunk, pfn;

	for (chunk = 0; (pfn = chunk * PTRS_PER_TABLE) < low_pfn; chunk++) {
		if (pfn < image_end || pfn + PTRS_PER_TABLE > low_pfn || debug_pagealloc_enabled())
			one_page_table_init(chunk, low_pfn);
		else
			*pgd_entry(PAGE_OFFSET + chunk * PGDIR_SIZE) = (pte_t)PFN_PHYS(pfn) |
								       PTE_PSE | global_bit;
	}
	for (; chunk < PTRS_PER_TABLE - PAGE_OFFSET / PGDIR_SIZE; chunk++)
		*pgd_entry(PAGE_OFFSET + chunk * PGDIR_SIZE) = 0;
}

/* The tables of kmap()'s pages and of the fixmap. */
static void __init fixrange_init(void)
{
	slot_tables = alloc_bootmem_low_pages(2 * PAGE_SIZE);
	slot_bits = PTE_RW | global_bit;
	*pgd_entry(PKMAP_BASE) = (pte_t)virt_to_phys(slot_tables) | PTE_RW;
	*pgd_entry(FIXMAP_START) = (pte_t)virt_to_phys(slot_tables + PTRS_PER_TABLE) | PTE_RW;
}

static void __init drop_identity_map(void)
{
	memset(swapper_pg_dir, 0, PAGE_OFFSET / PGDIR_SIZE * sizeof(pte_t));
}

static void __init protect_image(void)
{
	unsigned int i;

	set_memory_ro(_start, __init_text_end);
	set_memory_ro(_srodata, _erodata);
	unmap_page(PAGE_OFFSET);
	for (i = 0; i < NR_KERNEL_STACKS; i++)
		unmap_page((unsigned long)kernel_stacks[i].guard);
}

unsigned long vmalloc_start(void)
{
	return PAGE_OFFSET + map_offset;
}

/* Eight entries, a byte each: write-back, write-combining, not cached twice; then the same once
 * more for pages with the PAT bit, which are not used. */
#define PAT_LOW	  0x00070106u
#define PAT_TYPES ((u64)PAT_LOW << 32 | PAT_LOW)

/* No page had PWT alone until now, so no cache line has the type that goes. */
static void __init start_write_combining(void)
{
	if (!(cpuid_features() & CPUID_PAT))
		return;
	wbinvd();
	wrmsr(MSR_PAT, PAT_TYPES);
	wbinvd();
	prot_bits[PROT_KERNEL_WC] = PTE_RW | _PAGE_PWT;
}

/* A new CR3 drops all but global entries; none exists before CR4.PGE is set. */
static void __init flush_and_enable_global(void)
{
	write_cr3(read_cr3());
	if (global_bit)
		write_cr4(read_cr4() | CR4_PGE);
}

void __init paging_init(unsigned long low_pfn)
{
	mm_bug_on(alloc_table || !low_pfn || low_pfn > ZONE_NORMAL_END_PFN,
		  "lowmem up to pfn %lu: not from 1 to %lu, or called twice", low_pfn,
		  ZONE_NORMAL_END_PFN);
	alloc_table = pte_alloc_one_bootmem;
	if (cpuid_features() & CPUID_PGE)
		global_bit = _PAGE_GLOBAL;
	map_offset = (low_pfn << PAGE_SHIFT) + VMALLOC_OFFSET;
	start_write_combining();
	map_lowmem(low_pfn);
	drop_identity_map();
	fixrange_init();
	protect_image();
	flush_and_enable_global();
	mm_check_register(&pgtable_checker);
}
