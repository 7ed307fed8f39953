/* SPDX-License-Identifier: 0BSD
 *
 * progress.h - a sign of life from anything that takes more than a second.
 *
 * A loop calls progress_step(). At most once a second, and never in the first one, that prints
 *
 *	# fill: 43 % (14000 of 32510)
 *
 * Each step also lets whoever draws live pictures of memory draw (progress_on_tick()). Without a
 * clock, or before it runs, nothing is printed and nothing is drawn.
 * Context: any; no allocation, no lock.
 */
#ifndef LIB_PROGRESS_H
#define LIB_PROGRESS_H

#include <lib/compiler.h>
#include <lib/types.h>

struct out;

struct progress {
	struct out *out;
	const char *what;
	u64 total;   /* 0: not known; then no percentage */
	u64 next_us; /* when the next line is due; 0: a second after the clock starts */
};

/* Begin: lines go to @out and are about @what. */
void progress_start(struct progress *progress, struct out *out, const char *what, u64 total);

/* @done of the total are done. Cheap enough for a loop over pages. */
void progress_step(struct progress *progress, u64 done);

/* Memory may have changed, and there is time to draw it. */
void progress_tick(void);

/* Let @draw be called from progress_tick(), at most every 50 ms; NULL: nobody. */
void progress_on_tick(void (*draw)(void));

/* The clock, in microseconds: 0 means that it does not run yet. Not printk()'s, because the host
 * twin stamps every line with 0 and shows progress all the same. */
void progress_set_clock(u64 (*now_us)(void));

/* What the two calls above set: a test puts it back after its own. */
struct progress_hooks {
	u64 (*now_us)(void);
	void (*draw)(void);
	u64 next_draw_us;
};
extern struct progress_hooks progress_hooks;

#endif
