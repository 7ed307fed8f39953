/* SPDX-License-Identifier: 0BSD
 *
 * cmd_alloc.c - the monitor's commands that allocate by hand: alloc, free, kmalloc, kfree.
 *
 * `free` and `kfree` take only what `alloc` and `kmalloc` handed out before: a table of what is out
 * stands between the one who types and an allocator that would rightly stop on a bad free.
 */
#include <boot/monitor/completion.h>
#include <boot/monitor/kept_back.h>
#include <boot/monitor/monitor.h>
#include <lib/format.h>
#include <lib/param.h>
#include <lib/string.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "held.h"

/* Bytes of a gfp name in its short form with its terminator. */
#define GFP_WORD_SIZE 24

struct held held[HELD_MAX];
struct page *held_last;

/* The slot that holds @page or @obj; with both NULL a free one. NULL if there is none. */
static struct held *find_held(const struct page *page, const void *obj)
{
	struct held *slot;

	for (slot = held; slot < held + HELD_MAX; slot++)
		if (slot->page == page && slot->obj == obj)
			return slot;
	return NULL;
}

static struct held *free_slot(struct out *out, const char *cmd)
{
	struct held *slot = find_held(NULL, NULL);

	if (!slot)
		out_printf(out, "%s: %d allocations are out, which is the limit: free some\n", cmd,
			   HELD_MAX);
	return slot;
}

struct page *held_block(const struct held *slot)
{
	if (slot->page || ZERO_OR_NULL_PTR(slot->obj))
		return slot->page;
	return PageSlab(virt_to_page(slot->obj)) ? NULL : virt_to_page(slot->obj);
}

bool held_touches(unsigned long start_pfn, unsigned long end_pfn)
{
	const struct held *slot;

	for_each_held (slot) {
		const struct page *block = held_block(slot);

		if (block && page_to_pfn(block) < end_pfn &&
		    page_to_pfn(block) + (1UL << page_order(block)) > start_pfn)
			return true;
	}
	return false;
}

struct kmem_cache *held_cache(const struct held *slot)
{
	return slab_cache_of(slot->obj);
}

void held_show(struct out *out, const struct held *slot)
{
	if (slot->page)
		out_printf(out, "held by the monitor: order %u, free %lu\n", slot->order,
			   page_to_pfn(slot->page));
	else
		out_printf(out, "held by the monitor: %zu bytes, kfree 0x%08lx\n", slot->size,
			   (unsigned long)slot->obj);
}

/* The word for @name: __GFP_ZERO is zero. */
static void short_gfp_name(char word[GFP_WORD_SIZE], const char *name)
{
	const char *from = strchr(name, 'P') + 2;

	do
		*word++ = (char)(*from >= 'A' && *from <= 'Z' ? *from - 'A' + 'a' : *from);
	while (*from++);
}

static bool is_word(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && !strncmp(name, word, len);
}

/* The name in full, or its short form; of two that have the same one, the set. */
static bool gfp_word(const char *word, size_t len, gfp_t *gfp)
{
	const struct gfp_name *known;
	char short_name[GFP_WORD_SIZE];

	for (known = gfp_names; known->name; known++) {
		short_gfp_name(short_name, known->name);
		if (is_word(known->name, word, len) || is_word(short_name, word, len)) {
			*gfp |= known->gfp;
			return true;
		}
	}
	return false;
}

/* Parse words joined by `,` or `|`. */
static bool parse_gfp(const char *text, gfp_t *gfp)
{
	size_t len;

	for (*gfp = 0;; text += len + 1) {
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
		out_printf(out, "alloc: \"%s\" is not made of gfp names (Tab lists them)\n",
			   argv[2]);
	else if (*gfp & __GFP_NOFAIL)
		out_printf(out, "alloc: with __GFP_NOFAIL a failure would stop the kernel\n");
	else
		return 0;
	return -EINVAL;
}

static void say_no_block(struct out *out, gfp_t gfp, unsigned int order)
{
	const char *reason = why_kept_back(gfp, order);

	if (reason)
		out_printf(out, "alloc: blocks of order %u are free, %s\n", order, reason);
	else
		out_printf(out, "alloc: no free block of order %u\n", order);
}

static int cmd_alloc(struct out *out, int argc, char **argv)
{
	gfp_t gfp = GFP_KERNEL;
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
		say_no_block(out, gfp, order);
		return -ENOMEM;
	}
	*slot = (struct held){ .page = page, .order = order };
	if ((gfp & __GFP_MOVABLE) && !order)
		held_register(slot);
	held_last = page;
	out_printf(out, "pfn %lu, physical 0x%08llx, order %u, zone %s\n", page_to_pfn(page),
		   page_to_phys(page), order, page_zone(page)->name);
	return 0;
}

static void complete_alloc(struct completion *completion, int word)
{
	const struct gfp_name *known;
	char short_name[GFP_WORD_SIZE];

	if (word != 2)
		return;
	completion_after(completion, ",|");
	for (known = gfp_names; known->name; known++) {
		gfp_t gfp = 0;

		short_gfp_name(short_name, known->name);
		if (gfp_word(short_name, strlen(short_name), &gfp) && gfp == known->gfp)
			completion_offer(completion, short_name);
		if (completion->len)
			completion_offer(completion, known->name);
	}
}

MONITOR_CMD(
	alloc, "ORDER [GFP]", 0, "take 2^ORDER pages; GFP: names joined by `,` or `|`: kernel,zero",
	cmd_alloc, .group = MON_ALLOCATE, .complete = complete_alloc,
	.more = "The block comes from the best zone that GFP allows: dma from DMA alone, highmem\n"
		"from HighMem, Normal, DMA; otherwise from Normal, DMA. The names are Linux's, in\n"
		"full (GFP_KERNEL|__GFP_ZERO) or short (kernel,zero); Tab lists them; none is\n"
		"GFP_KERNEL. `page` looks at the block, `buddyinfo` shows what was split for it,\n"
		"`free` gives it back. A single page with movable can be moved by `compact`.\n"
		"Example: alloc 3 dma,zero\n");

static int cmd_free(struct out *out, int argc, char **argv)
{
	struct held *slot;
	u32 pfn;
	int err = monitor_one_number(out, argc, argv, MAX_PFN_LIMIT - 1, &pfn);

	if (err)
		return err;
	slot = find_held(pfn_to_page(pfn), NULL);
	if (!slot) {
		out_printf(out, "free: pfn %u is not from alloc\n", pfn);
		return -ENOENT;
	}
	held_release(slot);
	__free_pages(slot->page, slot->order);
	*slot = (struct held){ 0 };
	return 0;
}

static void complete_free(struct completion *completion, int word)
{
	const struct held *slot;
	char number[16];

	for_each_held (slot) {
		snprintf(number, sizeof(number), "%lu", slot->page ? page_to_pfn(slot->page) : 0);
		if (word == 1 && slot->page)
			completion_offer(completion, number);
	}
}

MONITOR_CMD(
	free, "PFN", 0, "give back a block from alloc", cmd_free, .group = MON_ALLOCATE,
	.complete = complete_free,
	.more = "PFN is the block's first page, as `alloc` printed it; Tab knows them. Only what\n"
		"`alloc` handed out is taken. `leaks` lists what is out.\n"
		"Example: free 4711\n");

static int cmd_kmalloc(struct out *out, int argc, char **argv)
{
	struct held *slot;
	void *obj;
	u32 size;
	int err = monitor_one_number(out, argc, argv, KMALLOC_MAX_SIZE, &size);

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
	*slot = (struct held){ .obj = obj, .size = size };
	if (!ZERO_OR_NULL_PTR(obj))
		held_last = virt_to_page(obj);
	out_printf(out, "0x%08lx, %zu bytes usable\n", (unsigned long)obj, ksize(obj));
	if (obj == ZERO_SIZE_PTR)
		out_printf(out,
			   "(ZERO_SIZE_PTR: no memory, no NULL either; any use of it faults)\n");
	return 0;
}

MONITOR_CMD(
	kmalloc, "SIZE", 0, "take SIZE bytes", cmd_kmalloc, .group = MON_ALLOCATE,
	.more = "Up to 128 KiB come from a slab cache (`slabinfo`), up to 4 MiB straight from the\n"
		"page allocator. `peek` shows what is in the bytes, `kfree` gives them back.\n"
		"Example: kmalloc 100\n");

static int cmd_kfree(struct out *out, int argc, char **argv)
{
	struct held *slot;
	u32 addr;
	int err = monitor_one_number(out, argc, argv, ~0u, &addr);

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

static void complete_kfree(struct completion *completion, int word)
{
	const struct held *slot;
	char number[24];

	for_each_held (slot) {
		snprintf(number, sizeof(number), "0x%08lx", (unsigned long)slot->obj);
		if (word == 1 && slot->obj)
			completion_offer(completion, number);
	}
}

MONITOR_CMD(
	kfree, "ADDR", 0, "give back bytes from kmalloc", cmd_kfree, .group = MON_ALLOCATE,
	.complete = complete_kfree,
	.more = "ADDR is what `kmalloc` printed; Tab knows the addresses. Only those are taken.\n"
		"Example: kfree 0xc1234560\n");
