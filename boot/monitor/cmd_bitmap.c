/* SPDX-License-Identifier: 0BSD
 *
 * cmd_bitmap.c - the monitor's `bitmap`: which of bootmem's bits to draw, or why there are none.
 */
#include <boot/monitor/bitmap_picture.h>

#include <asm/setup.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/param.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>

#define WHERE_TO_SEE_IT "boot with at=zones:bitmap to see it"

/* Bootmem's time is over, or has not come. */
static void say_why_not(struct out *out)
{
	unsigned int i;

	if (!nr_present_pages()) {
		out_printf(out, "bitmap: bootmem has not begun (init_bootmem() comes later)\n");
		return;
	}
	for (i = 0; i < ledger.nr && strcmp(ledger.name[i], "bootmem bitmap") != 0; i++)
		;
	out_printf(
		out,
		"bitmap: bootmem is retired: it gave %lu pages to the buddy allocator. Its bitmap ",
		bootmem_released_pages);
	if (i < ledger.nr)
		out_printf(out, "at [mem 0x%08llx-0x%08llx] ", ledger.range[i].start,
			   ledger.range[i].last);
	out_printf(out, "is free memory now: " WHERE_TO_SEE_IT "\n");
}

static int show_pages(struct out *out, unsigned long start_pfn, unsigned long end_pfn)
{
	if (bitmap_picture_show_pages(out, start_pfn, end_pfn))
		return 0;
	out_printf(out, "bitmap: no page from 0x%lx to 0x%lx has a bit\n", start_pfn, end_pfn - 1);
	return -ENOENT;
}

static int cmd_bitmap(struct out *out, int argc, char **argv)
{
	unsigned long start_pfn, end_pfn;
	int err;

	if (argc > 2) {
		out_printf(out, "bitmap: unexpected argument \"%s\"\n", argv[2]);
		return -EINVAL;
	}
	if (argc == 2) {
		err = monitor_pfn_range(out, "bitmap", argv[1], &start_pfn, &end_pfn);
		if (err)
			return err;
	}
	if (!bootmem_is_live())
		say_why_not(out);
	else if (argc == 2)
		return show_pages(out, start_pfn, end_pfn);
	else
		bitmap_picture_show(out);
	return 0;
}

MONITOR_CMD(
	bitmap, "[A-B]", MON_PANIC_SAFE, "bootmem's bits, last_pos and hint, while it lives",
	cmd_bitmap, .group = MON_REPORTS,
	.more = "A bit is a page: free, used (bootmem handed it out), or reserved (in the ledger,\n"
		"or no RAM). last_pos is the page where the last allocation ended, last_offset\n"
		"how much of it is taken: the next small one goes on there. In a cell of several\n"
		"pages, `+` is some free, `U` none free and some used. A-B, page numbers: single\n"
		"bits. Bootmem lives during the boot only, so the boot has to run the command.\n"
		"Example, of an option: at=\"zones:bitmap;bitmap 0x1000-0x10ff\"\n");
