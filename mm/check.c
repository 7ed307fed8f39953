/* SPDX-License-Identifier: 0BSD
 *
 * check.c - the walk over all checkers, and how they report what they find.
 *
 * 1. Concepts  A checker is a table of invariants, each a number and a sentence, and a function
 *              that compares a structure with them. The tables together are the one list of what
 *              can be violated; scripts/check/claims compares them with the theory blocks and the
 *              tests.
 * 2. Damage    A checker follows links only after it has found them consistent, so that it ends
 *              with a report on damaged lists too. One violation of an invariant per list or zone
 *              is enough: the rest would be consequences.
 * 3. Order     From the ground up, since what is wrong below shows above as well: the first
 *              violation is most likely the cause.
 * 4. Locking   None: nothing else may allocate meanwhile. After a panic nothing does.
 * 5. Not done  It cannot see whether an allocated block is still wanted by anybody.
 */
#include <lib/out.h>
#include <mm/mm_check.h>
#include "internal.h"

#define MAX_CHECKERS 16

static const struct mm_checker *checkers[MAX_CHECKERS] = {
	&bootmem_checker,  &zones_checker,  &buddy_checker,	 &pcp_checker,
	&compound_checker, &slab_checker,   &caches_checker,	 &kmap_checker,
	&vmalloc_checker,  &kfence_checker, &slab_debug_checker,
};
static unsigned int nr_checkers = 11;

void mm_check_register(const struct mm_checker *checker)
{
	mm_bug_on(nr_checkers == MAX_CHECKERS, "no room for %s: raise MAX_CHECKERS", checker->name);
	checkers[nr_checkers++] = checker;
}

const struct mm_checker *mm_checker_at(unsigned int index)
{
	return index < nr_checkers ? checkers[index] : NULL;
}

static bool has_invariant(const struct mm_checker *checker, const char *id)
{
	const struct mm_invariant *invariant = checker->invariants;

	while (invariant->id && !same_name(invariant->id, id))
		invariant++;
	return invariant->id;
}

void mm_violation(struct mm_check *check, const char *id, const char *fmt, ...)
{
	va_list ap;
	unsigned int i;

	mm_bug_on(check->checker && !has_invariant(check->checker, id),
		  "%s is no invariant of checker %s", id, check->checker->name);
	if (!check->nr++)
		for (i = 0; i < sizeof(check->first) - 1 && id[i]; i++)
			check->first[i] = id[i];
	if (!check->out)
		return;
	out_printf(check->out, "%s: ", id);
	va_start(ap, fmt);
	check->out->vprintf(check->out, fmt, ap);
	va_end(ap);
	out_printf(check->out, "\n");
}

unsigned int mm_check(struct mm_check *check)
{
	unsigned int i;

	check->nr = 0;
	check->first[0] = '\0';
	for (i = 0; i < nr_checkers; i++) {
		check->checker = checkers[i];
		if (!checkers[i]->absent || !checkers[i]->absent())
			checkers[i]->walk(check);
	}
	return check->nr;
}
