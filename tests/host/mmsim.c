/* SPDX-License-Identifier: 0BSD
 *
 * mmsim.c - the host twin: the kernel's memory set-up on the memory map of any machine.
 *
 *	mmsim --e820 FILE [--srat FILE] [--acpi DIR] [--image START-END] [--cmdline STR]
 *	      [--run "cmd;cmd"] [--trace FILE] [--json] | --version | --help
 *
 * 1. Output    The boot log that the kernel prints on that map, then what the commands print. With
 *              --json that goes to stderr, and stdout holds one JSON object.
 * 2. Exit      0 for every map with RAM enough for a kernel; 1 if a trace lost anything; 2 for bad
 *              input; 3 for less than MIN_PAGES of RAM, or MIN_DMA_PAGES below 16 MiB. 37 would be
 *              a panic: our bug.
 * 3. JSON      `version` is mmkit's; `e820` is the map in force, ends exclusive; nodes are the
 *              online ones, zones the populated ones, as `zoneinfo` has them; `memory` are the
 *              numbers of the Memory: line. Addresses are whole numbers up to 2^64.
 */

/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include <asm/firmware/multiboot.h>
#include <boot/monitor/leaks.h>
#include <boot/monitor/monitor.h>
#include <lib/panic.h>
#include <lib/param.h>
#include <lib/printk.h>
#include <lib/version.h>
#include <mm/mmzone.h>
#include <mm/report.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../trace/replay.h"
#include "acpi_dir.h"
#include "e820_file.h"
#include "machine.h"
#include "srat_file.h"

#define EXIT_BAD_INPUT	 2
#define EXIT_TOO_SMALL	 3
#define EXIT_AFTER_PANIC 37
#define MIN_PAGES	 512
#define MIN_DMA_PAGES	 256
#define IMAGE_LIMIT	 (1ULL << 32)
#define USAGE                                                                                      \
	"usage: mmsim --e820 FILE [--srat FILE] [--acpi DIR] [--image START-END] [--cmdline STR] " \
	"[--run \"cmd;cmd\"] [--trace FILE] [--json] | --version | --help\n"

struct options {
	const char *e820, *srat, *acpi, *cmdline, *run, *trace;
	u64 image_start, image_end;
	bool json;
};

static FILE *log_file;

static void console_write(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] != '\r')
			putc(text[i], log_file);
	}
}

/* The end of panic(). */

void panic_backtrace(void)
{
}

void panic_stop(void)
{
	panic_end();
}

void panic_end(void)
{
	fflush(log_file);
	_Exit(EXIT_AFTER_PANIC);
}

/* The command line. */

static void __noreturn __printf(1, 2) bad_usage(const char *fmt, ...)
{
	va_list ap;

	fputs("mmsim: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n" USAGE, stderr);
	exit(EXIT_BAD_INPUT);
}

/* START-END in bytes, as the kernel's options spell numbers. */
static void parse_image(const char *text, struct options *options)
{
	const char *s = text;

	if (!parse_size(&s, &options->image_start) || *s++ != '-' ||
	    !parse_size(&s, &options->image_end) || *s ||
	    options->image_start >= options->image_end || options->image_end > IMAGE_LIMIT)
		bad_usage("--image: \"%s\" is no START-END below 4 GiB", text);
}

static void parse_arguments(int argc, char **argv, struct options *options)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *name = argv[i];

		if (!strcmp(name, "--version")) {
			puts(kernel_banner);
			exit(EXIT_SUCCESS);
		}
		if (!strcmp(name, "--help")) {
			fputs(USAGE, stdout);
			exit(EXIT_SUCCESS);
		}
		if (!strcmp(name, "--json")) {
			options->json = true;
			continue;
		}
		if (strcmp(name, "--e820") && strcmp(name, "--srat") && strcmp(name, "--acpi") &&
		    strcmp(name, "--image") && strcmp(name, "--cmdline") && strcmp(name, "--run") &&
		    strcmp(name, "--trace"))
			bad_usage("unknown option \"%s\"", name);
		if (++i == argc)
			bad_usage("%s needs a value", name);
		if (!strcmp(name, "--e820"))
			options->e820 = argv[i];
		else if (!strcmp(name, "--srat"))
			options->srat = argv[i];
		else if (!strcmp(name, "--acpi"))
			options->acpi = argv[i];
		else if (!strcmp(name, "--image"))
			parse_image(argv[i], options);
		else if (!strcmp(name, "--cmdline"))
			options->cmdline = argv[i];
		else if (!strcmp(name, "--trace"))
			options->trace = argv[i];
		else
			options->run = argv[i];
	}
	if (!options->e820)
		bad_usage("--e820 FILE is missing");
}

/* The map. */

static struct boot_info info = { .map = &e820_map };

static void take_entry(u64 start, u64 size, u32 type)
{
	boot_info_add_e820(&info, start, size, type);
}

/* A SRAT that the user wrote goes before the firmware's. */
static bool read_srat(const char *path)
{
	size_t len;
	const void *table = srat_file_read(path, &len);

	if (table)
		acpi_dir_add("SRAT", table, len);
	return table;
}

static bool read_machine(const struct options *options)
{
	return e820_file_read(options->e820, take_entry) &&
	       (!options->srat || read_srat(options->srat)) &&
	       (!options->acpi || acpi_dir_read(options->acpi));
}

/* The kernel does not fit into less than this. */
static void require_memory(void)
{
	unsigned long pages = machine_ram_pages(MAX_PFN_LIMIT);
	unsigned long dma_pages = machine_ram_pages(ZONE_DMA_END_PFN);

	if (pages >= MIN_PAGES && dma_pages >= MIN_DMA_PAGES)
		return;
	fflush(log_file);
	fprintf(stderr,
		"mmsim: too little RAM: %lu pages below 4 GiB (at least %d), %lu below 16 MiB (at "
		"least %d)\n",
		pages, MIN_PAGES, dma_pages, MIN_DMA_PAGES);
	exit(EXIT_TOO_SMALL);
}

/* JSON. */

static void print_e820(void)
{
	unsigned int i;

	printf("\"e820\":[");
	for (i = 0; i < e820_map.nr; i++) {
		const struct e820_region *r = &e820_map.region[i];

		printf("%s{\"start\":%llu,\"end\":", i ? "," : "", r->start);
		if (r->last == ~0ULL)
			printf("18446744073709551616"); /* 2^64 fits into no integer */
		else
			printf("%llu", r->last + 1);
		printf(",\"type\":%u}", r->type);
	}
	printf("],");
}

static void print_zone(const struct zone *zone)
{
	printf("{\"name\":\"%s\",\"start_pfn\":%lu,\"spanned\":%lu,\"present\":%lu,"
	       "\"managed\":%lu,\"min\":%lu,\"low\":%lu,\"high\":%lu,"
	       "\"protection\":[%lu,%lu,%lu]}",
	       zone->name, zone->zone_start_pfn, zone->spanned_pages, zone->present_pages,
	       zone->managed_pages, zone->pages_min, zone->pages_low, zone->pages_high,
	       zone->lowmem_reserve[ZONE_DMA], zone->lowmem_reserve[ZONE_NORMAL],
	       zone->lowmem_reserve[ZONE_HIGHMEM]);
}

static void print_node(const pg_data_t *pgdat)
{
	const char *comma = "";
	const struct zone *zone;

	printf("{\"id\":%d,\"zones\":[", pgdat->node_id);
	for (zone = pgdat->node_zones; zone < pgdat->node_zones + MAX_NR_ZONES; zone++) {
		if (!zone->present_pages)
			continue;
		printf("%s", comma);
		print_zone(zone);
		comma = ",";
	}
	printf("]}");
}

static void print_nodes(void)
{
	const char *comma = "";
	int nid;

	printf("\"nodes\":[");
	for_each_online_node (nid) {
		printf("%s", comma);
		print_node(NODE_DATA(nid));
		comma = ",";
	}
	printf("],");
}

static void print_json(void)
{
	printf("{\"version\":\"" MMKIT_VERSION "\",");
	print_e820();
	printf("\"ignored_above_4g_bytes\":%llu,\"max_pfn\":%lu,\"max_low_pfn\":%lu,",
	       e820_ram_above_4g(&e820_map), max_pfn, max_low_pfn);
	print_nodes();
	printf("\"memory\":{\"available_kb\":%lu,\"total_kb\":%lu}}\n", K(machine_available_pages),
	       K(machine_total_pages));
}

/* The trace. */

static size_t read_file(const struct trace_source *source, u64 offset, char *buf, size_t len)
{
	FILE *file = (FILE *)(uintptr)source->data;

	return fseek(file, (long)offset, SEEK_SET) ? 0 : fread(buf, 1, len, file);
}

/* Return: the exit code that the outcome asks for. */
static int replay(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct trace_source source = { .read = read_file };
	FILE *file = fopen(path, "rb");
	int err;

	if (!file) {
		perror(path);
		return EXIT_BAD_INPUT;
	}
	source.data = file;
	fseek(file, 0, SEEK_END);
	source.size = (u64)ftell(file);
	err = trace_replay(slash ? slash + 1 : path, &source, &console_out);
	fclose(file);
	if (err == -EINVAL)
		return EXIT_BAD_INPUT;
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* What was asked for on the booted machine. */
static int use_machine(const struct options *options)
{
	leaks_mark("kernel_main() began");
	if (options->run && monitor_run(options->run))
		pr_err("mmkit: run: a command failed\n");
	return options->trace ? replay(options->trace) : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options options = { .cmdline = "", .image_start = 1 << 20, .image_end = 2 << 20 };
	bool has_slab;
	int status;

	parse_arguments(argc, argv, &options);
	log_file = options.json ? stderr : stdout;
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	printk_add_console(console_write);
	machine_init();
	if (!read_machine(&options))
		return EXIT_BAD_INPUT;
	machine_settle_map(&info, options.cmdline);
	require_memory();
	if (options.srat || options.acpi) {
		acpi_dir_place(&e820_map, &info);
		machine.view = acpi_dir_view;
	}
	machine_boot(options.image_start, options.image_end);
	has_slab = machine_start_slab();
	if (options.json)
		print_json();
	status = has_slab ? use_machine(&options) : EXIT_SUCCESS;
	return fflush(stdout) ? EXIT_FAILURE : status;
}
