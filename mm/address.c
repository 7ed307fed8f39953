/* SPDX-License-Identifier: 0BSD
 *
 * address.c - what an address is: the part of mm/'s address space, or what made a wild pointer.
 *
 * 1. Concepts   A bad address has a history. It lies in a range that mm/ manages, and then the page
 *               frame behind it says more; or its value is one that programs leave in memory: an
 *               error number, a byte that fills freed objects, text. A pointer is seldom used as it
 *               is: a member of what it points to is, so a value counts up to a page above it.
 * 2. Locking    None: the answers are for a panic, too. mem_map is read where it is backed alone.
 * 3. Not done   A fill byte is known by its value. What lies in the direct map by accident (cc is
 *               there) is named by where it lies.
 */
#include <lib/errno.h>
#include <lib/list.h>
#include <lib/out.h>
#include <mm/address.h>
#include <mm/highmem.h>
#include <mm/kfence.h>
#include <mm/mem_map.h>
#include <mm/page_info.h>
#include <mm/vmalloc.h>

#include "slab_bug.h"

/* --- parts of the address space -------------------------------------------------------------- */

/* The first and the last pfn around @pfn, which has no struct page, that have none either. */
static unsigned long hole_start(unsigned long pfn)
{
	pfn = ALIGN_DOWN(pfn, MAX_ORDER_NR_PAGES);
	while (pfn && !pfn_valid(pfn - 1))
		pfn -= MAX_ORDER_NR_PAGES;
	return pfn;
}

static bool show_mem_map(struct out *out, unsigned long addr)
{
	unsigned long pfn = (addr - VMEMMAP_START) / sizeof(struct page);

	if (addr < VMEMMAP_START || pfn >= MAX_PFN_LIMIT)
		return false;
	out_printf(out, "struct page of pfn %lu", pfn);
	if (!mem_map_end_pfn)
		out_printf(out, ", there is no mem_map yet");
	else if (!pfn_valid(pfn))
		out_printf(out, ", in the hole of pfns %lu-%lu", hole_start(pfn),
			   next_valid_pfn(pfn, MAX_PFN_LIMIT) - 1);
	return true;
}

static void show_lowmem_page(struct out *out, unsigned long pfn, unsigned long addr)
{
	switch (page_run_at(pfn, pfn + 1).kind) {
	case PAGE_RESERVED:
		out_printf(out, "reserved page of lowmem");
		break;
	case PAGE_FREE:
		out_printf(out, "free page of lowmem");
		break;
	case PAGE_SLAB:
		slab_place_show(out, (void *)addr);
		break;
	default:
		out_printf(out, "page of lowmem");
	}
	out_printf(out, ", pfn %lu", pfn);
}

/* phys_to_virt() has an address for each page, without looking at it. */
void without_kmap_show(struct out *out, unsigned long addr)
{
	unsigned long pfn = PFN_DOWN(virt_to_phys((void *)addr));

	if (pfn_valid(pfn) && PageHighMem(pfn_to_page(pfn)))
		out_printf(out, ", that of pfn %lu of HighMem without kmap()?", pfn);
}

static void show_behind_lowmem(struct out *out, unsigned long addr)
{
	out_printf(out, "behind lowmem, which ends at %08lx",
		   (unsigned long)phys_to_virt(PFN_PHYS(max_low_pfn)));
	without_kmap_show(out, addr);
}

static bool show_direct_map(struct out *out, unsigned long addr)
{
	unsigned long pfn = PFN_DOWN(virt_to_phys((void *)addr));

	if (addr < (unsigned long)phys_to_virt(0) || pfn >= ZONE_NORMAL_END_PFN)
		return false;
	if (!mem_map_end_pfn)
		out_printf(out, "pfn %lu, there is no mem_map yet", pfn);
	else if (pfn >= max_low_pfn)
		show_behind_lowmem(out, addr);
	else if (pfn_valid(pfn))
		show_lowmem_page(out, pfn, addr);
	else
		out_printf(out, "hole of lowmem, pfn %lu is not RAM", pfn);
	return true;
}

/* With little lowmem, areas lie where other machines have some. */
bool mm_address_show(struct out *out, unsigned long addr)
{
	return vmalloc_area_show(out, addr) || kfence_address_show(out, addr) ||
	       show_direct_map(out, addr) || show_mem_map(out, addr) || kmap_describe(out, addr);
}

/* --- values ---------------------------------------------------------------------------------- */

static const struct {
	int number;
	const char *name;
} errors[] = {
	{ ENOENT, "ENOENT" }, { EIO, "EIO" },	    { E2BIG, "E2BIG" },
	{ ENOMEM, "ENOMEM" }, { EBUSY, "EBUSY" },   { EEXIST, "EEXIST" },
	{ EINVAL, "EINVAL" }, { ENOSPC, "ENOSPC" }, { ERANGE, "ERANGE" },
};

/* A member of what an error "points" to lies behind the last address, at a small one: nobody could
 * tell that from NULL. */
static bool show_error(struct out *out, unsigned long addr)
{
	unsigned long number = -addr;
	unsigned int i;

	if (number - 1 >= MAX_ERRNO)
		return false;
	out_printf(out, "error number -%lu", number);
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if ((unsigned long)errors[i].number == number)
			out_printf(out, ", -%s", errors[i].name);
	out_printf(out, ": was a return value not looked at?");
	return true;
}

/* Linux's include/linux/poison.h has the same bytes. */
static const struct {
	u8 byte;
	const char *meaning;
} fills[] = {
	{ 0x6b, "a pointer in a freed object" },
	{ 0x5a, "a pointer in an object that was never written" },
	{ 0xa5, "a pointer at the end of a freed object" },
	{ 0xaa, "a pointer in a freed page" },
	{ 0xb5, "a pointer beside a guarded object, or in one that was never written" },
	{ 0xbb, "a pointer in a red zone" },
};

/* All bytes of a pointer alike; 32 bits, as all that this is printed for. */
static bool show_fill(struct out *out, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fills); i++) {
		if (addr - fills[i].byte * 0x01010101UL >= PAGE_SIZE)
			continue;
		out_printf(out, "bytes %02x: %s?", fills[i].byte, fills[i].meaning);
		return true;
	}
	return false;
}

static bool show_text(struct out *out, unsigned long addr)
{
	char text[5];
	unsigned int i;

	if (addr >> 16 >> 16)
		return false;
	for (i = 0; i < 4; i++) {
		text[i] = (char)(addr >> 8 * i & 0xFF);
		if (text[i] < ' ' || text[i] > '~')
			return false;
	}
	text[4] = '\0';
	out_printf(out, "text \"%s\": was a pointer overwritten?", text);
	return true;
}

bool pointer_value_show(struct out *out, unsigned long addr)
{
	return show_error(out, addr) || show_fill(out, addr) || show_text(out, addr);
}

const char *small_value_meaning(unsigned long addr)
{
	if (addr == (unsigned long)ZERO_SIZE_PTR)
		return "what kmalloc(0) returned";
	if (addr - (unsigned long)LIST_POISON_NEXT < sizeof(struct list_head))
		return "->next of a list entry after its list_del()";
	if (addr - (unsigned long)LIST_POISON_PREV < sizeof(struct list_head))
		return "->prev of a list entry after its list_del()";
	return NULL;
}
