/* SPDX-License-Identifier: 0BSD
 *
 * idt.c - gates of one's own, at any time; what nobody has asked for is named and stops.
 */
#include <asm/sections.h>
#include <asm/traps.h>
#include <lib/init.h>
#include <test/ktest.h>

#define FREE_VECTOR 0x80

static volatile unsigned int calls;

/* Written as in README: a handler in C that ends with IRET. */
static __attribute__((interrupt)) void count_call(void *frame __unused)
{
	calls++;
}

static void (*handler(void))(void)
{
	return (void (*)(void))count_call;
}

static void __init init_handler(void)
{
}

KTEST(idt, the_limit_covers_256_gates_and_all_are_present, SHORT)
{
	const u32 present = 0x8000;
	struct {
		u16 limit;
		u32 base;
	} __packed table;
	unsigned int vector;

	__asm__ volatile("sidt %0" : "=m"(table));
	kt_eq(table.limit, 256 * 8 - 1);
	for (vector = 0; vector < 256; vector++)
		kt_eq(((const u32 *)(unsigned long)table.base)[2 * vector + 1] & present, present);
}

/* A macro, because the number is a part of the instruction. */
#define expect_one_call(vector, instruction)                  \
	do {                                                  \
		struct gate before = idt[vector];             \
                                                              \
		calls = 0;                                    \
		idt_set_gate(vector, handler());              \
		__asm__ volatile(instruction : : : "memory"); \
		idt_reset_gate(vector);                       \
		idt[vector] = before;                         \
		kt_eq(calls, 1);                              \
	} while (0)

KTEST(idt, a_handler_runs_until_it_is_taken_away, SHORT)
{
	expect_one_call(FREE_VECTOR, "int $0x80");
}

KTEST(idt, the_last_vector_can_be_had, SHORT)
{
	expect_one_call(255, "int $0xff");
}

KTEST(idt, an_exception_can_be_had, SHORT)
{
	expect_one_call(3, "int3");
}

/* Both change the interrupt flag for a moment. */
KTEST(idt, the_interrupt_flag_is_left_alone, SHORT)
{
	struct gate gate = idt[FREE_VECTOR];
	unsigned long before, after;

	__asm__ volatile("pushfl; popl %0" : "=r"(before));
	idt_set_gate(FREE_VECTOR, handler());
	idt_reset_gate(FREE_VECTOR);
	idt[FREE_VECTOR] = gate;
	__asm__ volatile("pushfl; popl %0" : "=r"(after));
	kt_eq(before & 0x200, after & 0x200);
}

KTEST(idt, stop_a_handler_taken_away_is_none, STOP)
{
	idt_set_gate(FREE_VECTOR, handler());
	idt_reset_gate(FREE_VECTOR);
	kt_expect_stop("unexpected interrupt, vector 128 (0x80)");
	__asm__ volatile("int $0x80");
}

KTEST(idt, stop_the_first_vector_of_devices, STOP)
{
	kt_expect_stop("unexpected interrupt, vector 32 (0x20)");
	__asm__ volatile("int $0x20");
}

KTEST(idt, stop_the_last_vector, STOP)
{
	kt_expect_stop("unexpected interrupt, vector 255 (0xff)");
	__asm__ volatile("int $0xff");
}

KTEST(idt, stop_a_vector_that_does_not_exist, STOP)
{
	kt_expect_stop("BUG: idt_set_gate: vector 256, the last one is 255");
	idt_set_gate(256, handler());
}

KTEST(idt, stop_a_reset_of_a_vector_that_does_not_exist, STOP)
{
	kt_expect_stop("BUG: idt_reset_gate: vector 4294967295, the last one is 255");
	idt_reset_gate(~0u);
}

KTEST(idt, stop_the_double_fault_keeps_its_task, STOP)
{
	kt_expect_stop("BUG: idt_set_gate: vector 8: ");
	idt_set_gate(8, handler());
}

KTEST(idt, stop_a_handler_at_null, STOP)
{
	kt_expect_stop("BUG: idt_set_gate: vector 32: 00000000 is no code that stays");
	idt_set_gate(32, NULL);
}

KTEST(idt, stop_a_handler_in_data, STOP)
{
	kt_expect_stop("is no code that stays (__init, or a pointer to data?)");
	idt_set_gate(32, (void (*)(void))_sdata);
}

KTEST_STOP_BOOT(idt, stop_a_handler_in_init)
{
	kt_expect_stop("is no code that stays (__init, or a pointer to data?)");
	idt_set_gate(32, init_handler);
}
