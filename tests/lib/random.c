/* SPDX-License-Identifier: 0BSD
 *
 * random.c - include/lib/random.h: the published sequence, repeatable, never stuck.
 */
#include <lib/random.h>
#include <test/ktest.h>

/* First values for state 2463534242, the example of Marsaglia's "Xorshift RNGs" (2003). */
KTEST(random, published_sequence, SHORT)
{
	static const u32 want[] = { 723471715, 2497366906u, 2064144800 };
	struct random r;
	size_t i;

	random_seed(&r, 2463534242u);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		kt_eq(random_u32(&r), want[i]);
}

KTEST(random, same_seed_same_numbers, SHORT)
{
	struct random a, b, c;
	int i, same = 0;

	random_seed(&a, 42);
	random_seed(&b, 42);
	random_seed(&c, 43);
	for (i = 0; i < 100; i++) {
		u32 x = random_u32(&a);

		kt_eq(random_u32(&b), x);
		same += random_u32(&c) == x;
	}
	kt_true(same < 3);
}

KTEST(random, zero_seed_is_not_stuck, SHORT)
{
	struct random r;

	random_seed(&r, 0);
	kt_true(random_u32(&r) != 0);
	kt_true(random_u32(&r) != random_u32(&r));
}

KTEST(random, below_stays_below_and_reaches_all, SHORT)
{
	unsigned int seen[7] = { 0 }, i;
	struct random r;

	random_seed(&r, 1);
	for (i = 0; i < 700; i++) {
		u32 n = random_below(&r, ARRAY_SIZE(seen));

		kt_assert(n < ARRAY_SIZE(seen));
		seen[n]++;
	}
	for (i = 0; i < ARRAY_SIZE(seen); i++)
		kt_true(seen[i] > 50);
	kt_eq(random_below(&r, 1), 0);
}
