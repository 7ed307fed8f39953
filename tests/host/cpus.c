/* SPDX-License-Identifier: 0BSD
 *
 * cpus.c - what a second CPU would do, in turn with the first: a program can say which CPU it is.
 */
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <test/ktest.h>

#if NR_CPUS > 1

static DEFINE_PER_CPU(unsigned int, sample);

KTEST(cpus, this_cpu_follows_the_cpu, SHORT)
{
	this_cpu(sample) = 10;
	host_cpu = 1;
	this_cpu(sample) = 11;
	host_cpu = 0;
	kt_eq(this_cpu(sample), 10);
	kt_eq(per_cpu(sample, 1), 11);
}

/* A page of lowmem that says it is of HighMem, so that it needs a slot. */
static struct page *pretended_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (page)
		page->flags += (ZONE_HIGHMEM - page_zonenum(page)) << PG_ZONE_SHIFT;
	return page;
}

static void free_pretended(struct page *page, unsigned long flags)
{
	page->flags = flags;
	__free_page(page);
}

KTEST(cpus, slots_of_two_cpus_do_not_collide, SHORT)
{
	struct page *normal = alloc_page(GFP_KERNEL), *page = pretended_page();
	unsigned long flags;
	u32 *first, *second;

	kt_assert(normal && page);
	flags = normal->flags;
	first = kmap_atomic(page);
	host_cpu = 1;
	second = kmap_atomic(page);
	kt_true(first != second);
	*first = 5;
	kt_eq(*second, 5); /* the same page */
	host_cpu = 0;
	kunmap_atomic(first); /* in another order than on one CPU */
	host_cpu = 1;
	kt_eq(*second, 5);
	kunmap_atomic(second);
	host_cpu = 0;
	free_pretended(page, flags);
	__free_page(normal);
}

KTEST(cpus, the_slots_of_a_cpu_lie_in_its_part, SHORT)
{
	struct page *normal = alloc_page(GFP_KERNEL), *page = pretended_page();
	unsigned int cpu;
	u32 *slot;

	kt_assert(normal && page);
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		host_cpu = cpu;
		slot = kmap_atomic(page);
		kt_eq((unsigned long)slot, KMAP_SLOT_VA + cpu * KMAP_CPU_BYTES);
		kunmap_atomic(slot);
	}
	host_cpu = 0;
	free_pretended(page, normal->flags);
	__free_page(normal);
}

KTEST(cpus, stop_unmapped_on_another_cpu, STOP)
{
	void *slot = kmap_atomic(pretended_page());

	host_cpu = 1;
	kt_expect_stop("is a slot of another CPU than this one, 1");
	kunmap_atomic(slot);
}

#endif
