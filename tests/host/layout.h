/* SPDX-License-Identifier: 0BSD
 *
 * layout.h - a machine whose memory is its nodes' in a way that somebody thought out or that chance
 * made.
 */
#ifndef HOST_LAYOUT_H
#define HOST_LAYOUT_H

#include <lib/types.h>

/* Tell numa.h which memory is which node's. @wanted: the name of a layout of layout.c, or the seed
 * of a random one; NULL: none. Return: false: nothing was told. Context: before machine_boot(). */
bool layout_apply(const char *wanted);

/* The node of page frame @pfn by that layout; -1: there is none. */
int layout_node_of(unsigned long pfn);

#endif
