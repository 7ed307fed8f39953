/* SPDX-License-Identifier: 0BSD
 *
 * align.c - include/lib/align.h at the values where rounding goes wrong.
 */
#include <lib/align.h>
#include <test/ktest.h>

#define PG 4096u

KTEST(align, page_borders, SHORT)
{
	static const struct {
		const char *name;
		u32 x, down, up;
	} cases[] = {
		{ "0", 0, 0, 0 },
		{ "1", 1, 0, PG },
		{ "page - 1", PG - 1, 0, PG },
		{ "page", PG, PG, PG },
		{ "page + 1", PG + 1, PG, 2 * PG },
		{ "top page", 0xfffff000u, 0xfffff000u, 0xfffff000u },
		{ "in top page", 0xfffff001u, 0xfffff000u, 0 },
		{ "last byte", 0xffffffffu, 0xfffff000u, 0 },
		{ "below the top", 0xffffefffu, 0xffffe000u, 0xfffff000u },
	};
	const __typeof__(cases[0]) *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(ALIGN_DOWN(c->x, PG), c->down);
		kt_eq(ALIGN_UP(c->x, PG), c->up);
		kt_eq(IS_ALIGNED(c->x, PG), c->x == c->down);
	}
}

/* A 32-bit mask would cut off the upper half. */
KTEST(align, sixty_four_bits_are_kept, SHORT)
{
	u64 x = 0x123456789abcULL;

	kt_eq(ALIGN_DOWN(x, PG), 0x123456789000ULL);
	kt_eq(ALIGN_UP(x, PG), 0x12345678a000ULL);
	kt_eq(ALIGN_DOWN(x, 1UL << 30), 0x123440000000ULL);
	kt_eq(ALIGN_UP(0xffffffffULL, PG), 1ULL << 32);
	kt_false(IS_ALIGNED(x, PG));
	kt_true(IS_ALIGNED(1ULL << 40, PG));
}

KTEST(align, by_one, SHORT)
{
	kt_eq(ALIGN_UP(7u, 1), 7);
	kt_eq(ALIGN_DOWN(7u, 1), 7);
	kt_true(IS_ALIGNED(7u, 1));
}

KTEST(align, div_round_up, SHORT)
{
	kt_eq(DIV_ROUND_UP(0u, 8u), 0);
	kt_eq(DIV_ROUND_UP(1u, 8u), 1);
	kt_eq(DIV_ROUND_UP(8u, 8u), 1);
	kt_eq(DIV_ROUND_UP(9u, 8u), 2);
	kt_eq(DIV_ROUND_UP(10u, 3u), 4);
}

KTEST(align, powers_of_two, SHORT)
{
	unsigned int bit;

	kt_false(is_power_of_2(0));
	kt_false(is_power_of_2(3));
	kt_false(is_power_of_2(~0UL));
	for (bit = 0; bit < sizeof(long) * 8; bit++) {
		kt_true(is_power_of_2(1UL << bit));
		if (bit > 1)
			kt_false(is_power_of_2((1UL << bit) - 1));
	}
}

KTEST(align, lowest_and_highest_bit, SHORT)
{
	unsigned int bit, top = sizeof(long) * 8 - 1;

	for (bit = 0; bit <= top; bit++) {
		kt_eq(lowest_bit(1UL << bit), bit);
		kt_eq(highest_bit(1UL << bit), bit);
		kt_eq(lowest_bit(~0UL << bit), bit);
		kt_eq(highest_bit(~0UL >> bit), top - bit);
	}
	kt_eq(lowest_bit(0x50), 4);
	kt_eq(highest_bit(0x50), 6);
}
