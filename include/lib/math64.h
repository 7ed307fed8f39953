/* SPDX-License-Identifier: 0BSD
 *
 * math64.h - division of 64-bit numbers, without the compiler's library of helpers (header only).
 *
 * Where a register has 32 bits, a compiler makes `u64 / u64` a call of __udivdi3(), which a kernel
 * that mm/ or lib/ is lifted into may not have. A divisor of 32 bits is all that is ever needed.
 * Context: any; no locks, no static state.
 */
#ifndef LIB_MATH64_H
#define LIB_MATH64_H

#include <lib/types.h>

/* @n / @d, with the remainder in *@rem. @d must not be 0.
 * Long division with the digits that the machine has: one of 32 bits, then single bits. What fits
 * into one register, as most numbers do, is one instruction. */
static inline u64 div_u64_rem(u64 n, u32 d, u32 *rem)
{
	u32 low = (u32)n, quotient = 0, carry, r;
	unsigned int bits;

	if (sizeof(long) == sizeof(u64)) {
		*rem = (u32)((unsigned long)n % d);
		return (unsigned long)n / d;
	}
	if (!(n >> 32)) {
		*rem = low % d;
		return low / d;
	}
	r = (u32)(n >> 32) % d;
	for (bits = 32; bits; bits--) {
		carry = r >> 31; /* a 33rd bit, when @d is large */
		r = r << 1 | low >> 31;
		low <<= 1;
		quotient <<= 1;
		if (carry || r >= d) {
			r -= d;
			quotient |= 1;
		}
	}
	*rem = r;
	return (u64)((u32)(n >> 32) / d) << 32 | quotient;
}

/* @n / @d. @d must not be 0. */
static inline u64 div_u64(u64 n, u32 d)
{
	u32 rem;

	return div_u64_rem(n, d, &rem);
}

#endif
