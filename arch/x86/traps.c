/* SPDX-License-Identifier: 0BSD
 *
 * traps.c - from an exception to a report: what happened, where, the registers, the call chain.
 *
 * 1. Concepts  A device's interrupt is dev/irq.c's, and the interrupted code goes on. Every
 *              exception is fatal, but for a page fault that somebody mends (page_fault.c) and in
 *              ring 3 (user.c). So is any other interrupt for which idt_set_gate() has set no
 *              handler. The first line names it and what the address means that it is about
 *              (fault.c). panic() then calls panic_backtrace(), which finds the frame of the
 *              exception here.
 * 2. Nesting   To explain looks at memory that may be damaged. An exception in the explanation of
 *              the first one leads to a line without it; one in a later part of the report is a
 *              line of its own, and the next part follows. Which parts were begun is kept, so each
 *              can fault once; the third panic stops (panic.c).
 * 3. Locking   None: one CPU reports, and does nothing else any more.
 */
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/double_fault.h>
#include <asm/fault.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <asm/machine.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <asm/user.h>
#include <dev/irq.h>
#include <lib/format.h>
#include <lib/ksyms.h>
#include <lib/out.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <mm/mm_check.h>
#include <mm/slab.h>

#define VECTOR_INVALID_TSS 10
#define VECTOR_PROTECTION  13

static const char *const exception_names[NR_EXCEPTIONS] = {
	[0] = "divide error",
	[1] = "debug exception",
	[2] = "non-maskable interrupt",
	[3] = "breakpoint",
	[4] = "overflow",
	[5] = "bound range exceeded",
	[6] = "invalid opcode",
	[7] = "device not available",
	[8] = "double fault",
	[9] = "coprocessor segment overrun",
	[10] = "invalid TSS",
	[11] = "segment not present",
	[12] = "stack segment fault",
	[13] = "general protection fault",
	[14] = "page fault",
	[16] = "x87 floating-point error",
	[17] = "alignment check",
	[18] = "machine check",
	[19] = "SIMD floating-point exception",
	[20] = "virtualization exception",
	[21] = "control protection exception",
};

/* The exception that is being reported, if any, with what is not in its frame. */
static const struct trap_frame *reported_frame;
static unsigned long reported_esp, reported_cr2;

/* The first one counts: it explains those that follow from it. */
static void note_exception(const struct trap_frame *frame, unsigned long esp)
{
	if (reported_frame || panic_in_progress())
		return;
	reported_frame = frame;
	reported_esp = esp;
	reported_cr2 = read_cr2();
}

const char *exception_name(u32 vector)
{
	const char *name = vector < NR_EXCEPTIONS ? exception_names[vector] : NULL;

	return name ? name : "reserved exception";
}

static const char *symbol_of(unsigned long address, unsigned long *offset)
{
	const char *name = ksym_lookup(address, offset);

	if (!name)
		*offset = 0;
	return name ? name : "?";
}

/* --- explanations: phrases in the middle of a panic's message -------------------------------- */

/* Is one being made? That looks at memory, which may be damaged. */
static bool explaining;

static char explanation[240];
static size_t explanation_len;

static void explanation_vprintf(struct out *out __unused, const char *fmt, va_list ap)
{
	size_t used = min(explanation_len, sizeof(explanation) - 1);

	explanation_len += (size_t)vsnprintf(explanation + used, sizeof(explanation) - used, fmt,
					     ap);
}

static struct out explanation_out = { .vprintf = explanation_vprintf };

static void begin_explanation(void)
{
	explaining = true;
	explanation_len = 0;
	explanation[0] = '\0';
}

static const char *end_explanation(void)
{
	explaining = false;
	return explanation;
}

static const char *explain_page_fault(unsigned long address, u32 error_code)
{
	begin_explanation();
	page_fault_cause_show(&explanation_out, address, error_code);
	return end_explanation();
}

static const char *explain_address(unsigned long address)
{
	begin_explanation();
	address_show(&explanation_out, address);
	return end_explanation();
}

static bool is_code(unsigned long address)
{
	return address >= (unsigned long)_start && address < (unsigned long)kernel_code_end;
}

/* What to add if @eip lies in no code of ours. */
static const char *place_remark(unsigned long eip)
{
	return is_code(eip) ? ""
			    : " (no code of the kernel: a wild pointer was called, or the stack "
			      "overwritten?)";
}

/* What the exception itself tells besides its name: a segment (Intel SDM vol. 3, figure 6-7), or
 * what is executed that is no code. */
static const char *explain_exception(const struct trap_frame *frame)
{
	u32 code = frame->error_code;

	if (!is_code(frame->eip))
		return explain_address(frame->eip);
	begin_explanation();
	if (frame->vector >= VECTOR_INVALID_TSS && frame->vector <= VECTOR_PROTECTION && code)
		out_printf(&explanation_out, "entry %u of the %s", code >> 3 & 0x1FFF,
			   code & 2   ? "IDT"
			   : code & 4 ? "LDT"
				      : "GDT");
	return end_explanation();
}

/* --- faults in the slab allocator ------------------------------------------------------------ */

/* The search for damage in what the allocator keeps: nr is 0 as long as there is none. */
static struct mm_check slab_damage = { .out = &explanation_out };

/* What was found first is the cause (mm_check.h). */
static void __noreturn stop_at_slab_damage(void)
{
	const char *end = explanation;
	unsigned long offset;
	const char *name = symbol_of(reported_frame->eip, &offset);

	while (*end && *end != '\n')
		end++;
	explaining = false;
	panic("BUG: %s: the slab allocator's own data is damaged: %.*s (%s, cr2 %08lx, at %08x "
	      "%s+0x%lx; an overrun, or a write to a freed object?)",
	      name, (int)(end - explanation), explanation, exception_name(reported_frame->vector),
	      reported_cr2, reported_frame->eip, name, offset);
}

/* If it is code of the allocator that has faulted, and what it keeps is damaged, that is the cause
 * of the fault. */
static void judge_slab_fault(void)
{
	unsigned long eip = reported_frame ? reported_frame->eip : 0;

	if (eip < (unsigned long)__slab_text_begin || eip >= (unsigned long)__slab_text_end)
		return;
	begin_explanation();
	slab_check(&slab_damage);
	end_explanation();
	if (slab_damage.nr)
		stop_at_slab_damage();
}

/* The explanation has led to @frame: say what is known for certain. */
static void __noreturn report_unexplained(const struct trap_frame *frame)
{
	unsigned long cr2 = read_cr2(), offset, at;
	const char *name = symbol_of(reported_frame->eip, &offset);
	const char *where = symbol_of(frame->eip, &at);

	if (slab_damage.nr && !panic_in_progress())
		stop_at_slab_damage();
	if (panic_in_progress())
		panic("%s, cr2 %08lx, error code %04x, at %08x %s+0x%lx",
		      exception_name(frame->vector), cr2, frame->error_code, frame->eip, where, at);
	panic("%s, cr2 %08lx, error code %04x, at %08x %s+0x%lx; to explain it led to: %s, cr2 "
	      "%08lx, at %08x %s+0x%lx",
	      exception_name(reported_frame->vector), reported_cr2, reported_frame->error_code,
	      reported_frame->eip, name, offset, exception_name(frame->vector), cr2, frame->eip,
	      where, at);
}

/* --- reports --------------------------------------------------------------------------------- */

static void __noreturn report_page_fault(const struct trap_frame *frame, const char *name,
					 unsigned long offset)
{
	unsigned long address = read_cr2();
	const char *what = page_fault_is_write(frame->error_code) ? "write" : "read";

	if (address == frame->eip)
		what = "execution";
	panic("page fault: %s of %08lx %s, error code %04x, at %08x %s+0x%lx%s", what, address,
	      explain_page_fault(address, frame->error_code), frame->error_code, frame->eip, name,
	      offset, place_remark(frame->eip));
}

static void __noreturn report_exception(const struct trap_frame *frame, const char *name,
					unsigned long offset)
{
	const char *explained = explain_exception(frame);

	panic("%s (vector %u), error code %04x, at %08x %s+0x%lx%s%s%s",
	      exception_name(frame->vector), frame->vector, frame->error_code, frame->eip, name,
	      offset, place_remark(frame->eip), *explained ? ": " : "", explained);
}

static void __noreturn report(const struct trap_frame *frame, unsigned long esp)
{
	unsigned long offset;
	const char *name = symbol_of(frame->eip, &offset);

	note_exception(frame, esp);
	if (explaining)
		report_unexplained(frame);
	if (frame->vector == VECTOR_PAGE_FAULT)
		slab_judge_fault(frame->eip - offset, read_cr2());
	if (!panic_in_progress())
		judge_slab_fault();
	if (frame->vector == VECTOR_PAGE_FAULT)
		report_page_fault(frame, name, offset);
	if (frame->vector < NR_EXCEPTIONS)
		report_exception(frame, name, offset);
	panic("unexpected interrupt, vector %u (0x%02x), at %08x %s+0x%lx (no handler was set with "
	      "idt_set_gate()?)",
	      frame->vector, frame->vector, frame->eip, name, offset);
}

void trap_handler(struct trap_frame *frame)
{
	u32 irq = frame->vector - PIC_VECTOR;

	if (irq < NR_IRQS && i8259_interrupt(irq)) {
		if (is_from_user(frame))
			user_goes_on();
		return;
	}
	if (frame->vector == VECTOR_PAGE_FAULT &&
	    page_fault_is_mended(read_cr2(), frame->eip, frame->error_code))
		return;
	if (is_from_user(frame) && user_trap(frame))
		return;
	report(frame, trap_frame_esp(frame));
}

/* Runs as a task of its own. CR2 belongs to the push that failed, unless something else did. */
void __noreturn double_fault_entry(void)
{
	static struct trap_frame frames[2]; /* the first one stays: it may be what is reported */
	static unsigned int nr;
	struct trap_frame *frame = &frames[nr ? 1 : nr++];
	const struct kernel_stack *stack = stack_of_guard(read_cr2());
	struct tss failed;

	double_fault_entered(&failed);
	*frame = (struct trap_frame){
		.edi = failed.edi,
		.esi = failed.esi,
		.ebp = failed.ebp,
		.ebx = failed.ebx,
		.edx = failed.edx,
		.ecx = failed.ecx,
		.eax = failed.eax,
		.vector = VECTOR_DOUBLE_FAULT,
		.eip = failed.eip,
		.cs = failed.cs,
		.eflags = failed.eflags,
	};
	note_exception(frame, failed.esp);
	if (stack)
		panic("kernel stack overflow: esp %08x ran into the guard page at %08lx, of the "
		      "%s",
		      failed.esp, (unsigned long)stack->guard, stack->name);
	report(frame, failed.esp);
}

void wild_call(unsigned long target, unsigned long caller)
{
	unsigned long offset;
	const char *name = symbol_of(caller - 1, &offset);

	panic("call of %08lx by %s+0x%lx: %s%s", target, name, offset + 1,
	      target < PAGE_SIZE ? ""
				 : "there is no code of the kernel (a freed object, __init?): ",
	      explain_address(target));
}

static void show_registers(const struct trap_frame *frame)
{
	pr_err("eax %08x ebx %08x ecx %08x edx %08x\n", frame->eax, frame->ebx, frame->ecx,
	       frame->edx);
	pr_err("esi %08x edi %08x ebp %08x esp %08lx\n", frame->esi, frame->edi, frame->ebp,
	       reported_esp);
	pr_err("eip %08x cs %04x eflags %08x cr0 %08lx cr2 %08lx cr3 %08lx cr4 %08lx\n", frame->eip,
	       frame->cs & 0xFFFF, frame->eflags, read_cr0(), reported_cr2, read_cr3(), read_cr4());
}

void backtrace_of_panic(struct out *out)
{
	if (reported_frame)
		backtrace_from(out, reported_frame->eip, reported_esp, reported_frame->ebp);
	else
		backtrace_show(out, 1);
}

static void quiet_machine(void)
{
	local_irq_save(); /* for good: a handler may be what is broken */
	screen_split(0);  /* the message must not scroll away above a live picture */
}

/* The address that the exception is about. Scanners of logs look for Linux's words. */
static void show_address(void)
{
	const struct trap_frame *frame = reported_frame;

	if (!frame)
		return;
	if (frame->vector == VECTOR_PAGE_FAULT ||
	    (frame->vector == VECTOR_DOUBLE_FAULT && stack_of_guard(reported_cr2)))
		address_details_show(
			&log_out, "BUG: unable to handle page fault for address: ", reported_cr2);
	else if (!is_code(frame->eip))
		address_details_show(&log_out, "no code at ", frame->eip);
}

static void show_frame(void)
{
	if (reported_frame)
		show_registers(reported_frame);
}

static void show_chain(void)
{
	backtrace_of_panic(&log_out);
}

/* Any part may fault: then this is called anew, and goes on with the next one. */
void panic_backtrace(void)
{
	static void (*const parts[])(void) = { quiet_machine, show_address, show_frame,
					       show_chain };
	static unsigned int next;

	while (next < ARRAY_SIZE(parts))
		parts[next++]();
}
