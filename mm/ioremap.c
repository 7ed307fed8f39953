/* SPDX-License-Identifier: 0BSD
 *
 * ioremap.c - device memory in an area of vmap_area.c (Gorman 7.3).
 *
 * 1. Concepts  A device answers at physical addresses; how the CPU may treat them is the mapping's
 *              memory type (Intel SDM vol. 3, 11.3). Whole pages are mapped, and the result points
 *              at the byte that was asked for.
 * 2. RAM       is refused: the direct map has it with caching, and two types for one page are
 *              undefined (Intel SDM vol. 3, 11.12.4). What is RAM the port knows.
 * 3. Early     It works as soon as there are page tables, for a few areas that stay: the screen.
 * 4. Not done  Two mappings of a device with different types are not noticed.
 */
#include <lib/align.h>
#include <mm/vmalloc.h>
#include "vmap_area.h"

static const char *refusal(phys_addr_t phys, unsigned long size)
{
	if (!size)
		return "nothing is asked for";
	if (phys >= PFN_PHYS(ARCH_PFN_LIMIT) || size > PFN_PHYS(ARCH_PFN_LIMIT) - phys)
		return "no page table can name it";
	return NULL;
}

/* May these bytes be mapped? One line if not; that on RAM is Linux's. */
static bool can_be_mapped(phys_addr_t phys, unsigned long size)
{
	const char *why = refusal(phys, size);

	if (why) {
		printk(KERN_WARNING "ioremap of %lu bytes at 0x%08llx: %s\n", size, phys, why);
		return false;
	}
	if (!arch_has_ram(PFN_DOWN(phys), PFN_UP(phys + size)))
		return true;
	printk(KERN_WARNING "ioremap on RAM at 0x%08llx - 0x%08llx\n", phys, phys + size - 1);
	return false;
}

static void *ioremap_for(phys_addr_t phys, unsigned long size, pgprot_t prot, const void *caller)
{
	unsigned long offset = (unsigned long)phys % PAGE_SIZE;
	struct vmap_area *va;

	if (!can_be_mapped(phys, size))
		return NULL;
	va = vmap_area_alloc(offset + size, VM_IOREMAP, GFP_KERNEL, caller);
	if (!va)
		return NULL;
	va->phys = phys - offset;
	if (!arch_map_kernel(va->start, PFN_DOWN(phys), vmap_nr_pages(va), prot))
		return (char *)va->start + offset;
	printk(KERN_WARNING "ioremap of %lu bytes at 0x%08llx: no memory for a page table\n", size,
	       phys);
	vmap_area_free_lazy(vmap_area_remove(__func__, (void *)va->start, VM_IOREMAP), caller);
	return NULL;
}

void *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot)
{
	return ioremap_for(phys, size, prot, __builtin_return_address(0));
}

void *ioremap(phys_addr_t phys, unsigned long size)
{
	return ioremap_for(phys, size, PROT_KERNEL_IO, __builtin_return_address(0));
}

void *ioremap_wc(phys_addr_t phys, unsigned long size)
{
	return ioremap_for(phys, size, PROT_KERNEL_WC, __builtin_return_address(0));
}

void *ioremap_cache(phys_addr_t phys, unsigned long size)
{
	return ioremap_for(phys, size, PROT_KERNEL_RW, __builtin_return_address(0));
}

void iounmap(const void *addr)
{
	struct vmap_area *va;

	if (!addr)
		return;
	va = vmap_area_remove(__func__, (void *)ALIGN_DOWN((uintptr)addr, PAGE_SIZE), VM_IOREMAP);
	arch_unmap_kernel(va->start, vmap_nr_pages(va));
	vmap_area_free_lazy(va, __builtin_return_address(0));
}
