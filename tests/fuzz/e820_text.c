/* SPDX-License-Identifier: 0BSD
 *
 * e820_text.c - fuzz target: the reader of .e820 files, and the map of what it read.
 *
 * A file that is refused gets exactly one line, `FILE:LINE: ...`. One that is accepted is written
 * anew from its entries and read again: the entries must be the same.
 */

/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include "fuzz.h"

#include <asm/multiboot.h>
#include <lib/bug.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../host/e820_file.h"

static struct boot_info info, again;

static void take(u64 start, u64 size, u32 type)
{
	boot_info_add_e820(&info, start, size, type);
}

static void take_again(u64 start, u64 size, u32 type)
{
	boot_info_add_e820(&again, start, size, type);
}

/* A file in memory with this text. Return: its descriptor. */
static int make_file(const void *text, size_t size, char path[32])
{
	int fd = memfd_create("map", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text, size) != (ssize_t)size)
		abort();
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static void check_complaint(const char *text, const char *path, size_t lines)
{
	const char *rest = text + strlen(path);
	unsigned long line;
	char *end;

	mm_bug_on(strncmp(text, path, strlen(path)) || *rest != ':', "complaint: %s", text);
	line = strtoul(rest + 1, &end, 10);
	mm_bug_on(strncmp(end, ": ", 2) || line < 1 || line > lines, "complaint: %s", text);
	end = strchr(end, '\n');
	mm_bug_on(!end || end[1], "complaint: %s", text);
}

/* Read @text; what is said on stderr is judged. Return: was it accepted? */
static bool read_text(const void *text, size_t size, void (*taker)(u64 start, u64 size, u32 type))
{
	FILE *real_stderr = stderr;
	char path[32], *said;
	size_t said_len, lines = 1, i;
	int fd = make_file(text, size, path);
	bool ok;

	for (i = 0; i < size; i++)
		lines += ((const char *)text)[i] == '\n';
	stderr = open_memstream(&said, &said_len);
	ok = e820_file_read(path, taker);
	fclose(stderr);
	stderr = real_stderr;
	if (ok)
		mm_bug_on(said_len, "accepted, but: %s", said);
	else
		check_complaint(said, path, lines);
	free(said);
	close(fd);
	return ok;
}

static void check_round_trip(void)
{
	const struct boot_e820_entry *e;
	size_t len;
	char *text;
	FILE *file = open_memstream(&text, &len);
	unsigned int i;

	for (e = info.e820; e < info.e820 + info.nr_e820; e++)
		fprintf(file, "%s%llx 0x%llX %u\n", (e->addr & 1) ? "" : "0x", e->addr,
			e->addr + e->size, e->type);
	fclose(file);
	again.nr_e820 = 0;
	mm_bug_on(!read_text(text, len, take_again), "refused: %s", text);
	free(text);
	mm_bug_on(again.nr_e820 != info.nr_e820, "%u entries", again.nr_e820);
	for (i = 0; i < info.nr_e820; i++)
		mm_bug_on(info.e820[i].addr != again.e820[i].addr ||
				  info.e820[i].size != again.e820[i].size ||
				  info.e820[i].type != again.e820[i].type,
			  "entry %u", i);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	memset(&info, 0, sizeof(info));
	if (!read_text(data, size, take))
		return 0;
	if (!info.e820_lost)
		check_round_trip();
	check_map_of(&info, 0);
	return 0;
}
