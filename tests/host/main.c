/* SPDX-License-Identifier: 0BSD
 *
 * main.c - the kernel's test runner as a host program: `runner [OPTION...]`, with the options of
 * the kernel's command line.
 *
 * 1. Concepts  tests/ktest.c, the tests and what they test are the kernel's sources, compiled for
 *              the host with sanitizers. machine.c is the memory below them; this file is the rest
 *              of the machine: a console on stdout, the end of panic(), the exit code.
 * 2. Machine   A small one, because every test ends with a check of every page: three zones of some
 *              ten MiB, with a hole between them, so that the limits are where the kernel has them.
 *              With LAYOUT=NAME in the environment its nodes lie otherwise (layout.c).
 * 3. Exit      0 if nothing failed, 1 if something did, 37 after a panic, as QEMU would exit.
 */

/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include <asm/firmware/multiboot.h>
#include <boot/boot.h>
#include <lib/panic.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <test/ktest_run.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "layout.h"
#include "machine.h"

#define EXIT_AFTER_PANIC 37
#define MIB		 (1ULL << 20)

extern __thread unsigned int host_cpu;

static bool failed;

/* The console. */

static bool keeping;
static char kept[1 << 16];
static size_t kept_len;

static void keep(const char *text, size_t len)
{
	if (len > sizeof(kept) - 1 - kept_len)
		len = sizeof(kept) - 1 - kept_len;
	memcpy(kept + kept_len, text, len);
	kept_len += len;
	kept[kept_len] = '\0';
}

static void console_write(const char *text, size_t len)
{
	size_t i;

	if (keeping) {
		keep(text, len);
		return;
	}
	for (i = 0; i < len; i++) {
		if (text[i] != '\r')
			putchar(text[i]);
	}
}

void host_console_keep(void)
{
	keeping = true;
	kept_len = 0;
	kept[0] = '\0';
}

const char *host_console_kept(void)
{
	keeping = false;
	return kept;
}

/* The end of panic(), and of the boot. */

static void (*during_panic)(void);

void host_during_panic(void (*call)(void))
{
	during_panic = call;
}

void panic_backtrace(void)
{
	void (*call)(void) = during_panic;

	during_panic = NULL; /* as a part of the kernel's report, it is not begun again */
	if (call)
		call();
}

void panic_stop(void)
{
	panic_end();
}

void panic_end(void)
{
	exit(EXIT_AFTER_PANIC); /* not _Exit(): coverage counts stop tests too */
}

void boot_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
	printk("\n");
	failed = true;
}

/* The host's library. */

int host_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	return vsnprintf(buf, size, fmt, ap);
}

void *host_alloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

void host_free(void *block)
{
	free(block);
}

/* So that they begin at the same time. */
static pthread_barrier_t all_here;

static void *thread_main(void *work)
{
	static unsigned int started;

	host_cpu = __atomic_fetch_add(&started, 1, __ATOMIC_RELAXED) % NR_CPUS;
	pthread_barrier_wait(&all_here);
	((void (*)(void))work)();
	return NULL;
}

void host_on_each_cpu(void (*work)(void))
{
	pthread_t thread[NR_CPUS];
	unsigned int i;

	pthread_barrier_init(&all_here, NULL, NR_CPUS);
	for (i = 0; i < NR_CPUS; i++)
		if (pthread_create(&thread[i], NULL, thread_main, (void *)work))
			abort();
	for (i = 0; i < NR_CPUS; i++)
		pthread_join(thread[i], NULL);
}

static void join_options(char *line, size_t size, int argc, char **argv)
{
	size_t used = 0;
	int i;

	line[0] = '\0';
	for (i = 1; i < argc && used < size; i++)
		used += (size_t)snprintf(line + used, size - used, "%s ", argv[i]);
}

/* A ledger with entries that have nothing to do with HighMem, and with modules there, as a loader
 * may put them: at both ends, over the border to lowmem, in each other, touching, and in no
 * order. */
static void fill_ledger(void)
{
	static const struct {
		u64 start, size;
	} modules[] = {
		{ 900 * MIB + 3 * PAGE_SIZE + 1, PAGE_SIZE },
		{ 896 * MIB - PAGE_SIZE, 2 * PAGE_SIZE },
		{ 900 * MIB, 3 * PAGE_SIZE },
		{ 904 * MIB, 8 * PAGE_SIZE },
		{ 904 * MIB + 2 * PAGE_SIZE, PAGE_SIZE },
		{ 904 * MIB - PAGE_SIZE, 2 * PAGE_SIZE },
		{ 911 * MIB - 1, 1 },
		{ 908 * MIB - 1, 2 },
	};
	size_t i;

	for (i = 0; i < LEDGER_MAX; i++) /* what lies behind the last entry is none */
		ledger.range[i].last = ~0ULL;
	for (i = 0; i < 16; i++)
		ledger_add(&ledger, "option ROM", 0xC0000 + i * 0x4000, 0x800);
	for (i = 0; i < ARRAY_SIZE(modules); i++)
		ledger_add(&ledger, "module", modules[i].start, modules[i].size);
}

static void boot_machine(const char *cmdline)
{
	static const struct boot_e820_entry entries[] = {
		{ 0, 0x9FC00, E820_RAM },
		{ 0x9FC00, 0x400, E820_RESERVED },
		{ 0xF0000, 0x10000, E820_RESERVED },
		{ 1 * MIB, 59 * MIB, E820_RAM },   /* the last block has no buddy */
		{ 864 * MIB, 47 * MIB, E820_RAM }, /* mem_map goes on for another MiB */
		{ 911 * MIB, 1 * MIB, E820_ACPI },
	};
	static struct boot_info info = { .map = &e820_map };
	const struct boot_e820_entry *e;

	machine_init();
	for (e = entries; e < entries + ARRAY_SIZE(entries); e++)
		boot_info_add_e820(&info, e->addr, e->size, e->type);
	machine_settle_map(&info, cmdline);
	if (!layout_apply(getenv("LAYOUT")))
		machine_split_nodes(52 * MIB >> PAGE_SHIFT);
	fill_ledger();
	host_watch(&machine);
	machine_boot(1 * MIB, 2 * MIB);
	if (!machine_start_slab())
		abort();
}

int main(int argc, char **argv)
{
	char line[1024];

	setvbuf(stdout, NULL, _IOLBF, 0);
	join_options(line, sizeof(line), argc, argv);
	printk_add_console(console_write);
	boot_machine(line);
	ktest_start();
	ktest_finish();
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
