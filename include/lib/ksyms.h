/* SPDX-License-Identifier: 0BSD
 *
 * ksyms.h - names of the kernel's functions and constants by address, from the table that the
 * second link embeds.
 *
 * The table is constant data: it works before any memory is set up and in a panic.
 */
#ifndef LIB_KSYMS_H
#define LIB_KSYMS_H

#include <lib/types.h>

/* Name of the function that contains @addr, with @offset from its start; NULL if none does. */
const char *ksym_lookup(unsigned long addr, unsigned long *offset);

/* The same, with the bytes from its start to that of the next function in @size. */
const char *ksym_lookup_size(unsigned long addr, unsigned long *offset, unsigned long *size);

/* Name of the constant that contains @addr, with @offset from its start; NULL if none does: strings
 * have no name. */
const char *ksym_constant(unsigned long addr, unsigned long *offset);

/* First and last byte of the table, for the reservation ledger. */
extern const char ksyms_start[], ksyms_end[];

#endif
