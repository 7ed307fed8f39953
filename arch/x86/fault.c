/* SPDX-License-Identifier: 0BSD
 *
 * fault.c - from an address to what it is: the ranges of this machine, what mm/ knows, the tables.
 *
 * 1. Concepts  A page fault knows an address and nothing of the pointer that it came from. Most of
 *              what can be said follows from where it lies: near NULL, below the kernel, in the
 *              guard page of a stack, in the image, in the direct map. Below the kernel and near
 *              the top no memory is, so there the value of the pointer tells more (mm/address.c).
 * 2. Lines     The cause is one phrase for the first line of the panic. Then the entries of both
 *              levels of the page tables, whatever they hold, and the state of the page if there is
 *              one behind the address.
 * 3. Care      The tables may be what is broken: a page table is read only if it lies in lowmem.
 */
#include <asm/fault.h>
#include <asm/mm_limits.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <lib/ksyms.h>
#include <lib/out.h>
#include <mm/address.h>
#include <mm/kfence.h>
#include <mm/mmzone.h>
#include <mm/page_info.h>
#include <mm/slab.h>

/* An array that begins at NULL, or a large structure. */
#define NEAR_NULL 0x10000

/* --- the image ------------------------------------------------------------------------------- */

static bool is_between(unsigned long va, const char *start, const char *end)
{
	return va >= (unsigned long)start && va < (unsigned long)end;
}

static const struct image_range {
	const char *start, *end, *name;
	bool init;
} image_ranges[] = {
	{ _start, _etext, "code", false },
	{ __init_text_begin, __init_text_end, "__init code", true },
	{ _srodata, _erodata, "constants (.rodata)", false },
	{ __init_data_begin, __init_data_end, "__init data", true },
	{ _sdata, _edata, ".data", false },
	{ _edata, _end, ".bss", false },
};

static const struct image_range *image_range_of(unsigned long va)
{
	const struct image_range *part;

	for (part = image_ranges; part < image_ranges + ARRAY_SIZE(image_ranges); part++)
		if (is_between(va, part->start, part->end))
			return part;
	return NULL;
}

static bool show_stack(struct out *out, unsigned long va)
{
	const struct kernel_stack *stack;

	for (stack = kernel_stacks; stack < kernel_stacks + NR_KERNEL_STACKS; stack++)
		if (is_between(va, stack->start, stack->end)) {
			out_printf(out, "%s, %lu bytes below its top", stack->name,
				   (unsigned long)stack->end - va);
			return true;
		}
	return false;
}

static bool show_image(struct out *out, unsigned long va)
{
	const struct image_range *part = image_range_of(va);
	unsigned long offset;
	const char *name;

	if (show_stack(out, va))
		return true;
	if (!part)
		return false;
	name = ksym_lookup(va, &offset);
	if (!name)
		name = ksym_constant(va, &offset);
	if (name)
		out_printf(out, "%s, %s+0x%lx", part->name, name, offset);
	else
		out_printf(out, "%s+0x%lx", part->name, va - (unsigned long)part->start);
	if (part->init && initmem_is_free)
		out_printf(out, ", which was freed after the boot");
	return true;
}

/* --- all addresses --------------------------------------------------------------------------- */

/* Of what is used as an address, but is near NULL. */
static void show_member(struct out *out, unsigned long va)
{
	const char *other = small_value_meaning(va);

	if (va)
		out_printf(out, "member at offset %lu", va);
	if (other)
		out_printf(out, ", or %s", other);
}

/* Nothing is ever mapped there, so whatever is used as a pointer is something else. */
static void show_below_kernel(struct out *out, unsigned long va)
{
	unsigned long pfn = va >> PAGE_SHIFT;

	if (pointer_value_show(out, va))
		return;
	if (pfn_valid(pfn))
		out_printf(out, "a user's, the physical one of pfn %lu?", pfn);
	else
		out_printf(out, "a user's, a wild pointer?");
	without_kmap_show(out, va);
}

static const struct {
	unsigned long start, end;
	const char *name;
} ranges[] = {
	{ EARLY_MAP_VA, EARLY_MAP_END, "window of early_map(), which paging_init() closes" },
	{ FIXMAP_START, FIXMAP_END, "fixmap" },
};

static void show_range(struct out *out, unsigned long va)
{
	const char *name = "address that nothing has";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (va >= ranges[i].start && va < ranges[i].end)
			name = ranges[i].name;
	if (va < vmalloc_start())
		name = "behind lowmem";
	out_printf(out, "%s", name);
	without_kmap_show(out, va);
}

/* Does @va lie in a page of lowmem that nobody has? */
static bool in_free_page(unsigned long va)
{
	unsigned long pfn = PFN_DOWN(va - PAGE_OFFSET);

	return va >= PAGE_OFFSET && pfn < max_low_pfn && page_is_free(pfn);
}

/* Of what is not mapped. */
static const char *kind_of(unsigned long va)
{
	if (va < NEAR_NULL)
		return "NULL pointer";
	if (va < PAGE_OFFSET)
		return "address below the kernel";
	if (stack_of_guard(va))
		return "kernel stack overflow";
	if (va >= VMEMMAP_START && va < VMEMMAP_END)
		return "struct page of a frame that is not RAM: was a bad address freed?";
	if (is_kfence_address((void *)va))
		return kfence_fault_kind(va);
	return in_free_page(va) ? "use after free" : "not mapped";
}

/* More than kind_of() says; nothing of NULL itself. The guard's pool may lie where .init was. */
static void show_detail(struct out *out, unsigned long va)
{
	if (va < NEAR_NULL)
		show_member(out, va);
	else if (va < PAGE_OFFSET)
		show_below_kernel(out, va);
	else if (stack_of_guard(va))
		out_printf(out, "guard page of the %s", stack_of_guard(va)->name);
	else if (va - PAGE_OFFSET < PAGE_SIZE)
		out_printf(out, "physical page 0, which is left out");
	else if (!kfence_address_show(out, va) && !show_image(out, va) &&
		 !pointer_value_show(out, va) && !mm_address_show(out, va))
		show_range(out, va);
}

void address_show(struct out *out, unsigned long va)
{
	if (va < PAGE_OFFSET)
		out_printf(out, "%s%s", kind_of(va), va ? ": " : "");
	show_detail(out, va);
}

/* --- page faults ----------------------------------------------------------------------------- */

static bool is_mapped(unsigned long va)
{
	phys_addr_t phys;
	pte_t flags;

	return kernel_page_lookup(va, &phys, &flags);
}

bool page_fault_is_write(u32 error_code)
{
	return error_code & PF_WRITE;
}

static const char *fault_kind(unsigned long address, u32 error_code)
{
	if (error_code & PF_RSVD)
		return "reserved bit set in a page table";
	if ((error_code & PF_PRESENT) && (error_code & PF_WRITE))
		return "write to read-only memory";
	if (is_mapped(address))
		return "mapped by now: was the TLB not flushed?";
	return kind_of(address);
}

void page_fault_cause_show(struct out *out, unsigned long address, u32 error_code)
{
	out_printf(out, "(%s)%s", fault_kind(address, error_code), address ? ": " : "");
	show_detail(out, address);
}

/* Bits of both levels, Intel SDM vol. 3, tables 4-4 to 4-6. */
static const struct {
	pte_t bit;
	const char *set, *clear;
} flag_names[] = {
	{ _PAGE_RW, "writable", "read-only" },
	{ _PAGE_USER, "user", NULL },
	{ _PAGE_PWT, "PWT", NULL },
	{ _PAGE_PCD, "PCD", NULL },
	{ 0x020, "accessed", NULL },
	{ 0x040, "dirty", NULL },
	{ _PAGE_GLOBAL, "global", NULL },
};

static void show_entry(struct out *out, const char *level, pte_t entry, const char *what)
{
	const char *name;
	unsigned int i;

	out_printf(out, ", *%s = %08lx (", level, (unsigned long)entry);
	if (!(entry & _PAGE_PRESENT)) {
		out_printf(out, "not present)");
		return;
	}
	out_printf(out, "%s", what);
	for (i = 0; i < ARRAY_SIZE(flag_names); i++) {
		name = entry & flag_names[i].bit ? flag_names[i].set : flag_names[i].clear;
		if (name)
			out_printf(out, ", %s", name);
	}
	out_printf(out, ")");
}

/* Return: the entry that decides on @va; 0 if there is none, or it cannot be read. */
static pte_t show_tables(struct out *out, unsigned long va)
{
	pte_t pgd = swapper_pg_dir[va >> PGDIR_SHIFT], pte;

	if ((pgd & (_PAGE_PRESENT | _PAGE_PSE)) != _PAGE_PRESENT) {
		show_entry(out, "pgd", pgd, "4 MiB page");
		return pgd;
	}
	if (PFN_DOWN(pgd) >= max_low_pfn) {
		show_entry(out, "pgd", pgd, "page table outside of lowmem, damaged?");
		return 0;
	}
	show_entry(out, "pgd", pgd, "page table");
	pte = ((pte_t *)phys_to_virt(pgd & PAGE_MASK))[(va >> PAGE_SHIFT) % PTRS_PER_TABLE];
	show_entry(out, "pte", pte, "page");
	return pte;
}

/* The page frame behind @va by its entry, or where it would be in the direct map; MAX_PFN_LIMIT if
 * there is none. */
static unsigned long pfn_behind(unsigned long va, pte_t entry)
{
	unsigned long direct;
	phys_addr_t phys;
	pte_t flags;

	if (entry & _PAGE_PRESENT && kernel_page_lookup(va, &phys, &flags))
		return PFN_DOWN(phys);
	direct = PFN_DOWN(va - PAGE_OFFSET);
	return direct < ZONE_NORMAL_END_PFN ? direct : MAX_PFN_LIMIT;
}

static void show_reservation(struct out *out, unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++)
		if (pfn >= PFN_DOWN(ledger.range[i].start) && pfn <= PFN_DOWN(ledger.range[i].last))
			out_printf(out, "  reserved: %s\n", ledger.name[i]);
}

static void show_page(struct out *out, unsigned long va, unsigned long pfn)
{
	const struct page *page = pfn_to_page(pfn);

	page_show(out, pfn);
	kfence_object_show(out, va);
	if (PageReserved(page))
		show_reservation(out, pfn);
	else if (PageSlab(page) && virt_to_phys((void *)va) >> PAGE_SHIFT == pfn)
		slab_object_show(out, (void *)va);
}

void address_details_show(struct out *out, const char *title, unsigned long address)
{
	unsigned long pfn;
	pte_t entry;

	out_printf(out, "%s%08lx", title, address);
	entry = show_tables(out, address);
	out_printf(out, "\n");
	pfn = pfn_behind(address, entry);
	if (pfn_valid(pfn))
		show_page(out, address, pfn);
}
