/* SPDX-License-Identifier: 0BSD
 *
 * fill.c - all free memory of the simulated machine can be overwritten: mem_map is not in it.
 */
#include <test/ktest.h>

#include "../mm/fill.h"

KTEST(fill, all_free_memory_can_be_overwritten, LONG)
{
	fill_free_memory();
}
