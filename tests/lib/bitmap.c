/* SPDX-License-Identifier: 0BSD
 *
 * bitmap.c - include/lib/bitmap.h against an array of one bool per bit.
 */
#include <lib/bitmap.h>
#include <test/ktest.h>

#define NR_BITS	 150u /* no multiple of a word, on either word size */
#define NR_LONGS BITS_TO_LONGS(NR_BITS)

struct pair {
	unsigned long map[NR_LONGS + 1]; /* one more to see an overrun */
	bool bits[NR_BITS];
};

static void make_empty(struct pair *p)
{
	memset(p, 0, sizeof(*p));
	p->map[NR_LONGS] = 0x5a5a5a5aUL;
}

static void check_same(const struct pair *p)
{
	unsigned int i;

	for (i = 0; i < NR_BITS; i++)
		kt_eq(test_bit(i, p->map), p->bits[i]);
	kt_eq(p->map[NR_LONGS], 0x5a5a5a5aUL);
}

static unsigned long slow_find(const bool *bits, unsigned long start, unsigned long end, bool value)
{
	while (start < end && bits[start] != value)
		start++;
	return start < end ? start : end;
}

KTEST(bitmap, sizes, SHORT)
{
	kt_eq(BITS_TO_LONGS(0), 0);
	kt_eq(BITS_TO_LONGS(1), 1);
	kt_eq(BITS_TO_LONGS(BITS_PER_LONG), 1);
	kt_eq(BITS_TO_LONGS(BITS_PER_LONG + 1), 2);
	kt_eq(BITS_PER_LONG, sizeof(unsigned long) * 8);
}

KTEST(bitmap, single_bits, SHORT)
{
	struct pair p;
	unsigned int i;

	make_empty(&p);
	for (i = 0; i < NR_BITS; i += 3) {
		__set_bit(i, p.map);
		p.bits[i] = true;
	}
	check_same(&p);
	for (i = 0; i < NR_BITS; i += 2) {
		__clear_bit(i, p.map);
		p.bits[i] = false;
	}
	check_same(&p);
}

KTEST(bitmap, ranges, SHORT)
{
	static const struct {
		const char *name;
		unsigned long start, end;
	} cases[] = {
		{ "empty", 17, 17 },	     { "inverted", 18, 17 },	 { "one", 31, 32 },
		{ "across a word", 30, 34 }, { "whole words", 32, 128 }, { "all", 0, NR_BITS },
	};
	const __typeof__(cases[0]) *c;
	struct pair p;
	unsigned long i;

	for_each_case (c, cases) {
		kt_case(c->name);
		make_empty(&p);
		bitmap_set(p.map, c->start, c->end);
		for (i = c->start; i < c->end; i++)
			p.bits[i] = true;
		check_same(&p);
		bitmap_clear(p.map, c->start, c->end);
		kt_eq(find_next_bit(p.map, 0, NR_BITS), NR_BITS);
		kt_eq(p.map[NR_LONGS], 0x5a5a5a5aUL);
	}
}

KTEST(bitmap, find_in_random_maps, SHORT)
{
	struct pair p;
	unsigned int round, i;

	for (round = 0; round < 60; round++) {
		u32 density = 1 + kt_random_below(8);

		make_empty(&p);
		for (i = 0; i < NR_BITS; i++) {
			p.bits[i] = kt_random_below(9) < density;
			if (p.bits[i])
				__set_bit(i, p.map);
		}
		for (i = 0; i < 40; i++) {
			unsigned long start = kt_random_below(NR_BITS + 1);
			unsigned long end = kt_random_below(NR_BITS + 1);

			kt_eq(find_next_bit(p.map, start, end),
			      slow_find(p.bits, start, end, true));
			kt_eq(find_next_zero_bit(p.map, start, end),
			      slow_find(p.bits, start, end, false));
		}
	}
}

/* A bit behind the end must not be found, though it is in the same word. */
KTEST(bitmap, find_stops_at_the_end, SHORT)
{
	unsigned long map[2] = { 0, 0 };

	__set_bit(20, map);
	kt_eq(find_next_bit(map, 0, 20), 20);
	kt_eq(find_next_bit(map, 0, 19), 19);
	kt_eq(find_next_bit(map, 0, 21), 20);
	kt_eq(find_next_bit(map, 21, 64), 64);
	map[0] = map[1] = ~0UL;
	__clear_bit(20, map);
	kt_eq(find_next_zero_bit(map, 0, 20), 20);
	kt_eq(find_next_zero_bit(map, 0, 10), 10);
	kt_eq(find_next_zero_bit(map, 5, 30), 20);
	kt_eq(find_next_zero_bit(map, 30, 30), 30);
}

KTEST(bitmap, for_each_visits_the_set_bits, SHORT)
{
	static const unsigned int set[] = { 0, 1, 31, 32, 63, 64, 149 };
	unsigned long map[NR_LONGS] = { 0 }, bit;
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(set); i++)
		__set_bit(set[i], map);
	for_each_set_bit (bit, map, NR_BITS) {
		if (n < ARRAY_SIZE(set))
			kt_eq(bit, set[n]);
		n++;
	}
	kt_eq(n, ARRAY_SIZE(set));
}
