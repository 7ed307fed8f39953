/* SPDX-License-Identifier: 0BSD
 *
 * traps.h - exceptions and interrupts (Intel SDM vol. 3, chapter 6) and the tables that route them.
 */
#ifndef ASM_TRAPS_H
#define ASM_TRAPS_H

#define NR_EXCEPTIONS	    32
#define NR_VECTORS	    256
#define VECTOR_DOUBLE_FAULT 8
#define VECTOR_PAGE_FAULT   14
#define VECTOR_SYSCALL	    0x80
#define TRAP_ENTRY_SIZE	    16 /* of each entry point in entry.S */

#ifndef __ASSEMBLER__

#include <lib/compiler.h>
#include <lib/types.h>

/* What entry.S leaves on the stack, lowest address first. */
struct trap_frame {
	u32 es, ds;
	u32 edi, esi, ebp, unused_esp, ebx, edx, ecx, eax; /* pusha */
	u32 vector, error_code;
	u32 eip, cs, eflags;   /* by the CPU */
	u32 user_esp, user_ss; /* only from ring 3 */
};

/* Load GDT, task registers and IDT. Context: the first thing that start_kernel() does. */
void gdt_init(void);
void idt_init(void);

/* Make @entry the handler of @vector, 0 to 255 without 8: an interrupt gate, so that it starts with
 * interrupts off and ends with IRET. Stops unless @entry is code of the kernel outside of .init.
 * Context: any, from idt_init() on. */
void idt_set_gate(unsigned int vector, void (*entry)(void));
/* Take @vector's handler away: from now on it is reported again. Context: as idt_set_gate(). */
void idt_reset_gate(unsigned int vector);

/* An entry of the IDT, for those who have a table of their own for a while: the gates in force, one
 * that leads to @entry, and the loading of a table of NR_VECTORS gates. */
struct gate {
	u32 low, high;
};
extern struct gate idt[NR_VECTORS];
struct gate interrupt_gate(unsigned long entry);
void idt_load(const struct gate *table);

/* Handle an interrupt or what ring 3 did; report anything else, and panic. Called by entry.S,
 * interrupts off. */
void trap_handler(struct trap_frame *frame);

/* An exception, in words. */
const char *exception_name(u32 vector);

/* Where the CPU looks for the stack of a trap from ring 3. */
u32 *kernel_stack_for_traps(void);

/* Where the code ends that indirect.S lets be called: that of .init counts until it is freed. */
extern const char *kernel_code_end;

/* Code ends at @end: nothing behind it can be called through a pointer, nor executed at all but to
 * the end of its page, where the CPU looks at the limit of its code segment. Stops if the kernel's
 * own code is behind it. Context: any, from gdt_init() on. */
void set_code_end(const char *end);

/* Panic: at @caller something was called that is no code. Called by indirect.S. */
void wild_call(unsigned long target, unsigned long caller) __noreturn;

/* Print the call chain that starts at @eip with stack pointer @esp and frame pointer @ebp. */
struct out;
void backtrace_from(struct out *out, unsigned long eip, unsigned long esp, unsigned long ebp);

/* The address of the first entry point of entry.S. */
extern const char trap_entries[];

static inline bool is_from_user(const struct trap_frame *frame)
{
	return frame->cs & 3;
}

/* ESP at the time of an exception in the kernel: the CPU does not push it then. */
static inline unsigned long trap_frame_esp(const struct trap_frame *frame)
{
	return (unsigned long)&frame->user_esp;
}

#endif
#endif
