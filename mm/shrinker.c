/* SPDX-License-Identifier: 0BSD
 *
 * shrinker.c - the list of those who can give memory back (Gorman 10.4; Mauerer 18.10).
 *
 * 1. Concepts    A shrinker knows memory that nobody uses just now: empty slabs, a cache of
 *                something. It is called when a request finds no page. Nothing else is reclaimed
 *                here: there are no pages of files, and no swap.
 * 2. Data        A list, the newest first: what was built last stands on what was built before, and
 *                gives to it. `shrinking` is set while shrinkers are called.
 * 3. Invariants  One call of shrink_all() is under way at most, so a shrinker that allocates does
 *                not come back here, and none is left out of the list while it runs.
 * 4. Locking     shrinker_lock, interrupts off, for list and flag. Shrinkers run without it: they
 *                take the locks of what they free.
 * 5. Not done    Counting first and asking for a part (Linux's seeks); shrinkers for one node.
 */
#include <mm/shrinker.h>
#include <mm/spinlock.h>

static LIST_HEAD(shrinkers);
static spinlock_t shrinker_lock = __SPIN_LOCK_UNLOCKED(SHRINKER_LOCK);
static unsigned int shrinking; /* 1 + the CPU that does; 0: none */

static bool is_registered(const struct shrinker *shrinker)
{
	const struct shrinker *other;

	list_for_each_entry (other, &shrinkers, list)
		if (other == shrinker)
			return true;
	return false;
}

void register_shrinker(struct shrinker *shrinker)
{
	unsigned long flags;

	mm_bug_on(!shrinker->shrink, "shrinker %s has no function", shrinker->name);
	spin_lock_irqsave(&shrinker_lock, flags);
	mm_bug_on(is_registered(shrinker), "shrinker %s is registered already", shrinker->name);
	list_add(&shrinker->list, &shrinkers);
	spin_unlock_irqrestore(&shrinker_lock, flags);
}

/* Take @shrinker off the list, unless it may be running. */
static bool try_unregister(struct shrinker *shrinker)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&shrinker_lock, flags);
	mm_bug_on(!is_registered(shrinker), "shrinker %s is not registered", shrinker->name);
	/* Nobody would go on shrinking while this waits for it. */
	mm_bug_on(shrinking == smp_processor_id() + 1, "shrinker %s: called while shrinkers run",
		  shrinker->name);
	idle = !shrinking;
	if (idle)
		list_del(&shrinker->list);
	spin_unlock_irqrestore(&shrinker_lock, flags);
	return idle;
}

void unregister_shrinker(struct shrinker *shrinker)
{
	while (!try_unregister(shrinker))
		cpu_relax();
}

/* Set or clear the flag. Return: what it was. */
static unsigned int set_shrinking(bool on)
{
	unsigned long flags;
	unsigned int was;

	spin_lock_irqsave(&shrinker_lock, flags);
	was = shrinking;
	if (!on)
		shrinking = 0;
	else if (!was)
		shrinking = smp_processor_id() + 1;
	spin_unlock_irqrestore(&shrinker_lock, flags);
	return was;
}

/* The one behind @shrinker, NULL: the first. Return: NULL after the last. */
static struct shrinker *next_shrinker(struct shrinker *shrinker)
{
	struct list_head *next;
	unsigned long flags;

	spin_lock_irqsave(&shrinker_lock, flags);
	next = shrinker ? shrinker->list.next : shrinkers.next;
	spin_unlock_irqrestore(&shrinker_lock, flags);
	return next == &shrinkers ? NULL : list_entry(next, struct shrinker, list);
}

unsigned long shrink_all(unsigned long pages, gfp_t gfp)
{
	struct shrinker *shrinker;
	unsigned long freed = 0;

	if (set_shrinking(true))
		return 0;
	for (shrinker = next_shrinker(NULL); shrinker && freed < pages;
	     shrinker = next_shrinker(shrinker))
		freed += shrinker->shrink(shrinker, pages - freed, gfp);
	set_shrinking(false);
	return freed;
}
