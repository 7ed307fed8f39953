/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc_faults.c - the addresses around an area of vmalloc() fault, and the report says which
 * area it was.
 */
#include <lib/format.h>
#include <mm/mm_check.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#include "vmap_area.h"

/* Expect the fault of a write to @address, explained with @rest. */
static void expect_fault(const char *address, const char *rest)
{
	static char text[160];

	snprintf(text, sizeof(text), "page fault: write of %08lx (not mapped): %s",
		 (unsigned long)address, rest);
	kt_expect_stop(text);
}

KTEST(vmalloc, stop_one_byte_behind_an_area, STOP)
{
	char *p = vmalloc(PAGE_SIZE);

	expect_fault(p + PAGE_SIZE, "guard page, 1 byte behind the end of the 4096 bytes at ");
	p[PAGE_SIZE] = 1;
}

/* In front of it is the guard page of another one. */
KTEST(vmalloc, stop_one_byte_in_front_of_an_area, STOP)
{
	char *first = vmalloc(PAGE_SIZE), *second = vmalloc(2 * PAGE_SIZE);

	kt_assert(second == first + 2 * PAGE_SIZE);
	expect_fault(second - 1, "guard page, 1 byte in front of the 8192 bytes at ");
	second[-1] = 1;
}

/* The page was in the TLB, and a page of it is handed out again: a stale entry would hit it. */
KTEST(vmalloc, stop_a_write_after_vfree, STOP)
{
	char *p = vmalloc(PAGE_SIZE);

	p[17] = 1;
	vfree(p);
	expect_fault(p + 17, "byte 17 of the 4096 bytes at ");
	p[17] = 1;
}

/* So large that the TLB is flushed as a whole. */
KTEST(vmalloc, stop_a_write_after_vfree_of_many_pages, STOP)
{
	char *p = vmalloc(100 * PAGE_SIZE);

	p[70 * PAGE_SIZE] = 1;
	vfree(p);
	expect_fault(p + 70 * PAGE_SIZE, "byte 286720 of the 409600 bytes at ");
	p[70 * PAGE_SIZE] = 1;
}

KTEST(vmalloc, stop_a_write_after_the_flush, STOP)
{
	char *p = vmalloc(PAGE_SIZE);

	p[17] = 1;
	vfree(p);
	vm_unmap_aliases();
	expect_fault(p + 17, "range of vmalloc(), but no area is there");
	p[17] = 1;
}

KTEST(vmalloc, stop_a_write_to_a_read_only_area, STOP)
{
	char *p = __vmalloc(PAGE_SIZE, GFP_KERNEL, PROT_KERNEL_RO);

	kt_expect_stop("(write to read-only memory): byte 1 of the 4096 bytes at ");
	p[1] = 1;
}

KTEST(ioremap, stop_a_write_after_iounmap, STOP)
{
	volatile char *p = ioremap(0xFEE00000, PAGE_SIZE);

	(void)*p;
	iounmap((const void *)p);
	expect_fault((const char *)p + 4, "byte 4 of the 4096 bytes at ");
	p[4] = 1;
}
