/* SPDX-License-Identifier: 0BSD
 *
 * debug_options.c - what the command line says about debugging of pages: debug_pagealloc,
 * page_poison=, page_owner; and of objects: kfence=, slab_debug=, slab_nomerge. Options are read
 * before there is any memory; mm/page_debug.c, mm/kfence.c and mm/slab_debug.c switch on what they
 * ask for.
 */
#include <lib/init.h>
#include <lib/param.h>
#include <mm/kfence.h>
#include <mm/page_debug.h>
#include <mm/slab.h>
#include <mm/slab_debug.h>

static int __init want(unsigned int feature, const char *value)
{
	bool on;

	if (!parse_bool(value, &on))
		return -EINVAL;
	page_debug_want(feature, on);
	return 0;
}

static int __init set_debug_pagealloc(const char *value)
{
	return want(PAGE_DEBUG_UNMAP, value ? value : "on");
}
KERNEL_PARAM(debug_pagealloc, "debug_pagealloc", set_debug_pagealloc);

static int __init set_page_poison(const char *value)
{
	return want(PAGE_DEBUG_POISON, value);
}
KERNEL_PARAM(page_poison, "page_poison", set_page_poison);

static int __init set_page_owner(const char *value)
{
	return want(PAGE_DEBUG_OWNER, value ? value : "on");
}
KERNEL_PARAM(page_owner, "page_owner", set_page_owner);

static int __init set_kfence(const char *value)
{
	u32 interval;

	if (!parse_u32(value, KFENCE_INTERVAL_MAX, &interval))
		return -EINVAL;
	kfence_want(interval);
	return 0;
}
KERNEL_PARAM(kfence, "kfence", set_kfence);

static int __init set_slab_debug(const char *value)
{
	return slab_debug_want(value ? value : "") ? 0 : -EINVAL;
}
KERNEL_PARAM(slab_debug, "slab_debug", set_slab_debug);

static int __init set_slab_nomerge(const char *value __unused)
{
	slab_nomerge = true;
	return 0;
}
KERNEL_PARAM(slab_nomerge, "slab_nomerge", set_slab_nomerge);
