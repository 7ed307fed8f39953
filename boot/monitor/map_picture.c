/* SPDX-License-Identifier: 0BSD
 *
 * map_picture.c - the picture of physical memory.
 *
 * 1. Concepts  Memory is walked run by run: pages that follow each other and are of one state. A
 *              run is as long as a free block, a row of blocks handed out, a stretch of equal
 *              bits in the bootmem bitmap, or a range of map or ledger. So the time depends on
 *              what memory is cut into, not on its size.
 * 2. Sources   mm/ says what a page is (page_run_at()). Where it says "reserved" or knows nothing,
 *              the reason is looked for in this order: ledger, RAM of the map, what else the map
 *              says of the page.
 * 3. Cells     A cell gets the state that most of its pages have. What is less is in the numbers
 *              below the picture, and in a closer look. Where there are several nodes, a row
 *              ends with the numbers of those whose pages it shows.
 * 4. Locking   None, nothing is written: the picture can be drawn in a panic. On damaged structures
 *              it may be wrong, but it ends.
 */
#include <boot/monitor/map_picture.h>

#include <asm/setup.h>
#include <boot/monitor/node_mark.h>
#include <lib/align.h>
#include <lib/format.h>
#include <lib/out.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <mm/page_info.h>
#include <mm/report.h>
#include <mm/slab.h>

#define CELLS_PER_ROW 64
#define ROWS_MAX      24
#define NR_ORDERS     17 /* what an order field can hold, and MAP_NO_ORDER as the last one */

bool map_in_colour;

struct map_run {
	enum map_state state;
	unsigned int order;
	unsigned long end_pfn;
};

/* A walk from a page upwards. It goes along with the map, so that the map is read once. */
struct map_walk {
	unsigned long pfn, end_pfn;
	struct map_run run;   /* the one that @pfn lies in, or has just left */
	struct ram_range ram; /* the first that ends after @pfn, if there is one */
	bool is_ram_left;
	const struct e820_region *region; /* the first that does not end before @pfn */
};

static void walk_start(struct map_walk *walk, unsigned long start_pfn, unsigned long end_pfn)
{
	*walk = (struct map_walk){
		.pfn = start_pfn,
		.end_pfn = end_pfn,
		.run.end_pfn = start_pfn,
		.is_ram_left = true,
		.region = e820_map.region,
	};
}

/* --- why a page is not free ------------------------------------------------------------------ */

/* Has bootmem come and gone? */
static bool buddy_rules(void)
{
	return !bootmem_is_live() && nr_present_pages();
}

static void cut(struct map_run *run, u64 end_pfn)
{
	run->end_pfn = (unsigned long)min((u64)run->end_pfn, end_pfn);
}

/* Is @pfn in the ledger? @run is cut where the answer may change. */
static bool in_ledger(unsigned long pfn, struct map_run *run)
{
	unsigned int i;

	for (i = 0; i < ledger.nr; i++) {
		unsigned long first = PFN_DOWN(ledger.range[i].start);
		unsigned long last = PFN_DOWN(ledger.range[i].last);

		if (first <= pfn && pfn <= last) {
			cut(run, (u64)last + 1);
			return true;
		}
		if (first > pfn)
			cut(run, first);
	}
	return false;
}

/* Is @pfn RAM that the kernel may use? */
static bool in_ram(struct map_walk *walk, unsigned long pfn, struct map_run *run)
{
	while (walk->is_ram_left && walk->ram.end_pfn <= pfn)
		walk->is_ram_left = e820_next_ram(&e820_map, &walk->ram);
	if (!walk->is_ram_left)
		return false;
	if (pfn < walk->ram.start_pfn) {
		cut(run, walk->ram.start_pfn);
		return false;
	}
	cut(run, walk->ram.end_pfn);
	return true;
}

static enum map_state state_of_type(u32 type)
{
	if (type == E820_RAM)
		return MAP_HOLE; /* asked only where RAM cannot be used */
	return type == E820_UNUSABLE ? MAP_BAD : MAP_FIRMWARE;
}

/* What the map says of @pfn, which is not usable RAM: the worst of the types that touch it. */
static enum map_state firmware_state(struct map_walk *walk, unsigned long pfn, struct map_run *run)
{
	const struct e820_region *end = e820_map.region + e820_map.nr, *region;
	u64 first = PFN_PHYS(pfn), last = first + PAGE_SIZE - 1;
	enum map_state state = MAP_HOLE;

	while (walk->region < end && walk->region->last < first)
		walk->region++;
	region = walk->region;
	if (region == end)
		return MAP_HOLE;
	if (region->start > last) {
		cut(run, region->start >> PAGE_SHIFT);
		return MAP_HOLE;
	}
	if (region->start <= first && region->last >= last) {
		cut(run, ((region->last - (PAGE_SIZE - 1)) >> PAGE_SHIFT) + 1);
		return state_of_type(region->type);
	}
	for (; region < end && region->start <= last; region++)
		state = max(state, state_of_type(region->type));
	cut(run, (u64)pfn + 1);
	return state;
}

static void find_reason(struct map_walk *walk, enum map_state taken_ram, struct map_run *run)
{
	if (in_ledger(walk->pfn, run))
		run->state = MAP_KERNEL;
	else if (in_ram(walk, walk->pfn, run))
		run->state = taken_ram;
	else
		run->state = firmware_state(walk, walk->pfn, run);
}

/* --- the walk -------------------------------------------------------------------------------- */

static void find_run(struct map_walk *walk)
{
	struct page_run pages = page_run_at(walk->pfn, walk->end_pfn);
	struct map_run *run = &walk->run;

	*run = (struct map_run){ .order = MAP_NO_ORDER, .end_pfn = pages.end_pfn };
	switch (pages.kind) {
	case PAGE_FREE:
		run->order = pages.order;
		run->state = MAP_FREE;
		break;
	case PAGE_BOOTMEM_FREE:
		run->state = MAP_FREE;
		break;
	case PAGE_SLAB:
		run->state = MAP_SLAB;
		break;
	case PAGE_HELD:
		run->state = MAP_HELD;
		break;
	case PAGE_RESERVED:
		find_reason(walk, MAP_BOOTMEM, run);
		break;
	case PAGE_UNKNOWN:
		find_reason(walk, buddy_rules() ? MAP_BOOTMEM : MAP_FREE, run);
		break;
	}
}

/* Go on to the end of the run or to @stop_pfn. Return: pages gone; they are of walk->run. */
static unsigned long walk_on(struct map_walk *walk, unsigned long stop_pfn)
{
	unsigned long pages;

	if (walk->pfn >= walk->run.end_pfn)
		find_run(walk);
	pages = min(walk->run.end_pfn, stop_pfn) - walk->pfn;
	walk->pfn += pages;
	return pages;
}

static unsigned int index_of_max(const unsigned long *count, unsigned int nr)
{
	unsigned int i, best = 0;

	for (i = 1; i < nr; i++)
		if (count[i] > count[best])
			best = i;
	return best;
}

/* @count: as for map_picture_scan(). */
static struct map_cell scan_cell(struct map_walk *walk, unsigned long end_pfn, unsigned long *count)
{
	unsigned long pages[NR_MAP_STATES] = { 0 }, free[NR_ORDERS] = { 0 };
	struct map_cell cell = { .order = MAP_NO_ORDER };
	unsigned int state;

	while (walk->pfn < end_pfn) {
		unsigned long nr = walk_on(walk, end_pfn);

		cell.sum = (cell.sum * 31 + (u32)nr) * 31 + walk->run.state * 256u +
			   walk->run.order;
		pages[walk->run.state] += nr;
		if (walk->run.state == MAP_FREE)
			free[min(walk->run.order, NR_ORDERS - 1u)] += nr;
	}
	for (state = 0; state < NR_MAP_STATES; state++) {
		cell.some |= (u8)(!!pages[state] << state);
		if (count)
			count[state] += pages[state];
	}
	cell.state = (u8)index_of_max(pages, NR_MAP_STATES);
	if (cell.state == MAP_FREE && !free[NR_ORDERS - 1])
		cell.order = (u8)index_of_max(free, NR_ORDERS);
	return cell;
}

void map_picture_scan(unsigned long start_pfn, unsigned long pages_per_cell, struct map_cell *cell,
		      unsigned int nr, unsigned long *count)
{
	struct map_walk walk;
	unsigned int i;

	walk_start(&walk, start_pfn, start_pfn + nr * pages_per_cell);
	for (i = 0; i < nr; i++)
		cell[i] = scan_cell(&walk, start_pfn + (i + 1) * pages_per_cell, count);
}

void map_picture_count(unsigned long start_pfn, unsigned long end_pfn,
		       unsigned long count[NR_MAP_STATES])
{
	struct map_walk walk;
	unsigned int i;

	for (i = 0; i < NR_MAP_STATES; i++)
		count[i] = 0;
	walk_start(&walk, start_pfn, end_pfn);
	while (walk.pfn < end_pfn) {
		unsigned long nr = walk_on(&walk, end_pfn);

		count[walk.run.state] += nr;
	}
}

unsigned long map_picture_end(void)
{
	struct ram_range ram = { 0 };

	while (e820_next_ram(&e820_map, &ram))
		;
	return ram.end_pfn;
}

/* --- text ------------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	char letter;
	const char *colour; /* ANSI; ends what the one before has set */
} states[NR_MAP_STATES] = {
	[MAP_HOLE] = { "hole", '-', "\x1b[0;90m" },
	[MAP_FIRMWARE] = { "firmware", 'F', "\x1b[0;35m" },
	[MAP_BAD] = { "bad", 'X', "\x1b[0;37;41m" },
	[MAP_KERNEL] = { "kernel", 'K', "\x1b[0;94m" },
	[MAP_BOOTMEM] = { "bootmem", 'B', "\x1b[0;36m" },
	[MAP_SLAB] = { "slab", 'S', "\x1b[0;33m" },
	[MAP_HELD] = { "held", 'H', "\x1b[0;91m" },
	[MAP_FREE] = { "free", '.', "\x1b[0;32m" },
};

#define COLOUR_OFF "\x1b[0m"

char map_cell_char(struct map_cell cell)
{
	if (cell.state == MAP_FREE && cell.order != MAP_NO_ORDER)
		return "0123456789abcdef"[cell.order & 15];
	return states[cell.state].letter;
}

const char *map_state_name(enum map_state state)
{
	return states[state].name;
}

static void show_row(struct out *out, unsigned long pfn, unsigned long pages_per_cell,
		     const struct map_cell *cell, unsigned int nr, bool colour)
{
	unsigned int i;

	out_printf(out, "0x%05lx ", pfn);
	for (i = 0; i < nr; i++) {
		if (colour && (!i || cell[i].state != cell[i - 1].state))
			out_printf(out, "%s", states[cell[i].state].colour);
		out_printf(out, "%c", map_cell_char(cell[i]));
	}
	out_printf(out, "%s", colour ? COLOUR_OFF : "");
	node_mark_show(out, pfn, pfn + nr * pages_per_cell, pages_per_cell);
	out_printf(out, "\n");
}

static bool is_hole(const struct map_cell *cell, unsigned int nr)
{
	while (nr && cell[nr - 1].state == MAP_HOLE)
		nr--;
	return !nr;
}

static void show_rows(struct out *out, unsigned long start_pfn, unsigned long end_pfn,
		      unsigned long pages_per_cell, bool colour)
{
	struct map_cell cell[CELLS_PER_ROW];
	unsigned int hole_rows = 0;
	unsigned long pfn;

	for (pfn = start_pfn; pfn < end_pfn; pfn += CELLS_PER_ROW * pages_per_cell) {
		unsigned long cells = (end_pfn - pfn) / pages_per_cell;
		unsigned int nr = (unsigned int)min(cells, (unsigned long)CELLS_PER_ROW);

		map_picture_scan(pfn, pages_per_cell, cell, nr, NULL);
		hole_rows = is_hole(cell, nr) ? hole_rows + 1 : 0;
		if (hole_rows < 2)
			show_row(out, pfn, pages_per_cell, cell, nr, colour);
		else if (hole_rows == 2)
			out_printf(out, "*\n");
	}
}

static void show_legend(struct out *out, const unsigned long count[NR_MAP_STATES], bool colour)
{
	const char *off = colour ? COLOUR_OFF : "";
	unsigned long total = 0;
	unsigned int state;

	for (state = 0; state < NR_MAP_STATES; state++) {
		const char letter[2] = { states[state].letter };
		const char *sign = state == MAP_FREE && buddy_rules() ? "0-a" : letter;

		if (count[state])
			out_printf(out, "%s%-4s%s %-8s %8lu pages %9lu KiB\n",
				   colour ? states[state].colour : "", sign, off,
				   states[state].name, count[state], K(count[state]));
		total += count[state];
	}
	out_printf(out, "     %-8s %8lu pages %9lu KiB\n", "total", total, K(total));
}

static unsigned long rows_of(unsigned long start_pfn, unsigned long end_pfn,
			     unsigned long pages_per_cell)
{
	return DIV_ROUND_UP(end_pfn - ALIGN_DOWN(start_pfn, pages_per_cell),
			    pages_per_cell * CELLS_PER_ROW);
}

void map_picture_show(struct out *out, unsigned long start_pfn, unsigned long end_pfn, bool colour)
{
	unsigned long count[NR_MAP_STATES], pages_per_cell = 1;

	if (start_pfn >= end_pfn) {
		out_printf(out, "map: no memory\n");
		return;
	}
	while (rows_of(start_pfn, end_pfn, pages_per_cell) > ROWS_MAX)
		pages_per_cell *= 2;
	start_pfn = ALIGN_DOWN(start_pfn, pages_per_cell);
	end_pfn = ALIGN_UP(end_pfn, pages_per_cell);
	out_printf(out, "map: pfn 0x%lx-0x%lx, %lu page%s a cell\n", start_pfn, end_pfn - 1,
		   pages_per_cell, PLURAL(pages_per_cell));
	show_rows(out, start_pfn, end_pfn, pages_per_cell, colour);
	map_picture_count(start_pfn, end_pfn, count);
	show_legend(out, count, colour);
}

static char run_char(const struct map_run *run)
{
	return map_cell_char((struct map_cell){ .state = (u8)run->state, .order = (u8)run->order });
}

/* The cache is looked up, not trusted: the structures may be damaged. One that is shared (SLOB) has
 * no name. */
static void show_slab_run(struct out *out, unsigned long start_pfn, unsigned long end_pfn)
{
	const struct kmem_cache *owner = pfn_to_page(start_pfn)->slab_cache;
	struct kmem_cache *cache = kmem_cache_next(NULL);

	while (cache && cache != owner)
		cache = kmem_cache_next(cache);
	out_printf(out, "0x%05lx-0x%05lx %c%s%s\n", start_pfn, end_pfn - 1, states[MAP_SLAB].letter,
		   cache ? " " : "", cache ? kmem_cache_name(cache) : "");
}

static void show_slab_runs(struct out *out, unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long pfn;

	for (pfn = start_pfn + 1; pfn < end_pfn; pfn++) {
		if (pfn_to_page(pfn)->slab_cache == pfn_to_page(start_pfn)->slab_cache)
			continue;
		show_slab_run(out, start_pfn, pfn);
		start_pfn = pfn;
	}
	show_slab_run(out, start_pfn, end_pfn);
}

static void show_run(struct out *out, unsigned long start_pfn, unsigned long end_pfn, char letter)
{
	if (start_pfn == end_pfn)
		return;
	if (letter == states[MAP_SLAB].letter)
		show_slab_runs(out, start_pfn, end_pfn);
	else
		out_printf(out, "0x%05lx-0x%05lx %c\n", start_pfn, end_pfn - 1, letter);
}

void map_picture_runs(struct out *out, unsigned long start_pfn, unsigned long end_pfn)
{
	struct map_walk walk;
	char letter = '\0';

	walk_start(&walk, start_pfn, end_pfn);
	while (walk.pfn < end_pfn) {
		unsigned long pfn = walk.pfn;

		walk_on(&walk, end_pfn);
		if (run_char(&walk.run) == letter)
			continue;
		show_run(out, start_pfn, pfn, letter);
		start_pfn = pfn;
		letter = run_char(&walk.run);
	}
	show_run(out, start_pfn, end_pfn, letter);
}
