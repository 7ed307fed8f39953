/* SPDX-License-Identifier: 0BSD
 *
 * e820_corpus.c - memory maps of real and of hostile machines: `e820_corpus MAP.e820...`
 *
 * 1. Input     NAME.e820: `#` comments, then an entry a line: START END_EXCLUSIVE TYPE, in the
 *              firmware's order; END 0 with START not 0 is 2^64. NAME.expected: what must come of
 *              it, `KEY VALUE` a line, and `region START END TYPE` for each region.
 * 2. Checks    Every line of .expected is compared with the map that e820.c makes. The RAM
 *              that e820_next_ram() gives is compared with the pages of the expected regions, less
 *              page 0, 640K-1M and what is above 4 GiB.
 * 3. Output    KTAP, a line for each map.
 */
#include <asm/firmware/e820.h>
#include <lib/panic.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RANGES 4096
#define PFN_16M	   0x1000ULL
#define PFN_896M   0x38000ULL
#define PFN_4G	   0x100000ULL

static struct e820_map map;
static unsigned int nr_entries;
static unsigned int ignored; /* entries that left no trace: empty or dropped */
static unsigned int failures;
static const char *file;
static int line_number;

/* [start, end) in pages. */
struct pages {
	u64 start, end;
};

static struct pages expected_ram[MAX_RANGES];
static unsigned int nr_expected_ram, nr_expected_regions;

void panic_backtrace(void)
{
}

void panic_stop(void)
{
	panic_end();
}

void panic_end(void)
{
	exit(EXIT_FAILURE);
}

static void __printf(1, 2) complain(const char *fmt, ...)
{
	va_list ap;

	failures++;
	printf("# %s:%d: ", file, line_number);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* Call @take for each line of @path that is neither empty nor a comment. */
static bool read_lines(const char *path, void (*take)(char *text))
{
	FILE *f = fopen(path, "r");
	char text[1024];

	file = path;
	line_number = 0;
	if (!f)
		return false;
	while (fgets(text, sizeof(text), f)) {
		line_number++;
		text[strcspn(text, "#\n")] = '\0';
		if (text[strspn(text, " \t")])
			take(text);
	}
	fclose(f);
	return true;
}

static void take_numbers(u64 start, u64 size, u32 type)
{
	enum e820_verdict verdict = e820_add(&map, start, size, type);

	nr_entries++;
	ignored += verdict == E820_EMPTY || verdict == E820_DROPPED;
}

static void take_entry(char *text)
{
	u64 start, end;
	u32 type;

	if (sscanf(text, "%llx %llx %u", &start, &end, &type) != 3)
		complain("not an entry: %s", text);
	else
		take_numbers(start, end - start, type);
}

/* Frames are whole pages inside of a region. */
static struct pages pages_of(u64 start, u64 last)
{
	struct pages p;

	p.start = start / 4096 + (start % 4096 != 0);
	p.end = last / 4096 + (last % 4096 == 4095);
	if (p.end < p.start)
		p.end = p.start;
	return p;
}

static u64 count_in(struct pages p, u64 from, u64 to)
{
	u64 start = p.start > from ? p.start : from;
	u64 end = p.end < to ? p.end : to;

	return start < end ? end - start : 0;
}

/* Usable frames of the map in [@from, @to). */
static u64 usable_frames(u64 from, u64 to)
{
	const struct e820_region *r;
	u64 frames = 0;

	for (r = map.region; r < map.region + map.nr; r++) {
		if (r->type == E820_RAM)
			frames += count_in(pages_of(r->start, r->last), from, to);
	}
	return frames;
}

static u64 usable_bytes(void)
{
	const struct e820_region *r;
	u64 bytes = 0;

	for (r = map.region; r < map.region + map.nr; r++) {
		if (r->type == E820_RAM)
			bytes += r->last - r->start + 1;
	}
	return bytes;
}

/* The last usable frame; ~0 if there is none. */
static u64 max_usable_pfn(void)
{
	const struct e820_region *r;
	u64 max_pfn = ~0ULL;

	for (r = map.region; r < map.region + map.nr; r++) {
		struct pages p = pages_of(r->start, r->last);

		if (r->type == E820_RAM && p.start < p.end)
			max_pfn = p.end - 1;
	}
	return max_pfn;
}

static bool value_of(const char *key, u64 *value)
{
	const struct {
		const char *key;
		u64 value;
	} values[] = {
		{ "entries_in", nr_entries },
		{ "entries_ignored", ignored },
		{ "entries_sanitized", map.nr },
		{ "usable_bytes", usable_bytes() },
		{ "usable_frames_total", usable_frames(0, ~0ULL) },
		{ "usable_frames_low1m", usable_frames(0, 0x100) },
		{ "usable_frames_dma", usable_frames(0, PFN_16M) },
		{ "usable_frames_normal", usable_frames(PFN_16M, PFN_896M) },
		{ "usable_frames_highmem", usable_frames(PFN_896M, PFN_4G) },
		{ "usable_frames_above4g", usable_frames(PFN_4G, ~0ULL) },
		{ "max_usable_pfn", max_usable_pfn() },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		if (strcmp(values[i].key, key) == 0) {
			*value = values[i].value;
			return true;
		}
	}
	return false;
}

/* `region 0xSTART 0xEND TYPE`; END may be 2^64, which no integer holds. */
static void take_region(const char *text)
{
	const struct e820_region *r = &map.region[nr_expected_regions++];
	u64 start, last;
	char end[32];
	u32 type;

	if (sscanf(text, "region %llx %31s %u", &start, end, &type) != 3) {
		complain("not a region: %s", text);
		return;
	}
	last = strlen(end) > strlen("0x0123456789abcdef") ? ~0ULL : strtoull(end, NULL, 16) - 1;
	if (type == E820_RAM && nr_expected_ram < MAX_RANGES)
		expected_ram[nr_expected_ram++] = pages_of(start, last);
	if (nr_expected_regions > map.nr)
		complain("expected %s, got no further region", text);
	else if (r->start != start || r->last != last || r->type != type)
		complain("expected %s, got 0x%llx-0x%llx %u", text, r->start, r->last, r->type);
}

static void take_expectation(char *text)
{
	char key[64], value[64];
	u64 got;

	if (sscanf(text, "%63s %63s", key, value) != 2)
		complain("not an expectation: %s", text);
	else if (strcmp(key, "region") == 0)
		take_region(text);
	else if (strcmp(key, "name") == 0)
		return;
	else if (!value_of(key, &got))
		complain("unknown key %s", key);
	else if (got != (strcmp(value, "none") == 0 ? ~0ULL : strtoull(value, NULL, 0)))
		complain("expected %s %s, got %llu", key, value, got);
}

/* Pages of the expected RAM in [@from, @to) that the kernel may use. */
static u64 expected_pages(u64 from, u64 to)
{
	u64 pages = 0;
	unsigned int i;

	for (i = 0; i < nr_expected_ram; i++) {
		u64 upper = to < PFN_4G ? to : PFN_4G;

		pages += count_in(expected_ram[i], from > 1 ? from : 1, upper);
		pages -= count_in(expected_ram[i], from > 0xa0 ? from : 0xa0,
				  upper < 0x100 ? upper : 0x100);
	}
	return pages;
}

static void check_ram_ranges(void)
{
	struct ram_range range = { 0 };
	u64 total = 0, previous_end = 0;

	file = "e820_next_ram";
	while (e820_next_ram(&map, &range)) {
		u64 pages = range.end_pfn - range.start_pfn;

		total += pages;
		if (range.start_pfn <= previous_end && previous_end)
			complain("ranges are not joined or not in order at pfn %lu",
				 range.start_pfn);
		if (expected_pages(range.start_pfn, range.end_pfn) != pages)
			complain("not all RAM: pfns %lu-%lu", range.start_pfn, range.end_pfn);
		previous_end = range.end_pfn;
	}
	if (total != expected_pages(0, PFN_4G))
		complain("expected %llu pages, got %llu", expected_pages(0, PFN_4G), total);
}

/* Return: did all go well? */
static bool check_file(const char *path)
{
	size_t stem = strlen(path) - strlen(".e820");
	char expected[4096];

	failures = 0;
	nr_expected_ram = nr_expected_regions = 0;
	nr_entries = ignored = 0;
	e820_clear(&map);
	snprintf(expected, sizeof(expected), "%.*s.expected", (int)stem, path);
	if (!read_lines(path, take_entry))
		complain("cannot be read");
	if (map.squeezed)
		complain("too many entries");
	if (!read_lines(expected, take_expectation))
		complain("cannot be read");
	if (nr_expected_regions != map.nr)
		complain("expected %u regions, got %u", nr_expected_regions, map.nr);
	check_ram_ranges();
	return !failures;
}

int main(int argc, char **argv)
{
	unsigned int passed = 0, failed = 0;
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%d\n", argc - 1);
	for (i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		bool ok = check_file(argv[i]);

		passed += ok;
		failed += !ok;
		printf("%s %d - corpus.%s\n", ok ? "ok" : "not ok", i, slash ? slash + 1 : argv[i]);
	}
	printf("# mmkit: %u passed, %u failed, 0 skipped\n", passed, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
