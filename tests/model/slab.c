/* SPDX-License-Identifier: 0BSD
 *
 * slab.c - kmalloc() and its family, caches and a pool against a table of what is out.
 *
 * Every object is filled with its slot's pattern over all the bytes that were asked for, so objects
 * that overlap, or an allocator that writes into one, are found when a pattern is read back. The
 * number of live objects of the cache at hand is compared after every step. Of bytes that are to be
 * zero it is known for each slot from where on: from its size, if the last call cleared all behind
 * it, else from the end of its room.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/format.h>
#include <lib/string.h>
#include <mm/mempool.h>
#include <mm/mm_check.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <test/pages.h>

#define SLOTS	  512
#define NR_CACHES 5
#define BULK_MAX  12

/* The first ones are also where a slot's memory is from. */
enum {
	KMALLOC,
	KVMALLOC,
	ELEMENT,
	CACHE,
	KZALLOC,
	KREALLOC,
	REZALLOC,
	BULK,
	BULK_FREE,
	RESIZE,
	FREE,
	SHRINK
};

static struct {
	u8 *p;
	size_t size;
	u32 from;
	struct kmem_cache *cache; /* CACHE: which one */
	size_t zero_from;	  /* KMALLOC: from this byte on the room is zero */
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

/* Of objects that no cache of the model has. */
#define ELEMENT_SIZE 200
static mempool_t pool;
static long elements; /* in slots */

static void begin(void)
{
	unsigned int i;

	slab_nomerge = true; /* what a cache has out is counted exactly */
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
	static const u8 kinds[] = { KMALLOC, KMALLOC, KMALLOC, KZALLOC,	 KREALLOC, REZALLOC, CACHE,
				    CACHE,   CACHE,   ELEMENT, KVMALLOC, BULK,	   FREE,     FREE,
				    FREE,    FREE,    FREE,    FREE,	 BULK,	   BULK_FREE };

	op->what = kinds[random_below(random, ARRAY_SIZE(kinds))];
	if (!random_below(random, 200))
		op->what = random_below(random, 2) ? SHRINK : RESIZE;
	op->a = random_below(random, SLOTS);
	op->b = some_size(random, random_below(random, 50) ? 12 : 19);
	op->c = random_below(random, NR_CACHES);
}

static const char *text(const struct op *op, char buf[80])
{
	static const char *const names[] = { [KMALLOC] = "kmalloc",
					     [KVMALLOC] = "kvmalloc",
					     [KZALLOC] = "kzalloc",
					     [KREALLOC] = "krealloc",
					     [REZALLOC] = "zeroing krealloc" };

	switch (op->what) {
	case CACHE:
		snprintf(buf, 80, "slot[%u] = kmem_cache_alloc(%s)", op->a, shapes[op->c].name);
		break;
	case ELEMENT:
		snprintf(buf, 80, "slot[%u] = mempool_alloc()", op->a);
		break;
	case BULK:
	case BULK_FREE:
		snprintf(buf, 80, "%s %u slots from slot[%u] on, %s",
			 op->what == BULK ? "fill" : "empty", op->b % BULK_MAX, op->a,
			 shapes[op->c].name);
		break;
	case RESIZE:
		snprintf(buf, 80, "mempool_resize(%u)", op->b % 16 + 1);
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
	size_t room = ksize(p);

	if (p && room < op->b)
		return model_differs("ksize %zu of %u bytes", room, op->b);
	if (p && op->what == KZALLOC && !is_zero(p, room))
		return model_differs("kzalloc(%u) is not zero", op->b);
	slot[op->a].from = KMALLOC;
	slot[op->a].zero_from = op->what == KZALLOC ? op->b : room;
	return taken(op->a, p, op->b, promised_align(op->b));
}

static bool take_virtual(const struct op *op)
{
	slot[op->a].from = KVMALLOC;
	return taken(op->a, kvmalloc(op->b, GFP_KERNEL), op->b, ARCH_KMALLOC_MINALIGN);
}

/* The pool is there from its first use on, to the end of the episode. Return: is it? */
static bool has_pool(void)
{
	return mempool_initialized(&pool) || !mempool_init_kmalloc_pool(&pool, 4, ELEMENT_SIZE);
}

/* The reserve is full while no element is out, and never has more than it should. */
static bool pool_is_right(void)
{
	if (pool.curr_nr > pool.min_nr || (!elements && pool.curr_nr < pool.min_nr))
		return model_differs("the reserve has %d of %d", pool.curr_nr, pool.min_nr);
	return model_same("elements that are out", pool.nr_out, elements);
}

/* There is one, whatever else there is, while fewer are out than the reserve has. */
static bool take_element(const struct op *op)
{
	void *p;

	if (!has_pool())
		return true;
	p = mempool_alloc(&pool, op->b % 2 ? GFP_KERNEL : GFP_ATOMIC);
	if (!p && elements < pool.min_nr)
		return model_differs("no element, and %ld are out", elements);
	elements += p != NULL;
	slot[op->a].from = ELEMENT;
	return taken(op->a, p, ELEMENT_SIZE, ARCH_KMALLOC_MINALIGN) && pool_is_right();
}

/* @p, of cache @nr, is in slot @i. */
static bool taken_object(unsigned int i, unsigned int nr, void *p)
{
	slot[i].from = CACHE;
	slot[i].cache = cache[nr];
	if (p && (shapes[nr].flags & SLAB_CACHE_DMA) &&
	    virt_to_phys(p) >= PFN_PHYS(ZONE_DMA_END_PFN))
		return model_differs("%p is above 16 MiB", p);
	live[nr] += p != NULL;
	return taken(i, p, shapes[nr].size, max(shapes[nr].align, sizeof(void *)));
}

static bool same_live(unsigned int nr)
{
	return model_same("live objects", kmem_cache_active(cache[nr]), live[nr]);
}

static bool take_object(const struct op *op)
{
	return taken_object(op->a, op->c, kmem_cache_alloc(cache[op->c], GFP_KERNEL)) &&
	       same_live(op->c);
}

/* The empty ones among the slots that @op names, or those of its cache. Return: how many. */
static unsigned int slots_of(const struct op *op, bool empty, unsigned int found[BULK_MAX])
{
	unsigned int n = 0, i, k;

	for (k = 0; k < op->b % BULK_MAX; k++) {
		i = (op->a + k) % SLOTS;
		if (empty ? !slot[i].p
			  : slot[i].p && slot[i].from == CACHE && slot[i].cache == cache[op->c])
			found[n++] = i;
	}
	return n;
}

static bool take_bulk(const struct op *op)
{
	unsigned int found[BULK_MAX], n = slots_of(op, true, found), i;
	int got;
	void *objects[BULK_MAX];

	got = kmem_cache_alloc_bulk(cache[op->c], GFP_KERNEL, n, objects);
	if (got && got != (int)n)
		return model_differs("%d objects of %u", got, n);
	for (i = 0; i < (unsigned int)got; i++)
		if (!taken_object(found[i], op->c, objects[i]))
			return false;
	return same_live(op->c);
}

static bool give_bulk(const struct op *op)
{
	unsigned int found[BULK_MAX], n = slots_of(op, false, found), i;
	void *objects[BULK_MAX];

	for (i = 0; i < n; i++) {
		if (!contents_kept(found[i], slot[found[i]].size))
			return false;
		objects[i] = slot[found[i]].p;
		slot[found[i]].p = NULL;
	}
	kmem_cache_free_bulk(op->a % 2 ? cache[op->c] : NULL, n, objects);
	live[op->c] -= n;
	return same_live(op->c);
}

static unsigned int cache_nr(const struct kmem_cache *wanted)
{
	unsigned int i = 0;

	while (cache[i] != wanted)
		i++;
	return i;
}

static bool give_object(unsigned int i, void *p)
{
	unsigned int nr = cache_nr(slot[i].cache);

	kmem_cache_free(slot[i].cache, p);
	live[nr]--;
	return same_live(nr);
}

static bool give_element(void *p)
{
	mempool_free(p, &pool);
	elements--;
	return pool_is_right();
}

static bool give(unsigned int i)
{
	void *p = slot[i].p;

	if (!p)
		return true;
	if (!contents_kept(i, slot[i].size))
		return false;
	slot[i].p = NULL;
	if (slot[i].from == CACHE)
		return give_object(i, p);
	if (slot[i].from == ELEMENT)
		return give_element(p);
	if (i % 2)
		kvfree(p);
	else if (slot[i].from == KVMALLOC)
		kvfree(kvrealloc(p, slot[i].size, slot[i].size, GFP_KERNEL));
	else
		kfree_sensitive(p);
	return true;
}

/* What slot @i, which had @old bytes, is to have now behind them and what it had of zeroes. */
static bool grown_zero(unsigned int i, size_t old, size_t size)
{
	size_t from = max(slot[i].zero_from, old);

	return size <= from || is_zero(slot[i].p + from, size - from) ||
	       model_differs("slot %u: not zero from byte %zu to %zu", i, from, size);
}

static bool resize(const struct op *op)
{
	size_t old = slot[op->a].size, size = op->b;
	bool zero = op->what == REZALLOC;
	void *p;

	if (!slot[op->a].p || slot[op->a].from != KMALLOC)
		return true;
	p = krealloc(slot[op->a].p, size, zero ? GFP_KERNEL | __GFP_ZERO : GFP_KERNEL);
	if (!p)
		return contents_kept(op->a, old);
	slot[op->a].p = p;
	if (!contents_kept(op->a, min(old, size)) || (zero && !grown_zero(op->a, old, size)))
		return false;
	if (!is_zero((u8 *)p + size, ksize(p) - size))
		return model_differs("slot %u: old bytes behind byte %zu", op->a, size);
	slot[op->a].zero_from = slot[op->a].size = size;
	fill(op->a);
	return true;
}

static bool resize_pool(const struct op *op)
{
	int had, error, min_nr = (int)(op->b % 16 + 1);

	if (!has_pool())
		return true;
	had = pool.min_nr;
	error = mempool_resize(&pool, min_nr);
	return model_same("the reserve", pool.min_nr, error ? had : min_nr) && pool_is_right();
}

static bool take(const struct op *op)
{
	if (slot[op->a].p)
		return true;
	switch (op->what) {
	case CACHE:
		return take_object(op);
	case KVMALLOC:
		return take_virtual(op);
	case ELEMENT:
		return take_element(op);
	default:
		return take_bytes(op);
	}
}

static bool step(const struct op *op)
{
	switch (op->what) {
	case KREALLOC:
	case REZALLOC:
		return resize(op);
	case BULK:
		return take_bulk(op);
	case BULK_FREE:
		return give_bulk(op);
	case RESIZE:
		return resize_pool(op);
	case FREE:
		return give(op->a);
	case SHRINK:
		kmem_cache_shrink_all();
		return true;
	default:
		return take(op);
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
	mempool_exit(&pool);
	vm_unmap_aliases();
	kmem_cache_shrink_all();
	return model_invariants_hold() &&
	       model_same("free pages at the end", free_pages_now(), idle_pages);
}

const struct model model_slab = { "slab", begin, choose, step, end, text };
