/* SPDX-License-Identifier: 0BSD
 *
 * entry.c - the state that head.S and the first C hand on, whatever the loader left.
 *
 * These tests see the boot's own state only, before anybody's kernel_main() changes it. Under an
 * ordinary loader most of them could not fail; scripts/test/entry-test plants the states that they
 * are about.
 */
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/irqflags.h>
#include <dev/time.h>
#include <asm/traps.h>
#include <asm/setup.h>
#include <boot/boot.h>
#include <test/ktest.h>

#define CR0_ET	    0x10    /* always 1 on what has CMOV, but for emulators */
#define DR7_ENABLED 0xFF    /* no bit of it */
#define EFLAGS_KEPT 0x47700 /* AC, NT, IOPL, DF, IF, TF */

KTEST_BOOT(entry, control_registers_hold_what_the_kernel_set)
{
	kt_eq(read_cr0() & ~CR0_ET, CR0_PG | CR0_WP | CR0_PE);
	kt_eq(read_cr4() & ~CR4_PGE, CR4_PSE);
}

KTEST_BOOT(entry, flags_and_breakpoints_are_clear)
{
	unsigned long flags, dr7;

	__asm__("pushfl; popl %0" : "=r"(flags));
	__asm__("movl %%dr7, %0" : "=r"(dr7));
	kt_eq(flags & EFLAGS_KEPT, 0);
	kt_eq(dr7 & DR7_ENABLED, 0);
}

KTEST_BOOT(entry, segments_are_the_kernels_own)
{
	u16 ds, es, ss, fs, gs;

	__asm__("movw %%ds, %0; movw %%es, %1; movw %%ss, %2" : "=r"(ds), "=r"(es), "=r"(ss));
	__asm__("movw %%fs, %0; movw %%gs, %1" : "=r"(fs), "=r"(gs));
	kt_eq(ds, KERNEL_DS);
	kt_eq(es, KERNEL_DS);
	kt_eq(ss, KERNEL_DS);
	kt_eq(fs, KERNEL_DS);
	kt_eq(gs, KERNEL_DS);
}

KTEST_BOOT(entry, the_8259s_are_masked)
{
	kt_eq(inb(PIC_MASTER_DATA), 0xFF);
	kt_eq(inb(PIC_SLAVE_DATA), 0xFF);
}

static u8 __init read_crtc(u8 index)
{
	outb(0x3D4, index);
	return inb(0x3D5);
}

KTEST_BOOT(entry, the_screen_begins_with_its_first_cell)
{
	if (boot_info.on_efi || boot_info.has_framebuffer || read_crtc(0x0C) == 0xFF)
		kt_skip("no text screen");
	kt_eq(read_crtc(0x0C), 0);
	kt_eq(read_crtc(0x0D), 0);
}

#define PIT_CHANNEL0  0x40
#define PIT_COMMAND   0x43
#define PIT_CH0_MODE2 0x34 /* low then high byte, rate generator, binary */

/* Long enough for a tick of the timer as a BIOS leaves it, every 55 ms. */
static void wait_with_interrupts(void)
{
	__asm__ volatile("sti" : : : "memory");
	mdelay(120);
	__asm__ volatile("cli" : : : "memory");
}

static volatile u32 ticks;

static void __attribute__((naked)) count_tick(void)
{
	__asm__("incl %0\n\t"
		"pushl %%eax\n\t"
		"movb $0x20, %%al\n\t" /* end of interrupt */
		"outb %%al, $0x20\n\t"
		"popl %%eax\n\t"
		"iret"
		: "=m"(ticks));
}

/* Ticks every 55 ms. Return: false if there is no such timer. */
static bool __init start_timer(void)
{
	outb(PIT_COMMAND, PIT_CH0_MODE2);
	outb(PIT_CHANNEL0, 0);
	outb(PIT_CHANNEL0, 0);
	return inb(PIT_CHANNEL0) != 0xFF || inb(PIT_CHANNEL0) != 0xFF;
}

/* What a kernel that starts here does next: open the timer's line. */
KTEST_BOOT(entry, an_open_line_reaches_the_cpu)
{
	if (!start_timer())
		kt_skip("no 8254");
	outb(PIC_MASTER_DATA, 0xFE);
	if (inb(PIC_MASTER_DATA) != 0xFE)
		kt_skip("no 8259A");
	idt_set_gate(PIC_VECTOR, count_tick);
	wait_with_interrupts();
	idt_reset_gate(PIC_VECTOR);
	outb(PIC_MASTER_DATA, 0xFF);
	kt_true(ticks > 0);
}

KTEST_BOOT(entry, nothing_interrupts_whoever_allows_it)
{
	kt_true(irqs_disabled());
	wait_with_interrupts();
}
