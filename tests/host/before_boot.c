/* SPDX-License-Identifier: 0BSD
 *
 * before_boot.c - what is there before any code of the kernel has run: kmalloc() finds a cache that
 * stops in words, whatever it is asked for. The tests begin after the boot, so a constructor looks.
 */
#include <lib/align.h>
#include <test/ktest.h>

#include "kmalloc.h"
#include "slab_common.h"

static unsigned int nr_caches, nr_small_caches;

static void __attribute__((constructor)) look_before_boot(void)
{
	unsigned int dma, i;

	for (dma = 0; dma < 2; dma++)
		for (i = 0; i < KMALLOC_NR_SIZES; i++)
			nr_caches += kmalloc_caches[dma][i] == &cache_none;
	for (i = 0; i < ARRAY_SIZE(small_cache); i++)
		nr_small_caches += small_cache[i] == &cache_none;
}

KTEST(kmalloc, no_size_has_a_cache_before_the_boot, SHORT)
{
	kt_eq(nr_caches, 2 * KMALLOC_NR_SIZES);
	kt_eq(nr_small_caches, ARRAY_SIZE(small_cache));
}
