/* SPDX-License-Identifier: 0BSD
 *
 * fill.c - whatever the allocator believes to be free can be overwritten without harm (U6, U7, U9).
 *
 * All free memory is taken, filled with a pattern that tells every word of the machine apart, and
 * read back: an alias, a hole called RAM, or a page given out twice shows. Then what must not have
 * changed is compared with its checksum: modules, boot info, the kernel's code and constants.
 * Up to 512 MiB every page is filled. Above, all of lowmem, and of HighMem a sample that follows
 * from the seed, through the kmap slot.
 */
#include <asm/sections.h>
#include <boot/boot.h>
#include <lib/crc32.h>
#include <lib/printk.h>
#include <lib/progress.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>

#include "page_stock.h"

#define WORDS_PER_PAGE	   (PAGE_SIZE / sizeof(u32))
#define FILL_ALL_PAGES	   ((512UL << 20) >> PAGE_SHIFT)
#define SAMPLE_ONE_IN	   64
#define NR_FIXED_CHECKSUMS 3

struct checksums {
	u32 fixed[NR_FIXED_CHECKSUMS];
	u32 module[BOOT_MODULES_MAX];
};

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
	if (page_zonenum(page) != ZONE_HIGHMEM ||
	    NODE_DATA(0)->node_present_pages <= FILL_ALL_PAGES)
		return true;
	return (((u32)page_to_pfn(page) ^ salt) * 0x9E3779B1u >> 16) % SAMPLE_ONE_IN == 0;
}

static u32 crc_of_module(const struct boot_module *module)
{
	phys_addr_t at = module->start;
	u32 crc = 0;

	while (at < module->end) {
		phys_addr_t page_end = PFN_PHYS(PFN_DOWN(at) + 1);
		phys_addr_t end = min(module->end, page_end);
		char *page = kmap_atomic(pfn_to_page(PFN_DOWN(at)));

		crc = crc32(crc, page + (at & (PAGE_SIZE - 1)), (size_t)(end - at));
		kunmap_atomic(page);
		at = end;
	}
	return crc;
}

/* A module that lies where no struct page is cannot be overwritten by the allocator either. */
static bool module_is_described(const struct boot_module *module)
{
	return pfn_valid(PFN_DOWN(module->start)) && pfn_valid(PFN_DOWN(module->end - 1));
}

static void take_checksums(struct checksums *sums)
{
	unsigned int i;

	sums->fixed[0] = crc32(0, _start, (size_t)(_etext - _start));
	sums->fixed[1] = crc32(0, _srodata, (size_t)(_erodata - _srodata));
	sums->fixed[2] = crc32(0, &boot_info, sizeof(boot_info));
	for (i = 0; i < boot_info.nr_modules; i++)
		if (module_is_described(&boot_info.modules[i]))
			sums->module[i] = crc_of_module(&boot_info.modules[i]);
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

KTEST(fill, all_free_memory_can_be_overwritten, LONG)
{
	static struct checksums before, after;
	static const char *const fixed_names[NR_FIXED_CHECKSUMS] = { "code", "constants",
								     "boot info" };
	unsigned long free = nr_free_pages(), filled;
	struct page_stock taken;
	u32 salt = kt_random();
	unsigned int i;

	take_checksums(&before);
	page_stock_init(&taken);
	page_stock_drain(&taken, GFP_HIGHUSER);
	kt_eq(nr_free_pages(), 0);
	filled = count_pages(&taken, salt, "fill", fill_page);
	kt_eq(count_pages(&taken, salt, "read back", page_is_damaged), 0);
	take_checksums(&after);
	page_stock_free(&taken);

	kt_note("filled %lu of %lu free pages, %u modules", filled, free, boot_info.nr_modules);
	for (i = 0; i < NR_FIXED_CHECKSUMS; i++) {
		kt_case(fixed_names[i]);
		kt_eq(after.fixed[i], before.fixed[i]);
	}
	for (i = 0; i < boot_info.nr_modules; i++) {
		kt_case(boot_info.modules[i].string);
		kt_eq(after.module[i], before.module[i]);
	}
}

KTEST(fill, the_pattern_tells_words_apart, SHORT)
{
	kt_true(pattern(1, 0) != pattern(0, 1));
	kt_eq(pattern(1, 0), pattern(0, (u32)WORDS_PER_PAGE));
	kt_eq(pattern(5, 3) - pattern(5, 2), 0x9E3779B1u);
}
