/* SPDX-License-Identifier: 0BSD
 *
 * paging.h - the page tables of the small kernel in 32 bits.
 */
#ifndef SMALL_PAGING_H
#define SMALL_PAGING_H

#include "../small.h"

#define PRESENT 0x01u
#define WRITE	0x02u
#define LARGE	0x80u

extern u32 page_directory[1024];

#endif
