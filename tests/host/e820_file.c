/* SPDX-License-Identifier: 0BSD
 *
 * e820_file.c - the reader of .e820 files.
 */
#include "e820_file.h"

#include <stddef.h>

#include "row_file.h"

static void (*take_entry)(u64 start, u64 size, u32 type);

static const char *take_row(const u64 value[ROW_COLUMNS])
{
	take_entry(value[0], value[1] - value[0], (u32)value[2]);
	return NULL;
}

bool e820_file_read(const char *path, void (*take)(u64 start, u64 size, u32 type))
{
	static const struct row_column column[ROW_COLUMNS] = {
		{ "START", 16, 64 },
		{ "END", 16, 64 },
		{ "TYPE", 10, 32 },
	};

	take_entry = take;
	return row_file_read(path, column, take_row);
}
