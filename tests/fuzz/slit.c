/* SPDX-License-Identifier: 0BSD
 *
 * slit.c - fuzz target: the bytes of a SLIT. The oracle asks for the first wrong distance.
 */
#include "fuzz.h"

#include <asm/firmware/slit.h>
#include <lib/bug.h>
#include <lib/string.h>

#define HEAD 44

/* Return: what is wrong with the matrix, whose first row and column are 0. */
static enum slit_problem first_problem(const u8 *matrix, size_t nr)
{
	size_t i;

	for (i = 0; i < nr * nr; i++) {
		if (i / nr == i % nr && matrix[i] != 10)
			return SLIT_LOCAL;
		if (i / nr != i % nr && matrix[i] < 11)
			return SLIT_REMOTE;
	}
	return SLIT_NONE;
}

/* The size of the matrix, in steps that cannot wrap. Return: false if it does not fit. */
static bool matrix_size(const u8 *table, size_t size, size_t *nr)
{
	u64 claimed = 0;

	if (size < HEAD)
		return false;
	memcpy(&claimed, table + 36, sizeof(claimed));
	for (*nr = 0; *nr * *nr <= size - HEAD; (*nr)++)
		if (*nr == claimed)
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *table = fuzz_copy(data, size);
	enum slit_problem problem, want = SLIT_SHORT;
	size_t nr, i;
	struct slit slit;

	problem = slit_parse(&slit, table, size);
	if (matrix_size(table, size, &nr))
		want = first_problem(table + HEAD, nr);
	mm_bug_on(problem != want, "problem %d, expected %d", problem, want);
	mm_bug_on(slit.nr != (want ? 0 : nr), "%u domains", slit.nr);
	for (i = 0; i < (size_t)slit.nr * slit.nr; i++)
		mm_bug_on(slit_distance(&slit, (u32)(i / nr), (u32)(i % nr)) != table[HEAD + i],
			  "distance %zu", i);
	mm_bug_on(slit_distance(&slit, slit.nr, 0) || slit_distance(&slit, 0, slit.nr), "no end");
	fuzz_free(table);
	return 0;
}
