/* SPDX-License-Identifier: 0BSD
 *
 * slit.h - ACPI's System Locality Information Table: how far it is from each proximity domain to
 * each (ACPI specification 6.4, 5.2.17).
 */
#ifndef ASM_FIRMWARE_SLIT_H
#define ASM_FIRMWARE_SLIT_H

#include <lib/types.h>

enum slit_problem {
	SLIT_NONE,
	SLIT_SHORT,  /* the table ends before its matrix does */
	SLIT_LOCAL,  /* a domain is not at LOCAL_DISTANCE of itself */
	SLIT_REMOTE, /* a domain is as near to another one as to itself, or nearer */
	NR_SLIT_PROBLEMS
};

/* A view of the table. */
struct slit {
	u32 nr;		    /* domains that it knows, from 0 on */
	const u8 *distance; /* nr rows of nr */
};

/* Find and judge the matrix in the @len bytes at @table; @slit is empty if there is a problem.
 * Pure. Context: the boot. */
enum slit_problem slit_parse(struct slit *slit, const void *table, size_t len);

/* From domain @from to the memory of domain @to; 0 if the table does not know both. */
unsigned int slit_distance(const struct slit *slit, u32 from, u32 to);

/* One line's worth of text for a problem. */
const char *slit_problem(enum slit_problem problem);

#endif
