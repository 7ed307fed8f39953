/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - kmalloc(), krealloc() and caches against a table of what is out.
 *
 * Every object is filled with its slot's pattern over all the bytes that were asked for, so objects
 * that overlap, or an allocator that writes into one, are found when a pattern is read back. The
 * number of live objects of the cache at hand is compared after every step.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/mm_check.h>
#include <mm/slab.h>
#include <test/pages.h>

#define SLOTS	  512
#define NR_CACHES 5

enum { KMALLOC, KZALLOC, KREALLOC, CACHE, FREE, SHRINK };

static struct {
	u8 *p;
	size_t size;
	struct kmem_cache *cache; /* NULL: from kmalloc() */
} slot[SLOTS];

static const struct {
	const char *name;
	size_t size, align;
	unsigned int flags;
} shapes[NR_CACHES] = {
	{ "model-8", 8, 0, 0 },
	{ "model-100", 100, 0, SLAB_HWCACHE_ALIGN },
	{ "model-600", 600, 64, 0 },
	{ "model-3000", 3000, 0, 0 },
	{ "model-24-dma", 24, 0, SLAB_CACHE_DMA },
};
static struct kmem_cache *cache[NR_CACHES];
static unsigned long live[NR_CACHES];
static unsigned long idle_pages;

static void begin(void)
{
	unsigned int i;

	for (i = 0; i < NR_CACHES; i++)
		cache[i] = kmem_cache_create(shapes[i].name, shapes[i].size, shapes[i].align,
					     shapes[i].flags | SLAB_PANIC, NULL);
	kmem_cache_shrink_all();
	idle_pages = free_pages_now();
}

/* Log-uniform up to 2^@octaves. */
static u32 some_size(struct random *random, u32 octaves)
{
	u32 octave = 1u << random_below(random, octaves);

	return octave + random_below(random, octave);
}

static void choose(struct random *random, struct op *op)
{
	static const u8 kinds[] = { KMALLOC, KMALLOC, KMALLOC, KZALLOC, KREALLOC, CACHE,
				    CACHE,   CACHE,   FREE,    FREE,	FREE,	  FREE };

	op->what = kinds[random_below(random, ARRAY_SIZE(kinds))];
	if (!random_below(random, 200))
		op->what = SHRINK;
	op->a = random_below(random, SLOTS);
	op->b = some_size(random, random_below(random, 50) ? 12 : 19);
	op->c = random_below(random, NR_CACHES);
}

static const char *text(const struct op *op, char buf[80])
{
	static const char *const names[] = { "kmalloc", "kzalloc", "krealloc" };

	switch (op->what) {
	case CACHE:
		snprintf(buf, 80, "slot[%u] = kmem_cache_alloc(%s)", op->a, shapes[op->c].name);
		break;
	case FREE:
		snprintf(buf, 80, "free slot[%u]", op->a);
		break;
	case SHRINK:
		snprintf(buf, 80, "kmem_cache_shrink_all()");
		break;
	default:
		snprintf(buf, 80, "slot[%u] = %s(%u)", op->a, names[op->what], op->b);
	}
	return buf;
}

static u8 pattern(unsigned int i, size_t byte)
{
	return (u8)(i * 31 + byte * 7 + 1);
}

static void fill(unsigned int i)
{
	size_t byte;

	for (byte = 0; byte < slot[i].size; byte++)
		slot[i].p[byte] = pattern(i, byte);
}

/* Are the first @size bytes what fill() wrote? */
static bool contents_kept(unsigned int i, size_t size)
{
	size_t byte;

	for (byte = 0; byte < size; byte++)
		if (slot[i].p[byte] != pattern(i, byte))
			return model_differs("slot %u, byte %zu: contents changed", i, byte);
	return true;
}

static bool is_zero(const u8 *p, size_t size)
{
	while (size--)
		if (*p++)
			return false;
	return true;
}

static size_t promised_align(size_t size)
{
	size_t align = size ? 1UL << lowest_bit(size) : 1;

	return (size & (size - 1)) ? ARCH_KMALLOC_MINALIGN : max(align, ARCH_KMALLOC_MINALIGN);
}

/* A new object is in slot @i. NULL is no fault while little memory is left. */
static bool taken(unsigned int i, void *p, size_t size, size_t align)
{
	if (!p)
		return size > (free_pages_now() << PAGE_SHIFT) / 8
			       ? true
			       : model_differs("no memory for %zu bytes, %lu pages are free", size,
					       free_pages_now());
	if ((uintptr)p & (align - 1))
		return model_differs("%zu bytes are at %p", size, p);
	slot[i].p = p;
	slot[i].size = size;
	fill(i);
	return true;
}

static bool take_bytes(const struct op *op)
{
	void *p = op->what == KZALLOC ? kzalloc(op->b, GFP_KERNEL) : kmalloc(op->b, GFP_KERNEL);

	if (p && ksize(p) < op->b)
		return model_differs("ksize %zu of %u bytes", ksize(p), op->b);
	if (p && op->what == KZALLOC && !is_zero(p, op->b))
		return model_differs("kzalloc(%u) is not zero", op->b);
	slot[op->a].cache = NULL;
	return taken(op->a, p, op->b, promised_align(op->b));
}

static bool take_object(const struct op *op)
{
	void *p = kmem_cache_alloc(cache[op->c], GFP_KERNEL);

	slot[op->a].cache = cache[op->c];
	if (p && (shapes[op->c].flags & SLAB_CACHE_DMA) &&
	    virt_to_phys(p) >= PFN_PHYS(ZONE_DMA_END_PFN))
		return model_differs("%p is above 16 MiB", p);
	live[op->c] += p != NULL;
	return taken(op->a, p, shapes[op->c].size, max(shapes[op->c].align, sizeof(void *))) &&
	       model_same("live objects", kmem_cache_active(cache[op->c]), live[op->c]);
}

static unsigned int cache_nr(const struct kmem_cache *wanted)
{
	unsigned int i = 0;

	while (cache[i] != wanted)
		i++;
	return i;
}

static bool give(unsigned int i)
{
	unsigned int nr;

	if (!slot[i].p)
		return true;
	if (!contents_kept(i, slot[i].size))
		return false;
	if (!slot[i].cache) {
		kfree(slot[i].p);
		slot[i].p = NULL;
		return true;
	}
	nr = cache_nr(slot[i].cache);
	kmem_cache_free(slot[i].cache, slot[i].p);
	slot[i].p = NULL;
	live[nr]--;
	return model_same("live objects", kmem_cache_active(cache[nr]), live[nr]);
}

static bool resize(const struct op *op)
{
	size_t old = slot[op->a].size;
	void *p;

	if (!slot[op->a].p || slot[op->a].cache)
		return true;
	p = krealloc(slot[op->a].p, op->b, GFP_KERNEL);
	if (!p)
		return contents_kept(op->a, old);
	slot[op->a].p = p;
	if (!contents_kept(op->a, min(old, (size_t)op->b)))
		return false;
	slot[op->a].size = op->b;
	fill(op->a);
	return true;
}

static bool step(const struct op *op)
{
	switch (op->what) {
	case KMALLOC:
	case KZALLOC:
		return slot[op->a].p ? true : take_bytes(op);
	case CACHE:
		return slot[op->a].p ? true : take_object(op);
	case KREALLOC:
		return resize(op);
	case FREE:
		return give(op->a);
	default:
		kmem_cache_shrink_all();
		return true;
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
	kmem_cache_shrink_all();
	return model_invariants_hold() &&
	       model_same("free pages at the end", free_pages_now(), idle_pages);
}

const struct model model_slab = { "slab", begin, choose, step, end, text };
