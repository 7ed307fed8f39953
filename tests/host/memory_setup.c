/* SPDX-License-Identifier: 0BSD
 *
 * memory_setup.c - what there is when memory_setup() calls a machine's hooks: the boot of this
 * program was watched.
 */
#include <asm/firmware/memory_setup.h>
#include <asm/setup.h>
#include <lib/align.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

#include "host.h"

static struct moment {
	char last_entry[LEDGER_NAME_SIZE]; /* of the ledger */
	unsigned int calls, place;
	bool has_limits, has_bootmem, has_zones;
	unsigned long free_pages;
} parts, reserve, window, probed, paging, early, retired;

static unsigned int place;

/* The first call counts. */
static void note(struct moment *moment)
{
	if (moment->calls++)
		return;
	strlcpy(moment->last_entry, ledger.name[ledger.nr - 1], LEDGER_NAME_SIZE);
	moment->place = ++place;
	moment->has_limits = max_pfn != 0;
	moment->has_bootmem = bootmem_is_live();
	moment->has_zones = NODE_DATA(0)->node_present_pages != 0;
	moment->free_pages = nr_free_pages();
}

static void at_image_parts(void)
{
	note(&parts);
}

static void at_reserve(void)
{
	note(&reserve);
}

static void *at_window(unsigned long pfn, unsigned long pages)
{
	note(&window);
	return machine_window(pfn, pages);
}

static void no_cache(void *start __unused, size_t bytes __unused)
{
}

static const struct ram_access watched_ram = { at_window, no_cache };

static void at_probed(void)
{
	note(&probed);
}

static void at_paging(void)
{
	note(&paging);
}

static void at_early(void)
{
	note(&early);
}

static void at_retired(void)
{
	note(&retired);
}

void host_watch(struct machine_memory *machine)
{
	machine->reserve_image_parts = at_image_parts;
	machine->reserve = at_reserve;
	machine->ram = &watched_ram;
	machine->ram_probed = at_probed;
	machine->start_paging = at_paging;
	machine->early = at_early;
	machine->bootmem_retired = at_retired;
}

KTEST(memory_setup, hooks_are_called_once_and_in_order, SHORT)
{
	const struct moment *const moments[] = { &parts,  &reserve, &window, &probed,
						 &paging, &early,   &retired };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(moments); i++) {
		kt_eq(moments[i]->place, i + 1);
		if (moments[i] != &window)
			kt_eq(moments[i]->calls, 1);
	}
	kt_true(window.calls > 1);
}

KTEST(memory_setup, the_ledger_is_filled_before_pages_are_tried, SHORT)
{
	kt_str_eq(parts.last_entry, "kernel image");
	kt_str_eq(reserve.last_entry, "AP trampoline");
	kt_false(probed.has_limits); /* RAM may still be left out */
}

KTEST(memory_setup, bootmem_lives_from_paging_to_early_code, SHORT)
{
	kt_false(reserve.has_bootmem);
	kt_str_eq(paging.last_entry, "bootmem bitmap");
	kt_true(paging.has_bootmem && !paging.has_zones);
	kt_true(early.has_bootmem && early.has_zones);
	kt_eq(early.free_pages, 0);
	kt_false(retired.has_bootmem);
	kt_true(retired.free_pages > 0);
}
