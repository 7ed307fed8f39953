/* SPDX-License-Identifier: 0BSD
 *
 * fault.h - what an address is, what a page fault says of it, and who mends one.
 *
 * Context: any, also in a panic; takes no locks. What is shown may fault itself if the tables are
 *          damaged: traps.c is ready for that.
 */
#ifndef ASM_FAULT_H
#define ASM_FAULT_H

#include <lib/types.h>

struct out;

/* Page fault error code, Intel SDM vol. 3, figure 4-12. */
#define PF_PRESENT 1u
#define PF_WRITE   2u
#define PF_USER	   4u
#define PF_RSVD	   8u

/* A page fault, as the CPU tells it (Intel SDM vol. 3, 4.7). */
struct page_fault {
	unsigned long address; /* that was accessed */
	unsigned long eip; /* by this instruction, which is tried again if the fault is mended */
	bool present;	   /* a page is there, but not for such an access */
	bool write, user;  /* what was tried, and in ring 3? */
};

/* Whole pages whose faults somebody may mend: by mapping a page (arch_map_kernel()), or making one
 * writable. The structure is the caller's. */
struct fault_range {
	unsigned long start, end; /* @end is behind the last byte */
	/* Return: is it mended? If not, it is reported as if nobody had been asked; if so, the
	 *         access must be allowed now.
	 * Context: interrupts off; whatever the code that faulted holds is held: allocate with
	 *          GFP_ATOMIC, and touch no page of a range. */
	bool (*handle)(const struct page_fault *fault, void *context);
	void *context;
	struct fault_range *next; /* page_fault.c's */
};

/* Ask @range from now on, or not any more. It lies below PAGE_OFFSET or in an area of
 * get_vm_area(): stops at page 0, at one in lowmem, at one that meets another, and at the end of
 * one that is not registered. Context: any. */
void register_fault_range(struct fault_range *range);
void unregister_fault_range(struct fault_range *range);

/* Has a range's handler mended the fault at @address, by the instruction at @eip? Called by traps.c
 * with interrupts off. */
bool page_fault_is_mended(unsigned long address, unsigned long eip, u32 error_code);

/* One phrase on @va, mapped or not, without a newline. */
void address_show(struct out *out, unsigned long va);

bool page_fault_is_write(u32 error_code);

/* Why an access to @address faulted with @error_code: the kind in parentheses, and one phrase.
 * Without a newline. */
void page_fault_cause_show(struct out *out, unsigned long address, u32 error_code);

/* What the page tables have for @address, behind @title, and what the page behind it is, in a few
 * lines. */
void address_details_show(struct out *out, const char *title, unsigned long address);

#endif
