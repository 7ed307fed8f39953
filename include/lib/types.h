/* SPDX-License-Identifier: 0BSD
 *
 * types.h - the scalar types, spelled the same for every compiler.
 *
 * The i686-elf compiler makes uint32_t an unsigned long, the i686-linux-gnu one an unsigned int;
 * building on the plain C types keeps printk formats the same with both.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

/* An integer that holds a pointer; `unsigned long` on every port. */
typedef unsigned long uintptr;

_Static_assert(sizeof(u32) == 4 && sizeof(u64) == 8, "integer sizes");
_Static_assert(sizeof(uintptr) == sizeof(void *), "unsigned long must hold a pointer");

#endif
