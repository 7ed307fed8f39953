/* SPDX-License-Identifier: 0BSD
 *
 * ktest_none.c - a kernel that was built without tests (make TESTS=n).
 *
 * It stands in for tests/, so that the boot need not know which kernel it is in.
 */
#include <boot/boot.h>

#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/printk.h>

void __init ktest_start(void)
{
	pr_info("ktest: no tests in this build\n");
}

unsigned int ktest_finish(void)
{
	return 0;
}

void __init bench_start(void)
{
}

void bench_finish(void)
{
}

void trace_run(void)
{
}

static int cmd_test(struct out *out, int argc __unused, char **argv __unused)
{
	out_printf(out, "test: no tests in this build\n");
	return -EIO;
}
MONITOR_CMD(test, "[GLOB[,GLOB]]", 0, "run self-tests: there are none in this build", cmd_test,
	    .group = MON_CHECK);
