/* SPDX-License-Identifier: 0BSD
 *
 * model.h - random operations on an allocator and on an oracle beside it.
 *
 * An operation is a few numbers, chosen without a look at the state, and every operation makes
 * sense in every state (freeing an empty slot does nothing). So any part of a sequence is a
 * sequence, and a failing one can be made short by leaving operations out.
 */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include <lib/compiler.h>
#include <lib/random.h>
#include <lib/types.h>
#include <mm/mm_check.h>

struct op {
	u32 what, a, b, c;
};

struct model {
	const char *name;
	void (*begin)(void); /* once, after the machine is up */
	void (*choose)(struct random *random, struct op *op);
	bool (*step)(const struct op *op); /* do it, compare; false after model_differs() */
	bool (*end)(void);		   /* compare the whole, and leave everything empty */
	const char *(*text)(const struct op *op, char buf[80]); /* for a person */
};

extern const struct model model_bootmem, model_buddy, model_slab, model_e820, model_migrate,
	model_kmap, model_vmalloc;

/* Say what differs from the oracle. Return: false. */
bool model_differs(const char *fmt, ...) __printf(1, 2);

/* Both sides must be equal; @what names them. */
#define model_same(what, got, want)                                                \
	((got) == (want) ? true                                                    \
			 : model_differs("%s is %lld, the oracle says %lld", what, \
					 (long long)(got), (long long)(want)))

/* mm_check() must find nothing. */
static inline bool model_invariants_hold(void)
{
	struct mm_check check = { 0 };

	return mm_check(&check) ? model_differs("invariant %s is broken", check.first) : true;
}

#endif
