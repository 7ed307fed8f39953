/* SPDX-License-Identifier: 0BSD
 *
 * bootmem_fill.c - bootmem's life on this machine: begun from map and ledger, retired in the end
 * (Gorman 5.2, 5.5).
 *
 * 1. Data     Each piece of a node's lowmem that no other node's interrupts has a bitmap, in RAM
 *             that the ledger leaves free: in its own node's if there is room, else in another's,
 *             else in .init. It enters the ledger itself. A node whose memory is all high, or that
 *             has none, has no bitmap. All bits are set, RAM is cleared, the ledger is set again.
 *             What lies above lowmem bootmem never hears of.
 * 2. Check    The same number is reached twice: from the bitmaps, and by counting ranges of map and
 *             ledger. They must be equal to the page when bootmem starts. From then on early code
 *             may call all of bootmem's functions, which count the pages that they change; when
 *             bootmem is retired, what the buddy allocator got must be the first number with these
 *             changes, and what map and ledger leave of high memory.
 */
#include <asm/firmware/bootmem_fill.h>
#include <lib/bitmap.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

/* When setup_bootmem() is through: bootmem's free pages, and entries of the ledger. */
static unsigned long low_free_pages __initdata;
static unsigned int reserved_entries __initdata;

/* For bitmaps that no run of free RAM holds: pieces need not begin with a word. */
static unsigned long spare_bitmap[BITS_TO_LONGS(ZONE_NORMAL_END_PFN) + NUMA_MEMORY_MAX] __initdata;
static unsigned long spare_words __initdata; /* in use */

_Static_assert(NUMA_MEMORY_MAX <= BOOTMEM_PIECES, "each range may be a piece of lowmem");

/* Pages of RAM below @end_pfn that the ledger leaves free. */
static unsigned long __init count_free_ram(const struct e820_map *map, const struct ledger *ledger,
					   unsigned long end_pfn)
{
	return e820_ram_pages(map, 0, end_pfn) - ledger_ram_pages(ledger, map, end_pfn);
}

/* Where it all happens. */
struct machine {
	const struct e820_map *map;
	const struct numa_layout *layout;
	struct ledger *ledger;
	unsigned long image_end_pfn;
};

struct piece {
	unsigned long start_pfn, end_pfn; /* [start_pfn, end_pfn) of lowmem */
	int nid;
};

/* The next piece, from { 0 } on. Return: false after the last. */
static bool __init next_piece(const struct numa_layout *layout, struct piece *piece)
{
	if (piece->end_pfn >= max_low_pfn)
		return false;
	piece->start_pfn = piece->end_pfn;
	piece->nid = numa_layout_node_at(layout, piece->start_pfn, &piece->end_pfn);
	piece->end_pfn = min(piece->end_pfn, max_low_pfn);
	return true;
}

/* Room for @pages in the memory of node @nid, from @from_pfn on. Return: as ledger_find_free(). */
static unsigned long __init find_in_node(const struct machine *m, unsigned long pages,
					 unsigned long from_pfn, int nid)
{
	struct piece piece = { 0 };
	unsigned long pfn = 0;

	while (!pfn && next_piece(m->layout, &piece))
		if (piece.nid == nid)
			pfn = ledger_find_free(m->ledger, m->map, pages,
					       max(piece.start_pfn, from_pfn), piece.end_pfn);
	return pfn;
}

/* Where @pages for a bitmap of node @nid may lie: in the node's own memory rather than in
 * another's, behind the image rather than below it. Return: 0: nowhere. */
static unsigned long __init find_room(const struct machine *m, unsigned long pages, int nid)
{
	unsigned long pfn = find_in_node(m, pages, m->image_end_pfn, nid);

	if (!pfn)
		pfn = find_in_node(m, pages, 0, nid);
	if (!pfn)
		pfn = ledger_find_free(m->ledger, m->map, pages, m->image_end_pfn, max_low_pfn);
	if (!pfn)
		pfn = ledger_find_free(m->ledger, m->map, pages, 0, max_low_pfn);
	return pfn;
}

/* Begin @piece, all reserved; min_low_pfn is where the first bitmap lies. */
static void __init begin_piece(const struct machine *m, const struct piece *piece)
{
	unsigned long nr = piece->end_pfn - piece->start_pfn, pages = bootmem_bootmap_pages(nr);
	unsigned long pfn = find_room(m, pages, piece->nid);
	struct pglist_data *pgdat = NODE_DATA(piece->nid);

	if (pfn) {
		ledger_add(m->ledger, "bootmem bitmap", PFN_PHYS(pfn),
			   init_bootmem_node(pgdat, pfn, piece->start_pfn, piece->end_pfn));
		min_low_pfn = min_low_pfn ? min_low_pfn : pfn;
		return;
	}
	pr_warn("no %lu pages of free RAM in a row for the bootmem bitmap: it stays in .init\n",
		pages);
	init_bootmem_node_at(pgdat, spare_bitmap + spare_words, piece->start_pfn, piece->end_pfn);
	spare_words += BITS_TO_LONGS(nr);
}

static void __init begin_pieces(const struct machine *m)
{
	struct piece piece = { 0 };

	min_low_pfn = spare_words = 0;
	while (next_piece(m->layout, &piece))
		begin_piece(m, &piece);
}

static void __init free_low_ram(const struct e820_map *map)
{
	struct ram_range ram = { 0 };

	while (e820_next_ram(map, &ram) && ram.start_pfn < max_low_pfn) {
		unsigned long end_pfn = min(ram.end_pfn, max_low_pfn);

		free_bootmem(PFN_PHYS(ram.start_pfn), PFN_PHYS(end_pfn - ram.start_pfn));
		boot_phase(PHASE_BOOTMEM_RAM, "pfn 0x%lx-0x%lx", ram.start_pfn, end_pfn - 1);
	}
}

static void __init reserve_ledger(const struct ledger *ledger)
{
	unsigned int i;

	for (i = 0; i < ledger->nr; i++) {
		reserve_bootmem_known(ledger->range[i].start, ledger->range[i].last);
		boot_phase(PHASE_BOOTMEM_LEDGER, "%s", ledger->name[i]);
	}
}

void __init setup_bootmem(const struct e820_map *map, const struct numa_layout *layout,
			  struct ledger *ledger, unsigned long image_end_pfn)
{
	struct machine machine = { map, layout, ledger, image_end_pfn };
	unsigned long found;

	boot_phase(PHASE_LEDGER, "what must not be handed out is known");
	begin_pieces(&machine);
	boot_phase(PHASE_BOOTMEM_START, "all of lowmem is reserved in the bitmap");
	free_low_ram(map);
	reserve_ledger(ledger);

	low_free_pages = count_free_ram(map, ledger, max_low_pfn);
	found = bootmem_free_pages();
	if (found != low_free_pages)
		panic("bootmem has %lu free pages, map and ledger say %lu", found, low_free_pages);
	bootmem_taken_pages = bootmem_given_pages = 0;
	reserved_entries = ledger->nr;
}

/* What entered the ledger after setup_bootmem(), where bootmem was not retired early. */
static void __init reserve_late_entries(const struct ledger *ledger)
{
	const struct mem_reservation *range = ledger->range + reserved_entries;

	for (; range < ledger->range + ledger->nr; range++)
		reserve_bootmem_known(range->start, range->last);
}

/* What the buddy allocator must have got if map, ledger and bootmem's calls agree: of lowmem what
 * was free at first and what the calls made of it, of high memory what the ledger leaves. */
static unsigned long __init expected_free_pages(const struct e820_map *map,
						const struct ledger *ledger)
{
	unsigned long low = low_free_pages - bootmem_taken_pages + bootmem_given_pages;
	unsigned long end = min(max_pfn, mem_map_end_pfn);

	if (end <= max_low_pfn)
		return low;
	return low + count_free_ram(map, ledger, end) - count_free_ram(map, ledger, max_low_pfn);
}

void __init retire_bootmem(const struct e820_map *map, const struct ledger *ledger)
{
	unsigned long freed, expected;

	reserve_late_entries(ledger);
	freed = mem_init(ledger->range, ledger->nr);
	expected = expected_free_pages(map, ledger);
	boot_phase(PHASE_BUDDY, "bootmem's free pages are the buddy allocator's");
	if (freed != expected)
		panic("the buddy allocator got %lu pages, map, ledger and bootmem say %lu", freed,
		      expected);
}
