/* SPDX-License-Identifier: 0BSD
 *
 * e820_file.c - the reader of .e820 files.
 *
 * Strict: whatever is not an entry, a comment or an empty line is refused with its place, because a
 * map that was misread would give a picture of a machine that nobody has.
 */
#include "e820_file.h"

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

/* Take one line apart; it holds an entry. */
static bool parse_entry(const struct place *place, char *text, u64 *start, u64 *size, u32 *type)
{
	char *words[3], *save;
	u64 end, number;
	int i;

	for (i = 0; i < 3; i++, text = NULL) {
		words[i] = strtok_r(text, BLANKS, &save);
		if (!words[i])
			return complain(place, "expected START END TYPE");
	}
	if (strtok_r(NULL, BLANKS, &save))
		return complain(place, "more than START END TYPE");
	if (!parse_number(words[0], 16, start))
		return complain(place, "START is no hexadecimal number of 64 bits");
	if (!parse_number(words[1], 16, &end))
		return complain(place, "END is no hexadecimal number of 64 bits");
	if (!parse_number(words[2], 10, &number) || number > 0xFFFFFFFF)
		return complain(place, "TYPE is no decimal number of 32 bits");
	*size = end - *start;
	*type = (u32)number;
	return true;
}

static bool read_lines(struct place *place, FILE *file, void (*take)(u64 start, u64 size, u32 type))
{
	char *text = NULL;
	size_t room = 0;
	ssize_t len;
	bool ok = true;

	while (ok && (len = getline(&text, &room, file)) >= 0) {
		u64 start, size;
		u32 type;

		place->line++;
		if (memchr(text, '\0', (size_t)len)) {
			ok = complain(place, "a zero byte: this is no text");
			break;
		}
		text[strcspn(text, "#")] = '\0';
		if (!text[strspn(text, BLANKS)])
			continue;
		ok = parse_entry(place, text, &start, &size, &type);
		if (ok)
			take(start, size, type);
	}
	free(text);
	return ok;
}

bool e820_file_read(const char *path, void (*take)(u64 start, u64 size, u32 type))
{
	struct place place = { .path = path };
	FILE *file = fopen(path, "r");
	bool ok;

	if (!file) {
		fprintf(stderr, "%s: %m\n", path);
		return false;
	}
	ok = read_lines(&place, file, take);
	if (ok && ferror(file)) {
		fprintf(stderr, "%s: %m\n", path);
		ok = false;
	}
	fclose(file);
	return ok;
}
