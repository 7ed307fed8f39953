/* SPDX-License-Identifier: 0BSD
 *
 * main.c - start_kernel(): the whole boot as one list, and the places for a kernel of your own.
 */
#include <asm/console/screen.h>
#include <asm/firmware/memory_setup.h>
#include <asm/machine.h>
#include <asm/setup.h>
#include <asm/tsc.h>
#include <boot/boot.h>
#include <boot/cmdline.h>
#include <boot/monitor/leaks.h>
#include <boot/monitor/screen_map.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <lib/version.h>
#include <mm/slab.h>
#include <mm/watermark.h>

struct boot_ticks boot_ticks;

static void note_ticks(enum boot_phase phase, const char *fmt __unused, va_list ap __unused)
{
	if (phase == PHASE_PAGING)
		boot_ticks.zones_start = tsc_since_start();
	if (phase == PHASE_ZONES)
		boot_ticks.zones_end = tsc_since_start();
}
BOOT_LISTENER(note_ticks);

static void __init before_probe(void)
{
	kernel_reserve();
	boot_ticks.probe_start = tsc_since_start();
}

static void __init after_probe(void)
{
	boot_ticks.probe_end = tsc_since_start();
}

static void __init early_code(void)
{
	kernel_early();
	boot_ticks.mem_init_start = tsc_since_start();
}

/* Each line says what can be used after it. */
static void __init boot_init(u32 magic, u32 info)
{
	struct machine_memory machine;

	early_setup();		     /* printk(), panic() with a call trace */
	read_boot_info(magic, info); /* boot_info; of the loader's memory only modules are needed */
	pr_info("%s\n", kernel_banner);
	parse_cmdline(boot_info.cmdline, boot_info.loader); /* options have their values */
	setup_arch(&machine);				    /* e820_map */
	machine.reserve = before_probe;
	machine.ram_probed = after_probe;
	machine.early = early_code;
	memory_setup(&machine); /* ledger, bootmem, zones, in the end alloc_pages() */
	boot_ticks.mem_init_end = tsc_since_start();
	kmem_cache_init();	   /* kmalloc(), kmem_cache_create() */
	init_per_zone_pages_min(); /* from here on a reserve is kept */
	boot_phase(PHASE_SLAB, "the slab allocator has its caches");
	tsc_calibrate(); /* clock_us(), time stamps */
	pr_info("%llu TSC ticks from entry to the end of mem_init\n", boot_ticks.mem_init_end);
	screen_map_on();    /* memory can be watched */
	ktest_start();	    /* tests that need code which the next step throws away */
	bench_start();	    /* benchmarks of such code */
	start_interrupts(); /* jiffies, and keys, as soon as somebody lets interrupts in */
}

void __ref_init start_kernel(u32 magic, u32 info)
{
	boot_init(magic, info);
	free_initmem(); /* no more __init functions */
	boot_phase(PHASE_INIT_FREED, "the pages of the boot's own code and data are free");
	ktest_finish();
	boot_phase(PHASE_TESTS, "the self-tests are over");
	bench_finish();
	trace_run();
	screen_follow(); /* what is printed is seen, whatever comes next */
	leaks_mark("kernel_main() began");
	kernel_main();
	boot_finish();
}

/* Somebody's own kernel: these stand aside for functions of the same names (README.md). */

void __init __weak kernel_reserve(void)
{
}

void __init __weak kernel_early(void)
{
}

void __weak kernel_main(void)
{
}
