/* SPDX-License-Identifier: 0BSD
 *
 * kernel_log.c - what reaches the console: lib/printk.c itself, and the exact lines of the parts
 * that report outside data. In the kernel these lines would look like trouble in every boot's log.
 */
#include <asm/firmware/e820.h>
#include <asm/firmware/modules.h>
#include <asm/firmware/multiboot.h>
#include <asm/firmware/user_map.h>
#include <boot/cmdline.h>
#include <lib/out.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <test/ktest.h>

#include "host.h"

#define SHOWN_BY_DEFAULT 7

KTEST(printk, lines_are_stamped, SHORT)
{
	check_console(printk("one\n"), STAMP "one" NL);
	check_console(printk("one\ntwo\n"), STAMP "one" NL STAMP "two" NL);
	check_console(printk("\n"), STAMP NL);
	check_console(printk("%s", ""), "");
	check_console(pr_warn("%d%%\n", 5), STAMP "5%" NL);
}

static u64 now;

static u64 test_clock(void)
{
	return now;
}

KTEST(printk, stamps_show_seconds_and_microseconds, SHORT)
{
	printk_set_clock(test_clock);
	now = 1000001;
	check_console(printk("a\n"), "[    1.000001] a" NL);
	now = 12345678901234ULL;
	check_console(printk("a\n"), "[12345678.901234] a" NL);
	printk_set_clock(NULL);
	check_console(printk("a\n"), STAMP "a" NL);
}

KTEST(printk, text_without_prefix_goes_on, SHORT)
{
	check_console((printk("a"), printk("b"), printk("c\n")), STAMP "abc" NL);
	check_console((printk("a"), pr_info("b\n")), STAMP "a" NL STAMP "b" NL);
}

KTEST(printk, levels_are_filtered, SHORT)
{
	check_console(printk(KERN_DEBUG "debug\n"), "");
	check_console(printk(KERN_INFO "info\n"), STAMP "info" NL);
	printk_set_level(4);
	check_console((pr_warn("warning\n"), pr_err("error\n")), STAMP "error" NL);
	check_console(printk("plain\n"), "");
	printk_set_level(8);
	check_console(printk(KERN_DEBUG "debug\n"), STAMP "debug" NL);
	printk_set_level(SHOWN_BY_DEFAULT);
}

/* As in Linux, a prefix counts where the text begins, wherever it comes from. */
KTEST(printk, level_chosen_at_run_time, SHORT)
{
	static const char *const prefixes[] = { KERN_EMERG,   KERN_ALERT,  KERN_CRIT, KERN_ERR,
						KERN_WARNING, KERN_NOTICE, KERN_INFO, KERN_DEBUG };
	unsigned int level;

	for (level = 0; level < ARRAY_SIZE(prefixes); level++) {
		printk_set_level(level + 1);
		check_console(printk("%sx\n", prefixes[level]), STAMP "x" NL);
		check_console(printk("%c%cx\n", 1, (int)('0' + level)), STAMP "x" NL);
		check_console(printk("%s%d\n", prefixes[level], 5), STAMP "5" NL);
		printk_set_level(level);
		check_console(printk("%sx\n", prefixes[level]), "");
		check_console(printk("%s%s\n", prefixes[level], KERN_EMERG), "");
	}
	printk_set_level(SHOWN_BY_DEFAULT);
	check_console(printk("%s%s", KERN_DEBUG "hidden", "\n"), "");
	check_console(out_printf(&log_out, "%s%s\n", KERN_ERR, "log"), STAMP "log" NL);
}

KTEST(printk, first_of_several_prefixes_counts, SHORT)
{
	check_console(printk(KERN_INFO "%sx\n", KERN_DEBUG), STAMP "x" NL);
	check_console(printk(KERN_DEBUG "%sx\n", KERN_INFO), "");
	check_console(printk(KERN_DEBUG KERN_INFO "x\n"), "");
	check_console(printk("%s%s" KERN_ERR "x\n", "", KERN_INFO), STAMP "x" NL);
}

KTEST(printk, prefix_in_a_line_that_is_open, SHORT)
{
	check_console((printk("a"), printk("%sb\n", KERN_ERR)), STAMP "a" NL STAMP "b" NL);
	check_console((printk("a"), printk("%sb\n", KERN_DEBUG), printk("c\n")),
		      STAMP "a" NL STAMP "c" NL);
	check_console((printk(KERN_DEBUG "a"), printk("%sb\n", KERN_INFO)), STAMP "b" NL);
	check_console((printk("a"), printk("%sb\n", KERN_DEFAULT)), STAMP "a" NL STAMP "b" NL);
}

KTEST(printk, continued_line, SHORT)
{
	check_console((printk("a"), printk(KERN_CONT "b"), printk("%sc\n", KERN_CONT)),
		      STAMP "abc" NL);
	check_console((printk(KERN_DEBUG "a"), printk(KERN_CONT "b\n")), "");
	check_console((printk("a"), printk(KERN_CONT KERN_DEBUG "b\n")), STAMP "ab" NL);
	/* Nothing is open: a line of the default level, or of the one that is named. */
	check_console(printk(KERN_CONT "a\n"), STAMP "a" NL);
	check_console(printk(KERN_CONT KERN_DEBUG "a\n"), "");
	printk_set_level(6);
	check_console((printk(KERN_CONT "a\n"), printk(KERN_DEFAULT "b\n")), "");
	printk_set_level(SHOWN_BY_DEFAULT);
}

/* What is no prefix, or stands behind the beginning, begins no line. */
KTEST(printk, no_prefix_at_all, SHORT)
{
	check_console(printk("x%s3\n", "\001"), STAMP "x\0013" NL);
	check_console(printk("%s8\n", "\001"), STAMP "\0018" NL);
	check_console(printk("\001\n"), STAMP "\001" NL);
	check_console((printk("a%s", "\001"), printk("b\n")), STAMP "a\001b" NL);
	check_console((printk("%s", "\001"), printk("3\n")), STAMP "\0013" NL);
	check_console(printk("%s", KERN_ERR), "");
}

/* The rest of a line shares the fate of its beginning, and the next line is on its own. */
KTEST(printk, rest_of_a_hidden_line_is_hidden, SHORT)
{
	check_console((printk(KERN_DEBUG "a"), printk("b"), printk("c\n"), printk("d\n")),
		      STAMP "d" NL);
	check_console((printk(KERN_DEBUG "a"), pr_info("b\n")), STAMP "b" NL);
	check_console(printk(KERN_DEBUG "a\nb\n"), "");
}

KTEST(printk, plain_text_has_no_stamp, SHORT)
{
	check_console(kprint("ok 1 - a\n"), "ok 1 - a" NL);
	check_console(kprint("a\n\nb\n"), "a" NL NL "b" NL);
	check_console((kprint("a"), kprint("b\n")), "ab" NL);
	printk_set_level(0);
	check_console(kprint("a\n"), "a" NL);
	printk_set_level(SHOWN_BY_DEFAULT);
}

KTEST(printk, streams_do_not_share_a_line, SHORT)
{
	check_console((printk("log"), kprint("plain\n")), STAMP "log" NL "plain" NL);
	check_console((printk("log"), kprint("plain"), printk("rest\n")),
		      STAMP "log" NL "plain" NL STAMP "rest" NL);
	check_console((kprint("mmkit> "), pr_err("log\n")), "mmkit> " NL STAMP "log" NL);
	check_console((kprint("a"), printk(KERN_DEBUG "hidden\n"), kprint("b\n")), "ab" NL);
}

KTEST(printk, sinks, SHORT)
{
	check_console(out_printf(&console_out, "plain %d\n", 1), "plain 1" NL);
	check_console(out_printf(&log_out, "log %d\n", 1), STAMP "log 1" NL);
}

KTEST(printk, returns_the_length_of_the_text, SHORT)
{
	int log, plain, hidden, chosen;

	host_console_keep();
	log = printk(KERN_INFO "four\n");
	plain = kprint("three\n");
	hidden = printk(KERN_DEBUG "hidden\n");
	chosen = printk("%s%s\n", KERN_ERR, "five");
	host_console_kept();
	kt_eq(chosen, 5);
	kt_eq(log, 5);
	kt_eq(plain, 6);
	kt_eq(hidden, 7);
}

static void ignore(const char *text __unused, size_t len __unused)
{
}

KTEST(printk, too_many_consoles, STOP)
{
	int i;

	kt_expect_stop("more than 4 consoles");
	for (i = 0; i < 4; i++)
		printk_add_console(ignore);
}

static void panic_again(void)
{
	panic("inner");
}

/* The inner one is one line, and comes to the end. */
KTEST(panic, nested_panic_comes_to_the_end, STOP)
{
	kt_expect_stop("outer");
	host_during_panic(panic_again);
	panic("outer");
}

static void say_state(void)
{
	kprint("in progress: %d\n", panic_in_progress());
}

/* Nothing of the report is left out, whatever the level; it begins on a line of its own. */
KTEST(panic, report_is_always_shown, STOP)
{
	kt_expect_stop("seen");
	kt_false(panic_in_progress());
	printk_set_level(0);
	host_during_panic(say_state);
	kprint("half a line");
	panic("seen");
}

/* arch/x86/firmware/e820.c */

static struct e820_map map;
static struct boot_info info = { .map = &map };

static void start_info(void)
{
	boot_info_init(&info, "test");
}

KTEST(e820_log, map_has_linux_format, SHORT)
{
	start_info();
	boot_info_add_e820(&info, 0, 0x9fc00, 1);
	boot_info_add_e820(&info, 0x9fc00, 0x400, 2);
	boot_info_add_e820(&info, 0x7fe0000, 0x10000, 3);
	boot_info_add_e820(&info, 0x7ff0000, 0x10000, 4);
	boot_info_add_e820(&info, 0x100000000ULL, 0x1000, 7);
	boot_info_add_e820(&info, 0 - 0x1000ULL, 0x1000, 20);
	check_console(e820_from_firmware(&map, &info), "");
	check_console(
		e820_print(&map, "BIOS-e820"), STAMP
		"BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable" NL STAMP
		"BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved" NL STAMP
		"BIOS-e820: [mem 0x0000000007fe0000-0x0000000007feffff] ACPI data" NL STAMP
		"BIOS-e820: [mem 0x0000000007ff0000-0x0000000007ffffff] ACPI NVS" NL STAMP
		"BIOS-e820: [mem 0x0000000100000000-0x0000000100000fff] persistent (type 7)" NL
			STAMP "BIOS-e820: [mem 0xfffffffffffff000-0xffffffffffffffff] type 20" NL);
}

KTEST(e820_log, entries_not_taken_as_they_stand, SHORT)
{
	start_info();
	boot_info_add_e820(&info, 0x1000, 0, 1);
	boot_info_add_e820(&info, 0 - 0x1000ULL, 0x2000, 1);
	boot_info_add_e820(&info, 0 - 0x1000ULL, 0x2000, 2);
	check_console(e820_from_firmware(&map, &info),
		      STAMP "e820: 2 entries reach over the end of the address space, the first at "
			    "0xfffffffffffff000, size 0x0000000000002000, usable: usable ones are "
			    "ignored, others are cut there" NL);
	kt_eq(map.nr, 1);
}

KTEST(e820_log, what_a_full_map_gives_up, SHORT)
{
	unsigned int i;

	start_info();
	for (i = 0; i < E820_MAX; i++)
		boot_info_add_e820(&info, 0x2000 * i, 0x1000, 1);
	check_console(
		e820_from_firmware(&map, &info), STAMP
		"e820: more than 2050 regions, joined where they are most crowded; 512K of RAM "
		"are left out" NL);
}

/* Without a map: the two sizes that every loader knows. */
KTEST(e820_log, basic_sizes_stand_in_for_a_map, SHORT)
{
	start_info();
	info.has_basic_mem = true;
	info.mem_lower = 639;
	info.mem_upper = 129920;
	check_console(e820_from_firmware(&map, &info), STAMP
		      "e820: no usable map, falling back to the basic sizes 639K and 129920K" NL);
	kt_eq(map.nr, 2);
	kt_eq(map.region[0].last, 0x9fbff);
	kt_eq(map.region[1].start, 0x100000);
	kt_eq(map.region[1].last, 0x7fdffff);
	kt_eq(map.region[0].type | map.region[1].type, E820_RAM);
}

KTEST(e820_log, basic_sizes_do_not_overflow, SHORT)
{
	start_info();
	info.has_basic_mem = true;
	info.mem_lower = info.mem_upper = 0xffffffffu;
	host_console_keep();
	e820_from_firmware(&map, &info);
	host_console_kept();
	kt_eq(map.nr, 2);
	kt_eq(map.region[0].start, 0);
	kt_eq(map.region[0].last, 0x9ffff); /* 640K is the most that there can be */
	kt_eq(map.region[1].start, 0x100000);
	kt_eq(map.region[1].last, 0x100000 + 0x3fffffffc00ULL - 1);
}

KTEST(e820_log, basic_sizes_only_if_the_map_has_no_ram, SHORT)
{
	start_info();
	check_console(e820_from_firmware(&map, &info), "");
	kt_eq(map.nr, 0);
	info.has_basic_mem = true;
	info.mem_lower = 639;
	boot_info_add_e820(&info, 0x200000, 0x1000, 1);
	check_console(e820_from_firmware(&map, &info), "");
	kt_eq(map.nr, 1);
}

KTEST(e820_log, a_map_without_ram_is_laid_over_the_basic_sizes, SHORT)
{
	start_info();
	info.has_basic_mem = true;
	info.mem_lower = 639;
	info.mem_upper = 1024;
	boot_info_add_e820(&info, 0x180000, 0x1000, 2);
	check_console(e820_from_firmware(&map, &info), STAMP
		      "e820: no usable map, falling back to the basic sizes 639K and 1024K" NL);
	kt_eq(map.nr, 4);
	kt_true(e820_all_ram(&map, 0x100000, 0x17ffff));
	kt_false(e820_all_ram(&map, 0x180000, 0x180000));
	kt_true(e820_all_ram(&map, 0x181000, 0x1fffff));
}

/* arch/x86/firmware/modules.c */

static struct ledger ledger_of_modules;

static void add_module(u32 start, u32 end, const char *string)
{
	strlcpy(boot_info_add_module(&info, start, end)->string, string, BOOT_STRING_SIZE);
}

static void reserve_all(void)
{
	ledger_of_modules.nr = 0;
	reserve_modules(&info, &ledger_of_modules);
	check_modules(&map, &info, 0x100000, 0x200000);
}

KTEST(modules_log, what_is_wrong_with_a_module, SHORT)
{
	start_info();
	e820_add(&map, 0x100000, 0xf00000, E820_RAM);
	add_module(0x200000, 0x300000, "fine");
	add_module(0x300000, 0x300000, "empty");
	check_console(reserve_all(), "");
	kt_eq(ledger_of_modules.nr, 1);
	add_module(0x40000000, 0x40001000, "\"/boot/far away\" x");
	add_module(0x1ff000, 0x200001, "over");
	check_console(reserve_all(),
		      STAMP "module far away [mem 0x40000000-0x40000fff] does not lie in usable "
			    "memory: it cannot be used" NL STAMP
			    "module over [mem 0x001ff000-0x00200000] lies over the kernel image: "
			    "one is damaged" NL STAMP
			    "module over [mem 0x001ff000-0x00200000] lies over module fine: one is "
			    "damaged" NL);
	kt_eq(ledger_of_modules.nr, 3);
}

/* mm/slab_common.c */

static struct kmem_cache *create(const char *name, size_t size, size_t align)
{
	return kmem_cache_create(name, size, align, 0, NULL);
}

static struct kmem_cache *create_with(unsigned int flags)
{
	return kmem_cache_create("t-log", 8, 0, flags, NULL);
}

KTEST(slab_log, why_there_is_no_cache, SHORT)
{
	check_console(create("a b", 8, 0),
		      STAMP "slab: no cache (bad name) of size 8, align 0: the name is not one "
			    "word" NL);
	check_console(create(NULL, 8, 0),
		      STAMP "slab: no cache (bad name) of size 8, align 0: there is no name" NL);
	check_console(create("", 9, 4),
		      STAMP "slab: no cache (bad name) of size 9, align 4: the name is not one "
			    "word" NL);
	check_console(create("t-log", 0, 0),
		      STAMP "slab: no cache t-log of size 0, align 0: bad object size" NL);
	check_console(create("t-log", KMALLOC_MAX_SIZE + 1, 0),
		      STAMP "slab: no cache t-log of size 4194305, align 0: bad object size" NL);
	check_console(create("t-log", 8, 3),
		      STAMP "slab: no cache t-log of size 8, align 3: bad alignment" NL);
	check_console(create("a-name-that-is-longer-than-it-may", 8, 0),
		      STAMP "slab: no cache (bad name) of size 8, align 0: the name is longer than "
			    "31 bytes" NL);
	check_console(create_with(0x1000 | SLAB_CACHE_DMA),
		      STAMP "slab: no cache t-log: unknown flags 0x1000" NL);
	check_console(create_with(0x4080000),
		      STAMP "slab: no cache t-log: unknown flags 0x4080000 (SLAB_TYPESAFE_BY_RCU|"
			    "SLAB_ACCOUNT)" NL);
	check_console(create_with(0x40001000),
		      STAMP "slab: no cache t-log: the allocator's own flags 0x40000000" NL);
	check_console(create("size-64", 8, 0),
		      STAMP "slab: no cache size-64 of size 8, align 0: the name is taken" NL);
}

KTEST(slab_log, objects_that_are_out, SHORT)
{
	struct kmem_cache *cache = create("t-log", 700, 0);
	void *objects[20];
	unsigned int i;
	int err;

	kt_assert(cache);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	check_console(err = kmem_cache_destroy(cache),
		      STAMP "slab: cache t-log not destroyed: 20 objects are out" NL);
	kt_eq(err, -EBUSY);
	for (i = 0; i < ARRAY_SIZE(objects); i++)
		kmem_cache_free(cache, objects[i]);
	check_console(err = kmem_cache_destroy(cache), "");
	kt_eq(err, 0);
}

/* boot/cmdline.c */

static u32 number;

static int set_number(const char *value)
{
	return parse_u32(value, 100, &number) ? 0 : -EINVAL;
}

static const struct kernel_param params[] = { { "number", set_number } };

static void parse(const char *line)
{
	char text[128];

	parse_options(line, false, text, params, params + 1);
}

KTEST(cmdline_log, unknown_options, SHORT)
{
	check_console(parse("a/path of words.elf"), "");
	check_console(parse("k.elf special"), STAMP "Unknown option \"special\", ignored" NL);
	check_console(parse("/srv/number=5/a k.gz special"),
		      STAMP "Unknown option \"special\", ignored" NL);
	check_console(parse("special a/path"), "");
	check_console(parse("k.elf number=1 a/path"),
		      STAMP "Unknown option \"a/path\", ignored" NL);
	check_console(parse("nubmer"),
		      STAMP "Unknown option \"nubmer\", ignored; did you mean \"number\"?" NL);
	check_console(parse("k.elf Numbr=5"),
		      STAMP "Unknown option \"Numbr=5\", ignored; did you mean \"number\"?" NL);
	check_console(parse("num ber"),
		      STAMP "Unknown option \"num\", ignored; did you mean \"number\"?" NL STAMP
			    "Unknown option \"ber\", ignored" NL);
	check_console(parse("k.elf foo=bar"), STAMP "Unknown option \"foo=bar\", ignored" NL);
	check_console(parse("number=1 foo \"a b\"=\"c d\""),
		      STAMP "Unknown option \"foo\", ignored" NL STAMP
			    "Unknown option \"a b=c d\", ignored" NL);
	check_console(parse("=1 x"), STAMP "Unknown option \"=1\", ignored" NL STAMP
					   "Unknown option \"x\", ignored" NL);
}

extern const struct kernel_param __start_params[], __stop_params[];

/* By the kernel's own options, which keep what they were given. */
static void parse_all(const char *line)
{
	static char text[4][256];
	static unsigned int nr;

	parse_options(line, false, text[nr++], __start_params, __stop_params);
}

/* A page of its own? */
static bool map_has(u64 start, u32 type)
{
	const struct e820_region *r;

	for (r = map.region; r < map.region + map.nr; r++)
		if (r->start == start && r->last == start + PAGE_SIZE - 1 && r->type == type)
			return true;
	return false;
}

KTEST(cmdline_log, a_bad_entry_of_memmap_is_alone, SHORT)
{
	check_console(parse_all("memmap=4K$0xF1000000,1M@,4K$0xF1002000,,x,4K#0xF1004000,"),
		      STAMP "Malformed entry \"1M@\" of option \"memmap\", ignored" NL STAMP
			    "Malformed entry \"\" of option \"memmap\", ignored" NL STAMP
			    "Malformed entry \"x\" of option \"memmap\", ignored" NL STAMP
			    "Malformed entry \"\" of option \"memmap\", ignored" NL);
	check_console(parse_all("memmap=4K@x"),
		      STAMP "Malformed value \"4K@x\" of option \"memmap\", ignored" NL);
	e820_clear(&map);
	check_console(apply_user_map(&map), "");
	kt_true(map_has(0xF1000000, E820_RESERVED));
	kt_true(map_has(0xF1002000, E820_RESERVED));
	kt_true(map_has(0xF1004000, E820_ACPI));
}

/* Only some loaders put a file name in front, and of these any first word is one. */
KTEST(cmdline_log, the_first_word_by_loader, SHORT)
{
	char text[64];

	check_console(parse_options("kernel numbr", true, text, params, params + 1),
		      STAMP "Unknown option \"numbr\", ignored; did you mean \"number\"?" NL);
	check_console(parse_options("kernel", false, text, params, params + 1),
		      STAMP "Unknown option \"kernel\", ignored" NL);
	check_console(parse_options("number", true, text, params, params + 1), "");
	check_console(parse_options("number=1", true, text, params, params + 1), "");
	kt_eq(number, 1);
}

KTEST(cmdline_log, malformed_values, SHORT)
{
	number = 7;
	check_console(parse("number=seven"),
		      STAMP "Malformed value \"seven\" of option \"number\", ignored" NL);
	check_console(parse("number"), STAMP "Option \"number\" needs a value, ignored" NL);
	kt_eq(number, 7);
	check_console(parse("number=8 number=101"),
		      STAMP "Malformed value \"101\" of option \"number\", ignored" NL);
	kt_eq(number, 8);
}

KTEST(cmdline_log, line_longer_than_its_buffer, STOP)
{
	static char line[BOOT_CMDLINE_SIZE + 1];

	kt_expect_stop("a command line of 4097 bytes");
	memset(line, 'x', BOOT_CMDLINE_SIZE);
	parse_cmdline(line, "");
}
