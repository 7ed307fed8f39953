/* SPDX-License-Identifier: 0BSD
 *
 * replay.h - a recorded allocation trace played against the page allocator and the slab allocator.
 */
#ifndef TESTS_TRACE_REPLAY_H
#define TESTS_TRACE_REPLAY_H

#include <lib/compiler.h>
#include <lib/types.h>

struct out;

/* Where the text of a trace comes from, and where the time is taken. */
struct trace_source {
	/* Copy up to @len bytes at @offset to @buf. Return: bytes copied, 0 at the end. */
	size_t (*read)(const struct trace_source *source, u64 offset, char *buf, size_t len);
	/* A counter of instructions; NULL: there is none. */
	u64 (*ticks)(void);
	u64 size;	  /* bytes of the text, for the progress; 0: not known */
	const void *data; /* the reader's own */
};

/* Play the trace and print its figures to @out: a line `TRACE @name ...` and comments.
 * Context: mm/ is up; nobody else allocates.
 * Return: 0; -EINVAL after one line if the text is no trace; -ENOMEM after one line if there is no
 *         room for the tables; -EIO if an allocation failed, contents changed, or something did not
 *         come home. Whatever happens, everything is freed. */
int trace_replay(const char *name, const struct trace_source *source, struct out *out);

#endif
