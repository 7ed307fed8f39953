/* SPDX-License-Identifier: 0BSD
 *
 * film.c - the option `film`: frames of the boot on the console.
 *
 * A frame is what the monitor prints, so nothing here knows what a report looks like. Each report
 * appears as soon as there is what it is about. The boot does not know that it is filmed: a
 * listener hears its phases. What happens between two frames of bootmem's time is in the log, call
 * by call: bootmem_debug is on until bootmem is retired.
 */
#include <boot/monitor/film.h>

#include <boot/monitor/monitor.h>
#include <lib/param.h>
#include <lib/phase.h>
#include <lib/printk.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <mm/slab.h>

#define STEPS_MAX 8

bool film_wanted;

static int __init set_film(const char *value)
{
	if (value)
		return -EINVAL;
	film_wanted = true;
	bootmem_debug = true;
	return 0;
}
KERNEL_PARAM(film, "film", set_film);

static bool always(void)
{
	return true;
}

static bool zones_exist(void)
{
	return nr_present_pages() != 0;
}

static bool bootmem_exists(void)
{
	return bootmem_is_live() || zones_exist();
}

static bool buddy_exists(void)
{
	return zones_exist() && !bootmem_is_live();
}

static bool slab_exists(void)
{
	return kmem_cache_next(NULL) != NULL;
}

static const struct {
	const char *name, *command;
	bool (*exists)(void);
} sections[] = {
	{ "e820", "e820", always },
	{ "bootmem", "bootmem", bootmem_exists },
	{ "bitmap", "bitmap", bootmem_is_live },
	{ "map", "map plain", always },
	{ "runs", "map runs", always },
	{ "types", "map types", zones_exist },
	{ "zoneinfo", "zoneinfo", zones_exist },
	{ "buddyinfo", "buddyinfo", buddy_exists },
	{ "slabinfo", "slabinfo", slab_exists },
	{ "meminfo", "meminfo", buddy_exists },
};

/* The steps of bootmem's start: only the first that change how much is free have a frame. */
static bool has_a_frame(enum boot_phase phase)
{
	static enum boot_phase last_phase;
	static unsigned long last_changed;
	static unsigned int frames;
	unsigned long changed = bootmem_taken_pages + bootmem_given_pages;
	bool is_step = phase == PHASE_BOOTMEM_RAM || phase == PHASE_BOOTMEM_LEDGER;
	bool is_new = changed != last_changed;

	if (phase != last_phase)
		frames = 0;
	last_phase = phase;
	last_changed = changed;
	return !is_step || (is_new && frames++ < STEPS_MAX);
}

static void print_frame(const char *name, const char *fmt, va_list ap)
{
	unsigned int i;

	kprint("FILM frame %s ", name);
	vkprint(fmt, ap);
	kprint("\n");
	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		if (!sections[i].exists())
			continue;
		kprint("FILM section %s\n", sections[i].name);
		monitor_run_to(&console_out, sections[i].command, true);
	}
	kprint("FILM end\n");
}

static void film(enum boot_phase phase, const char *fmt, va_list ap)
{
	if (!film_wanted)
		return;
	if (has_a_frame(phase))
		print_frame(boot_phase_name(phase), fmt, ap);
	if (phase == PHASE_BUDDY)
		bootmem_debug = false; /* tests begin others */
}
BOOT_LISTENER(film);
