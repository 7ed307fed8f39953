/* SPDX-License-Identifier: 0BSD
 *
 * lesson_09_objects.c - a cache, its slabs and its objects, as the back end of this build has them.
 */
#include "own_cache.h"

#include <mm/page_alloc.h>

#define OBJECT_SIZE 320

/* What is different with each back end. */
#if defined(CONFIG_SLUB)
#define SLAB_TEXT                                                                             \
	"Back end SLUB (make SLAB=slub): a slab is nothing but objects; what is known about " \
	"it stands in its struct page."
#define SLAB_NOUN   "slab"
#define COLOUR_TEXT "SLUB has no colours: object 0 of each slab begins at the slab's first byte."
#define COLOUR_WHY  "nothing is in front of it, but what debugging puts there."
#define REUSE_WHY                                                                          \
	"a CPU takes from its own slab first. What came back to another one waits in the " \
	"chain of that."
#define EMPTY_WHY "each slab that the cache had: without an object in use it is empty."
#elif defined(CONFIG_SLOB)
#define SLAB_TEXT                                                                             \
	"Back end SLOB (make SLAB=slob): there are no slabs. Objects of all caches lie side " \
	"by side in shared pages, each of which ends with a table of what lies where."
#define SLAB_NOUN "page"
#define COLOUR_TEXT \
	"SLOB has no slabs, so there are no colours: an object lies where it fits first."
#define COLOUR_WHY "the page begins with its objects; its table is at the end."
#define REUSE_WHY                                                                              \
	"the first gap in the first page that has one. What came back to a page further back " \
	"waits."
#define EMPTY_WHY "each page in which there is no object of any cache any more."
#else
#define SLAB_TEXT                                                                            \
	"Back end SLAB (the default): a slab begins with its descriptor, and two bytes for " \
	"each object, bufctl[], that chain the free ones."
#define SLAB_NOUN "slab"
#define COLOUR_TEXT                                                                             \
	"Each new slab shifts its objects by one cache line more, its colour, as far as there " \
	"are bytes left over, and then begins at 0 again."
#define COLOUR_WHY "one line behind that of the slab before, unless the colours begin anew."
#define REUSE_WHY \
	"the object that came back last lies on top of the CPU's array, and is still warm."
#define EMPTY_WHY "each slab that the cache had: without an object in use it is empty."
#endif

static unsigned int nr_first; /* objects taken when the second slab begins */
static unsigned long reused, given_back;

static bool open(struct lesson_run *run)
{
	return own_cache_open(run, OBJECT_SIZE, 0);
}

static unsigned long slab_bytes(void)
{
	return PAGE_SIZE << own_cache.cache->order;
}

/* Byte of its page at which @p lies. */
static unsigned long in_page(const void *p)
{
	return (uintptr)p & (PAGE_SIZE - 1);
}

static void show_cache(struct lesson_run *run)
{
	lesson_say(run,
		   "size %zu, stride %u: from one object to the next; %lu bytes for %u objects\n",
		   kmem_cache_size(own_cache.cache), own_cache.cache->stride, slab_bytes(),
		   own_cache.cache->num);
}

static u64 bytes_of_no_object(void)
{
	return slab_bytes() - own_cache.cache->num * own_cache.cache->stride;
}

static void take_until_second(struct lesson_run *run)
{
	while (own_cache.nr_slabs < 2 && own_cache_take())
		;
	nr_first = own_cache.nr;
	lesson_say(run, "The last one lies in another " SLAB_NOUN " than the others\n");
}

static u64 objects_taken(void)
{
	return nr_first;
}

/* Where object 0 of slab @i begins. */
static unsigned long begin_of(unsigned int i)
{
	struct slab_object o = { .begin = NULL };

	slab_locate(page_address(own_cache.slab[i]), &o);
	return in_page(o.begin);
}

static void take_slabs(struct lesson_run *run)
{
	unsigned int i;

	while (own_cache.nr_slabs < OWN_MAX_SLABS && own_cache_take())
		;
	for (i = 0; i + 1 < own_cache.nr_slabs; i++)
		lesson_say(run, SLAB_NOUN " %u: object 0 begins at byte %lu of its page\n", i,
			   begin_of(i));
}

static u64 begin_of_last(void)
{
	return begin_of(own_cache.nr_slabs - 1);
}

static void free_object(struct lesson_run *run, unsigned int i)
{
	const void *obj = own_cache.obj[i];

	lesson_say(run, "The object at byte %lu of the page with pfn %lu is freed\n", in_page(obj),
		   page_to_pfn(virt_to_page(obj)));
	own_cache_free(i);
}

static void free_and_take(struct lesson_run *run)
{
	unsigned int low = own_cache.nr / 4, high = own_cache.nr / 2;

	free_object(run, high);
	free_object(run, low);
	own_cache.obj[low] = kmem_cache_alloc(own_cache.cache, GFP_KERNEL | __GFP_NOWARN);
	reused = in_page(own_cache.obj[low]);
}

static u64 byte_of_reused(void)
{
	return reused;
}

static void free_all(struct lesson_run *run)
{
	unsigned int i;

	given_back = slab_nr_pages();
	for (i = 0; i < own_cache.nr; i++)
		own_cache_free(i);
	kmem_cache_shrink(own_cache.cache);
	given_back -= slab_nr_pages();
	lesson_say(run, "No object is out\n");
}

static u64 pages_given_back(void)
{
	return given_back;
}

static const struct lesson_step steps[] = {
	{
		.text = "A new cache for objects of 320 bytes. " SLAB_TEXT,
		.act = show_cache,
		.question = "How many bytes of a " SLAB_NOUN " are no object's?",
		.answer = bytes_of_no_object,
		.why = "all bytes less objects times stride: for what is known about the "
		       "objects, and what "
		       "is left over because it is less than an object.",
		.no_picture = true,
	},
	{
		.text = "Objects are taken (a), until one lies in another " SLAB_NOUN
			". A dot is a free one; c one that the CPU has at hand already; # another "
			"cache's.",
		.act = take_until_second,
		.question = "How many objects were taken?",
		.answer = objects_taken,
		.why = "the first " SLAB_NOUN " was used up before the next one was begun.",
	},
	{
		.text = "More are taken, until there are four " SLAB_NOUN "s. " COLOUR_TEXT,
		.act = take_slabs,
		.question = "At which byte of its page does object 0 of the last " SLAB_NOUN
			    " begin?",
		.answer = begin_of_last,
		.why = COLOUR_WHY,
	},
	{
		.text = "Two objects come back, one after the other, and one is asked for.",
		.act = free_and_take,
		.question = "At which byte of its page does the object lie that comes?",
		.answer = byte_of_reused,
		.why = REUSE_WHY,
	},
	{
		.text = "All objects come back, and kmem_cache_shrink() gives back what is "
			"empty and was kept for the next ones.",
		.act = free_all,
		.question = "How many pages are free again by that?",
		.answer = pages_given_back,
		.why = EMPTY_WHY,
	},
};
LESSON(09, 9, "objects: slabs, colours, the free chain", "8.1-8.3", "3.6.3, 3.6.4", open,
       own_cache_close, own_cache_draw, steps, ARRAY_SIZE(steps));
