/* SPDX-License-Identifier: 0BSD
 *
 * string.h - the C library's memory and string functions, as far as they are used.
 *
 * The four mem functions are also what both compilers call for copies and zeroing of their own.
 * Context: any; no locks, no allocation.
 */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <lib/types.h>

void *memset(void *dst, int c, size_t n);
void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);

/* Copy @src into @dst of @size bytes, always terminated (when @size is not 0).
 * Return: length of @src; a value of @size or more means that it was cut. */
size_t strlcpy(char *dst, const char *src, size_t size);

/* The number at @s, as in C99 7.20.1.4: after blanks and a sign, in @base (2 to 36; 0: 0x means
 * 16, 0 means 8, else 10). What does not fit is ULONG_MAX; there is no errno. *@end, unless @end is
 * NULL, becomes what follows the number, and @s where there is none. For options of the command
 * line there are parse_u32() and parse_size() (param.h), which tell what is no number. */
unsigned long strtoul(const char *s, char **end, int base);

/* Does @s match the glob @pattern of `*`, `?` and literal characters? */
bool glob_match(const char *pattern, const char *s);

#endif
