/* SPDX-License-Identifier: 0BSD
 *
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one function that gets bytes. It must not depend on inputs before: what it changes it
 * puts back. A difference from an oracle ends in panic(), as a caller's bug does; the fuzzer then
 * keeps the input.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <asm/firmware/boot_info.h>
#include <asm/firmware/e820.h>
#include <lib/types.h>

#include "../model/model.h"

/* The fuzzer's name for the target. Return: 0. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* A heap block of exactly @size bytes, so that the sanitizer sees one byte too much. */
void *fuzz_alloc(size_t size);
void *fuzz_copy(const void *data, size_t size);
void fuzz_free(void *block);

/* What a parser may leave in @info: all within bounds. Stops at the first thing that is not. */
void check_boot_info(const struct boot_info *info);

/* Compare @map with the entries [@first, @end) that it was made of, byte by byte, and the kernel's
 * RAM with the map page by page; once more with RAM at or above @limit taken out (0: not). */
void check_map_of(struct e820_map *map, const struct boot_e820_entry *first,
		  const struct boot_e820_entry *end, u64 limit);

/* The part of it that needs no entries: order, overlaps, and the kernel's RAM. */
void check_map(const struct e820_map *map);

/* Run the operations that @data stands for on @model, four bytes each, from empty to empty. */
void run_model(const struct model *model, const u8 *data, size_t size);

#endif
