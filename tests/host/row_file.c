/* SPDX-License-Identifier: 0BSD
 *
 * row_file.c - the reader of files of numbers.
 *
 * Strict: whatever is not a row, a comment or an empty line is refused with its place, because a
 * file that was misread would give a picture of a machine that nobody has.
 */
#include "row_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

struct place {
	const char *path;
	unsigned long line;
};

static bool complain(const struct place *place, const char *what)
{
	fprintf(stderr, "%s:%lu: %s\n", place->path, place->line, what);
	return false;
}

/* A whole word of digits of @base, for 16 with or without 0x. */
static bool parse_number(const char *text, unsigned int base, u64 *value)
{
	static const char digits[] = "0123456789abcdef";
	u64 n = 0;

	if (base == 16 && text[0] == '0' && (text[1] | 0x20) == 'x')
		text += 2;
	if (!*text)
		return false;
	for (; *text; text++) {
		const char *found = strchr(digits,
					   *text >= 'A' && *text <= 'F' ? *text | 0x20 : *text);
		unsigned int digit = found ? (unsigned int)(found - digits) : base;

		if (digit >= base || n > (~0ULL - digit) / base)
			return false;
		n = n * base + digit;
	}
	*value = n;
	return true;
}

/* Complain of a row that does not have as many words as there are columns. */
static bool miscounted(const struct place *place, const char *what, const struct row_column *column)
{
	fprintf(stderr, "%s:%lu: %s %s %s %s\n", place->path, place->line, what, column[0].name,
		column[1].name, column[2].name);
	return false;
}

static bool parse_word(const struct place *place, const struct row_column *column, const char *word,
		       u64 *value)
{
	if (parse_number(word, column->base, value) && *value <= ~0ULL >> (64 - column->bits))
		return true;
	fprintf(stderr, "%s:%lu: %s is no %s number of %u bits\n", place->path, place->line,
		column->name, column->base == 16 ? "hexadecimal" : "decimal", column->bits);
	return false;
}

/* Take one line apart; it holds a row. */
static bool parse_row(const struct place *place, char *text, const struct row_column *column,
		      u64 value[ROW_COLUMNS])
{
	char *words[ROW_COLUMNS], *save;
	int i;

	for (i = 0; i < ROW_COLUMNS; i++, text = NULL) {
		words[i] = strtok_r(text, BLANKS, &save);
		if (!words[i])
			return miscounted(place, "expected", column);
	}
	if (strtok_r(NULL, BLANKS, &save))
		return miscounted(place, "more than", column);
	for (i = 0; i < ROW_COLUMNS; i++)
		if (!parse_word(place, &column[i], words[i], &value[i]))
			return false;
	return true;
}

static bool read_line(const struct place *place, char *text, const struct row_column *column,
		      const char *(*take)(const u64 value[ROW_COLUMNS]))
{
	u64 value[ROW_COLUMNS];
	const char *problem;

	text[strcspn(text, "#")] = '\0';
	if (!text[strspn(text, BLANKS)])
		return true;
	if (!parse_row(place, text, column, value))
		return false;
	problem = take(value);
	return problem ? complain(place, problem) : true;
}

static bool read_lines(struct place *place, FILE *file, const struct row_column *column,
		       const char *(*take)(const u64 value[ROW_COLUMNS]))
{
	char *text = NULL;
	size_t room = 0;
	ssize_t len;
	bool ok = true;

	while (ok && (len = getline(&text, &room, file)) >= 0) {
		place->line++;
		if (memchr(text, '\0', (size_t)len))
			ok = complain(place, "a zero byte: this is no text");
		else
			ok = read_line(place, text, column, take);
	}
	free(text);
	return ok;
}

bool row_file_read(const char *path, const struct row_column column[ROW_COLUMNS],
		   const char *(*take)(const u64 value[ROW_COLUMNS]))
{
	struct place place = { .path = path };
	FILE *file = fopen(path, "r");
	bool ok;

	if (!file) {
		fprintf(stderr, "%s: %m\n", path);
		return false;
	}
	ok = read_lines(&place, file, column, take);
	if (ok && ferror(file)) {
		fprintf(stderr, "%s: %m\n", path);
		ok = false;
	}
	fclose(file);
	return ok;
}
