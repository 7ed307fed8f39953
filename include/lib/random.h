/* SPDX-License-Identifier: 0BSD
 *
 * random.h - a small reproducible generator for tests (Marsaglia's 32-bit xorshift; header only).
 * Not for secrets.
 */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include <lib/types.h>

struct random {
	u32 state;
};

static inline void random_seed(struct random *r, u32 seed)
{
	r->state = seed ? seed : 1; /* 0 is the one state that xorshift never leaves */
}

static inline u32 random_u32(struct random *r)
{
	u32 x = r->state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return r->state = x;
}

/* A number in [0, @n); @n must not be 0. The bias for large @n does not matter to tests. */
static inline u32 random_below(struct random *r, u32 n)
{
	return random_u32(r) % n;
}

#endif
