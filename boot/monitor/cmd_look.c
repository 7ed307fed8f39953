/* SPDX-License-Identifier: 0BSD
 *
 * cmd_look.c - the monitor's closer look: at one page frame, at the bytes of an address, and how
 * to change them.
 *
 * 1. page   What mm/ knows of the page, and then who has it: a reserved page has a name in the
 *           ledger, in bootmem's record or in the firmware's map; a block that is in use belongs to
 *           a slab cache, to the monitor, or to somebody else.
 * 2. peek   Reading must not fault and must not have side effects. So each page is first looked up
 *           in the page table, and its frame in the memory map: a device answers a read in ways of
 *           its own, and is refused.
 * 3. poke   The same for writing: it cannot fault itself. What the bytes mean to others is up to
 *           the one who types.
 */
#include <asm/fault.h>
#include <asm/pgtable.h>
#include <asm/setup.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/param.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/kfence.h>
#include <mm/page_info.h>
#include <mm/slab.h>
#include "held.h"

static bool touches_page(u64 start, u64 last, unsigned long pfn)
{
	return start < PFN_PHYS(pfn + 1) && last >= PFN_PHYS(pfn);
}

static void show_map_of_page(struct out *out, unsigned long pfn)
{
	const struct e820_region *region;
	char scratch[16];
	bool any = false;

	for (region = e820_map.region; region < e820_map.region + e820_map.nr; region++) {
		if (!touches_page(region->start, region->last, pfn))
			continue;
		any = true;
		out_printf(out, "  memory map: [mem 0x%08llx-0x%08llx] %s\n", region->start,
			   region->last, e820_type_name(region->type, scratch));
	}
	if (!any)
		out_printf(out, "  memory map: nothing there\n");
}

/* Why a page is not the page allocator's. */
static void show_reservations(struct out *out, unsigned long pfn)
{
	unsigned int i;

	show_map_of_page(out, pfn);
	for (i = 0; i < ledger.nr; i++)
		if (touches_page(ledger.range[i].start, ledger.range[i].last, pfn))
			out_printf(out, "  reserved: [mem 0x%08llx-0x%08llx] %s\n",
				   ledger.range[i].start, ledger.range[i].last, ledger.name[i]);
	bootmem_page_show(out, pfn);
}

static bool block_has_page(const struct page *first, unsigned long pfn)
{
	return first && pfn - page_to_pfn(first) < 1UL << page_order(first);
}

/* Does something of the monitor's own lie in page @pfn? */
static bool held_in_page(const struct held *slot, unsigned long pfn)
{
	return block_has_page(held_block(slot), pfn) ||
	       (held_cache(slot) && page_to_pfn(virt_to_page(slot->obj)) == pfn);
}

static void show_held(struct out *out, unsigned long pfn)
{
	const struct held *slot;

	for_each_held (slot) {
		if (!held_in_page(slot, pfn))
			continue;
		out_printf(out, "  ");
		held_show(out, slot);
	}
}

/* End a line with what @addr is. */
static void show_address(struct out *out, unsigned long addr)
{
	address_show(out, addr);
	out_printf(out, "\n");
}

int monitor_page_of(struct out *out, const char *cmd, u32 number, unsigned long *pfn)
{
	phys_addr_t phys;
	pte_t flags;

	*pfn = number;
	if (number < MAX_PFN_LIMIT)
		return 0;
	if (!kernel_page_lookup(number & PAGE_MASK, &phys, &flags)) {
		out_printf(out, "%s: 0x%08x is no page frame number, and not mapped: ", cmd,
			   number);
		show_address(out, number);
		return -ERANGE;
	}
	*pfn = PFN_DOWN(phys);
	return 0;
}

int monitor_pfn_range(struct out *out, const char *cmd, char *text, unsigned long *start_pfn,
		      unsigned long *end_pfn)
{
	char *dash = strchr(text, '-');
	u32 first, last;
	bool good = dash != NULL;

	if (dash)
		*dash = '\0';
	good = good && parse_u32(text, MAX_PFN_LIMIT - 1, &first) &&
	       parse_u32(dash + 1, MAX_PFN_LIMIT - 1, &last) && first <= last;
	if (dash)
		*dash = '-';
	if (!good) {
		out_printf(out, "%s: \"%s\" is no range A-B of page numbers from 0 to %lu\n", cmd,
			   text, MAX_PFN_LIMIT - 1);
		return -EINVAL;
	}
	*start_pfn = first;
	*end_pfn = last + 1UL;
	return 0;
}

/* The address of a page in the direct map; 0 if it has none. */
static unsigned long direct_address(unsigned long pfn)
{
	return pfn < max_low_pfn ? (unsigned long)phys_to_virt(PFN_PHYS(pfn)) : 0;
}

static int cmd_page(struct out *out, int argc, char **argv)
{
	unsigned long pfn;
	u32 number;
	int err = monitor_one_number(out, argc, argv, ~0u, &number);

	if (!err)
		err = monitor_page_of(out, argv[0], number, &pfn);
	if (err == -ERANGE)
		kfence_object_show(out, number);
	if (err)
		return err;
	if (number >= MAX_PFN_LIMIT) {
		out_printf(out, "0x%08x: ", number);
		show_address(out, number);
	}
	page_show(out, pfn);
	if (!pfn_valid(pfn)) {
		show_map_of_page(out, pfn);
		return -ERANGE;
	}
	if (number >= MAX_PFN_LIMIT && PageSlab(pfn_to_page(pfn)))
		slab_object_show(out, (void *)(uintptr)number);
	kfence_object_show(out, number >= MAX_PFN_LIMIT ? number : direct_address(pfn));
	if (PageReserved(pfn_to_page(pfn)))
		show_reservations(out, pfn);
	show_held(out, pfn);
	if (kernel_table_at(pfn))
		out_printf(out, "  page table of 0x%08lx-0x%08lx\n", kernel_table_at(pfn),
			   kernel_table_at(pfn) + 0x3fffff);
	return 0;
}

MONITOR_CMD(
	page, "PFN|ADDR", MON_PANIC_SAFE, "all that is known about a page, and who has it",
	cmd_page, .group = MON_LOOK,
	.more = "PFN is a page frame number: physical address / 4096, also as 0x... What is too\n"
		"large for one is an address, as `kmalloc` prints them. Of a reserved page you\n"
		"see its names in the ledger and the boot allocator's record, of a slab page its\n"
		"cache (and the object at ADDR), of what you took the command that gives it back.\n"
		"Examples: page 0x100; page 0xc0100000\n");

/* ---- peek */

#define PEEK_DEFAULT 64
#define PEEK_MAX     4096

/* A map may claim 640K-1M as RAM, but there are devices: only what the kernel may use is RAM. */
static bool is_ram(unsigned long pfn)
{
	struct ram_range ram = { 0 };

	while (e820_next_ram(&e820_map, &ram))
		if (pfn < ram.end_pfn)
			return pfn >= ram.start_pfn;
	return false;
}

/* Say why @cmd cannot read the page of @va, or write it: @wanted is what the mapping must allow.
 * Return: 0 if it can. */
static int check_page(struct out *out, const char *cmd, unsigned long va, pte_t wanted)
{
	unsigned long page = va & PAGE_MASK;
	const char *problem = "not mapped";
	phys_addr_t phys;
	pte_t flags;

	if (kernel_page_lookup(page, &phys, &flags)) {
		if (!is_ram(PFN_DOWN(phys))) {
			out_printf(out, "%s: 0x%08lx is physical 0x%08llx, which is no RAM\n", cmd,
				   va, phys + (va - page));
			return -ERANGE;
		}
		if (!(wanted & ~flags))
			return 0;
		problem = "read-only";
	}
	out_printf(out, "%s: 0x%08lx is %s: ", cmd, va, problem);
	show_address(out, va);
	return -ERANGE;
}

void monitor_show_bytes(struct out *out, unsigned long label, const volatile void *data,
			unsigned int nr)
{
	const volatile u8 *bytes = data;
	char hex[3 * MONITOR_ROW + 1], text[MONITOR_ROW + 1];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u8 byte = bytes[i];

		snprintf(hex + 3 * i, 4, "%02x ", byte);
		text[i] = '.';
		if (byte >= ' ' && byte < 0x7F)
			text[i] = (char)byte;
	}
	text[nr] = '\0';
	out_printf(out, "%08lx  %-*s |%s|\n", label, 3 * MONITOR_ROW, hex, text);
}

void monitor_show_row(struct out *out, unsigned long va, unsigned int nr)
{
	monitor_show_bytes(out, va, (const volatile void *)va, nr);
}

/* A row ends with its page too, so that every byte that can be read is shown. */
static int peek(struct out *out, unsigned long va, u32 len)
{
	while (len) {
		u32 in_page = (u32)(PAGE_SIZE - (va & ~PAGE_MASK));
		unsigned int row = min(len, (u32)MONITOR_ROW), nr = min(row, in_page);
		int err = check_page(out, "peek", va, 0);

		if (err)
			return err;
		monitor_show_row(out, va, nr);
		va += nr;
		len -= nr;
	}
	return 0;
}

static int cmd_peek(struct out *out, int argc, char **argv)
{
	u32 addr, len = PEEK_DEFAULT;

	if (argc < 2 || argc > 3)
		out_printf(out, "peek: expected 1 or 2 arguments, got %d\n", argc - 1);
	else if (!parse_u32(argv[1], ~0u, &addr))
		out_printf(out, "peek: \"%s\" is no number from 0 to 0xffffffff\n", argv[1]);
	else if (argc == 3 && (!parse_u32(argv[2], PEEK_MAX, &len) || !len))
		out_printf(out, "peek: \"%s\" is no number from 1 to %d\n", argv[2], PEEK_MAX);
	else if (len - 1 > ~0u - addr)
		out_printf(out, "peek: %u bytes reach over the end of the addresses\n", len);
	else
		return peek(out, addr, len);
	return -EINVAL;
}

MONITOR_CMD(peek, "ADDR [LEN]", MON_PANIC_SAFE, "show bytes of memory", cmd_peek, .group = MON_LOOK,
	    .more = "ADDR is virtual: lowmem begins at 0xc0000000, so physical 1M is 0xc0100000.\n"
		    "LEN is 64 unless given, 4096 at most. What is not mapped, or is no RAM, is\n"
		    "refused: peek cannot fault and cannot touch a device.\n"
		    "Example: peek 0xc0100000 32\n");

/* ---- poke */

static int poke(struct out *out, u32 addr, u32 value)
{
	void *at = (void *)(uintptr)addr;
	u32 before;
	int err = check_page(out, "poke", addr, _PAGE_RW);

	if (!err)
		err = check_page(out, "poke", addr + sizeof(value) - 1, _PAGE_RW);
	if (err)
		return err;
	memcpy(&before, at, sizeof(before));
	memcpy(at, &value, sizeof(value));
	out_printf(out, "0x%08x: 0x%08x, was 0x%08x\n", addr, value, before);
	return 0;
}

static int cmd_poke(struct out *out, int argc, char **argv)
{
	u32 addr, value;

	if (argc != 3)
		out_printf(out, "poke: expected 2 arguments, got %d\n", argc - 1);
	else if (!parse_u32(argv[1], ~0u - (u32)sizeof(value) + 1, &addr))
		out_printf(out, "poke: \"%s\" is no address from 0 to 0xfffffffc\n", argv[1]);
	else if (!parse_u32(argv[2], ~0u, &value))
		out_printf(out, "poke: \"%s\" is no number from 0 to 0xffffffff\n", argv[2]);
	else
		return poke(out, addr, value);
	return -EINVAL;
}

MONITOR_CMD(
	poke, "ADDR VALUE", 0, "write four bytes of memory: this can crash the kernel", cmd_poke,
	.group = MON_LOOK,
	.more = "For a mistake of one's own without a line of C: write behind an object, into a\n"
		"freed page, over a struct page, and see what `check` and the allocators say. It\n"
		"CAN CRASH THE KERNEL, as such a mistake does. Only what is not mapped, is\n"
		"read-only or is no RAM is refused. VALUE is stored as the CPU stores 32 bits.\n"
		"Example: kmalloc 100; poke 0xc3fc1080 0x6b6b6b6b; peek 0xc3fc1080\n");
