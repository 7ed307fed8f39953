/* SPDX-License-Identifier: 0BSD
 *
 * e820_text.c - fuzz target: the reader of .e820 files, and the map of what it read.
 *
 * The oracle is a regular expression for a line, and strtoull(). A file must be refused at its
 * first bad line, with exactly one line that names it, and accepted if there is none.
 */

/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include "fuzz.h"

#include <lib/bug.h>
#include <lib/compiler.h>

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../host/e820_file.h"

/* Digits of 64 bits at most. */
#define HEX	"(0[xX])?(0*[0-9a-fA-F]{1,16})[ \t\r]+"
#define ENTRY	"^[ \t\r]*" HEX HEX "(0*[0-9]{1,10})[ \t\r]*(#.*)?$"
#define NOTHING "^[ \t\r]*(#.*)?$"

/* The numbers in what matched ENTRY. */
enum { START = 2, END = 4, TYPE = 5, NR_MATCHES };

static regex_t entry, nothing;
/* What was read, as far as it fits. */
#define TAKEN_MAX 4096

static struct boot_e820_entry taken[TAKEN_MAX];
static unsigned int nr_taken;
static struct e820_map map;
static unsigned int nr_checked; /* entries that the oracle has seen */

static void take(u64 start, u64 size, u32 type)
{
	if (nr_taken < TAKEN_MAX) {
		taken[nr_taken] =
			(struct boot_e820_entry){ .addr = start, .size = size, .type = type };
		e820_add(&map, start, size, type);
	}
	nr_taken++;
}

static void check_entry(u64 start, u64 end, u64 type)
{
	const struct boot_e820_entry *e = &taken[nr_checked++];

	if (nr_checked > TAKEN_MAX)
		return;
	mm_bug_on(nr_checked > nr_taken, "an entry at 0x%llx is missing", start);
	mm_bug_on(e->addr != start || e->size != end - start || e->type != type,
		  "entry %u: 0x%llx, size 0x%llx, type %u", nr_checked - 1, e->addr, e->size,
		  e->type);
}

/* Is the line good? If it holds an entry, it must be the next one of what was read. */
static bool check_line(const char *line, size_t len)
{
	regmatch_t match[NR_MATCHES];
	u64 type;

	if (strlen(line) != len)
		return false;
	if (!regexec(&nothing, line, 0, NULL, 0))
		return true;
	if (regexec(&entry, line, NR_MATCHES, match, 0))
		return false;
	type = strtoull(line + match[TYPE].rm_so, NULL, 10);
	if (type > 0xFFFFFFFF)
		return false;
	check_entry(strtoull(line + match[START].rm_so, NULL, 16),
		    strtoull(line + match[END].rm_so, NULL, 16), type);
	return true;
}

/* Return: the number of the first bad line; 0 if there is none. */
static unsigned long first_bad_line(const u8 *data, size_t size)
{
	unsigned long number;

	nr_checked = 0;
	for (number = 1; size; number++) {
		const u8 *newline = memchr(data, '\n', size);
		size_t len = newline ? (size_t)(newline - data) : size;
		char *line = fuzz_alloc(len + 1);
		bool good;

		memcpy(line, data, len);
		line[len] = '\0';
		good = check_line(line, len);
		fuzz_free(line);
		if (!good)
			return number;
		len += newline != NULL;
		data += len;
		size -= len;
	}
	return 0;
}

static void check_complaint(const char *said, const char *path, unsigned long line)
{
	char start[64];
	size_t len = (size_t)snprintf(start, sizeof(start), "%s:%lu: ", path, line);
	const char *end = strchr(said, '\n');

	mm_bug_on(strncmp(said, start, len) || !end || end[1], "line %lu is bad; said: %s", line,
		  said);
}

/* Read a file with this text, by its path. Return: what was said on stderr. */
static char *read_text(const u8 *data, size_t size, char path[32], bool *ok)
{
	FILE *real_stderr = stderr;
	int fd = memfd_create("map", MFD_CLOEXEC);
	size_t len;
	char *said;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	stderr = open_memstream(&said, &len);
	*ok = e820_file_read(path, take);
	fclose(stderr);
	stderr = real_stderr;
	close(fd);
	return said;
}

static void compile_once(void)
{
	static bool compiled;

	if (!compiled &&
	    (regcomp(&entry, ENTRY, REG_EXTENDED) || regcomp(&nothing, NOTHING, REG_EXTENDED)))
		abort();
	compiled = true;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned long bad;
	char path[32], *said;
	bool ok;

	compile_once();
	nr_taken = 0;
	e820_clear(&map);
	said = read_text(data, size, path, &ok);
	bad = first_bad_line(data, size);
	mm_bug_on(ok != !bad || (ok && *said), "line %lu is bad; said: %s", bad, said);
	if (bad)
		check_complaint(said, path, bad);
	free(said);
	mm_bug_on(nr_checked != nr_taken, "%u entries too many", nr_taken - nr_checked);
	check_map_of(&map, taken, taken + min(nr_taken, TAKEN_MAX), 0);
	return 0;
}
