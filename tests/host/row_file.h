/* SPDX-License-Identifier: 0BSD
 *
 * row_file.h - numbers as text: `#` comments, else a row a line, of three numbers.
 */
#ifndef HOST_ROW_FILE_H
#define HOST_ROW_FILE_H

#include <lib/types.h>

#define ROW_COLUMNS 3

/* What stands in a column: a number of so many bits, in hex with or without 0x, or in decimal. */
struct row_column {
	const char *name;
	unsigned int base; /* 16 or 10 */
	unsigned int bits;
};

/* Call @take for each row of @path, in their order; it returns NULL, or what is wrong with the row.
 * Return: false after one line on stderr, `FILE:LINE: what is wrong`. */
bool row_file_read(const char *path, const struct row_column column[ROW_COLUMNS],
		   const char *(*take)(const u64 value[ROW_COLUMNS]));

#endif
