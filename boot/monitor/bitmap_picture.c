/* SPDX-License-Identifier: 0BSD
 *
 * bitmap_picture.c - the picture of bootmem's bitmaps (Gorman 5.1, Mauerer 3.4.3).
 *
 * 1. Concepts  A bit says no more than free or not. Why it is set the records say: `used` is what
 *              bootmem handed out, to the page, `reserved` all the rest: the ledger's, and what was
 *              never RAM. An allocation without a record (bootmem_records_lost) counts as reserved.
 * 2. Walk      Run by run, as long as bit and record stay the same; a machine's size costs nothing.
 * 3. Cells     `.` all pages free, `+` some, `U` none and one of them used, `r` all reserved.
 */
#include <boot/monitor/bitmap_picture.h>

#include <lib/align.h>
#include <lib/bitmap.h>
#include <lib/format.h>
#include <lib/out.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <mm/report.h>

#define CELLS_PER_ROW 64
#define ROWS_MAX      24

enum bit_state { BIT_FREE, BIT_RESERVED, BIT_USED, NR_BIT_STATES };

/* Pages by state. */
struct bit_count {
	unsigned long pages[NR_BIT_STATES];
};

/* Pages [start_pfn, end_pfn) of one piece, so many to a cell. */
struct view {
	const bootmem_data_t *bdata;
	unsigned long start_pfn, end_pfn, per_cell;
};

/* The state of @pfn, and where it ends, at @end_pfn at the latest. */
static enum bit_state run_at(const bootmem_data_t *bdata, unsigned long pfn, unsigned long *end_pfn)
{
	unsigned long min_pfn = bdata->node_min_pfn, *map = bdata->node_bootmem_map;
	bool is_set = test_bit(pfn - min_pfn, map);

	*end_pfn = min_pfn + __find_bit(map, pfn - min_pfn, *end_pfn - min_pfn, is_set ? ~0UL : 0);
	if (!is_set)
		return BIT_FREE;
	return bootmem_handed_out(pfn, end_pfn) ? BIT_USED : BIT_RESERVED;
}

static void count_pages(const bootmem_data_t *bdata, unsigned long pfn, unsigned long end_pfn,
			struct bit_count *count)
{
	while (pfn < end_pfn) {
		unsigned long run_end = end_pfn;
		enum bit_state state = run_at(bdata, pfn, &run_end);

		count->pages[state] += run_end - pfn;
		pfn = run_end;
	}
}

static char cell_char(const struct bit_count *count)
{
	if (count->pages[BIT_FREE])
		return count->pages[BIT_RESERVED] || count->pages[BIT_USED] ? '+' : '.';
	return count->pages[BIT_USED] ? 'U' : 'r';
}

/* --- rows ------------------------------------------------------------------------------------ */

static unsigned long row_pages(const struct view *view)
{
	return CELLS_PER_ROW * view->per_cell;
}

/* The cells of the row that begins with @pfn, as text. */
static void fill_row(const struct view *view, unsigned long pfn, char text[CELLS_PER_ROW + 1])
{
	unsigned long end_pfn = min(pfn + row_pages(view), view->end_pfn);

	for (; pfn < end_pfn; pfn += view->per_cell) {
		struct bit_count count = { { 0 } };

		count_pages(view->bdata, pfn, min(pfn + view->per_cell, end_pfn), &count);
		*text++ = cell_char(&count);
	}
	*text = '\0';
}

/* Does the row that begins with @row_pfn show @pfn? */
static bool in_row(const struct view *view, unsigned long row_pfn, unsigned long pfn)
{
	return pfn >= row_pfn && pfn < min(row_pfn + row_pages(view), view->end_pfn);
}

static unsigned long last_page(const bootmem_data_t *bdata)
{
	return bdata->node_min_pfn + bdata->last_pos;
}

static unsigned long hint_page(const bootmem_data_t *bdata)
{
	return bdata->node_min_pfn + bdata->hint_idx;
}

/* The hint knows nothing while it is empty. */
static bool has_hint(const bootmem_data_t *bdata)
{
	return bdata->hint_idx > bdata->hint_goal;
}

static bool has_marks(const struct view *view, unsigned long row_pfn)
{
	const bootmem_data_t *bdata = view->bdata;

	return in_row(view, row_pfn, last_page(bdata)) ||
	       (has_hint(bdata) && in_row(view, row_pfn, hint_page(bdata)));
}

/* A `^` below the cell of @pfn. */
static void point_at(struct out *out, const struct view *view, unsigned long row_pfn,
		     unsigned long pfn)
{
	out_printf(out, "        %*s^ ", (int)((pfn - row_pfn) / view->per_cell), "");
}

static void show_marks(struct out *out, const struct view *view, unsigned long row_pfn)
{
	const bootmem_data_t *bdata = view->bdata;

	if (in_row(view, row_pfn, last_page(bdata))) {
		point_at(out, view, row_pfn, last_page(bdata));
		out_printf(out, "last_pos 0x%lx, last_offset 0x%lx\n", last_page(bdata),
			   bdata->last_offset);
	}
	if (has_hint(bdata) && in_row(view, row_pfn, hint_page(bdata))) {
		point_at(out, view, row_pfn, hint_page(bdata));
		out_printf(out, "hint_idx 0x%lx: no page is free from hint_goal 0x%lx up to here\n",
			   hint_page(bdata), bdata->node_min_pfn + bdata->hint_goal);
	}
}

static void show_rows(struct out *out, const struct view *view)
{
	char text[2][CELLS_PER_ROW + 1] = { "", "" };
	bool is_folded = false;
	unsigned long pfn;
	unsigned int row;

	for (pfn = view->start_pfn, row = 0; pfn < view->end_pfn; pfn += row_pages(view), row++) {
		fill_row(view, pfn, text[row % 2]);
		if (!strcmp(text[0], text[1]) && !has_marks(view, pfn)) {
			if (!is_folded)
				out_printf(out, "*\n");
			is_folded = true;
			continue;
		}
		is_folded = false;
		out_printf(out, "0x%05lx %s\n", pfn, text[row % 2]);
		show_marks(out, view, pfn);
	}
}

/* --- pieces ---------------------------------------------------------------------------------- */

static void show_piece(struct out *out, const struct view *view, struct bit_count *count)
{
	const bootmem_data_t *bdata = view->bdata;
	phys_addr_t bits = virt_to_phys(bdata->node_bootmem_map);
	unsigned long pages = bdata->node_low_pfn - bdata->node_min_pfn;
	unsigned long bytes = BITS_TO_LONGS(pages) * sizeof(long);

	out_printf(out,
		   "bitmap: node %d, pfn 0x%lx-0x%lx, %lu page%s a cell; its bits lie at "
		   "[mem 0x%08llx-0x%08llx]\n",
		   bdata->pgdat->node_id, view->start_pfn, view->end_pfn - 1, view->per_cell,
		   PLURAL(view->per_cell), bits, bits + bytes - 1);
	show_rows(out, view);
	count_pages(bdata, view->start_pfn, view->end_pfn, count);
}

static void show_legend(struct out *out, const struct bit_count *count)
{
	static const char *const names[] = { ".    free", "r    reserved", "U    used" };
	unsigned long total = 0;
	unsigned int state;

	for (state = 0; state < NR_BIT_STATES; state++) {
		unsigned long pages = count->pages[state];

		out_printf(out, "%-13s %8lu pages %9lu KiB\n", names[state], pages, K(pages));
		total += pages;
	}
	out_printf(out, "     %-8s %8lu pages %9lu KiB\n", "total", total, K(total));
}

static void show_pieces(struct out *out, unsigned long start_pfn, unsigned long end_pfn,
			unsigned long per_cell)
{
	struct bit_count count = { { 0 } };
	const bootmem_data_t *bdata;

	for_each_bootmem (bdata) {
		struct view view = { bdata, max(start_pfn, bdata->node_min_pfn),
				     min(end_pfn, bdata->node_low_pfn), per_cell };

		if (view.start_pfn < view.end_pfn)
			show_piece(out, &view, &count);
	}
	show_legend(out, &count);
}

/* Pages with a bit, of [@start_pfn, @end_pfn). */
static unsigned long pages_with_bits(unsigned long start_pfn, unsigned long end_pfn)
{
	const bootmem_data_t *bdata;
	unsigned long pages = 0;

	for_each_bootmem (bdata) {
		unsigned long start = max(start_pfn, bdata->node_min_pfn);
		unsigned long end = min(end_pfn, bdata->node_low_pfn);

		pages += start < end ? end - start : 0;
	}
	return pages;
}

void bitmap_picture_show(struct out *out)
{
	unsigned long pages = pages_with_bits(0, ~0UL), per_cell = 1;

	while (pages > ROWS_MAX * CELLS_PER_ROW * per_cell)
		per_cell *= 2;
	show_pieces(out, 0, ~0UL, per_cell);
}

bool bitmap_picture_show_pages(struct out *out, unsigned long start_pfn, unsigned long end_pfn)
{
	if (!pages_with_bits(start_pfn, end_pfn))
		return false;
	show_pieces(out, start_pfn, end_pfn, 1);
	return true;
}
