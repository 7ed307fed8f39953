/* SPDX-License-Identifier: 0BSD
 *
 * cmd_leaks.c - the monitor's `leaks`: what is out now and was not when kernel_main() began.
 *
 * 1. Concepts  Every page that the allocator manages is free, or belongs to a slab cache, or to a
 *              block that somebody took: the three are counted, before kernel_main() and now, and
 *              the difference says where pages went. In the caches objects are counted.
 * 2. Not leaks Areas of vmalloc() that wait for their flush, which is done first. Pages in empty
 *              slabs, which wait to be used again; the descriptors that caches keep in other
 *              caches; page tables, which arch_map_kernel() keeps; what the monitor's own alloc and
 *              kmalloc hold, which is named.
 * 3. Owners    Who took a block is noted with the option page_owner, and printed then. Without it,
 *              a list of the blocks, with those known taken off, tells enough: hardly anything is
 *              out beside the caches when the boot is over.
 * 4. Locking   None for pages; for caches those of slabinfo, which it does without after a panic.
 *              So `leaks` works then too, and the numbers may not fit together.
 */
#include <asm/pgtable.h>
#include <boot/monitor/completion.h>
#include <boot/monitor/leaks.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/panic.h>
#include <lib/string.h>
#include <mm/kfence.h>
#include <mm/mem_map.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "held.h"
#include "leaks_scan.h"
#include "leaks_sites.h"

#define MAX_BLOCKS_SHOWN 16

struct leaks_count leaks_base;

static unsigned long held_pages(void)
{
	const struct held *slot;
	unsigned long pages = 0;

	for_each_held (slot) {
		if (held_block(slot))
			pages += 1UL << page_order(held_block(slot));
	}
	return pages;
}

static unsigned long held_objects(const struct kmem_cache *cache)
{
	const struct held *slot;
	unsigned long nr = 0;

	for_each_held (slot)
		nr += held_cache(slot) == cache;
	return nr;
}

static void count_caches(struct leaks_count *count)
{
	struct kmem_cache *cache;

	for (cache = kmem_cache_next(NULL); cache; cache = kmem_cache_next(cache)) {
		struct leaks_cache *entry = &count->cache[count->nr_caches];

		if (count->nr_caches == LEAKS_MAX_CACHES) {
			count->caches_left_out++;
			continue;
		}
		entry->cache = cache;
		strlcpy(entry->name, kmem_cache_name(cache), LEAKS_NAME_SIZE);
		entry->active = kmem_cache_active(cache) - kmem_cache_descriptors(cache);
		entry->held = held_objects(cache);
		count->nr_caches++;
	}
}

static void count_all(struct leaks_count *count, const char *when)
{
	const struct zone *zone;

	memset(count, 0, sizeof(*count));
	if (!panic_in_progress()) {
		drain_all_pages();
		vm_unmap_aliases();
	}
	count->when = when;
	count->us = leaks_sites_now();
	count->slab_pages = slab_nr_pages();
	count->held_pages = held_pages();
	count->table_pages = kernel_nr_tables(NULL);
	for_each_populated_zone (zone) {
		count->free[zone_number(zone)] = zone->nr_free_pages;
		count->other_pages += zone->managed_pages - zone->nr_free_pages;
	}
	count->other_pages -= count->slab_pages;
	count_caches(count);
}

void leaks_mark(const char *when)
{
	count_all(&leaks_base, when);
}

/* ---- The difference, line by line; what is the same is not mentioned */

static void show_change(struct out *out, const char *what, const char *name, unsigned long now,
			unsigned long before)
{
	if (now != before)
		out_printf(out, "%s%s: %lu, were %lu (%+ld)\n", what, name, now, before,
			   (long)(now - before));
}

static void show_pages(struct out *out, const struct leaks_count *now)
{
	const struct zone *zone;
	unsigned int i;

	for_each_populated_zone (zone) {
		i = zone_number(zone);
		show_change(out, "free pages of zone ", zone->name, now->free[i],
			    leaks_base.free[i]);
	}
	show_change(out, "pages of slabs", "", now->slab_pages, leaks_base.slab_pages);
	if (now->slab_pages != leaks_base.slab_pages)
		out_printf(out, "  %lu of them in empty slabs, kept to be used again\n",
			   slab_nr_empty_pages());
	show_change(out, "other pages that are out", "", now->other_pages, leaks_base.other_pages);
	show_change(out, "  page tables among them", "", now->table_pages, leaks_base.table_pages);
}

/* The entry of the same cache in @count; NULL if there is none. */
static const struct leaks_cache *same_cache(const struct leaks_count *count,
					    const struct leaks_cache *entry)
{
	unsigned int i;

	for (i = 0; i < count->nr_caches; i++)
		if (count->cache[i].cache == entry->cache &&
		    !strcmp(count->cache[i].name, entry->name))
			return &count->cache[i];
	return NULL;
}

/* Return: objects that are out more than before, those aside that the monitor holds. */
static unsigned long compare_cache(struct out *out, const struct leaks_cache *now)
{
	const struct leaks_cache *before = same_cache(&leaks_base, now);
	unsigned long active = before ? before->active : 0, known = before ? before->held : 0;
	long more = (long)(now->active - now->held) - (long)(active - known);

	if (!before)
		out_printf(out, "cache %s is new\n", now->name);
	show_change(out, "objects of cache ", now->name, now->active, active);
	return more > 0 ? (unsigned long)more : 0;
}

static unsigned long compare_caches(struct out *out, const struct leaks_count *now)
{
	unsigned long more = 0;
	unsigned int i;

	for (i = 0; i < now->nr_caches; i++)
		more += compare_cache(out, &now->cache[i]);
	for (i = 0; i < leaks_base.nr_caches; i++)
		if (!same_cache(now, &leaks_base.cache[i]))
			out_printf(out, "cache %s is gone\n", leaks_base.cache[i].name);
	if (now->caches_left_out)
		out_printf(out, "%u further caches are not watched\n", now->caches_left_out);
	return more;
}

static void show_held(struct out *out)
{
	const struct held *slot;

	for_each_held (slot)
		held_show(out, slot);
}

static bool block_is_held(const struct page *page)
{
	const struct held *slot;

	for_each_held (slot)
		if (held_block(slot) == page)
			return true;
	return false;
}

/* The blocks of @zone that somebody took, slab caches and the monitor aside. Return: their number;
 * those after the first MAX_BLOCKS_SHOWN, of which there have been @nr, are not printed. */
static unsigned long show_blocks(struct out *out, const struct zone *zone, unsigned long nr)
{
	unsigned long pfn;

	for_each_zone_block (pfn, zone) {
		const struct page *page = pfn_to_page(pfn);

		if (!page->_count || PageReserved(page) || PageSlab(page) || block_is_held(page) ||
		    kernel_table_at(pfn) || kfence_has_page(pfn))
			continue;
		if (nr++ >= MAX_BLOCKS_SHOWN)
			continue;
		out_printf(out, "out: pfn %lu, order %u, %s\n", pfn, page_order(page),
			   PageKmalloc(page) ? "a large kmalloc()" : "from alloc_pages()");
		page_owner_show(out, pfn);
	}
	return nr;
}

static void show_all_blocks(struct out *out)
{
	const struct zone *zone;
	unsigned long nr = 0;

	for_each_populated_zone (zone)
		nr = show_blocks(out, zone, nr);
	if (nr > MAX_BLOCKS_SHOWN)
		out_printf(out, "out: %lu blocks more\n", nr - MAX_BLOCKS_SHOWN);
}

/* A panic during the boot: there is nothing to compare with, but what is out is known. */
static int show_without_base(struct out *out)
{
	out_printf(out, "kernel_main() has not begun: nothing to compare with\n");
	show_held(out);
	show_all_blocks(out);
	leaks_show_sites(out, 0);
	return 0;
}

/* Pages that were taken, nobody knows by whom. */
static unsigned long unknown_pages(const struct leaks_count *count)
{
	return count->other_pages - count->held_pages - count->table_pages;
}

/* How to hear more the next time. */
static void show_advice(struct out *out, bool pages, bool objects)
{
	if (pages && !page_debug_is_on(PAGE_DEBUG_OWNER))
		out_printf(out, "boot with the option page_owner to see who took pages\n");
	if (objects)
		out_printf(out, "boot with the option slab_debug=U to see who allocated objects\n");
}

static int compare(struct out *out)
{
	static struct leaks_count now; /* too large for the stack */
	unsigned long objects;
	bool known;
	long pages;

	count_all(&now, "");
	pages = (long)(unknown_pages(&now) - unknown_pages(&leaks_base));
	out_printf(out, "since %s:\n", leaks_base.when);
	show_pages(out, &now);
	objects = compare_caches(out, &now);
	show_held(out);
	if (pages > 0)
		show_all_blocks(out);
	known = leaks_show_sites(out, leaks_base.us);
	if (pages <= 0 && !objects) {
		out_printf(out, "nothing leaked\n");
		return 0;
	}
	out_printf(out, "leaked: %ld page%s, %lu object%s\n", max(pages, 0L), PLURAL(pages),
		   objects, PLURAL(objects));
	show_advice(out, pages > 0, objects && !known);
	return -EIO;
}

static int mark(struct out *out __unused)
{
	leaks_mark("leaks mark");
	return 0;
}

/* The scan takes memory, and is nothing for a panic. */
static int scan(struct out *out)
{
	if (!panic_in_progress() && slab_is_available())
		return leaks_scan(out);
	out_printf(out, "leaks: scan: not %s\n",
		   panic_in_progress() ? "after a panic" : "before kmem_cache_init()");
	return -EBUSY;
}

static int since_mark(struct out *out)
{
	return leaks_base.when ? compare(out) : show_without_base(out);
}

static const struct leaks_word {
	const char *word;
	int (*run)(struct out *out);
} leaks_words[] = { { "", since_mark }, { "mark", mark }, { "scan", scan } };

static int cmd_leaks(struct out *out, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	unsigned int i;

	for (i = 0; argc <= 2 && i < ARRAY_SIZE(leaks_words); i++)
		if (!strcmp(word, leaks_words[i].word))
			return leaks_words[i].run(out);
	out_printf(out, "leaks: \"%s\" is not \"mark\" or \"scan\" alone\n", argv[argc - 1]);
	return -EINVAL;
}

static void complete_leaks(struct completion *completion, int word)
{
	if (word != 1)
		return;
	completion_offer(completion, "mark");
	completion_offer(completion, "scan");
}

MONITOR_CMD(
	leaks, "[mark | scan]", MON_PANIC_SAFE | MON_WALKS,
	"what is out that was not when kernel_main() began", cmd_leaks, .group = MON_CHECK,
	.complete = complete_leaks,
	.more = "Pages and objects are compared with those before kernel_main(), or at the last\n"
		"`leaks mark`. What the monitor itself holds is listed and is no leak; nor are\n"
		"page tables and empty slabs. Anything else is, and the command fails. What your\n"
		"kernel means to keep is out, too: mark what is there, and look again later.\n"
		"With slab_debug=U it tells which calls allocated the objects that are out and\n"
		"not older than the mark, with page_owner which calls took pages.\n"
		"`leaks scan` names the memory in use that no pointer leads to any more, however\n"
		"long ago it was lost; not in a panic.\n"
		"Example: leaks mark; test buddy; leaks\n");
