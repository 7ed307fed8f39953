/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc.c - vmalloc(), vmap(), ioremap() and what takes them back, against one word for each page
 * of their address range.
 *
 * The oracle knows of each page whether somebody has it, or when it was given back: it may be used
 * again only after a flush of all TLBs, which the simulated machine counts. From that follows where
 * a new area must lie: at the lowest address where its pages and its guard page fit. What is in the
 * bytes of an area is read back before it goes.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/format.h>
#include <mm/mm_check.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <test/pages.h>

#include "../host/host.h"
#include "vmap_area.h"

#define SLOTS	 256
#define NR_PAGES 24 /* of the model's own, for vmap() */
#define DEVICE	 0xFEC00000UL

enum { VMALLOC, VZALLOC, VMAP, IOREMAP, FREE, FLUSH };

static struct {
	u8 *p;
	unsigned long size;
	u32 kind;
} slot[SLOTS];

/* By the distance from the start of the range: 0 is free; IN_USE; else 1 + the number of flushes
 * when the page was given back. */
#define IN_USE	  ~0UL
#define MAX_RANGE (1UL << 18)
static unsigned long used[MAX_RANGE];

static struct page *own_page[NR_PAGES];
static unsigned long idle_pages;

static void give_back_what_waits(void)
{
	vm_unmap_aliases();
	kmem_cache_shrink_all();
	drain_all_pages();
}

static void begin(void)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++)
		own_page[i] = alloc_page(GFP_KERNEL);
	give_back_what_waits();
	idle_pages = free_pages_now();
}

static void choose(struct random *random, struct op *op)
{
	static const u8 kinds[] = { VMALLOC, VMALLOC, VMALLOC, VZALLOC, VMAP, IOREMAP,
				    FREE,    FREE,    FREE,    FREE,	FREE };
	u32 octave = 1u << random_below(random, random_below(random, 30) ? 16 : 20);

	op->what = kinds[random_below(random, ARRAY_SIZE(kinds))];
	if (!random_below(random, 100))
		op->what = FLUSH;
	op->a = random_below(random, SLOTS);
	op->b = octave + random_below(random, octave);
	op->c = random_below(random, 2 * PAGE_SIZE);
}

static const char *text(const struct op *op, char buf[80])
{
	static const char *const names[] = { "vmalloc", "vzalloc", "vmap", "ioremap" };

	if (op->what == FREE)
		snprintf(buf, 80, "give slot[%u] back", op->a);
	else if (op->what == FLUSH)
		snprintf(buf, 80, "vm_unmap_aliases()");
	else
		snprintf(buf, 80, "slot[%u] = %s(%u), offset %u", op->a, names[op->what], op->b,
			 op->c);
	return buf;
}

static unsigned long index_of(const void *addr)
{
	return ((uintptr)addr - vmap_start) >> PAGE_SHIFT;
}

static bool is_free(unsigned long page)
{
	return used[page] != IN_USE && used[page] <= host_tlb_flushes;
}

/* The lowest run of @nr pages that are free. */
static unsigned long lowest_fit(unsigned long nr)
{
	unsigned long page = 0, run = 0;

	while (run < nr)
		run = is_free(page++) ? run + 1 : 0;
	return page - nr;
}

static void mark(const void *addr, unsigned long nr, unsigned long value)
{
	unsigned long page = index_of(addr);

	while (nr--)
		used[page++] = value;
}

/* With the guard page. */
static unsigned long pages_of(unsigned int i)
{
	unsigned long offset = (uintptr)slot[i].p % PAGE_SIZE;

	return DIV_ROUND_UP(offset + slot[i].size, PAGE_SIZE) + 1;
}

static u8 pattern(unsigned int i, unsigned long byte)
{
	return (u8)(i * 31 + byte / PAGE_SIZE * 7 + 1);
}

/* The first and the last byte of each page that was asked for. */
static bool each_end(unsigned int i, bool (*what)(u8 *at, u8 value))
{
	unsigned long byte;

	for (byte = 0; byte < slot[i].size; byte += PAGE_SIZE) {
		unsigned long last = min(byte + PAGE_SIZE, slot[i].size) - 1;

		if (!what(slot[i].p + byte, pattern(i, byte)) ||
		    !what(slot[i].p + last, pattern(i, byte)))
			return model_differs("slot %u: page %lu changed", i, byte / PAGE_SIZE);
	}
	return true;
}

static bool write_byte(u8 *at, u8 value)
{
	*at = value;
	return true;
}

static bool has_byte(u8 *at, u8 value)
{
	return *at == value;
}

static bool is_zero(u8 *at, u8 value __unused)
{
	return !*at;
}

static void *ask(const struct op *op, unsigned long *size)
{
	*size = op->b;
	switch (op->what) {
	case VMALLOC:
		return __vmalloc(*size, GFP_KERNEL | __GFP_HIGHMEM | __GFP_NOWARN, PROT_KERNEL_RW);
	case VZALLOC:
		return __vmalloc(*size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN, PROT_KERNEL_RW);
	case VMAP:
		*size = (1 + op->b % NR_PAGES) << PAGE_SHIFT;
		return vmap(own_page, (unsigned int)(*size >> PAGE_SHIFT), VM_MAP, PROT_KERNEL_RW);
	default:
		return ioremap(DEVICE + op->c, *size);
	}
}

/* A new area is in slot @op->a. NULL is no fault where memory is short. */
static bool taken(const struct op *op, u8 *p, unsigned long size)
{
	unsigned int i = op->a;

	if (!p)
		return size < (free_pages_now() << PAGE_SHIFT) / 8
			       ? model_differs("no area of %lu bytes, %lu pages are free", size,
					       free_pages_now())
			       : true;
	slot[i].p = p;
	slot[i].size = size;
	slot[i].kind = op->what;
	if (op->what == IOREMAP && (uintptr)p % PAGE_SIZE != op->c % PAGE_SIZE)
		return model_differs("%p has another offset than %u", p, op->c);
	if (!model_same("place", index_of(p), lowest_fit(pages_of(i))))
		return false;
	mark(p, pages_of(i), IN_USE);
	if (op->what == VZALLOC && !each_end(i, is_zero))
		return false;
	return op->what > VZALLOC || each_end(i, write_byte);
}

static bool give(unsigned int i)
{
	u8 *p = slot[i].p;

	if (!p)
		return true;
	if (slot[i].kind <= VZALLOC && !each_end(i, has_byte))
		return false;
	mark(p, pages_of(i), host_tlb_flushes + 1);
	slot[i].p = NULL;
	if (slot[i].kind <= VZALLOC)
		vfree(p);
	else if (slot[i].kind == VMAP)
		vunmap(p);
	else
		iounmap(p);
	return true;
}

static bool step(const struct op *op)
{
	unsigned long size;
	void *p;

	switch (op->what) {
	case FREE:
		return give(op->a);
	case FLUSH:
		vm_unmap_aliases();
		return model_same("lazy bytes", vmap_lazy_bytes, 0);
	default:
		if (slot[op->a].p)
			return true;
		p = ask(op, &size);
		return taken(op, p, size);
	}
}

static bool end(void)
{
	unsigned int i;

	if (!model_invariants_hold())
		return false;
	for (i = 0; i < SLOTS; i++)
		if (!give(i))
			return false;
	give_back_what_waits();
	return model_invariants_hold() &&
	       model_same("free pages at the end", free_pages_now(), idle_pages);
}

const struct model model_vmalloc = { "vmalloc", begin, choose, step, end, text };
