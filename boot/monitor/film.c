/* SPDX-License-Identifier: 0BSD
 *
 * film.c - the option `film`: frames of the boot on the console.
 *
 * A frame is what the monitor prints, so nothing here knows what a report looks like. Each report
 * appears as soon as there is what it is about.
 */
#include <boot/monitor/film.h>

#include <boot/monitor/monitor.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>
#include <mm/slab.h>

bool film_wanted;

static int __init set_film(const char *value)
{
	if (value)
		return -EINVAL;
	film_wanted = true;
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
	{ "map", "map plain", always },
	{ "runs", "map runs", always },
	{ "zoneinfo", "zoneinfo", zones_exist },
	{ "buddyinfo", "buddyinfo", buddy_exists },
	{ "slabinfo", "slabinfo", slab_exists },
	{ "meminfo", "meminfo", buddy_exists },
};

void film_print_frame(const char *name, const char *fmt, ...)
{
	unsigned int i;
	va_list ap;

	kprint("FILM frame %s ", name);
	va_start(ap, fmt);
	vkprint(fmt, ap);
	va_end(ap);
	kprint("\n");
	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		if (!sections[i].exists())
			continue;
		kprint("FILM section %s\n", sections[i].name);
		monitor_run_to(&console_out, sections[i].command, true);
	}
	kprint("FILM end\n");
}
