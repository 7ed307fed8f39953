/* SPDX-License-Identifier: 0BSD
 *
 * fault.h - what an address is, and what a page fault says of it.
 *
 * Context: any, also in a panic; takes no locks. What is shown may fault itself if the tables are
 *          damaged: traps.c is ready for that.
 */
#ifndef ASM_FAULT_H
#define ASM_FAULT_H

#include <lib/types.h>

struct out;

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
