/* SPDX-License-Identifier: 0BSD
 *
 * smoke.c - a kernel's start on the amalgamation, in the order that README.md has, and a use of
 * each part that is not left out: what is missing without a reason does not link.
 */
#include "mmkit_mm.h"

unsigned long machine_start(void);
void machine_vprintf(void *out, const char *fmt, va_list ap);
extern unsigned long machine_said;

#define LOW_END_PFN 12288UL
#define SPACE_END   (64UL << 20)

static void need(bool fine, const char *what)
{
	if (!fine)
		machine_stop("smoke: %s", what);
}

/* The part of RAM that is not taken, from 1 MiB on; the bitmap lies there first. */
static void start(unsigned long space __unused, unsigned long end_pfn)
{
	const unsigned long zone_end[MAX_NR_ZONES] = { ZONE_DMA_END_PFN, LOW_END_PFN,
						       end_pfn > LOW_END_PFN ? end_pfn : 0 };
	const struct mem_reservation low = { 0, (1UL << 20) - 1 };
	unsigned long bytes = init_bootmem(256, LOW_END_PFN);

	free_bootmem(1UL << 20, (LOW_END_PFN - 256) << PAGE_SHIFT);
	reserve_bootmem(1UL << 20, bytes);
	mm_port_check();
	max_pfn = end_pfn;
	add_active_range(0, 256, end_pfn);
	free_area_init_nodes(zone_end);
	build_all_zonelists();
	mem_init(&low, 1);
#ifndef MM_NO_VMALLOC
	vmalloc_init(space + (4UL << 20), space + SPACE_END);
#endif
#ifndef MM_NO_SLAB
	kmem_cache_init();
#endif
	init_per_zone_pages_min();
}

static void try_pages(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	need(page, "alloc_pages()");
	memset(page_address(page), 0x5a, 8 * PAGE_SIZE);
	__free_pages(page, 3);
}

static void try_highmem(void)
{
#ifndef MM_NO_HIGHMEM
	struct page *page = alloc_pages(GFP_HIGHUSER, 0);
	char *addr = kmap_atomic(page);

	need(PageHighMem(page), "no page of HighMem");
	*addr = 1;
	kunmap_atomic(addr);
	need(*(char *)kmap(page) == 1, "kmap() shows another page");
	kunmap(page);
	__free_pages(page, 0);
#endif
}

static void try_slab(void)
{
#ifndef MM_NO_SLAB
	struct kmem_cache *cache = kmem_cache_create("smoke", 100, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_KERNEL);
	char *text = krealloc(kmalloc(10, GFP_KERNEL), 5000, GFP_KERNEL);

	need(object && text && ksize(text) >= 5000, "kmalloc()");
	kfree(text);
	kmem_cache_free(cache, object);
	need(!kmem_cache_destroy(cache), "kmem_cache_destroy()");
#endif
}

static void try_vmalloc(void)
{
#ifndef MM_NO_VMALLOC
	char *area = vmalloc(10 * PAGE_SIZE);

	need(area && is_vmalloc_addr(area), "vmalloc()");
	memset(area, 1, 10 * PAGE_SIZE);
	vfree(area);
#endif
}

static void try_more(void)
{
#ifndef MM_NO_MEMPOOL
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);
	void *element = mempool_alloc(pool, GFP_KERNEL);

	need(element, "mempool_alloc()");
	mempool_free(element, pool);
	mempool_destroy(pool);
#endif
#ifndef MM_NO_UTIL
	kfree(kstrdup("smoke", GFP_KERNEL));
#endif
#ifndef MM_NO_COMPACTION
	struct compact_stats stats;

	compact_zone(page_zone(pfn_to_page(LOW_END_PFN - 1)), 3, &stats);
#endif
}

/* What looks for bugs. */
static void want_debugging(void)
{
#ifndef MM_NO_PAGE_DEBUG
	page_debug_want(PAGE_DEBUG_POISON, true);
	page_debug_init(NULL);
#endif
#ifndef MM_NO_SLAB_DEBUG
	need(slab_debug_want("FZP"), "slab_debug_want()");
#endif
#ifndef MM_NO_KFENCE
	kfence_want(0);
#endif
}

#ifndef MM_NO_LEAK_SCAN
static void *lost;

static void see_leak(const struct leak *leak, void *data)
{
	*(bool *)data |= leak->start == (unsigned long)lost;
}
#endif

static void try_leak_scan(void)
{
#ifndef MM_NO_LEAK_SCAN
	const struct leak_roots none = { 0 };
	struct leak_scan_count count;
	bool found = false;

	lost = kmalloc(200, GFP_KERNEL);
	need(!leak_scan(&none, see_leak, &found, &count) && found, "leak_scan()");
	kfree(lost);
#endif
}

static void check(void)
{
#ifndef MM_NO_CHECKS
	struct mm_check result = { 0 };

	need(!mm_check(&result), result.first);
#endif
}

#ifndef MM_NO_REPORTS
static void sink(struct out *out, const char *fmt, va_list ap)
{
	machine_vprintf(out, fmt, ap);
}
#endif

static void report(void)
{
#ifndef MM_NO_REPORTS
	struct out out = { sink };

	meminfo_show(&out);
	mm_address_show(&out, (unsigned long)phys_to_virt(5UL << 20));
	need(machine_said > 200, "the reports are empty");
#endif
}

int main(void)
{
	unsigned long space = machine_start();
#ifdef MM_NO_HIGHMEM
	unsigned long end_pfn = LOW_END_PFN;
#else
	unsigned long end_pfn = MAX_PFN_LIMIT;
#endif

	want_debugging();
	start(space, end_pfn);
	check();
	try_pages();
	try_highmem();
	try_slab();
	try_vmalloc();
	try_more();
	try_leak_scan();
	report();
	check();
	machine_log("smoke: fine\n");
	return 0;
}
