/* SPDX-License-Identifier: 0BSD
 *
 * mem.c - memset, memcpy, memmove and memcmp in portable C.
 *
 * 1. Concepts  Bytes up to a word boundary, then whole words, then the bytes that are left. Words
 *              are used only if both sides can be aligned at once; otherwise bytes all the way.
 * 2. Recursion Both compilers turn a copying or filling loop into a call of memcpy or memset: of
 *              the very function that contains it. The barrier() in each loop keeps the loops what
 *              they are, whatever flags the file is compiled with.
 * 3. Porting   These four stand alone in a file so that a port can put faster ones in its place.
 * 4. Not done  No unrolling, no SSE: there is no FPU context in this kernel.
 */
#include <lib/align.h>
#include <lib/compiler.h>
#include <lib/string.h>

/* May lie over an object of any type. */
typedef unsigned long __attribute__((may_alias)) word_t;

#define WORD sizeof(word_t)

static bool is_word_aligned(const void *p)
{
	return IS_ALIGNED((uintptr)p, WORD);
}

/* Can @a and @b become aligned together? */
static bool same_phase(const void *a, const void *b)
{
	return is_word_aligned((const void *)((uintptr)a ^ (uintptr)b));
}

void *memset(void *dst, int c, size_t n)
{
	const word_t pattern = (word_t)-1 / 0xff * (u8)c;
	u8 *d = dst;

	for (; n && !is_word_aligned(d); n--) {
		*d++ = (u8)c;
		barrier();
	}
	for (; n >= WORD; n -= WORD, d += WORD) {
		*(word_t *)(void *)d = pattern;
		barrier();
	}
	for (; n; n--) {
		*d++ = (u8)c;
		barrier();
	}
	return dst;
}

static void copy_up(u8 *d, const u8 *s, size_t n)
{
	if (same_phase(d, s)) {
		for (; n && !is_word_aligned(d); n--) {
			*d++ = *s++;
			barrier();
		}
		for (; n >= WORD; n -= WORD, d += WORD, s += WORD) {
			*(word_t *)(void *)d = *(const word_t *)(const void *)s;
			barrier();
		}
	}
	for (; n; n--) {
		*d++ = *s++;
		barrier();
	}
}

static void copy_down(u8 *d, const u8 *s, size_t n)
{
	d += n;
	s += n;
	if (same_phase(d, s)) {
		for (; n && !is_word_aligned(d); n--) {
			*--d = *--s;
			barrier();
		}
		for (; n >= WORD; n -= WORD) {
			d -= WORD;
			s -= WORD;
			*(word_t *)(void *)d = *(const word_t *)(const void *)s;
			barrier();
		}
	}
	for (; n; n--) {
		*--d = *--s;
		barrier();
	}
}

void *memcpy(void *dst, const void *src, size_t n)
{
	copy_up(dst, src, n);
	return dst;
}

/* Upwards is right unless @dst begins inside of @src; one unsigned comparison says that. */
void *memmove(void *dst, const void *src, size_t n)
{
	if ((uintptr)dst - (uintptr)src >= n)
		copy_up(dst, src, n);
	else
		copy_down(dst, src, n);
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}
