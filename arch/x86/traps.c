/* SPDX-License-Identifier: 0BSD
 *
 * traps.c - from an exception to a report: what happened, where, the registers, the call chain.
 *
 * Every exception is fatal: this kernel has no user mode and no demand paging. So is an interrupt
 * for which idt_set_gate() has set no handler. The first line names it and, for a page fault, what
 * the address means (a NULL pointer, the guard page of the stack, a hole above lowmem). panic()
 * then calls panic_backtrace(), which finds the frame of the exception here and prints its
 * registers before the call chain.
 */
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/double_fault.h>
#include <asm/irqflags.h>
#include <asm/machine.h>
#include <asm/mm_limits.h>
#include <asm/page.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <lib/init.h>
#include <lib/ksyms.h>
#include <lib/panic.h>
#include <lib/printk.h>

#define VECTOR_PAGE_FAULT 14

/* Page fault error code, Intel SDM vol. 3, figure 4-12. */
#define PF_PRESENT 1u
#define PF_WRITE   2u
#define PF_RSVD	   8u

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

/* The exception that is being reported, if any. */
static const struct trap_frame *reported_frame;
static unsigned long reported_esp;

/* The first one counts: it explains those that follow from it. */
static void note_exception(const struct trap_frame *frame, unsigned long esp)
{
	if (panic_in_progress())
		return;
	reported_frame = frame;
	reported_esp = esp;
}

static const char *exception_name(u32 vector)
{
	const char *name = vector < NR_EXCEPTIONS ? exception_names[vector] : NULL;

	return name ? name : "reserved exception";
}

static bool in_stack_guard(unsigned long address)
{
	return address - (unsigned long)boot_stack_guard < PAGE_SIZE;
}

/* What a faulting address tells about the bug. */
static const char *address_meaning(unsigned long address, u32 error_code)
{
	if (error_code & PF_RSVD)
		return "reserved bit set in a page table";
	if (address < PAGE_SIZE)
		return "NULL pointer";
	if (in_stack_guard(address))
		return "kernel stack overflow";
	if ((error_code & PF_PRESENT) && (error_code & PF_WRITE))
		return "write to read-only memory";
	if (address < PAGE_OFFSET)
		return "address below the kernel";
	if (address >= VMEMMAP_START && address < VMEMMAP_END)
		return "struct page of a frame that is not RAM: was a bad address freed?";
	return "not mapped";
}

static const char *symbol_of(unsigned long address, unsigned long *offset)
{
	const char *name = ksym_lookup(address, offset);

	if (!name)
		*offset = 0;
	return name ? name : "?";
}

/* What to add if the address lies in no function (@name is "?"): there is no code of ours. */
static const char *place_remark(const char *name)
{
	return *name == '?' ? " (no code of the kernel: a wild pointer was called, or the stack "
			      "overwritten?)"
			    : "";
}

static void __noreturn report_page_fault(const struct trap_frame *frame, const char *name,
					 unsigned long offset)
{
	unsigned long address = read_cr2();
	const char *what = frame->error_code & PF_WRITE ? "write" : "read";

	if (address == frame->eip)
		what = "execution";
	panic("page fault: %s of %08lx (%s), error code %04x, at %08x %s+0x%lx%s", what, address,
	      address_meaning(address, frame->error_code), frame->error_code, frame->eip, name,
	      offset, place_remark(name));
}

static void __noreturn report(const struct trap_frame *frame, unsigned long esp)
{
	unsigned long offset;
	const char *name = symbol_of(frame->eip, &offset);

	note_exception(frame, esp);
	if (frame->vector == VECTOR_PAGE_FAULT)
		report_page_fault(frame, name, offset);
	if (frame->vector >= NR_EXCEPTIONS)
		panic("unexpected interrupt, vector %u (0x%02x), at %08x %s+0x%lx (no handler was "
		      "set with idt_set_gate()?)",
		      frame->vector, frame->vector, frame->eip, name, offset);
	panic("%s (vector %u), error code %04x, at %08x %s+0x%lx%s", exception_name(frame->vector),
	      frame->vector, frame->error_code, frame->eip, name, offset, place_remark(name));
}

void trap_handler(struct trap_frame *frame)
{
	report(frame, trap_frame_esp(frame));
}

/* Runs as the double fault task; the registers of the failed code are in main_tss. */
void __noreturn double_fault_entry(void)
{
	static struct trap_frame frame;

	frame = (struct trap_frame){
		.edi = main_tss.edi,
		.esi = main_tss.esi,
		.ebp = main_tss.ebp,
		.ebx = main_tss.ebx,
		.edx = main_tss.edx,
		.ecx = main_tss.ecx,
		.eax = main_tss.eax,
		.vector = 8,
		.eip = main_tss.eip,
		.cs = main_tss.cs,
		.eflags = main_tss.eflags,
	};
	note_exception(&frame, main_tss.esp);
	if (in_stack_guard(read_cr2()))
		panic("kernel stack overflow: esp %08x ran into the guard page at %08lx",
		      main_tss.esp, (unsigned long)boot_stack_guard);
	report(&frame, main_tss.esp);
}

void wild_call(unsigned long target, unsigned long caller)
{
	unsigned long offset;
	const char *name = symbol_of(caller - 1, &offset);

	panic("call of %08lx by %s+0x%lx: %s", target, name, offset + 1,
	      target < PAGE_SIZE ? "a NULL pointer"
				 : "there is no code of the kernel (a freed object, __init?)");
}

static void show_registers(const struct trap_frame *frame)
{
	pr_err("eax %08x ebx %08x ecx %08x edx %08x\n", frame->eax, frame->ebx, frame->ecx,
	       frame->edx);
	pr_err("esi %08x edi %08x ebp %08x esp %08lx\n", frame->esi, frame->edi, frame->ebp,
	       reported_esp);
	pr_err("eip %08x cs %04x eflags %08x cr0 %08lx cr2 %08lx cr3 %08lx cr4 %08lx\n", frame->eip,
	       frame->cs & 0xFFFF, frame->eflags, read_cr0(), read_cr2(), read_cr3(), read_cr4());
}

static void show_reported_chain(struct out *out)
{
	backtrace_from(out, reported_frame->eip, reported_esp, reported_frame->ebp);
}

void backtrace_of_panic(struct out *out)
{
	if (reported_frame)
		show_reported_chain(out);
	else
		backtrace_show(out, 1);
}

void panic_backtrace(void)
{
	local_irq_save(); /* for good: a handler may be what is broken */
	screen_split(0);  /* the message must not scroll away above a live picture */
	if (reported_frame) {
		show_registers(reported_frame);
		show_reported_chain(&log_out);
	} else {
		backtrace_show(&log_out, 1);
	}
}
