/* SPDX-License-Identifier: 0BSD
 *
 * check.c - the walk over all of mm/, and how it reports what it finds.
 *
 * A checker follows links only after it has found them consistent, so that it ends with a report on
 * damaged lists too. One violation of an invariant per list or zone is enough: the rest would be
 * consequences. What it cannot see: whether an allocated block is still wanted by anybody.
 */
#include <lib/out.h>
#include <mm/mm_check.h>

void mm_violation(struct mm_check *check, const char *id, const char *fmt, ...)
{
	va_list ap;
	unsigned int i;

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
	check->nr = 0;
	check->first[0] = '\0';
	zones_check(check);
	buddy_check(check);
	slab_check(check);
	return check->nr;
}
