/* SPDX-License-Identifier: 0BSD
 *
 * e820_file.h - memory maps as text: `#` comments, else an entry a line, START END_EXCLUSIVE TYPE
 * (0x hex, 0x hex, decimal); END 0 with START not 0 is 2^64.
 */
#ifndef HOST_E820_FILE_H
#define HOST_E820_FILE_H

#include <lib/types.h>

/* Call @take for each entry of @path, in their order; @size is END - START modulo 2^64.
 * Return: false after one line on stderr, `FILE:LINE: what is wrong`. */
bool e820_file_read(const char *path, void (*take)(u64 start, u64 size, u32 type));

#endif
