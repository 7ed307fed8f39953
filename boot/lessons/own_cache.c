/* SPDX-License-Identifier: 0BSD
 *
 * own_cache.c - the lessons' own cache, whatever the back end.
 */
#include "own_cache.h"

#include <lib/string.h>
#include <mm/kfence.h>

struct own_cache own_cache;

bool own_cache_open(struct lesson_run *run, size_t size, unsigned int flags)
{
	bool merged = slab_nomerge;

	memset(&own_cache, 0, sizeof(own_cache));
	slab_nomerge = true;
	own_cache.cache = kmem_cache_create("lesson", size, 0, flags, NULL);
	slab_nomerge = merged;
	if (!own_cache.cache) {
		lesson_say(run, "This lesson needs memory for a cache\n");
		return false;
	}
	own_cache.kfence = kfence_interval;
	kfence_interval = 0;
	return true;
}

void own_cache_destroy(struct kmem_cache *cache)
{
	int err = kmem_cache_destroy(cache);

	mm_bug_on(err, "an object of the lesson's cache is out");
}

void own_cache_close(void)
{
	unsigned int i;

	if (!own_cache.cache)
		return;
	for (i = 0; i < own_cache.nr; i++)
		own_cache_free(i);
	own_cache_destroy(own_cache.cache);
	own_cache.cache = NULL;
	kfence_interval = own_cache.kfence;
}

/* Remember the slab of @obj, as long as there is a place. */
static void note_slab(const void *obj)
{
	struct slab_object o;
	unsigned int i;

	if (!slab_locate(obj, &o))
		return;
	for (i = 0; i < own_cache.nr_slabs; i++)
		if (own_cache.slab[i] == o.first)
			return;
	if (own_cache.nr_slabs < OWN_MAX_SLABS)
		own_cache.slab[own_cache.nr_slabs++] = o.first;
}

void *own_cache_take(void)
{
	void *obj = NULL;

	if (own_cache.nr < OWN_MAX_OBJECTS)
		obj = kmem_cache_alloc(own_cache.cache, GFP_KERNEL | __GFP_NOWARN);
	if (!obj)
		return NULL;
	own_cache.obj[own_cache.nr++] = obj;
	note_slab(obj);
	return obj;
}

void own_cache_free(unsigned int i)
{
	if (own_cache.obj[i])
		kmem_cache_free(own_cache.cache, own_cache.obj[i]);
	own_cache.obj[i] = NULL;
}

/* --- the picture ----------------------------------------------------------------------------- */

struct row {
	char letters[128];
	unsigned long nr;
};

static void add_object(struct slab_object *o, void *data)
{
	struct row *row = data;
	char letter = '#';

	if (o->state == OBJECT_FREE)
		letter = '.';
	else if (o->cache == own_cache.cache)
		letter = o->state == OBJECT_USED ? 'a' : 'c';
	if (row->nr < sizeof(row->letters))
		row->letters[row->nr++] = letter;
}

void own_cache_draw(struct lesson_run *run)
{
	struct slab_object o;
	unsigned int i;

	if (!own_cache.nr_slabs)
		lesson_say(run, "  no slab yet\n");
	for (i = 0; i < own_cache.nr_slabs; i++) {
		struct row row = { .nr = 0 };

		if (slab_locate(page_address(own_cache.slab[i]), &o) &&
		    o.first == own_cache.slab[i])
			slab_for_each_object(o.first, add_object, &row);
		if (row.nr)
			lesson_picture(run, "slab", i, row.letters, row.nr);
		else
			lesson_say(run, "%8s %5u is given back\n", "slab", i);
	}
}
