/* SPDX-License-Identifier: 0BSD
 *
 * page_slow.c - when pages run out: who gets the last ones, who is asked to give some back, and
 * what is said in the end.
 */
#include <lib/format.h>
#include <lib/printk.h>
#include <mm/report.h>
#include <mm/shrinker.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <mm/watermark.h>
#include <mm/vmstat.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "internal.h"
#include "log_mark.h"
#include "page_debug.h"
#include "slab_backend.h"

/* --- taking everything ----------------------------------------------------------------------- */

/* Take what @gfp can have, in blocks of @order and smaller ones. Return: pages taken. */
static unsigned long take_all(struct list_head *taken, gfp_t gfp, unsigned int order)
{
	unsigned long pages = 0;
	struct page *page;

	do {
		while ((page = alloc_pages(gfp | __GFP_NOWARN, order)) != NULL) {
			list_add(&page->lru, taken);
			pages += 1UL << order;
		}
	} while (order--);
	return pages;
}

/* The same with blocks of @order of node @nid. */
static void take_node(struct list_head *taken, int nid, gfp_t gfp, unsigned int order)
{
	struct page *page;

	while ((page = alloc_pages_node(nid, gfp, order)) != NULL)
		list_add(&page->lru, taken);
}

static void give_back(struct list_head *taken)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, taken, lru)
		__free_pages(page, page_order(page));
	INIT_LIST_HEAD(taken);
}

/* Every zone that GFP_KERNEL may use has just what the rule @left says. */
static void expect_left(unsigned long (*left)(const struct zone *zone), const char *who)
{
	unsigned int best = zone_idx(node_zonelist(numa_node_id(), GFP_KERNEL)->zones[0]);
	const struct zone *zone;

	kt_case(who);
	for_each_populated_zone (zone)
		if (zone_idx(zone) != ZONE_HIGHMEM)
			kt_eq(zone->nr_free_pages,
			      left(zone) ? left(zone) + zone->lowmem_reserve[best] : 0);
	kt_case(NULL);
}

static unsigned long whole_min(const struct zone *zone)
{
	return zone->pages_min;
}

static unsigned long half_min(const struct zone *zone)
{
	return zone->pages_min - zone->pages_min / 2;
}

static unsigned long atomic_min(const struct zone *zone)
{
	return half_min(zone) - half_min(zone) / 4;
}

static unsigned long nothing(const struct zone *zone __unused)
{
	return 0;
}

/* The order is that of Linux 6.1: GFP_NOWAIT and GFP_KERNEL stop at pages_min, then come those that
 * are urgent, and what frees memory gets all. */
KTEST(page_slow, the_more_urgent_goes_further_down, SHORT)
{
	struct free_counts {
		unsigned long nowait, kernel, high, atomic, memalloc;
	} got;
	LIST_HEAD(taken);

	kmem_cache_shrink_all();
	got.nowait = take_all(&taken, GFP_NOWAIT, MAX_ORDER - 1);
	expect_left(whole_min, "GFP_NOWAIT");
	got.kernel = take_all(&taken, GFP_KERNEL, 3);
	got.kernel += take_all(&taken, GFP_KERNEL | __GFP_NORETRY, 0);
	expect_left(whole_min, "GFP_KERNEL");
	got.high = take_all(&taken, GFP_KERNEL | __GFP_HIGH, 3);
	expect_left(half_min, "__GFP_HIGH");
	got.atomic = take_all(&taken, GFP_ATOMIC, 3);
	expect_left(atomic_min, "GFP_ATOMIC");
	got.memalloc = take_all(&taken, GFP_KERNEL | __GFP_MEMALLOC, 0);
	expect_left(nothing, "__GFP_MEMALLOC");
	kt_ptr_eq(alloc_page(GFP_ATOMIC | __GFP_NOWARN), NULL);
	give_back(&taken);
	kt_eq(got.kernel, 0);
	kt_true(got.nowait && got.high && got.atomic && got.memalloc);
	kt_note("pages: GFP_NOWAIT %lu, then __GFP_HIGH %lu, GFP_ATOMIC %lu, __GFP_MEMALLOC %lu",
		got.nowait, got.high, got.atomic, got.memalloc);
}

/* What a lower zone keeps is not for those who have a higher one, but for its own. */
KTEST(page_slow, a_low_zone_is_kept_from_the_others, SHORT)
{
	const struct zone *dma = zone_of(ZONE_DMA);
	LIST_HEAD(taken);

	if (!dma->lowmem_reserve[ZONE_NORMAL])
		kt_skip("no zone above DMA");
	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	kt_true(take_all(&taken, GFP_DMA, 3) >= dma->lowmem_reserve[ZONE_NORMAL]);
	kt_eq(dma->nr_free_pages, dma->pages_min);
	give_back(&taken);
}

KTEST(page_slow, a_failure_changes_nothing, SHORT)
{
	struct zone *zone;
	LIST_HEAD(taken);
	unsigned long free[MAX_ZONES];
	unsigned int order;

	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	for_each_zone (zone)
		free[zone_number(zone)] = zone->nr_free_pages;
	for (order = 0; order < MAX_ORDER + 2; order++)
		kt_ptr_eq(alloc_pages(GFP_KERNEL | __GFP_NOWARN, order), NULL);
	for_each_zone (zone)
		kt_eq(zone->nr_free_pages, free[zone_number(zone)]);
	give_back(&taken);
}

static gfp_t random_gfp(void)
{
	gfp_t gfp = kt_random() & __GFP_BITS_MASK & ~__GFP_NOFAIL;

	return kt_random_below(4) ? gfp & ~GFP_ZONEMASK : gfp;
}

static bool suits(const struct page *page, gfp_t gfp, unsigned int order)
{
	unsigned int highest = gfp & __GFP_DMA	     ? ZONE_DMA
			       : gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM
						     : ZONE_NORMAL;

	return kt_true(page_zonenum(page) <= highest) && kt_eq(page_order(page), order) &&
	       kt_true(!(gfp & __GFP_THISNODE) || page_to_nid(page) == (u32)numa_node_id());
}

/* Whatever bits a request has: the rules of its zone and its node hold, and nothing is lost. */
KTEST(page_slow, any_combination_of_bits, SHORT)
{
	LIST_HEAD(taken);
	unsigned int i;

	for (i = 0; i < 3000; i++) {
		unsigned int order = kt_random_below(MAX_ORDER + 1);
		gfp_t gfp = random_gfp();
		struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

		if (page) {
			list_add(&page->lru, &taken);
			if (!suits(page, gfp, order))
				break;
		}
		if (!kt_random_below(100))
			give_back(&taken);
	}
	give_back(&taken);
}

static bool others_have_lowmem(int nid)
{
	struct zone *const *slot = node_zonelist(nid, GFP_KERNEL)->zones;

	while (*slot && (*slot)->zone_pgdat->node_id == nid)
		slot++;
	return *slot;
}

KTEST(page_slow, thisnode_never_leaves_the_node, SHORT)
{
	LIST_HEAD(taken);
	struct page *page;
	int nid;

	for_each_online_node (nid) {
		while ((page = alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE | __GFP_NOWARN,
						0)))
			list_add(&page->lru, &taken);
		list_for_each_entry (page, &taken, lru)
			if (!kt_eq(page_to_nid(page), (u32)nid))
				break;
		page = alloc_pages_node(nid, GFP_KERNEL | __GFP_NOWARN, 0);
		kt_eq(page != NULL, others_have_lowmem(nid));
		if (page)
			__free_page(page);
		give_back(&taken);
	}
}

/* --- shrinkers ------------------------------------------------------------------------------- */

static struct test_shrinker {
	struct shrinker shrinker;
	unsigned int calls, order;
	unsigned long wanted;
	struct page *page; /* what it gives back at its first call */
	bool allocates, pretends;
	char turn; /* in whose turn it came */
} first, second;

static char turn;

static unsigned long shrink_test(struct shrinker *shrinker, unsigned long pages, gfp_t gfp)
{
	struct test_shrinker *test = container_of(shrinker, struct test_shrinker, shrinker);
	struct page *page = test->page;

	test->calls++;
	test->wanted = pages;
	test->turn = ++turn;
	if (test->allocates)
		kt_ptr_eq(alloc_page(gfp | __GFP_NOWARN), NULL);
	test->page = NULL;
	if (page)
		__free_pages(page, test->order);
	return page ? 1UL << test->order : test->pretends;
}

/* A shrinker that gives back @page at its first call. */
static void shrinker_begin(struct test_shrinker *test, struct page *page)
{
	*test = (struct test_shrinker){ .shrinker = { .name = "test", .shrink = shrink_test },
					.page = page,
					.order = page ? page_order(page) : 0 };
	register_shrinker(&test->shrinker);
}

/* Take everything down to pages_min, with a block of @order in the hands of a shrinker. */
static bool shortage_begin(struct list_head *taken, unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

	if (!kt_true(page != NULL))
		return false;
	take_all(taken, GFP_KERNEL, MAX_ORDER - 1);
	shrinker_begin(&first, page);
	return true;
}

static void shortage_end(struct list_head *taken)
{
	unregister_shrinker(&first.shrinker);
	if (first.page)
		__free_pages(first.page, first.order);
	give_back(taken);
}

KTEST(page_slow, a_shrinker_saves_the_request, SHORT)
{
	struct page *page;
	LIST_HEAD(taken);

	if (!shortage_begin(&taken, 3))
		return;
	kt_ptr_eq(alloc_page(GFP_NOWAIT | __GFP_NOWARN), NULL);
	kt_ptr_eq(alloc_page(__GFP_IO | __GFP_NOWARN), NULL);
	kt_eq(first.calls, 0);
	page = alloc_page(GFP_KERNEL);
	kt_true(page != NULL);
	kt_eq(first.calls, 1);
	kt_true(first.wanted >= 8);
	if (page)
		list_add(&page->lru, &taken);
	shortage_end(&taken);
}

/* As often as requests with @gfp have called shrinkers. */
static unsigned long stalls(gfp_t gfp)
{
	const struct zone *zone = node_zonelist(numa_node_id(), gfp)->zones[0];

	return vm_events(ALLOCSTALL + zone_idx(zone));
}

/* One that always says that it freed something, and does not. */
static unsigned int calls_for(gfp_t gfp, unsigned int order)
{
	unsigned long before = stalls(gfp);
	struct page *page;

	first.calls = 0;
	first.pretends = true;
	page = alloc_pages(gfp | __GFP_NOWARN, order);
	kt_ptr_eq(page, NULL);
	if (page)
		__free_pages(page, order);
	kt_eq(stalls(gfp) - before, first.calls);
	return first.calls;
}

KTEST(page_slow, how_often_shrinkers_are_called, SHORT)
{
	LIST_HEAD(taken);

	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	shrinker_begin(&first, NULL);
	kt_eq(calls_for(GFP_KERNEL, 0), 16);
	kt_eq(calls_for(GFP_KERNEL, 3), 16);
	kt_eq(calls_for(GFP_KERNEL, 4), 1);
	kt_eq(calls_for(GFP_KERNEL | __GFP_RETRY_MAYFAIL, 4), 16);
	kt_eq(calls_for(GFP_KERNEL | __GFP_NORETRY, 0), 1);
	kt_eq(calls_for(GFP_KERNEL, MAX_ORDER), 0);
	first.pretends = false;
	first.calls = 0;
	kt_ptr_eq(alloc_page(GFP_KERNEL | __GFP_NOWARN), NULL);
	kt_eq(first.calls, 1);
	shortage_end(&taken);
}

KTEST(page_slow, a_shrinker_that_allocates_is_not_called_for_that, SHORT)
{
	LIST_HEAD(taken);

	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	shrinker_begin(&first, NULL);
	first.allocates = true;
	kt_ptr_eq(alloc_page(GFP_KERNEL | __GFP_NOWARN), NULL);
	kt_eq(first.calls, 1);
	shortage_end(&taken);
}

KTEST(page_slow, the_newest_shrinker_comes_first_until_enough_is_free, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 6);

	kt_assert(page);
	shrinker_begin(&first, NULL);
	shrinker_begin(&second, NULL);
	shrink_all(1, GFP_KERNEL);
	kt_true(second.turn < first.turn);
	kt_eq(first.calls + second.calls, 2);
	second.page = page;
	second.order = 6;
	kt_eq(shrink_all(64, GFP_KERNEL), 64);
	kt_eq(second.calls, 2);
	kt_eq(first.calls, 1);
	unregister_shrinker(&second.shrinker);
	shrink_all(1, GFP_KERNEL);
	kt_eq(second.calls, 2);
	unregister_shrinker(&first.shrinker);
}

/* Empty slabs are the page allocator's once more. */
KTEST(page_slow, empty_slabs_are_given_back, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-shortage", 4000, 0, 0, NULL);
	LIST_HEAD(taken);
	struct page *page;
	void *object;

	kt_assert(cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	take_all(&taken, GFP_NOWAIT, MAX_ORDER - 1);
	if (object)
		kmem_cache_free(cache, object);
	kt_ptr_eq(alloc_page(GFP_NOWAIT | __GFP_NOWARN), NULL);
	page = alloc_page(GFP_KERNEL);
	kt_true(page != NULL);
	if (page)
		list_add(&page->lru, &taken);
	give_back(&taken);
	kt_eq(kmem_cache_shrink(cache), 0);
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(page_slow, stop_a_shrinker_is_registered_twice, STOP)
{
	shrinker_begin(&first, NULL);
	kt_expect_stop("BUG: register_shrinker: shrinker test is registered already");
	register_shrinker(&first.shrinker);
}

KTEST(page_slow, stop_a_shrinker_was_never_registered, STOP)
{
	first.shrinker.name = "test";
	kt_expect_stop("BUG: try_unregister: shrinker test is not registered");
	unregister_shrinker(&first.shrinker);
}

static unsigned long unregister_itself(struct shrinker *shrinker, unsigned long pages __unused,
				       gfp_t gfp __unused)
{
	unregister_shrinker(shrinker);
	return 0;
}

KTEST(page_slow, stop_a_shrinker_unregisters_itself, STOP)
{
	static struct shrinker shrinker = { .name = "test", .shrink = unregister_itself };

	register_shrinker(&shrinker);
	kt_expect_stop("BUG: try_unregister: shrinker test: called while shrinkers run");
	shrink_all(1, GFP_KERNEL);
}

KTEST(page_slow, stop_a_shrinker_without_a_function, STOP)
{
	static struct shrinker shrinker = { .name = "test" };

	kt_expect_stop("BUG: register_shrinker: shrinker test has no function");
	register_shrinker(&shrinker);
}

/* --- the report ------------------------------------------------------------------------------ */

static u64 (*real_clock)(void);
static u64 fake_now;

static u64 fake_clock(void)
{
	return fake_now;
}

/* From here on time stands still; no report has come in the last ten seconds. */
static void clock_begin(void)
{
	real_clock = page_alloc_clock;
	page_alloc_clock = fake_clock;
	fake_now += 1000000000000ULL;
}

static void clock_end(void)
{
	page_alloc_clock = real_clock;
}

/* The lines that a request logs. */
static void log_of(struct capture *log, gfp_t gfp, unsigned int order)
{
	struct page *page;

	log_mark();
	page = alloc_pages(gfp, order);
	kt_ptr_eq(page, NULL);
	if (page)
		__free_pages(page, order);
	log_since_mark(log);
}

#define FAILURE "*page allocation failure: order:*"

static void expect_zone_lines(const struct capture *log, const struct zone *zone)
{
	char line[200];

	snprintf(
		line, sizeof(line),
		"*Node %d %s free:%lukB min:%lukB low:%lukB high:%lukB present:%lukB managed:%lukB "
		"*",
		zone->zone_pgdat->node_id, zone->name, K(zone->nr_free_pages), K(zone->pages_min),
		K(zone->pages_low), K(zone->pages_high), K(zone->present_pages),
		K(zone->managed_pages));
	kt_eq(capture_count(log, line), 1);
	snprintf(line, sizeof(line), "*Node %d %s: %lu*4kB %lu*8kB * %lu*4096kB = %lukB",
		 zone->zone_pgdat->node_id, zone->name, zone->free_area[0].nr_free,
		 zone->free_area[1].nr_free, zone->free_area[MAX_ORDER - 1].nr_free,
		 K(zone->nr_free_pages));
	kt_eq(capture_count(log, line), 1);
}

KTEST(page_slow, the_report_says_what_there_is, SHORT)
{
	const struct zone *zone;
	struct capture log;
	LIST_HEAD(taken);

	take_all(&taken, GFP_NOWAIT, MAX_ORDER - 1);
	clock_begin();
	log_of(&log, GFP_NOWAIT, 0);
	clock_end();
	kt_eq(capture_count(&log,
			    "* mmkit: page allocation failure: order:0, mode:0x800(GFP_NOWAIT)"),
	      1);
	kt_eq(capture_count(&log, "*4kB are needed: what is left is kept for urgent requests"), 1);
	kt_eq(capture_count(&log, "* [<*>]*") > 0, page_debug_port->stack_trace != NULL);
	kt_eq(capture_count(&log, "*Mem-Info:"), 1);
	kt_eq(capture_count(&log, "*Slab: *kB*"), 1);
	for_each_populated_zone (zone)
		expect_zone_lines(&log, zone);
	give_back(&taken);
}

/* The other nodes have pages, which do not help. */
KTEST(page_slow, the_report_says_which_node_had_to_serve, SHORT)
{
	const gfp_t gfp = GFP_NOWAIT | __GFP_HIGHMEM | __GFP_THISNODE;
	unsigned int order = MAX_ORDER;
	int nid = last_nid();
	struct capture log;
	LIST_HEAD(taken);
	char line[80];

	while (order-- > 0)
		take_node(&taken, nid, gfp | __GFP_NOWARN, order);
	clock_begin();
	log_mark();
	kt_ptr_eq(alloc_pages_node(nid, gfp, 0), NULL);
	log_since_mark(&log);
	clock_end();
	snprintf(line, sizeof(line), "*node %d and no other has to serve it, of %lukB", nid,
		 K(NODE_DATA(nid)->node_present_pages));
	kt_eq(capture_count(&log, line), 1);
	kt_eq(capture_count(&log, "*, 4kB are needed: what is left is kept *"), 1);
	give_back(&taken);
}

/* Is the line behind the one that matches @before like @line? */
static bool follows(const struct capture *log, const char *before, const char *line)
{
	char text[120], pair[120];
	struct capture one;
	bool found = false;
	unsigned int i;

	for (i = 0; capture_line(log, i, text, sizeof(text)); i++) {
		capture_init(&one, pair, sizeof(pair));
		out_printf(&one.out, "%s\n", text);
		if (found)
			return capture_count(&one, line) == 1;
		found = capture_count(&one, before) == 1;
	}
	return false;
}

/* Those that have most come first: 112 objects of 4000 bytes take more than 400 KiB, in slabs
 * of whatever orders, and what the arrays of several CPUs and nodes take less than 80. */
KTEST(page_slow, the_report_names_the_largest_users, SHORT)
{
	struct kmem_cache *small = kmem_cache_create("t-small", 4000, 0, 0, NULL);
	struct kmem_cache *large = kmem_cache_create("t-large", 4000, 0, 0, NULL);
	void *object[192], *area = vmalloc(PAGE_SIZE);
	struct capture log;
	LIST_HEAD(taken);
	unsigned int i;

	kt_assert(small && large && area);
	for (i = 0; i < 192; i++)
		object[i] = kmem_cache_alloc(i < 112 ? large : small, GFP_KERNEL);
	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	clock_begin();
	log_of(&log, GFP_KERNEL, 0);
	clock_end();
	kt_true(follows(&log, "*Slab: *kB, the largest caches:",
			"*  t-large * 4*kB, 112 of * objects in use"));
	kt_true(follows(&log, "*  t-large *", "*  t-small * *kB, 80 of * objects in use"));
	kt_eq(capture_count(&log, "*vmalloc: areas of *kB"), 1);
	give_back(&taken);
	for (i = 0; i < 192; i++)
		if (object[i])
			kmem_cache_free(i < 112 ? large : small, object[i]);
	vfree(area);
	kt_eq(kmem_cache_destroy(small) + kmem_cache_destroy(large), 0);
}

KTEST(page_slow, a_cache_without_pages_is_named, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-short", 4000, 0, 0, NULL);
	struct capture log;
	LIST_HEAD(taken);

	kt_assert(cache);
	take_all(&taken, GFP_NOWAIT, MAX_ORDER - 1);
	clock_begin();
	log_mark();
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_NOWAIT), NULL);
	log_since_mark(&log);
	kt_eq(capture_count(&log, FAILURE), 1);
	kt_eq(capture_count(&log, "*SLAB: Unable to allocate memory on node -1, "
				  "gfp=0x800(GFP_NOWAIT)"),
	      1);
	kt_eq(capture_count(&log, "*cache: t-short, object size: *, slabs: 0/0, objs: 0/0"), 1);
	fake_now++;
	log_mark();
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_NOWAIT), NULL);
	log_since_mark(&log);
	kt_eq(capture_count(&log, "*"), 0);
	fake_now += 10000000;
	log_mark();
	kt_ptr_eq(kmem_cache_alloc(cache, GFP_NOWAIT | __GFP_NOWARN), NULL);
	log_since_mark(&log);
	kt_eq(capture_count(&log, "*"), 0);
	clock_end();
	give_back(&taken);
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* Every second block of the smallest order: there is memory, but not in one piece. */
KTEST(page_slow, the_report_tells_fragments_from_too_little, SHORT)
{
	struct page *page, *next;
	struct capture log;
	LIST_HEAD(taken);

	take_all(&taken, GFP_KERNEL | __GFP_MEMALLOC, 0);
	clock_begin();
	log_of(&log, GFP_KERNEL | __GFP_ZERO, 2);
	kt_eq(capture_count(&log, FAILURE "2, mode:0xdc0(GFP_KERNEL|__GFP_ZERO)"), 1);
	kt_eq(capture_count(&log, "* 0kB are free in zones that it may use, 16kB are needed: "
				  "that is too little"),
	      1);
	list_for_each_entry_safe (page, next, &taken, lru)
		if (page_to_pfn(page) & 1) {
			list_del(&page->lru);
			__free_page(page);
		}
	fake_now += 10000000;
	log_of(&log, GFP_KERNEL, 1);
	clock_end();
	kt_eq(capture_count(&log, "*8kB are needed: no block is large enough"), 1);
	give_back(&taken);
}

KTEST(page_slow, a_second_failure_at_once_is_not_reported, SHORT)
{
	struct capture log;
	LIST_HEAD(taken);

	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	clock_begin();
	log_of(&log, GFP_KERNEL | __GFP_NOWARN, 0);
	kt_eq(capture_count(&log, "*"), 0);
	log_of(&log, GFP_KERNEL, 0);
	kt_eq(capture_count(&log, FAILURE), 1);
	fake_now += 9999999;
	log_of(&log, GFP_KERNEL, 0);
	kt_eq(capture_count(&log, "*"), 0);
	log_of(&log, GFP_KERNEL | __GFP_NOWARN, 0);
	fake_now++;
	log_of(&log, GFP_KERNEL, 0);
	kt_eq(capture_count(&log, FAILURE), 1);
	kt_eq(capture_count(&log, "*warn_alloc: 1 callbacks suppressed"), 1);
	clock_end();
	give_back(&taken);
}

KTEST(page_slow, an_order_that_does_not_exist_is_one_line, SHORT)
{
	struct capture log;

	clock_begin();
	log_of(&log, GFP_KERNEL, MAX_ORDER); /* and what others did not report */
	fake_now += 10000000;
	log_of(&log, GFP_KERNEL | __GFP_NOWARN, MAX_ORDER);
	kt_eq(capture_count(&log, "*"), 0);
	log_of(&log, GFP_KERNEL | __GFP_COMP, MAX_ORDER);
	kt_eq(capture_count(&log, "*"), 1);
	kt_eq(capture_count(&log,
			    FAILURE "11, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), but the largest "
				    "order is 10, of 4096kB"),
	      1);
	log_of(&log, GFP_DMA, ~0u);
	kt_eq(capture_count(&log, "*"), 0);
	clock_end();
}

/* --- what slabs can spare -------------------------------------------------------------------- */

#define NR_SPARE_SIZES 6
#define NR_SPARE       200

static const size_t spare_sizes[NR_SPARE_SIZES] = { 20, 448, 1300, 2944, 4096, 9000 };

static void *spare[NR_SPARE];

/* Objects of @cache, or with NULL of kmalloc(@size), come and go: what they leave behind is in
 * empty slabs, and in the lists that CPUs have at hand. */
static void use_and_free(struct kmem_cache *cache, size_t size)
{
	unsigned int i;

	for (i = 0; i < NR_SPARE; i++)
		spare[i] = cache ? kmem_cache_alloc(cache, GFP_KERNEL) : kmalloc(size, GFP_KERNEL);
	for (i = 0; i < NR_SPARE; i++)
		kfree(spare[i]);
}

static void spare_begin(struct kmem_cache *cache[NR_SPARE_SIZES])
{
	char name[16];
	unsigned int i;

	for (i = 0; i < NR_SPARE_SIZES; i++) {
		snprintf(name, sizeof(name), "t-spare-%u", i);
		cache[i] = kmem_cache_create(name, spare_sizes[i], 0, 0, NULL);
		kt_assert(cache[i]);
		use_and_free(cache[i], 0);
		use_and_free(NULL, spare_sizes[i]);
	}
}

static void spare_end(struct kmem_cache *cache[NR_SPARE_SIZES])
{
	unsigned int i;

	for (i = 0; i < NR_SPARE_SIZES; i++)
		kt_eq(kmem_cache_destroy(cache[i]), 0);
}

/* Requests for pages, until there are none, leave no slab that could be given back. */
KTEST(page_slow, every_empty_slab_comes_back, SHORT)
{
	struct kmem_cache *cache[NR_SPARE_SIZES];
	unsigned long spared;
	LIST_HEAD(taken);

	spare_begin(cache);
	take_all(&taken, GFP_NOWAIT, MAX_ORDER - 1);
	spared = slab_nr_empty_pages();
	kt_true(spared || !SLAB_HAS_SLABS); /* without, it is a page of all caches, or none */
	kt_true(take_all(&taken, GFP_KERNEL, 0) >= spared);
	kt_eq(slab_nr_empty_pages(), 0);
	kt_eq(kmem_cache_shrink_all(), 0);
	give_back(&taken);
	spare_end(cache);
}

/* The same by requests for the objects of one cache: the others make room for them. */
KTEST(page_slow, empty_slabs_make_room_for_objects_of_others, SHORT)
{
	struct kmem_cache *cache[NR_SPARE_SIZES];
	void *object, *list = NULL;
	LIST_HEAD(taken);

	spare_begin(cache);
	take_all(&taken, GFP_NOWAIT, MAX_ORDER - 1);
	while ((object = kmalloc(2000, GFP_KERNEL | __GFP_NOWARN)) != NULL) {
		*(void **)object = list;
		list = object;
	}
	kt_eq(slab_nr_empty_pages(), 0);
	kt_eq(kmem_cache_shrink_all(), 0);
	while ((object = list) != NULL) {
		list = *(void **)object;
		kfree(object);
	}
	give_back(&taken);
	spare_end(cache);
}

/* A request that may not reclaim leaves them where they are, and says so when it fails. */
KTEST(page_slow, an_atomic_request_says_what_it_may_not_take, SHORT)
{
	struct kmem_cache *cache[NR_SPARE_SIZES];
	unsigned long spared;
	struct capture log;
	LIST_HEAD(taken);
	char line[96];

	spare_begin(cache);
	take_all(&taken, GFP_ATOMIC, MAX_ORDER - 1);
	spared = slab_nr_empty_pages();
	clock_begin();
	log_of(&log, GFP_ATOMIC, 0);
	clock_end();
	snprintf(line, sizeof(line), "*%lukB lie in empty slabs, which only *", K(spared));
	kt_true(spared || !SLAB_HAS_SLABS);
	kt_eq(capture_count(&log, line), spared > 0);
	kt_eq(slab_nr_empty_pages(), spared);
	take_all(&taken, GFP_KERNEL, 0);
	clock_begin();
	log_of(&log, GFP_KERNEL, 0);
	clock_end();
	kt_eq(capture_count(&log, "*empty slabs*"), 0);
	give_back(&taken);
	spare_end(cache);
}

/* The kind of sentence that ends a boot. A page that is shared may have room for a cache when no
 * page is free. */
KTEST(page_slow, stop_a_cache_without_memory, STOP)
{
	static char text[160];
	LIST_HEAD(taken);

	kmem_cache_shrink_all();
	take_all(&taken, GFP_KERNEL | __GFP_MEMALLOC, 0);
	while (kmalloc(ARCH_KMALLOC_MINALIGN, GFP_NOWAIT | __GFP_NOWARN))
		;
	snprintf(text, sizeof(text),
		 "no cache t-slab: out of memory (0kB of %lukB of lowmem are free, and %lukB of "
		 "%lukB of HighMem)",
		 K(nr_present_lowmem_pages()), K(nr_free_pages()),
		 K(nr_present_pages() - nr_present_lowmem_pages()));
	kt_expect_stop(text);
	kt_ptr_eq(kmem_cache_create("t-slab", 40, 0, SLAB_PANIC, NULL), NULL);
}

/* It gets the last page first. */
KTEST(page_slow, stop_nofail, STOP)
{
	LIST_HEAD(taken);

	take_all(&taken, GFP_KERNEL, 0);
	kt_expect_stop("no block of order 0 for a request with __GFP_NOFAIL");
	take_all(&taken, GFP_KERNEL | __GFP_NOFAIL, 0);
}

KTEST(page_slow, stop_nofail_of_an_order_that_does_not_exist, STOP)
{
	kt_expect_stop("no block of order 11 for a request with __GFP_NOFAIL");
	kt_ptr_eq(alloc_pages(GFP_KERNEL | __GFP_NOFAIL | __GFP_NOWARN, MAX_ORDER), NULL);
}

/* As if nobody had called mem_init(). */
KTEST(page_slow, stop_without_mem_init, STOP)
{
	kt_expect_stop("BUG: alloc_pages: mem_init() was not called before");
	pages_are_given = false;
	while (alloc_pages(GFP_ATOMIC, MAX_ORDER - 1) != NULL)
		;
}
