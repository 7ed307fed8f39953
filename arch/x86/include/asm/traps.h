/* SPDX-License-Identifier: 0BSD
 *
 * traps.h - CPU exceptions (Intel SDM vol. 3, chapter 6) and the tables that route them.
 */
#ifndef ASM_TRAPS_H
#define ASM_TRAPS_H

#include <lib/types.h>

#define NR_EXCEPTIONS 32

/* What entry.S leaves on the stack, lowest address first. */
struct trap_frame {
	u32 edi, esi, ebp, unused_esp, ebx, edx, ecx, eax; /* pusha */
	u32 vector, error_code;
	u32 eip, cs, eflags; /* by the CPU */
};

/* Load GDT, task registers and IDT. Context: the first thing that start_kernel() does. */
void gdt_init(void);
void idt_init(void);

/* Make @entry the handler of @vector: an interrupt gate to kernel code. */
void idt_set_gate(unsigned int vector, void (*entry)(void));
/* Make @vector a task gate: the CPU switches to the task of @tss_selector, stack and all. */
void idt_set_task_gate(unsigned int vector, u16 tss_selector);

/* Report the exception and panic; called by entry.S. */
void trap_handler(struct trap_frame *frame);

/* Print the call chain that starts at @eip with stack pointer @esp and frame pointer @ebp. */
struct out;
void backtrace_from(struct out *out, unsigned long eip, unsigned long esp, unsigned long ebp);

/* The address of the first entry point of entry.S; they are 16 bytes apart. */
extern const char trap_entries[];

/* ESP at the time of the exception: the frame has no room for it without a privilege change. */
static inline unsigned long trap_frame_esp(const struct trap_frame *frame)
{
	return (unsigned long)(frame + 1);
}

#endif
