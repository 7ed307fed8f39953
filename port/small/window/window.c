/* SPDX-License-Identifier: 0BSD
 *
 * window.c - what only the kernel with mem_map in a window has: arch_map_kernel(), and mistakes
 * that are in headers elsewhere.
 */
#include "../small.h"

unsigned long small_offset = SMALL_OFFSET;
bool irq_save_keeps_them_on, irq_restore_does_nothing, irq_restore_switches_on;
bool lock_does_nothing, unlock_does_nothing;
static bool maps_nothing, maps_one_frame, maps_the_next_frame, maps_read_only, has_no_tables;

int arch_map_kernel(unsigned long va, unsigned long pfn, unsigned long nr, pgprot_t prot __unused)
{
	if (has_no_tables)
		return -1;
	for (; nr && !maps_nothing; nr--, va += PAGE_SIZE, pfn++)
		map_page(va, maps_one_frame ? 2048 : pfn + maps_the_next_frame, !maps_read_only);
	return 0;
}

static const struct {
	const char *name;
	bool *made;
} mistakes[] = {
	{ "irq-save-does-nothing", &irq_save_keeps_them_on },
	{ "irq-restore-does-nothing", &irq_restore_does_nothing },
	{ "irq-restore-switches-on", &irq_restore_switches_on },
	{ "lock-does-nothing", &lock_does_nothing },
	{ "unlock-does-nothing", &unlock_does_nothing },
	{ "map-nothing", &maps_nothing },
	{ "map-one-frame", &maps_one_frame },
	{ "map-next-frame", &maps_the_next_frame },
	{ "map-read-only", &maps_read_only },
	{ "map-without-tables", &has_no_tables },
};

static const struct {
	const char *name;
	unsigned long offset;
} offsets[] = {
	{ "offset-c0000000", 0xC0000000UL },
	{ "offset-one-page", SMALL_OFFSET + 4096 },
	{ "offset-minus-1m", SMALL_OFFSET - 0x100000UL },
};

void make_port_mistake(const char *name)
{
	unsigned int i;

	start_paging(0);
	for (i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (same_word(name, mistakes[i].name))
			*mistakes[i].made = true;
	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		if (same_word(name, offsets[i].name))
			small_offset = offsets[i].offset;
}
