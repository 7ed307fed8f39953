/* SPDX-License-Identifier: 0BSD
 *
 * machine.c - how to leave the machine: exit device, reset, power.
 */
#include <asm/cpu.h>
#include <asm/screen.h>
#include <boot/machine.h>
#include <lib/printk.h>

#define EXIT_PORT 0xF4 /* QEMU's isa-debug-exit, as every runner here sets it up */

/* Sleep register of QEMU's ACPI power management (PIIX4 and ICH9 both at 0x604), S5. */
#define ACPI_PM1A_CONTROL 0x604
#define ACPI_SLEEP_S5	  0x2000

#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET	 0xFE
#define KEYBOARD_BUSY	 0x02

/* A read of one byte, which does no harm wherever it was tried: on v86 one of 32 bits starts the
 * kernel that its multiboot option holds. The device answers it whatever its iosize is. */
bool machine_has_exit_device(void)
{
	return inb(EXIT_PORT) == 0; /* a port that is not there reads as all ones */
}

void machine_halt(void)
{
	screen_idle();
	for (;;)
		__asm__ volatile("cli; hlt");
}

void machine_exit(u8 value)
{
	outl(EXIT_PORT, value);
	kprint("mmkit: exit 0x%02x, halted\n", value);
	machine_halt();
}

void machine_poweroff(void)
{
	outw(ACPI_PM1A_CONTROL, ACPI_SLEEP_S5);
	delay_ms(100);
	kprint("mmkit: this machine cannot be switched off by software, halted\n");
	machine_halt();
}

/* The keyboard controller's reset line; if there is none, a triple fault resets the CPU. */
void machine_reboot(void)
{
	static const struct {
		u16 limit;
		u32 base;
	} __packed empty_idt = { 0, 0 };
	unsigned int polls = 100000;

	while ((inb(KEYBOARD_COMMAND) & KEYBOARD_BUSY) && --polls)
		;
	outb(KEYBOARD_COMMAND, KEYBOARD_RESET);
	delay_ms(100);
	__asm__ volatile("lidt %0; int3" : : "m"(empty_idt));
	machine_halt();
}
