/* SPDX-License-Identifier: 0BSD
 *
 * clear_words.h - zeroes without a call, for <asm/page.h>: mm/ clears single pages and objects so.
 */
#ifndef ASM_CLEAR_WORDS_H
#define ASM_CLEAR_WORDS_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Clear @n words of 32 bits at @p (Intel SDM vol. 2, REP STOS). */
static __always_inline void arch_clear_words(void *p, size_t n)
{
	__asm__ volatile("rep stosl" : "+D"(p), "+c"(n) : "a"(0) : "memory");
}
#define arch_clear_words arch_clear_words

#endif
