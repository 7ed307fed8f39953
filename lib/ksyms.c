/* SPDX-License-Identifier: 0BSD
 *
 * ksyms.c - names of the kernel's functions and constants by address.
 *
 * 1. Concepts    A boot loader brings no symbol table along, so the build puts one into the image:
 *                the kernel is linked once, scripts/build/ksyms lists its functions and constants,
 *                and the second link carries the list in section .ksyms, behind all of them, where
 *                it moves none.
 * 2. Data        u32 n; u32 address[n], strictly ascending; u32 name[n], offsets into the names;
 *                the names, each with its terminating 0, that of a constant with a dot in front. An
 *                entry with an empty name ends what is before it: nothing is known from there to
 *                the next entry.
 * 3. Locking     None: constant data.
 * 4. Not done    No variables, which the table would move; no lookup of addresses by name; no
 *                compression: the table is for backtraces and faults, and 80 KiB, most of them for
 *                tests, are affordable.
 */
#include <lib/ksyms.h>

struct ksym_table {
	u32 count;
	u32 words[]; /* addresses, offsets of names, names */
};

/* Index of the last entry at or below @addr; -1 if all are above. */
static long last_entry_upto(const struct ksym_table *table, unsigned long addr)
{
	long low = 0, high = (long)table->count;

	while (low < high) {
		long middle = low + (high - low) / 2;

		if (table->words[middle] <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

/* What contains @addr, by its name as it stands in the table; NULL if it has none, or is no
 * @constant although it should be one, or is one. */
static const char *lookup(unsigned long addr, bool constant, unsigned long *offset,
			  unsigned long *size)
{
	const struct ksym_table *table = (const struct ksym_table *)(const void *)ksyms_start;
	const u32 *name_offset = table->words + table->count;
	const char *names = (const char *)(name_offset + table->count);
	long entry = last_entry_upto(table, addr);
	char first = '\0';

	if (entry >= 0)
		first = names[name_offset[entry]];
	if (!first || (first == '.') != constant)
		return NULL;
	*offset = addr - table->words[entry];
	*size = table->words[entry + 1] - table->words[entry];
	return names + name_offset[entry];
}

const char *ksym_lookup_size(unsigned long addr, unsigned long *offset, unsigned long *size)
{
	return lookup(addr, false, offset, size);
}

const char *ksym_constant(unsigned long addr, unsigned long *offset)
{
	unsigned long size;
	const char *name = lookup(addr, true, offset, &size);

	return name ? name + 1 : NULL;
}

const char *ksym_lookup(unsigned long addr, unsigned long *offset)
{
	unsigned long size;

	return ksym_lookup_size(addr, offset, &size);
}
