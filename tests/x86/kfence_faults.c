/* SPDX-License-Identifier: 0BSD
 *
 * kfence_faults.c - accesses beside a guarded object, and to one that was freed: the fault says
 * whose it was.
 */
#include <asm/pgtable.h>
#include <lib/align.h>
#include <lib/format.h>
#include <mm/page_alloc.h>
#include <mm/page_debug.h>
#include <mm/slab.h>

#include "../mm/kfence_test.h"
#include "touch.h"

static __noinline char *allocate_here(size_t size)
{
	char *obj = kmalloc(size, GFP_KERNEL);

	barrier();
	return obj;
}

static __noinline void free_here(const char *obj)
{
	kfree(obj);
	barrier();
}

/* An object that ends where its page does, as its size is a multiple of eight. */
static char *at_the_end(size_t size)
{
	char *obj;

	kfence_begin(1);
	do
		obj = allocate_here(size);
	while (((unsigned long)obj + size) % PAGE_SIZE);
	return obj;
}

static char *at_the_beginning(size_t size)
{
	char *obj;

	kfence_begin(1);
	do
		obj = allocate_here(size);
	while ((unsigned long)obj % PAGE_SIZE);
	return obj;
}

/* What the fault is to say of it. */
static void expect_cause(const char *before, const char *obj, const char *behind)
{
	static char text[160];

	snprintf(text, sizeof(text), "%s the 40 bytes at %08lx, an object of cache size-48 that %s",
		 before, (unsigned long)obj, behind);
	kt_expect_stop(text);
}

KTEST(kfence, stop_one_byte_behind_an_object, STOP)
{
	char *obj = at_the_end(40);

	expect_cause(" (overrun): 1 byte behind the end of", obj, "allocate_here");
	kt_expect_report("guarded object ");
	kt_expect_report(": 40 bytes at ");
	kt_expect_report(", cache size-48, in use");
	kt_expect_report("allocated on CPU 0, ");
	kt_expect_report("] ktest_kfence_stop_one_byte_behind_an_object+0x");
	write_to((unsigned long)obj + 40);
}

KTEST(kfence, stop_a_far_overrun, STOP)
{
	char *obj = at_the_end(40);

	expect_cause(" (overrun): 101 bytes behind the end of", obj, "allocate_here");
	read_from((unsigned long)obj + 140);
}

KTEST(kfence, stop_in_front_of_an_object, STOP)
{
	char *obj = at_the_beginning(40);

	expect_cause(" (underrun): 4 bytes in front of", obj, "allocate_here");
	write_to((unsigned long)obj - 4);
}

KTEST(kfence, stop_a_read_after_free, STOP)
{
	char *obj = at_the_end(40);

	free_here(obj);
	expect_cause(" (use after free): byte 12 of", obj, "free_here");
	kt_expect_report(", cache size-48, freed");
	kt_expect_report("allocated on CPU 0, ");
	kt_expect_report("freed on CPU 0, ");
	kt_expect_report("] free_here");
	kt_expect_report("] allocate_here");
	read_from((unsigned long)obj + 12);
}

KTEST(kfence, stop_where_no_object_was, STOP)
{
	kfence_begin(1);
	kt_expect_stop(" (not mapped): pool of kfence, where no object has been, error");
	read_from(kfence_pool_start + 8);
}

/* The tables of the pool are as the rest of lowmem, when it has gone. */
KTEST(kfence, lowmem_is_whole_without_the_pool, SHORT)
{
	unsigned long start, bytes;
	phys_addr_t phys;
	pte_t flags;

	KFENCE_BEGIN(1);
	start = kfence_pool_start;
	bytes = kfence_pool_bytes;
	kt_false(kernel_page_lookup(start, &phys, &flags));
	kfence_end();
	if (kfence_was_there || debug_pagealloc_enabled())
		kt_skip("the pool stays, or its pages are free and so not mapped");
	for (; bytes; bytes -= PAGE_SIZE, start += PAGE_SIZE) {
		if (!kernel_page_lookup(start, &phys, &flags) ||
		    phys != virt_to_phys((void *)start)) {
			kt_fail("%08lx is not mapped to itself", start);
			return;
		}
		*(volatile u32 *)start = *(volatile u32 *)start;
	}
}
