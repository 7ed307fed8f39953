/* SPDX-License-Identifier: 0BSD
 *
 * similar.c - the number of mistakes between a word and a name.
 *
 * The table of distances between all beginnings of the two (Levenshtein's, with neighbours that
 * changed places), of which three rows are kept: a cell needs its own row and the two above.
 */
#include <lib/similar.h>

#include <lib/compiler.h>
#include <lib/string.h>

#define NOT_SIMILAR (SIMILAR_MAX + 1)

typedef unsigned int row_t[SIMILAR_MAX + 1];

static bool same(char a, char b)
{
	bool letter = (a | 0x20) >= 'a' && (a | 0x20) <= 'z';

	return a == b || (letter && (a | 0x20) == (b | 0x20));
}

/* Distance of the first @i characters of @a from the first @j of @b; neither is 0. */
static unsigned int cell(const char *a, unsigned int i, const char *b, unsigned int j, row_t *row)
{
	const row_t *above = &row[(i - 1) % 3];
	unsigned int best = (*above)[j - 1] + !same(a[i - 1], b[j - 1]);

	best = min(best, (*above)[j] + 1);
	best = min(best, row[i % 3][j - 1] + 1);
	if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
		best = min(best, row[(i - 2) % 3][j - 2] + 1);
	return best;
}

static unsigned int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int i, j;
	row_t row[3];

	for (j = 0; j <= b_len; j++)
		row[0][j] = j;
	for (i = 1; i <= a_len; i++) {
		row[i % 3][0] = i;
		for (j = 1; j <= b_len; j++)
			row[i % 3][j] = cell(a, i, b, j, row);
	}
	return row[a_len % 3][b_len];
}

/* The mistakes that make @name of the @len characters of @word. */
static unsigned int mistakes(const char *word, size_t len, const char *name)
{
	size_t name_len = strlen(name);

	if (len > SIMILAR_MAX || name_len > SIMILAR_MAX)
		return NOT_SIMILAR;
	if (len < name_len && !strncmp(word, name, len))
		return 1;
	return distance(word, len, name, name_len);
}

void similar_offer(struct similar *similar, const char *name)
{
	size_t len = strlen(similar->word);
	unsigned int nr = mistakes(similar->word, len, name);

	if (nr > (len + 1) / 3 || (similar->best && nr >= similar->distance))
		return;
	similar->best = name;
	similar->distance = nr;
}
