/* SPDX-License-Identifier: 0BSD
 *
 * user.c - one program in ring 3, run like a function.
 *
 * 1. Concepts  user_run() goes down to ring 3 and returns when the program ends: by user_exit(), by
 *              an exception, or after user_stop(), when an interrupt would go back to it. Between,
 *              the CPU comes up at each trap onto the stack of user_run(), below its frame: esp0 in
 *              the task state segment says where (entry.S). To end the program is to drop that
 *              trap's frame.
 * 2. Threads   are not here. With them each thread has a kernel stack; a switch stores ESP, loads
 *              that of another thread, its directory (pgd_switch()) and its esp0, and user_run()
 *              becomes what a new thread does first (docs/kernel.md).
 * 3. Trust     None: ring 3 runs with interrupts on, without ports, and sees no page of the
 *              kernel's. What it does wrong ends it with a line. A non-maskable interrupt or a
 *              machine check is not its fault, and is reported.
 * 4. Locking   One CPU, and one program at a time.
 */
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include <asm/user.h>
#include <dev/irq.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/printk.h>

#define VECTOR_NMI	     2
#define VECTOR_MACHINE_CHECK 18

int user_enter(unsigned long eip, unsigned long esp, u32 *esp0);
void user_leave(unsigned long esp0, int result) __noreturn;

static struct {
	user_call_t call; /* NULL: none runs */
	void *context;
	int stop_code;
	bool stopped; /* it is to end with that code when it would go on in ring 3 */
} program;

int user_run(pte_t *pgd, unsigned long eip, unsigned long esp, user_call_t call, void *context)
{
	unsigned long flags = local_irq_save();
	int result;

	mm_bug_on(program.call || in_interrupt(),
		  "eip %08lx: a program, or a handler, runs already", eip);
	mm_bug_on(!call || !pgd, "eip %08lx: nothing to call, or no directory", eip);
	program.call = call;
	program.context = context;
	program.stopped = false;
	pgd_switch(pgd);
	result = user_enter(eip, esp, kernel_stack_for_traps());
	pgd_switch(NULL);
	program.call = NULL;
	local_irq_restore(flags);
	return result;
}

static void __noreturn leave(int result)
{
	user_leave(*kernel_stack_for_traps(), result);
}

/* Never below 0, whatever the program says: its end is not to be taken for an error. */
static int exit_code(int code)
{
	return code & 0xff;
}

void user_exit(int code)
{
	mm_bug_on(!program.call, "code %d, and no program runs", code);
	mm_bug_on(in_interrupt(), "code %d, from an interrupt's handler: use user_stop()", code);
	leave(exit_code(code));
}

void user_stop(int code)
{
	program.stop_code = exit_code(code);
	program.stopped = program.call;
}

void user_goes_on(void)
{
	if (program.stopped)
		leave(program.stop_code);
}

static void __noreturn kill(const struct trap_frame *frame)
{
	char address[24] = "";

	if (frame->vector == VECTOR_PAGE_FAULT)
		snprintf(address, sizeof(address), ", address %08lx", read_cr2());
	pr_warn("user: %s (vector %u), error code %04x%s, at %08x, stack %08x: killed\n",
		exception_name(frame->vector), frame->vector, frame->error_code, address,
		frame->eip, frame->user_esp);
	leave(-EFAULT);
}

bool user_trap(struct trap_frame *frame)
{
	if (frame->vector == VECTOR_SYSCALL) {
		program.call(frame, program.context);
		return true;
	}
	if (frame->vector < NR_EXCEPTIONS && frame->vector != VECTOR_NMI &&
	    frame->vector != VECTOR_MACHINE_CHECK)
		kill(frame);
	return false;
}
