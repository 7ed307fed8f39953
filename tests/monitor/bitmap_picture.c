/* SPDX-License-Identifier: 0BSD
 *
 * bitmap_picture.c - the picture of bootmem's bits, of a small node that is real, and the command
 * `bitmap` after bootmem was retired.
 */
#include <boot/monitor/bitmap_picture.h>

#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <test/capture.h>

#include "../mm/boot_node.h"

#define PG(n) ((n)*PAGE_SIZE)

static struct capture captured;

static void start_capture(void)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
}

static int run(const char *line)
{
	start_capture();
	return monitor_run_to(&captured.out, line, false);
}

/* Line @nr must be @want. */
static void expect(unsigned int nr, const char *want)
{
	char line[160];

	kt_true(capture_line(&captured, nr, line, sizeof(line)));
	kt_str_eq(line, want);
}

#define expect_line(nr, ...)                                       \
	do {                                                       \
		char expected[160];                                \
                                                                   \
		snprintf(expected, sizeof(expected), __VA_ARGS__); \
		expect(nr, expected);                              \
	} while (0)

static void __init expect_head(unsigned long first, unsigned long last, const char *scale)
{
	phys_addr_t bits = virt_to_phys(boot_node.bdata.node_bootmem_map);
	unsigned long pages = boot_node.bdata.node_low_pfn - boot_node.bdata.node_min_pfn;

	expect_line(0,
		    "bitmap: node 0, pfn 0x%lx-0x%lx, %s a cell; its bits lie at "
		    "[mem 0x%08llx-0x%08llx]",
		    first, last, scale, bits, bits + BITS_TO_LONGS(pages) * sizeof(long) - 1);
}

/* The legend from line @nr on. */
static void __init expect_legend(unsigned int nr, unsigned long free, unsigned long reserved,
				 unsigned long used)
{
	unsigned long total = free + reserved + used;

	expect_line(nr, ".    free     %8lu pages %9lu KiB", free, free * 4);
	expect_line(nr + 1, "r    reserved %8lu pages %9lu KiB", reserved, reserved * 4);
	expect_line(nr + 2, "U    used     %8lu pages %9lu KiB", used, used * 4);
	expect_line(nr + 3, "     total    %8lu pages %9lu KiB", total, total * 4);
	kt_eq(capture_count(&captured, "*"), nr + 4);
}

/* A page for each bit; what merges stays in its page, and what was freed is nobody's. */
KTEST_BOOT(bitmap_picture, a_bit_is_free_reserved_or_used)
{
	unsigned long base;

	open_node();
	base = boot_node.base;
	boot_node_free_all();
	reserve_bootmem(boot_node_phys((long)PG(8)), PG(2));
	kt_eq(boot_node_offset(bootmem_alloc("me", PG(3), PG(1), 0)), 0);
	kt_eq(boot_node_offset(bootmem_alloc("me", 100, 16, boot_node_phys((long)PG(8)))), PG(10));
	kt_eq(boot_node_offset(bootmem_alloc("me", 100, 16, boot_node_phys((long)PG(8)))),
	      PG(10) + 112);
	free_bootmem(boot_node_phys((long)PG(1)), PG(1));
	kt_eq(run("bitmap"), 0);
	expect_head(base, base + BOOT_NODE_PAGES - 1, "1 page");
	expect_line(1, "0x%05lx U.U.....rrU.....................................................",
		    base);
	expect_line(2, "                  ^ last_pos 0x%lx, last_offset 0xd4", base + 10);
	expect_line(3,
		    "                   ^ hint_idx 0x%lx: no page is free from hint_goal 0x%lx up "
		    "to here",
		    base + 11, base + 8);
	expect_legend(4, 59, 2, 3);
	boot_node_close();
}

KTEST_BOOT(bitmap_picture, single_bits_of_a_range)
{
	unsigned long base;
	char line[64];

	open_node();
	base = boot_node.base;
	boot_node_free_dots("....####");
	snprintf(line, sizeof(line), "bitmap 0x%lx-0x%lx", base + 2, base + 5);
	kt_eq(run(line), 0);
	expect_head(base + 2, base + 5, "1 page");
	expect_line(1, "0x%05lx ..rr", base + 2);
	expect_legend(2, 2, 2, 0);

	snprintf(line, sizeof(line), "bitmap %lu-%lu", base + BOOT_NODE_PAGES,
		 base + BOOT_NODE_PAGES);
	kt_eq(run(line), -ENOENT);
	expect_line(0, "bitmap: no page from 0x%lx to 0x%lx has a bit", base + BOOT_NODE_PAGES,
		    base + BOOT_NODE_PAGES);
	kt_eq(capture_count(&captured, "*"), 1);
	boot_node_close();
}

#define BEFORE 1600UL /* with the node 26 rows of single pages, so two are a cell */

/* Did bootmem hand out any page of [@pfn, @end) to the boot itself? It would be shown as used. */
static bool __init is_of_the_boot(unsigned long pfn, unsigned long end)
{
	unsigned long next;

	for (; pfn < end; pfn = next) {
		next = end;
		if (bootmem_handed_out(pfn, &next))
			return true;
	}
	return false;
}

/* Rows that repeat are folded, but not the one that last_pos and the hint are in. */
KTEST_BOOT(bitmap_picture, cells_of_two_pages)
{
	unsigned long base, start;

	open_node();
	base = boot_node.base;
	start = base - BEFORE;
	if (base < BEFORE || is_of_the_boot(start, base)) {
		boot_node_close();
		kt_skip("the node has no free pages below it");
	}
	boot_node_restart(BEFORE, 0);
	free_bootmem(boot_node_phys(0), PG(BOOT_NODE_PAGES - 1));
	kt_eq(boot_node_offset(bootmem_alloc("me", PG(5), 1, 0)), 0);
	kt_eq(run("bitmap"), 0);
	expect_head(start, base + BOOT_NODE_PAGES - 1, "2 pages");
	expect_line(1, "0x%05lx rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
		    start);
	expect_line(2, "*");
	expect_line(3, "0x%05lx rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrUU+............................+",
		    base - 64);
	expect_line(4, "%42s^ last_pos 0x%lx, last_offset 0x0", "", base + 4);
	expect_line(5, "%42s^ hint_idx 0x%lx: no page is free from hint_goal 0x%lx up to here", "",
		    base + 5, start);
	expect_legend(6, BOOT_NODE_PAGES - 6, BEFORE + 1, 5);

	boot_node_restart(BEFORE, 0);
	bootmem_nr_records = boot_node.nr_records;
	boot_node.bdata.last_pos = 1000;
	kt_eq(run("bitmap"), 0);
	expect(2, "*");
	expect_line(3, "0x%05lx rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
		    start + 7 * 128);
	expect_line(4, "%60s^ last_pos 0x%lx, last_offset 0x0", "", start + 1000);
	expect(5, "*");
	expect_legend(6, 0, BEFORE + BOOT_NODE_PAGES, 0);
	boot_node_close();
}

/* Each piece by itself, and numbers that are all pieces'. */
KTEST_BOOT(bitmap_picture, several_pieces)
{
	unsigned int heads;
	char head[64];

	open_node();
	boot_node_share_out("00000000 00000000");
	free_bootmem(boot_node_phys((long)PG(2)), PG(3));
	kt_eq(run("bitmap"), 0);
	heads = capture_count(&captured, "bitmap: node 0, pfn *, 1 page a cell; *");
	kt_eq(heads, 2);
	snprintf(head, sizeof(head), "0x%05lx rr...rrr", boot_node.base);
	kt_eq(capture_count(&captured, head), 1);
	snprintf(head, sizeof(head), "0x%05lx rrrrrrrr", boot_node.base + 9);
	kt_eq(capture_count(&captured, head), 1);
	kt_eq(capture_count(&captured, ".    free            3 pages *"), 1);
	kt_eq(capture_count(&captured, "     total          16 pages *"), 1);
	boot_node_close();
}

KTEST(bitmap_picture, bootmem_is_retired, SHORT)
{
	start_capture();
	kt_true(!bitmap_picture_show_pages(&captured.out, 0, MAX_PFN_LIMIT));
	kt_eq(captured.len, 0);
	kt_eq(run("bitmap"), 0);
	kt_eq(capture_count(
		      &captured,
		      "bitmap: bootmem is retired: it gave * pages to the buddy allocator. Its "
		      "bitmap *at=zones:bitmap *"),
	      1);
	kt_eq(capture_count(&captured, "*"), 1);
	kt_eq(run("bitmap 1-2"), 0);
	kt_eq(capture_count(&captured, "bitmap: bootmem is retired: *"), 1);
}

KTEST(bitmap_picture, bad_arguments, SHORT)
{
	kt_eq(run("bitmap 5"), -EINVAL);
	expect(0, "bitmap: \"5\" is no range A-B of page numbers from 0 to 1048575");
	kt_eq(run("bitmap 2-1"), -EINVAL);
	kt_eq(run("bitmap 1-2 3"), -EINVAL);
	expect(0, "bitmap: unexpected argument \"3\"");
	expect(1, "usage: bitmap [A-B]");
}
