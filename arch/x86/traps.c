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
#include <asm/cpu.h>
#include <asm/double_fault.h>
#include <asm/mm_limits.h>
#include <asm/page.h>
#include <asm/screen.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <boot/machine.h>
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

static void __noreturn report(const struct trap_frame *frame, unsigned long esp)
{
	unsigned long offset, address = read_cr2();
	const char *name = symbol_of(frame->eip, &offset);

	reported_frame = frame;
	reported_esp = esp;
	if (frame->vector == VECTOR_PAGE_FAULT)
		panic("page fault: %s of %08lx (%s), error code %04x, at %08x %s+0x%lx",
		      frame->error_code & PF_WRITE ? "write" : "read", address,
		      address_meaning(address, frame->error_code), frame->error_code, frame->eip,
		      name, offset);
	if (frame->vector >= NR_EXCEPTIONS)
		panic("unexpected interrupt, vector %u (0x%02x), at %08x %s+0x%lx (no handler was "
		      "set with idt_set_gate()?)",
		      frame->vector, frame->vector, frame->eip, name, offset);
	panic("%s (vector %u), error code %04x, at %08x %s+0x%lx", exception_name(frame->vector),
	      frame->vector, frame->error_code, frame->eip, name, offset);
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
	reported_frame = &frame;
	reported_esp = main_tss.esp;
	if (in_stack_guard(read_cr2()))
		panic("kernel stack overflow: esp %08x ran into the guard page at %08lx",
		      main_tss.esp, (unsigned long)boot_stack_guard);
	report(&frame, main_tss.esp);
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

void panic_backtrace(void)
{
	const struct trap_frame *frame = reported_frame;

	screen_split(0); /* the message must not scroll away above a live picture */
	if (frame) {
		show_registers(frame);
		backtrace_from(&log_out, frame->eip, reported_esp, frame->ebp);
	} else {
		backtrace_show(&log_out, 1);
	}
}
