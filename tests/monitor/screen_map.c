/* SPDX-License-Identifier: 0BSD
 *
 * screen_map.c - the picture of memory on the screen, and the command that switches it.
 */
#include <test/ktest.h>

#include <asm/console/screen.h>
#include <dev/time.h>
#include <asm/setup.h>
#include <boot/monitor/map_picture.h>
#include <boot/monitor/monitor.h>
#include <boot/monitor/screen_map.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/progress.h>
#include <lib/version.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/capture.h>

#include "../../boot/monitor/held.h"

#define LABEL_WIDTH   9
#define CELLS_PER_ROW 64

static const struct scale_case {
	unsigned long pages;
	unsigned int cells;
	unsigned long scale;
} scale_cases[] = {
	{ 1, 512, 1 },	    { 512, 512, 1 },	 { 513, 512, 2 },	 { 32736, 512, 64 },
	{ 32768, 512, 64 }, { 32769, 512, 128 }, { 0xbffe0, 512, 2048 }, { 0x100000, 1024, 1024 },
};

KTEST(screen_map, scale, SHORT)
{
	const struct scale_case *c;

	for_each_case (c, scale_cases)
		kt_eq(screen_map_scale(c->pages, c->cells), c->scale);
}

static char text[256];
static struct capture captured;

static int run(const char *line)
{
	capture_init(&captured, text, sizeof(text));
	return monitor_run_to(&captured.out, line, false);
}

static unsigned long pages_per_cell(void)
{
	unsigned int rows = screen_rows() >= 45 ? 16 : 8;

	return screen_map_scale(map_picture_end(), rows * CELLS_PER_ROW);
}

/* What the picture shows for @pfn. */
static u16 shown_cell(unsigned long pfn)
{
	unsigned int width = screen_columns() >= LABEL_WIDTH + 2 * CELLS_PER_ROW ? 2 : 1;
	unsigned int cell = (unsigned int)(pfn / pages_per_cell());

	return screen_get(1 + cell / CELLS_PER_ROW, LABEL_WIDTH + cell % CELLS_PER_ROW * width);
}

static char shown_at(unsigned long pfn)
{
	return (char)shown_cell(pfn);
}

static bool title_is_shown(void)
{
	char title[64];
	unsigned int i;

	snprintf(title, sizeof(title), " %s: physical memory", kernel_name);
	for (i = 0; screen_rows() && title[i]; i++)
		if ((char)screen_get(0, i) != title[i])
			return false;
	return screen_rows();
}

/* As the monitor's user had it. */
static void put_back(bool was_on)
{
	if (was_on)
		screen_map_on();
	else
		screen_map_off();
}

KTEST(screen_map, a_block_is_seen_to_come_and_go, SHORT)
{
	bool was_on = title_is_shown();
	struct page *page;
	unsigned long pfn;

	if (!screen_rows())
		kt_skip("no screen");
	if (pages_per_cell() > 1UL << (MAX_ORDER - 1))
		kt_skip("a cell is more than a block");
	page = alloc_pages(GFP_KERNEL, MAX_ORDER - 1);
	if (!page)
		kt_skip("no large block");
	pfn = page_to_pfn(page);
	screen_map_on();
	kt_eq(shown_at(pfn), 'H');
	__free_pages(page, MAX_ORDER - 1);
	drain_all_pages(); /* a CPU may keep it */
	screen_map_on();
	kt_eq(shown_at(pfn), 'a');
	put_back(was_on);
}

/* The cell of @pfn as soon as it is drawn differently. */
static u16 changed_cell(unsigned long pfn)
{
	u16 before = shown_cell(pfn);
	unsigned int ticks;

	for (ticks = 0; ticks < 1000 && shown_cell(pfn) == before; ticks++) {
		progress_hooks.next_draw_us = 0;
		progress_tick();
	}
	return shown_cell(pfn);
}

/* Each row begins with the address of its first page, or where there are several nodes with its
 * number and its node. */
KTEST(screen_map, a_row_begins_with_where_it_is, SHORT)
{
	unsigned long pages = CELLS_PER_ROW * pages_per_cell(), pfn;
	bool was_on = title_is_shown();
	unsigned int i;
	char want[16];

	if (!screen_map_on())
		kt_skip("no screen");
	for (pfn = 0; pfn < max_pfn; pfn += pages) {
		if (nr_online_nodes < 2)
			snprintf(want, sizeof(want), "%08lx", pfn << PAGE_SHIFT);
		else if (pfn_valid(pfn))
			snprintf(want, sizeof(want), "%05lx N%u", pfn,
				 page_to_nid(pfn_to_page(pfn)));
		else
			snprintf(want, sizeof(want), "%05lx", pfn);
		for (i = 0; want[i]; i++)
			kt_eq((char)screen_get(1 + (unsigned int)(pfn / pages), i), want[i]);
	}
	put_back(was_on);
}

#define PAPER(cell) ((cell) >> 12)

/* One page of the monitor's is enough; one that somebody else takes is not, unless it is all of the
 * cell, but changes colour. */
KTEST(screen_map, a_single_page_is_seen, SHORT)
{
	bool was_on = title_is_shown();
	unsigned long pfn;
	struct page *page;
	char line[32];
	u16 cell;

	if (!screen_rows())
		kt_skip("no screen");
	screen_map_on();
	kt_assert(run("alloc 0") == 0);
	pfn = page_to_pfn(held_last);
	kt_eq((char)changed_cell(pfn), 'H');
	kt_eq(PAPER(shown_cell(pfn)), SCREEN_LIGHT_RED);
	snprintf(line, sizeof(line), "free %lu", pfn);
	kt_eq(run(line), 0);
	kt_eq(PAPER(changed_cell(pfn)), SCREEN_WHITE); /* it has changed */

	screen_map_on(); /* everything anew: nothing has */
	kt_true(PAPER(shown_cell(pfn)) != SCREEN_WHITE);
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	cell = changed_cell(page_to_pfn(page));
	kt_true(PAPER(cell) == SCREEN_WHITE || (char)cell == 'H');
	__free_page(page);
	put_back(was_on);
}

/* Where most of a cell is held by somebody, a page that is freed makes it white as elsewhere. */
KTEST(screen_map, a_change_is_seen_among_held_pages, SHORT)
{
	struct page *block = alloc_pages(GFP_KERNEL, MAX_ORDER - 2);
	unsigned long middle = 1UL << (MAX_ORDER - 3), i;
	bool was_on = title_is_shown();

	if (!block)
		kt_skip("no large block");
	split_page(block, MAX_ORDER - 2);
	if (screen_map_on() && PAPER(shown_cell(page_to_pfn(block + middle))) == SCREEN_LIGHT_RED) {
		__free_page(block + middle);
		kt_eq(PAPER(changed_cell(page_to_pfn(block + middle))), SCREEN_WHITE);
	} else {
		__free_page(block + middle);
	}
	for (i = 0; i < 1UL << (MAX_ORDER - 2); i++)
		if (i != middle)
			__free_page(block + i);
	put_back(was_on);
}

KTEST(screen_map, a_single_slab_is_seen, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("screen_map", 2000, 0, 0, NULL);
	bool was_on = title_is_shown();
	void *obj;

	kt_assert(cache);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	if (screen_rows() && kt_true(obj)) {
		screen_map_on();
		kt_eq(shown_at(page_to_pfn(virt_to_page(obj))), 'S');
		put_back(was_on);
	}
	if (obj)
		kmem_cache_free(cache, obj);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(screen_map, a_tick_draws, SHORT)
{
	bool was_on = title_is_shown();

	if (!screen_rows() || !clock_us())
		kt_skip("no screen, or no timer that says when to draw");
	screen_map_on();
	screen_put(1, LABEL_WIDTH, screen_cell('?', SCREEN_WHITE, SCREEN_RED));
	progress_hooks.next_draw_us = 0;
	progress_tick();
	kt_true(shown_at(0) != '?');
	put_back(was_on);
}

KTEST(screen_map, the_command_switches, SHORT)
{
	bool was_on = title_is_shown();

	if (!screen_rows()) {
		kt_eq(run("screen map"), -ENOENT);
		kt_str_eq(text, "screen: there is none\n");
		return;
	}
	kt_eq(run("screen text"), 0);
	kt_false(title_is_shown());
	kt_true(progress_hooks.draw == screen_idle); /* text that waits is still shown */
	kt_eq(run("screen map"), 0);
	kt_true(title_is_shown());
	kt_true(progress_hooks.draw != screen_idle);
	kt_str_eq(text, "");
	put_back(was_on);
}

KTEST(screen_map, without_memory_there_is_no_picture, SHORT)
{
	unsigned int nr = e820_map.nr;

	if (!screen_rows())
		kt_skip("no screen");
	e820_map.nr = 0;
	kt_eq(run("screen map"), -ENOENT);
	e820_map.nr = nr;
	kt_str_eq(text, "screen: there is no memory to show\n");
}

KTEST(screen_map, the_command_refuses_other_words, SHORT)
{
	kt_eq(run("screen"), -EINVAL);
	kt_str_eq(text, "screen: expected 1 argument, got 0\nusage: screen map|text\n");
	kt_eq(run("screen maps"), screen_rows() ? -EINVAL : -ENOENT);
}
