/* SPDX-License-Identifier: 0BSD
 *
 * cal.c - what is known beforehand, as a check of the ruler: rdtsc() itself, loops, one instruction
 * that counts as many.
 */
#include "bench.h"

/* Each is one operation, @i a register that no operation needs. */
#define CAL_ROUND(name, operation)                                                      \
	static bool name##_round(const struct bench *bench, struct bench_round *result) \
	{                                                                               \
		u64 before = rdtsc();                                                   \
		unsigned int i;                                                         \
                                                                                        \
		for (i = bench->ops; i; i--) {                                          \
			operation;                                                      \
			barrier();                                                      \
		}                                                                       \
		result->ticks[0] = rdtsc() - before;                                    \
		return true;                                                            \
	}

static u32 block[PAGE_SIZE / sizeof(u32)] __aligned(PAGE_SIZE);

static void store_words(void)
{
	u32 *to = block;
	u32 count = ARRAY_SIZE(block);

	__asm__ volatile("rep stosl" : "+D"(to), "+c"(count) : "a"(0) : "memory");
}

CAL_ROUND(empty, (void)0)
CAL_ROUND(nop, __asm__ volatile(".rept 100; nop; .endr"))
CAL_ROUND(words, store_words())
CAL_ROUND(irq, local_irq_restore(local_irq_save()))

static bool rdtsc_round(const struct bench *bench __unused, struct bench_round *result)
{
	u64 before = rdtsc();

	result->ticks[0] = rdtsc() - before;
	return true;
}

static void calibration(struct bench_run *run)
{
	static const struct bench benches[] = {
		{ .group = "CAL", .name = "rdtsc-rdtsc", .ops = 1, .round = rdtsc_round },
		{ .group = "CAL", .name = "empty-loop", .ops = 10000, .round = empty_round },
		{ .group = "CAL", .name = "loop+100nop", .ops = 10000, .round = nop_round },
		{ .group = "CAL", .name = "rep-stosl-1024", .ops = 100, .round = words_round },
		{ .group = "CAL", .name = "irqsave+restore", .ops = 10000, .round = irq_round },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(benches); i++)
		bench_measure(run, &benches[i]);
}
BENCH_GROUPS(calibration);
