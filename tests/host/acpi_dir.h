/* SPDX-License-Identifier: 0BSD
 *
 * acpi_dir.h - the tables of ACPI of another machine, as files: SRAT or srat.dat, SSDT1, ssdt2.aml,
 * as /sys/firmware/acpi/tables and acpidump have them.
 */
#ifndef HOST_ACPI_DIR_H
#define HOST_ACPI_DIR_H

#include <asm/firmware/acpi.h>
#include <asm/firmware/e820.h>

/* Read the tables in the folder @path. What is not named like one is passed by, and so are the
 * lists of tables, which are made anew. Return: false after one line on stderr, if a file cannot be
 * read or there is no table. */
bool acpi_dir_read(const char *path);

/* One more, @size bytes at @bytes. Of two with the same signature the first one is used. */
void acpi_dir_add(const char *signature, const void *bytes, size_t size);

/* Lay them where @map has no RAM, DSDT and FACS where the FADT says, and let @info name them. One
 * line for a file whose table has another signature. */
void acpi_dir_place(const struct e820_map *map, struct boot_info *info);

/* A phys_view_t: what was laid there. */
const void *acpi_dir_view(phys_addr_t phys, size_t len);

#endif
