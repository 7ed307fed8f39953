/* SPDX-License-Identifier: 0BSD
 *
 * user_map.c - what the command line says about memory: mem=, memmap=, highmem=, vmalloc=,
 * reservelow=.
 *
 * 1. Concepts  Options are read before the firmware's map is, so their values are kept, as text
 *              that stays where it is, and read again when the map is there. Nothing is stored for
 *              each range: there can be as many as the command line holds.
 * 2. Order     exactmap empties the map first, wherever it stands. Then come all ranges of
 *              memmap= in the order in which they were given: those with `@`, `#`, `$` and `!` are
 *              laid over the map as entries of the firmware are, `%` replaces what is there. At
 *              last RAM at or above the lowest limit (mem=, `memmap=SIZE`, highmem=) is taken out.
 * 3. Bad ones  An entry of a list that is malformed gets its line, and is the only one ignored.
 */
#include <asm/firmware/user_map.h>
#include <lib/align.h>
#include <lib/bug.h>
#include <lib/init.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/page.h>

/* More than a command line can hold: each has nine bytes at least. */
#define MEMMAP_OPTIONS_MAX 512
_Static_assert(MEMMAP_OPTIONS_MAX > BOOT_CMDLINE_SIZE / sizeof("memmap=1"), "see above");

static const char *memmap_option[MEMMAP_OPTIONS_MAX] __initdata;
static unsigned int nr_memmap_options __initdata;
static bool exactmap __initdata;
static u64 mem_limit __initdata;    /* mem=; 0: none */
static u64 memmap_limit __initdata; /* the lowest `memmap=SIZE`; 0: none */
static u64 low_reserved __initdata; /* reservelow= */
static bool has_highmem __initdata;
static unsigned long highmem_pages __initdata;
static unsigned long lowmem_limit __initdata = ZONE_NORMAL_END_PFN; /* by vmalloc= */

/* Is there a size, more than 0, and nothing else? */
static bool __init parse_whole_size(const char *s, u64 *size)
{
	u64 n;

	if (!parse_size(&s, &n) || *s || !n)
		return false;
	*size = n;
	return true;
}

static int __init set_mem(const char *value)
{
	return parse_whole_size(value, &mem_limit) ? 0 : -EINVAL;
}
KERNEL_PARAM(mem, "mem", set_mem);

static int __init set_highmem(const char *value)
{
	u64 size;

	if (!parse_size(&value, &size) || *value || size >> PAGE_SHIFT > MAX_PFN_LIMIT)
		return -EINVAL;
	highmem_pages = PFN_DOWN(size);
	has_highmem = true;
	return 0;
}
KERNEL_PARAM(highmem, "highmem", set_highmem);

/* As in Linux, SIZE is what lowmem leaves of the upper gigabyte, with all that lies there. It is at
 * least 128 MiB, and lowmem keeps 16. */
static int __init set_vmalloc(const char *value)
{
	const u64 gigabyte = 1ULL << 30;
	u64 size;

	if (!parse_whole_size(value, &size) || size < gigabyte - PFN_PHYS(ZONE_NORMAL_END_PFN) ||
	    size > gigabyte - PFN_PHYS(ZONE_DMA_END_PFN))
		return -EINVAL;
	lowmem_limit = ALIGN_DOWN(PFN_DOWN(gigabyte - size), MAX_ORDER_NR_PAGES);
	return 0;
}
KERNEL_PARAM(vmalloc, "vmalloc", set_vmalloc);

static int __init set_reservelow(const char *value)
{
	return parse_whole_size(value, &low_reserved) ? 0 : -EINVAL;
}
KERNEL_PARAM(reservelow, "reservelow", set_reservelow);

static int __init set_bootmem_debug(const char *value)
{
	u32 on = 1;

	if (value && !parse_u32(value, 1, &on))
		return -EINVAL;
	bootmem_debug = on;
	return 0;
}
KERNEL_PARAM(bootmem_debug, "bootmem_debug", set_bootmem_debug);

/* An entry of memmap=. Of @from and @to 0 means: none was given. */
struct memmap_entry {
	enum { EXACTMAP, LIMIT, ADD, CONVERT } what;
	u64 size, start;
	u32 from, to;
};

/* `START` behind the sign of a range, which must end at 2^64 at most. */
static bool __init parse_start(const char **s, struct memmap_entry *entry)
{
	(*s)++;
	return parse_size(s, &entry->start) && entry->size - 1 <= ~0ULL - entry->start;
}

/* `-TYPE` or `+TYPE`, if @sign is there. */
static bool __init parse_type(const char **s, char sign, u32 *type)
{
	u64 n;

	if (**s != sign)
		return true;
	(*s)++;
	if (!parse_size(s, &n) || n > ~0u)
		return false;
	*type = (u32)n;
	return true;
}

static u32 __init type_of_sign(char sign)
{
	switch (sign) {
	case '@':
		return E820_RAM;
	case '#':
		return E820_ACPI;
	case '$':
		return E820_RESERVED;
	case '!':
		return E820_PRAM;
	default:
		return 0;
	}
}

/* Read an entry up to where its form ends. Return: false if it has none. */
static bool __init parse_entry(const char **s, struct memmap_entry *entry)
{
	const size_t len = strlen("exactmap");

	*entry = (struct memmap_entry){ .what = EXACTMAP };
	if (!strncmp(*s, "exactmap", len)) {
		*s += len;
		return true;
	}
	if (!parse_size(s, &entry->size) || !entry->size)
		return false;
	entry->to = type_of_sign(**s);
	entry->what = entry->to ? ADD : LIMIT;
	if (entry->to)
		return parse_start(s, entry);
	if (**s != '%')
		return true;
	entry->what = CONVERT;
	return parse_start(s, entry) && parse_type(s, '-', &entry->from) &&
	       parse_type(s, '+', &entry->to);
}

/* Take the next entry of the list at *@s and move *@s behind it and its comma, or to NULL at the
 * end. Return: false if it is malformed. */
static bool __init next_entry(const char **s, struct memmap_entry *entry)
{
	const char *comma = strchr(*s, ','), *end = comma ? comma : *s + strlen(*s);
	bool good = parse_entry(s, entry) && *s == end;

	*s = comma ? comma + 1 : NULL;
	return good;
}

static void __init note_entry(const struct memmap_entry *entry)
{
	if (entry->what == EXACTMAP)
		exactmap = true;
	if (entry->what == LIMIT && (!memmap_limit || entry->size < memmap_limit))
		memmap_limit = entry->size;
}

/* A value that is one malformed entry is refused; in a list each such entry has a line. */
static int __init set_memmap(const char *value)
{
	bool is_list = value && strchr(value, ',');
	struct memmap_entry entry;
	const char *s = value;

	if (!value)
		return -EINVAL;
	while (s) {
		const char *start = s;

		if (next_entry(&s, &entry))
			note_entry(&entry);
		else if (is_list)
			pr_warn("Malformed entry \"%.*s\" of option \"memmap\", ignored\n",
				(int)((s ? s - 1 : start + strlen(start)) - start), start);
		else
			return -EINVAL;
	}
	mm_bug_on(nr_memmap_options == MEMMAP_OPTIONS_MAX, "no room for memmap=%s", value);
	memmap_option[nr_memmap_options++] = value;
	return 0;
}
KERNEL_PARAM(memmap, "memmap", set_memmap);

static void __init apply_memmap(struct e820_map *map, const char *value)
{
	struct memmap_entry entry;

	while (value) {
		if (!next_entry(&value, &entry))
			continue;
		if (entry.what == ADD)
			e820_add(map, entry.start, entry.size, entry.to);
		else if (entry.what == CONVERT)
			e820_convert(map, entry.start, entry.size, entry.from, entry.to);
	}
}

/* The first page behind as much high memory as highmem= wants, if there is RAM from there on; else
 * 0. */
static unsigned long __init highmem_limit(const struct e820_map *map)
{
	struct ram_range ram = { 0 };
	unsigned long limit = lowmem_limit + highmem_pages;

	while (has_highmem && e820_next_ram(map, &ram))
		if (ram.end_pfn > limit)
			return limit;
	return 0;
}

bool __init apply_user_map(struct e820_map *map)
{
	unsigned int i;

	if (!nr_memmap_options && !mem_limit && !highmem_limit(map))
		return false;
	if (exactmap)
		e820_clear(map);
	for (i = 0; i < nr_memmap_options; i++)
		apply_memmap(map, memmap_option[i]);
	if (mem_limit)
		e820_limit_ram(map, mem_limit);
	if (memmap_limit)
		e820_limit_ram(map, memmap_limit);
	if (highmem_limit(map))
		e820_limit_ram(map, PFN_PHYS(highmem_limit(map)));
	return true;
}

unsigned long __init user_lowmem_limit(void)
{
	return lowmem_limit;
}

unsigned long __init user_highmem_pages(void)
{
	return highmem_pages;
}

u64 __init user_reserved_low(void)
{
	return low_reserved;
}
