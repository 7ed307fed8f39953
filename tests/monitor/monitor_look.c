/* SPDX-License-Identifier: 0BSD
 *
 * monitor_look.c - page, peek, page_owner and leaks: what they say of pages and bytes that the test
 * has taken.
 */
#include <asm/setup.h>
#include <boot/monitor/leaks.h>
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <mm/migrate.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <mm/page_info.h>
#include <mm/slab.h>
#include <mm/slab_debug.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "slab_common.h"

static struct capture captured;

static int run(const char *line)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return monitor_run_to(&captured.out, line, false);
}

static int run_number(const char *fmt, unsigned long number)
{
	char line[64];

	snprintf(line, sizeof(line), fmt, number);
	return run(line);
}

static void expect(const char *pattern, unsigned int nr)
{
	if (!kt_eq(capture_count(&captured, pattern), nr))
		kt_note("\"%s\" in \"%s\"", pattern, capture_text);
}

static void expect_number(const char *fmt, unsigned long number)
{
	char pattern[96];

	snprintf(pattern, sizeof(pattern), fmt, number);
	expect(pattern, 1);
}

static unsigned long address(const void *at)
{
	return (unsigned long)at;
}

/* The number that the monitor printed after the first @letters. */
static unsigned long number_after(const char *letters, unsigned int base)
{
	const char *s = capture_text;
	unsigned long value = 0;

	while (*s && strncmp(s, letters, strlen(letters)))
		s++;
	for (s += *s ? strlen(letters) : 0;; s++) {
		if (*s >= '0' && *s <= '9')
			value = value * base + (unsigned long)(*s - '0');
		else if (base == 16 && *s >= 'a' && *s <= 'f')
			value = value * base + (unsigned long)(*s - 'a') + 10;
		else
			return value;
	}
}

/* ---- page */

KTEST(monitor_page, a_reserved_page_has_names, SHORT)
{
	if (!e820_all_ram(&e820_map, 0, PAGE_SIZE - 1) || !pfn_valid(0x100))
		kt_skip("the map does not give page 0, or has no RAM near 1 MiB");
	kt_eq(run_number("page %lu", 0), 0);
	expect("pfn 0: *: reserved", 1);
	expect("  memory map: ?mem 0x00000000-0x*? usable", 1);
	expect("  reserved: ?mem 0x00000000-0x00000fff? page 0", 1);
	kt_eq(run_number("page 0x%lx", 0x100), 0);
	expect("  reserved: ?mem 0x00100000-0x*? kernel image", 1);
}

/* The boot allocator's record is named on its pages, from the first to the last, and only there. */
KTEST(monitor_page, a_page_of_the_boot_allocator_names_its_caller, SHORT)
{
	unsigned long start, last;
	char record[128];

	run("bootmem");
	kt_assert(capture_line(&captured, 0, record, sizeof(record)));
	start = number_after("bootmem: [mem 0x", 16);
	snprintf(capture_text, sizeof(capture_text), "%s", strchr(record, '-') + 1);
	last = number_after("0x", 16);
	*strchr(record, '[') = *strchr(record, ']') = '?';
	kt_eq(run_number("page %lu", start >> PAGE_SHIFT), 0);
	expect(record, 1);
	kt_eq(run_number("page %lu", last >> PAGE_SHIFT), 0);
	expect(record, 1);
	run_number("page %lu", (start >> PAGE_SHIFT) - 1);
	expect(record, 0);
	run_number("page %lu", (last >> PAGE_SHIFT) + 1);
	expect(record, 0);
}

KTEST(monitor_page, a_hole_is_said_to_be_one, SHORT)
{
	unsigned long pfn = MAX_PFN_LIMIT - 1;

	kt_eq(run_number("page %lu", pfn), -ERANGE);
	expect_number("pfn %lu: no struct page: no RAM within 4 MiB of it", pfn);
	kt_eq(capture_count(&captured, "  memory map: *"), 1);
}

KTEST(monitor_page, a_held_block_tells_how_to_free_it, SHORT)
{
	unsigned long pfn;

	kt_assert(run_number("alloc %lu", 2) == 0);
	pfn = number_after("pfn ", 10);
	kt_eq(run_number("page %lu", pfn + 3), 0);
	expect_number("  block: pfn %lu, order 2, in use", pfn);
	expect_number("  held by the monitor: order 2, free %lu", pfn);
	kt_eq(run_number("page %lu", pfn + 4), 0);
	expect("  held by the monitor: *", 0);
	kt_eq(run_number("free %lu", pfn), 0);
	kt_eq(run_number("page %lu", pfn), 0);
	expect("  held by the monitor: *", 0);
}

static struct page *page_to_move_to(struct page *page __unused, void *private __unused)
{
	return alloc_page(GFP_KERNEL);
}

static void page_not_needed(struct page *page, void *private __unused)
{
	__free_page(page);
}

/* What `alloc` took as a movable page is one: the command that frees it follows it. */
KTEST(monitor_page, a_held_page_can_be_moved, SHORT)
{
	struct page_batch batch;
	unsigned long pfn;
	u32 *word;

	kt_assert(run("alloc 0 kernel,movable") == 0);
	pfn = number_after("pfn ", 10);
	word = page_address(pfn_to_page(pfn));
	*word = 0x600D;
	kt_eq(run_number("page %lu", pfn), 0);
	expect("pfn *: allocated, movable", 1);
	batch = (struct page_batch){ 1, { pfn_to_page(pfn) } };
	kt_eq(isolate_movable_page(batch.page[0]), 0);
	kt_eq(migrate_pages(&batch, page_to_move_to, page_not_needed, NULL), 0);
	kt_eq(run_number("free %lu", pfn), -ENOENT);
	run("leaks"); /* it fails if there is what a user took before the tests */
	pfn = number_after("order 0, free ", 10);
	kt_eq(*(u32 *)page_address(pfn_to_page(pfn)), 0x600D);
	kt_eq(run_number("free %lu", pfn), 0);
}

/* `page` told of a slab, or of a page that all caches share. */
static void expect_slab(const char *pattern)
{
	char line[96];

	snprintf(line, sizeof(line), "  cache: %s in this slab in use", pattern);
	expect(SLAB_HAS_SLABS ? line : "  cache: all, * small objects in this page in use", 1);
}

KTEST(monitor_page, a_held_object_tells_how_to_free_it, SHORT)
{
	unsigned long addr, pfn;

	kt_assert(run_number("kmalloc %lu", 100) == 0);
	addr = number_after("0x", 16);
	pfn = page_to_pfn(virt_to_page((void *)addr));
	kt_eq(run_number("page %lu", pfn), 0);
	expect_slab("size-128, objects of 128 bytes, *");
	expect_number("  held by the monitor: 100 bytes, kfree 0x%08lx", addr);
	kt_eq(run_number("kfree 0x%lx", addr), 0);

	kt_assert(run_number("kmalloc %lu", 200000) == 0);
	addr = number_after("0x", 16);
	kt_eq(run_number("page %lu", page_to_pfn(virt_to_page((void *)addr)) + 63), 0);
	expect_number("  held by the monitor: 200000 bytes, kfree 0x%08lx", addr);
	kt_eq(run_number("kfree 0x%lx", addr), 0);
}

KTEST(monitor_page, a_slab_page_counts_its_objects, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("monitor_page", 1000, 0, 0, NULL);
	void *one, *two;

	kt_assert(cache);
	one = kmem_cache_alloc(cache, GFP_KERNEL);
	two = kmem_cache_alloc(cache, GFP_KERNEL);
	if (kt_true(one && two)) {
		run_number("page %lu", page_to_pfn(virt_to_page(one)));
		expect_slab("monitor_page, objects of 1000 bytes, 2 of *");
		kmem_cache_free(cache, one);
		run_number("page %lu", page_to_pfn(virt_to_page(two)));
		expect_slab("monitor_page, objects of 1000 bytes, 1 of *");
		kmem_cache_free(cache, two);
	}
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* The address that kmalloc() returned leads to the page, the cache and the object. */
KTEST(monitor_page, an_address_of_an_object_tells_which, SHORT)
{
	struct kmem_cache *cache;
	char *obj;

	if (sizeof(void *) != 4)
		kt_skip("an address needs more than 32 bits");
	cache = kmem_cache_create("monitor_page", 96, 0, 0, NULL);
	kt_assert(cache);
	obj = kmem_cache_alloc(cache, GFP_KERNEL);
	if (kt_true(obj)) {
		run_number("page 0x%lx", (unsigned long)obj);
		expect("pfn *: phys *", 1);
		expect_slab("monitor_page, objects of 96 bytes, 1 of *");
		expect("  0x*: byte 0 of object * at 0x*, in use*", 1);
		expect("Allocated by *", slab_track(obj, NULL, NULL));
		run_number("page 0x%lx", (unsigned long)obj + 95);
		expect("  0x*: byte 95 of object * at 0x*, in use*", 1);
#if SLAB_HAS_SLABS
		run_number("page 0x%lx", (unsigned long)obj + cache->stride + 5);
		expect("  0x*: byte 5 of object 1 at 0x*, free*", 1);
		run_number("page 0x%lx", (unsigned long)obj + cache->num * cache->stride);
		expect("  0x* lies in none of its objects", 1);
#endif
		kmem_cache_free(cache, obj);
	}
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* ---- poke */

KTEST(monitor_poke, four_bytes_are_written, SHORT)
{
	u8 *page = (u8 *)get_zeroed_page(GFP_KERNEL);
	unsigned int i, others = 0;

	kt_assert(page);
	if (sizeof(void *) == 4) {
		run_number("poke 0x%lx 0x12345678", (unsigned long)page + 9);
		expect("0x*: 0x12345678, was 0x00000000", 1);
		kt_eq(page[9] | page[10] << 8 | page[11] << 16 | page[12] << 24, 0x12345678);
		for (i = 0; i < PAGE_SIZE; i++)
			others += page[i] != 0;
		kt_eq(others, 4);
		run_number("poke 0x%lx 0", (unsigned long)page + 9);
		expect("0x*: 0x00000000, was 0x12345678", 1);
	}
	free_page((unsigned long)page);
}

KTEST(monitor_poke, what_cannot_be_written_is_refused, SHORT)
{
	kt_eq(run("poke 16 1"), -ERANGE);
	expect("poke: 0x00000010 is not mapped: *", 1);
	kt_eq(run("poke 0xfffffffd 1"), -EINVAL);
	expect("poke: \"0xfffffffd\" is no address from 0 to 0xfffffffc", 1);
	kt_eq(run("poke 1"), -EINVAL);
	expect("usage: poke ADDR VALUE", 1);
	kt_eq(run("poke 1 x"), -EINVAL);
	expect("poke: \"x\" is no number *", 1);
	kt_eq(monitor_run_to(&captured.out, "poke 16 1", true), -EBUSY);
}

/* ---- peek */

KTEST(monitor_peek, bytes_and_characters, SHORT)
{
	unsigned long addr;
	u8 *page = (u8 *)get_zeroed_page(GFP_KERNEL);
	unsigned int i;

	kt_assert(page);
	addr = address(page);
	for (i = 0; i < 32; i++)
		page[i] = (u8)(0x20 + 3 * i);
	page[3] = 0x7F;
	kt_eq(run_number("peek 0x%lx 24", addr), 0);
	expect_number("%08lx  20 23 26 7f 2c 2f 32 35 38 3b 3e 41 44 47 4a 4d  | #&.,/258;>ADGJM|",
		      addr);
	expect_number("%08lx  50 53 56 59 5c 5f 62 65                          |PSVY?_be|",
		      addr + 16);
	expect("*", 2);
	kt_eq(run_number("peek 0x%lx", addr), 0);
	expect("*", 4);
	kt_eq(run_number("peek 0x%lx 1", addr + 1), 0);
	expect_number("%08lx  23                                               |#|", addr + 1);
	free_page(addr);
}

static const struct peek_case {
	const char *line;
	int err;
	const char *first;
} peek_cases[] = {
	{ "peek", -EINVAL, "peek: expected 1 or 2 arguments, got 0" },
	{ "peek 1 2 3", -EINVAL, "peek: expected 1 or 2 arguments, got 3" },
	{ "peek x", -EINVAL, "peek: \"x\" is no number from 0 to 0xffffffff" },
	{ "peek 0x100000000", -EINVAL, "peek: \"0x100000000\" is no number *" },
	{ "peek 0 0", -EINVAL, "peek: \"0\" is no number from 1 to 4096" },
	{ "peek 0 4097", -EINVAL, "peek: \"4097\" is no number from 1 to 4096" },
	{ "peek 0xffffffff 2", -EINVAL, "peek: 2 bytes reach over the end of the addresses" },
	{ "peek 0xffffffff 1", -ERANGE, "peek: 0xffffffff is not mapped: *" },
	{ "peek 0", -ERANGE, "peek: 0x00000000 is not mapped: *" },
};

KTEST(monitor_peek, what_cannot_be_read_is_one_line, SHORT)
{
	const struct peek_case *c;

	for_each_case (c, peek_cases) {
		kt_case(c->line);
		kt_eq(run(c->line), c->err);
		expect(c->first, 1);
		expect("*", c->err == -EINVAL ? 2 : 1);
	}
}

/* The window of the video memory at 640K is mapped by the kernel, but is no RAM anywhere. */
KTEST(monitor_peek, devices_are_refused, SHORT)
{
	unsigned long addr = address(phys_to_virt(0xA0000));

	kt_eq(run_number("peek 0x%lx", addr), -ERANGE);
	kt_eq(capture_count(&captured, "peek: * is physical 0x000a0000, which is no RAM") +
		      capture_count(&captured, "peek: * is not mapped: *"),
	      1);
	expect("*", 1);
}

/* Up to the end of what is mapped, and then a line. The monitor's addresses have 32 bits: in a
 * 64-bit program mem_map lies behind them all. */
KTEST(monitor_peek, stops_at_the_end_of_what_can_be_read, SHORT)
{
	u64 end = VMEMMAP_START + MAX_PFN_LIMIT * sizeof(struct page);
	struct ram_range low = { 0 };
	unsigned long end_pfn;

	kt_assert(e820_next_ram(&e820_map, &low));
	end_pfn = min(low.end_pfn, max_low_pfn);
	if (end >> 32 == 0)
		kt_eq(run_number("peek 0x%lx 16", (unsigned long)end), -ERANGE);
	end = address(phys_to_virt(PFN_PHYS(end_pfn)));
	kt_eq(run_number("peek 0x%lx 32", (unsigned long)end - 16), -ERANGE);
	expect("*", debug_pagealloc_enabled() && page_is_free(end_pfn - 1) ? 1 : 2);
}

/* ---- page_owner */

KTEST(monitor_page_owner, lists_the_largest, SHORT)
{
	struct page *page;

	if (!page_debug_is_on(PAGE_DEBUG_OWNER))
		kt_skip("page_owner is off");
	page = alloc_pages(GFP_NOWAIT, 4);
	kt_assert(page);
	kt_eq(run("page_owner 10000"), 0);
	expect("16 pages allocated via order 4, gfp_mask 0x800(GFP_NOWAIT)", 1);
	kt_eq(run("page_owner 1"), 0);
	expect("* pages allocated via order *, gfp_mask 0x*", 1);
	kt_eq(run("page_owner"), 0);
	kt_true(capture_count(&captured, "* pages allocated via order *, gfp_mask 0x*") <= 10);
	kt_eq(run_number("page %lu", page_to_pfn(page)), 0);
	expect("page last allocated via order 4, gfp_mask 0x800(GFP_NOWAIT)", 1);
	__free_pages(page, 4);
}

KTEST(monitor_page_owner, off_or_asked_badly, SHORT)
{
	kt_eq(run("page_owner 0"), -EINVAL);
	expect("page_owner: \"0\" is no number from 1 to 10000", 1);
	kt_eq(run("page_owner 1 2"), -EINVAL);
	expect("page_owner: expected at most 1 argument, got 2", 1);
	if (page_debug_is_on(PAGE_DEBUG_OWNER))
		return;
	kt_eq(run("page_owner"), -EINVAL);
	expect("page_owner: nobody keeps it: boot with the option page_owner", 1);
}

/* ---- leaks */

static struct leaks_count before;

static void begin_leaks(void)
{
	before = leaks_base;
	kt_eq(run("leaks mark"), 0);
}

static void end_leaks(void)
{
	leaks_base = before;
}

/* `leaks` prints 16 blocks: the user, whose table is put aside, may have as many. */
static bool list_has_room(void)
{
	before = leaks_base;
	leaks_base.when = NULL;
	run("leaks");
	end_leaks();
	return capture_count(&captured, "out: pfn *") < 16;
}

KTEST(monitor_leaks, nothing_has_leaked, SHORT)
{
	begin_leaks();
	kt_eq(run("leaks"), 0);
	expect("since leaks mark:", 1);
	expect("nothing leaked", 1);
	expect("*were*", 0);
	expect("out: *", 0);
	end_leaks();
}

KTEST(monitor_leaks, what_the_monitor_holds_is_no_leak, SHORT)
{
	unsigned long pfn, addr, large;

	begin_leaks();
	run_number("alloc %lu", 3);
	pfn = number_after("pfn ", 10);
	run_number("kmalloc %lu", 100);
	addr = number_after("0x", 16);
	run_number("kmalloc %lu", 200000);
	large = number_after("0x", 16);
	kt_eq(run("leaks"), 0);
	expect_number("held by the monitor: order 3, free %lu", pfn);
	expect_number("held by the monitor: 100 bytes, kfree 0x%08lx", addr);
	expect_number("held by the monitor: 200000 bytes, kfree 0x%08lx", large);
	expect("objects of cache size-128: *, were * (+1)", 1);
	expect("other pages that are out: *, were * (+72)", 1);
	expect("out: *", 0);
	expect("nothing leaked", 1);
	run_number("free %lu", pfn);
	run_number("kfree 0x%lx", addr);
	run_number("kfree 0x%lx", large);
	end_leaks();
}

KTEST(monitor_leaks, a_lost_block_is_found, SHORT)
{
	struct page *page;

	if (!list_has_room())
		kt_skip("leaks has no room for one more block");
	begin_leaks();
	page = alloc_pages(GFP_KERNEL, 4);
	kt_eq(run("leaks"), -EIO);
	expect_number("out: pfn %lu, order 4, from alloc_pages()", page_to_pfn(page));
	if (page_debug_is_on(PAGE_DEBUG_OWNER))
		kt_true(capture_count(&captured, "page last allocated via order 4, *") > 0);
	expect("leaked: 16 pages, 0 objects", 1);
	__free_pages(page, 4);
	end_leaks();
}

KTEST(monitor_leaks, a_lost_large_kmalloc_is_found, SHORT)
{
	void *block = kmalloc(200000, GFP_KERNEL);

	if (!block)
		kt_skip("no free block of 256 KiB");
	kfree(block);
	if (!list_has_room())
		kt_skip("leaks has no room for one more block");
	begin_leaks();
	block = kmalloc(200000, GFP_KERNEL);
	kt_eq(run("leaks"), -EIO);
	expect_number("out: pfn %lu, order 6, a large kmalloc()", page_to_pfn(virt_to_page(block)));
	expect("leaked: 64 pages, 0 objects", 1);
	kfree(block);
	end_leaks();
}

/* Objects of 2000 bytes have their descriptors in another cache: these are no leak. */
KTEST(monitor_leaks, a_lost_object_is_found, SHORT)
{
	void *object;

	begin_leaks();
	object = kmalloc(2000, GFP_KERNEL);
	kt_eq(run("leaks"), -EIO);
	expect("objects of cache size-2048: *, were * (+1)", 1);
	expect("objects of cache *", 1);
	expect("leaked: 0 pages, 1 object", 1);
	kfree(object);
	kt_eq(run("leaks"), 0);
	expect("nothing leaked", 1);
	end_leaks();
}

KTEST(monitor_leaks, a_lost_cache_is_found, SHORT)
{
	struct kmem_cache *cache;

	begin_leaks();
	cache = kmem_cache_create("monitor_leaks", 40, 0, 0, NULL);
	if (!kt_true(cache))
		return end_leaks();
	kt_eq(run("leaks"), -EIO);
	expect("cache monitor_leaks is new", 1);
	expect("objects of cache kmem_cache: *, were * (+1)", 1);
	run("leaks mark");
	kt_eq(kmem_cache_destroy(cache), 0);
	kt_eq(run("leaks"), 0);
	expect("cache monitor_leaks is gone", 1);
	end_leaks();
}

KTEST(monitor_leaks, what_came_home_later_is_no_leak, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	kt_assert(page);
	begin_leaks();
	__free_pages(page, 2);
	kt_eq(run("leaks"), 0);
	expect("other pages that are out: *, were * (-4)", 1);
	expect("nothing leaked", 1);
	end_leaks();
}

KTEST(monitor_leaks, before_the_end_of_the_boot_it_lists_what_is_out, SHORT)
{
	struct page *page;

	if (!list_has_room())
		kt_skip("leaks has no room for one more block");
	page = alloc_pages(GFP_KERNEL, 1);
	kt_assert(page);
	before = leaks_base;
	leaks_base.when = NULL;
	kt_eq(run("leaks"), 0);
	expect("kernel_main() has not begun: nothing to compare with", 1);
	expect_number("out: pfn %lu, order 1, from alloc_pages()", page_to_pfn(page));
	end_leaks();
	__free_pages(page, 1);
}

/* In one place, whatever the compiler makes of loops. */
static void lose_objects(struct kmem_cache *cache, void **object)
{
	volatile unsigned int i;

	for (i = 0; i < 3; i++)
		object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
}

/* How often the report advises an option, for objects and for pages. */
static void expect_advice(unsigned int objects, unsigned int pages)
{
	expect("boot with the option slab_debug=U to see who allocated objects", objects);
	expect("boot with the option page_owner to see who took pages",
	       page_debug_is_on(PAGE_DEBUG_OWNER) ? 0 : pages);
}

KTEST(monitor_leaks, objects_are_listed_by_who_allocated_them, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-leaks", 100, 0, SLAB_STORE_USER, NULL);
	unsigned int i;
	void *object[3];

	kt_assert(cache);
	begin_leaks();
	lose_objects(cache, object);
	kt_eq(run("leaks"), -EIO);
	expect("objects in use*, by the calls that allocated them:", 1);
	expect("  3 objects, 300 bytes, the oldest *.* s old: *", 1);
	expect("leaked: 0 pages, 3 objects", 1);
	expect_advice(0, 0);
	for (i = 0; i < 3; i++)
		kmem_cache_free(cache, object[i]);
	kt_eq(run("leaks"), 0);
	expect("  * the oldest *", 0);
	end_leaks();
	kt_eq(kmem_cache_destroy(cache), 0);
}

KTEST(monitor_leaks, it_says_how_to_hear_more, SHORT)
{
	struct kmem_cache *cache = kmem_cache_create("t-leaks", 100, 0, 0, NULL);
	struct page *page;
	void *object;

	kt_assert(cache);
	begin_leaks();
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	kt_eq(run("leaks"), -EIO);
	if (!slab_track(object, NULL, NULL))
		expect_advice(1, 0);
	page = alloc_page(GFP_KERNEL);
	kmem_cache_free(cache, object);
	kt_eq(run("leaks"), -EIO);
	expect_advice(0, 1);
	__free_page(page);
	end_leaks();
	kt_eq(kmem_cache_destroy(cache), 0);
}

/* How many objects the last scan found: a kernel may have lost some of its own before. */
static unsigned long scanned(void)
{
	const char *sum = strstr(captured.buf, " that nothing points to, ");

	if (!kt_true(sum != NULL))
		return 0;
	while (sum > captured.buf && sum[-1] != '\n')
		sum--;
	return strtoul(sum, NULL, 10);
}

/* Some of the addresses may stand in memory that somebody left as it was, and are not named. */
KTEST(monitor_leaks, scan_names_what_nothing_points_to, SHORT)
{
	unsigned long hidden[16], lost;
	unsigned int i;
	int error;

	error = run("leaks scan");
	lost = scanned();
	kt_eq(error, lost ? -EIO : 0);
	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		void *object = kmalloc(32, GFP_KERNEL);

		memcpy(object, "a text of 23 letters it", 24);
		hidden[i] = ~(unsigned long)object;
	}
	kt_eq(run("leaks scan"), -EIO);
	kt_true(capture_count(&captured, "unreferenced object 0x* (size 32):") > 0);
	kt_true(capture_count(&captured, "  cache size-32") > 0);
	kt_true(capture_count(&captured, "  hex dump (first 32 bytes):") > 0);
	kt_true(capture_count(&captured, "    *  61 20 * |a text of 23 let|") > 0);
	expect("* that nothing points to, * bytes (* in use, * KiB searched)", 1);
	kt_true(scanned() > lost);
	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		kfree((void *)~hidden[i]);
}

KTEST(monitor_leaks, a_bad_word_is_one_line, SHORT)
{
	kt_eq(run("leaks now"), -EINVAL);
	expect("leaks: \"now\" is not \"mark\" or \"scan\" alone", 1);
	kt_eq(run("leaks mark mark"), -EINVAL);
}
