/* SPDX-License-Identifier: 0BSD
 *
 * direct.c - the table of direct.h.
 */
#include <mm/page_alloc.h>

#pragma GCC visibility push(default)
#include "direct.h"
#pragma GCC visibility pop

static void *direct_pages(unsigned int order)
{
	return alloc_pages(GFP_KERNEL, order);
}

static void direct_pages_free(void *page, unsigned int order)
{
	__free_pages(page, order);
}

const struct mmkit_direct mmkit_direct = {
	.pages = direct_pages,
	.pages_free = direct_pages_free,
	.free_pages = nr_free_pages,
};
