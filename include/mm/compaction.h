/* SPDX-License-Identifier: 0BSD
 *
 * compaction.h - large blocks out of small ones: movable pages are moved together (Linux's names).
 *
 * Context: where the shrinkers may be called, too: with no lock of an owner of movable pages held.
 *          One CPU compacts at a time; another one that wants to is sent away.
 */
#ifndef MM_COMPACTION_H
#define MM_COMPACTION_H

#include <mm/mmzone.h>

enum compact_result {
	COMPACT_SKIPPED,  /* not tried: it would not help, or another CPU is at it */
	COMPACT_COMPLETE, /* all that could be moved was, and there is no such block */
	COMPACT_SUCCESS,  /* there is a block of the order */
};

/* What one compaction did, in pages. */
struct compact_stats {
	unsigned long migrate_scanned, free_scanned; /* looked at by each scanner */
	unsigned long isolated;			     /* taken, in use or free */
	unsigned long moved, failed;
};

#define COMPACT_ALL (-1)

/* Move pages within @zone until a block of 2^@order pages is free, and one that pages_min does not
 * keep back; COMPACT_ALL: all that can be moved. @stats may be NULL.
 * Return: COMPACT_SKIPPED only if somebody else compacts. */
enum compact_result compact_zone(struct zone *zone, int order, struct compact_stats *stats);

/* May a request for 2^@order pages, order 1 and up, be served after compacting @zone? Not if there
 * is such a block, if too little is free, or if nothing can be moved. */
bool compaction_suitable(const struct zone *zone, unsigned int order);

#endif
