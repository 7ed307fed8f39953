/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.h - addresses of their own for scattered pages and for devices (Gorman chapter 7, Mauerer
 * 3.5.7).
 *
 * An area is a run of addresses outside the direct map, with a page behind it that is never mapped.
 * vmalloc() maps pages of its own there, vmap() the caller's, ioremap() a device; in one of
 * get_vm_area() the caller maps what it likes.
 *
 * Context: from vmalloc_init() on, for ioremap(); from kmem_cache_init() on for all. Not under a
 *          lock of mm/: they take zone->lock and cache->lock, and vmap_area_lock after them. Never
 *          sleeps.
 * Failure: no memory, no address space or a size of 0 is one line and NULL, with nothing changed;
 *          with __GFP_NOWARN without the line. What is given back and was not got (twice, the
 *          wrong function, the middle of an area, an address of the direct map), and bytes written
 *          behind the end of an area, stop with the values and who asked for the area.
 * After vfree() the addresses are unmapped at once, but not used again before the TLBs of all CPUs
 * were flushed, once for many areas: who goes on using them faults.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include <mm/gfp.h>
#include <mm/page.h>

struct out;

/* What an area is, as vmap() is told in Linux. */
#define VM_IOREMAP 0x1u
#define VM_ALLOC   0x2u
#define VM_MAP	   0x4u
#define VM_AREA	   0x8u

/* Use the addresses [@start, @end), whole pages that arch_map_kernel() can map and that nothing
 * else uses. Context: once, from the boot's paging on. */
void vmalloc_init(unsigned long start, unsigned long end);

/* @size bytes at an address that is a multiple of PAGE_SIZE; the pages may be HighMem, and need not
 * be neighbours. vzalloc() and vmalloc_user() give zeroed memory, the latter in whole pages, to be
 * handed on: what is behind @size may be used there, too. There is no vmalloc_32(): without PAE all
 * pages lie below 4 GiB. */
void *vmalloc(unsigned long size) __must_check;
void *vzalloc(unsigned long size) __must_check;
void *vmalloc_user(unsigned long size) __must_check;

/* The same with pages as @gfp says, mapped as @prot says. */
void *__vmalloc(unsigned long size, gfp_t gfp, pgprot_t prot) __must_check;

/* Give back what one of these returned; NULL is ignored. */
void vfree(const void *addr);

/* Map the caller's @count @pages one behind the other; @flags is VM_MAP. They stay the caller's,
 * and vunmap() only takes the addresses away. */
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
	__must_check;
void vunmap(const void *addr);

/* Map @size bytes of device memory at @phys, which need not begin a page: not cached; ioremap_wc()
 * gathers writes where the CPU can do that; ioremap_cache() is for tables of the firmware.
 * Return: the address of @phys; NULL, with one line, if any of the pages is RAM, or lies behind the
 *         last one. */
void *ioremap(phys_addr_t phys, unsigned long size) __must_check;
#define ioremap_nocache ioremap
void *ioremap_wc(phys_addr_t phys, unsigned long size) __must_check;
void *ioremap_cache(phys_addr_t phys, unsigned long size) __must_check;
/* The type is @prot's: PROT_KERNEL_IO, _WC, or cached, _RW and _RO. */
void *ioremap_prot(phys_addr_t phys, unsigned long size, pgprot_t prot) __must_check;
void iounmap(const void *addr);

/* Nothing but @size bytes of addresses, in whole pages, and the guard page: what is mapped there
 * the caller maps with arch_map_kernel(), and as whose the area is shown. free_vm_area() unmaps
 * what is left and takes the addresses back; pages stay the caller's. */
void *get_vm_area(unsigned long size) __must_check;
void free_vm_area(const void *addr);

/* Is @addr in the range of areas, whether one is there or not? */
bool is_vmalloc_addr(const void *addr);

/* The page that is mapped at @addr, an address of such an area. Return: NULL if none is. */
struct page *vmalloc_to_page(const void *addr);

/* Flush all that was given back, so that its addresses can be used again. */
void vm_unmap_aliases(void);

/* One phrase, without a newline, on @addr in the range of areas: which area it lies in or is next
 * to. Context: any, in a panic, too. Return: false, with nothing printed, if it is not in that
 * range. */
bool vmalloc_area_show(struct out *out, unsigned long addr);

/* /proc/vmallocinfo. Context: as vmalloc_area_show(). */
void vmallocinfo_show(struct out *out);

/* Bytes of address space: of all, of those that areas have, and of the largest free piece. */
struct vmalloc_usage {
	unsigned long total, used, chunk;
};
void vmalloc_usage(struct vmalloc_usage *usage);

#endif
