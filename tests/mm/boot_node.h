/* SPDX-License-Identifier: 0BSD
 *
 * boot_node.h - bootmem on a small node of its own, long after the real one was retired.
 *
 * The node's memory is a block from the buddy allocator, so what a test allocates from it is
 * real. While it is open it is all that bootmem knows: reserve_bootmem(), alloc_bootmem() and the
 * others use it. It is node 0's, or shared out among several nodes.
 */
#ifndef TESTS_MM_BOOT_NODE_H
#define TESTS_MM_BOOT_NODE_H

#include <test/ktest.h>
#include <mm/bootmem.h>
#include <mm/page_alloc.h>
#include <test/pages.h>

#include "internal.h"

#define BOOT_NODE_ORDER 6
#define BOOT_NODE_PAGES (1UL << BOOT_NODE_ORDER)

struct boot_node {
	bootmem_data_t bdata; /* the piece of a node in one piece */
	unsigned long base;   /* first pfn of its memory, a multiple of BOOT_NODE_PAGES */
	struct page *bitmap;  /* a page for its bitmap, or for those of its pieces */
	/* The real boot's figures, given back at the end. */
	unsigned long taken_pages, given_pages, released_pages;
	unsigned int nr_records, records_lost;
};

extern struct boot_node boot_node;

/* A node that is exactly its memory, everything reserved. Return: false without memory. */
bool boot_node_open(void) __init;
void boot_node_close(void) __init;

/* Make its memory what the boot's is before bootmem is retired: reserved, nobody's to allocate.
 * Once bootmem is retired, boot_node_close_retired() gives all of it back. */
void boot_node_make_reserved(void) __init;
void boot_node_close_retired(void) __init;

#define open_node()                                               \
	do {                                                      \
		if (!boot_node_open())                            \
			kt_skip("no free block for a boot node"); \
	} while (0)

/* Begin again, all reserved, with @before pages in front of the memory and @after behind it. */
void boot_node_restart(unsigned long before, unsigned long after) __init;

/* Begin again without any piece; or with one for each run of digits in @map, which are the numbers
 * of nodes that the pages belong to. Any other character is a page of nobody. */
void boot_node_forget(void) __init;
void boot_node_share_out(const char *map) __init;

/* Let the pages [@start, @end) of the memory be a piece of node @nid, all reserved; its bitmap is
 * one that no page of the memory is needed for. */
void boot_node_add_piece(int nid, unsigned long start, unsigned long end) __init;

/* Does @pfn lie in a piece? In which one; is the page free there? */
bool boot_node_has_piece(unsigned long pfn) __init;
bootmem_data_t *boot_node_piece(unsigned long pfn) __init;
bool boot_node_is_free(unsigned long pfn) __init;

/* Free the whole memory, or the pages of it whose place in @map holds a dot. */
void boot_node_free_all(void) __init;
void boot_node_free_dots(const char *map) __init;

/* Physical address of byte @offset of the memory; the offset of a pointer, -1 for NULL. */
phys_addr_t boot_node_phys(long long offset) __init;
long long boot_node_offset(const void *p) __init;

#endif
