/* SPDX-License-Identifier: 0BSD
 *
 * lesson_10_double_free.c - frees that are wrong: what is compared, and what is said.
 *
 * A bad free stops the kernel. So what is shown of pages and of a plain object is what the
 * allocator would look at and the line it would stop with, by the code that prints it; the object
 * of a debugged cache is really freed twice, which is only reported.
 */
#include "own_cache.h"

#include <lib/format.h>
#include <lib/out.h>
#include <lib/string.h>
#include <mm/page_alloc.h>

#include "slab_bug.h"
#include "slab_debug.h"

#define ORDER 2

static struct page *page; /* NULL: it is freed */
static struct page *freed;
static struct kmem_cache *debugged;

/* --- what the kernel says: a line, in lines that fit the screen ------------------------------- */

static char said[512];

static void keep_text(struct out *out __unused, const char *fmt, va_list ap)
{
	size_t len = strlen(said);

	vsnprintf(said + len, sizeof(said) - len, fmt, ap);
	for (; said[len]; len++)
		if (said[len] == '\n')
			said[len] = ' ';
}

static struct out keep = { keep_text };

/* Print what was kept, and begin anew. */
static void say_kept(struct lesson_run *run)
{
	lesson_say_wrapped(run, "", said);
	said[0] = '\0';
}

static void show_bad_free(struct lesson_run *run, const struct page *p, unsigned int order)
{
	bad_free_show(&keep, p, order);
	say_kept(run);
}

/* --- the lesson ------------------------------------------------------------------------------ */

static bool open(struct lesson_run *run)
{
	if (!own_cache_open(run, 64, 0))
		return false;
	debugged = kmem_cache_create("lesson-debugged", 64, 0, SLAB_CONSISTENCY_CHECKS, NULL);
	page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, ORDER);
	freed = page;
	if (debugged && page && own_cache_take() && own_cache_take())
		return true;
	lesson_say(run, "This lesson needs a block of %lu pages, and two caches\n", 1UL << ORDER);
	if (page)
		__free_pages(page, ORDER);
	own_cache_destroy(debugged);
	own_cache_close();
	return false;
}

static void close(void)
{
	if (page)
		__free_pages(page, ORDER);
	page = NULL;
	own_cache_destroy(debugged);
	own_cache_close();
}

static void draw_page(struct lesson_run *run, const char *name, const struct page *p)
{
	lesson_say(run, "  %-11s pfn %lu: state bits 0x%lx, order %u, count %d\n", name,
		   page_to_pfn(p), p->flags & PG_STATE_MASK & ~PG_ORDER_MASK, page_order(p),
		   p->_count);
}

static void draw(struct lesson_run *run)
{
	draw_page(run, "first page", freed);
	draw_page(run, "second page", freed + 1);
}

static void say_wrong_order(struct lesson_run *run)
{
	show_bad_free(run, freed, ORDER - 1);
}

static u64 pages_lost(void)
{
	return (1U << page_order(freed)) - (1U << (ORDER - 1));
}

static void say_second_page(struct lesson_run *run)
{
	show_bad_free(run, freed + 1, 0);
}

static u64 pfn_of_block(void)
{
	return page_to_pfn(freed);
}

static void free_page_once(struct lesson_run *run)
{
	__free_pages(page, ORDER);
	page = NULL;
	lesson_say(run, "It is freed. A second __free_pages() would stop with:\n");
	show_bad_free(run, freed, ORDER);
}

static u64 is_of_zone(void)
{
	return !PagePcp(freed);
}

static void show_object(struct lesson_run *run, const void *obj)
{
	slab_object_show(&keep, obj);
	say_kept(run);
}

static void free_object(struct lesson_run *run)
{
	void *obj = own_cache.obj[0];

	show_object(run, obj);
	own_cache_free(0);
	show_object(run, obj);
	lesson_say(run, "%s second kfree() would stop with:\n",
		   slab_debug_is_lenient(own_cache.cache) ? "Without slab_debug= a" : "A");
	slab_double_free_show(&keep, obj, "kfree");
	say_kept(run);
}

static u64 objects_out(void)
{
	return kmem_cache_active(own_cache.cache);
}

static void free_twice(struct lesson_run *run)
{
	void *obj = kmem_cache_alloc(debugged, GFP_KERNEL | __GFP_NOWARN);
	void *other = kmem_cache_alloc(debugged, GFP_KERNEL | __GFP_NOWARN);

	if (obj && other) {
		kmem_cache_free(debugged, obj);
		kmem_cache_free(debugged, obj);
		lesson_say(run, "The kernel has said so in its log, and goes on\n");
	}
	if (other)
		kmem_cache_free(debugged, other);
}

static u64 debugged_out(void)
{
	return kmem_cache_active(debugged);
}

static const struct lesson_step steps[] = {
	{
		.text = "A block of order 2, four pages, is in use. The first page's struct "
			"page has the order, and one reference. Freed with order 1, "
			"the kernel would stop with:",
		.say = say_wrong_order,
		.question = "How many pages would be lost if that were let through?",
		.answer = pages_lost,
		.why = "those behind the ones that were freed: nobody would free them any "
		       "more. State and order are one word, so both are compared at "
		       "once.",
	},
	{
		.text = "The second page is given to __free_pages(), as a single page:",
		.say = say_second_page,
		.question = "Which pfn is that of a page with which this block can be freed?",
		.answer = pfn_of_block,
		.why = "the first one: it has the count of references. A page without one "
		       "is not the caller's to free: it lies inside a block, or is free "
		       "already.",
	},
	{
		.text = "The block is freed, as it should be.",
		.act = free_page_once,
		.question = "State bit 0x10 is a block that a CPU keeps at hand. Is this one the "
			    "zone's again (yes or no)?",
		.answer = is_of_zone,
		.kind = LESSON_YES_NO,
		.why = "a CPU keeps what it freed last, where zones are large enough for "
		       "that; else the block is on a list of its zone (bit 0x2) or "
		       "part of a larger one. In each case its count is 0, and a "
		       "second free finds that.",
	},
	{
		.text = "Two objects of a cache are in use, and one is freed. kfree() finds "
			"the object by its page, and looks at what the slab knows of it.",
		.act = free_object,
		.question = "How many objects of the cache are out now?",
		.answer = objects_out,
		.why = "one of two. A second free would have to make that 0, and hand one "
		       "object out twice later on; it does not get that far.",
		.no_picture = true,
	},
	{
		.text = "A cache with SLAB_CONSISTENCY_CHECKS (slab_debug=F gives it to all) "
			"only reports what is wrong. Of two objects one is really freed twice, "
			"then the other one once.",
		.act = free_twice,
		.question = "How many objects of that cache are out?",
		.answer = debugged_out,
		.why = "each was freed once: the second free was reported, and not done.",
		.no_picture = true,
	},
};
LESSON(10, 10, "a double free, and how it is found", "6.3, 8.3", "3.5.6, 3.6.4", open, close, draw,
       steps, ARRAY_SIZE(steps));
