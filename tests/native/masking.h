/* SPDX-License-Identifier: 0BSD
 *
 * masking.h - what is written for the kernel, in a program: interrupt masking, and 64 bits.
 *
 * Masking: the instructions are those of arch/x86/include/asm/irqflags.h, as they are. Only those
 * that fault in a program are others, by macros of the assembler: cli and sti are cld, which writes
 * a flag, too, takes about as long, and changes nothing, as the direction flag is clear already.
 * Interrupts are never off, so what looks at the saved flags takes the way of a caller that has
 * them on.
 *
 * 64 bits: pushf and popf, push and pop are those of 64 bits, and all is bound within the library.
 *
 * Forced in front of every file of mm/ (cc -include).
 */
#ifdef __x86_64__
#pragma GCC visibility push(hidden)
__asm__(".macro pushl what\n\tpushq \\what\n\t.endm\n"
	".macro popl what\n\tpopq \\what\n\t.endm\n");
#define NATIVE_PUSHF "pushfq"
#define NATIVE_POPF  "popfq"
#else
#define NATIVE_PUSHF "pushf"
#define NATIVE_POPF  "popf"
#endif

__asm__(".macro cli\n\tcld\n\t.endm\n"
	".macro sti\n\tcld\n\t.endm\n"
	".macro pushfl\n\t" NATIVE_PUSHF "\n\t.endm\n"
	".macro popfl\n\t" NATIVE_POPF "\n\t.endm\n");
