/* SPDX-License-Identifier: 0BSD
 *
 * cmd_sys.c - the monitor's commands on the machine.
 */
#include <boot/monitor/monitor.h>

#include <asm/machine.h>
#include <dev/irq.h>
#include <lib/errno.h>
#include <lib/param.h>

static int cmd_bt(struct out *out, int argc __unused, char **argv __unused)
{
	backtrace_of_panic(out);
	return 0;
}
MONITOR_CMD(
	bt, "", MON_PANIC_SAFE, "the call chain that led here", cmd_bt, .group = MON_LOOK,
	.more = "After an exception it is that of the code that was stopped. Where the chain of\n"
		"frame pointers is broken, lines with ? are guesses: what looks like a return\n"
		"address among the words on the stack.\n");

static int cmd_irqs(struct out *out, int argc __unused, char **argv __unused)
{
	irqs_show(out);
	return 0;
}
MONITOR_CMD(
	irqs, "", MON_PANIC_SAFE, "interrupts so far, by line", cmd_irqs, .group = MON_MACHINE,
	.more = "As Linux's /proc/interrupts: how often each line of the interrupt controllers\n"
		"has asked, and who handles it; and how many no handler took, if any.\n"
		"ERR counts interrupts that were none when the controller was asked.\n");

static int cmd_reboot(struct out *out __unused, int argc __unused, char **argv __unused)
{
	machine_reboot();
}
MONITOR_CMD(reboot, "", MON_PANIC_SAFE, "reset the machine", cmd_reboot, .group = MON_MACHINE);

static int cmd_poweroff(struct out *out __unused, int argc __unused, char **argv __unused)
{
	machine_poweroff();
}
MONITOR_CMD(poweroff, "", MON_PANIC_SAFE, "switch the machine off", cmd_poweroff,
	    .group = MON_MACHINE);

static int cmd_exit(struct out *out, int argc, char **argv)
{
	u32 code = monitor_exit_value();

	if (argc > 2) {
		out_printf(out, "exit: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (argc == 2 && !parse_u32(argv[1], 0xff, &code)) {
		out_printf(out, "exit: \"%s\" is no number from 0 to 255\n", argv[1]);
		return -EINVAL;
	}
	machine_exit((u8)code);
}
MONITOR_CMD(exit, "[CODE]", MON_PANIC_SAFE, "leave QEMU with the status (CODE << 1) | 1", cmd_exit,
	    .group = MON_MACHINE,
	    .more = "Writes CODE to QEMU's isa-debug-exit; without that device the machine is\n"
		    "switched off, or halts where that is not possible.\n"
		    "CODE is 0x10 unless given, 0x11 after a failure. `quit` is the same.\n"
		    "Example: exit 0x10\n");
