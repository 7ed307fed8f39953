/* SPDX-License-Identifier: 0BSD
 *
 * tsc.c - ticks as microseconds.
 */
#include <dev/time.h>
#include <test/ktest.h>

#include <asm/tsc.h>

#define DAY_US 86400000000ULL

static const struct ticks_case {
	const char *name;
	u64 ticks;
	u32 per_ms;
	u64 us;
} ticks_cases[] = {
	{ "none", 0, 3000000, 0 },
	{ "less than a microsecond", 2999, 3000000, 0 },
	{ "a microsecond", 3000, 3000000, 1 },
	{ "the end of a millisecond", 2999999, 3000000, 999 },
	{ "milliseconds and more", 7 * 3000000 + 4500, 3000000, 7001 },
	{ "less than a tick a microsecond", 5, 3, 1666 },
	{ "a year", 365 * 86400000ULL * 3000000, 3000000, 365 * DAY_US },
	{ "a day of the fastest clock", 86400000ULL * 0xffffffff, 0xffffffff, DAY_US },
};

KTEST(tsc, ticks_are_microseconds, SHORT)
{
	const struct ticks_case *c;

	for_each_case (c, ticks_cases) {
		kt_case(c->name);
		kt_eq(tsc_to_us(c->ticks, c->per_ms), c->us);
		kt_eq(tsc_to_ns(c->ticks, c->per_ms) / 1000, c->us);
	}
}

KTEST(tsc, a_delay_takes_its_time_or_is_refused, SHORT)
{
	u64 before = clock_us();

	if (!before) {
		kt_false(mdelay(3));
		return;
	}
	kt_true(mdelay(3));
	kt_true(clock_us() - before >= 3000 - 1); /* both are rounded down */
	kt_true(mdelay(0));
}

static bool wait_us(unsigned int us)
{
	u64 before = clock_ns();

	return udelay(us) && clock_ns() - before >= us * 1000 - 1;
}

static bool wait_ns(unsigned int ns)
{
	u64 before = clock_ns();

	return ndelay(ns) && clock_ns() - before >= ns - 1;
}

KTEST(tsc, short_delays_take_their_time, SHORT)
{
	u64 us = clock_us();

	if (!us)
		kt_skip("no timer");
	kt_true(wait_us(1) && wait_us(20) && wait_us(1500));
	kt_true(wait_ns(1) && wait_ns(300) && wait_ns(40000));
	kt_true(clock_ns() / 1000 >= us + 1521); /* the same clock */
}
