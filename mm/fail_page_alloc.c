/* SPDX-License-Identifier: 0BSD
 *
 * fail_page_alloc.c - requests that fail on purpose (Linux's fault injection).
 *
 * 1. Concepts    What a caller does without memory is hardly ever tried. With fail_page_alloc= some
 *                requests get NULL as if there were none: those that a caller has to expect to
 *                fail, of more than one page and without __GFP_DIRECT_RECLAIM. These are the
 *                defaults of Linux, where they can be changed later on.
 * 2. Which       space comes first: so many bytes are handed out before anything fails. Of the rest
 *                every interval-th request is a candidate, of these probability per cent fail, and
 *                no more than times in all.
 * 3. Locking     None: a count that two CPUs change at once is off by one.
 * 4. Not done    Filters by task or call trace.
 */
#include <mm/report.h>
#include "page_debug.h"
#include "page_slow.h"

#define FAIL_MIN_ORDER 1

static struct fault_attr attr;

void __init fail_page_alloc_want(const struct fault_attr *wanted)
{
	attr = *wanted;
	page_debug_want(PAGE_DEBUG_FAIL, true);
}

/* The same numbers in each boot. */
static unsigned int random_below_100(struct fault_attr *fault)
{
	fault->seed = fault->seed * 1664525 + 1013904223;
	return (fault->seed >> 16) % 100;
}

bool should_fail(struct fault_attr *fault, unsigned long size)
{
	if (!fault->times)
		return false;
	if (fault->space > size) {
		fault->space -= size;
		return false;
	}
	if (fault->interval > 1 && ++fault->count % fault->interval)
		return false;
	if (random_below_100(fault) >= fault->probability)
		return false;
	if (fault->times > 0)
		fault->times--;
	return true;
}

bool should_fail_alloc_page(gfp_t gfp, unsigned int order)
{
	if (!page_debug_is_on(PAGE_DEBUG_FAIL) || order < FAIL_MIN_ORDER ||
	    (gfp & (__GFP_NOFAIL | __GFP_HIGHMEM | __GFP_DIRECT_RECLAIM)))
		return false;
	return should_fail(&attr, PAGE_SIZE << order);
}

void show_injected_fault(void)
{
	printk(KERN_WARNING "FAULT_INJECTION: forcing a failure.\n");
	printk(KERN_WARNING
	       "name fail_page_alloc, interval %u, probability %u, space %lu, times %d\n",
	       attr.interval, attr.probability, attr.space, attr.times);
}
