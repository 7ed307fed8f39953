/* SPDX-License-Identifier: 0BSD
 *
 * bitmap.h - arrays of bits in unsigned longs, bit 0 the lowest of word 0 (header only).
 *
 * No locking. Ranges are half-open [start, end) in bits; an empty range is legal.
 */
#ifndef LIB_BITMAP_H
#define LIB_BITMAP_H

#include <lib/align.h>
#include <lib/string.h>

#define BITS_PER_LONG	 (sizeof(unsigned long) * 8)
#define BITS_TO_LONGS(n) DIV_ROUND_UP((unsigned long)(n), BITS_PER_LONG)

static inline bool test_bit(unsigned long nr, const unsigned long *map)
{
	return (map[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG)) & 1;
}

static inline void __set_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] |= 1UL << (nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned long nr, unsigned long *map)
{
	map[nr / BITS_PER_LONG] &= ~(1UL << (nr % BITS_PER_LONG));
}

/* First bit of [@start, @end) that differs from the bits of @skip (0 or ~0UL); @end if none
 * does. */
static inline unsigned long __find_bit(const unsigned long *map, unsigned long start,
				       unsigned long end, unsigned long skip)
{
	const unsigned long *word, *last;
	unsigned long bits, nr;

	if (start >= end)
		return end;
	word = map + start / BITS_PER_LONG;
	last = map + (end - 1) / BITS_PER_LONG;
	bits = (*word ^ skip) >> (start % BITS_PER_LONG) << (start % BITS_PER_LONG);
	while (!bits && word < last)
		bits = *++word ^ skip;
	if (!bits)
		return end;
	nr = (unsigned long)(word - map) * BITS_PER_LONG + lowest_bit(bits);
	return nr < end ? nr : end;
}

/* First set bit of [@start, @end), or @end. */
static inline unsigned long find_next_bit(const unsigned long *map, unsigned long start,
					  unsigned long end)
{
	return __find_bit(map, start, end, 0);
}

/* First clear bit of [@start, @end), or @end. */
static inline unsigned long find_next_zero_bit(const unsigned long *map, unsigned long start,
					       unsigned long end)
{
	return __find_bit(map, start, end, ~0UL);
}

/* The bits of one word from @start on, below @end. */
static inline unsigned long __bitmap_word_mask(unsigned long start, unsigned long end)
{
	unsigned long shift = start % BITS_PER_LONG, count = end - start;
	unsigned long mask = count < BITS_PER_LONG ? (1UL << count) - 1 : ~0UL;

	return mask << shift;
}

/* Give the bits [@start, @end) the value of @value's bits (0 or ~0UL): a part of a word, whole
 * words, a part of a word. */
static inline void __bitmap_fill(unsigned long *map, unsigned long start, unsigned long end,
				 unsigned long value)
{
	while (start < end) {
		unsigned long *word = &map[start / BITS_PER_LONG], mask;

		if (start % BITS_PER_LONG == 0 && end - start >= BITS_PER_LONG) {
			unsigned long words = (end - start) / BITS_PER_LONG;

			memset(word, (int)value, words * sizeof(*word));
			start += words * BITS_PER_LONG;
			continue;
		}
		mask = __bitmap_word_mask(start, end);
		*word = (*word & ~mask) | (value & mask);
		start = ALIGN_DOWN(start, BITS_PER_LONG) + BITS_PER_LONG;
	}
}

static inline void bitmap_set(unsigned long *map, unsigned long start, unsigned long end)
{
	__bitmap_fill(map, start, end, ~0UL);
}

static inline void bitmap_clear(unsigned long *map, unsigned long start, unsigned long end)
{
	__bitmap_fill(map, start, end, 0);
}

#define for_each_set_bit(bit, map, size)                          \
	for ((bit) = find_next_bit(map, 0, size); (bit) < (size); \
	     (bit) = find_next_bit(map, (bit) + 1, size))

#endif
