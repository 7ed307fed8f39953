/* SPDX-License-Identifier: 0BSD
 *
 * monitor.c - the monitor's commands, typed as a user types them, with what they print. Those that
 * only a kernel has are in monitor_sys.c.
 */
#include <test/ktest.h>

#include <boot/monitor/leaks.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/printk.h>
#include <lib/version.h>
#include <mm/mmzone.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/pages.h>

#include "../mm/page_stock.h"

static struct capture captured;

static int run(const char *line)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return monitor_run_to(&captured.out, line, false);
}

static void expect_line(const char *pattern)
{
	if (!capture_count(&captured, pattern))
		kt_fail("expected a line \"%s\", got \"%s\"", pattern, captured.buf);
}

static unsigned int nr_lines(void)
{
	return capture_count(&captured, "*");
}

static const struct bad_case {
	const char *line;
	int err;
	const char *first;
	const char *usage; /* second line, or NULL if there is only one */
} bad_cases[] = {
	{ "nonsense", -ENOENT, "nonsense: unknown command*", NULL },
	{ "PAGE 1", -ENOENT, "PAGE: unknown command*", "did you mean \"page\"?" },
	{ "kmaloc 1", -ENOENT, "kmaloc: unknown command*", "did you mean \"kmalloc\"?" },
	{ "buddy", -ENOENT, "buddy: unknown command*", "did you mean \"buddyinfo\"?" },
	{ "zoneinfo 3", -EINVAL, "zoneinfo: unexpected argument \"3\"", "usage: zoneinfo" },
	{ "page", -EINVAL, "page: expected 1 argument, got 0", "usage: page PFN|ADDR" },
	{ "page 1 2", -EINVAL, "page: expected 1 argument, got 2", "usage: page PFN|ADDR" },
	{ "page x", -EINVAL, "page: \"x\" is no number from 0 to 4294967295",
	  "usage: page PFN|ADDR" },
	{ "page -1", -EINVAL, "page: \"-1\" is no number *", "usage: page PFN|ADDR" },
	{ "page 1048576", -ERANGE, "page: 0x00100000 is no page frame number, and not mapped: *",
	  NULL },
	{ "slabinfo nosuch", -ENOENT, "slabinfo: no cache \"nosuch\"", NULL },
	{ "slabinfo a b", -EINVAL, "slabinfo: expected at most 1 argument, got 2",
	  "usage: slabinfo *" },
	{ "sers", -ENOENT, "sers: unknown command*", NULL },
	{ "page 99999999999999999999", -EINVAL, "page: \"9*9\" is no number *",
	  "usage: page PFN|ADDR" },
	{ "alloc", -EINVAL, "alloc: expected 1 or 2 arguments, got 0", "usage: alloc ORDER *" },
	{ "alloc 0 dma zero", -EINVAL, "alloc: expected 1 or 2 arguments, got 3",
	  "usage: alloc *" },
	{ "alloc 11", -EINVAL, "alloc: \"11\" is no order from 0 to 10", "usage: alloc ORDER *" },
	{ "alloc 0 usr", -EINVAL, "alloc: \"usr\" is not made of *", "usage: alloc ORDER *" },
	{ "alloc 0 _GFP_ZERO", -EINVAL, "alloc: \"_GFP_ZERO\" is not made of *", "usage: alloc *" },
	{ "alloc 0 Zero", -EINVAL, "alloc: \"Zero\" is not made of *", "usage: alloc ORDER *" },
	{ "alloc 0 kernel,nofail", -EINVAL, "alloc: with __GFP_NOFAIL *", "usage: alloc ORDER *" },
	{ "alloc 0 dma,", -EINVAL, "alloc: \"dma,\" is not made of *", "usage: alloc ORDER *" },
	{ "alloc 0 dmazero", -EINVAL, "alloc: \"dmazero\" is not made of *", "usage: alloc *" },
	{ "compact 11", -EINVAL, "compact: \"11\" is no order from 0 to 10 alone",
	  "usage: compact [ORDER]" },
	{ "compact 1 2", -EINVAL, "compact: \"2\" is no order from 0 to 10 alone",
	  "usage: compact [ORDER]" },
	{ "free", -EINVAL, "free: expected 1 argument, got 0", "usage: free PFN" },
	{ "free all", -EINVAL, "free: \"all\" is no number *", "usage: free PFN" },
	{ "free 0", -ENOENT, "free: pfn 0 is not from alloc", NULL },
	{ "free 256", -ENOENT, "free: pfn 256 is not from alloc", NULL },
	{ "kmalloc", -EINVAL, "kmalloc: expected 1 argument, got 0", "usage: kmalloc SIZE" },
	{ "kmalloc 12q", -EINVAL, "kmalloc: \"12q\" is no number *", "usage: kmalloc SIZE" },
	{ "kmalloc 4194305", -EINVAL, "kmalloc: \"4194305\" is no number from 0 to 4194304",
	  "usage: kmalloc SIZE" },
	{ "kmalloc 4294967295", -EINVAL, "kmalloc: \"4294967295\" is no number from 0 to 4194304",
	  "usage: kmalloc SIZE" },
	{ "kfree", -EINVAL, "kfree: expected 1 argument, got 0", "usage: kfree ADDR" },
	{ "kfree 0", -ENOENT, "kfree: 0x00000000 is not from kmalloc", NULL },
	{ "kfree 0xc0100000", -ENOENT, "kfree: 0xc0100000 is not from kmalloc", NULL },
	{ "help xyzzy", -EINVAL, "help: there is no command \"xyzzy\"", "usage: help *" },
	{ "help a b", -EINVAL, "help: expected at most 1 argument, got 2", "usage: help *" },
	{ "a b c d e f g h i", -E2BIG, "a: more than 8 words", NULL },
};

KTEST(monitor, bad_lines_get_one_line_and_the_usage, SHORT)
{
	const struct bad_case *c;

	for_each_case (c, bad_cases) {
		kt_case(c->line);
		kt_eq(run(c->line), c->err);
		expect_line(c->first);
		if (c->usage)
			expect_line(c->usage);
		kt_eq(nr_lines(), c->usage ? 2 : 1);
	}
}

KTEST(monitor, blank_lines_do_nothing, SHORT)
{
	kt_eq(run(""), 0);
	kt_eq(run(" \t "), 0);
	kt_eq(run(";; ;"), 0);
	kt_eq(captured.len, 0);
}

KTEST(monitor, a_line_may_hold_several_commands, SHORT)
{
	kt_eq(run(" check ;buddyinfo;\thelp\tpage"), 0);
	expect_line("all invariants hold");
	expect_line("Node *, zone *");
	expect_line("usage: page PFN|ADDR");
}

/* A line for each zone; for an order with what came of it. */
KTEST(monitor, compact_says_what_it_did, SHORT)
{
	const struct zone *zone;
	unsigned int zones = 0;

	for_each_populated_zone (zone)
		zones++;
	kt_eq(run("compact"), 0);
	kt_eq(capture_count(&captured, "Node ?, zone *: * moved, * not, scanned * and *"), zones);
	kt_eq(capture_count(&captured, "*block*"), 0);
	kt_eq(run("compact 10"), 0);
	kt_eq(capture_count(&captured, "Node ?, zone *: there is a block") +
		      capture_count(&captured, "Node ?, zone *: no block can be made"),
	      zones);
	kt_eq(nr_lines(), zones);
}

KTEST(monitor, extfrag_shows_both_indexes, SHORT)
{
	kt_eq(run("extfrag"), 0);
	expect_line("extfrag_index:");
	expect_line("unusable_index:");
	kt_eq(run("pagetypeinfo"), 0);
	expect_line("Pages per block:  1024");
}

KTEST(monitor, check_says_what_a_number_means, SHORT)
{
	kt_eq(run("check P7"), 0);
	kt_eq(capture_count(&captured, "P7  (buddy) no two free buddies of one order *"), 1);
	kt_eq(capture_count(&captured, "*"), 1);
	kt_eq(run("check S*"), 0);
	kt_eq(capture_count(&captured, "S* (caches) *"), 3);
	kt_eq(run("check p7"), -EINVAL);
	expect_line("check: \"p7\" is no invariant's number");
	kt_eq(run("check P7 P8"), -EINVAL);
	expect_line("check: \"P8\" is no invariant's number");
}

/* What is damaged has its sentence, too; what is not there is not passed over in silence. */
KTEST(monitor, check_says_what_is_broken_and_what_is_absent, SHORT)
{
	pg_data_t *pgdat = NODE_DATA(0);
	int err;

	pgdat->node_present_pages++;
	err = run("check");
	pgdat->node_present_pages--;
	kt_eq(err, -EIO);
	expect_line("Z5: zones have * present pages, the node *");
	expect_line("Z5  (zones) a node's present pages are the sum of its zones'");
	expect_line("1 violation, Z5 first");
	expect_line("not walked: bootmem (retired)");
}

KTEST(monitor, the_first_failure_is_returned_and_the_rest_runs, SHORT)
{
	kt_eq(run("page x; nonsense; check"), -EINVAL);
	expect_line("nonsense: unknown command*");
	expect_line("all invariants hold");
}

KTEST(monitor, a_command_that_is_too_long_is_refused, SHORT)
{
	char line[300];

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	kt_eq(run(line), -E2BIG);
	expect_line("a command of 299 bytes: at most 255 are possible");
	line[255] = '\0';
	kt_eq(run(line), -ENOENT);
	line[200] = ';';
	line[255] = 'x';
	kt_eq(run(line), -ENOENT);
}

static unsigned int help_lines(const char *name)
{
	char pattern[32];

	snprintf(pattern, sizeof(pattern), "  %s *  ?*", name);
	return capture_count(&captured, pattern);
}

static bool is_group_in_use(enum monitor_group group)
{
	const struct monitor_cmd *cmd = monitor_next(NULL);

	while (cmd && cmd->group != group)
		cmd = monitor_next(cmd);
	return cmd;
}

static unsigned int groups_in_use(void)
{
	unsigned int group, nr = 0;

	for (group = 0; group < NR_MONITOR_GROUPS; group++)
		nr += is_group_in_use(group);
	return nr;
}

KTEST(monitor, help_lists_every_command_once, SHORT)
{
	static const char *const names[] = {
		"alloc",   "bootmem", "buddyinfo", "check",    "e820",	   "free",
		"help",	   "iomem",   "kfree",	   "kmalloc",  "leaks",	   "map",
		"meminfo", "page",    "peek",	   "slabinfo", "zoneinfo",
	};
	const struct monitor_cmd *cmd;
	unsigned int i;

	kt_eq(run("help all"), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		kt_case(names[i]);
		kt_eq(help_lines(names[i]), 1);
	}
	for (cmd = monitor_next(NULL), i = 0; cmd; cmd = monitor_next(cmd), i++) {
		kt_case(cmd->name);
		kt_eq(help_lines(cmd->name), 1);
	}
	kt_eq(nr_lines(), i + groups_in_use());
}

/* Below the picture on the screen there are 13 rows of 80. */
KTEST(monitor, the_short_help_names_every_command_and_fits, SHORT)
{
	const struct monitor_cmd *cmd;
	char pattern[32], line[160];
	unsigned int i;

	kt_eq(run("help"), 0);
	for (cmd = monitor_next(NULL); cmd; cmd = monitor_next(cmd)) {
		kt_case(cmd->name);
		snprintf(pattern, sizeof(pattern), "*  %s  *", cmd->name);
		i = capture_count(&captured, pattern);
		snprintf(pattern, sizeof(pattern), "*  %s", cmd->name);
		kt_eq(i + capture_count(&captured, pattern), 1);
	}
	kt_case(NULL);
	kt_true(nr_lines() >= 2 * groups_in_use() + 2);
	i = is_group_in_use(MON_OWN) ? 2 : 0;
	kt_true(nr_lines() <= 13 + i);
	for (; capture_line(&captured, i, line, sizeof(line)); i++)
		kt_true(strlen(line) < 80);
}

/* Each group is in order, under its title. */
KTEST(monitor, help_is_in_groups, SHORT)
{
	char line[160], last[160] = "";
	unsigned int i, groups = 0;

	run("help all");
	for (i = 0; capture_line(&captured, i, line, sizeof(line)); i++) {
		if (line[0] != ' ') {
			groups += line[strlen(line) - 1] == ':';
			last[0] = '\0';
			continue;
		}
		kt_true(strcmp(line, last) > 0);
		strlcpy(last, line, sizeof(last));
	}
	kt_eq(groups, groups_in_use());
}

KTEST(monitor, help_describes_one_command, SHORT)
{
	kt_eq(run("help kfree"), 0);
	expect_line("give back bytes from kmalloc");
	expect_line("usage: kfree ADDR");
	expect_line("Example: kfree 0x*");
	kt_true(nr_lines() >= 3);
}

/* No line of help is cut on a screen of 100 columns, and each command is told apart by its text.
 * How somebody's own kernel describes its commands is its own affair. */
KTEST(monitor, help_of_every_command_is_complete, SHORT)
{
	const struct monitor_cmd *cmd;
	char line[160];
	unsigned int i;

	for (cmd = monitor_next(NULL); cmd; cmd = monitor_next(cmd)) {
		if (cmd->group == MON_OWN)
			continue;
		kt_case(cmd->name);
		snprintf(line, sizeof(line), "help %s", cmd->name);
		kt_eq(run(line), 0);
		snprintf(line, sizeof(line), "usage: %s*", cmd->name);
		expect_line(line);
		for (i = 0; capture_line(&captured, i, line, sizeof(line)); i++)
			kt_true(strlen(line) <= 100);
		kt_eq(capture_text[captured.len - 1], '\n');
	}
}

/* After a panic only reading commands run: nothing that takes a lock. */
KTEST(monitor, a_panicked_monitor_only_reads, SHORT)
{
	static const char *const refused[] = { "alloc 0", "free 1", "kmalloc 1", "kfree 1" };
	static struct leaks_count base;
	unsigned int i;
	char line[64];

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		kt_case(refused[i]);
		capture_init(&captured, capture_text, sizeof(capture_text));
		kt_eq(monitor_run_to(&captured.out, refused[i], true), -EBUSY);
		expect_line("*: not during the boot");
	}
	kt_case(NULL);
	base = leaks_base; /* since then the user may have taken something */
	leaks_mark("the test began");
	snprintf(line, sizeof(line), "e820;iomem;zoneinfo;page %lu;help;check;leaks",
		 first_zone()->zone_start_pfn);
	kt_eq(monitor_run_to(&captured.out, line, true), 0);
	leaks_base = base;
}

KTEST(monitor, second_names, SHORT)
{
	kt_eq(run("? kfree"), 0);
	expect_line("usage: kfree ADDR");
	kt_eq(run("help quit"), monitor_find("exit") ? 0 : -EINVAL);
	expect_line(monitor_find("exit") ? "usage: exit *" : "*");
}

KTEST(monitor, help_of_a_word_that_is_none_names_the_nearest, SHORT)
{
	kt_eq(run("help kfre"), -EINVAL);
	expect_line("help: there is no command \"kfre\"");
	expect_line("did you mean \"kfree\"?");
	kt_eq(run("kmaloc 1"), -ENOENT);
	expect_line("did you mean \"kmalloc\"?");
	kt_eq(monitor_run_to(&captured.out, "kmalc 1", true), -ENOENT);
	kt_eq(capture_count(&captured, "did you mean *"), 1); /* not what a panic refuses */
}

KTEST(monitor, clear_goes_home_and_blanks, SHORT)
{
	kt_eq(run("clear"), 0);
	kt_str_eq(captured.buf, "\x1b[2J\x1b[H");
}

KTEST(monitor, version_is_a_line, SHORT)
{
	kt_eq(monitor_run_to(&captured.out, "version", true), 0);
	kt_eq(run("version"), 0);
	expect_line("*mmkit " MMKIT_VERSION ", compiled by ?*");
	kt_eq(capture_count(&captured, "*"), 1);
}

/* ---- map, page by page */

/* The number after the first @mark of the captured text. */
static u32 number_after(const char *mark, u32 base)
{
	const char *s = captured.buf;
	u32 value = 0;

	while (*s && strncmp(s, mark, strlen(mark)))
		s++;
	for (s += *s ? strlen(mark) : 0;; s++) {
		if (*s >= '0' && *s <= '9')
			value = value * base + (u32)(*s - '0');
		else if (base == 16 && *s >= 'a' && *s <= 'f')
			value = value * base + (u32)(*s - 'a') + 10;
		else
			return value;
	}
}

static int run_number(const char *fmt, u32 number)
{
	char line[32];

	snprintf(line, sizeof(line), fmt, number);
	return run(line);
}

KTEST(monitor, map_zooms_to_a_page_and_to_what_was_taken_last, SHORT)
{
	char pattern[32];
	u32 pfn;

	kt_assert(run("alloc 0") == 0);
	pfn = number_after("pfn ", 10);
	kt_eq(run("map last plain"), 0);
	expect_line("map: pfn 0x*, 1 page a cell");
	snprintf(pattern, sizeof(pattern), "0x%05x *H*", pfn & ~63u);
	expect_line(pattern);
	kt_eq(run_number("map %u", pfn), 0);
	expect_line(pattern);
	kt_eq(run_number("free %u", pfn), 0);
	kt_eq(run("map 0"), 0);
	expect_line("map: pfn 0x0-0xbf, 1 page a cell");
	kt_eq(run("map 1048575 plain"), 0);
	expect_line("map: pfn 0xfff40-0xfffff, 1 page a cell");
}

KTEST(monitor, map_finds_the_page_of_an_address, SHORT)
{
	char line[32];
	u32 addr;

	kt_assert(run("kmalloc 5000") == 0);
	addr = number_after("0x", 16);
	kt_eq(run("map last plain"), 0);
	strlcpy(line, capture_text, sizeof(line));
	kt_eq(run_number("map %u plain", addr), 0);
	kt_eq(strncmp(capture_text, line, strlen(line)), 0);
	kt_eq(run_number("kfree %u", addr), 0);
	kt_eq(run("map 0xffffffff"), -ERANGE);
	expect_line("map: 0xffffffff is no page frame number, and not mapped: *");
}

/* ---- dmesg */

KTEST(monitor, dmesg_has_what_the_level_left_out, SHORT)
{
	u32 mark = kt_random();
	char pattern[64];

	printk(KERN_DEBUG "dmesg %u", mark);
	printk(" begins\n");
	kt_eq(run("dmesg"), 0);
	snprintf(pattern, sizeof(pattern), "[*.??????] dmesg %u begins", mark);
	expect_line(pattern);
	kt_eq(captured.buf[captured.len - 1], '\n');
}

/* More than the ring holds: whole lines of the end are left, an open one is closed. */
KTEST(monitor, dmesg_keeps_the_last_lines, SHORT)
{
	unsigned int i;
	char line[64];

	for (i = 0; i < 300; i++)
		printk(KERN_DEBUG "line %u of many, and long ones at that\n", i);
	printk(KERN_DEBUG "an open one");
	kt_eq(run("dmesg"), 0);
	kt_true(captured.len > 8192 - 80 && captured.len <= 8192 + 1);
	capture_line(&captured, 0, line, sizeof(line));
	kt_eq(line[0], '[');
	expect_line("* line 299 of many, *");
	kt_eq(capture_count(&captured, "* line 0 of many, *"), 0);
	expect_line("* an open one");
	kt_eq(capture_count(&captured, "?*.*? *"), nr_lines());
	printk(KERN_DEBUG "\n");
}

/* ---- slabinfo of some caches: still in Linux's format */

KTEST(monitor, slabinfo_of_one_cache_of_a_glob_and_of_those_in_use, SHORT)
{
	struct kmem_cache *cache;
	unsigned int used = 0;

	kt_eq(run("slabinfo size-64"), 0);
	expect_line("slabinfo - version: 2.1");
	expect_line("size-64           *");
	kt_eq(nr_lines(), 3);
	kt_eq(run("slabinfo size-*"), 0);
	kt_true(nr_lines() > 12);
	kt_eq(capture_count(&captured, "kmem_cache *"), 0);
	kt_eq(run("slabinfo used"), 0);
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		used += kmem_cache_active(cache) != 0;
	kt_eq(nr_lines(), used + 2);
	kt_eq(capture_count(&captured, "*      0      0 * : tunables *"), 0);
}

/* ---- alloc, free, kmalloc, kfree */

static const struct alloc_case {
	const char *line;
	unsigned int order;
	bool in_dma;
} alloc_cases[] = {
	{ "alloc 0", 0, false },
	{ "alloc 0 kernel", 0, false },
	{ "alloc 1 dma", 1, true },
	{ "alloc 2 dma,zero", 2, true },
	{ "alloc 0 kernel|zero", 0, false },
	{ "alloc 3 atomic", 3, false },
	{ "alloc 0x2 kernel,highmem", 2, false },
	{ "alloc 0 GFP_KERNEL|__GFP_ZERO", 0, false },
	{ "alloc 1 GFP_DMA,nowarn,__GFP_NORETRY", 1, true },
	{ "alloc 0 highuser_movable", 0, false },
};

KTEST(monitor, alloc_prints_what_it_took_and_free_gives_it_back, SHORT)
{
	const struct alloc_case *c;

	for_each_case (c, alloc_cases) {
		unsigned long before = free_pages_now();
		char pattern[64];
		u32 pfn;

		if (c->in_dma && !has_dma())
			continue;
		kt_case(c->line);
		kt_assert(run(c->line) == 0);
		kt_eq(free_pages_now(), before - (1ul << c->order));
		pfn = number_after("pfn ", 10);
		kt_eq(page_order(pfn_to_page(pfn)), c->order);
		if (c->in_dma)
			kt_eq(page_zonenum(pfn_to_page(pfn)), ZONE_DMA);
		snprintf(pattern, sizeof(pattern), "pfn %u, physical 0x%08x, order %u, zone %s",
			 pfn, pfn << PAGE_SHIFT, c->order, page_zone(pfn_to_page(pfn))->name);
		expect_line(pattern);

		kt_eq(run_number("free %u", pfn), 0);
		kt_eq(captured.len, 0);
		kt_eq(free_pages_now(), before);
		kt_eq(run_number("free %u", pfn), -ENOENT);
	}
}

KTEST(monitor, alloc_zero_zeroes, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct page_stock others;
	u32 *words, pfn;
	unsigned int i;

	kt_assert(page);
	words = page_address(page);
	memset(words, 0xAA, PAGE_SIZE);
	page_stock_init(&others);
	page_stock_drain(&others, GFP_KERNEL);
	__free_page(page);
	kt_eq(run("alloc 0 kernel,zero"), 0);
	page_stock_free(&others);
	pfn = number_after("pfn ", 10);
	kt_eq(pfn, page_to_pfn(page));
	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		if (words[i]) {
			kt_eq(words[i], 0);
			break;
		}
	kt_eq(run_number("free %u", pfn), 0);
}

KTEST(monitor, kmalloc_prints_the_address_and_kfree_takes_it, SHORT)
{
	u32 addr;

	kt_assert(run("kmalloc 100") == 0);
	expect_line("0x????????, * bytes usable");
	addr = number_after("0x", 16);
	kt_true(ksize((void *)(uintptr)addr) >= 100);
	kt_eq(number_after(", ", 10), ksize((void *)(uintptr)addr));
	kt_eq(run_number("kfree 0x%x", addr + 8), -ENOENT);
	kt_eq(run_number("kfree 0x%x", addr), 0);
	kt_eq(run_number("kfree 0x%x", addr), -ENOENT);
}

KTEST(monitor, kmalloc_of_nothing_can_be_freed, SHORT)
{
	kt_assert(run("kmalloc 0") == 0);
	expect_line("0x00000010, 0 bytes usable");
	expect_line("(ZERO_SIZE_PTR: *)");
	kt_eq(run("kfree 0x10"), 0);
	kt_eq(run("kfree 0x10"), -ENOENT);
}

/* free and kfree do not take each other's allocations. */
KTEST(monitor, pages_and_objects_are_kept_apart, SHORT)
{
	u32 pfn, addr;

	kt_assert(run("alloc 0 kernel") == 0);
	pfn = number_after("pfn ", 10);
	kt_eq(run_number("kfree 0x%x", (u32)(uintptr)page_address(pfn_to_page(pfn))), -ENOENT);
	kt_eq(run_number("free %u", pfn), 0);

	kt_assert(run("kmalloc 8192") == 0);
	addr = number_after("0x", 16);
	pfn = (u32)page_to_pfn(virt_to_page((void *)(uintptr)addr));
	kt_eq(run_number("free %u", pfn), -ENOENT);
	kt_eq(run_number("kfree 0x%x", addr), 0);
}

KTEST(monitor, the_65th_allocation_is_refused, SHORT)
{
	u32 addrs[65];
	unsigned int nr = 0;

	while (nr < ARRAY_SIZE(addrs) && run("kmalloc 8") == 0)
		addrs[nr++] = number_after("0x", 16);
	kt_true(nr <= 64);
	expect_line("kmalloc: 64 allocations are out, which is the limit: free some");
	kt_eq(run("alloc 0"), -ENOSPC);
	while (nr)
		kt_eq(run_number("kfree 0x%x", addrs[--nr]), 0);
}

KTEST(monitor, exhaustion_is_one_line, SHORT)
{
	u32 pfns[65];
	unsigned int nr = 0;
	int err;

	/* 10 blocks of 4 MiB are more than the DMA zone has. */
	while ((err = run("alloc 10 dma")) == 0 && nr < ARRAY_SIZE(pfns))
		pfns[nr++] = number_after("pfn ", 10);
	kt_eq(err, -ENOMEM);
	kt_str_eq(captured.buf, "alloc: no free block of order 10\n");
	while (nr)
		kt_eq(run_number("free %u", pfns[--nr]), 0);
}

/* Add @pages, which may be negative, to the marks of each zone. */
static void raise_marks(long pages)
{
	struct zone *zone;

	for_each_populated_zone (zone) {
		zone->pages_min += (unsigned long)pages;
		zone->pages_low += (unsigned long)pages;
	}
}

/* A block that is free, and yet not to be had. */
KTEST(monitor, alloc_says_that_the_marks_keep_what_is_free, SHORT)
{
	int err;

	raise_marks(1L << 20);
	err = run("alloc 3 nowait,nowarn");
	raise_marks(-(1L << 20));
	kt_eq(err, -ENOMEM);
	expect_line("alloc: blocks of order 3 are free, but the zones are down to pages_min *");
}

/* ---- Reports in Linux's formats (/proc of Linux 6.1 on the same machine) */

KTEST(monitor, buddyinfo_has_linux_columns, SHORT)
{
	unsigned int nr = 0;
	struct zone *zone;
	char line[160], want[160];

	kt_eq(run("buddyinfo"), 0);
	for_each_populated_zone (zone) {
		unsigned int order;
		int used = snprintf(want, sizeof(want), "Node %d, zone %8s ",
				    zone->zone_pgdat->node_id, zone->name);

		for (order = 0; order < MAX_ORDER; order++)
			used += snprintf(want + used, sizeof(want) - (size_t)used, "%6lu ",
					 zone->free_area[order].nr_free);
		kt_true(capture_line(&captured, nr++, line, sizeof(line)));
		kt_str_eq(line, want);
	}
	kt_eq(nr_lines(), nr);
}

static const char *const zone_lines[] = {
	"  pages free     *", "        spanned  *",    "        present  *",
	"        managed  *", "      nr_free_pages *", "  start_pfn:           *",
};

KTEST(monitor, zoneinfo_has_linux_lines, SHORT)
{
	struct zone *zone;
	char line[96];
	unsigned int i, nr = 0;

	kt_eq(run("zoneinfo"), 0);
	for_each_populated_zone (zone) {
		nr++;
		snprintf(line, sizeof(line), "Node %d, zone %8s", zone->zone_pgdat->node_id,
			 zone->name);
		kt_eq(capture_count(&captured, line), 1);
		snprintf(line, sizeof(line), "        spanned  %lu", zone->spanned_pages);
		expect_line(line);
		snprintf(line, sizeof(line), "        present  %lu", zone->present_pages);
		expect_line(line);
		snprintf(line, sizeof(line), "        managed  %lu", zone->managed_pages);
		expect_line(line);
		snprintf(line, sizeof(line), "  pages free     %lu", zone->nr_free_pages);
		expect_line(line);
		snprintf(line, sizeof(line), "      nr_free_pages %lu", zone->nr_free_pages);
		expect_line(line);
		snprintf(line, sizeof(line), "  start_pfn:           %lu", zone->zone_start_pfn);
		expect_line(line);
	}
	for (i = 0; i < ARRAY_SIZE(zone_lines); i++)
		kt_eq(capture_count(&captured, zone_lines[i]), nr);
	kt_eq(capture_count(&captured, "Node *, zone *"), nr);
}

KTEST(monitor, meminfo_has_linux_lines, SHORT)
{
	unsigned long managed = 0;
	struct zone *zone;
	char line[64];

	for_each_zone (zone)
		managed += zone->managed_pages;
	kt_eq(run("meminfo"), 0);
	snprintf(line, sizeof(line), "MemTotal:       %8lu kB", managed << (PAGE_SHIFT - 10));
	expect_line(line);
	snprintf(line, sizeof(line), "MemFree:        %8lu kB",
		 free_pages_now() << (PAGE_SHIFT - 10));
	expect_line(line);
	kt_eq(capture_count(&captured, "*: * kB"), nr_lines());
}

KTEST(monitor, slabinfo_has_version_and_header, SHORT)
{
	struct kmem_cache *cache;
	unsigned int nr = 0;
	char line[256];

	kt_eq(run("slabinfo"), 0);
	kt_true(capture_line(&captured, 0, line, sizeof(line)));
	kt_str_eq(line, "slabinfo - version: 2.1");
	kt_true(capture_line(&captured, 1, line, sizeof(line)));
	kt_str_eq(line, "# name            <active_objs> <num_objs> <objsize> <objperslab> "
			"<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata "
			"<active_slabs> <num_slabs> <sharedavail>");
	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache))
		nr++;
	kt_eq(capture_count(&captured, "* : tunables * * * : slabdata * * *"), nr + 1);
	kt_eq(nr_lines(), nr + 2);
}

/* A cache of its own: where there are more CPUs or nodes, others have shared arrays to lose. */
KTEST(monitor, slab_tune_takes_three_numbers, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("tuned", 64, 0, 0, NULL);

	kt_assert(cache);
	kt_eq(run("slab_tune tuned 10 5"), -EINVAL);
	expect_line("slab_tune: expected 4 arguments, got 3");
	kt_eq(run("slab_tune tuned 10 five 0"), -EINVAL);
	expect_line("slab_tune: \"five\" is no number from 0 to 4096");
	kt_eq(run("slab_tune nobodys 10 5 0"), -ENOENT);
	expect_line("slab_tune: no cache \"nobodys\"");
	kt_eq(run("slab_tune tuned 10 11 0"), -EINVAL);
	if (!run("slab_tune tuned 12 6 0"))
		expect_line("tuned * : tunables   12    6    0 : slabdata *");
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(monitor, e820_prints_map_and_ledger, SHORT)
{
	kt_eq(run("e820"), 0);
	expect_line("[mem 0x*-0x*] usable");
	expect_line("reserved: [mem 0x0000000000000000-0x0000000000000fff] *");
	expect_line("reserved: [mem 0x0000000000100000-0x*] *");
}

KTEST(monitor, bootmem_names_its_callers, SHORT)
{
	kt_eq(run("bootmem"), 0);
	kt_true(nr_lines() >= 1);
}

KTEST(monitor, page_describes_a_page, SHORT)
{
	u32 pfn;

	kt_assert(run("alloc 1 kernel") == 0);
	pfn = number_after("pfn ", 10);
	kt_eq(run_number("page %u", pfn), 0);
	kt_true(captured.len > 0);
	kt_true(number_after("pfn ", 10) == pfn);
	kt_eq(run_number("free %u", pfn), 0);
}
