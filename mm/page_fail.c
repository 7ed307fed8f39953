/* SPDX-License-Identifier: 0BSD
 *
 * page_fail.c - what is said when a request gets no page.
 *
 * 1. Concepts    The first words are Linux's, so that whoever watches its log finds them; so are
 *                the lines of the zones and their free blocks. In between stands the reason: too
 *                little memory, none in one piece, or a reserve that this request may not use.
 * 2. Rate        Who cannot get memory asks again, and fails again. So a report keeps the next ones
 *                away for REPORT_INTERVAL_US; how many there would have been, the next one says.
 *                Without a clock only the first failure is reported.
 * 3. Locking     fail_lock for the time and the count. The report itself takes no zone's lock:
 *                its numbers may not fit together.
 * 4. Not done    Which process it was (there is none), what could be swapped.
 */
#include <lib/out.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <mm/report.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <mm/watermark.h>
#include "page_debug.h"
#include "page_slow.h"

#define REPORT_INTERVAL_US 10000000ULL /* as in Linux */

#define OWNERS_SHOWN 3 /* with page_owner */

u64 (*page_alloc_clock)(void);

static DEFINE_SPINLOCK(fail_lock);
static struct report_limit shortages, bad_orders, injected;

bool report_is_due(struct report_limit *limit, unsigned int *suppressed)
{
	u64 now = page_alloc_clock ? page_alloc_clock() : 0;
	unsigned long flags;
	bool due;

	spin_lock_irqsave(&fail_lock, flags);
	due = !limit->used || now - limit->last >= REPORT_INTERVAL_US;
	*suppressed = limit->suppressed;
	limit->suppressed = due ? 0 : limit->suppressed + 1;
	if (due)
		limit->last = now;
	limit->used = true;
	spin_unlock_irqrestore(&fail_lock, flags);
	return due;
}

/* Free pages in the zones that @request may use; is there a block that is large enough? */
static unsigned long pages_for(const struct alloc_request *request, bool *has_block)
{
	struct zone *const *slot;
	unsigned long pages = 0;

	*has_block = false;
	for (slot = request->zones; *slot; slot++) {
		pages += (*slot)->nr_free_pages;
		*has_block |= zone_free_orders(*slot) >> request->order != 0;
	}
	return pages;
}

static void show_reason(const struct alloc_request *request)
{
	bool has_block;
	unsigned long pages = pages_for(request, &has_block);

	if (request->gfp & __GFP_THISNODE)
		printk(KERN_WARNING "node %d and no other has to serve it, of %lukB\n",
		       request->nid, K(NODE_DATA(request->nid)->node_present_pages));
	printk(KERN_WARNING "%lukB are free in zones that it may use, %lukB are needed: %s\n",
	       K(pages), K(1UL << request->order),
	       has_block			? "what is left is kept for urgent requests"
	       : pages >= 1UL << request->order ? "no block is large enough"
						: "that is too little");
}

/* What the request would have got, had it been one that may call shrinkers. */
static void show_empty_slabs(const struct alloc_request *request)
{
	unsigned long pages = slab_nr_empty_pages();

	if (pages && !(request->gfp & __GFP_DIRECT_RECLAIM))
		printk(KERN_WARNING "%lukB lie in empty slabs, which only a request with "
				    "__GFP_DIRECT_RECLAIM brings back\n",
		       K(pages));
}

static void show_marks(const struct zone *zone)
{
	unsigned int i;

	printk(KERN_WARNING "Node %d %s free:%lukB min:%lukB low:%lukB high:%lukB present:%lukB "
			    "managed:%lukB free_pcp:%lukB\n",
	       zone->zone_pgdat->node_id, zone->name, K(zone->nr_free_pages), K(zone->pages_min),
	       K(zone->pages_low), K(zone->pages_high), K(zone->present_pages),
	       K(zone->managed_pages), K(zone_nr_pcp_pages(zone)));
	printk(KERN_WARNING "lowmem_reserve[]:");
	for (i = 0; i < MAX_NR_ZONES; i++)
		printk(" %lu", zone->lowmem_reserve[i]);
	printk("\n");
}

static void show_free_blocks(const struct zone *zone)
{
	unsigned long pages = 0;
	unsigned int order;

	printk(KERN_WARNING "Node %d %s:", zone->zone_pgdat->node_id, zone->name);
	for (order = 0; order < MAX_ORDER; order++) {
		unsigned long nr = zone->free_area[order].nr_free;

		printk(" %lu*%lukB", nr, K(1UL << order));
		pages += nr << order;
	}
	printk(" = %lukB\n", K(pages));
}

void show_free_areas(void)
{
	const struct zone *zone;

	for_each_populated_zone (zone)
		show_marks(zone);
	for_each_populated_zone (zone)
		show_free_blocks(zone);
}

#define TRACE_DEPTH  12
#define SKIP_CALLERS 2 /* who reports says nothing about the request */

/* Who asked, as far as the port can tell. */
static void show_callers(void)
{
	const struct page_debug_port *port = page_debug_port;
	unsigned long entry[TRACE_DEPTH];

	if (!port->log || !port->stack_trace)
		return;
	out_printf(port->log, "Call trace:\n");
	show_calls(port->log, entry, port->stack_trace(entry, TRACE_DEPTH, SKIP_CALLERS));
}

static void show_vmalloc(void)
{
	struct vmalloc_usage usage;

	vmalloc_usage(&usage);
	if (usage.used)
		printk(KERN_WARNING "vmalloc: areas of %lukB\n", usage.used >> 10);
}

static void report_failure(const struct alloc_request *request)
{
	char text[GFP_TEXT_SIZE];

	printk(KERN_WARNING "mmkit: page allocation failure: order:%u, mode:0x%x(%s)",
	       request->order, request->gfp, gfp_text(text, request->gfp));
	if (request->order >= MAX_ORDER) {
		printk(", but the largest order is %d, of %lukB\n", MAX_ORDER - 1,
		       K(MAX_ORDER_NR_PAGES));
		return;
	}
	printk("\n");
	show_reason(request);
	show_empty_slabs(request);
	show_callers();
	printk(KERN_WARNING "Mem-Info:\n");
	show_free_areas();
	slab_log_largest();
	show_vmalloc();
	page_owner_largest(NULL, OWNERS_SHOWN);
}

void warn_alloc(const struct alloc_request *request)
{
	struct report_limit *limit = request->order < MAX_ORDER ? &shortages : &bad_orders;
	unsigned int suppressed;

	if (request->gfp & __GFP_NOFAIL) {
		report_failure(request);
		panic("no block of order %u for a request with __GFP_NOFAIL", request->order);
	}
	if ((request->gfp & __GFP_NOWARN) || !report_is_due(limit, &suppressed))
		return;
	if (suppressed)
		printk(KERN_WARNING "warn_alloc: %u callbacks suppressed\n", suppressed);
	report_failure(request);
}

void warn_injected(const struct alloc_request *request)
{
	unsigned int suppressed;

	if ((request->gfp & __GFP_NOWARN) || !report_is_due(&injected, &suppressed))
		return;
	show_injected_fault();
	show_callers();
}
