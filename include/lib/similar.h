/* SPDX-License-Identifier: 0BSD
 *
 * similar.h - "did you mean": which of the known names is nearest to a word that is none of them?
 *
 *	struct similar similar = { .word = "bootmem_debgu" };
 *
 *	for (each known name)
 *		similar_offer(&similar, name);
 *	if (similar.best)
 *		...
 *
 * A mistake is a character that is missing, that is too many or that is another one, or two
 * neighbours in each other's place; a letter of the wrong case is none. The beginning of a name
 * counts as one mistake, whatever its end is. A name is similar if there is at most one mistake for
 * three characters of the word, rounded to the nearest.
 * Context: any; no locks, no allocation.
 */
#ifndef LIB_SIMILAR_H
#define LIB_SIMILAR_H

#include <lib/types.h>

/* Words and names that are longer than this are similar to nothing. */
#define SIMILAR_MAX 31

struct similar {
	const char *word;
	const char *best;      /* the nearest so far, of equals the first; NULL: none is similar */
	unsigned int distance; /* mistakes between the two */
};

/* @name is a known name. It is kept if it is nearer than those before. */
void similar_offer(struct similar *similar, const char *name);

#endif
