/* SPDX-License-Identifier: 0BSD
 *
 * ctype.h - kinds of characters, of ASCII (header only).
 */
#ifndef LIB_CTYPE_H
#define LIB_CTYPE_H

#include <lib/types.h>

static inline bool isspace(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What @c stands for as a digit, 10 to 35 for letters of either case; 36: it is no digit. */
static inline unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? (unsigned int)(c - 'a') + 10 : 36;
}

#endif
