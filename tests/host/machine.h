/* SPDX-License-Identifier: 0BSD
 *
 * machine.h - the simulated machine: physical memory, and the boot that takes it to kmalloc().
 */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <asm/firmware/memory_setup.h>
#include <asm/setup.h>

/* Physical memory of 4 GiB, nothing of it accessible yet. Context: once, before all else. */
void machine_init(void);

/* Let the pages [@start_pfn, @end_pfn) of lowmem be accessed through the direct map. */
void machine_add_lowmem(unsigned long start_pfn, unsigned long end_pfn);

/* Where arch_map_kernel() may map, behind @low_pfn pages of lowmem, as far as on the i686 port. */
unsigned long machine_vmalloc_start(unsigned long low_pfn);
unsigned long machine_vmalloc_end(void);

/* Pages of RAM below @end_pfn that the map in force, e820_map, gives. */
unsigned long machine_ram_pages(unsigned long end_pfn);

/* Let node 1 have the memory from @start_pfn on, if this build has two nodes.
 * Context: before machine_boot(). */
void machine_split_nodes(unsigned long start_pfn);

/* What the kernel's boot does with the firmware's map in e820_map. */

/* Complete e820_map, into which @info's entries were laid, and apply @cmdline to it. */
void machine_settle_map(const struct boot_info *info, const char *cmdline);

/* How memory_setup() is told of it. No hardware is in the way, so there are no hooks. */
extern struct machine_memory machine;

/* What page debugging asks of the machine. There are no names of functions. */
extern const struct page_debug_port host_page_debug;

/* Boot on e820_map with the kernel image at [@image_start, @image_end), up to and with mem_init().
 * Numbers of the Memory: line are kept. */
void machine_boot(phys_addr_t image_start, phys_addr_t image_end);

/* Start the slab allocator. Return: false, after one line, if lowmem has no pages for it; the
 * kernel would stop there. */
bool machine_start_slab(void);

/* A machine for random operations, from nothing to kmalloc(): 16 MiB DMA, 8 Normal, 8 HighMem.
 * Context: instead of all the above. */
void machine_start_small(void);

extern unsigned long machine_available_pages, machine_total_pages; /* of the Memory: line */

#endif
