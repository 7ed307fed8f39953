/* SPDX-License-Identifier: 0BSD
 *
 * cmdline.c - fuzz target: a kernel command line, up to the memory map that its mem=, memmap= and
 * highmem= make of a fixed one.
 *
 * Options keep what they were given, for the rest of a boot. Here the next line is another boot, so
 * their .init.data is put back before each.
 */
#include "fuzz.h"

#include <asm/firmware/memory_setup.h>
#include <asm/firmware/pfn_limits.h>
#include <boot/cmdline.h>
#include <boot/monitor/at.h>
#include <boot/monitor/film.h>
#include <lib/bug.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mm_init.h>

extern const struct kernel_param __start_params[], __stop_params[];
extern unsigned long __user_map_begin[], __user_map_end[];

#define KEPT_MAX 16384

/* Word by word and volatile: the padding that the sanitizer keeps between variables is copied too,
 * which the sanitizer's memcpy() would not let pass. */
__attribute__((no_sanitize("address"))) static void copy_words(volatile unsigned long *dst,
							       const volatile unsigned long *src,
							       unsigned long nr)
{
	while (nr--)
		*dst++ = *src++;
}

static void start_over(void)
{
	static unsigned long kept[KEPT_MAX];
	static bool is_kept;
	unsigned long nr = (unsigned long)(__user_map_end - __user_map_begin);

	mm_bug_on(nr > KEPT_MAX, "%lu words of .init.data", nr);
	if (is_kept)
		copy_words(__user_map_begin, kept, nr);
	else
		copy_words(kept, __user_map_begin, nr);
	is_kept = true;
	bootmem_debug = false;
	film_wanted = false;
	at_nr = 0;
}

/* A word with quotes around it and its special characters escaped must be read as the same word. */
static void check_quoting(const char *word, size_t len)
{
	char *line = fuzz_alloc(2 * len + 3), *again = fuzz_alloc(2 * len + 3), *at = line;
	const char *s = line;

	*at++ = '"';
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			*at++ = '\\';
		*at++ = *word;
	}
	*at++ = '"';
	*at = '\0';
	word -= len;
	mm_bug_on(!cmdline_next_word(&s, again) || strcmp(again, word) || *s, "[%s] became [%s]",
		  word, again);
	fuzz_free(again);
	fuzz_free(line);
}

/* No word is longer than what it was made of, and all of @line is used up. */
static void check_words(const char *line, char *word)
{
	const char *start = line;
	char *end;

	while ((end = cmdline_next_word(&line, word))) {
		size_t len = (size_t)(end - word);

		mm_bug_on(end - word > line - start || strlen(word) != len,
			  "a word of %zu bytes out of %u", len, (unsigned int)(line - start));
		check_quoting(word, len);
		start = line;
	}
	while (*line == ' ' || (*line >= '\t' && *line <= '\r'))
		line++;
	mm_bug_on(*line, "no word: %s", line);
}

/* The power of two that a suffix multiplies by. */
static unsigned int shift_of(char suffix)
{
	const char *suffixes = "KkMmGgTtPpEe", *found = suffix ? strchr(suffixes, suffix) : NULL;

	return found ? (unsigned int)((found - suffixes) / 2 + 1) * 10 : 0;
}

/* A size that was read between @text and @rest: without its suffix it must be the same number. */
static void check_size(const char *text, const char *rest, u64 size)
{
	bool is_hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	unsigned int shift = is_hex && (rest[-1] | 0x20) == 'e' ? 0 : shift_of(rest[-1]);
	size_t len = (size_t)(rest - text) - (shift != 0);
	char *digits = fuzz_alloc(len + 1);
	const char *end = digits;
	u64 number;

	memcpy(digits, text, len);
	digits[len] = '\0';
	mm_bug_on(!parse_size(&end, &number) || *end, "not a number by itself: %s", digits);
	mm_bug_on(number != size >> shift || number << shift != size, "0x%llx is not %s << %u",
		  size, digits, shift);
	fuzz_free(digits);
}

/* What parse_size() and parse_u32() say of the same text must fit together. */
static void check_number(const char *text)
{
	const char *rest = text;
	u64 size = 1;
	u32 number = 2;
	bool is_size = parse_size(&rest, &size);

	mm_bug_on(!is_size && (rest != text || size != 1), "refused, but changed: %s", text);
	mm_bug_on(is_size && rest == text, "a number of no digits: %s", text);
	if (is_size)
		check_size(text, rest, size);
	if (!parse_u32(text, 1000, &number))
		mm_bug_on(number != 2, "refused, but changed: %s", text);
	else
		mm_bug_on(!is_size || number > 1000 || size != number || *rest, "%u: %s", number,
			  text);
}

/* Wherever options may have a number. */
static void check_numbers(const char *line)
{
	check_number(line);
	for (; *line; line++)
		if (strchr("=@#$!%-+, ", *line))
			check_number(line + 1);
}

static void make_map(struct e820_map *map)
{
	e820_clear(map);
	e820_add(map, 0, 0x9FC00, E820_RAM);
	e820_add(map, 0x9FC00, 0x400, E820_RESERVED);
	e820_add(map, 0x100000, 0x3FF00000, E820_RAM);
	e820_add(map, 0x100000000, 0x40000000, E820_RAM);
}

/* The limits that come of it, if there is lowmem. */
static void check_limits(const struct e820_map *map)
{
	struct ram_range ram = { 0 };

	if (!e820_next_ram(map, &ram) || ram.start_pfn >= ZONE_NORMAL_END_PFN)
		return;
	find_pfn_limits(map);
	mm_bug_on(max_low_pfn > max_pfn || max_low_pfn > ZONE_NORMAL_END_PFN || !max_low_pfn,
		  "max_low_pfn %lu, max_pfn %lu", max_low_pfn, max_pfn);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct e820_map map;
	static const struct boot_info info = { .map = &map };
	size_t len = min(strnlen((const char *)data, size), (size_t)BOOT_CMDLINE_SIZE - 1);
	char *line = fuzz_alloc(len + 1), *text = fuzz_alloc(len + 1);

	memcpy(line, data, len);
	line[len] = '\0';
	start_over();
	check_words(line, text);
	check_numbers(line);
	parse_options(line, size & 1, text, __start_params, __stop_params);
	make_map(&map);
	settle_memory_map(&map, &info);
	check_map(&map);
	check_limits(&map);
	fuzz_free(text);
	fuzz_free(line);
	return 0;
}
