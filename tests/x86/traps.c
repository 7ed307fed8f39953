/* SPDX-License-Identifier: 0BSD
 *
 * traps.c - every way to die is reported: the exception, the place by name, the likely cause.
 */
#include <asm/cpu.h>
#include <asm/machine.h>
#include <asm/mm_limits.h>
#include <asm/page.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "touch.h"

KTEST(traps, reading_null_is_named, STOP)
{
	kt_expect_stop("page fault: read of 00000000 (NULL pointer)");
	read_from(0);
}

KTEST(traps, writing_through_null_is_named, STOP)
{
	kt_expect_stop("page fault: write of 0000000c (NULL pointer)");
	write_to(12);
}

KTEST(traps, the_function_at_fault_is_named, STOP)
{
	kt_expect_stop("read_from+0x");
	read_from(0);
}

KTEST(traps, code_cannot_be_written, STOP)
{
	kt_expect_stop("(write to read-only memory)");
	write_to((unsigned long)_start);
}

KTEST(traps, constants_cannot_be_written, STOP)
{
	kt_expect_stop("(write to read-only memory)");
	write_to((unsigned long)_srodata);
}

KTEST(traps, physical_page_zero_is_not_mapped, STOP)
{
	kt_expect_stop("page fault: read of c0000000 (not mapped)");
	read_from(PAGE_OFFSET);
}

KTEST(traps, user_addresses_are_not_mapped, STOP)
{
	kt_expect_stop("(address below the kernel)");
	read_from(0x08048000);
}

KTEST(traps, the_end_of_lowmem_is_not_mapped, STOP)
{
	kt_expect_stop("(not mapped)");
	read_from(PAGE_OFFSET + (max_low_pfn << PAGE_SHIFT));
}

KTEST(traps, a_page_that_is_not_ram_has_no_struct_page, STOP)
{
	kt_expect_stop("(struct page of a frame that is not RAM: was a bad address freed?)");
	read_from((unsigned long)pfn_to_page(MAX_PFN_LIMIT - 1));
}

/* Each call has a frame of its own that the compiler cannot fold away. */
static __noinline u32 recurse(u32 depth)
{
	volatile u32 frame[64];

	frame[depth % 64] = depth;
	if (depth == 0xFFFFFFFF)
		return 0;
	return recurse(depth + 1) + frame[(depth + 1) % 64];
}

KTEST(traps, a_stack_overflow_is_named, STOP)
{
	kt_expect_stop("kernel stack overflow");
	sink = recurse(0);
}

KTEST(traps, divide_error, STOP)
{
	kt_expect_stop("divide error (vector 0)");
	__asm__ volatile("divl %%ecx" : : "a"(1), "d"(0), "c"(0));
}

KTEST(traps, breakpoint, STOP)
{
	kt_expect_stop("breakpoint (vector 3)");
	__asm__ volatile("int3");
}

KTEST(traps, invalid_opcode, STOP)
{
	kt_expect_stop("invalid opcode (vector 6)");
	__asm__ volatile("ud2");
}

KTEST(traps, a_double_fault_has_a_stack_of_its_own, STOP)
{
	kt_expect_stop("double fault (vector 8)");
	/* A stack pointer that is not mapped and not near the guard page: the fault itself cannot
	 * be pushed. */
	__asm__ volatile("movl $0x1000, %%esp; pushl $0" : : : "memory");
}

/* What is called through a pointer must be code. */
static __noinline void call(unsigned long address)
{
	((void (*)(void))address)();
	barrier();
}

KTEST(traps, calling_null_is_named, STOP)
{
	kt_expect_stop("call of 00000000 by call+0x");
	call(0);
}

KTEST(traps, calling_a_free_page_is_named, STOP)
{
	struct page *page = alloc_pages(GFP_KERNEL, MAX_ORDER - 1);
	unsigned long address = (unsigned long)page_address(page);

	__free_pages(page, MAX_ORDER - 1);
	kt_expect_stop("call+0x");
	call(address);
}

KTEST(traps, calling_data_is_named, STOP)
{
	kt_expect_stop(": there is no code of the kernel");
	call((unsigned long)_etext);
}

KTEST(traps, calling_below_the_kernel_is_named, STOP)
{
	kt_expect_stop("call of c00fffff by call+0x");
	call((unsigned long)_start - 1);
}

KTEST(traps, calling_init_code_after_the_boot_is_named, STOP)
{
	kt_expect_stop(": there is no code of the kernel (a freed object, __init?)");
	call((unsigned long)__init_text_begin);
}

KTEST(traps, stop_code_that_ends_before_the_kernels_own, STOP)
{
	kt_expect_stop("BUG: set_code_end: 0xc0100000: the kernel's own code ends at");
	set_code_end(_start);
}

/* Not by a call that the compiler made. */
KTEST(traps, a_jump_to_null_is_named, STOP)
{
	kt_expect_stop("page fault: execution of 00000000 (NULL pointer)");
	__asm__ volatile("jmp *%0" : : "r"(0));
}

KTEST(traps, a_jump_into_nowhere_is_named, STOP)
{
	kt_expect_stop("(no code of the kernel: a wild pointer was called, or the stack "
		       "overwritten?)");
	__asm__ volatile("jmp *%0" : : "r"(0xdeadbeef));
}

/* A CPU that looks at limits reports a general protection fault here, the others what is there. */
KTEST(traps, a_jump_into_free_memory_is_named, STOP)
{
	u8 *code = kmalloc(16, GFP_KERNEL);

	kt_assert(code);
	memset(code, 0x0f, 16);
	code[1] = 0x0b; /* ud2 */
	kt_expect_stop(", error code 0000, at ");
	__asm__ volatile("jmp *%0" : : "r"(code));
}

/* As a buffer on the stack that is overrun would: what is above is the caller's. */
static __noinline void overrun(void)
{
	volatile unsigned long *frame = __builtin_frame_address(0);
	unsigned int i;

	for (i = 0; i < 4; i++)
		frame[i] = 0x41414141;
}

KTEST(traps, a_smashed_stack_is_looked_through, STOP)
{
	kt_expect_stop("page fault: execution of 41414141 (address below the kernel)");
	overrun();
	barrier();
}

/* The backtrace of a caller holds the names of the chain. */
static __noinline void inner(struct out *out)
{
	backtrace_show(out, 0);
	barrier();
}

static __noinline void outer(struct out *out)
{
	inner(out);
	barrier();
}

KTEST(traps, a_backtrace_names_the_callers_in_order, SHORT)
{
	struct capture capture;
	char line[80];

	capture_init(&capture, capture_text, sizeof(capture_text));
	outer(&capture.out);
	kt_true(capture_line(&capture, 1, line, sizeof(line)) && glob_match("*inner+0x*", line));
	kt_true(capture_line(&capture, 2, line, sizeof(line)) && glob_match("*outer+0x*", line));
	kt_eq(capture_count(&capture, "*start_kernel*"), 1);
}

/* A call of a noreturn function may be the last instruction of its caller. */
KTEST(traps, a_return_address_at_the_end_belongs_to_the_caller, SHORT)
{
	struct capture capture;
	unsigned long frames[4];

	capture_init(&capture, capture_text, sizeof(capture_text));
	frames[0] = (unsigned long)&frames[2];
	frames[1] = (unsigned long)trap_handler; /* just behind the function before it */
	frames[2] = 0;
	backtrace_from(&capture.out, (unsigned long)trap_handler, 0, (unsigned long)frames);
	kt_eq(capture_count(&capture, "*trap_handler*"), 1);
	kt_eq(capture_count(&capture, " *"), 2);
}

/* The caller of a function that has no frame yet is on top of the stack; later it is in the frame.
 */
KTEST(traps, a_fault_before_the_frame_names_the_direct_caller, SHORT)
{
	struct capture capture;
	unsigned long stack[2] = { (unsigned long)outer + 1, 0 };

	capture_init(&capture, capture_text, sizeof(capture_text));
	backtrace_from(&capture.out, (unsigned long)inner, (unsigned long)stack, 0);
	kt_eq(capture_count(&capture, "*outer+0x1"), 1);
	capture_reset(&capture);
	backtrace_from(&capture.out, (unsigned long)inner + 3, (unsigned long)stack, 0);
	kt_eq(capture_count(&capture, "*outer+*"), 0);
	capture_reset(&capture);
	backtrace_from(&capture.out, 0, (unsigned long)stack, 0); /* a NULL function was called */
	kt_eq(capture_count(&capture, "*outer+0x1"), 1);
	capture_reset(&capture);
	stack[0] = 0xDEADBEEF;
	backtrace_from(&capture.out, (unsigned long)inner, (unsigned long)stack, 0);
	backtrace_from(&capture.out, (unsigned long)inner, 0xDEADBEEF, 0);
	kt_eq(capture_count(&capture, " *"), 2);
}

KTEST(traps, skipped_frames_are_left_out, SHORT)
{
	struct capture capture;

	capture_init(&capture, capture_text, sizeof(capture_text));
	backtrace_show(&capture.out, 1);
	kt_eq(capture_count(&capture, "*skipped_frames*"), 0);
	kt_eq(capture_count(&capture, "*start_kernel*"), 1);
}

/* A chain that leads out of the stack, or back down, ends the list without a fault. */
KTEST(traps, a_broken_frame_chain_ends_the_backtrace, SHORT)
{
	struct capture capture;
	unsigned long frame[2];

	capture_init(&capture, capture_text, sizeof(capture_text));
	frame[0] = 4; /* the "caller's frame": not in the stack */
	frame[1] = (unsigned long)_start;
	backtrace_from(&capture.out, (unsigned long)_start, 0, (unsigned long)frame);
	kt_eq(capture_count(&capture, " *"), 2);
	capture_reset(&capture);
	backtrace_from(&capture.out, (unsigned long)_start, 0, 0xDEADBEEF);
	kt_eq(capture_count(&capture, " *"), 1);
}

/* Without frames to follow, what stands behind a call instruction is a guess; no other word is. */
KTEST(traps, words_that_may_be_return_addresses_are_guesses, SHORT)
{
	const u8 *call_of_inner = (const u8 *)outer;
	struct capture capture;
	unsigned long stack[3];

	while (*call_of_inner != 0xe8)
		call_of_inner++;
	stack[0] = (unsigned long)outer + 1; /* behind no call */
	stack[1] = (unsigned long)_sdata;    /* no code */
	stack[2] = (unsigned long)call_of_inner + 5;
	capture_init(&capture, capture_text, sizeof(capture_text));
	backtrace_from(&capture.out, (unsigned long)inner + 3, (unsigned long)stack, 0xDEADBEEF);
	kt_eq(capture_count(&capture, " *"), 1);
	kt_eq(capture_count(&capture, "? [*] outer+0x*"), 1);
	kt_eq(capture_count(&capture, "*outer+0x1"), 0);
	kt_eq(capture_count(&capture, "*_sdata*"), 0);
}

/* A chain that breaks after some frames: the guesses begin behind the last one. */
KTEST(traps, guesses_begin_where_the_chain_breaks, SHORT)
{
	struct capture capture;
	unsigned long frame[2] = { 0x41414141, 0x41414141 };

	capture_init(&capture, capture_text, sizeof(capture_text));
	backtrace_from(&capture.out, (unsigned long)inner + 3, 0, (unsigned long)frame);
	kt_eq(capture_count(&capture, " *"), 2);
	kt_true(capture_count(&capture, "? [*] start_kernel+0x*") >= 1);
}

/* Threads have stacks of their own: frames are followed wherever they lie. */
KTEST(traps, a_chain_on_another_stack_is_followed, SHORT)
{
	struct capture capture;
	unsigned long *frames = kmalloc(4 * sizeof(long), GFP_KERNEL);

	kt_assert(frames);
	frames[0] = (unsigned long)&frames[2];
	frames[1] = (unsigned long)outer + 1;
	frames[2] = 0;
	frames[3] = 0;
	capture_init(&capture, capture_text, sizeof(capture_text));
	backtrace_from(&capture.out, (unsigned long)inner + 3, 0, (unsigned long)frames);
	kfree(frames);
	kt_eq(capture_count(&capture, " *"), 2);
	kt_eq(capture_count(&capture, "*outer+0x1"), 1);
	kt_eq(capture_count(&capture, "? [*"), 0);
}

/* Frames that return to the @nr addresses of @to in turn, @rounds times, and then to outer(). */
static void show_rounds(struct capture *capture, const unsigned long *to, unsigned int nr,
			unsigned int rounds)
{
	static unsigned long frames[64][2];
	unsigned int i, total = nr * rounds;

	for (i = 0; i <= total; i++) {
		frames[i][0] = (unsigned long)frames[i + 1];
		frames[i][1] = i < total ? to[i % nr] : (unsigned long)outer + 1;
	}
	frames[i][0] = 0;
	capture_init(capture, capture_text, sizeof(capture_text));
	backtrace_from(&capture->out, (unsigned long)inner + 3, 0, (unsigned long)frames);
}

KTEST(traps, recursion_is_folded, SHORT)
{
	const unsigned long to[] = { (unsigned long)read_from + 1, (unsigned long)write_to + 1,
				     (unsigned long)call + 1 };
	struct capture capture;

	show_rounds(&capture, to, 1, 20);
	kt_eq(capture_count(&capture, " [*"), 3);
	kt_eq(capture_count(&capture, "  ... and 19 times more"), 1);
	show_rounds(&capture, to, 2, 20);
	kt_eq(capture_count(&capture, " [*"), 6);
	kt_eq(capture_count(&capture, "  ... and 36 more of these 2"), 1);
	show_rounds(&capture, to, 3, 20);
	kt_eq(capture_count(&capture, " [*"), 8);
	kt_eq(capture_count(&capture, "  ... and 54 more of these 3"), 1);
	kt_eq(capture_count(&capture, "*outer+0x1"), 1);
	show_rounds(&capture, to, 3, 2);
	kt_eq(capture_count(&capture, "  ...*"), 0);
}
