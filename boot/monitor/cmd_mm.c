/* SPDX-License-Identifier: 0BSD
 *
 * cmd_mm.c - the monitor's reports on memory as a whole, in Linux's formats where Linux has them.
 *
 * The reports themselves are functions of mm/ and others; this file only registers them.
 */
#include <asm/setup.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/iomem.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/panic.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/fragmentation.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/report.h>
#include <mm/slab.h>
#include <mm/slab_usage.h>
#include <mm/vmalloc.h>
#include <mm/vmstat.h>

static int cmd_e820(struct out *out, int argc __unused, char **argv __unused)
{
	const struct e820_region *region;
	char scratch[16];

	for (region = e820_map.region; region < e820_map.region + e820_map.nr; region++)
		out_printf(out, "[mem 0x%016llx-0x%016llx] %s\n", region->start, region->last,
			   e820_type_name(region->type, scratch));
	ledger_show(&ledger, out);
	return 0;
}

MONITOR_CMD(
	e820, "", MON_PANIC_SAFE, "the memory map and what of it is reserved", cmd_e820,
	.group = MON_REPORTS,
	.more = "The firmware's map after sanitising and after mem= and memmap=, then the ledger:\n"
		"what must never be handed out, by name.\n");

#define IOMEM_PARTS (IMAGE_PARTS_MAX + BOOT_MODULES_MAX)

/* The kernel image and what the boot loader brought along. */
static unsigned int iomem_parts(struct iomem_part part[IOMEM_PARTS])
{
	unsigned int nr = image_parts(part), i;

	for (i = 0; i < ledger.nr && nr < IOMEM_PARTS; i++)
		if (!strncmp(ledger.name[i], "module ", 7))
			part[nr++] = (struct iomem_part){ .name = ledger.name[i],
							  .start = ledger.range[i].start,
							  .last = ledger.range[i].last };
	return nr;
}

static int cmd_iomem(struct out *out, int argc __unused, char **argv __unused)
{
	struct iomem_part part[IOMEM_PARTS];
	unsigned int nr = iomem_parts(part);

	iomem_show(out, &e820_map, part, nr);
	return 0;
}

MONITOR_CMD(iomem, "", MON_PANIC_SAFE, "physical memory and the kernel in it", cmd_iomem,
	    .group = MON_REPORTS,
	    .more = "The format of /proc/iomem. No devices: nothing here looks for them.\n");

#define REPORT_CMD(_name, _flags, _help, ...)                                            \
	static int cmd_##_name(struct out *out, int argc __unused, char **argv __unused) \
	{                                                                                \
		_name##_show(out);                                                       \
		return 0;                                                                \
	}                                                                                \
	MONITOR_CMD(_name, "", MON_PANIC_SAFE | (_flags), _help, cmd_##_name,            \
		    .group = MON_REPORTS, ##__VA_ARGS__)

REPORT_CMD(
	bootmem, 0, "what the boot allocator handed out, to whom",
	.more = "Bytes inclusive, and who asked: a function, or mem_map; then the sum. Kept after\n"
		"the boot.\n");
REPORT_CMD(zoneinfo, 0, "the zones and their pages",
	   .more = "The format of /proc/zoneinfo. spanned: holes included; present: RAM; managed:\n"
		   "given to the page allocator.\n");
/* All free memory in blocks, so that two looks at it can be compared. */
static int cmd_buddyinfo(struct out *out, int argc __unused, char **argv __unused)
{
	if (!panic_in_progress())
		drain_all_pages();
	buddyinfo_show(out);
	return 0;
}

MONITOR_CMD(buddyinfo, "", MON_PANIC_SAFE, "free blocks of each zone by order", cmd_buddyinfo,
	    .group = MON_REPORTS,
	    .more = "The format of /proc/buddyinfo: column n counts the free blocks of 2^n pages.\n"
		    "The per-CPU lists are drained first, but not in a panic.\n");

REPORT_CMD(
	pagetypeinfo, 0, "free blocks and page blocks by migrate type",
	.more = "The format of /proc/pagetypeinfo, with the types of Linux 2.6.24. A page block\n"
		"is 4 MiB; a free block counts for the type of the one that it is in.\n");
REPORT_CMD(meminfo, MON_WALKS, "memory in kB",
	   .more = "The format of /proc/meminfo. MemAvailable: what is free, also in the\n"
		   "per-CPU lists, and the empty slabs, less what is kept for urgent requests.\n");
REPORT_CMD(
	vmstat, MON_WALKS, "how much there is, and how often things happened",
	.more = "The format of /proc/vmstat. Numbers wrap: it is their difference that counts.\n");
REPORT_CMD(
	numastat, 0, "whose pages requests got, by node",
	.more = "For each node the format of /sys/devices/system/node/nodeN/numastat, in pages.\n"
		"hit: from here, as wanted; miss: from here, for want of another node's; foreign:\n"
		"wanted from here, got elsewhere; local, other: to this node's CPUs, to others.\n");
REPORT_CMD(
	vmallocinfo, 0, "the areas of vmalloc(), vmap() and ioremap()",
	.more = "The format of /proc/vmallocinfo: bounds and size with the guard page, who asked,\n"
		"and what is mapped. `unpurged` areas were given back and wait for their flush.\n");

static bool cache_is_shown(const struct kmem_cache *cache, const char *which)
{
	if (!strcmp(which, "used"))
		return kmem_cache_active(cache);
	return glob_match(which, kmem_cache_name(cache));
}

static int cmd_slabinfo(struct out *out, int argc, char **argv)
{
	struct kmem_cache *cache;
	unsigned int nr = 0;

	if (argc > 2) {
		out_printf(out, "slabinfo: expected at most 1 argument, got %d\n", argc - 1);
		return -EINVAL;
	}
	for (cache = kmem_cache_next(NULL); argc == 2 && cache; cache = kmem_cache_next(cache)) {
		if (!cache_is_shown(cache, argv[1]))
			continue;
		if (!nr++)
			slabinfo_show_head(out);
		slabinfo_show_cache(out, cache);
	}
	if (argc == 1)
		slabinfo_show(out);
	else if (!nr)
		out_printf(out, "slabinfo: no cache \"%s\"\n", argv[1]);
	return argc == 1 || nr ? 0 : -ENOENT;
}

static void complete_slabinfo(struct completion *completion, int word)
{
	struct kmem_cache *cache;

	if (word != 1)
		return;
	completion_offer(completion, "used");
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		completion_offer(completion, kmem_cache_name(cache));
}

MONITOR_CMD(
	slabinfo, "[used | NAME]", MON_PANIC_SAFE | MON_WALKS, "the slab caches", cmd_slabinfo,
	.group = MON_REPORTS, .complete = complete_slabinfo,
	.more = "The format of /proc/slabinfo 2.1; slabtop and vmstat -m read it. `used` leaves\n"
		"out the caches without an object in use; NAME may be a glob.\n"
		"Example: slabinfo size-*\n");

/* The numbers of slab_tune, all three or none. */
static bool parse_tunables(struct out *out, char **argv, u32 values[3])
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		if (parse_u32(argv[i], SLAB_LIMIT_MAX, &values[i]))
			continue;
		out_printf(out, "slab_tune: \"%s\" is no number from 0 to %u\n", argv[i],
			   SLAB_LIMIT_MAX);
		return false;
	}
	return true;
}

static int cmd_slab_tune(struct out *out, int argc, char **argv)
{
	struct kmem_cache *cache;
	u32 values[3];
	int err;

	if (argc != 5) {
		out_printf(out, "slab_tune: expected 4 arguments, got %d\n", argc - 1);
		return -EINVAL;
	}
	if (!parse_tunables(out, argv + 2, values))
		return -EINVAL;
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		if (!strcmp(argv[1], kmem_cache_name(cache)))
			break;
	if (!cache) {
		out_printf(out, "slab_tune: no cache \"%s\"\n", argv[1]);
		return -ENOENT;
	}
	err = kmem_cache_tune(cache, values[0], values[1], values[2]);
	if (err == -ENOMEM || err == -EBUSY)
		out_printf(out, "slab_tune: %s\n",
			   err == -ENOMEM ? "no memory" : "the cache is in use just now");
	if (!err)
		slabinfo_show_cache(out, cache);
	return err;
}

static void complete_slab_tune(struct completion *completion, int word)
{
	struct kmem_cache *cache;

	for (cache = kmem_cache_next(NULL); word == 1 && cache; cache = kmem_cache_next(cache))
		completion_offer(completion, kmem_cache_name(cache));
}

MONITOR_CMD(
	slab_tune, "NAME LIMIT BATCH SHARED", MON_WALKS,
	"how many free objects a CPU keeps at hand", cmd_slab_tune, .group = MON_ALLOCATE,
	.complete = complete_slab_tune,
	.more = "As one writes to Linux's /proc/slabinfo: each CPU keeps up to LIMIT free\n"
		"objects of the cache, BATCH of them at a time come from the slabs or go back,\n"
		"and all CPUs share SHARED batches more. `slabinfo NAME` shows the three.\n"
		"Example: slab_tune size-64 10 5 0\n");

/* What a screen of 25 rows holds behind the head and before the prompt. */
#define SLABTOP_ROWS 17

static int cmd_slabtop(struct out *out, int argc, char **argv)
{
	const char *key = argc == 1 ? "c" : argv[argc - 1];

	if (argc != 1 && (argc != 3 || strcmp(argv[1], "-s") != 0 || strlen(key) != 1 ||
			  !strchr(SLABTOP_KEYS, *key))) {
		out_printf(out, "slabtop: expected -s and one letter of %s\n", SLABTOP_KEYS);
		return -EINVAL;
	}
	slabtop_show(out, *key, SLABTOP_ROWS);
	return 0;
}

MONITOR_CMD(
	slabtop, "[-s KEY]", MON_PANIC_SAFE | MON_WALKS, "the slab caches that have most",
	cmd_slabtop, .group = MON_REPORTS,
	.more = "Totals, and as many caches as fit on a screen, as slabtop shows them. KEY:\n"
		"c memory (the default), a objects in use, b objects of a slab, l slabs, n name,\n"
		"o objects, p pages of a slab, s size of an object, u share in use, v slabs in\n"
		"use.\n"
		"Example: slabtop -s u\n");

static int cmd_overhead(struct out *out, int argc __unused, char **argv __unused)
{
	slab_overhead_show(out);
	return 0;
}

MONITOR_CMD(overhead, "", MON_PANIC_SAFE | MON_WALKS, "what of the caches' memory is of use",
	    cmd_overhead, .group = MON_REPORTS,
	    .more = "For each cache, for large blocks of kmalloc() and for all: the bytes of its\n"
		    "pages; of them those in objects in use, and those that were asked for. Of\n"
		    "kmalloc()'s caches the latter is not kept: `?`.\n");

static int cmd_dmesg(struct out *out, int argc __unused, char **argv __unused)
{
	printk_log_show(out);
	return 0;
}

MONITOR_CMD(dmesg, "", MON_PANIC_SAFE, "the kernel's log once more", cmd_dmesg,
	    .group = MON_MACHINE,
	    .more = "The last 8 KiB of it, with the lines that `loglevel=` left out. Reports and\n"
		    "tests are no part of the log.\n");

/* The invariants whose number the glob @which matches. Return: how many there are. */
static unsigned int show_invariants(struct out *out, const char *which)
{
	const struct mm_invariant *invariant;
	const struct mm_checker *checker;
	unsigned int i, nr = 0;

	for (i = 0; (checker = mm_checker_at(i)) != NULL; i++)
		for (invariant = checker->invariants; invariant->id; invariant++)
			if (glob_match(which, invariant->id)) {
				out_printf(out, "%-3s (%s) %s\n", invariant->id, checker->name,
					   invariant->sentence);
				nr++;
			}
	return nr;
}

/* What has nothing to walk: `not walked: bootmem (retired)`. */
static void show_absent(struct out *out)
{
	const struct mm_checker *checker;
	unsigned int i, nr = 0;

	for (i = 0; (checker = mm_checker_at(i)) != NULL; i++)
		if (checker->absent && checker->absent())
			out_printf(out, "%s%s (%s)", nr++ ? ", " : "not walked: ", checker->name,
				   checker->absent());
	if (nr)
		out_printf(out, "\n");
}

static int check_all(struct out *out)
{
	struct mm_check check = { .out = out };
	unsigned int nr = mm_check(&check);

	show_absent(out);
	if (!nr) {
		out_printf(out, "all invariants hold\n");
		return 0;
	}
	show_invariants(out, check.first);
	out_printf(out, "%u violation%s, %s first\n", nr, PLURAL(nr), check.first);
	return -EIO;
}

static int cmd_check(struct out *out, int argc, char **argv)
{
	if (argc == 1)
		return check_all(out);
	if (argc == 2 && show_invariants(out, argv[1]))
		return 0;
	out_printf(out, "check: \"%s\" is no invariant's number\n", argv[argc - 1]);
	return -EINVAL;
}

MONITOR_CMD(
	check, "[NUMBER]", MON_PANIC_SAFE,
	"walk every structure and compare it with its invariants", cmd_check, .group = MON_CHECK,
	.more = "Each violation is a line that begins with the invariant's number (P3, S5 ...).\n"
		"With a number, which may be a glob, nothing is walked: it says what that means.\n"
		"Example: check P7; check *\n");
