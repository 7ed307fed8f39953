/* SPDX-License-Identifier: 0BSD
 *
 * completion.h - finding the end of a word from its beginning. Pure.
 *
 * Whoever knows what the word may be offers it, candidate after candidate, in order and as often as
 * it likes; the completion keeps what all that fit have in common.
 */
#ifndef BOOT_MONITOR_COMPLETION_H
#define BOOT_MONITOR_COMPLETION_H

#include <lib/types.h>

#define COMPLETION_SIZE 96 /* bytes of a candidate with its terminator; what is longer is cut */

struct out;

/* Zeroed by its owner before the first use. */
struct completion {
	struct out *list; /* not NULL: print each candidate that fits, in columns of @width */
	int width, column;

	char **before;	  /* the words in front of it, the command first; the owner's */
	const char *word; /* what is typed of it: @len bytes */
	size_t len;
	unsigned int nr;	      /* different candidates that begin with the word */
	char common[COMPLETION_SIZE]; /* what they all begin with */
	char last[COMPLETION_SIZE];   /* the one before */
	size_t longest;		      /* length of the longest one */
};

/* Begin with nothing offered for the @len bytes at @word. */
void completion_start(struct completion *completion, const char *word, size_t len);

/* Offer @candidate; one that was offered just before counts once. */
void completion_offer(struct completion *completion, const char *candidate);

/* The word is a list: only what comes after its last character of @separators is completed. */
void completion_after(struct completion *completion, const char *separators);

/* What can be added to the word: the rest of what its candidates have in common. */
const char *completion_rest(const struct completion *completion);

/* From the next completion_start() on, print what is offered to @out, in columns with room for the
 * longest candidate so far; and end that. */
void completion_list(struct completion *completion, struct out *out);
void completion_list_end(struct completion *completion);

#endif
