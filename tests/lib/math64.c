/* SPDX-License-Identifier: 0BSD
 *
 * math64.c - division of 64-bit numbers: quotient and remainder give the dividend back.
 */
#include <lib/math64.h>
#include <lib/random.h>
#include <test/ktest.h>

static const u32 divisors[] = { 1,	    2,		3,	10,	    16,
				1000,	    65535,	65536,	1000000,    0x7fffffff,
				0x80000000, 0x80000001, 999983, 0xfffffffe, 0xffffffff };

/* The two rules that only the right answer keeps. */
static void check_division(u64 n, u32 d)
{
	u32 rem;
	u64 quotient = div_u64_rem(n, d, &rem);

	kt_eq(quotient * d + rem, n);
	kt_true(rem < d);
	kt_eq(div_u64(n, d), quotient);
}

KTEST(math64, what_lies_around_powers_of_two, SHORT)
{
	unsigned int bit, i;

	for (bit = 0; bit < 64; bit++)
		for (i = 0; i < ARRAY_SIZE(divisors); i++) {
			check_division(1ULL << bit, divisors[i]);
			check_division((1ULL << bit) - 1, divisors[i]);
			check_division(~0ULL - (1ULL << bit), divisors[i]);
		}
}

KTEST(math64, what_lies_around_multiples, SHORT)
{
	u64 multiple;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(divisors); i++)
		for (multiple = divisors[i]; multiple < ~0ULL / 5 - 1; multiple *= 5) {
			check_division(multiple - 1, divisors[i]);
			check_division(multiple, divisors[i]);
			check_division(multiple + 1, divisors[i]);
		}
}

KTEST(math64, random_numbers, SHORT)
{
	struct random r;
	unsigned int i;
	u64 n;
	u32 d;

	random_seed(&r, 64);
	for (i = 0; i < 2000; i++) {
		n = (u64)random_u32(&r) << 32 | random_u32(&r);
		d = random_u32(&r) >> random_below(&r, 32);
		check_division(n >> random_below(&r, 64), d ? d : 1);
	}
}
