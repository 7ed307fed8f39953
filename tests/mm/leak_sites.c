/* SPDX-License-Identifier: 0BSD
 *
 * leak_sites.c - objects in use, by the calls that allocated them.
 */
#include <lib/string.h>
#include <mm/leak_sites.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <test/ktest.h>

#include "slab_test.h"

#define SIZE 100

static struct leak_sites sites;
static struct kmem_cache *cache;
static unsigned int nr;

static bool begin(unsigned int flags)
{
	nr = 0;
	cache = kmem_cache_create("t-sites", SIZE, 0, flags, NULL);
	return cache;
}

static void end(void)
{
	while (nr)
		kmem_cache_free(cache, objs[--nr]);
	kt_eq(kmem_cache_destroy(cache), 0);
}

static u64 now(void)
{
	return page_alloc_clock ? page_alloc_clock() : 0;
}

/* Until the clock says something else. */
static u64 a_little_later(void)
{
	u64 before = now();

	while (page_alloc_clock && now() == before)
		;
	return now();
}

/* A loop whose number of rounds is known may become that many calls, each a place of its own. */
static __noinline void alloc_here(unsigned int n)
{
	OPTIMIZER_HIDE_VAR(n);
	while (n--)
		objs[nr++] = kmem_cache_alloc(cache, GFP_KERNEL);
}

static __noinline void alloc_there(unsigned int n)
{
	OPTIMIZER_HIDE_VAR(n);
	while (n--)
		objs[nr++] = kmem_cache_alloc(cache, GFP_ATOMIC);
}

/* The site of @obj. */
static const struct leak_site *site_of(const void *obj)
{
	struct slab_track track;
	unsigned int i;

	if (!kt_true(slab_track(obj, &track, NULL)))
		return NULL;
	for (i = 0; i < sites.nr; i++)
		if (sites.site[i].oldest.trace == track.trace)
			return &sites.site[i];
	return NULL;
}

KTEST(leak_sites, each_caller_has_a_site, SHORT)
{
	const struct leak_site *here, *there;

	kt_assert(begin(SLAB_STORE_USER));
	alloc_here(3);
	alloc_there(7);
	leak_sites(&sites, 0);
	here = site_of(objs[0]);
	there = site_of(objs[9]);
	if (kt_true(here && there && here != there)) {
		kt_eq(here->nr, 3);
		kt_eq(here->bytes, 3 * SIZE);
		kt_eq(there->nr, 7);
		kt_eq(there->bytes, 7 * SIZE);
		kt_true(there < here); /* it has more bytes */
	}
	end();
}

KTEST(leak_sites, what_was_freed_does_not_count, SHORT)
{
	const struct leak_site *here;

	kt_assert(begin(SLAB_STORE_USER));
	alloc_here(5);
	kmem_cache_free(cache, objs[--nr]);
	leak_sites(&sites, 0);
	here = site_of(objs[0]);
	if (kt_true(here))
		kt_eq(here->nr, 4);
	end();
}

KTEST(leak_sites, only_what_is_not_older, SHORT)
{
	const struct leak_site *here;
	struct slab_track track;
	u64 since = 0;

	if (!page_alloc_clock || now() == 0)
		kt_skip("no clock");
	kt_assert(begin(SLAB_STORE_USER));
	while (nr < 3) {
		if (nr == 2)
			since = a_little_later();
		alloc_here(1);
	}
	leak_sites(&sites, since);
	here = site_of(objs[2]);
	if (kt_true(here && slab_track(objs[2], &track, NULL))) {
		kt_eq(here->nr, 1);
		kt_eq(here->oldest.us, track.us);
	}
	leak_sites(&sites, 0);
	here = site_of(objs[2]);
	if (kt_true(here && slab_track(objs[0], &track, NULL))) {
		kt_eq(here->nr, 3);
		kt_eq(here->oldest.us, track.us);
	}
	end();
}

KTEST(leak_sites, without_the_flag_nobody_knows, SHORT)
{
	unsigned long unknown;

	kt_assert(begin(0));
	leak_sites(&sites, 0);
	unknown = sites.unknown;
	alloc_here(4);
	if (slab_track(objs[0], NULL, NULL)) {
		end();
		kt_skip("slab_debug= has the flag for all caches");
	}
	leak_sites(&sites, 0);
	kt_eq(sites.unknown, unknown + 4);
	end();
}

#define ONE objs[nr++] = kmem_cache_alloc(cache, GFP_KERNEL)
#define TEN          \
	do {         \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
		ONE; \
	} while (0)

/* Seventy places in the code. */
KTEST(leak_sites, more_sites_than_there_is_room_for, SHORT)
{
	unsigned long all = 0, i;

	kt_assert(begin(SLAB_STORE_USER));
	TEN;
	TEN;
	TEN;
	TEN;
	TEN;
	TEN;
	TEN;
	leak_sites(&sites, 0);
	kt_eq(sites.nr, LEAK_SITES_MAX);
	kt_true(sites.others >= 70 - LEAK_SITES_MAX);
	for (i = 0; i < sites.nr; i++)
		all += sites.site[i].nr;
	kt_true(all + sites.others >= 70);
	end();
}
