/* SPDX-License-Identifier: 0BSD
 *
 * block_picture.c - the picture of the page blocks' migrate types.
 *
 * The table of types is a byte for each page block (include/mm/mmzone.h); it is read without the
 * zone's lock, so that the picture can be drawn in a panic.
 */
#include <boot/monitor/block_picture.h>

#include <boot/monitor/node_mark.h>
#include <lib/format.h>
#include <lib/out.h>
#include <mm/mmzone.h>

#define BLOCKS_PER_ROW 64UL

static const char letters[MIGRATE_TYPES] = {
	[MIGRATE_UNMOVABLE] = 'U', [MIGRATE_RECLAIMABLE] = 'E', [MIGRATE_MOVABLE] = 'M',
	[MIGRATE_RESERVE] = 'R',   [MIGRATE_ISOLATE] = 'I',
};

/* The type of page block number @block; MIGRATE_TYPES: it has no struct pages. */
static unsigned int type_of(unsigned long block)
{
	unsigned long pfn = block * pageblock_nr_pages;

	return pfn_valid(pfn) ? get_pageblock_migratetype(pfn_to_page(pfn)) : MIGRATE_TYPES;
}

/* One more than the last block that has struct pages; 0: there is none. */
static unsigned long blocks_end(void)
{
	unsigned long end = MEM_MAP_BLOCKS;

	while (end && type_of(end - 1) == MIGRATE_TYPES)
		end--;
	return end;
}

static void show_row(struct out *out, unsigned long block, unsigned long end,
		     unsigned long count[MIGRATE_TYPES + 1])
{
	unsigned long first = block;

	out_printf(out, "0x%05lx ", first * pageblock_nr_pages);
	for (; block < end; block++) {
		unsigned int type = type_of(block);

		out_printf(out, "%c", type < MIGRATE_TYPES ? letters[type] : '-');
		count[type]++;
	}
	node_mark_show(out, first * pageblock_nr_pages, end * pageblock_nr_pages,
		       pageblock_nr_pages);
	out_printf(out, "\n");
}

void block_picture_show(struct out *out)
{
	unsigned long count[MIGRATE_TYPES + 1] = { 0 }, end = blocks_end(), block;
	unsigned int type;

	out_printf(out, "map: page blocks of %lu pages\n", pageblock_nr_pages);
	for (block = 0; block < end; block += BLOCKS_PER_ROW)
		show_row(out, block, min(block + BLOCKS_PER_ROW, end), count);
	for (type = 0; type < MIGRATE_TYPES; type++)
		if (count[type])
			out_printf(out, "%c    %-11s %6lu block%s\n", letters[type],
				   migratetype_names[type], count[type], PLURAL(count[type]));
}
