/* SPDX-License-Identifier: 0BSD
 *
 * vmalloc_stop.c - what is given back and was not got, and what is written where nothing is.
 */
#include <lib/format.h>
#include <lib/string.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#define DEVICE 0xFEE00000UL

/* "BUG: @func: bad address @addr: @rest" */
static void expect_bad(const char *func, const void *addr, const char *rest)
{
	static char text[160];

	snprintf(text, sizeof(text), "BUG: %s: bad address %p: %s", func, addr, rest);
	kt_expect_stop(text);
}

KTEST(vmalloc, stop_vfree_twice, STOP)
{
	void *p = vmalloc(PAGE_SIZE);

	vfree(p);
	expect_bad("vfree", p, "");
	vfree(p);
}

KTEST(vmalloc, stop_vfree_of_addresses_alone, STOP)
{
	void *p = get_vm_area(PAGE_SIZE);

	expect_bad("vfree", p, "it is in an area of get_vm_area() for ");
	kt_expect_report("which free_vm_area() takes back");
	vfree(p);
}

KTEST(vmalloc, stop_vfree_twice_with_a_flush_between, STOP)
{
	void *p = vmalloc(PAGE_SIZE);

	vfree(p);
	vm_unmap_aliases();
	expect_bad("vfree", p, "no area is there (freed twice?)");
	vfree(p);
}

KTEST(vmalloc, stop_vfree_of_lowmem, STOP)
{
	void *p = kmalloc(PAGE_SIZE, GFP_KERNEL);

	expect_bad("vfree", p, "it is in the direct map (is it kfree()'s or free_pages()'?)");
	vfree(p);
}

KTEST(vmalloc, stop_vfree_of_an_odd_address, STOP)
{
	char *p = vmalloc(PAGE_SIZE);

	expect_bad("vfree", p + 16, "it is byte 16 of the area at ");
	vfree(p + 16);
}

KTEST(vmalloc, stop_vfree_of_the_second_page, STOP)
{
	char *p = vmalloc(2 * PAGE_SIZE);

	expect_bad("vfree", p + PAGE_SIZE, "it is byte 4096 of the area at ");
	vfree(p + PAGE_SIZE);
}

KTEST(vmalloc, stop_vfree_of_a_wild_pointer, STOP)
{
	expect_bad("vfree", (void *)16, "it is not vmalloc()'s (uninitialised?)");
	vfree((void *)16);
}

KTEST(vmalloc, stop_vfree_of_a_device, STOP)
{
	void *p = ioremap(DEVICE, PAGE_SIZE);

	expect_bad("vfree", p, "it is in an area of ioremap() for ");
	vfree(p);
}

KTEST(vmalloc, stop_vfree_of_a_vmap, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *p = vmap(&page, 1, VM_MAP, PROT_KERNEL_RW);

	expect_bad("vfree", p, "it is in an area of vmap() for ");
	vfree(p);
}

KTEST(vmalloc, stop_vunmap_of_a_vmalloc, STOP)
{
	void *p = vmalloc(PAGE_SIZE);

	expect_bad("vunmap", p, "it is in an area of vmalloc() for ");
	vunmap(p);
}

KTEST(vmalloc, stop_a_write_behind_the_end, STOP)
{
	char *p = vmalloc(5000);

	p[5000] = 1;
	kt_expect_stop("BUG: vfree: 01 was written to ");
	vfree(p);
}

/* The last byte that no guard page protects. */
KTEST(vmalloc, stop_a_write_to_the_last_byte_of_the_slack, STOP)
{
	char *p = vmalloc(5000);

	p[2 * PAGE_SIZE - 1] = 1;
	kt_expect_stop(", 3192 bytes behind the end of the 5000 bytes at ");
	vfree(p);
}

KTEST(vmalloc, stop_vmap_of_no_page, STOP)
{
	struct page *page = (struct page *)16;

	kt_expect_stop("BUG: vmap: ");
	(void)!vmap(&page, 1, VM_MAP, PROT_KERNEL_RW);
}

KTEST(vmalloc, stop_vmap_with_other_flags, STOP)
{
	struct page *page = alloc_page(GFP_KERNEL);

	kt_expect_stop("BUG: vmap: flags 2 are not VM_MAP");
	(void)!vmap(&page, 1, VM_ALLOC, PROT_KERNEL_RW);
}

KTEST(ioremap, stop_iounmap_twice, STOP)
{
	void *p = ioremap(DEVICE, PAGE_SIZE);

	iounmap(p);
	expect_bad("iounmap", p, "");
	iounmap(p);
}

KTEST(ioremap, stop_iounmap_of_lowmem, STOP)
{
	void *p = (void *)__get_free_page(GFP_KERNEL);

	expect_bad("iounmap", p, "it is in the direct map (is it kfree()'s or free_pages()'?)");
	iounmap(p);
}

KTEST(ioremap, stop_iounmap_of_a_vmalloc, STOP)
{
	void *p = vmalloc(PAGE_SIZE);

	expect_bad("iounmap", p, "it is in an area of vmalloc() for ");
	iounmap(p);
}

KTEST(ioremap, stop_iounmap_of_the_second_page, STOP)
{
	char *p = ioremap(DEVICE, 2 * PAGE_SIZE);

	expect_bad("iounmap", p + PAGE_SIZE, "it is byte 4096 of the area at ");
	iounmap(p + PAGE_SIZE);
}

KTEST_STOP_BOOT(vmalloc, stop_the_range_is_set_twice)
{
	kt_expect_stop("BUG: vmalloc_init: ");
	vmalloc_init(PAGE_SIZE, 2 * PAGE_SIZE);
}
