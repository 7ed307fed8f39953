/* SPDX-License-Identifier: 0BSD
 *
 * leak_scan.c - memory in use that no pointer leads to (a mark phase, as collectors of garbage have
 * it; the idea of Linux's kmemleak).
 *
 * 1. Concepts
 *    Memory that nobody points to cannot be given back any more: it has leaked, whether anyone
 *    noticed or not. What is a pointer cannot be told from what only looks like one. So every
 *    word that is the address of something in use counts as a pointer to it, at its beginning or
 *    inside it (a list's link is mostly inside). A scan may so miss a leak, because a number or
 *    an old pointer looks like its address; it does not name what somebody can still reach.
 *
 *      roots ---> object ---> object       reached: each of them
 *                 object <--> object       a ring: not reached, though each is pointed to
 *
 *    What is in use is taken from the allocators' books and not from a log of all requests: the
 *    scan costs nothing before it is called.
 * 2. Data
 *    One table of what is in use, sorted by address, and two bits for each entry: reached, and
 *    searched. A third bit map, by page frames, says which pages are no roots. All of it lies in
 *    one area of vmalloc(), which is no part of what is scanned and is cleared before it is given
 *    back: it is full of addresses.
 * 3. Where pointers are looked for
 *    In what the port names (data, stacks, registers); in blocks of alloc_pages(), whose users may
 *    know them by struct page, number or physical address, so that nobody can say whether they
 *    are known, together with the list links that their struct page lends to their users; in
 *    bootmem's memory; and in everything that was reached. A device's registers are not read.
 *    Not in the allocators' own structures, which know everything: mem_map, free pages and objects,
 *    the nodes of vmalloc() areas, the descriptors of slabs. Of those that lie in memory of
 *    kmalloc() L4 tells.
 * 4. What holds while it runs, and where it is kept
 *    L1  The entries do not overlap, and ascend. add_entry()
 *    L2  An entry that was reached is searched, or on the stack, or else `overflow` is set.
 *        reach(), refill()
 *    L3  At the end all entries that were reached are searched. follow()
 *    L4  The allocators' own objects are reached and count as searched from the start; their
 *        static memory is no root. own_memory()
 * 5. The stack
 *    Of a fixed size, since a list of a million elements may come by. What finds no room is only
 *    marked as reached, and found in the bit maps when the stack is empty.
 * 6. Locking
 *    None while memory is searched: what is freed meanwhile is found in its page's absence or read
 *    as the rubbish that it is. Each page is looked up before it is read.
 * 7. Not done
 *    Pointers at odd addresses, packed or changed ones. Pages that nothing points to (see 3).
 */
#include <mm/leak_scan.h>
#include <lib/bitmap.h>
#include <lib/errno.h>
#include <mm/highmem.h>
#include <mm/mem_map.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "internal.h"
#include "kfence.h"
#include "slab_common.h"
#include "vmap_area.h"

#define SCAN_DEPTH 256

/* Room for what is taken between the counting and the collecting: at least the scan's own. */
#define SPARE_ENTRIES 64

#define MAX_OWN 32

struct entry {
	unsigned long start, end;
};

struct scan {
	struct entry *entry; /* (L1) */
	unsigned long nr, max;
	unsigned long *reached, *searched; /* bit i: entry[i] (L2, L3) */
	unsigned long *no_root;		   /* bit pfn: not searched by itself */

	unsigned long stack[SCAN_DEPTH]; /* numbers of entries, reached and to be searched */
	unsigned int depth;
	bool overflow; /* some reached entries are neither searched nor on the stack */

	struct leak_range own[MAX_OWN]; /* static memory of the allocators' (L4) */
	unsigned int nr_own;

	const struct leak_roots *roots;
	struct leak_scan_count *count;
};

/* --- what is in use -------------------------------------------------------------------------- */

/* What is done with something in use. */
typedef void visit_fn(unsigned long start, unsigned long size, void *data);

struct visitor {
	visit_fn *visit;
	void *data;
};

static void visit_used(struct slab_object *o, void *data)
{
	const struct visitor *visitor = data;

	if (o->state == OBJECT_USED)
		visitor->visit((unsigned long)o->start, o->size, visitor->data);
}

/* L1: what comes late, at an address where others were collected already, is missed. */
static void add_entry(unsigned long start, unsigned long size, void *data)
{
	struct scan *scan = data;

	if (scan->nr == scan->max || (scan->nr && start < scan->entry[scan->nr - 1].end)) {
		scan->count->missed++;
		return;
	}
	scan->entry[scan->nr++] = (struct entry){ start, start + size };
}

static void count_entry(unsigned long start __unused, unsigned long size __unused, void *data)
{
	(*(unsigned long *)data)++;
}

/* The objects that kfence guards: its pool is a block of pages. */
static void for_each_guarded(visit_fn *visit, void *data)
{
	const struct kfence_object *object = kfence_pool.object;
	unsigned int i;

	for (i = 0; i < kfence_pool.nr; i++, object++)
		if (object->state == KFENCE_USED)
			visit((unsigned long)object->start, object->size, data);
}

/* What begins at @page, a block in use, if it is memory of kmalloc() or of a cache. */
static void for_each_in_block(struct page *page, visit_fn *visit, void *data)
{
	struct visitor visitor = { visit, data };
	struct slab_object o;

	if (PageSlab(page) && slab_locate(lowmem_page_address(page), &o))
		slab_for_each_object(page, visit_used, &visitor);
	else if (PageKmalloc(page))
		visit((unsigned long)lowmem_page_address(page), PAGE_SIZE << page_order(page),
		      data);
	else if (is_kfence_address(lowmem_page_address(page)))
		for_each_guarded(visit, data);
}

/* All of it by address: the direct map, and behind that the range of vmalloc(). */
static void for_each_in_use(visit_fn *visit, void *data)
{
	const struct vmap_area *va;
	unsigned long pfn, flags;

	for_each_mem_map_block (pfn, 0, max_low_pfn)
		if (pfn_to_page(pfn)->_count)
			for_each_in_block(pfn_to_page(pfn), visit, data);
	spin_lock_irqsave(&vmap_area_lock, flags);
	for_each_vmap_area (va, &vmap_tree)
		if (va->state == VMAP_BUSY)
			visit(va->start, vmap_nr_pages(va) << PAGE_SHIFT, data);
	spin_unlock_irqrestore(&vmap_area_lock, flags);
}

/* --- the table ------------------------------------------------------------------------------- */

/* The entry that @addr lies in; scan->nr if it is in none. */
static unsigned long find_entry(const struct scan *scan, unsigned long addr)
{
	unsigned long low = 0, high = scan->nr;

	while (low < high) {
		unsigned long middle = low + (high - low) / 2;

		if (addr >= scan->entry[middle].end)
			low = middle + 1;
		else
			high = middle;
	}
	return low < scan->nr && addr >= scan->entry[low].start ? low : scan->nr;
}

/* Is @addr in static memory of the allocators'? */
static bool is_own(const struct scan *scan, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < scan->nr_own; i++)
		if (addr >= scan->own[i].start && addr < scan->own[i].end)
			return true;
	return false;
}

/* L4: these @size bytes are the allocators' own: an object, or else static memory. */
static void own_memory(const void *at, size_t size, void *data)
{
	unsigned long start = (unsigned long)at;
	struct scan *scan = data;
	unsigned long i = find_entry(scan, start);

	if (i < scan->nr) {
		__set_bit(i, scan->reached);
		__set_bit(i, scan->searched);
	} else if (!is_own(scan, start)) {
		mm_bug_on(scan->nr_own == MAX_OWN, "more than %d (MAX_OWN) at %p", MAX_OWN, at);
		scan->own[scan->nr_own++] = (struct leak_range){ start, start + size };
	}
}

static void no_roots(struct scan *scan, unsigned long pfn, unsigned long nr)
{
	unsigned long end = min(pfn + nr, max_pfn);

	for (; pfn < end; pfn++)
		__set_bit(pfn, scan->no_root);
}

/* The pages of mem_map itself. */
static void own_mem_map(struct scan *scan)
{
	unsigned long va, pfn, block, bytes = MAX_ORDER_NR_PAGES * sizeof(struct page);

	for (block = 0; block < MEM_MAP_BLOCKS; block++) {
		if (!mem_map_blocks[block])
			continue;
		for (va = VMEMMAP_START + block * bytes; va < VMEMMAP_START + (block + 1) * bytes;
		     va += PAGE_SIZE)
			if (arch_lookup_kernel(va, &pfn))
				no_roots(scan, pfn, 1);
	}
}

/* The pages at @p, of lowmem. */
static void no_root_pages(struct scan *scan, const void *p, unsigned long pages)
{
	no_roots(scan, PFN_DOWN(virt_to_phys(p)), pages);
}

/* The table of kfence knows all objects of its pool. */
static void own_guard(struct scan *scan)
{
	size_t bytes = kfence_pool.nr * sizeof(struct kfence_object);

	if (!kfence_pool.object)
		return;
	no_root_pages(scan, (void *)kfence_pool_start, kfence_pool_bytes >> PAGE_SHIFT);
	no_root_pages(scan, kfence_pool.object, PFN_UP(bytes));
}

/* The pages that belong to an area: they are searched if it is reached. A device is not searched,
 * nor what others mapped, whose pages are searched as theirs. */
static void own_area(struct scan *scan, const struct vmap_area *va)
{
	unsigned long i = find_entry(scan, va->start);
	struct page *page;

	if (va->state != VMAP_BUSY)
		return;
	if (va->kind != VM_ALLOC) {
		if (i < scan->nr)
			__set_bit(i, scan->searched);
		return;
	}
	list_for_each_entry (page, &va->pages, lru)
		no_roots(scan, page_to_pfn(page), 1UL << page_order(page));
}

static void own_areas(struct scan *scan)
{
	const struct vmap_area *va;
	unsigned long flags;

	spin_lock_irqsave(&vmap_area_lock, flags);
	for_each_vmap_area (va, &vmap_tree)
		own_area(scan, va);
	spin_unlock_irqrestore(&vmap_area_lock, flags);
}

/* --- marking --------------------------------------------------------------------------------- */

/* L2: a word that was found. */
static void reach(struct scan *scan, unsigned long word)
{
	unsigned long i;

	if (!scan->nr || word < scan->entry[0].start || word >= scan->entry[scan->nr - 1].end)
		return;
	i = find_entry(scan, word);
	if (i == scan->nr || test_bit(i, scan->reached))
		return;
	__set_bit(i, scan->reached);
	if (test_bit(i, scan->searched))
		return;
	if (scan->depth < SCAN_DEPTH)
		scan->stack[scan->depth++] = i;
	else
		scan->overflow = true;
}

/* The sanitizers' padding between variables is read like the variables. */
static __no_sanitize_address unsigned long word_at(unsigned long addr)
{
	return *(const unsigned long *)addr;
}

static void search_words(struct scan *scan, unsigned long start, unsigned long end)
{
	unsigned long at;

	for (at = ALIGN_UP(start, sizeof(long)); at + sizeof(long) <= end; at += sizeof(long))
		reach(scan, word_at(at));
	scan->count->searched += end - start;
}

/* Page by page, where one is mapped: meanwhile its owner may have given it back. */
static void search(struct scan *scan, unsigned long start, unsigned long end)
{
	unsigned long page_end, pfn;

	for (; start < end; start = page_end) {
		page_end = min(ALIGN_DOWN(start, PAGE_SIZE) + PAGE_SIZE, end);
		if (arch_lookup_kernel(start, &pfn))
			search_words(scan, start, page_end);
	}
}

/* Put what found no room on the stack there. Return: is there something? */
static bool refill(struct scan *scan)
{
	unsigned long i;

	scan->overflow = false;
	for (i = find_next_bit(scan->reached, 0, scan->nr); i < scan->nr;
	     i = find_next_bit(scan->reached, i + 1, scan->nr)) {
		if (test_bit(i, scan->searched))
			continue;
		if (scan->depth == SCAN_DEPTH) {
			scan->overflow = true;
			break;
		}
		scan->stack[scan->depth++] = i;
	}
	return scan->depth;
}

/* L3: search what was reached, and what is reached by that. */
static void follow(struct scan *scan)
{
	do {
		while (scan->depth) {
			unsigned long i = scan->stack[--scan->depth];

			__set_bit(i, scan->searched);
			search(scan, scan->entry[i].start, scan->entry[i].end);
		}
	} while (scan->overflow && refill(scan));
}

/* --- roots ----------------------------------------------------------------------------------- */

static void search_page(struct scan *scan, struct page *page)
{
	unsigned long addr;
	char *mapped;

	if (test_bit(page_to_pfn(page), scan->no_root))
		return;
	if (page_to_pfn(page) < max_low_pfn) {
		addr = (unsigned long)lowmem_page_address(page);
		search(scan, addr, addr + PAGE_SIZE);
	} else {
		mapped = kmap_atomic(page);
		search_words(scan, (unsigned long)mapped, (unsigned long)mapped + PAGE_SIZE);
		kunmap_atomic(mapped);
	}
}

/* A block of alloc_pages(), with what its owner keeps in its struct page. */
static void search_block(struct scan *scan, struct page *page)
{
	unsigned long i, nr = block_pages(page), links = (unsigned long)&page->lru;

	if (test_bit(page_to_pfn(page), scan->no_root))
		return;
	search_words(scan, links, links + sizeof(page->lru));
	for (i = 0; i < nr; i++)
		search_page(scan, page + i);
}

/* Bootmem's memory is in reserved pages of RAM, as are the image, whose ranges are roots already,
 * and what the loader left. What the image does not need any more is not reserved. */
static bool is_early_memory(const struct scan *scan, unsigned long pfn)
{
	unsigned long addr;

	if (pfn >= max_low_pfn || !PageReserved(pfn_to_page(pfn)) || !arch_has_ram(pfn, pfn + 1))
		return false;
	addr = (unsigned long)phys_to_virt(PFN_PHYS(pfn));
	return addr < scan->roots->image.start || addr >= scan->roots->image.end;
}

static void search_pages(struct scan *scan)
{
	unsigned long pfn;

	for_each_mem_map_block (pfn, 0, max_pfn) {
		struct page *page = pfn_to_page(pfn);

		if (is_early_memory(scan, pfn))
			search_page(scan, page);
		else if (page->_count && !PageSlab(page) && !PageKmalloc(page))
			search_block(scan, page);
		follow(scan);
	}
}

/* The first static memory of the allocators' that ends behind @addr; NULL: there is none. */
static const struct leak_range *next_own(const struct scan *scan, unsigned long addr)
{
	const struct leak_range *own, *next = NULL;

	for (own = scan->own; own < scan->own + scan->nr_own; own++)
		if (own->end > addr && (!next || own->start < next->start))
			next = own;
	return next;
}

/* A range, without what of it is the allocators'. */
static void search_range(struct scan *scan, unsigned long start, unsigned long end)
{
	const struct leak_range *own;

	for (; start < end; start = own ? max(own->end, start) : end) {
		own = next_own(scan, start);
		search_words(scan, start, own ? min(max(own->start, start), end) : end);
	}
}

static void search_roots(struct scan *scan)
{
	unsigned int i;

	for (i = 0; i < scan->roots->nr; i++) {
		search_range(scan, scan->roots->range[i].start, scan->roots->range[i].end);
		follow(scan);
	}
	search_pages(scan);
	mm_bug_on(scan->depth || scan->overflow, "%u entries are not searched", scan->depth);
}

/* --- what was not reached -------------------------------------------------------------------- */

static const void *caller_of(unsigned long addr)
{
	const struct vmap_area *va;
	const void *caller;
	unsigned long flags;

	spin_lock_irqsave(&vmap_area_lock, flags);
	va = vmap_tree_find(&vmap_tree, addr);
	caller = va ? va->caller : NULL;
	spin_unlock_irqrestore(&vmap_area_lock, flags);
	return caller;
}

/* Is the object or the large block still there? Who came to its place meanwhile is unknown, too, as
 * far as the scan can tell: two scans are to name him. */
static bool is_there(unsigned long start)
{
	const struct page *page = lowmem_virt_to_page((void *)start);
	struct slab_object o;

	if (is_kfence_address((void *)start))
		return kfence_object_of(start)->state == KFENCE_USED;
	if (!PageSlab(page))
		return PageKmalloc(page);
	return slab_locate((void *)start, &o) && o.state == OBJECT_USED &&
	       (unsigned long)o.start == start;
}

static struct leak describe(const struct entry *entry)
{
	struct leak leak = { .start = entry->start, .size = entry->end - entry->start };
	const struct page *page;

	if (is_vmalloc_addr((void *)entry->start)) {
		leak.kind = LEAK_AREA;
		leak.caller = caller_of(entry->start);
		return leak;
	}
	if (is_kfence_address((void *)entry->start)) {
		leak.kind = LEAK_OBJECT;
		leak.cache = kfence_object_of(entry->start)->cache;
		return leak;
	}
	page = lowmem_virt_to_page((void *)entry->start);
	leak.kind = PageSlab(page) ? LEAK_OBJECT : LEAK_LARGE;
	leak.cache = slab_cache_of((void *)entry->start);
	return leak;
}

static void report(const struct scan *scan, void (*visit)(const struct leak *leak, void *data),
		   void *data)
{
	unsigned long i;

	for (i = find_next_zero_bit(scan->reached, 0, scan->nr); i < scan->nr;
	     i = find_next_zero_bit(scan->reached, i + 1, scan->nr)) {
		unsigned long start = scan->entry[i].start;
		struct leak leak;

		if (!is_vmalloc_addr((void *)start) && !is_there(start))
			continue;
		leak = describe(&scan->entry[i]);
		scan->count->nr_leaks++;
		scan->count->bytes += leak.size;
		visit(&leak, data);
	}
}

/* --- all of it ------------------------------------------------------------------------------- */

/* Cut the scan's memory into its parts; @scan begins it. Return: bytes; with @scan NULL nothing
 * but these. */
static unsigned long lay_out(struct scan *scan, unsigned long max)
{
	unsigned long words = BITS_TO_LONGS(max), pfn_words = BITS_TO_LONGS(max_pfn);

	if (scan) {
		scan->max = max;
		scan->entry = (struct entry *)(scan + 1);
		scan->reached = (unsigned long *)(scan->entry + max);
		scan->searched = scan->reached + words;
		scan->no_root = scan->searched + words;
	}
	return sizeof(*scan) + max * sizeof(struct entry) +
	       (2 * words + pfn_words) * sizeof(unsigned long);
}

static void collect(struct scan *scan)
{
	for_each_in_use(add_entry, scan);
	own_memory(scan, scan->max, scan);
	own_mem_map(scan);
	own_guard(scan);
	own_areas(scan);
	vmap_own_memory(own_memory, scan);
	slab_own_memory(own_memory, scan);
	scan->count->in_use = scan->nr;
}

int leak_scan(const struct leak_roots *roots, void (*visit)(const struct leak *leak, void *data),
	      void *data, struct leak_scan_count *count)
{
	unsigned long bytes, nr = SPARE_ENTRIES;
	struct scan *scan;

	*count = (struct leak_scan_count){ 0 };
	for_each_in_use(count_entry, &nr);
	bytes = lay_out(NULL, nr);
	scan = __vmalloc(bytes, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO | __GFP_NOWARN,
			 PROT_KERNEL_RW);
	if (!scan)
		return -ENOMEM;
	lay_out(scan, nr);
	scan->roots = roots;
	scan->count = count;
	collect(scan);
	search_roots(scan);
	report(scan, visit, data);
	memset(scan, 0, bytes);
	vfree(scan);
	return 0;
}
