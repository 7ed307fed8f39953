/* SPDX-License-Identifier: 0BSD
 *
 * own_bootmem.h - bootmem once more, for the lessons: the same source with names of its own.
 *
 * mm/bootmem.c is thrown away when the boot is over, and its state is the boot's. So the build
 * compiles it a second time, with this header in front (the Makefile's rule for own_bootmem.o) and
 * as code that stays. Whoever includes this first calls that copy by bootmem's usual names. What it
 * gives to the buddy allocator goes to the arena's zone. The words of the bitmap that its searches
 * read are counted; the boot's own bootmem pays nothing for that.
 */
#ifndef BOOT_LESSONS_OWN_BOOTMEM_H
#define BOOT_LESSONS_OWN_BOOTMEM_H

#include <lib/bitmap.h>
#include <lib/compiler.h>

/* Words read by searches since the lesson set it to 0; counted only if own_bootmem_counts. */
extern unsigned long own_bootmem_words;
extern bool own_bootmem_counts;

static inline unsigned long own_bootmem_counted(unsigned long start, unsigned long end,
						unsigned long found)
{
	if (unlikely(own_bootmem_counts) && start < end)
		own_bootmem_words += min(found, end - 1) / BITS_PER_LONG - start / BITS_PER_LONG +
				     1;
	return found;
}

static inline unsigned long own_find_next_bit(const unsigned long *map, unsigned long start,
					      unsigned long end)
{
	return own_bootmem_counted(start, end, find_next_bit(map, start, end));
}

static inline unsigned long own_find_next_zero_bit(const unsigned long *map, unsigned long start,
						   unsigned long end)
{
	return own_bootmem_counted(start, end, find_next_zero_bit(map, start, end));
}

#define find_next_bit	   own_find_next_bit
#define find_next_zero_bit own_find_next_zero_bit

/* What mm/bootmem.c defines. */
#define __reserve_bootmem	   own___reserve_bootmem
#define __reserve_bootmem_node	   own___reserve_bootmem_node
#define bdata_list		   own_bdata_list
#define bootmem_alloc		   own_bootmem_alloc
#define bootmem_alloc_in	   own_bootmem_alloc_in
#define bootmem_alloc_low	   own_bootmem_alloc_low
#define bootmem_alloc_node	   own_bootmem_alloc_node
#define bootmem_alloc_node_nopanic own_bootmem_alloc_node_nopanic
#define bootmem_alloc_node_raw	   own_bootmem_alloc_node_raw
#define bootmem_bootmap_pages	   own_bootmem_bootmap_pages
#define bootmem_debug		   own_bootmem_debug
#define bootmem_empty_by_mistake   own_bootmem_empty_by_mistake
#define bootmem_free_pages	   own_bootmem_free_pages
#define bootmem_free_pages_node	   own_bootmem_free_pages_node
#define bootmem_given_pages	   own_bootmem_given_pages
#define bootmem_handed_out	   own_bootmem_handed_out
#define bootmem_is_live		   own_bootmem_is_live
#define bootmem_nr_records	   own_bootmem_nr_records
#define bootmem_page_is_free	   own_bootmem_page_is_free
#define bootmem_page_show	   own_bootmem_page_show
#define bootmem_records_lost	   own_bootmem_records_lost
#define bootmem_released_pages	   own_bootmem_released_pages
#define bootmem_show		   own_bootmem_show
#define bootmem_taken_pages	   own_bootmem_taken_pages
#define free_all_bootmem	   own_free_all_bootmem
#define free_all_bootmem_node	   own_free_all_bootmem_node
#define free_bootmem		   own_free_bootmem
#define free_bootmem_node	   own_free_bootmem_node
#define init_bootmem		   own_init_bootmem
#define init_bootmem_node	   own_init_bootmem_node
#define init_bootmem_node_at	   own_init_bootmem_node_at
#define reserve_bootmem_known	   own_reserve_bootmem_known

/* What it asks for of the boot: boot_arena.c has these. */
#define free_reserved_range own_free_reserved_range
#define mem_init_done	    own_mem_init_done
#define node_set_online	    own_node_set_online
#define present_pages_in    own_present_pages_in

#include <mm/bootmem.h>

#endif
