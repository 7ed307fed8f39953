/* SPDX-License-Identifier: 0BSD
 *
 * cpus.c - what a second CPU would do: in turn with the first, since a program can say which CPU it
 * is, or at the same time, as a thread.
 */
#include <lib/random.h>
#include <mm/compaction.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/topology.h>
#include <mm/vmstat.h>
#include <test/ktest.h>

#include "../mm/kfence_test.h"
#include "../mm/mover.h"
#include "host.h"
#include "kfence.h"
#include "pcp.h"

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

KTEST(cpus, each_cpu_counts_and_all_are_reported, SHORT)
{
	unsigned long before = vm_events(PGMIGRATE_FAIL);

	count_vm_event(PGMIGRATE_FAIL);
	host_cpu = 1;
	count_vm_events(PGMIGRATE_FAIL, 2);
	host_cpu = 0;
	kt_eq(vm_events(PGMIGRATE_FAIL) - before, 3);
}

/* A page of lowmem that says it is of HighMem, so that it needs a slot. Its own flags are kept in
 * private: which zone is its own depends on the map. */
static struct page *pretended_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (page) {
		page->private = (void *)page->flags;
		page->flags += (ZONE_HIGHMEM - page_zonenum(page)) << PG_ZONE_SHIFT;
	}
	return page;
}

static void free_pretended(struct page *page)
{
	page->flags = (unsigned long)page->private;
	__free_page(page);
}

KTEST(cpus, slots_of_two_cpus_do_not_collide, SHORT)
{
	struct page *page = pretended_page();
	u32 *first, *second;

	kt_assert(page);
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
	free_pretended(page);
}

KTEST(cpus, the_slots_of_a_cpu_lie_in_its_part, SHORT)
{
	struct page *page = pretended_page();
	unsigned int cpu;
	u32 *slot;

	kt_assert(page);
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		host_cpu = cpu;
		slot = kmap_atomic(page);
		kt_eq((unsigned long)slot, KMAP_SLOT_VA + cpu * KMAP_CPU_BYTES);
		kunmap_atomic(slot);
	}
	host_cpu = 0;
	free_pretended(page);
}

KTEST(cpus, stop_unmapped_on_another_cpu, STOP)
{
	void *slot = kmap_atomic(pretended_page());

	host_cpu = 1;
	kt_expect_stop("is a slot of another CPU than this one, 1");
	kunmap_atomic(slot);
}

/* --- kmap() from all CPUs -------------------------------------------------------------------- */

#define SHARED_PAGES 40

static struct page *shared[SHARED_PAGES];
static unsigned long kmap_errors;

/* Each page has its number; the last CPU drops what is not in use all the time. */
static void map_shared_pages(void)
{
	struct random random;
	unsigned int i;

	random_seed(&random, smp_processor_id() + 1);
	for (i = 0; i < 20000; i++) {
		u32 page = random_below(&random, SHARED_PAGES);
		const u32 *addr = i % 2 ? kmap(shared[page]) : kmap_atomic(shared[page]);

		if (!addr || *addr != page)
			__atomic_fetch_add(&kmap_errors, 1, __ATOMIC_RELAXED);
		if (i % 2)
			kunmap(shared[page]);
		else
			kunmap_atomic(addr);
		if (smp_processor_id() == NR_CPUS - 1)
			kmap_flush_unused();
	}
}

KTEST(cpus, pages_are_mapped_by_all_at_once, SHORT)
{
	unsigned long flags[SHARED_PAGES];
	unsigned int i;

	for (i = 0; i < SHARED_PAGES; i++) {
		shared[i] = pretended_page();
		kt_assert(shared[i]);
		flags[i] = shared[i]->flags;
		*(u32 *)lowmem_page_address(shared[i]) = i;
	}
	kmap_errors = 0;
	host_on_each_cpu(map_shared_pages);
	kt_eq(kmap_errors, 0);
	kt_eq(nr_kmap_users(), 0);
	kmap_flush_unused();
	kt_eq(nr_kmapped, 0);
	for (i = 0; i < SHARED_PAGES; i++) {
		kt_eq(shared[i]->flags, flags[i]);
		free_pretended(shared[i]);
	}
}

/* --- locks of another CPU -------------------------------------------------------------------- */

#ifdef DEBUG_LOCKS

static DEFINE_SPINLOCK(t_cpus);

KTEST(cpus, a_lock_is_held_by_one_cpu, SHORT)
{
	spin_lock(&t_cpus);
	kt_ptr_eq(spin_not_held(&t_cpus), NULL);
	host_cpu = 1;
	kt_str_eq(spin_not_held(&t_cpus), "another CPU holds it");
	host_cpu = 0;
	spin_unlock(&t_cpus);
	kt_str_eq(spin_not_held(&t_cpus), "nobody holds it");
}

/* What one CPU holds is nothing that the other one takes its lock under. The lock is that of a zone
 * in which kmalloc() never looks for pages. */
KTEST(cpus, each_cpu_has_its_own_chain_of_locks, SHORT)
{
	struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_HIGHMEM];

	spin_lock(&zone->lock);
	host_cpu = 1;
	kfree(kmalloc(8, GFP_KERNEL));
	host_cpu = 0;
	spin_unlock(&zone->lock);
}

static void need_lock(spinlock_t *lock)
{
	assert_held(lock);
}

KTEST(cpus, stop_assert_held_on_another_cpu, STOP)
{
	spin_lock(&t_cpus);
	need_lock(&t_cpus);
	host_cpu = 1;
	kt_expect_stop("BUG: need_lock: lock is not held: another CPU holds it");
	need_lock(&t_cpus);
}

KTEST(cpus, stop_unlocked_by_another_cpu, STOP)
{
	spin_lock(&t_cpus);
	host_cpu = 1;
	kt_expect_stop(", t_cpus, is not held by this CPU (unlocked twice, or on another one?)");
	spin_unlock(&t_cpus);
}

KTEST(cpus, stop_the_other_cpu_never_unlocks, STOP)
{
	host_cpu = 1;
	spin_lock(&t_cpus);
	host_cpu = 0;
	kt_expect_stop(", t_cpus: CPU 1 does not give it back (unlock forgotten, or overwritten?)");
	spin_lock(&t_cpus);
}

#endif

/* --- at the same time ------------------------------------------------------------------------ */

#define NR_HELD 64

struct held {
	unsigned char *addr;
	size_t size;
	unsigned char mark; /* in its first and last byte */
};

static DEFINE_PER_CPU(unsigned int, nr_spoilt);

static void drop(struct held *held, bool pages)
{
	if (held->addr[0] != held->mark || held->addr[held->size - 1] != held->mark)
		this_cpu(nr_spoilt)++;
	if (pages)
		free_pages((unsigned long)held->addr, get_order(held->size));
	else
		kfree(held->addr);
	held->addr = NULL;
}

static void take(struct held *held, bool pages, u32 random)
{
	held->size = pages ? PAGE_SIZE << random % 4 : 1 + random % 6000;
	held->mark = (unsigned char)(random >> 24);
	held->addr = pages ? (void *)__get_free_pages(GFP_KERNEL, get_order(held->size))
			   : kmalloc(held->size, GFP_KERNEL);
	if (held->addr)
		held->addr[0] = held->addr[held->size - 1] = held->mark;
}

/* Every second place is for pages, the others for objects. */
static void churn(void)
{
	struct held held[NR_HELD] = { 0 };
	struct random r;
	unsigned int i;

	random_seed(&r, smp_processor_id() + 1);
	for (i = 0; i < 40000; i++) {
		u32 random = random_u32(&r), place = random % NR_HELD;

		if (held[place].addr)
			drop(&held[place], place % 2);
		else
			take(&held[place], place % 2, random / NR_HELD);
	}
	for (i = 0; i < NR_HELD; i++)
		if (held[i].addr)
			drop(&held[i], i % 2);
}

/* The runner's own mm_check() and count of pages and objects follow. */
KTEST(cpus, two_cpus_allocate_and_free, SHORT)
{
	unsigned int cpu;

	host_on_each_cpu(churn);
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		kt_eq(per_cpu(nr_spoilt, cpu), 0);
}

KTEST(cpus, two_cpus_share_the_guard, SHORT)
{
	unsigned long guarded;
	unsigned int cpu;

	KFENCE_BEGIN(3);
	guarded = kfence_pool.guarded;
	host_on_each_cpu(churn);
	kt_true(kfence_pool.guarded > guarded + 1000);
	kt_true(kfence_left <= 3);
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		kt_eq(per_cpu(nr_spoilt, cpu), 0);
	kfence_end();
}

#define OBJECT_MARK 0x6f626a21u

static struct kmem_cache *exchanged;
static void *mailbox[64];

/* An object goes where another one was, which whoever left it there does not free himself. */
static void exchange_objects(void)
{
	struct random r;
	u32 i;

	random_seed(&r, smp_processor_id() + 1);
	for (i = 0; i < 40000; i++) {
		u32 *obj = kmem_cache_alloc(exchanged, GFP_KERNEL);

		if (obj)
			*obj = OBJECT_MARK;
		obj = __atomic_exchange_n(&mailbox[random_below(&r, ARRAY_SIZE(mailbox))], obj,
					  __ATOMIC_ACQ_REL);
		if (!obj)
			continue;
		this_cpu(nr_spoilt) += *obj != OBJECT_MARK;
		*obj = 0;
		kmem_cache_free(exchanged, obj);
		if (i % 500 == 0)
			kmem_cache_shrink(exchanged);
		if (i % 2000 == 0 && kmem_cache_tune(exchanged, 20 + i % 7, 10, i % 3))
			cpu_relax(); /* the other one is in the array, or does the same */
	}
}

/* The runner's own mm_check() follows, and destroying finds an object that was lost. */
static void exchange_on_each_cpu(void)
{
	unsigned int i;

	exchanged = kmem_cache_create("t-exchanged", 100, 0, 0, NULL);
	kt_assert(exchanged);
	host_on_each_cpu(exchange_objects);
	for (i = 0; i < NR_CPUS; i++)
		kt_eq(per_cpu(nr_spoilt, i), 0);
	for (i = 0; i < ARRAY_SIZE(mailbox); i++) {
		if (mailbox[i])
			kmem_cache_free(exchanged, mailbox[i]);
		mailbox[i] = NULL;
	}
	kt_eq(kmem_cache_active(exchanged), 0);
	kt_eq(kmem_cache_destroy(exchanged), 0);
}

KTEST(cpus, objects_are_freed_on_another_cpu, SHORT)
{
	exchange_on_each_cpu();
}

/* With a node for each CPU: whoever frees has an array for the other one's objects. */
KTEST(cpus, objects_are_freed_on_another_node, SHORT)
{
	if (!several_nodes())
		kt_skip("one node");
	set_cpu_numa_node(1, 1);
	exchange_on_each_cpu();
	set_cpu_numa_node(1, 0);
}

static unsigned int node_of_object(const void *obj)
{
	return page_to_nid(virt_to_page(obj));
}

KTEST(cpus, each_cpu_is_served_by_its_node, SHORT)
{
	struct kmem_cache *cache;
	void *obj[2][40];
	unsigned int i;

	if (!several_nodes())
		kt_skip("one node");
	set_cpu_numa_node(1, 1);
	cache = kmem_cache_create("t-served", 100, 0, 0, NULL);
	kt_assert(cache);
	for (i = 0; i < 80; i++) {
		host_cpu = i % 2;
		obj[i % 2][i / 2] = kmem_cache_alloc(cache, GFP_KERNEL);
		kt_assert(obj[i % 2][i / 2]);
		kt_eq(node_of_object(obj[i % 2][i / 2]), i % 2);
	}
	for (i = 0; i < 80; i++) { /* by the other CPU */
		host_cpu = 1 - i % 2;
		kmem_cache_free(cache, obj[i % 2][i / 2]);
	}
	for (i = 0; i < 80; i++) {
		host_cpu = i % 2;
		obj[i % 2][i / 2] = kmem_cache_alloc(cache, GFP_KERNEL);
		kt_assert(obj[i % 2][i / 2]);
		kt_eq(node_of_object(obj[i % 2][i / 2]), i % 2);
	}
	host_cpu = 0;
	for (i = 0; i < 80; i++)
		kmem_cache_free(cache, obj[i % 2][i / 2]);
	kt_eq(kmem_cache_destroy(cache), 0);
	set_cpu_numa_node(1, 0);
}

static struct zone *kernel_zone(void)
{
	return node_zonelist(0, GFP_KERNEL)->zones[0];
}

#define NR_MOVABLE 1024 /* for each CPU */

/* Pages that move come and go while any CPU compacts, now for a block, now all of a zone. */
static void churn_movable(void)
{
	struct mover_slot *mine[NR_MOVABLE] = { 0 };
	struct random r;
	u32 i;

	random_seed(&r, smp_processor_id() + 1);
	for (i = 0; i < 20000; i++) {
		u32 place = random_below(&r, NR_MOVABLE);

		if (mine[place])
			mover_release(mine[place]);
		mine[place] = mine[place] ? NULL : mover_take(GFP_KERNEL | __GFP_MOVABLE);
		if (i % 20 == 0)
			compact_zone(kernel_zone(), i % 200 ? COMPACT_ALL : 4, NULL);
	}
	for (i = 0; i < NR_MOVABLE; i++)
		if (mine[i])
			mover_release(mine[i]);
}

KTEST(cpus, two_cpus_take_pages_that_move, SHORT)
{
	kt_assert(mover_open(NR_CPUS * NR_MOVABLE));
	host_on_each_cpu(churn_movable);
	kt_true(mover.moved > 0);
	kt_eq(mover.spoilt, 0);
	kt_eq(mover.moved_down, 0);
	mover_close();
}

/* --- per-CPU page lists ---------------------------------------------------------------------- */

KTEST(cpus, a_page_goes_to_the_list_of_who_frees_it, SHORT)
{
	struct page *page;
	unsigned long count;

	if (!zone_pcp_of(kernel_zone(), 0)->high)
		kt_skip("the zone is too small for per-CPU lists");
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	count = zone_pcp_count(kernel_zone(), 0);
	host_cpu = 1;
	__free_page(page);
	kt_eq(zone_pcp_count(kernel_zone(), 1), 1);
	kt_ptr_eq(alloc_page(GFP_KERNEL), page);
	__free_page(page);
	host_cpu = 0;
	kt_eq(zone_pcp_count(kernel_zone(), 0), count);
}

KTEST(cpus, one_cpu_drains_the_lists_of_all, SHORT)
{
	unsigned long count;

	drain_all_pages();
	host_cpu = 1;
	__free_page(alloc_page(GFP_KERNEL));
	host_cpu = 0;
	count = zone_pcp_count(kernel_zone(), 1);
	kt_eq(drain_local_pages(), 0);
	kt_eq(zone_pcp_count(kernel_zone(), 1), count);
	kt_eq(drain_all_pages(), count);
	kt_eq(nr_pcp_pages(), 0);
}

/* CPU 1 is in the middle of it. */
KTEST(cpus, a_list_that_another_cpu_is_in_is_passed_by, SHORT)
{
	struct pcp_list *list = zone_pcp_of(kernel_zone(), 1)->lists[MIGRATE_UNMOVABLE];
	unsigned long count;

	host_cpu = 1;
	__free_page(alloc_page(GFP_KERNEL));
	host_cpu = 0;
	kt_assert(pcp_enter(list));
	count = pcp_count(list);
	drain_all_pages();
	kt_eq(pcp_count(list), count);
	pcp_leave(list);
	kt_true(drain_all_pages() >= count);
	kt_eq(pcp_count(list), 0);
}

/* As churn(), while the last CPU drains all lists again and again. */
static void churn_and_drain(void)
{
	unsigned int i;

	if (smp_processor_id() != NR_CPUS - 1) {
		churn();
		return;
	}
	for (i = 0; i < 2000; i++)
		drain_all_pages();
}

KTEST(cpus, lists_are_drained_while_they_are_used, SHORT)
{
	unsigned int cpu;

	host_on_each_cpu(churn_and_drain);
	for (cpu = 0; cpu < NR_CPUS; cpu++)
		kt_eq(per_cpu(nr_spoilt, cpu), 0);
}

/* --- mistakes at the same time --------------------------------------------------------------- */

static struct page *shared_page;
static void *shared_object;

static void free_the_page(void)
{
	__free_page(shared_page);
}

static void free_the_object(void)
{
	kfree(shared_object);
}

KTEST(cpus, stop_both_free_the_page, STOP)
{
	shared_page = alloc_page(GFP_KERNEL);
	kt_expect_stop("double free");
	host_on_each_cpu(free_the_page);
}

KTEST(cpus, stop_both_free_the_object, STOP)
{
	void *neighbour = kmalloc(32, GFP_KERNEL); /* so that the slab stays */

	kt_true(neighbour);
	shared_object = kmalloc(32, GFP_KERNEL);
	kt_expect_stop("double free");
	host_on_each_cpu(free_the_object);
}

KTEST(cpus, stop_both_free_a_guarded_object, STOP)
{
	kfence_begin(1);
	shared_object = kmalloc(32, GFP_KERNEL);
	kt_true(is_kfence_address(shared_object));
	kt_expect_stop("is free already (double free?)");
	host_on_each_cpu(free_the_object);
}

#endif
