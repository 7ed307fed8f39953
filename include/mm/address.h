/* SPDX-License-Identifier: 0BSD
 *
 * address.h - what an address is, in words: for the report of a fault, and for who looks at memory.
 *
 * Context: any, before there is a mem_map and in a panic too; takes no locks and follows no pointer
 *          that it has not looked at.
 */
#ifndef MM_ADDRESS_H
#define MM_ADDRESS_H

#include <mm/arch_api.h>

struct out;

/* One phrase, without a newline, on the part of the address space that @addr lies in: the direct
 * map, an area of vmalloc(), mem_map, a slot of kmap_atomic(), a page of kmap(). Return: false,
 * with nothing printed, if it is none of these. */
bool mm_address_show(struct out *out, unsigned long addr);

/* Behind such a phrase: whether @addr is what phys_to_virt()'s sum would make of a page of HighMem,
 * which has no address there. Nothing else is printed. */
void without_kmap_show(struct out *out, unsigned long addr);

/* The same on the value of a pointer that leads nowhere: an error number, a byte that fills memory,
 * text. Return: false, with nothing printed, if it is like none of these. */
bool pointer_value_show(struct out *out, unsigned long addr);

/* What else than a member of NULL a small value may be: what kmalloc(0) returns, or list_del()
 * leaves. Return: NULL if nothing. */
const char *small_value_meaning(unsigned long addr);

#endif
