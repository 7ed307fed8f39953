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

bool slab_is_readable(const void *p)
{
	return IS_ALIGNED((uintptr)p, sizeof(void *)) && virt_addr_valid(p);
}

/* Can @p be a cache, now or formerly? Two are static. */
static bool may_be_cache(const struct kmem_cache *p)
{
	return p == &cache_cache || p == &cache_none || slab_is_readable(p);
}

/* An exact inverse (S2) is nothing that other memory is likely to hold. */
bool slab_is_cache(const struct kmem_cache *cache)
{
	return may_be_cache(cache) && cache->slab != &slab_invalid &&
	       (cache->stride >> (cache->shift & 31)) * cache->inverse == 1;
}

void fastcall slab_bad_cache(const struct kmem_cache *cache, const char *who)
{
	bool invalid;

	if (!cache)
		panic("BUG: %s: %p is no cache (NULL: a kmem_cache_create() that failed?)", who,
		      (const void *)cache);
	invalid = may_be_cache(cache) && cache->slab == &slab_invalid;
	if (invalid && !cache->stride)
		panic("BUG: %s: kmalloc() or a cache is used before kmem_cache_init()", who);
	if (invalid)
		panic("BUG: %s: %p is cache %.31s, which was destroyed", who, (const void *)cache,
		      cache->name);
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

/* The cache that the page at @addr belongs to, if it is of @slab; else NULL. */
static const struct kmem_cache *cache_of_page(const void *addr, const struct slab *slab)
{
	const struct page *page;

	if (!virt_addr_valid(addr))
		return NULL;
	page = lowmem_virt_to_page(addr);
	return PageSlab(page) && page->slab_page == slab && slab_is_cache(page->slab_cache)
		       ? page->slab_cache
		       : NULL;
}

/* Does the chain of free objects lead to object @index? */
static bool is_on_free_chain(const struct kmem_cache *cache, const struct slab *slab, u32 index)
{
	u32 i = slab->free, met = 0;

	while (i != index && i < cache->num && met++ < cache->num)
		i = slab->bufctl[i];
	return i == index;
}

void fastcall slab_damaged(const struct kmem_cache *cache, const struct slab *slab, const char *who)
{
	if (cache)
		slab_check_cache(cache, who);
	panic("BUG: %s: cache %s: the descriptor of a slab at %p is damaged: first object %p, %u "
	      "objects in use, next free %u (overrun of the object before it?)",
	      who, cache ? cache->name : "(unknown)", (const void *)slab, slab->s_mem, slab->inuse,
	      slab->free);
}

/* Is @slab what is left of one that was given back? */
static bool slab_has_gone(const struct slab *slab)
{
	return !slab->inuse && virt_addr_valid(slab->s_mem) &&
	       !PageSlab(lowmem_virt_to_page(slab->s_mem));
}

void fastcall slab_bad_object(const struct slab *slab, u32 index, const char *who)
{
	const struct kmem_cache *cache = cache_of_page(slab->s_mem, slab);
	const char *obj, *first, *end;
	unsigned long inside;

	if (!cache && slab_has_gone(slab))
		panic("BUG: %s: the slab with the objects from %p on was given back, and one of "
		      "them is freed (double free?)",
		      who, slab->s_mem);
	if (!cache)
		slab_damaged(cache_of_page(slab, slab), slab, who); /* known if it is on-slab */
	obj = slab_address(cache, slab, index);
	first = slab->s_mem;
	end = first + cache->num * cache->stride;
	if (obj < first || obj >= end)
		panic("BUG: %s: %p is in a slab of cache %s but not among its objects %p-%p "
		      "(overrun or wrong arithmetic?)",
		      who, obj, cache->name, first, end);
	inside = (unsigned long)(obj - first) % cache->stride;
	if (inside)
		panic("BUG: %s: %p is %lu bytes inside an object of cache %s, stride %u "
		      "(not the pointer that was allocated?)",
		      who, obj, inside, cache->name, cache->stride);
	if (!is_on_free_chain(cache, slab, index))
		slab_damaged(cache, slab, who);
	panic("BUG: %s: object %p of cache %s is free already (double free?)", who, obj,
	      cache->name);
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
	return "outside the memory of the allocators (uninitialised pointer?)";
}

/* What is at an address that is in no slab. One in a hole of lowmem does not get here:
 * slab_page_of() faults on its struct page, see slab_judge_fault(). */
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

void fastcall slab_bad_page(const char *who, const struct kmem_cache *cache, const void *obj)
{
	const struct page *page = slab_page_of(obj);

	if (page && !slab_is_cache(page->slab_cache))
		slab_bad_cache(page->slab_cache, who);
	if (page)
		panic("BUG: %s: object %p is of cache %s, not of %s (wrong cache?)", who, obj,
		      page->slab_cache->name, cache->name);
	panic("BUG: %s: %p%s%s is %s", who, obj, cache ? " for cache " : "",
	      cache ? cache->name : "", foreign_page_story(obj));
}

void fastcall slab_wrong_cache(const char *who, const struct kmem_cache *cache, const void *obj)
{
	slab_check_cache(cache, who);
	slab_bad_page(who, cache, obj);
}

/* Which field is the first one that a function reads, of a cache that is NULL. */
static const struct {
	uintptr function;
	size_t field;
} first_reads[] = {
	{ (uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, slab) },
	{ (uintptr)kmem_cache_alloc, offsetof(struct kmem_cache, lock) },
	{ (uintptr)cache_alloc_special, offsetof(struct kmem_cache, flags) },
	{ (uintptr)cache_alloc_special, offsetof(struct kmem_cache, ctor) },
};

/* Functions that look for the struct page of an object. */
static const struct {
	uintptr function;
	const char *name;
} object_takers[] = {
	{ (uintptr)kfree, "kfree" },
	{ (uintptr)ksize, "ksize" },
	{ (uintptr)krealloc, "krealloc" },
	{ (uintptr)kmem_cache_free, "kmem_cache_free" },
};

void slab_judge_fault(uintptr function, uintptr addr)
{
	unsigned long pfn = (addr - VMEMMAP_START) / sizeof(struct page);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(first_reads); i++)
		if (function == first_reads[i].function && addr == first_reads[i].field)
			slab_bad_cache(NULL, "kmem_cache_alloc");
	if (addr < VMEMMAP_START || pfn >= max_low_pfn || pfn_valid(pfn))
		return;
	for (i = 0; i < ARRAY_SIZE(object_takers); i++)
		if (function == object_takers[i].function)
			panic("BUG: %s: an address in page %p, where no RAM is (uninitialised "
			      "pointer?)",
			      object_takers[i].name, phys_to_virt(PFN_PHYS(pfn)));
}

void slab_page_show(struct out *out, const struct page *page)
{
	const struct kmem_cache *cache = page->slab_cache;

	if (!slab_is_cache(cache) || !slab_is_readable(page->slab_page)) {
		out_printf(out, "  cache: the struct page is damaged\n");
		return;
	}
	out_printf(out, "  cache: %s, objects of %zu bytes, %u of %u in this slab in use\n",
		   cache->name, cache->size, page->slab_page->inuse, cache->num);
}

void slab_object_show(struct out *out, const void *addr)
{
	const struct page *page = virt_to_page(addr);
	const struct kmem_cache *cache = page->slab_cache;
	const struct slab *slab = page->slab_page;
	unsigned long offset, index;

	if (!slab_is_cache(cache) || !slab_is_readable(slab) || !virt_addr_valid(slab->s_mem))
		return; /* slab_page_show() says so */
	offset = (unsigned long)addr - (unsigned long)slab->s_mem;
	index = offset / cache->stride; /* large for what lies before the objects */
	if (index >= cache->num)
		out_printf(out, "  0x%08lx lies in none of its objects\n", (unsigned long)addr);
	else
		out_printf(out, "  0x%08lx: byte %lu of object %lu at 0x%08lx, %s\n",
			   (unsigned long)addr, offset % cache->stride, index,
			   (unsigned long)slab->s_mem + index * cache->stride,
			   slab->bufctl[index] == index ? "in use" : "free");
}
