/* SPDX-License-Identifier: 0BSD
 *
 * block_picture.c - `map types` says of each page block what the table of types says.
 */
#include <boot/monitor/block_picture.h>
#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/mmzone.h>
#include <test/capture.h>
#include <test/ktest.h>

static char text[2048];
static struct capture report;

static void show(void)
{
	capture_init(&report, text, sizeof(text));
	block_picture_show(&report.out);
}

/* The letter that a byte of the table stands for; the names are those of pagetypeinfo. */
static char letter_of(u8 entry)
{
	return entry == 1 + MIGRATE_RECLAIMABLE ? 'E'
	       : entry				? migratetype_names[entry - 1][0]
						: '-';
}

static unsigned long nr_blocks_of(u8 entry)
{
	unsigned long block, nr = 0;

	for (block = 0; block < MEM_MAP_BLOCKS; block++)
		nr += mem_map_blocks[block] == entry;
	return nr;
}

static unsigned long end_of_table(void)
{
	unsigned long end = MEM_MAP_BLOCKS;

	while (!mem_map_blocks[end - 1])
		end--;
	return end;
}

/* @mark ends a row in which @block is: where there are several nodes, that one's is named. */
static void expect_node(const char *mark, unsigned long block)
{
	unsigned int nid;

	if (nr_online_nodes < 2) {
		kt_str_eq(mark, "");
		return;
	}
	nid = page_to_nid(pfn_to_page(block * pageblock_nr_pages));
	if (strncmp(mark, " N", 2) || !strchr(mark, (int)('0' + nid)))
		kt_fail("node %u is not in \"%s\"", nid, mark);
}

/* All rows of the picture, and nothing else, between the first line and the legend. */
static void expect_rows(void)
{
	unsigned long block, end = end_of_table(), line;
	char want[80], got[100];

	for (line = 1, block = 0; block < end; line++) {
		unsigned long stop = min(block + 64, end), last = 0;
		int len = snprintf(want, sizeof(want), "0x%05lx ", block * pageblock_nr_pages);

		for (; block < stop; block++) {
			want[len++] = letter_of(mem_map_blocks[block]);
			last = mem_map_blocks[block] ? block : last;
		}
		want[len] = '\0';
		capture_line(&report, (unsigned int)line, got, sizeof(got));
		kt_eq(strncmp(got, want, (size_t)len), 0);
		if (last)
			expect_node(got + len, last);
	}
}

static void expect_legend(void)
{
	unsigned int nr = 0;
	char want[80];
	u8 type;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		unsigned long blocks = nr_blocks_of((u8)(type + 1));

		if (!blocks)
			continue;
		nr++;
		snprintf(want, sizeof(want), "%c    %-11s %6lu block%s", letter_of((u8)(type + 1)),
			 migratetype_names[type], blocks, PLURAL(blocks));
		kt_eq(capture_count(&report, want), 1);
	}
	kt_eq(capture_count(&report, "* block*"), nr + 1); /* and the first line */
}

KTEST(block_picture, every_block_has_the_letter_of_its_type, SHORT)
{
	show();
	kt_eq(capture_count(&report, "map: page blocks of 1024 pages"), 1);
	expect_rows();
	expect_legend();
}

/* Nothing is allocated meanwhile, so it does not matter that the free lists are others. */
KTEST(block_picture, each_type_is_shown, SHORT)
{
	u8 *entry = &mem_map_blocks[end_of_table() - 1], before = *entry, type;

	for (type = 0; type < MIGRATE_TYPES; type++) {
		*entry = (u8)(type + 1);
		show();
		expect_rows();
		expect_legend();
	}
	*entry = before;
}

KTEST(block_picture, the_command_takes_no_more_words, SHORT)
{
	capture_init(&report, text, sizeof(text));
	monitor_run_to(&report.out, "map types plain", true);
	kt_eq(capture_count(&report, "map: unexpected argument \"plain\""), 1);
}
