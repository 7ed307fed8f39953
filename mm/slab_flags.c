/* SPDX-License-Identifier: 0BSD
 *
 * slab_flags.c - which flags kmem_cache_create() takes, and words for those that it refuses.
 *
 * 1. Concepts    A flag that nobody looks at would be a promise that nobody keeps, and is refused.
 *                The values are Linux's: a flag that exists there and not here is named, so that
 *                whoever brings code along reads what is missing.
 * 2. Data        refused_flags[], constant; bits that are in no table are printed in hex.
 * 3. Locking     None.
 */
#include <mm/slab.h>

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

static void print_names(unsigned int flags)
{
	const char *between = " (", *end = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused_flags); i++) {
		if (!(flags & refused_flags[i].flag))
			continue;
		printk("%s%s", between, refused_flags[i].name);
		between = "|";
		end = ")";
	}
	printk("%s\n", end);
}

bool slab_refuse_flags(const char *name, unsigned int flags)
{
	unsigned int internal = flags & CFLGS_ALL, refused = flags & ~SLAB_FLAGS_ALL;
	const char *why = internal ? "the allocator's own flags" : "unknown flags";

	if (!refused)
		return false;
	if (internal)
		refused = internal;
	printk("slab: no cache %s: %s 0x%x", name, why, refused);
	print_names(refused);
	if (flags & SLAB_PANIC)
		panic("kmem_cache_create: no cache %s: %s 0x%x", name, why, refused);
	return true;
}
