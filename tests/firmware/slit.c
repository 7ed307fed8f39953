/* SPDX-License-Identifier: 0BSD
 *
 * slit.c - arch/x86/firmware/slit.c on tables that this file makes, which end where their memory
 * ends.
 */
#include <asm/firmware/slit.h>
#include <test/ktest.h>

#define HEAD	   44u
#define TABLE_SIZE 128u

static u8 table[TABLE_SIZE] __initdata;
static struct slit slit __initdata;

/* Parse a table that says it has @nr domains, and has these @bytes bytes of distances. */
static enum slit_problem __init parse(u64 nr, const u8 *distances, size_t bytes)
{
	u8 *start = table + TABLE_SIZE - HEAD - bytes;

	memset(table, 0, sizeof(table));
	memcpy(start + 36, &nr, sizeof(nr));
	memcpy(start + HEAD, distances, bytes);
	slit = (struct slit){ .nr = 77 };
	return slit_parse(&slit, start, HEAD + bytes);
}

static const struct slit_case {
	const char *name;
	u64 nr;
	enum slit_problem problem;
	u8 bytes, distance[9];
} cases[] __initconst = {
	{ "no domain", 0, SLIT_NONE, 0, { 0 } },
	{ "one", 1, SLIT_NONE, 1, { 10 } },
	{ "two", 2, SLIT_NONE, 4, { 10, 20, 20, 10 } },
	{ "there and back differ", 2, SLIT_NONE, 4, { 10, 11, 255, 10 } },
	{ "three", 3, SLIT_NONE, 9, { 10, 20, 40, 30, 10, 50, 41, 51, 10 } },
	{ "more bytes than distances", 2, SLIT_NONE, 5, { 10, 20, 20, 10, 0 } },
	{ "a byte short", 2, SLIT_SHORT, 3, { 10, 20, 20 } },
	{ "nothing but the number", 1, SLIT_SHORT, 0, { 0 } },
	{ "a square of 2^64", 1ULL << 32, SLIT_SHORT, 9, { 0 } },
	{ "a square of 2^66", 1ULL << 33, SLIT_SHORT, 9, { 0 } },
	{ "a square of 1", ~0ULL, SLIT_SHORT, 9, { 10 } },
	{ "a row, but no square", 9, SLIT_SHORT, 9, { 10 } },
	{ "local is 9", 1, SLIT_LOCAL, 1, { 9 } },
	{ "local is 11", 2, SLIT_LOCAL, 4, { 10, 20, 20, 11 } },
	{ "local is 0", 2, SLIT_LOCAL, 4, { 0, 20, 20, 10 } },
	{ "remote is local", 2, SLIT_REMOTE, 4, { 10, 10, 20, 10 } },
	{ "remote is nothing", 2, SLIT_REMOTE, 4, { 10, 20, 0, 10 } },
	{ "remote is nearer", 3, SLIT_REMOTE, 9, { 10, 20, 40, 30, 10, 50, 41, 9, 10 } },
};

KTEST_BOOT(slit, tables_are_used_whole_or_not_at_all)
{
	const struct slit_case *c;

	for_each_case (c, cases) {
		u32 nr = c->problem ? 0 : (u32)c->nr, from, to;

		kt_case(c->name);
		kt_eq(parse(c->nr, c->distance, c->bytes), c->problem);
		kt_eq(slit.nr, nr);
		for (from = 0; from <= 3; from++)
			for (to = 0; to <= 3; to++)
				kt_eq(slit_distance(&slit, from, to),
				      from < nr && to < nr ? c->distance[from * nr + to] : 0);
	}
}

KTEST_BOOT(slit, a_table_without_a_whole_head_is_short)
{
	size_t len;

	for (len = 0; len < HEAD; len++) {
		kt_eq(slit_parse(&slit, table + TABLE_SIZE - len, len), SLIT_SHORT);
		kt_eq(slit.nr, 0);
	}
}

KTEST_BOOT(slit, every_problem_has_a_text)
{
	unsigned int i;

	for (i = SLIT_NONE + 1; i < NR_SLIT_PROBLEMS; i++)
		kt_true(strlen(slit_problem((enum slit_problem)i)) > strlen("unknown problem"));
	kt_str_eq(slit_problem(NR_SLIT_PROBLEMS), "unknown problem");
}
