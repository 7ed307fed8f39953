/* SPDX-License-Identifier: 0BSD
 *
 * format.h - printf formatting: flags `-0+ #`, width, precision (also `*`), lengths hh h l ll z t,
 * conversions d i u x X o c s p %. No floating point.
 *
 * %p prints 0x and eight or sixteen digits. %pS is the function that contains the address, as in
 * Linux: name+0xoffset/0xsize, and where none is known the same as %p. An unknown conversion is
 * printed as it stands, and nothing after it is taken from the arguments.
 * Context: any; no locks, no allocation, no static state: usable in a panic.
 */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Receives the output in pieces; @arg is what the caller of vformat() gave. */
typedef void (*format_emit_t)(void *arg, const char *text, size_t len);

/* Format into @emit. Return: number of characters emitted. */
int vformat(format_emit_t emit, void *arg, const char *fmt, va_list ap);

/* As in C99: writes at most @size bytes with the terminator, returns the length it would have. */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* What an English noun has behind it after the number @n. */
#define PLURAL(n) ((n) == 1 ? "" : "s")

#endif
