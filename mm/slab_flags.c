/* SPDX-License-Identifier: 0BSD
 *
 * slab_flags.c - which flags kmem_cache_create() takes, and words for those that it refuses.
 *
 * 1. Concepts    A flag that nobody looks at would be a promise that nobody keeps, and is refused.
 *                The values are Linux's: a flag that exists there and not here is named, so that
 *                whoever brings code along reads what is missing, and not a number.
 * 2. Data        refused_flags[], constant; bits that are in no table are printed in hex.
 * 3. Locking     None.
 */
#include <mm/slab.h>
#include <lib/format.h>

#include "slab_common.h"

static const struct {
	unsigned int flag;
	const char *name;
} refused_flags[] = {
	{ 0x8000, "SLAB_CACHE_DMA32" },	    { 0x80000, "SLAB_TYPESAFE_BY_RCU" },
	{ 0x100000, "SLAB_MEM_SPREAD" },    { 0x200000, "SLAB_TRACE" },
	{ 0x400000, "SLAB_DEBUG_OBJECTS" }, { 0x800000, "SLAB_NOLEAKTRACE" },
	{ 0x2000000, "SLAB_FAILSLAB" },	    { 0x4000000, "SLAB_ACCOUNT" },
	{ 0x8000000, "SLAB_KASAN" },
};

/* Write the names of @flags behind the @len bytes that @text has. Return: how many bytes it has
 * then, of @size at most. */
static size_t add_names(char *text, size_t size, size_t len, unsigned int flags)
{
	const char *between = " (";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused_flags); i++) {
		if (!(flags & refused_flags[i].flag))
			continue;
		len += (size_t)snprintf(text + len, size - len, "%s%s", between,
					refused_flags[i].name);
		between = "|";
	}
	return len;
}

const char *slab_flags_error(char text[SLAB_FLAGS_TEXT_SIZE], unsigned int flags)
{
	unsigned int internal = flags & CFLGS_ALL, refused = flags & ~SLAB_FLAGS_ALL;
	size_t start, len;

	if (!refused)
		return NULL;
	if (internal)
		refused = internal;
	start = (size_t)snprintf(text, SLAB_FLAGS_TEXT_SIZE, "%s flags 0x%x",
				 internal ? "the allocator's own" : "unknown", refused);
	len = add_names(text, SLAB_FLAGS_TEXT_SIZE, start, refused);
	if (len > start)
		snprintf(text + len, SLAB_FLAGS_TEXT_SIZE - len, ")");
	return text;
}
