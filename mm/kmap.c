/* SPDX-License-Identifier: 0BSD
 *
 * kmap.c - kmap(): addresses that pages of HighMem keep until kunmap() (Gorman 9.2, Mauerer 3.5.8).
 *
 * 1. Concepts    LAST_PKMAP places of a page each, from PKMAP_BASE on. A page gets one at its first
 *                kmap(), and every other kmap() of it gives the same address. After the last
 *                kunmap() it stays mapped, unused, so that the next kmap() finds it; only when no
 *                place is free all unused ones are given up together, with one flush of the TLB.
 *                A page that is freed gives up its place at once: no window is left on a free page.
 *                Where Linux waits for a place, NULL is returned: nothing here can wait.
 * 2. Guards      Places with even numbers are taken first, so the page behind one is not mapped and
 *                an overrun faults. With more than half of the places in use the odd ones are taken
 *                too: better an address without a guard than none.
 * 3. Data        pkmap[] has a count for each place, Linux's pkmap_count. A hash leads from the pfn
 *                to the place; PG_kmapped says that there is one, so that others need not look.
 *                pkmap_half[] counts what is free and what is unused of either half. Who finds his
 *                page first in its chain knows that it is a page, and of HighMem.
 * 4. Invariants  (check_kmap.c)
 *                K1 a place of kmap() is mapped if and only if its count is not 0, and to its page;
 *                K2 every page with PG_kmapped has one place, and its hash chain leads there;
 *                K3 a page that is mapped by kmap() is of HighMem and not free;
 *                K4 free and unused places are as many as pkmap_half counts;
 *                K5 a slot of kmap_atomic() is mapped if and only if it is in use, and to its page,
 *                and no page behind a slot is.
 * 5. Locking     kmap_lock, innermost of all, so that a page can be freed under any other. It also
 *                protects PG_kmapped, which another CPU's flush may clear while the owner of the
 *                page changes other bits: that one bit is set and cleared atomically.
 * 6. Not done    Waiting. Places for pages of lowmem: they have their address.
 */
#include <lib/out.h>
#include <mm/mem_map.h>
#include "kmap.h"

#ifndef MM_NO_HIGHMEM

#define NR_HALF (LAST_PKMAP / 2)

DEFINE_SPINLOCK(kmap_lock);
struct pkmap pkmap[LAST_PKMAP];
struct pkmap_half pkmap_half[2] = { { .nr_free = NR_HALF }, { .nr_free = NR_HALF, .last = 1 } };
struct pkmap *pkmap_hash[PKMAP_HASH_SIZE] = { [0 ... PKMAP_HASH_SIZE - 1] = &pkmap_none };
struct pkmap pkmap_none; /* pfn 0 is not HighMem's */
unsigned long nr_kmapped;

/* --- the hash: under kmap_lock --------------------------------------------------------------- */

static struct pkmap **chain_of(unsigned long pfn)
{
	return &pkmap_hash[pfn % PKMAP_HASH_SIZE];
}

struct pkmap *pkmap_find(unsigned long pfn)
{
	struct pkmap *place;

	for (place = *chain_of(pfn); place != &pkmap_none; place = place->next)
		if (place->pfn == pfn)
			return place;
	return NULL;
}

static void hash_add(struct pkmap *place)
{
	struct pkmap **chain = chain_of(place->pfn);

	place->next = *chain;
	*chain = place;
}

static void hash_del(const struct pkmap *place)
{
	struct pkmap **link = chain_of(place->pfn);

	while (*link != place)
		link = &(*link)->next;
	*link = place->next;
}

/* --- places: under kmap_lock ----------------------------------------------------------------- */

/* An unused place becomes free. What the TLB knows of it is the caller's. */
static void give_up_place(struct pkmap *place)
{
	hash_del(place);
	place->count = 0;
	ClearPageKmapped(pfn_to_page(place->pfn));
	place->half->nr_unused--;
	place->half->nr_free++;
	nr_kmapped--;
}

/* All places that nobody uses become free, with one flush. */
static void flush_all_zero_pkmaps(void)
{
	struct pkmap *place;
	unsigned long va;

	for (place = pkmap; place < pkmap + LAST_PKMAP; place++) {
		if (place->count != 1)
			continue;
		va = pkmap_address(place);
		arch_clear_slot(arch_slot(va), va);
		give_up_place(place);
	}
	arch_flush_tlb_all();
}

/* The next free place of a half that has one. They are taken in turn, so that an address that was
 * given back is not soon another page's. */
static struct pkmap *next_free(struct pkmap_half *half)
{
	do
		half->last = (half->last + 2) % LAST_PKMAP;
	while (pkmap[half->last].count);
	half->nr_free--;
	pkmap[half->last].half = half;
	return &pkmap[half->last];
}

/* A place to be used; NULL if all are in use. */
static struct pkmap *take_place(void)
{
	struct pkmap_half *half;

	for (half = pkmap_half; half < pkmap_half + 2; half++) {
		if (!half->nr_free && half->nr_unused)
			flush_all_zero_pkmaps();
		if (half->nr_free)
			return next_free(half);
	}
	return NULL;
}

/* The page of HighMem has no place yet. Return: NULL if there is none. */
static struct pkmap *map_page(struct page *page)
{
	struct pkmap *place;
	unsigned long va;

	mm_bug_on(PageFree(page), "pfn %lu is free: whose page is it?", page_to_pfn(page));
	place = take_place();
	if (!place)
		return NULL;
	place->pfn = page_to_pfn(page);
	place->count = 1;
	place->half->nr_unused++;
	hash_add(place);
	SetPageKmapped(page);
	nr_kmapped++;
	va = pkmap_address(place);
	arch_map_slot(arch_slot(va), va, place->pfn);
	return place;
}

static __always_inline void *use_place(struct pkmap *place)
{
	if (++place->count == 2)
		place->half->nr_unused--;
	return (void *)pkmap_address(place);
}

static __always_inline void unuse_place(struct pkmap *place)
{
	if (--place->count == 1)
		place->half->nr_unused++;
}

/* --- for callers ----------------------------------------------------------------------------- */

/* A hint. What has another pfn, and a place, is a page of HighMem: nothing else ever gets one. */
static __always_inline bool below_highmem(unsigned long pfn)
{
	return pfn < max_low_pfn;
}

/* What has this page_index(), a page or not: the fast paths need not keep it. */
static struct page *page_by_index(unsigned long index)
{
	unsigned int shift = lowest_bit(sizeof(struct page));

	return (struct page *)(VMEMMAP_START +
			       (index << shift | index >> (sizeof(index) * 8 - shift)));
}

static struct page *check_page(unsigned long index, const char *func)
{
	struct page *page = page_by_index(index);

	if (unlikely(!page_valid(page)))
		bad_page_pointer(page, func);
	return page;
}

/* The page has no place yet, or not the first one of its chain. Context: under kmap_lock, which
 * is given back. */
static fastcall __noinline void *kmap_other(unsigned long pfn, unsigned long flags)
{
	struct page *page = check_page(pfn, "kmap");
	struct pkmap *place = PageKmapped(page) ? pkmap_find(pfn) : map_page(page);
	void *addr = NULL;

	if (place)
		addr = use_place(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
	return addr;
}

static fastcall __noinline void *kmap_below_highmem(unsigned long pfn)
{
	struct page *page = check_page(pfn, "kmap");
	unsigned long flags;

	if (likely(!PageHighMem(page)))
		return lowmem_page_address(page);
	spin_lock_irqsave(&kmap_lock, flags);
	return kmap_other(pfn, flags);
}

void *fastcall kmap(struct page *page)
{
	unsigned long pfn = page_index(page), flags;
	struct pkmap *place;
	void *addr;

	if (below_highmem(pfn))
		return kmap_below_highmem(pfn);
	spin_lock_irqsave(&kmap_lock, flags);
	place = *chain_of(pfn);
	if (unlikely(place->pfn != pfn))
		return kmap_other(pfn, flags);
	addr = use_place(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
	return addr;
}

/* Not the first place of its chain, or none, or one without a user. Context: as kmap_other(). */
static fastcall __noinline void kunmap_other(unsigned long pfn, unsigned long flags)
{
	struct pkmap *place;

	check_page(pfn, "kunmap");
	place = pkmap_find(pfn);
	if (!place)
		panic("BUG: kunmap: pfn %lu is not mapped by kmap() (unmapped twice, or never "
		      "mapped?)",
		      pfn);
	if (place->count < 2)
		panic("BUG: kunmap: pfn %lu at %lx has no user left (unmapped twice?)", place->pfn,
		      pkmap_address(place));
	unuse_place(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
}

static fastcall __noinline void kunmap_below_highmem(unsigned long pfn)
{
	unsigned long flags;

	if (likely(!PageHighMem(check_page(pfn, "kunmap"))))
		return;
	spin_lock_irqsave(&kmap_lock, flags);
	kunmap_other(pfn, flags);
}

void fastcall kunmap(struct page *page)
{
	unsigned long pfn = page_index(page), flags;
	struct pkmap *place;

	if (below_highmem(pfn)) {
		kunmap_below_highmem(pfn);
		return;
	}
	spin_lock_irqsave(&kmap_lock, flags);
	place = *chain_of(pfn);
	if (unlikely(place->pfn != pfn)) {
		kunmap_other(pfn, flags);
		return;
	}
	if (unlikely(place->count < 2)) {
		kunmap_other(READ_ONCE(place->pfn), flags);
		return;
	}
	unuse_place(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
}

void *pkmap_pin(unsigned long pfn)
{
	struct pkmap *place;
	unsigned long flags;
	void *addr = NULL;

	spin_lock_irqsave(&kmap_lock, flags);
	place = pkmap_find(pfn);
	if (place)
		addr = use_place(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
	return addr;
}

bool pkmap_unpin(const void *addr)
{
	unsigned long number = ((unsigned long)addr - PKMAP_BASE) >> PAGE_SHIFT, flags;
	struct pkmap *place;

	if ((unsigned long)addr < PKMAP_BASE || number >= LAST_PKMAP)
		return false;
	place = &pkmap[number];
	spin_lock_irqsave(&kmap_lock, flags);
	if (place->count < 2)
		panic("BUG: kunmap_atomic: %p is a place of kmap() that nobody uses (unmapped "
		      "twice?)",
		      addr);
	unuse_place(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
	return true;
}

void *kmap_page_address(const struct page *page)
{
	const struct pkmap *place;
	unsigned long flags;
	void *addr = NULL;

	if (likely(!PageKmapped(page)))
		return NULL;
	spin_lock_irqsave(&kmap_lock, flags);
	place = pkmap_find(page_to_pfn(page));
	if (place && place->count > 1)
		addr = (void *)pkmap_address(place);
	spin_unlock_irqrestore(&kmap_lock, flags);
	return addr;
}

void kmap_flush_unused(void)
{
	unsigned long flags;

	spin_lock_irqsave(&kmap_lock, flags);
	flush_all_zero_pkmaps();
	spin_unlock_irqrestore(&kmap_lock, flags);
}

unsigned long nr_kmap_users(void)
{
	const struct pkmap *place;
	unsigned long users = 0;
	unsigned int cpu;

	for (place = pkmap; place < pkmap + LAST_PKMAP; place++)
		if (place->count > 1)
			users += place->count - 1;
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		users += kmap_nr_used(&per_cpu(kmap_stack, cpu));
	return users;
}

/* --- pages that are freed -------------------------------------------------------------------- */

static void forget_page(const struct page *page, const char *who)
{
	unsigned long pfn = page_to_pfn(page), flags;
	struct pkmap *place;

	spin_lock_irqsave(&kmap_lock, flags);
	place = pkmap_find(pfn);
	if (place && place->count > 1)
		panic("BUG: %s: pfn %lu is still mapped by kmap() at %lx, %u times (kunmap() "
		      "forgotten?)",
		      who, pfn, pkmap_address(place), place->count - 1);
	if (place) {
		unsigned long va = pkmap_address(place);

		arch_unmap_slot(arch_slot(va), va);
		give_up_place(place);
	}
	spin_unlock_irqrestore(&kmap_lock, flags);
}

void kmap_forget_block(const struct page *page, unsigned int order, const char *who)
{
	const struct page *end = page + (1UL << order);

	for (; page < end; page++)
		if (PageKmapped(page))
			forget_page(page, who);
}

/* --- for reports: no lock is taken ----------------------------------------------------------- */

static void describe_place(struct out *out, unsigned int number)
{
	const struct pkmap *place = &pkmap[number], *below = number ? place - 1 : place;

	if (place->count)
		out_printf(out, "pfn %lu, mapped by kmap() at %lx, users: %u", place->pfn,
			   pkmap_address(place), place->count - 1);
	else if (below->count)
		out_printf(out, "behind pfn %lu, which kmap() maps at %lx: a run over its end?",
			   below->pfn, pkmap_address(below));
	else if (place->pfn)
		out_printf(out,
			   "an address of kmap() that is not mapped, pfn %lu was: used after "
			   "kunmap()?",
			   place->pfn);
	else
		out_printf(out, "an address of kmap() that never was mapped");
}

static void describe_slot(struct out *out, unsigned long offset)
{
	unsigned int cpu = (unsigned int)(offset / KMAP_CPU_BYTES);
	unsigned long slot = offset % KMAP_CPU_BYTES / KMAP_SLOT_BYTES;
	bool guard = offset % KMAP_SLOT_BYTES >= PAGE_SIZE;
	const struct kmap_stack *stack = &per_cpu(kmap_stack, cpu);
	unsigned long pfn = stack->slot[1 + slot].pfn;
	bool in_use = slot < kmap_nr_used(stack);

	out_printf(out, "%sslot %lu of kmap_atomic(), CPU %u, ",
		   guard ? "the guard page behind " : "", slot, cpu);
	if (!pfn)
		out_printf(out, "which was never used");
	else
		out_printf(out, "which %s pfn %lu", in_use ? "shows" : "showed", pfn);
	if (guard)
		out_printf(out, ": a run over its end?");
	else if (pfn && !in_use)
		out_printf(out, ": used after kunmap_atomic()?");
}

bool kmap_describe(struct out *out, unsigned long addr)
{
	if (addr >= PKMAP_BASE && (addr - PKMAP_BASE) >> PAGE_SHIFT < LAST_PKMAP)
		describe_place(out, (unsigned int)((addr - PKMAP_BASE) >> PAGE_SHIFT));
	else if (addr >= KMAP_SLOT_VA && addr - KMAP_SLOT_VA < KMAP_BYTES)
		describe_slot(out, addr - KMAP_SLOT_VA);
	else
		return false;
	return true;
}
#endif
