/* SPDX-License-Identifier: 0BSD
 *
 * phys_view.c - one window on physical memory, for what lies where the firmware likes.
 *
 * Lowmem is in the direct map, holes and all. Behind it device memory and tables that no map calls
 * RAM are mapped as ioremap_cache() does, and HighMem, which that refuses, by its pages. The window
 * is kept until the next call, so that nobody has to give it back.
 */
#include <asm/firmware/e820.h>
#include <asm/phys_view.h>
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

/* What is mapped, and how to undo that; NULL: nothing. */
static void *window;
static void (*unmap)(const void *addr);

static void *map_highmem(unsigned long pfn, unsigned long nr)
{
	struct page **pages = kmalloc(nr * sizeof(void *), GFP_KERNEL);
	void *addr = NULL;
	unsigned long i;

	for (i = 0; pages && i < nr; i++)
		pages[i] = pfn_to_page(pfn + i);
	if (pages)
		addr = vmap(pages, (unsigned int)nr, VM_MAP, PROT_KERNEL_RO);
	kfree(pages);
	return addr;
}

static void *map_pages(unsigned long pfn, unsigned long nr)
{
	bool is_ram = e820_all_ram(&e820_map, PFN_PHYS(pfn), PFN_PHYS(pfn + nr) - 1);

	unmap = is_ram ? vunmap : iounmap;
	return is_ram ? map_highmem(pfn, nr) : ioremap_cache(PFN_PHYS(pfn), nr << PAGE_SHIFT);
}

const void *phys_view(phys_addr_t phys, size_t len)
{
	unsigned long pfn = PFN_DOWN(phys);

	if (window)
		unmap(window);
	window = NULL;
	if (phys + len <= PFN_PHYS(max_low_pfn))
		return phys_to_virt(phys);
	window = map_pages(pfn, PFN_UP(phys + len) - pfn);
	return window ? (char *)window + phys % PAGE_SIZE : NULL;
}
