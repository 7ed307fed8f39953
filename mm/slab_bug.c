/* SPDX-License-Identifier: 0BSD
 *
 * slab_bug.c - what is at an address, and what a caller is told of a bad one.
 *
 * Whatever leads to a report may be damaged: the pointer, the struct page, the descriptor of the
 * slab, the cache. So nothing is followed before it is known to be what it should be, from the
 * outside inwards: an address is in lowmem, a cache says that it is one, a slab is the one that the
 * page of its first object names. Otherwise the report would fault, and hide the cause.
 *
 * The fast paths look at less: there a bad cache or object is a page fault, and slab_judge_fault()
 * says afterwards whose bug that was.
 */
#include <mm/slab.h>
#include <lib/align.h>
#include <lib/errno.h>
#include <lib/out.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>

#include "slab_common.h"
#include "slab_debug.h"

/* Page 0 is RAM, and never mapped. */
bool slab_is_readable(const void *p)
{
	return IS_ALIGNED((uintptr)p, sizeof(void *)) && virt_to_phys(p) >= PAGE_SIZE &&
	       virt_addr_valid(p);
}

/* Can @p be a cache, now or formerly? Two are static. */
static bool may_be_cache(const struct kmem_cache *p)
{
	return p == &cache_cache || p == &cache_none || slab_is_readable(p);
}

bool slab_is_cache(const struct kmem_cache *cache)
{
	return may_be_cache(cache) && !cache_is_invalid(cache) && cache_is_sound(cache);
}

void fastcall slab_bad_cache(const struct kmem_cache *cache, const char *who)
{
	bool invalid;

	if (!cache)
		panic("BUG: %s: %p is no cache (NULL: a kmem_cache_create() that failed?)", who,
		      (const void *)cache);
	invalid = may_be_cache(cache) && cache_is_invalid(cache);
	if (invalid && !cache->stride)
		panic("BUG: %s: kmalloc() or a cache is used before kmem_cache_init()", who);
	if (invalid)
		panic("BUG: %s: %p is cache %.31s, which was destroyed", who, (const void *)cache,
		      cache_name(cache));
	panic("BUG: %s: %p is no cache (uninitialised, or overwritten?)", who, (const void *)cache);
}

static bool may_be_link(const struct list_head *entry)
{
	return entry == &cache_cache.chain || slab_is_readable(entry);
}

bool slab_list_is_sound(const struct list_head *head)
{
	return list_is_sound(head, may_be_link);
}

/* What the address of no page of lowmem is. */
static const char *foreign_address_story(const void *obj)
{
	if (!obj)
		return "outside the memory of the allocators (NULL: an allocation that failed?)";
	if (-(uintptr)obj <= MAX_ERRNO)
		return "outside the memory of the allocators (an error number: was a return value "
		       "not looked at?)";
	if (is_vmalloc_addr(obj))
		return "outside the memory of the allocators (an area of vmalloc() or ioremap(): "
		       "vfree()?)";
	if (is_kmap_address(obj))
		return "outside the memory of the allocators (an address of kmap(): kunmap()?)";
	if (!slab_is_available())
		return "outside the memory of the allocators (kmem_cache_init() has not run yet)";
	return "outside the memory of the allocators (uninitialised pointer?)";
}

/* What is at an address that is in no slab, and in no hole of lowmem: those are stop_hole()'s. */
static const char *foreign_page_story(const void *obj)
{
	unsigned long pfn = (unsigned long)(virt_to_phys(obj) >> PAGE_SHIFT);
	const struct page *page;

	if (pfn >= max_low_pfn)
		return foreign_address_story(obj);
	page = pfn_to_page(pfn);
	if (PageReserved(page))
		return "in a reserved page (a static object, or memory of bootmem?)";
	if (PageKmalloc(page))
		return "in a large block of kmalloc(), not its beginning or not from a cache";
	if (page->_count)
		return "in pages of alloc_pages() (to be freed with free_pages()?)";
	return "in a free page, or not in the first page of a block (double free?)";
}

static void __noreturn __cold stop_hole(const char *who, unsigned long pfn)
{
	panic("BUG: %s: an address in page %p, where no RAM is (uninitialised pointer?)", who,
	      phys_to_virt(PFN_PHYS(pfn)));
}

/* @obj is no slab page's, or of one whose cache is none. */
static void stop_page(const void *obj, const struct kmem_cache *cache, const char *who)
{
	const struct page *page = slab_page_of(obj);

	if (SLAB_HAS_SLABS && page && !slab_is_cache(page->slab_cache))
		slab_bad_cache(page->slab_cache, who);
	if (!page)
		panic("BUG: %s: %p%s%s is %s", who, obj, cache ? " for cache " : "",
		      cache ? cache_name(cache) : "", foreign_page_story(obj));
}

#define FREE_ALREADY "BUG: %s: object %p of cache %s is free already (double free?)"

/* @obj lies in a slab where @o is, which is not of @cache, if one was named. */
static void stop_object(const void *obj, const struct slab_object *o,
			const struct kmem_cache *cache, const char *who)
{
	if (!o->cache)
		panic("BUG: %s: %p is in a page of small objects, but in none of them (double "
		      "free, overrun or wrong arithmetic?)",
		      who, obj);
	if (cache && o->cache != cache)
		panic("BUG: %s: object %p is of cache %s, not of %s (wrong cache?)", who, obj,
		      cache_name(o->cache), cache_name(cache));
	if (o->state == OBJECT_NONE)
		panic("BUG: %s: %p is in a slab of cache %s but not among its objects %p-%p "
		      "(overrun or wrong arithmetic?)",
		      who, obj, cache_name(o->cache), (const void *)o->begin,
		      (const void *)(o->begin + o->num * o->cache->stride));
	if (obj != o->start)
		panic("BUG: %s: %p is %lu bytes inside an object of cache %s, stride %u "
		      "(not the pointer that was allocated?)",
		      who, obj, (unsigned long)((const char *)obj - o->start), cache_name(o->cache),
		      o->cache->stride);
	panic(FREE_ALREADY, who, obj, cache_name(o->cache));
}

void slab_double_free_show(struct out *out, const void *obj, const char *who)
{
	struct slab_object o;

	if (slab_locate(obj, &o) && o.start == obj && o.state != OBJECT_USED)
		out_printf(out, FREE_ALREADY "\n", who, obj, cache_name(o.cache));
}

/* Fill in @misuse for @obj, where @o is (NULL: no slab), and the cache that the caller named. */
static void judge(const void *obj, const struct slab_object *o, const struct kmem_cache *cache,
		  struct slab_misuse *misuse)
{
	misuse->kind = MISUSE_POINTER;
	if (!o) {
		misuse->story = foreign_page_story(obj);
	} else if (cache && o->cache && o->cache != cache) {
		misuse->kind = MISUSE_CACHE;
		misuse->story = "an object of another cache (wrong cache?)";
	} else if (o->state == OBJECT_NONE) {
		misuse->story = "in a slab, but not among its objects (overrun or wrong "
				"arithmetic?)";
	} else if (obj != o->start) {
		misuse->story = "inside an object (not the pointer that was allocated?)";
	} else {
		misuse->kind = MISUSE_FREE;
		misuse->story = "free already (double free?)";
	}
}

/* Is the free of @obj only reported, and not done? That takes a debugged cache, and descriptors
 * that can be believed. */
static bool goes_on(const void *obj, const struct slab_object *o, const struct kmem_cache *cache)
{
	if (!o && slab_page_of(obj))
		return false;
	return slab_debug_is_lenient(o ? o->cache : NULL) || slab_debug_is_lenient(cache);
}

void fastcall slab_bad_free(const void *obj, const struct kmem_cache *cache, const char *who)
{
	unsigned long pfn = (unsigned long)(virt_to_phys(obj) >> PAGE_SHIFT);
	struct slab_misuse misuse = { .who = who };
	struct slab_object object, *o;

	if (pfn < max_low_pfn && !pfn_valid(pfn))
		stop_hole(who, pfn);
	o = slab_locate(obj, &object) ? &object : NULL;
	if (goes_on(obj, o, cache)) {
		judge(obj, o, cache, &misuse);
		slab_report_misuse(cache ? cache
				   : o	 ? o->cache
					 : NULL,
				   obj, o && o->cache ? o : NULL, &misuse);
		return;
	}
	stop_page(obj, cache, who);
	if (!o)
		slab_bad_slab(slab_page_of(obj), who);
	stop_object(obj, o, cache, who);
}

/* Which field is the first one that a function reads, of a cache that is NULL. */
static const struct {
	uintptr function;
	size_t field;
	const char *name;
} first_reads[] = {
	CACHE_FIRST_READS,
	{ (uintptr)cache_alloc_special, offsetof(struct kmem_cache, flags), "kmem_cache_alloc" },
	{ (uintptr)cache_alloc_special, offsetof(struct kmem_cache, ctor), "kmem_cache_alloc" },
};

/* Functions that look for the struct page of an object. */
static const struct {
	uintptr function;
	const char *name;
} object_takers[] = {
	{ (uintptr)kfree, "kfree" },
	{ (uintptr)kfree_bulk, "kfree_bulk" },
	{ (uintptr)SLAB_FREE_LOOKS, "kmem_cache_free" },
	{ (uintptr)kmem_cache_free_bulk, "kmem_cache_free_bulk" },
};

void slab_judge_fault(uintptr function, uintptr addr)
{
	unsigned long pfn = (addr - VMEMMAP_START) / sizeof(struct page);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(first_reads); i++)
		if (function == first_reads[i].function && addr == first_reads[i].field)
			slab_bad_cache(NULL, first_reads[i].name);
	if (addr < VMEMMAP_START || pfn >= max_low_pfn || pfn_valid(pfn))
		return;
	for (i = 0; i < ARRAY_SIZE(object_takers); i++)
		if (function == object_takers[i].function)
			stop_hole(object_takers[i].name, pfn);
}

struct kmem_cache *slab_cache_of(const void *obj)
{
	struct slab_object o;

	return slab_locate(obj, &o) && o.state == OBJECT_USED && o.start == obj ? o.cache : NULL;
}

void slab_place_show(struct out *out, const void *addr)
{
	struct slab_object o;

	if (!slab_locate(addr, &o))
		out_printf(out, "slab of cache (damaged)");
	else if (!o.cache)
		out_printf(out, "page of small objects, in none of them");
	else
		out_printf(out, "slab of cache %s", o.cache->name);
}

static void count_used(struct slab_object *o, void *data)
{
	*(u32 *)data += o->state == OBJECT_USED;
}

void slab_page_show(struct out *out, const struct page *page)
{
	struct slab_object o;
	u32 used = 0;

	if (!slab_locate(lowmem_page_address(page), &o)) {
		out_printf(out, "  cache: the struct page is damaged\n");
		return;
	}
	slab_for_each_object(o.first, count_used, &used);
	if (!o.first->slab_cache)
		out_printf(out, "  cache: all, %u small objects in this page in use\n", used);
	else
		out_printf(out, "  cache: %s, objects of %zu bytes, %u of %u in this slab in use\n",
			   cache_name(o.cache), o.cache->size, used, o.num);
}

static const char *state_name(enum slab_object_state state)
{
	return state == OBJECT_USED	? "in use"
	       : state == OBJECT_CACHED ? "free, in a list of a CPU or of all"
					: "free";
}

void slab_object_show(struct out *out, const void *addr)
{
	struct slab_object o;

	if (!slab_locate(addr, &o))
		return; /* slab_page_show() says so */
	if (o.state == OBJECT_NONE)
		out_printf(out, "  0x%08lx lies in none of its objects\n", (unsigned long)addr);
	else
		out_printf(out, "  0x%08lx: byte %lu of object %u at 0x%08lx, %s\n",
			   (unsigned long)addr, (unsigned long)((const char *)addr - o.start),
			   o.index, (unsigned long)o.start, state_name(o.state));
	if (o.state != OBJECT_NONE)
		slab_owner_show(out, o.start);
}
