/* SPDX-License-Identifier: 0BSD
 *
 * leak_scan.c - what leak_scan() names: the tests lose memory in every way, and find it again.
 *
 * Other tests have left addresses behind, in variables and in free memory, and addresses are used
 * again. So each test begins with some memory that is lost, of which a scan tells what can be named
 * at all, and goes on with that. For the same reason the stack is searched only where a test is
 * about it. An address that is kept for later is kept inverted, so that it is no pointer.
 */
#include <asm/leak_roots.h>
#include <lib/list.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <test/ktest.h>

#include "kfence.h"
#include "kfence_test.h"
#include "kmalloc.h"
#include "slab_test.h"

#define WORDS 16 /* of an object */
#define WORD  sizeof(void *)

#define LARGE_BYTES (KMALLOC_MAX_CACHE_SIZE + 1)
#define AREA_BYTES  (3 * PAGE_SIZE - 100)

struct lost {
	unsigned long hidden; /* ~address */
	unsigned long size;
	enum leak_kind kind;
	bool mapping;	    /* an area of vmap()'s */
	unsigned int named; /* by the last scan, so often */
	bool known;	    /* a scan is not to name it */
};

/* Of the candidates those are taken that can be named; if these are too few, there are more. */
#define NR_CANDIDATES 48
#define MAX_ROUNDS    8
#define MAX_LOST      4

static struct lost lost[MAX_LOST + NR_CANDIDATES * MAX_ROUNDS];
static unsigned int nr_lost;
static unsigned int nr_others;	  /* named, and nothing of lost[] */
static unsigned int known_others; /* were named before: what somebody's own kernel has lost */
static bool with_stack;
static bool few_candidates; /* memory had no room for all that were to be tried */

/* A pointer that is found: data of the kernel. */
static void *volatile kept;

static void **found(unsigned int i)
{
	return (void **)~lost[i].hidden;
}

static void put(struct lost *l);

/* What is named first frees what would be named next. */
static bool frees_the_others;

static void free_others(unsigned int named)
{
	unsigned int i;

	for (i = 0; i < nr_lost; i++)
		if (i != named && !lost[i].known) {
			put(&lost[i]);
			lost[i].known = true;
		}
}

static void note(const struct leak *leak, void *data)
{
	unsigned int i;

	kt_ptr_eq(data, lost);
	for (i = 0; i < nr_lost; i++)
		if (lost[i].hidden == ~leak->start) {
			lost[i].named++;
			kt_eq(leak->size, lost[i].size);
			kt_eq(leak->kind, lost[i].kind);
			if (frees_the_others)
				free_others(i);
			return;
		}
	kt_note("0x%08lx, %lu bytes, is named", leak->start, leak->size);
	nr_others++;
}

static __noinline void scan(struct leak_scan_count *count)
{
	struct leak_range range[KERNEL_ROOTS_MAX];
	struct leak_roots roots = { .range = range };
	unsigned int i;

	nr_others = 0;
	for (i = 0; i < nr_lost; i++)
		lost[i].named = 0;
	__builtin_unwind_init();
	roots.nr = kernel_roots(range, &roots.image) - !with_stack;
	kt_eq(leak_scan(&roots, note, lost, count), 0);
	kt_eq(count->missed, 0);
}

/* The scan names once what is not known, @nr of lost[], and nothing else. Return: bytes that were
 * searched. */
static __noinline unsigned long expect_lost(unsigned int nr)
{
	struct leak_scan_count count;
	unsigned int i;

	scan(&count);
	for (i = 0; i < nr_lost; i++)
		if (lost[i].named != !lost[i].known)
			kt_fail("lost[%u] is named %u times", i, lost[i].named);
	kt_true(nr_others <= known_others); /* a pointer to one may be on the stack */
	kt_eq(count.nr_leaks, nr + nr_others);
	return count.searched;
}

/* --- memory to be lost ------------------------------------------------------------------------ */

/* The page of all mappings; NULL: areas have pages of their own. */
static struct page *mapped_page;

static void *get_mapping(void)
{
	struct page *pages[] = { mapped_page, mapped_page, mapped_page };

	return vmap(pages, ARRAY_SIZE(pages), VM_MAP, PROT_KERNEL_RW);
}

static void *get_area(void)
{
	return mapped_page ? get_mapping() : vzalloc(AREA_BYTES);
}

/* @size: of an object of kfence's; 0: as the kind says. */
static __noinline bool get(struct lost *l, enum leak_kind kind, unsigned long size)
{
	const void *p = size		     ? kfence_take(kmalloc_slab(size, GFP_KERNEL), size, 0)
			: kind == LEAK_AREA  ? get_area()
			: kind == LEAK_LARGE ? kzalloc(LARGE_BYTES, GFP_KERNEL | __GFP_NOWARN)
					     : kzalloc(WORDS * WORD, GFP_KERNEL);

	*l = (struct lost){ .hidden = ~(unsigned long)p, .kind = kind };
	l->mapping = kind == LEAK_AREA && mapped_page;
	if (p)
		l->size = kind == LEAK_AREA ? 3 * PAGE_SIZE : ksize(p);
	return p;
}

static void put(struct lost *l)
{
	if (l->mapping)
		vunmap((void *)~l->hidden);
	else if (l->kind == LEAK_AREA)
		vfree((void *)~l->hidden);
	else
		kfree((void *)~l->hidden);
}

/* One round of candidates more. Return: how many of all from @first on a scan names; with the
 * memory at its end few_candidates is set. */
static unsigned int try_more(enum leak_kind kind, unsigned long size, unsigned int first)
{
	unsigned int i, nr_named = 0, last = nr_lost + NR_CANDIDATES;
	struct leak_scan_count count;

	while (nr_lost < last && get(&lost[nr_lost], kind, size))
		nr_lost++;
	few_candidates = nr_lost < last;
	scan(&count);
	known_others = nr_others;
	for (i = first; i < nr_lost; i++)
		nr_named += lost[i].named != 0;
	return nr_named;
}

/* Lose @nr more of @kind, which a scan names: all candidates are kept until there are as many,
 * so that each round has other addresses. Return: could it be? */
static bool lose_more(enum leak_kind kind, unsigned int nr, unsigned long size)
{
	unsigned int i, first = nr_lost, end, rounds = 0;

	while (try_more(kind, size, first) < nr && !few_candidates && ++rounds < MAX_ROUNDS)
		;
	end = nr_lost;
	for (i = nr_lost = first; i < end; i++) {
		if (lost[i].named && nr_lost < first + nr)
			lost[nr_lost++] = lost[i];
		else
			put(&lost[i]);
	}
	return nr_lost == first + nr;
}

static bool lose(enum leak_kind kind, unsigned int nr)
{
	return lose_more(kind, nr, 0);
}

static void end(void)
{
	while (nr_lost)
		put(&lost[--nr_lost]);
}

/* Lose that many objects, or none. */
static bool begin(unsigned int objects)
{
	bool lost_all;

	nr_lost = 0;
	lost_all = lose(LEAK_OBJECT, objects);
	if (!lost_all)
		end();
	return lost_all;
}

/* --- tests ------------------------------------------------------------------------------------ */

KTEST(leak_scan, nothing_is_named, SHORT)
{
	nr_lost = 0;
	expect_lost(0);
}

KTEST(leak_scan, an_object, SHORT)
{
	kt_assert(begin(1));
	expect_lost(1);
	end();
}

KTEST(leak_scan, a_ring_of_two, SHORT)
{
	kt_assert(begin(2));
	found(0)[1] = found(1);
	found(1)[WORDS - 1] = found(0);
	expect_lost(2);
	kept = found(1);
	lost[0].known = lost[1].known = true;
	expect_lost(0);
	kept = NULL;
	end();
}

KTEST(leak_scan, a_pointer_may_lead_inside, SHORT)
{
	kt_assert(begin(1));
	kept = (char *)found(0) + lost[0].size - 1;
	lost[0].known = true;
	expect_lost(0);
	kept = (char *)found(0) + lost[0].size;
	lost[0].known = false;
	expect_lost(1);
	kept = (char *)found(0) - 1;
	expect_lost(1);
	kept = NULL;
	end();
}

struct element {
	unsigned long number;
	struct list_head list;
};

static LIST_HEAD(elements);

KTEST(leak_scan, an_element_of_a_list, SHORT)
{
	unsigned int i;

	kt_assert(begin(4));
	for (i = 0; i < 4; i++) {
		list_add_tail(&((struct element *)(void *)found(i))->list, &elements);
		lost[i].known = true;
	}
	expect_lost(0);
	list_del(&((struct element *)(void *)found(2))->list);
	lost[2].known = false;
	expect_lost(1);
	INIT_LIST_HEAD(&elements);
	end();
}

KTEST(leak_scan, a_pointer_in_a_freed_object_does_not_count, SHORT)
{
	kt_assert(begin(2));
	kept = found(1);
	found(1)[3] = found(0);
	lost[0].known = lost[1].known = true;
	expect_lost(0);
	put(&lost[--nr_lost]);
	lost[0].known = false;
	expect_lost(1);
	kept = NULL;
	end();
}

KTEST(leak_scan, a_pointer_on_the_stack, SHORT)
{
	void *volatile on_the_stack = NULL;

	kt_assert(begin(1));
	on_the_stack = found(0);
	kt_assert(on_the_stack);
	expect_lost(1);
	with_stack = lost[0].known = true;
	expect_lost(0);
	with_stack = false;
	end();
}

/* The compiler keeps it in a register that calls leave as it is, or else on the stack. */
KTEST(leak_scan, a_pointer_in_a_register, SHORT)
{
	unsigned long object;

	kt_assert(begin(1));
	object = (unsigned long)found(0);
	__asm__ volatile("" : "+r"(object));
	with_stack = lost[0].known = true;
	expect_lost(0);
	with_stack = false;
	__asm__ volatile("" : "+r"(object));
	kt_eq(object, (unsigned long)found(0));
	end();
}

KTEST(leak_scan, a_large_block_with_the_only_pointer_to_an_object, SHORT)
{
	kt_assert(begin(1));
	if (!lose(LEAK_LARGE, 1)) {
		end();
		kt_true(few_candidates);
		kt_skip("few free blocks of 256 KiB, and addresses of theirs stand somewhere");
	}
	found(1)[10000] = found(0);
	expect_lost(2);
	kept = found(1) + 20000;
	lost[0].known = lost[1].known = true;
	expect_lost(0);
	kept = NULL;
	end();
}

KTEST(leak_scan, an_area_with_the_only_pointer_to_an_object, SHORT)
{
	kt_assert(begin(1));
	kt_assert(lose(LEAK_AREA, 1));
	found(1)[PAGE_SIZE / WORD] = found(0);
	expect_lost(2);
	kept = found(1) + 2 * PAGE_SIZE / WORD;
	lost[0].known = lost[1].known = true;
	expect_lost(0);
	kept = NULL;
	end();
}

/* Objects of kfence lie in pages of their own. Its table knows all of them, and does not count. */
KTEST(leak_scan, a_guarded_object_with_the_only_pointer_to_another, SHORT)
{
	bool lost_both;

	nr_lost = 0;
	KFENCE_BEGIN(1000);
	memset(objs, 0, sizeof(objs)); /* addresses of the pool, of kfence's tests */
	lost_both = begin(1) && lose_more(LEAK_OBJECT, 1, 200);
	if (!lost_both)
		end();
	kt_assert(lost_both);
	found(1)[1] = found(0);
	expect_lost(2);
	kept = found(1) + 3;
	lost[0].known = lost[1].known = true;
	expect_lost(0);
	kept = NULL;
	end();
	kfence_end();
}

/* Whether a page is known cannot be told, so it counts as known. */
KTEST(leak_scan, a_page_with_the_only_pointer_to_an_object, SHORT)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	void **mapped;

	kt_assert(page && begin(1));
	mapped = kmap_atomic(page);
	mapped[PAGE_SIZE / WORD - 1] = found(0);
	kunmap_atomic(mapped);
	lost[0].known = true;
	expect_lost(0);
	__free_page(page);
	lost[0].known = false;
	expect_lost(1);
	end();
}

/* A mapping may be lost without its page. What is reached through it is not searched: it may be a
 * device. */
KTEST(leak_scan, a_mapping, SHORT)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	unsigned long searched;
	bool is_lost;

	nr_lost = 0;
	kt_assert(page);
	mapped_page = page;
	is_lost = lose(LEAK_AREA, 1);
	mapped_page = NULL;
	kt_assert(is_lost);
	searched = expect_lost(1);
	kept = found(0);
	lost[0].known = true;
	kt_eq(expect_lost(0), searched);
	kept = NULL;
	end();
	__free_page(page);
}

KTEST(leak_scan, what_goes_meanwhile_is_not_named, SHORT)
{
	unsigned int i;

	kt_assert(begin(3));
	lose(LEAK_LARGE, 1); /* if there is room */
	frees_the_others = true;
	expect_lost(1);
	frees_the_others = false;
	for (i = 0; i < nr_lost; i++)
		if (!lost[i].known)
			put(&lost[i]);
	nr_lost = 0;
}

/* More pointers than the scan's stack has room for, each to an object that has one more. */
#define FAN_OUT 1000

static void make_tree(void **root)
{
	unsigned int i;

	for (i = 0; root && i < FAN_OUT; i++) {
		root[i] = kzalloc(WORD, GFP_KERNEL);
		if (root[i])
			*(void **)root[i] = kzalloc(WORD, GFP_KERNEL);
	}
}

static void free_tree(void **root)
{
	unsigned int i;

	for (i = 0; root && i < FAN_OUT; i++) {
		if (root[i])
			kfree(*(void **)root[i]);
		kfree(root[i]);
	}
	kfree(root);
}

KTEST(leak_scan, more_than_its_stack_has_room_for, SHORT)
{
	nr_lost = 0;
	kept = kzalloc(FAN_OUT * WORD, GFP_KERNEL);
	kt_assert(kept);
	make_tree(kept);
	expect_lost(0);
	free_tree(kept);
	kept = NULL;
}

static struct page *got[256], *clean[ARRAY_SIZE(got)];

/* The words of a struct page that are its owner's are searched, too, and those of a page that was a
 * slab's may still name what is lost now. */
static void get_pages(gfp_t gfp)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(got); i++) {
		got[i] = alloc_page(GFP_HIGHUSER | __GFP_NOWARN | gfp);
		if (got[i])
			INIT_LIST_HEAD(&got[i]->lru);
	}
}

static void put_pages(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(got); i++)
		if (got[i])
			__free_page(got[i]);
}

static bool was_clean(const struct page *page)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(clean); i++)
		if (clean[i] == page)
			return true;
	return false;
}

/* What stands in the others was there before. */
static void clear_the_others(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(got); i++)
		if (got[i] && !was_clean(got[i]))
			clear_highpage(got[i]);
}

/* The table is full of addresses: nobody may get its pages, which here are clean, as they were. */
KTEST(leak_scan, its_table_is_not_left_behind, SHORT)
{
	kt_assert(begin(1));
	get_pages(__GFP_ZERO);
	memcpy(clean, got, sizeof(clean));
	put_pages();
	expect_lost(1);
	get_pages(0);
	clear_the_others();
	expect_lost(1);
	put_pages();
	end();
}
