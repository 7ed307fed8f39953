/* SPDX-License-Identifier: 0BSD
 *
 * acpi_dir.c - the firmware's tables as files, laid into the memory of the simulated machine.
 *
 * 1. Concepts  The kernel's own code finds the tables: so they get addresses, an XSDT that lists
 *              these, and a root pointer. Where they lay on the machine they came from is not
 *              known, except for DSDT and FACS: the FADT names their addresses.
 * 2. Bytes     are taken as they are. What is wrong with a table is said by the kernel.
 */
#include "acpi_dir.h"

#include <asm/firmware/multiboot.h>
#include <lib/printk.h>

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE 4
#define PAGE	  4096ULL
#define TOP	  (1ULL << 32)

struct file {
	char signature[SIGNATURE + 1]; /* by its name */
	char *path;
	phys_addr_t phys; /* 0: nowhere */
	u8 *bytes;
	size_t size;
};

static struct file *files, xsdt;
static size_t nr_files;

static struct file *new_file(void)
{
	files = realloc(files, (nr_files + 1) * sizeof(*files));
	if (!files)
		abort();
	files[nr_files] = (struct file){ .path = NULL };
	return &files[nr_files++];
}

void acpi_dir_add(const char *signature, const void *bytes, size_t size)
{
	struct file *file = new_file();

	memcpy(file->signature, signature, SIGNATURE);
	file->bytes = memcpy(malloc(size), bytes, size);
	file->size = size;
}

/* ---- reading */

/* Of the system's last error. */
static bool complain(const char *path)
{
	fprintf(stderr, "%s: %m\n", path);
	return false;
}

/* Is it called by a signature, with a number or not: SRAT, srat.dat, ssdt12.aml? */
static int is_table(const struct dirent *entry)
{
	static const char *const ends[] = { "", ".dat", ".bin", ".aml" };
	const char *end = entry->d_name;
	size_t i;

	for (i = 0; i < SIGNATURE; i++, end++)
		if (!isalnum((unsigned char)*end))
			return 0;
	if (entry->d_type == DT_DIR) /* the kernel's has one called data */
		return 0;
	end += strspn(end, "0123456789");
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (!strcasecmp(end, ends[i]))
			return strncasecmp(entry->d_name, "XSDT", SIGNATURE) &&
			       strncasecmp(entry->d_name, "RSDT", SIGNATURE) &&
			       strncasecmp(entry->d_name, "RSDP", SIGNATURE);
	return 0;
}

static bool read_bytes(struct file *file, FILE *stream)
{
	size_t room = PAGE, got;

	do {
		room *= 2;
		file->bytes = realloc(file->bytes, room);
		got = fread(file->bytes + file->size, 1, room - file->size, stream);
		file->size += got;
	} while (got && file->size <= ACPI_TABLE_SIZE_MAX);
	return !ferror(stream) || complain(file->path);
}

static bool read_file(struct file *file, const char *folder, const char *name)
{
	FILE *stream;
	bool ok;
	size_t i;

	for (i = 0; i < SIGNATURE; i++)
		file->signature[i] = (char)toupper((unsigned char)name[i]);
	if (asprintf(&file->path, "%s/%s", folder, name) < 0)
		abort();
	stream = fopen(file->path, "rb");
	if (!stream)
		return complain(file->path);
	ok = read_bytes(file, stream);
	fclose(stream);
	return ok;
}

bool acpi_dir_read(const char *path)
{
	struct dirent **entries;
	int nr = scandir(path, &entries, is_table, alphasort), i;
	bool ok = nr;

	if (nr < 0)
		return complain(path);
	if (!nr)
		fprintf(stderr, "%s: no file is named like a table of ACPI\n", path);
	for (i = 0; i < nr; i++) {
		ok = ok && read_file(new_file(), path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return ok;
}

/* ---- memory */

static bool has_byte(const struct file *file, phys_addr_t phys)
{
	return file->phys && phys >= file->phys && phys - file->phys < file->size;
}

static const struct file *file_at(phys_addr_t phys)
{
	const struct file *file;

	for (file = files; file < files + nr_files; file++)
		if (has_byte(file, phys))
			return file;
	return has_byte(&xsdt, phys) ? &xsdt : NULL;
}

const void *acpi_dir_view(phys_addr_t phys, size_t len)
{
	const struct file *file = file_at(phys);

	if (!file || len > file->size - (phys - file->phys))
		return NULL;
	return file->bytes + (phys - file->phys);
}

static bool is_free(const struct e820_map *map, phys_addr_t start, size_t size)
{
	phys_addr_t phys;

	for (phys = start; phys < start + size; phys += PAGE)
		if (file_at(phys))
			return false;
	return !file_at(start + size - 1) && !e820_any_ram(map, start, start + size - 1);
}

/* Lay @file into the highest whole pages that are free below @below. Return: where. */
static phys_addr_t place(const struct e820_map *map, struct file *file, phys_addr_t below)
{
	size_t size = max(file->size, (size_t)1);
	phys_addr_t start = (below - size) & ~(PAGE - 1);

	while (start && !is_free(map, start, size))
		start -= PAGE;
	file->phys = start;
	return start ? start : below;
}

/* ---- the lists */

static bool is(const struct file *file, const char *signature)
{
	return !strcmp(file->signature, signature);
}

/* DSDT and FACS are named by the FADT, not by the list. */
static bool is_listed(const struct file *file)
{
	return !is(file, "DSDT") && !is(file, "FACS");
}

static const struct file *find_file(const char *signature)
{
	const struct file *file = files;

	while (file < files + nr_files && !is(file, signature))
		file++;
	return file < files + nr_files ? file : NULL;
}

static void place_as_fadt_says(void)
{
	const struct file *fadt = find_file("FACP");
	struct file *file;

	for (file = files; fadt && file < files + nr_files; file++) {
		if (is(file, "DSDT"))
			file->phys = acpi_fadt_dsdt(fadt->bytes, fadt->size);
		else if (is(file, "FACS"))
			file->phys = acpi_fadt_facs(fadt->bytes, fadt->size);
	}
}

static u8 sum_of(const void *data, size_t len)
{
	const u8 *bytes = data;
	u8 sum = 0;

	while (len--)
		sum = (u8)(sum + *bytes++);
	return sum;
}

/* The XSDT has the addresses of all that were laid somewhere. */
static void make_list(void)
{
	struct acpi_header *head = calloc(1, sizeof(*head) + nr_files * sizeof(u64));
	u8 *next = (u8 *)(head + 1);
	const struct file *file;

	for (file = files; file < files + nr_files; file++)
		if (file->phys && is_listed(file)) {
			memcpy(next, &file->phys, sizeof(u64));
			next += sizeof(u64);
		}
	head->length = (u32)(next - (u8 *)head);
	head->revision = 1;
	memcpy(head->signature, "XSDT", SIGNATURE);
	memcpy(head->oem_id, "MMSIM ", sizeof(head->oem_id));
	head->checksum = (u8)-sum_of(head, head->length);
	xsdt.bytes = (u8 *)head;
	xsdt.size = head->length;
}

static void make_root(struct boot_info *info)
{
	struct acpi_rsdp rsdp = { .revision = 2,
				  .length = sizeof(rsdp),
				  .xsdt_address = xsdt.phys };

	memcpy(rsdp.signature, "RSD PTR ", sizeof(rsdp.signature));
	memcpy(rsdp.oem_id, "MMSIM ", sizeof(rsdp.oem_id));
	rsdp.checksum = (u8)-sum_of(&rsdp, ACPI_RSDP_V1_SIZE);
	rsdp.extended_checksum = (u8)-sum_of(&rsdp, sizeof(rsdp));
	boot_info_take_rsdp(info, &rsdp, sizeof(rsdp));
}

/* A file that is too short for a head has none to compare. */
static void compare_name(const struct file *file)
{
	const struct acpi_header *head = (const void *)file->bytes;

	if (file->size >= sizeof(*head) && strncmp(head->signature, file->signature, SIGNATURE))
		pr_warn("ACPI: %s: the table in it is no %s\n", file->path, file->signature);
}

void acpi_dir_place(const struct e820_map *map, struct boot_info *info)
{
	phys_addr_t below = TOP;
	struct file *file;

	place_as_fadt_says();
	for (file = files; file < files + nr_files; file++) {
		compare_name(file);
		if (is_listed(file))
			below = place(map, file, below);
	}
	make_list();
	place(map, &xsdt, below);
	make_root(info);
}
