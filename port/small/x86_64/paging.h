/* SPDX-License-Identifier: 0BSD
 *
 * paging.h - the page tables of the small kernel in 64 bits; entry.S has them.
 */
#ifndef SMALL_PAGING_H
#define SMALL_PAGING_H

#include "../small.h"

#define PRESENT 0x01u
#define WRITE	0x02u
#define LARGE	0x80u

extern u64 page_map[], page_directories[], page_directories_end[];

#endif
