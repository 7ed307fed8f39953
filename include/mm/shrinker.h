/* SPDX-License-Identifier: 0BSD
 *
 * shrinker.h - who can give memory back when there is too little (Gorman 10.4, Mauerer 18.10).
 *
 *	static unsigned long shrink_mine(struct shrinker *shrinker, unsigned long pages, gfp_t gfp)
 *	{
 *		return ...pages that went back to the page allocator...;
 *	}
 *	static struct shrinker mine = { .name = "mine", .shrink = shrink_mine };
 *
 *	register_shrinker(&mine);
 */
#ifndef MM_SHRINKER_H
#define MM_SHRINKER_H

#include <lib/list.h>
#include <mm/gfp.h>

struct shrinker {
	const char *name;
	/* Free some memory; @pages are wanted, for a request with @gfp. Return: pages that went
	 * back to the page allocator, 0 if there was nothing to free.
	 * Context: whoever allocates with __GFP_DIRECT_RECLAIM: so it must not take a lock that is
	 * held around such a request. It may allocate; no shrinker is called for that. */
	unsigned long (*shrink)(struct shrinker *shrinker, unsigned long pages, gfp_t gfp);
	struct list_head list; /* shrinker.c's */
};

/* Have @shrinker called when memory is short; one that is registered already stops. Context: any,
 * also before mem_init(). */
void register_shrinker(struct shrinker *shrinker);

/* Not any more: once this returns, it is not running either. One that is not registered stops.
 * Context: not in an interrupt handler, and not in a shrinker. */
void unregister_shrinker(struct shrinker *shrinker);

/* Call shrinkers, the one that was registered last first, until @pages were freed or all had their
 * turn. Return: pages freed; 0 also while another call is under way. Context: as theirs. */
unsigned long shrink_all(unsigned long pages, gfp_t gfp);

#endif
