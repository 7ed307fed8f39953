/* SPDX-License-Identifier: 0BSD
 *
 * cmd_sys.c - the monitor's commands on the machine and on the self-tests.
 */
#include <boot/monitor.h>

#include <boot/boot.h>
#include <boot/cmdline.h>
#include <boot/machine.h>
#include <test/ktest.h>

static int cmd_test(struct out *out, int argc, char **argv)
{
	if (argc > 2) {
		out_printf(out, "test: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	return ktest_run_glob(argc == 2 ? argv[1] : "*") ? -EIO : 0;
}
MONITOR_CMD(test, "[GLOB[,GLOB]]", 0,
	    "run self-tests; a stop test, named in full, ends in the panic that it expects",
	    cmd_test);

static int cmd_bt(struct out *out, int argc __unused, char **argv __unused)
{
	backtrace_show(out, 0);
	return 0;
}
MONITOR_CMD(bt, "", MON_PANIC_SAFE, "the call chain that led here", cmd_bt);

static int cmd_reboot(struct out *out __unused, int argc __unused, char **argv __unused)
{
	machine_reboot();
}
MONITOR_CMD(reboot, "", MON_PANIC_SAFE, "reset the machine", cmd_reboot);

static int cmd_poweroff(struct out *out __unused, int argc __unused, char **argv __unused)
{
	machine_poweroff();
}
MONITOR_CMD(poweroff, "", MON_PANIC_SAFE, "switch the machine off", cmd_poweroff);

static int cmd_exit(struct out *out, int argc, char **argv)
{
	u32 code = boot_exit_value();

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
MONITOR_CMD(exit, "[CODE]", MON_PANIC_SAFE, "leave QEMU with the status (CODE << 1) | 1", cmd_exit);
