/* SPDX-License-Identifier: 0BSD
 *
 * page_debug.c - what happens to a page on its way out of the free lists and back into them, while
 * an option asks for it.
 *
 * 1. Concepts    Whoever uses a page after it was freed reads or destroys what belongs to somebody
 *                else, and is seen long afterwards, if at all. With these options the page itself
 *                tells: it cannot be reached (debug_pagealloc), it no longer holds what was written
 *                into it when it became free (page_poison.c), and it knows who had it
 *                (page_owner.c).
 * 2. Order       A page becomes free: owner, poison, unmapped. It is handed out: mapped, poison
 *                compared, owner. So a report about its contents can name the one who freed it.
 *                Bootmem's pages and those of .init take the same way when they are given to the
 *                allocator, so that every free page has the state, from the first one on.
 * 3. State       "Free" is the state: no bit says that a page is poisoned or unmapped, since all
 *                free pages are, and blocks could not be merged by comparing one word.
 * 4. Invariants  (check_page_debug.c; the direct map is the port's: check_pgtable.c has its own)
 *                D1 with page_poison every byte of a free page is 0xaa; D2 with page_owner the
 *                traces hold as many pages as are handed out.
 * 5. Locking     The caller's: a page that comes by is neither on a list nor known to a caller.
 *                depot->lock (stack_depot.c) is taken under any lock.
 * 6. Not done    Guard pages behind a block (Linux's debug_guardpage_minorder). A read of a free
 *                page is found by debug_pagealloc only, and by nothing in HighMem, where a page is
 *                mapped only while kmap() lends it an address.
 */
#include <lib/out.h>
#include "internal.h"
#include "page_debug.h"

bool page_debugging;
unsigned int page_debug_features;

static const struct page_debug_port no_port;
const struct page_debug_port *page_debug_port = &no_port;

static unsigned int wanted __initdata;

void __init page_debug_want(unsigned int features, bool on)
{
	wanted = on ? wanted | features : wanted & ~features;
}

static void __init switch_on(unsigned int feature, bool possible, const char *name,
			     const char *what)
{
	if (!(wanted & feature))
		return;
	if (possible) {
		page_debug_features |= feature;
		printk("%s: %s\n", name, what);
	} else {
		printk(KERN_WARNING "%s: this port cannot do it, off\n", name);
	}
}

void __init page_debug_init(const struct page_debug_port *port)
{
	mm_bug_on(nr_present_pages(), "called after free_area_init_nodes()");
	if (port)
		page_debug_port = port;
	switch_on(PAGE_DEBUG_UNMAP, page_debug_port->map_pages, "debug_pagealloc",
		  "free pages are not mapped");
	switch_on(PAGE_DEBUG_POISON, true, "page_poison", "free pages hold 0xaa");
	switch_on(PAGE_DEBUG_OWNER, page_debug_port->stack_trace, "page_owner",
		  "every page knows who had it");
	switch_on(PAGE_DEBUG_FAIL, true, "fail_page_alloc", "requests fail on purpose");
	page_debugging = page_debug_features;
	if (page_debugging)
		mm_check_register(&page_debug_checker);
}

bool page_debug_is_on(unsigned int features)
{
	return (page_debug_features & features) == features;
}

bool kernel_map_pages(struct page *page, unsigned long nr, bool enable)
{
	if (!debug_pagealloc_enabled() || PageHighMem(page))
		return true;
	return page_debug_port->map_pages(page_to_pfn(page), nr, enable);
}

void page_debug_alloc_slow(struct page *page, unsigned int order, gfp_t gfp)
{
	kernel_map_pages(page, 1UL << order, true);
	if (page_debug_is_on(PAGE_DEBUG_POISON))
		page_poison_check(page, order);
	if (page_debug_is_on(PAGE_DEBUG_OWNER))
		page_owner_alloc(page, order, gfp);
}

void page_debug_free_slow(struct page *page, unsigned int order)
{
	if (page_debug_is_on(PAGE_DEBUG_OWNER))
		page_owner_free(page, order);
	if (page_debug_is_on(PAGE_DEBUG_POISON))
		page_poison_fill(page, order);
	kernel_map_pages(page, 1UL << order, false);
}

void show_calls(struct out *out, const unsigned long *entry, unsigned int nr)
{
	unsigned long offset;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const char *name = NULL;

		/* The call stands before its return address. */
		if (page_debug_port->symbol)
			name = page_debug_port->symbol(entry[i] - 1, &offset);
		if (name)
			out_printf(out, " [<%08lx>] %s+0x%lx\n", entry[i], name, offset + 1);
		else
			out_printf(out, " [<%08lx>]\n", entry[i]);
	}
}
