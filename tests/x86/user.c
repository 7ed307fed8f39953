/* SPDX-License-Identifier: 0BSD
 *
 * user.c - directories of users, and programs of a few instructions that run there in ring 3.
 */
#include <asm/cpu.h>
#include <asm/fault.h>
#include <asm/mm_limits.h>
#include <asm/sections.h>
#include <asm/user.h>
#include <dev/irq.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <mm/compound.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <test/capture.h>
#include <test/ktest.h>

#include "../dev/ticks.h"
#include "../mm/check_line.h"
#include "../mm/log_mark.h"

#define CODE_VA	 0x00400000UL
#define DATA_VA	 0x00401000UL
#define STACK_VA 0xBFFFF000UL /* the last page below the kernel */

#define CALL_EXIT 1
#define CALL_ADD  2

/* A program is what stands between two labels; it may lie anywhere. */
#define PROGRAM(name, code)                             \
	extern const char name##_begin[], name##_end[]; \
	__asm__(".pushsection .rodata\n" #name "_begin:\n" code "\n" #name "_end:\n.popsection")

#define EXIT_WITH_EBX "movl $1, %eax\n int $0x80\n"

PROGRAM(adds,
	"movl $2, %eax\n movl $40, %ebx\n movl $2, %ecx\n movl $0x5555, %esi\n pushl $0x1234\n"
	"int $0x80\n"
	"popl %edx\n movl %eax, %ebx\n"
	"cmpl $0x1234, %edx\n jne 1f\n cmpl $0x5555, %esi\n jne 1f\n cmpl $2, %ecx\n"
	"jne 1f\n" EXIT_WITH_EBX "1: xorl %ebx, %ebx\n" EXIT_WITH_EBX);
PROGRAM(writes_to_kernel, "movl $1, 0xC0200000\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(reads_kernel, "movl 0xC0200000, %eax\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(reads_null, "movl 0, %eax\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(stops_interrupts, "cli\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(uses_a_port, "inb $0x64, %al\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(divides_by_zero, "divl %ecx\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(calls_another_vector, "int $0x20\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(writes_to_its_code,
	"call 1f\n 1: popl %eax\n movl $0, (%eax)\n movl $7, %ebx\n" EXIT_WITH_EBX);
PROGRAM(drops_its_segments,
	"xorl %eax, %eax\n movl %eax, %ds\n movl %eax, %es\n movl $9, %ebx\n" EXIT_WITH_EBX);
PROGRAM(waits_for_data, "1: movl 0x401000, %ebx\n testl %ebx, %ebx\n je 1b\n" EXIT_WITH_EBX);
PROGRAM(uses_much_stack, "movl $3000, %ecx\n 1: pushl %ecx\n loop 1b\n popl %ebx\n" EXIT_WITH_EBX);

static pte_t *pgd;
static struct page *code, *data, *stack;
static struct trap_frame last_call;

static struct page *map_new(unsigned long va, pgprot_t prot)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (page && user_map(pgd, va, page, prot))
		kt_fail("no page table");
	return page;
}

static bool begin(const char *start, const char *end)
{
	pgd = pgd_alloc();
	if (!pgd)
		return false;
	code = map_new(CODE_VA, PROT_KERNEL_RO);
	data = map_new(DATA_VA, PROT_KERNEL_RW);
	stack = map_new(STACK_VA, PROT_KERNEL_RW);
	if (!code || !data || !stack)
		return false;
	memcpy(page_address(code), start, (size_t)(end - start));
	return true;
}

static void end(void)
{
	pgd_free(pgd);
	kt_eq(page_count(code), 1);
	kt_eq(page_count(data), 1);
	__free_page(code);
	__free_page(data);
	__free_page(stack);
}

static void call(struct trap_frame *frame, void *context)
{
	kt_ptr_eq(context, &last_call);
	kt_true(irqs_disabled());
	last_call = *frame;
	if (frame->eax == CALL_EXIT)
		user_exit((int)frame->ebx);
	frame->eax = frame->ebx + frame->ecx;
}

static int run(void)
{
	return user_run(pgd, CODE_VA, STACK_VA + PAGE_SIZE, call, &last_call);
}

static int result_of(const char *start, const char *stop)
{
	int result;

	if (!begin(start, stop)) {
		kt_fail("no memory");
		return 0;
	}
	result = run();
	end();
	return result;
}
#define RESULT_OF(program) result_of(program##_begin, program##_end)

KTEST(user, a_program_calls_the_kernel_and_exits, SHORT)
{
	unsigned long flags = local_irq_save();

	kt_eq(RESULT_OF(adds), 42);
	kt_eq(last_call.cs, USER_CS);
	kt_eq(last_call.user_ss, USER_DS);
	kt_eq(last_call.user_esp, STACK_VA + PAGE_SIZE);
	kt_true(last_call.eflags & EFLAGS_IF);
	kt_true(irqs_disabled());
	kt_ptr_eq(pgd_current(), NULL);
	local_irq_restore(flags);
}

static const struct wrong {
	const char *name, *start, *end, *why;
} wrongs[] = {
#define WRONG(program, why)                                   \
	{                                                     \
#program, program##_begin, program##_end, why \
	}
	WRONG(writes_to_kernel, "page fault (vector 14), error code 0007, address c0200000"),
	WRONG(reads_kernel, "page fault (vector 14), error code 0005, address c0200000"),
	WRONG(reads_null, "page fault (vector 14), error code 0004, address 00000000"),
	WRONG(writes_to_its_code, "page fault (vector 14), error code 0007, address 00400005"),
	WRONG(stops_interrupts, "general protection fault (vector 13), error code 0000"),
	WRONG(uses_a_port, "general protection fault (vector 13), error code 0000"),
	WRONG(calls_another_vector, "general protection fault (vector 13), error code 0102"),
	WRONG(divides_by_zero, "divide error (vector 0)"),
};

/* The kernel goes on: the next one runs as well. */
KTEST(user, one_that_does_wrong_is_killed, SHORT)
{
	const struct wrong *wrong;
	struct capture log;

	for_each_case (wrong, wrongs) {
		kt_case(wrong->name);
		log_mark();
		kt_eq(result_of(wrong->start, wrong->end), -EFAULT);
		log_since_mark(&log);
		kt_eq(capture_count(&log, "*user: *: killed"), 1);
		kt_true(strstr(capture_text, wrong->why) != NULL);
		kt_eq(RESULT_OF(adds), 42);
	}
}

KTEST(user, segments_that_it_drops_are_its_own, SHORT)
{
	u16 ds, fs;

	kt_eq(RESULT_OF(drops_its_segments), 9);
	__asm__ volatile("movw %%ds, %0; movw %%fs, %1" : "=r"(ds), "=r"(fs));
	kt_eq(ds, KERNEL_DS);
	kt_eq(fs, KERNEL_DS);
}

static irqreturn_t write_data(unsigned int irq __unused, void *context)
{
	*(u32 *)context = 5;
	return IRQ_HANDLED;
}

KTEST(user, interrupts_come_while_it_runs, SHORT)
{
	u32 *word;

	if (!have_ticks())
		kt_skip("no timer");
	kt_assert(begin(waits_for_data_begin, waits_for_data_end));
	word = page_address(data);
	kt_eq(request_irq(IRQ_TIMER, write_data, "t-user", word), 0);
	kt_eq(run(), 5);
	free_irq(IRQ_TIMER, word);
	end();
}

static irqreturn_t stop_program(unsigned int irq __unused, void *context)
{
	user_stop(*(int *)context);
	return IRQ_HANDLED;
}

/* The data that it waits for never come. */
KTEST(user, one_that_does_not_end_is_stopped, SHORT)
{
	int status = 0x107;

	if (!have_ticks())
		kt_skip("no timer");
	user_stop(status); /* none runs */
	kt_assert(begin(waits_for_data_begin, waits_for_data_end));
	kt_eq(request_irq(IRQ_TIMER, stop_program, "t-user", &status), 0);
	kt_eq(run(), 7);
	free_irq(IRQ_TIMER, &status);
	end();
}

static void exit_below_zero(struct trap_frame *frame __unused, void *context __unused)
{
	user_exit(-EFAULT);
}

KTEST(user, the_code_of_an_exit_is_a_byte, SHORT)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_eq(user_run(pgd, CODE_VA, STACK_VA + PAGE_SIZE, exit_below_zero, NULL), 0xff & -EFAULT);
	end();
}

static unsigned int nr_filled;

static bool fill_stack(const struct page_fault *fault, void *context __unused)
{
	struct page *page = alloc_page(GFP_ATOMIC);

	if (!page || !fault->user || fault->present)
		return false;
	nr_filled++;
	if (user_map(pgd, fault->address & PAGE_MASK, page, PROT_KERNEL_RW))
		return false;
	__free_page(page); /* the directory's from now on */
	return true;
}

KTEST(user, its_stack_grows_by_page_faults, SHORT)
{
	struct fault_range range = { .start = STACK_VA - 16 * PAGE_SIZE,
				     .end = STACK_VA,
				     .handle = fill_stack };

	nr_filled = 0;
	register_fault_range(&range);
	kt_eq(RESULT_OF(uses_much_stack), 1);
	unregister_fault_range(&range);
	kt_eq(nr_filled, 2);
	kt_eq(RESULT_OF(uses_much_stack), -EFAULT);
}

/* --- directories ------------------------------------------------------------------------------ */

KTEST(user, a_page_has_a_reference_for_each_mapping, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);

	pgd = pgd_alloc();
	kt_assert(pgd && page);
	kt_eq(user_map(pgd, CODE_VA, page, PROT_KERNEL_RW), 0);
	kt_eq(user_map(pgd, STACK_VA, page, PROT_KERNEL_RO), 0);
	kt_eq(page_count(page), 3);
	kt_ptr_eq(user_page(pgd, STACK_VA + 5), page);
	kt_ptr_eq(user_page(pgd, CODE_VA + PAGE_SIZE), NULL);
	user_unmap(pgd, CODE_VA);
	kt_ptr_eq(user_page(pgd, CODE_VA), NULL);
	kt_eq(page_count(page), 2);
	pgd_free(pgd);
	kt_eq(page_count(page), 1);
	__free_page(page);
}

KTEST(user, what_may_be_accessed, SHORT)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_true(user_access_ok(pgd, CODE_VA, 2 * PAGE_SIZE, false));
	kt_false(user_access_ok(pgd, CODE_VA, 1, true));
	kt_true(user_access_ok(pgd, DATA_VA + 8, PAGE_SIZE - 8, true));
	kt_false(user_access_ok(pgd, DATA_VA + 8, PAGE_SIZE - 7, true));
	kt_true(user_access_ok(pgd, STACK_VA, PAGE_SIZE, true));
	kt_false(user_access_ok(pgd, STACK_VA, PAGE_SIZE + 1, true));
	kt_false(user_access_ok(pgd, STACK_VA, (size_t)-1, false));
	kt_false(user_access_ok(pgd, PAGE_OFFSET + PAGE_SIZE, 1, false));
	end();
}

/* While it is in use the kernel sees its pages, too. */
KTEST(user, a_switch_changes_what_is_seen_below_the_kernel, SHORT)
{
	unsigned long flags = local_irq_save();
	pte_t *first, *second;

	kt_assert(begin(adds_begin, adds_end));
	first = pgd;
	second = pgd_alloc();
	kt_assert(second);
	kt_eq(user_map(second, DATA_VA, code, PROT_KERNEL_RW), 0);
	*(u32 *)page_address(data) = 77;
	pgd_switch(first);
	kt_eq(*(volatile u32 *)DATA_VA, 77);
	pgd_switch(second);
	kt_eq(memcmp((void *)DATA_VA, adds_begin, 8), 0);
	pgd_switch(NULL);
	pgd_free(second);
	end();
	local_irq_restore(flags);
}

#define HOLE_VA 0xFDC00000UL /* 4 MiB that nobody has (mm_limits.h) */

/* A page table that the kernel makes later is in the directories that there are. */
KTEST(user, the_kernels_part_grows_for_all, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	unsigned long table;

	kt_assert(page && begin(adds_begin, adds_end));
	kt_eq(swapper_pg_dir[HOLE_VA >> PGDIR_SHIFT], 0);
	kt_eq(arch_map_kernel(HOLE_VA, page_to_pfn(page), 1, PROT_KERNEL_RW), 0);
	expect_first("");
	pgd_switch(pgd);
	*(volatile u32 *)HOLE_VA = 99;
	pgd_switch(NULL);
	kt_eq(*(u32 *)page_address(page), 99);
	arch_unmap_kernel(HOLE_VA, 1);
	table = (unsigned long)phys_to_virt(swapper_pg_dir[HOLE_VA >> PGDIR_SHIFT] & PAGE_MASK);
	swapper_pg_dir[HOLE_VA >> PGDIR_SHIFT] = 0;
	pgd_sync(HOLE_VA);
	arch_flush_tlb_all();
	free_page(table);
	end();
	__free_page(page);
}

static void break_entry(pte_t *entry, pte_t value)
{
	pte_t good = *entry;

	expect_first("");
	*entry = value;
	expect_first("T8");
	*entry = good;
	expect_first("");
}

KTEST(user, t8_a_directory_is_the_kernels_above_and_a_users_below, SHORT)
{
	pte_t *table;

	kt_assert(begin(adds_begin, adds_end));
	table = phys_to_virt(pgd[CODE_VA >> PGDIR_SHIFT] & PAGE_MASK);
	break_entry(&pgd[PAGE_OFFSET >> PGDIR_SHIFT], 0);
	break_entry(&pgd[PTRS_PER_TABLE - 2], _PAGE_PRESENT);
	break_entry(&pgd[CODE_VA >> PGDIR_SHIFT], pgd[CODE_VA >> PGDIR_SHIFT] & ~_PAGE_USER);
	break_entry(&table[0], table[0] & ~_PAGE_USER);
	break_entry(&table[0], table[0] | _PAGE_GLOBAL);
	end();
}

/* --- misuse ----------------------------------------------------------------------------------- */

KTEST(user, stop_a_page_of_the_kernels, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_expect_stop("BUG: user_map: va c0000000 is no page from 00001000 to below c0000000");
	kt_eq(user_map(pgd, PAGE_OFFSET, data, PROT_KERNEL_RW), 0);
}

KTEST(user, stop_a_page_that_is_taken, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_expect_stop("BUG: user_map: va 00400000: pfn ");
	kt_eq(user_map(pgd, CODE_VA, data, PROT_KERNEL_RW), 0);
}

KTEST(user, stop_an_unmap_of_nothing, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_expect_stop("BUG: user_unmap: va 00500000: no page is there");
	user_unmap(pgd, 0x500000);
}

KTEST(user, stop_a_directory_that_is_in_use_is_freed, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	pgd_switch(pgd);
	kt_expect_stop("is in use (pgd_switch() before)");
	pgd_free(pgd);
}

KTEST(user, stop_a_directory_is_freed_twice, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	pgd_free(pgd);
	kt_expect_stop("is no page directory (freed twice?)");
	pgd_free(pgd);
}

static void run_another(struct trap_frame *frame __unused, void *context __unused)
{
	run();
}

KTEST(user, stop_a_program_in_a_program, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_expect_stop("a program, or a handler, runs already");
	user_run(pgd, CODE_VA, STACK_VA + PAGE_SIZE, run_another, NULL);
}

static void fault_in_call(struct trap_frame *frame __unused, void *context __unused)
{
	*(volatile u32 *)0x1000 = 1;
}

/* It is the kernel's own mistake, whoever has called. */
KTEST(user, stop_a_fault_of_the_kernel_in_a_call, STOP)
{
	kt_assert(begin(adds_begin, adds_end));
	kt_expect_stop("page fault: write of 00001000 (NULL pointer)");
	user_run(pgd, CODE_VA, STACK_VA + PAGE_SIZE, fault_in_call, NULL);
}

static irqreturn_t exit_from_handler(unsigned int irq __unused, void *context __unused)
{
	user_exit(1);
}

KTEST(user, stop_an_exit_from_a_handler, STOP)
{
	kt_expect_stop("from an interrupt's handler: use user_stop()");
	kt_assert(begin(waits_for_data_begin, waits_for_data_end));
	kt_eq(request_irq(IRQ_TIMER, exit_from_handler, "t-user", &data), 0);
	run();
}

KTEST(user, stop_a_free_page_is_mapped, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	pgd = pgd_alloc();
	kt_expect_stop("BUG: get_page: ");
	__free_page(page);
	kt_eq(user_map(pgd, CODE_VA, page, PROT_KERNEL_RW), 0);
}
