/* SPDX-License-Identifier: 0BSD
 *
 * leaks_sites.c - a part of the monitor's `leaks`: the objects in use by the calls that
 * allocated them.
 */
#include "leaks_sites.h"

#include <lib/format.h>
#include <mm/leak_sites.h>
#include <mm/page_alloc.h>

u64 leaks_sites_now(void)
{
	return page_alloc_clock ? page_alloc_clock() : 0;
}

/* Who called the allocator, and who called him. */
static void show_callers(struct out *out, const struct slab_track *track)
{
	unsigned long first = slab_track_caller(track, 0), second = slab_track_caller(track, 1);

	if (first)
		out_printf(out, "%pS", (void *)first);
	else
		out_printf(out, "the table of call traces was full");
	if (second)
		out_printf(out, " < %pS", (void *)second);
	out_printf(out, "\n");
}

/* Ages above an hour are all the same. */
static void show_site(struct out *out, const struct leak_site *site)
{
	u64 age = leaks_sites_now() - site->oldest.us;
	unsigned long us = (unsigned long)min(age, (u64)~0U);

	out_printf(out, "  %lu object%s, %lu byte%s, the oldest %lu.%03lu s old: ", site->nr,
		   PLURAL(site->nr), site->bytes, PLURAL(site->bytes), us / 1000000,
		   us / 1000 % 1000);
	show_callers(out, &site->oldest);
}

bool leaks_show_sites(struct out *out, u64 since)
{
	static struct leak_sites sites; /* too large for the stack */
	unsigned int i;

	leak_sites(&sites, since);
	if (!sites.nr)
		return false;
	out_printf(out, "objects in use%s, by the calls that allocated them:\n",
		   since ? " and not older" : "");
	for (i = 0; i < sites.nr; i++)
		show_site(out, &sites.site[i]);
	if (sites.others)
		out_printf(out, "  %lu object%s more\n", sites.others, PLURAL(sites.others));
	return true;
}
