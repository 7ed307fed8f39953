/* SPDX-License-Identifier: 0BSD
 *
 * machine.c - how to leave the machine: exit device, reset, power.
 */
#include <asm/console/screen.h>
#include <asm/cpu.h>
#include <asm/machine.h>
#include <dev/time.h>
#include <lib/printk.h>
#include <lib/version.h>

#define EXIT_PORT 0xF4 /* QEMU's isa-debug-exit, as every runner here sets it up */

#define BOCHS_SHUTDOWN_PORT 0x8900 /* takes the letters of "Shutdown" */

/* Sleep registers of ACPI where the emulators' own firmware puts them, and what means S5 there.
 * On other machines nothing answers there. */
static const struct {
	u16 port, value;
} sleep_registers[] = {
	{ 0x604, 0x2000 },  /* QEMU, both PIIX4 and ICH9 */
	{ 0xB004, 0x2000 }, /* Bochs, and QEMU before 2.0 */
	{ 0x4004, 0x3400 }, /* VirtualBox */
};

#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET	 0xFE
#define KEYBOARD_BUSY	 0x02

/* By a read of one byte, which did no harm on any machine that was tried; on v86 a read of 32 bits
 * starts the kernel of its multiboot option. The device answers whatever its iosize is. */
bool machine_has_exit_device(void)
{
	return inb(EXIT_PORT) == 0; /* a port that is not there reads as all ones */
}

/* The last panic of all may be one of the screen's. */
void machine_halt(void)
{
	static bool halting;

	if (!halting) {
		halting = true;
		screen_idle();
	}
	for (;;)
		__asm__ volatile("cli; hlt");
}

static void switch_off(void)
{
	const char *letter;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sleep_registers); i++) {
		outw(sleep_registers[i].port, sleep_registers[i].value);
		mdelay(100);
	}
	for (letter = "Shutdown"; *letter; letter++)
		outb(BOCHS_SHUTDOWN_PORT, (u8)*letter);
	if (machine_has_exit_device())
		outl(EXIT_PORT, 0);
}

void machine_exit(u8 value)
{
	outl(EXIT_PORT, value);
	kprint("%s: exit 0x%02x, switching off\n", kernel_name, value);
	switch_off();
	kprint("%s: exit 0x%02x, halted\n", kernel_name, value);
	machine_halt();
}

void machine_poweroff(void)
{
	switch_off();
	kprint("%s: this machine cannot be switched off by software, halted\n", kernel_name);
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
	mdelay(100);
	__asm__ volatile("lidt %0; int3" : : "m"(empty_idt));
	machine_halt();
}
