/* SPDX-License-Identifier: 0BSD
 *
 * irqchip.c - interrupt controllers that have nothing to say, whatever was left in them.
 *
 * 1. Concepts  A BIOS leaves the 8259As delivering timer ticks as vector 8, the double fault; a
 *              kernel that starts this one by kexec can leave a timer of the local APIC armed, or
 *              an interrupt accepted and not yet delivered. Nothing of it is seen until somebody
 *              sets EFLAGS.IF, and then it hits the wrong code.
 * 2. Draining  What the local APIC has accepted (IRR) cannot be taken back, only delivered. So it
 *              is, here, to gates that do nothing but end the interrupt. All sources are
 *              closed before, so that it has an end. Intel SDM vol. 3, 11.8.4 and 11.8.5.
 * 3. Not done  Devices with message-signalled interrupts: they need a walk over PCI.
 */
#include <asm/cpu.h>
#include <asm/irqchip.h>
#include <asm/pgtable.h>
#include <asm/traps.h>
#include <lib/init.h>
#include <lib/printk.h>

#define MSR_APIC_BASE	 0x1B
#define APIC_BASE_X2APIC (1u << 10)
#define APIC_BASE_ENABLE (1u << 11)

/* Local APIC registers, as indices of 32-bit words (Intel SDM vol. 3, table 11-1). */
#define APIC_TPR	 (0x080 / 4)
#define APIC_EOI	 (0x0B0 / 4)
#define APIC_SPURIOUS	 (0x0F0 / 4)
#define APIC_ISR	 (0x100 / 4) /* 256 bits, 32 in every fourth word */
#define APIC_IRR	 (0x200 / 4)
#define APIC_LVT_TIMER	 (0x320 / 4)
#define APIC_LVT_LINT0	 (0x350 / 4)
#define APIC_LVT_LINT1	 (0x360 / 4)
#define APIC_LVT_ERROR	 (0x370 / 4)
#define APIC_LVT_STEP	 (0x010 / 4)
#define APIC_TIMER_COUNT (0x380 / 4)

#define LVT_MASKED	0x10000u
#define LVT_EXTINT	0x700u
#define LVT_NMI		0x400u
#define SPURIOUS_ENABLE 0x1FFu

#define APIC_FIRST_VECTOR 16 /* it takes no lower one */

/* I/O APIC: one word selects a register, another one accesses it (Intel 82093AA data sheet). */
#define IOAPIC_BASE    0xFEC00000u
#define IOAPIC_WINDOW  (0x10 / 4)
#define IOAPIC_VERSION 1u
#define IOAPIC_PIN     0x10u /* two registers for each pin */

static volatile u32 *apic;

static void __init ioapic_init(void)
{
	volatile u32 *ioapic = early_map(IOAPIC_BASE, PAGE_SIZE);
	u32 version, pin, last;

	ioapic[0] = IOAPIC_VERSION;
	version = ioapic[IOAPIC_WINDOW] & 0xFF;
	last = ioapic[IOAPIC_WINDOW] >> 16 & 0xFF;
	if (version < 0x10 || version > 0x2F || last >= 240)
		return; /* there is none: such memory reads as all ones or zeros */
	for (pin = 0; pin <= last; pin++) {
		ioapic[0] = IOAPIC_PIN + 2 * pin;
		ioapic[IOAPIC_WINDOW] = LVT_MASKED;
	}
}

/* Leave x2APIC mode, which hides the registers; the way out of it is to switch the APIC off. */
static void __init apic_map(void)
{
	u64 base = rdmsr(MSR_APIC_BASE);

	if (!(base & APIC_BASE_ENABLE))
		return;
	if (base & APIC_BASE_X2APIC) {
		base &= ~(u64)APIC_BASE_X2APIC;
		wrmsr(MSR_APIC_BASE, base & ~(u64)APIC_BASE_ENABLE);
		wrmsr(MSR_APIC_BASE, base);
	}
	apic = early_map(base & ~(u64)(PAGE_SIZE - 1), PAGE_SIZE);
}

static void __init apic_close_sources(void)
{
	unsigned int lvt;

	apic[APIC_SPURIOUS] = SPURIOUS_ENABLE;
	/* The error entry first: not every APIC has all the entries between. */
	for (lvt = APIC_LVT_ERROR; lvt >= APIC_LVT_TIMER; lvt -= APIC_LVT_STEP)
		apic[lvt] = LVT_MASKED;
	apic[APIC_TIMER_COUNT] = 0;
	apic[APIC_LVT_LINT0] = LVT_EXTINT;
	apic[APIC_LVT_LINT1] = LVT_NMI;
	apic[APIC_TPR] = 0;
}

static bool __init apic_any(unsigned int bitmap)
{
	unsigned int word;

	for (word = 0; word < NR_VECTORS / 32; word++)
		if (apic[bitmap + 4 * word])
			return true;
	return false;
}

/* The gate of every vector of the APIC while it is drained. */
static void __attribute__((naked)) end_interrupt(void)
{
	__asm__("pushl %%eax\n\t"
		"movl %0, %%eax\n\t"
		"movl $0, %c1(%%eax)\n\t"
		"popl %%eax\n\t"
		"iret"
		:
		: "m"(apic), "i"(APIC_EOI * 4));
}

static void __init apic_deliver_pending(void)
{
	unsigned int vector, rounds = NR_VECTORS;

	for (vector = APIC_FIRST_VECTOR; vector < NR_VECTORS; vector++)
		idt_set_gate(vector, end_interrupt);
	while (apic_any(APIC_IRR) && rounds--)
		__asm__ volatile("sti; nop; cli" : : : "memory");
	for (vector = APIC_FIRST_VECTOR; vector < NR_VECTORS; vector++)
		idt_reset_gate(vector);
}

void __init irqchip_init(void)
{
	unsigned int rounds = NR_VECTORS;

	i8259_init();
	if (!(cpuid_features() & CPUID_APIC))
		return;
	ioapic_init();
	apic_map();
	if (!apic)
		return;
	apic_close_sources();
	while (apic_any(APIC_ISR) && rounds--)
		apic[APIC_EOI] = 0;
	if (apic_any(APIC_IRR))
		apic_deliver_pending();
	if (apic_any(APIC_IRR))
		pr_warn("local APIC: an interrupt stays pending\n");
}
