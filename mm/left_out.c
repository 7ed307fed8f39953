/* SPDX-License-Identifier: 0BSD
 *
 * left_out.c - what the rest of mm/ calls of a part that is left out (parts.h): as if it were
 * there, and off, or had nothing. In a build with all parts this file is empty.
 *
 * Nothing else is here, so that a call of what is missing stops the link, and not the kernel.
 */
#include <mm/address.h>
#include <mm/highmem.h>
#include <mm/migrate.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "internal.h"
#include "kfence.h"
#include "page_debug.h"
#include "page_slow.h"
#include "slab_debug.h"
#include "vmap_area.h"

/* A checker with nothing to walk. */
#define NO_CHECKER                 \
	{                          \
		.absent = left_out \
	}

static __unused const char *left_out(void)
{
	return "left out";
}

#ifdef MM_NO_CHECKS
const struct mm_checker page_debug_checker = NO_CHECKER;

void mm_check_register(const struct mm_checker *checker __unused)
{
}
#endif

#ifdef MM_NO_SLAB
const struct mm_checker slab_checker = NO_CHECKER, caches_checker = NO_CHECKER;

/* Nobody waits for what is left out. */
bool slab_is_available(void)
{
	return true;
}

unsigned long slab_nr_pages(void)
{
	return 0;
}

unsigned long slab_nr_empty_pages(void)
{
	return 0;
}

unsigned long slab_nr_reclaimable_pages(void)
{
	return 0;
}

void slab_log_largest(void)
{
}

void slab_place_show(struct out *out __unused, const void *addr __unused)
{
}

void slab_page_show(struct out *out __unused, const struct page *page __unused)
{
}
#endif

#ifdef MM_NO_VMALLOC
const struct mm_checker vmalloc_checker = NO_CHECKER;

bool is_vmalloc_addr(const void *addr __unused)
{
	return false;
}

bool vmalloc_area_show(struct out *out __unused, unsigned long addr __unused)
{
	return false;
}

#endif

#if defined(MM_NO_VMALLOC) || defined(MM_NO_REPORTS)
void vmalloc_usage(struct vmalloc_usage *usage)
{
	*usage = (struct vmalloc_usage){ 0 };
}
#endif

#ifdef MM_NO_HIGHMEM
const struct mm_checker kmap_checker = NO_CHECKER;
unsigned long nr_kmapped;

void *fastcall kmap_atomic(struct page *page)
{
	return page_address(page);
}

void fastcall kunmap_atomic(const void *addr __unused)
{
}

void clear_highpage(struct page *page)
{
	memset(page_address(page), 0, PAGE_SIZE);
}

void *kmap_page_address(const struct page *page)
{
	panic("BUG: pfn %lu is of HighMem, and MM_NO_HIGHMEM leaves out what gives it an address "
	      "(a zone end behind max_low_pfn?)",
	      page_to_pfn(page));
}

void kmap_forget_block(const struct page *page __unused, unsigned int order __unused,
		       const char *who __unused)
{
}

bool kmap_describe(struct out *out __unused, unsigned long addr __unused)
{
	return false;
}
#endif

#ifdef MM_NO_COMPACTION
enum compact_result try_to_compact_pages(const struct alloc_request *request __unused)
{
	return COMPACT_SKIPPED;
}

unsigned long zone_nr_movable(const struct zone *zone __unused)
{
	return 0;
}
#endif

#ifdef MM_NO_REPORTS
u64 (*page_alloc_clock)(void);

bool report_is_due(struct report_limit *limit __unused, unsigned int *suppressed)
{
	*suppressed = 0;
	return true;
}

void warn_alloc(const struct alloc_request *request)
{
	if (request->gfp & __GFP_NOFAIL)
		panic("BUG: alloc_pages: order %u with __GFP_NOFAIL: out of memory",
		      request->order);
}

void warn_injected(const struct alloc_request *request __unused)
{
}

#ifndef MM_NO_VMALLOC
void vmap_bad_address(const char *func, const void *addr, u8 kind __unused)
{
	panic("BUG: %s: %p is not the start of such an area (given back twice?)", func, addr);
}
#endif
#endif

#ifdef MM_NO_KFENCE
const struct mm_checker kfence_checker = NO_CHECKER;
struct kfence_pool kfence_pool;
unsigned int kfence_interval;
unsigned long kfence_pool_start, kfence_pool_bytes;
int kfence_left;

void kfence_init(void)
{
}

void *kfence_alloc(struct kmem_cache *cache __unused, size_t size __unused, gfp_t gfp __unused,
		   uintptr caller __unused)
{
	return NULL;
}

void kfence_free(const struct kmem_cache *cache __unused, const void *obj __unused,
		 const char *who __unused, uintptr caller __unused)
{
}

size_t kfence_ksize(const void *obj __unused, const char *who __unused)
{
	return 0;
}

unsigned long kfence_active(const struct kmem_cache *cache __unused)
{
	return 0;
}

struct kfence_object *kfence_object_of(unsigned long addr __unused)
{
	return NULL;
}

bool kfence_address_show(struct out *out __unused, unsigned long addr __unused)
{
	return false;
}
#endif

#ifdef MM_NO_PAGE_DEBUG
bool page_debugging;
unsigned int page_debug_features;
static const struct page_debug_port nothing;
const struct page_debug_port *page_debug_port = &nothing;

bool page_debug_is_on(unsigned int features __unused)
{
	return false;
}

void page_debug_alloc_slow(struct page *page __unused, unsigned int order __unused,
			   gfp_t gfp __unused)
{
}

void page_debug_free_slow(struct page *page __unused, unsigned int order __unused)
{
}

bool kernel_map_pages(struct page *page __unused, unsigned long nr __unused, bool enable __unused)
{
	return true;
}

bool should_fail_alloc_page(gfp_t gfp __unused, unsigned int order __unused)
{
	return false;
}

void show_injected_fault(void)
{
}

void show_calls(struct out *out __unused, const unsigned long *entry __unused,
		unsigned int nr __unused)
{
}

void page_owner_init(void)
{
}

void page_owner_show(struct out *out __unused, unsigned long pfn __unused)
{
}

void page_owner_largest(struct out *out __unused, unsigned int nr __unused)
{
}
#endif

#ifdef MM_NO_SLAB_DEBUG
const struct mm_checker slab_debug_checker = NO_CHECKER;

bool slab_track(const void *obj __unused, struct slab_track *allocated __unused,
		struct slab_track *freed __unused)
{
	return false;
}

#ifndef MM_NO_SLAB
void slab_debug_layout(struct kmem_cache *cache)
{
	cache->flags &= ~SLAB_DEBUG_FLAGS;
	cache->red_left = 0;
}

size_t slab_debug_unit(const struct kmem_cache *cache)
{
	return cache->size;
}

u32 slab_debug_word(const struct kmem_cache *cache)
{
	return (u32)cache->size;
}

void slab_debug_release(const struct kmem_cache *cache __unused)
{
}

void slab_debug_give_up(struct kmem_cache *cache __unused)
{
}

void slab_debug_remaining(const struct kmem_cache *cache __unused)
{
}

bool slab_debug_is_lenient(const struct kmem_cache *cache __unused)
{
	return false;
}

bool cache_units_fit(const struct kmem_cache *cache __unused)
{
	return true;
}

void slab_debug_new_object(const struct kmem_cache *cache __unused, void *obj __unused)
{
}

bool slab_debug_alloc(struct kmem_cache *cache __unused, void *obj __unused,
		      uintptr caller __unused)
{
	return true;
}

void slab_debug_requested(const struct kmem_cache *cache __unused, void *obj __unused,
			  size_t requested __unused, uintptr caller __unused)
{
}

void slab_debug_resized(void *p __unused, size_t size __unused)
{
}

size_t slab_debug_ksize(const struct kmem_cache *cache, const void *obj __unused)
{
	return cache->size;
}

bool slab_debug_free(struct kmem_cache *cache __unused, void *obj __unused, uintptr caller __unused)
{
	return true;
}

void slab_debug_last_look(const struct kmem_cache *cache __unused, const void *obj __unused)
{
}

void slab_owner_show(struct out *out __unused, const void *obj __unused)
{
}

void slab_report_misuse(const struct kmem_cache *cache __unused, const void *obj __unused,
			const struct slab_object *o __unused,
			const struct slab_misuse *misuse __unused)
{
}
#endif
#endif
