/* SPDX-License-Identifier: 0BSD
 *
 * cmd_mm.c - the monitor's commands on memory: reports in Linux's formats, and allocating by hand.
 *
 * `free` and `kfree` take only what `alloc` and `kmalloc` handed out before: a table of what is out
 * stands between the one who types and an allocator that would rightly stop on a bad free.
 */
#include <boot/monitor.h>

#include <asm/setup.h>
#include <boot/cmdline.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mm_check.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#define MAX_OUT 64

/* What the monitor holds: pages, or a kmalloc() object; a free slot has neither. */
struct held {
	struct page *page;
	unsigned int order;
	void *obj;
};

static struct held held[MAX_OUT];

/* The slot that holds @page or @obj; with both NULL a free one. NULL if there is none. */
static struct held *find_held(const struct page *page, const void *obj)
{
	struct held *slot;

	for (slot = held; slot < held + MAX_OUT; slot++)
		if (slot->page == page && slot->obj == obj)
			return slot;
	return NULL;
}

static struct held *free_slot(struct out *out, const char *cmd)
{
	struct held *slot = find_held(NULL, NULL);

	if (!slot)
		out_printf(out, "%s: %d allocations are out, which is the limit: free some\n", cmd,
			   MAX_OUT);
	return slot;
}

/* Exactly one argument, a number up to @max. */
static int one_number(struct out *out, int argc, char **argv, u32 max, u32 *value)
{
	if (argc != 2)
		out_printf(out, "%s: expected 1 argument, got %d\n", argv[0], argc - 1);
	else if (!parse_u32(argv[1], max, value))
		out_printf(out, "%s: \"%s\" is no number from 0 to %u\n", argv[0], argv[1], max);
	else
		return 0;
	return -EINVAL;
}

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
MONITOR_CMD(e820, "", MON_PANIC_SAFE, "the memory map and what of it is reserved", cmd_e820);

#define REPORT_CMD(_name, _flags, _help)                                                 \
	static int cmd_##_name(struct out *out, int argc __unused, char **argv __unused) \
	{                                                                                \
		_name##_show(out);                                                       \
		return 0;                                                                \
	}                                                                                \
	MONITOR_CMD(_name, "", _flags, _help, cmd_##_name)

REPORT_CMD(bootmem, MON_PANIC_SAFE, "what the boot allocator handed out, to whom");
REPORT_CMD(zoneinfo, MON_PANIC_SAFE, "the zones and their pages");
REPORT_CMD(buddyinfo, MON_PANIC_SAFE, "free blocks of each zone by order");
REPORT_CMD(meminfo, MON_PANIC_SAFE, "memory in kB");
REPORT_CMD(slabinfo, MON_PANIC_SAFE, "the slab caches");

static int cmd_page(struct out *out, int argc, char **argv)
{
	u32 pfn;
	int err = one_number(out, argc, argv, MAX_PFN_LIMIT - 1, &pfn);

	if (err)
		return err;
	if (!pfn_valid(pfn)) {
		out_printf(out, "page: pfn %u has no struct page (no RAM)\n", pfn);
		return -ERANGE;
	}
	page_show(out, pfn);
	return 0;
}
MONITOR_CMD(page, "PFN", MON_PANIC_SAFE, "all that is known about a page", cmd_page);

static const struct gfp_word {
	const char *name;
	gfp_t gfp;
} gfp_words[] = {
	{ "kernel", GFP_KERNEL },     { "atomic", GFP_ATOMIC }, { "dma", __GFP_DMA },
	{ "highmem", __GFP_HIGHMEM }, { "zero", __GFP_ZERO },
};

static bool gfp_word(const char *word, size_t len, gfp_t *gfp)
{
	const struct gfp_word *known;

	for (known = gfp_words; known < gfp_words + ARRAY_SIZE(gfp_words); known++)
		if (strlen(known->name) == len && !strncmp(known->name, word, len)) {
			*gfp |= known->gfp;
			return true;
		}
	return false;
}

/* Parse words joined by `,` or `|`. */
static bool parse_gfp(const char *text, gfp_t *gfp)
{
	size_t len;

	for (;; text += len + 1) {
		for (len = 0; text[len] && text[len] != ',' && text[len] != '|'; len++)
			;
		if (!gfp_word(text, len, gfp))
			return false;
		if (!text[len])
			return true;
	}
}

static int parse_alloc(struct out *out, int argc, char **argv, u32 *order, gfp_t *gfp)
{
	if (argc < 2 || argc > 3)
		out_printf(out, "alloc: expected 1 or 2 arguments, got %d\n", argc - 1);
	else if (!parse_u32(argv[1], MAX_ORDER - 1, order))
		out_printf(out, "alloc: \"%s\" is no order from 0 to %d\n", argv[1], MAX_ORDER - 1);
	else if (argc == 3 && !parse_gfp(argv[2], gfp))
		out_printf(out, "alloc: \"%s\" is not made of kernel atomic dma highmem zero\n",
			   argv[2]);
	else
		return 0;
	return -EINVAL;
}

static int cmd_alloc(struct out *out, int argc, char **argv)
{
	gfp_t gfp = 0;
	u32 order;
	struct held *slot;
	struct page *page;
	int err = parse_alloc(out, argc, argv, &order, &gfp);

	if (err)
		return err;
	slot = free_slot(out, argv[0]);
	if (!slot)
		return -ENOSPC;
	page = alloc_pages(gfp, order);
	if (!page) {
		out_printf(out, "alloc: no free block of order %u\n", order);
		return -ENOMEM;
	}
	*slot = (struct held){ .page = page, .order = order };
	out_printf(out, "pfn %lu, physical 0x%08llx, order %u, zone %s\n", page_to_pfn(page),
		   page_to_phys(page), order, page_zone(page)->name);
	return 0;
}
MONITOR_CMD(alloc, "ORDER [GFP]", 0,
	    "take 2^ORDER pages; GFP: kernel atomic dma highmem zero, joined by `,` or `|`",
	    cmd_alloc);

static int cmd_free(struct out *out, int argc, char **argv)
{
	struct held *slot;
	u32 pfn;
	int err = one_number(out, argc, argv, MAX_PFN_LIMIT - 1, &pfn);

	if (err)
		return err;
	slot = find_held(pfn_to_page(pfn), NULL);
	if (!slot) {
		out_printf(out, "free: pfn %u is not from alloc\n", pfn);
		return -ENOENT;
	}
	__free_pages(slot->page, slot->order);
	*slot = (struct held){ 0 };
	return 0;
}
MONITOR_CMD(free, "PFN", 0, "give back a block from alloc", cmd_free);

static int cmd_kmalloc(struct out *out, int argc, char **argv)
{
	struct held *slot;
	void *obj;
	u32 size;
	int err = one_number(out, argc, argv, ~0u, &size);

	if (err)
		return err;
	slot = free_slot(out, argv[0]);
	if (!slot)
		return -ENOSPC;
	obj = kmalloc(size, GFP_KERNEL);
	if (!obj) {
		out_printf(out, "kmalloc: no memory for %u bytes\n", size);
		return -ENOMEM;
	}
	*slot = (struct held){ .obj = obj };
	out_printf(out, "0x%08lx, %zu bytes usable\n", (unsigned long)obj, ksize(obj));
	return 0;
}
MONITOR_CMD(kmalloc, "SIZE", 0, "take SIZE bytes", cmd_kmalloc);

static int cmd_kfree(struct out *out, int argc, char **argv)
{
	struct held *slot;
	u32 addr;
	int err = one_number(out, argc, argv, ~0u, &addr);

	if (err)
		return err;
	slot = addr ? find_held(NULL, (void *)(uintptr)addr) : NULL;
	if (!slot) {
		out_printf(out, "kfree: 0x%08x is not from kmalloc\n", addr);
		return -ENOENT;
	}
	kfree(slot->obj);
	*slot = (struct held){ 0 };
	return 0;
}
MONITOR_CMD(kfree, "ADDR", 0, "give back bytes from kmalloc", cmd_kfree);

static int cmd_check(struct out *out, int argc __unused, char **argv __unused)
{
	struct mm_check check = { .out = out };
	unsigned int nr = mm_check(&check);

	if (!nr) {
		out_printf(out, "all invariants hold\n");
		return 0;
	}
	out_printf(out, "%u violations, %s first\n", nr, check.first);
	return -EIO;
}
MONITOR_CMD(check, "", 0, "walk every structure and compare it with its invariants", cmd_check);
