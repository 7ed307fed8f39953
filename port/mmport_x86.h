/* SPDX-License-Identifier: 0BSD
 *
 * mmport_x86.h - what mmport.c uses: nothing here is to be changed.
 */
#ifndef MMPORT_X86_H
#define MMPORT_X86_H

#include <mm/bootmem.h>
#include <mm/mm_init.h>

/* What mmport_start() was given. */
struct mmport_memory {
	const struct mem_reservation *ram;
	unsigned int nr_ram;
	const struct mem_reservation *reserved;
	unsigned int nr_reserved;
};

/* mmport_memory.c: Stop when it is called again, before anything of the first call is changed. */
void mmport_start_once(void);

/* mmport_memory.c: Stop at ranges that cannot be: RAM is whole pages, ascends and does not overlap;
 * no range is empty or reversed; the kernel's own image is reserved, and so is what the processor
 * reads, and the ranges themselves. Nothing is written.
 * Return: the end of lowmem, a pfn. */
unsigned long mmport_check_memory(const struct mmport_memory *memory);

/* mmport_memory.c: init_bootmem(), free_bootmem() and reserve_bootmem() with these ranges. Page 0,
 * whose address is NULL where there are no page tables, is reserved. */
void mmport_fill_bootmem(const struct mmport_memory *memory, unsigned long low_end);

/* mmport_memory.c: add_active_range() of all RAM below @low_end. */
void mmport_add_ranges(const struct mmport_memory *memory, unsigned long low_end);

/* mmport_x86.c: The tables that the processor passes on its way to @va, as far as they go, into
 * @tables. Return: how many; without paging none, and 0 is good where nobody can tell. */
#define MMPORT_LEVELS 4
unsigned int mmport_page_tables(unsigned long va, phys_addr_t *tables);

/* mmport_x86.c: The GDT and the kernel's IDT. Context: under mmport_watch_faults(true). */
struct mmport_tables {
	const void *gdt, *idt;
	unsigned long gdt_bytes, idt_bytes;
};
struct mmport_tables mmport_tables(void);

/* mmport_x86.c: Until it is called with false, a page fault stops with a sentence, whatever
 * handlers the kernel has, or has not yet: interrupts are off and its IDT is put aside. */
void mmport_watch_faults(bool on);

/* mmport_x86.c: mm_port_check_interrupts() with interrupts on for a moment, while the interrupt
 * controllers are masked. Context: under mmport_watch_faults(true). */
void mmport_watch_interrupts(void);

#endif
