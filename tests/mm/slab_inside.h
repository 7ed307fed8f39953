/* SPDX-License-Identifier: 0BSD
 *
 * slab_inside.h - for the tests that look into the back end of mm/slab.c, *_slab.c.
 */
#ifndef TESTS_MM_SLAB_INSIDE_H
#define TESTS_MM_SLAB_INSIDE_H

#include "slab_cpu.h"
#include "slab_internal.h"
#include "slab_test.h"

static inline struct slab *slab_of(const void *obj)
{
	return virt_to_page(obj)->slab_page;
}

#endif
