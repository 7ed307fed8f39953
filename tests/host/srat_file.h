/* SPDX-License-Identifier: 0BSD
 *
 * srat_file.h - which memory is whose as text, made into the table that a firmware would have.
 *
 * `#` comments, else a range a line, NODE START END_EXCLUSIVE (decimal, 0x hex, 0x hex); END 0 is
 * 2^64.
 */
#ifndef HOST_SRAT_FILE_H
#define HOST_SRAT_FILE_H

#include <lib/types.h>

/* Read @path and make a SRAT of it, of *@len bytes, in which NODE n is the domain that becomes node
 * n. Return: NULL after one line on stderr, `FILE:LINE: what is wrong`. */
const void *srat_file_read(const char *path, size_t *len);

#endif
