/* SPDX-License-Identifier: 0BSD
 *
 * srat_file.c - the reader of .srat files, and the maker of their tables.
 *
 * Nodes get their numbers in the order in which proximity domains come in the table. So that those
 * of the file are kept, whatever its order and whatever it leaves out, the table begins with an
 * empty range for each domain from 0 on that can have a node: that takes a number, and is no
 * memory.
 */
#include "srat_file.h"

#include <asm/firmware/acpi.h>
#include <asm/mm_limits.h>

#include <stdlib.h>
#include <string.h>

#include "row_file.h"

#define HEAD_SIZE  48u
#define ENTRY_SIZE 40u

static u8 *table;
static size_t table_len;
static u32 nr_nodes;

/* More bytes of the table, zeroes. */
static u8 *add_bytes(size_t bytes)
{
	table = realloc(table, table_len + bytes);
	if (!table)
		abort();
	memset(table + table_len, 0, bytes);
	table_len += bytes;
	return table + table_len - bytes;
}

/* ACPI specification 6.4, 5.2.16.2. */
static void write_range(u8 *entry, u32 domain, u64 start, u64 size, u32 enabled)
{
	entry[0] = 1;
	entry[1] = ENTRY_SIZE;
	memcpy(entry + 2, &domain, sizeof(domain));
	memcpy(entry + 8, &start, sizeof(start));
	memcpy(entry + 16, &size, sizeof(size));
	memcpy(entry + 28, &enabled, sizeof(enabled));
}

static const char *take_range(const u64 value[ROW_COLUMNS])
{
	u64 start = value[1], size = value[2] - start;

	if (!size || value[2] - 1 < start)
		return "END is not above START";
	write_range(add_bytes(ENTRY_SIZE), (u32)value[0], start, size, 1);
	if (nr_nodes <= value[0])
		nr_nodes = (u32)value[0] + 1;
	return NULL;
}

static void write_head(void)
{
	struct acpi_header *head = (void *)table;
	u8 sum = 0;
	size_t i;

	*head = (struct acpi_header){ .length = (u32)table_len, .revision = 3 };
	memcpy(head->signature, "SRAT", sizeof(head->signature));
	memcpy(head->oem_id, "MMSIM ", sizeof(head->oem_id));
	for (i = 0; i < table_len; i++)
		sum = (u8)(sum + table[i]);
	head->checksum = (u8)-sum;
}

const void *srat_file_read(const char *path, size_t *len)
{
	static const struct row_column column[ROW_COLUMNS] = {
		{ "NODE", 10, 8 },
		{ "START", 16, 64 },
		{ "END", 16, 64 },
	};
	u32 nid;

	add_bytes(HEAD_SIZE + MAX_NUMNODES * ENTRY_SIZE);
	if (!row_file_read(path, column, take_range))
		return NULL;
	for (nid = 0; nid < MAX_NUMNODES; nid++)
		write_range(table + HEAD_SIZE + nid * ENTRY_SIZE, nid, 0, 0, nid < nr_nodes);
	write_head();
	*len = table_len;
	return table;
}
