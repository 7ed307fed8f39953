/* SPDX-License-Identifier: 0BSD
 *
 * ktest_none.c - the runner of a kernel that was built without tests (make TESTS=n).
 *
 * It stands in for tests/, so that the boot and the monitor need not know which kernel they are in.
 */
#include <lib/printk.h>
#include <test/bench.h>
#include <test/ktest.h>
#include <test/trace.h>

void __init ktest_start(void)
{
	pr_info("ktest: no tests in this build\n");
}

unsigned int ktest_finish(void)
{
	return 0;
}

unsigned int ktest_run_glob(const char *globs)
{
	(void)globs;
	kprint("no tests in this build\n");
	return 1;
}

const struct ktest *ktest_after(const struct ktest *prev)
{
	(void)prev;
	return NULL;
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
