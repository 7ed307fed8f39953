/* SPDX-License-Identifier: 0BSD
 *
 * fill.c - all that the allocator believes to be free is RAM, once.
 *
 * All free memory is taken, filled with a pattern that tells every word of the machine apart, and
 * read back: an alias, a hole called RAM, or a page given out twice shows. The runner then walks
 * mem_map, which must not have been among it.
 * Up to 512 MiB every page is filled. Above, all of lowmem, and of HighMem a sample that follows
 * from the seed, through a kmap slot.
 */
#include <lib/printk.h>
#include <lib/progress.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "fill.h"
#include "page_stock.h"

#define WORDS_PER_PAGE (PAGE_SIZE / sizeof(u32))
#define FILL_ALL_PAGES ((512UL << 20) >> PAGE_SHIFT)
#define SAMPLE_ONE_IN  64
/* No two words of physical memory below 4 GiB get the same value: the multiplier is odd, so the map
 * from word number to value is one to one. */
static u32 pattern(unsigned long pfn, u32 word)
{
	return ((u32)pfn * (u32)WORDS_PER_PAGE + word) * 0x9E3779B1u;
}

static bool fill_page(struct page *page)
{
	u32 *words = kmap_atomic(page), i, value = pattern(page_to_pfn(page), 0);

	for (i = 0; i < WORDS_PER_PAGE; i++, value += 0x9E3779B1u)
		words[i] = value;
	kunmap_atomic(words);
	return true;
}

static bool page_is_damaged(struct page *page)
{
	const u32 *words = kmap_atomic(page);
	u32 i, value = pattern(page_to_pfn(page), 0), different = 0;

	for (i = 0; i < WORDS_PER_PAGE; i++, value += 0x9E3779B1u)
		different |= words[i] ^ value;
	kunmap_atomic((void *)words);
	return different != 0;
}

/* The same answer each time it is asked for a page, so that filling and checking agree. */
static bool in_sample(const struct page *page, u32 salt)
{
	if (page_zonenum(page) != ZONE_HIGHMEM || nr_present_pages() <= FILL_ALL_PAGES)
		return true;
	return (((u32)page_to_pfn(page) ^ salt) * 0x9E3779B1u >> 16) % SAMPLE_ONE_IN == 0;
}

/* Let @visit see each page of @taken that is in the sample; @what is for the progress line.
 * Return: how often it said yes. */
static unsigned long count_pages(const struct page_stock *taken, u32 salt, const char *what,
				 bool (*visit)(struct page *page))
{
	unsigned long count = 0, done = 0, i;
	struct progress progress;
	unsigned int order;
	struct page *page;

	progress_start(&progress, &console_out, what, taken->pages);
	for (order = 0; order < MAX_ORDER; order++)
		list_for_each_entry (page, &taken->blocks[order], lru)
			for (i = 0; i < 1UL << order; i++) {
				if (in_sample(page + i, salt))
					count += visit(page + i);
				progress_step(&progress, ++done);
			}
	return count;
}

void fill_free_memory(void)
{
	unsigned long free = free_pages_now(), filled;
	struct page_stock taken;
	u32 salt = kt_random();

	page_stock_init(&taken);
	page_stock_drain(&taken, GFP_HIGHUSER);
	kt_eq(free_pages_now(), 0);
	filled = count_pages(&taken, salt, "fill", fill_page);
	kt_eq(count_pages(&taken, salt, "read back", page_is_damaged), 0);
	page_stock_free(&taken);
	kt_note("filled %lu of %lu free pages", filled, free);
}

KTEST(fill, the_pattern_tells_words_apart, SHORT)
{
	kt_true(pattern(1, 0) != pattern(0, 1));
	kt_eq(pattern(1, 0), pattern(0, (u32)WORDS_PER_PAGE));
	kt_eq(pattern(5, 3) - pattern(5, 2), 0x9E3779B1u);
}
