/* SPDX-License-Identifier: 0BSD
 *
 * address.c - what an address is: each part of mm/'s address space, and values that are none.
 */
#include <lib/format.h>
#include <lib/list.h>
#include <mm/address.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/capture.h>
#include <test/ktest.h>

static struct capture captured;

static bool shows(bool (*show)(struct out *out, unsigned long addr), unsigned long addr)
{
	capture_init(&captured, capture_text, sizeof(capture_text));
	return show(&captured.out, addr);
}

static void expect_place(unsigned long addr, const char *phrase)
{
	kt_true(shows(mm_address_show, addr));
	kt_str_eq(capture_text, phrase);
}

static unsigned long direct(unsigned long pfn)
{
	return (unsigned long)phys_to_virt(0) + (pfn << PAGE_SHIFT);
}

KTEST(address, pages_of_lowmem, SHORT)
{
	unsigned long page = __get_free_page(GFP_KERNEL);
	struct page *reserved = pfn_to_page(0);
	char text[64];

	kt_assert(page);
	snprintf(text, sizeof(text), "page of lowmem, pfn %lu",
		 page_to_pfn(virt_to_page((void *)page)));
	expect_place(page + 100, text);
	snprintf(text, sizeof(text), "free page of lowmem, pfn %lu",
		 page_to_pfn(virt_to_page((void *)page)));
	free_page(page);
	expect_place(page + 100, text);
	if (pfn_valid(0) && PageReserved(reserved))
		expect_place(direct(0) + 8, "reserved page of lowmem, pfn 0");
}

KTEST(address, objects_name_their_cache, SHORT)
{
	struct page *page, saved;
	char *obj = kmalloc(100, GFP_KERNEL);
	char text[64];

	kt_assert(obj);
	page = virt_to_page(obj);
	snprintf(text, sizeof(text), "slab of cache size-128, pfn %lu", page_to_pfn(page));
	expect_place((unsigned long)obj + 3, text);
	saved = *page;
	page->slab_page = NULL;
	page->slab_cache = (struct kmem_cache *)0x6b6b6b6bUL; /* not followed */
	snprintf(text, sizeof(text), "slab of cache (damaged), pfn %lu", page_to_pfn(page));
	expect_place((unsigned long)obj + 3, text);
	*page = saved;
	kfree(obj);
}

KTEST(address, behind_lowmem, SHORT)
{
	char text[80];

	if (max_low_pfn >= ZONE_NORMAL_END_PFN)
		kt_skip("lowmem has all of the direct map");
	snprintf(text, sizeof(text), "behind lowmem, which ends at %08lx*", direct(max_low_pfn));
	kt_true(shows(mm_address_show, direct(max_low_pfn)));
	kt_true(glob_match(text, capture_text));
}

KTEST(address, sums_for_pages_of_highmem, SHORT)
{
	char text[64];

	capture_init(&captured, capture_text, sizeof(capture_text));
	without_kmap_show(&captured.out, direct(max_low_pfn) - 1);
	kt_eq(captured.len, 0);
	if (max_low_pfn == max_pfn)
		kt_skip("no HighMem");
	snprintf(text, sizeof(text), ", that of pfn %lu of HighMem without kmap()?", max_pfn - 1);
	without_kmap_show(&captured.out, direct(max_pfn - 1));
	kt_str_eq(capture_text, text);
}

/* There is always a hole behind all RAM below 4 GiB. */
KTEST(address, struct_pages_and_their_holes, SHORT)
{
	unsigned long last = MAX_PFN_LIMIT - 1, pfn = last;
	char text[80];

	kt_assert(!pfn_valid(last));
	while (!pfn_valid(pfn))
		pfn--;
	snprintf(text, sizeof(text), "struct page of pfn %lu, in the hole of pfns %lu-%lu", last,
		 pfn + 1, last);
	expect_place((unsigned long)pfn_to_page(last) + 1, text);
	snprintf(text, sizeof(text), "struct page of pfn %lu", pfn);
	expect_place((unsigned long)pfn_to_page(pfn + 1) - 1, text);
}

/* In kmap_describe()'s words. */
KTEST(address, what_kmap_has, SHORT)
{
	kt_true(shows(mm_address_show, KMAP_SLOT_VA + KMAP_BYTES - 1));
	kt_true(glob_match("the guard page behind slot 7 of kmap_atomic(), *", capture_text));
	kt_true(shows(mm_address_show, PKMAP_BASE + LAST_PKMAP * PAGE_SIZE - 1));
	kt_true(captured.len > 0);
}

KTEST(address, what_is_nothing_of_mm, SHORT)
{
	const unsigned long none[] = { 0, direct(0) - 1, VMEMMAP_START - 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		kt_false(shows(mm_address_show, none[i]));
		kt_eq(captured.len, 0);
	}
}

/* --- values ---------------------------------------------------------------------------------- */

KTEST(address, values_that_are_no_addresses, SHORT)
{
	static const struct value_case {
		const char *name;
		unsigned long addr;
		const char *phrase; /* "": like nothing known */
	} cases[] = {
		{ "enomem", -12UL, "error number -12, -ENOMEM: was a return value not looked at?" },
		{ "unnamed", -200UL, "error number -200: was a return value not looked at?" },
		{ "last error", -4095UL,
		  "error number -4095: was a return value not looked at?" },
		{ "no error", -4096UL, "" },
		{ "freed", 0x6b6b6b6b, "bytes 6b: a pointer in a freed object?" },
		{ "member of freed", 0x6b6b7b6a, "bytes 6b: a pointer in a freed object?" },
		{ "page above", 0x6b6b7b6b, "text \"k{kk\": was a pointer overwritten?" },
		{ "below freed", 0x6b6b6b6a, "text \"jkkk\": was a pointer overwritten?" },
		{ "unwritten", 0x5a5a5a5a,
		  "bytes 5a: a pointer in an object that was never written?" },
		{ "end", 0xa5a5a5a5, "bytes a5: a pointer at the end of a freed object?" },
		{ "page", 0xaaaaaaae, "bytes aa: a pointer in a freed page?" },
		{ "red zone", 0xbbbbbbbb, "bytes bb: a pointer in a red zone?" },
		{ "text", 0x7e20417e, "text \"~A ~\": was a pointer overwritten?" },
		{ "no text", 0x7f202020, "" },
		{ "no text either", 0x2020201f, "" },
		{ "null", 0, "" },
	}, *c;

	for_each_case (c, cases) {
		kt_case(c->name);
		kt_eq(shows(pointer_value_show, c->addr), *c->phrase != '\0');
		kt_str_eq(capture_text, c->phrase);
	}
}

KTEST(address, small_values_with_a_second_meaning, SHORT)
{
	kt_str_eq(small_value_meaning(16), "what kmalloc(0) returned");
	kt_str_eq(small_value_meaning((unsigned long)LIST_POISON_NEXT),
		  "->next of a list entry after its list_del()");
	kt_str_eq(small_value_meaning((unsigned long)LIST_POISON_PREV + sizeof(void *)),
		  "->prev of a list entry after its list_del()");
	kt_ptr_eq(small_value_meaning((unsigned long)LIST_POISON_NEXT - 1), NULL);
	kt_ptr_eq(small_value_meaning((unsigned long)LIST_POISON_PREV + 2 * sizeof(void *)), NULL);
	kt_ptr_eq(small_value_meaning(0), NULL);
}
