/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.c - tests of vmalloc(), vmap(), ioremap() and their areas, as any port has them.
 */
#include <asm/pgtable.h>
#include <lib/errno.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/report.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <test/capture.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "page_stock.h"
#include "vmap_area.h"

/* Device memory, as far as every machine has some: the address of the local APIC. */
#define DEVICE 0xFEE00000UL

/* What vmalloc_area_show() says of @addr is like the rest, a pattern with the values for it. */
static void __printf(2, 3) expect_shown(const void *addr, const char *fmt, ...)
{
	struct capture capture;
	char pattern[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(pattern, sizeof(pattern), fmt, ap);
	va_end(ap);
	capture_init(&capture, capture_text, CAPTURE_TEXT_SIZE);
	kt_true(vmalloc_area_show(&capture.out, (uintptr)addr));
	out_printf(&capture.out, "\n");
	if (!kt_eq(capture_count(&capture, pattern), 1))
		kt_note("wanted \"%s\" in \"%s\"", pattern, capture_text);
}

static void expect_sound(void)
{
	struct mm_check check = { 0 };

	kt_eq(mm_check(&check), 0);
	kt_str_eq(check.first, "");
}

static bool is_mapped(const void *addr)
{
	unsigned long va = (uintptr)addr & PAGE_MASK, pfn;

	return arch_next_mapped(&va, va + PAGE_SIZE, &pfn);
}

static void fill(u8 *p, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = (u8)(i * 7 + i / PAGE_SIZE);
}

static bool is_filled(const u8 *p, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (p[i] != (u8)(i * 7 + i / PAGE_SIZE))
			return false;
	return true;
}

static bool is_zero(const u8 *p, size_t size)
{
	while (size--)
		if (*p++)
			return false;
	return true;
}

KTEST(vmalloc, bytes_are_kept_and_given_back, SHORT)
{
	static const size_t sizes[] = { 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 5000, 300000 };
	unsigned long free;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u8 *p = vmalloc(sizes[i]), *q = vmalloc(sizes[i]);

		kt_assert(p && q);
		kt_eq((uintptr)p % PAGE_SIZE, 0);
		kt_true(is_vmalloc_addr(p));
		fill(p, sizes[i]);
		memset(q, 0xEE, sizes[i]);
		kt_true(is_filled(p, sizes[i]));
		expect_sound();
		vfree(q);
		vfree(p);
		kt_false(is_mapped(p));
		expect_sound();
	}
	vm_unmap_aliases();
	kmem_cache_shrink_all();
	free = free_pages_now();
	vfree(vmalloc(300000));
	vm_unmap_aliases();
	kmem_cache_shrink_all();
	kt_eq(free_pages_now(), free);
}

/* Each page in the direct map, or through a kmap slot, is the page at its address. */
KTEST(vmalloc, the_page_of_an_address, SHORT)
{
	const size_t size = 5 * PAGE_SIZE;
	u8 *p = vmalloc(size), *q;
	size_t i;

	kt_assert(p);
	fill(p, size);
	for (i = 0; i < size; i += PAGE_SIZE) {
		struct page *page = vmalloc_to_page(p + i + 17);

		kt_assert(page);
		q = kmap_atomic(page);
		kt_eq(memcmp(q, p + i, PAGE_SIZE), 0);
		kunmap_atomic(q);
	}
	kt_true(vmalloc_to_page(p + size) == NULL);
	vfree(p);
	kt_true(vmalloc_to_page(p) == NULL);
	kt_true(vmalloc_to_page(phys_to_virt(0)) == NULL);
	kt_false(is_vmalloc_addr(phys_to_virt(0)));
}

KTEST(vmalloc, zeroed, SHORT)
{
	const size_t size = 3 * PAGE_SIZE + 100;
	u8 *p = vmalloc(4 * PAGE_SIZE);

	kt_assert(p);
	memset(p, 0xAA, 4 * PAGE_SIZE);
	vfree(p);
	p = vzalloc(size);
	kt_assert(p);
	kt_true(is_zero(p, size));
	kt_false(is_zero(p + size, 4 * PAGE_SIZE - size)); /* what vfree() looks at */
	vfree(p);
	p = vmalloc_user(size);
	kt_assert(p);
	kt_true(is_zero(p, 4 * PAGE_SIZE)); /* all that a user could see */
	memset(p, 1, 4 * PAGE_SIZE);
	vfree(p);
}

KTEST(vmalloc, pages_come_from_high_memory_first, SHORT)
{
	const struct zone *best = node_zonelist(numa_node_id(), __GFP_HIGHMEM)->zones[0];
	u8 *p = vmalloc(PAGE_SIZE);

	kt_assert(p);
	if (is_highmem(best) && best->nr_free_pages > PAGE_SIZE)
		kt_true(PageHighMem(vmalloc_to_page(p)));
	vfree(p);
	p = __vmalloc(PAGE_SIZE, GFP_KERNEL, PROT_KERNEL_RW);
	kt_assert(p);
	kt_false(PageHighMem(vmalloc_to_page(p)));
	vfree(p);
}

KTEST(vmalloc, a_read_only_area, SHORT)
{
	phys_addr_t phys;
	pte_t flags;
	u8 *p = __vmalloc(PAGE_SIZE / 2, GFP_KERNEL | __GFP_ZERO, PROT_KERNEL_RO);

	kt_assert(p);
	kt_assert(kernel_page_lookup((uintptr)p, &phys, &flags));
	kt_eq(flags & _PAGE_RW, 0);
	kt_true(is_zero(p, PAGE_SIZE));
	vfree(p);
}

KTEST(vmalloc, a_page_that_is_never_mapped_follows_each_area, SHORT)
{
	u8 *p[8];
	unsigned int i;

	vm_unmap_aliases();
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = vmalloc(2 * PAGE_SIZE);
		kt_assert(p[i]);
		kt_false(is_mapped(p[i] + 2 * PAGE_SIZE));
		kt_false(is_mapped(p[i] - 1));
	}
	for (i = 0; i < ARRAY_SIZE(p); i++)
		vfree(p[i]);
}

/* The lowest address where it fits; a lazy area is not used again before its flush. */
KTEST(vmalloc, lazy_areas_are_not_used_again, SHORT)
{
	u8 *first, *second, *again;

	vm_unmap_aliases();
	first = vmalloc(PAGE_SIZE);
	second = vmalloc(PAGE_SIZE);
	kt_assert(first && second);
	vfree(first);
	kt_eq(vmap_lazy_bytes, 2 * PAGE_SIZE);
	again = vmalloc(PAGE_SIZE);
	kt_true(again && again != first);
	vfree(again);
	vm_unmap_aliases();
	kt_eq(vmap_lazy_bytes, 0);
	again = vmalloc(PAGE_SIZE);
	kt_eq((uintptr)again, (uintptr)first);
	vfree(again);
	vfree(second);
	vm_unmap_aliases();
	expect_sound();
}

KTEST(vmalloc, many_areas_are_flushed_at_once, SHORT)
{
	const unsigned long bytes = 64 * PAGE_SIZE; /* with the guard page */
	unsigned long nr = VMAP_LAZY_MAX / bytes, i;

	vm_unmap_aliases();
	for (i = 1; i <= nr; i++) {
		vfree(vmalloc(bytes - PAGE_SIZE));
		kt_eq(vmap_lazy_bytes, i * bytes);
	}
	vfree(vmalloc(bytes - PAGE_SIZE));
	kt_eq(vmap_lazy_bytes, 0);
	expect_sound();
}

/* Neighbours that are free become one: a piece over all of them fits where they were. */
KTEST(vmalloc, free_neighbours_become_one, SHORT)
{
	u8 *p[4], *large;
	unsigned int i;

	vm_unmap_aliases();
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = vmalloc(PAGE_SIZE);
		kt_assert(p[i]);
	}
	vfree(p[0]);
	vfree(p[2]);
	vfree(p[1]);
	vm_unmap_aliases();
	expect_sound();
	large = vmalloc(5 * PAGE_SIZE);
	kt_true(large && (large == p[0] || p[1] != p[0] + 2 * PAGE_SIZE));
	vfree(large);
	vfree(p[3]);
	vm_unmap_aliases();
}

/* --- failures: NULL, one line, nothing changed ------------------------------------------------ */

KTEST(vmalloc, sizes_that_cannot_be, SHORT)
{
	unsigned long free = free_pages_now();

	kt_true(vmalloc(0) == NULL);
	kt_true(vmalloc(1UL << 31) == NULL);
	kt_true(vmalloc(~0UL) == NULL);
	kt_true(vmalloc_user(~0UL) == NULL);
	kt_true(vmalloc_user(0) == NULL);
	kt_eq(free_pages_now(), free);
	expect_sound();
}

KTEST(vmalloc, without_pages_all_is_given_back, SHORT)
{
	struct page_stock stock;
	unsigned long free;

	vfree(vmalloc(64 * PAGE_SIZE)); /* the page tables are there */
	vm_unmap_aliases();
	page_stock_init(&stock);
	page_stock_leave(&stock, 0xF);
	free = free_pages_now();
	kt_true(__vmalloc(64 * PAGE_SIZE, GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN,
			  PROT_KERNEL_RW) == NULL);
	vm_unmap_aliases();
	kmem_cache_shrink_all();
	kt_true(free_pages_now() >= free);
	page_stock_free(&stock);
	expect_sound();
}

/* Large areas until there are no more, for want of pages or of addresses: each names the one before
 * it. All of them can be given back, and the test's end counts the pages. */
KTEST(vmalloc, until_nothing_is_left, LONG)
{
	void **last = NULL, **p;
	unsigned int nr = 0;

	while ((p = __vmalloc(1UL << 20, GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN,
			      PROT_KERNEL_RW))) {
		*p = last;
		last = p;
		nr++;
	}
	kt_true(nr);
	expect_sound();
	while (last) {
		p = *last;
		vfree(last);
		last = p;
		nr--;
	}
	kt_eq(nr, 0);
}

/* Space ends before memory does: the caller's page is mapped again and again. */
KTEST(vmalloc, address_space_ends, LONG)
{
	static struct page *pages[4096];
	static void *area[256];
	struct vmalloc_usage usage;
	unsigned int nr = 0, i;

	pages[0] = alloc_page(GFP_KERNEL);
	kt_assert(pages[0]);
	for (i = 1; i < ARRAY_SIZE(pages); i++)
		pages[i] = pages[0];
	while (nr < ARRAY_SIZE(area) &&
	       (area[nr] = vmap(pages, ARRAY_SIZE(pages), VM_MAP, PROT_KERNEL_RW)))
		nr++;
	vmalloc_usage(&usage);
	if (nr < ARRAY_SIZE(area))
		kt_true(usage.chunk <= ARRAY_SIZE(pages) * PAGE_SIZE);
	kt_true(usage.used >= nr * (ARRAY_SIZE(pages) + 1) * PAGE_SIZE);
	for (i = 0; i < nr; i++)
		vunmap(area[i]);
	/* What was given back lazily is flushed when it is needed. */
	area[0] = vmap(pages, ARRAY_SIZE(pages), VM_MAP, PROT_KERNEL_RW);
	kt_true(area[0]);
	vunmap(area[0]);
	__free_page(pages[0]);
	vm_unmap_aliases();
	expect_sound();
}

/* --- vmap() ----------------------------------------------------------------------------------- */

KTEST(vmalloc, vmap_shows_the_pages_in_their_order, SHORT)
{
	struct page *pages[3];
	unsigned int i;
	u32 *p;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_page(GFP_HIGHUSER);
		kt_assert(pages[i]);
	}
	p = vmap(pages, ARRAY_SIZE(pages), VM_MAP, PROT_KERNEL_RW);
	kt_assert(p);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		u32 *slot;

		p[i * PAGE_SIZE / sizeof(*p)] = i + 77;
		slot = kmap_atomic(pages[i]);
		kt_eq(*slot, i + 77);
		kunmap_atomic(slot);
		kt_true(vmalloc_to_page((u8 *)p + i * PAGE_SIZE) == pages[i]);
	}
	expect_sound();
	vunmap(p);
	kt_false(is_mapped(p));
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		__free_page(pages[i]);
	vunmap(NULL);
	expect_sound();
}

KTEST(vmalloc, vmap_of_nothing, SHORT)
{
	struct page *page = pfn_to_page(0);

	kt_true(vmap(&page, 0, VM_MAP, PROT_KERNEL_RW) == NULL);
}

/* --- get_vm_area() ---------------------------------------------------------------------------- */

/* Any page of it may be mapped, or none; what is left is unmapped in the end, and stays allocated.
 * */
KTEST(vmalloc, an_area_is_mapped_as_its_owner_likes, SHORT)
{
	u8 *area = get_vm_area(4 * PAGE_SIZE);
	struct page *page = alloc_page(GFP_KERNEL);

	kt_assert(area && page);
	expect_sound();
	kt_false(is_mapped(area + 2 * PAGE_SIZE));
	kt_eq(arch_map_kernel((uintptr)area + 2 * PAGE_SIZE, page_to_pfn(page), 1, PROT_KERNEL_RW),
	      0);
	kt_true(vmalloc_to_page(area + 2 * PAGE_SIZE) == page);
	expect_sound();
	free_vm_area(area);
	kt_false(is_mapped(area + 2 * PAGE_SIZE));
	kt_eq(page->_count, 1);
	__free_page(page);
	free_vm_area(NULL);
	expect_sound();
}

KTEST(vmalloc, an_area_of_nothing_is_refused, SHORT)
{
	kt_true(get_vm_area(0) == NULL);
	kt_true(get_vm_area(vmap_limit) == NULL);
	expect_sound();
}

/* The largest free piece can be had as a whole, to the byte, and nothing that is larger. */
KTEST(vmalloc, the_largest_piece_fits_exactly, SHORT)
{
	struct vmalloc_usage usage;
	void *area;

	vm_unmap_aliases();
	vmalloc_usage(&usage);
	kt_true(get_vm_area(usage.chunk) == NULL);
	area = get_vm_area(usage.chunk - PAGE_SIZE);
	kt_true(area != NULL);
	expect_sound();
	free_vm_area(area);
	expect_sound();
}

/* --- ioremap() -------------------------------------------------------------------------------- */

static pte_t flags_at(const void *addr, phys_addr_t *phys)
{
	pte_t flags = 0;

	kt_true(kernel_page_lookup((uintptr)addr, phys, &flags));
	return flags;
}

/* The same types by name. */
KTEST(ioremap, the_type_may_be_an_argument, SHORT)
{
	const pte_t types = _PAGE_PCD | _PAGE_PWT;
	u8 *io = ioremap_prot(DEVICE, 1, PROT_KERNEL_IO),
	   *wc = ioremap_prot(DEVICE, 1, PROT_KERNEL_WC);
	u8 *rw = ioremap_prot(DEVICE, 1, PROT_KERNEL_RW),
	   *ro = ioremap_prot(DEVICE, 1, PROT_KERNEL_RO);
	phys_addr_t phys;

	kt_assert(io && wc && rw && ro);
	kt_eq(flags_at(io, &phys) & types, types);
	kt_true(flags_at(wc, &phys) & _PAGE_PWT);
	kt_eq(flags_at(rw, &phys) & (types | _PAGE_RW), _PAGE_RW);
	kt_eq(flags_at(ro, &phys) & (types | _PAGE_RW), 0);
	iounmap(io);
	iounmap(wc);
	iounmap(rw);
	iounmap(ro);
}

KTEST(ioremap, keeps_the_offset_and_the_type, SHORT)
{
	const pte_t types = _PAGE_PCD | _PAGE_PWT;
	phys_addr_t phys;
	u8 *io, *wc, *cached;

	io = ioremap(DEVICE + 0x123, 0x20);
	wc = ioremap_wc(DEVICE + PAGE_SIZE - 1, 2); /* two pages */
	cached = ioremap_cache(DEVICE, PAGE_SIZE);
	kt_assert(io && wc && cached);
	kt_eq(flags_at(io, &phys) & types, types);
	kt_eq(phys, DEVICE + 0x123);
	kt_true(flags_at(wc, &phys) & _PAGE_PWT);
	kt_eq(phys, DEVICE + PAGE_SIZE - 1);
	kt_eq(flags_at(wc + 1, &phys) & _PAGE_RW, _PAGE_RW);
	kt_eq(phys, DEVICE + PAGE_SIZE);
	kt_false(is_mapped(wc + 1 + PAGE_SIZE));
	kt_eq(flags_at(cached, &phys) & types, 0);
	expect_sound();
	iounmap(io);
	iounmap(wc);
	iounmap(cached);
	kt_false(is_mapped(io));
	kt_false(is_mapped(wc + 1));
	iounmap(NULL);
	expect_sound();
}

KTEST(ioremap, ram_is_refused, SHORT)
{
	unsigned long ram = page_to_pfn(pfn_to_page(min_low_pfn));

	kt_true(ioremap(PFN_PHYS(ram), PAGE_SIZE) == NULL);
	kt_true(ioremap(PFN_PHYS(ram) + 5, 1) == NULL);
	kt_true(ioremap_wc(PFN_PHYS(ram) - 1, 2) == NULL);
	if (arch_has_ram(0x100, 0x101)) /* the last byte of the BIOS, then RAM */
		kt_true(ioremap(0xFFFFF, 2) == NULL);
	kt_true(ioremap_cache(PFN_PHYS(max_low_pfn) - PAGE_SIZE, PAGE_SIZE) == NULL);
	expect_sound();
}

KTEST(ioremap, ranges_that_do_not_exist, SHORT)
{
	kt_true(ioremap(DEVICE, 0) == NULL);
	kt_true(ioremap(PFN_PHYS(MAX_PFN_LIMIT), PAGE_SIZE) == NULL);
	kt_true(ioremap(PFN_PHYS(MAX_PFN_LIMIT) - 1, 2) == NULL);
	kt_true(ioremap(~(phys_addr_t)0, 2) == NULL);
	kt_true(ioremap(DEVICE, 1UL << 31) == NULL);
	expect_sound();
}

/* --- what is known about them ----------------------------------------------------------------- */

KTEST(vmalloc, an_address_is_explained, SHORT)
{
	u8 *p, *q;

	vm_unmap_aliases();
	p = vmalloc(5000);
	q = ioremap(DEVICE, 100);
	kt_assert(p && q);
	expect_shown(p + 16, "byte 16 of the 5000 bytes at %08lx, vmalloc() for *", (uintptr)p);
	expect_shown(p + 2 * PAGE_SIZE,
		     "guard page, 3193 bytes behind the end of the 5000 bytes at *");
	expect_shown(p + 5000, "1 byte behind the end of *");
	expect_shown(q, "byte 0 of the 100 bytes at *, ioremap() for *");
	if (q == p + 3 * PAGE_SIZE)
		expect_shown(q - 1, "guard page, 1 byte in front of the 100 bytes at *");
	vfree(p);
	expect_shown(p + 1, "byte 1 of the 5000 bytes at %08lx that * gave back", (uintptr)p);
	iounmap(q);
	vm_unmap_aliases();
	/* On a large machine it may also be a page of HighMem that was not mapped. */
	expect_shown((void *)(vmap_limit - 1), "range of vmalloc(), but no area is there*");
	kt_false(vmalloc_area_show(NULL, vmap_limit));
	kt_false(vmalloc_area_show(NULL, vmap_start - 1));
}

/* Linux's lines: bounds with the guard page, size, caller, what is there. */
KTEST(vmalloc, vmallocinfo_has_linux_lines, SHORT)
{
	u8 *p, *q, *freed;
	struct page *page = alloc_page(GFP_KERNEL);
	struct capture capture;
	char line[128];
	void *mapped, *reserved;

	vm_unmap_aliases();
	p = vmalloc(5000);
	q = ioremap(DEVICE + 0x10, 100);
	mapped = page ? vmap(&page, 1, VM_MAP, PROT_KERNEL_RW) : NULL;
	reserved = get_vm_area(5 * PAGE_SIZE);
	freed = vmalloc(PAGE_SIZE);
	kt_assert(p && q && mapped && reserved && freed);
	vfree(freed);
	capture_init(&capture, capture_text, CAPTURE_TEXT_SIZE);
	vmallocinfo_show(&capture.out);
	snprintf(line, sizeof(line), "0x%08lx-0x%08lx   12288 * pages=2 vmalloc", (uintptr)p,
		 (uintptr)p + 3 * PAGE_SIZE);
	kt_eq(capture_count(&capture, line), 1);
	snprintf(line, sizeof(line), "0x%08lx-0x%08lx    8192 * phys=0x%08lx ioremap",
		 (uintptr)q - 0x10, (uintptr)q - 0x10 + 2 * PAGE_SIZE, DEVICE);
	kt_eq(capture_count(&capture, line), 1);
	snprintf(line, sizeof(line), "0x%08lx-0x%08lx    8192 * vmap", (uintptr)mapped,
		 (uintptr)mapped + 2 * PAGE_SIZE);
	kt_eq(capture_count(&capture, line), 1);
	snprintf(line, sizeof(line), "0x%08lx-0x%08lx   24576 * reserved", (uintptr)reserved,
		 (uintptr)reserved + 6 * PAGE_SIZE);
	kt_eq(capture_count(&capture, line), 1);
	snprintf(line, sizeof(line), "0x%08lx-0x%08lx    8192 unpurged vm_area", (uintptr)freed,
		 (uintptr)freed + 2 * PAGE_SIZE);
	kt_eq(capture_count(&capture, line), 1);
	vfree(p);
	iounmap(q);
	vunmap(mapped);
	free_vm_area(reserved);
	__free_page(page);
	vm_unmap_aliases();
}

KTEST(vmalloc, usage_counts_areas_with_their_guard_pages, SHORT)
{
	struct vmalloc_usage before, after;
	void *p;

	vm_unmap_aliases();
	vmalloc_usage(&before);
	kt_eq(before.total, vmap_limit - vmap_start);
	kt_true(before.chunk && before.chunk <= before.total - before.used);
	p = vmalloc(5000);
	vmalloc_usage(&after);
	kt_eq(after.used - before.used, 3 * PAGE_SIZE);
	vfree(p);
	vm_unmap_aliases();
	vmalloc_usage(&after);
	kt_eq(after.used, before.used);
	kt_eq(after.chunk, before.chunk);
}
