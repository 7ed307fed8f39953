/* SPDX-License-Identifier: 0BSD
 *
 * boot_arena.c - bootmem's machine in miniature, and what its copy asks of the boot.
 */
#include "boot_arena.h"

#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include "internal.h"

unsigned long own_bootmem_words;
bool own_bootmem_counts;

/* --- what own_bootmem.o asks for ------------------------------------------------------------- */

bool mem_init_done;

void free_reserved_range(unsigned long start_pfn, unsigned long end_pfn)
{
	arena_release(start_pfn - arena.base_pfn, end_pfn - arena.base_pfn);
}

/* All of the arena is RAM. */
unsigned long present_pages_in(unsigned long start_pfn, unsigned long end_pfn)
{
	unsigned long start = max(start_pfn, arena.base_pfn);
	unsigned long end = min(end_pfn, arena.base_pfn + arena.pages);

	return start < end ? end - start : 0;
}

/* For init_bootmem(), which begins node 0: no lesson calls that. */
void node_set_online(int nid)
{
	mm_bug_on(true, "node %d is not the lesson's", nid);
}

/* --- the machine ----------------------------------------------------------------------------- */

bool boot_arena_open(struct lesson_run *run, unsigned int order, unsigned long bitmap,
		     const char *map)
{
	unsigned long nr, at = 0;

	if (!arena_open(run, order))
		return false;
	bootmem_nr_records = 0;
	init_bootmem_node(&arena.node, arena.base_pfn + bitmap, arena.base_pfn,
			  arena.base_pfn + arena.pages);
	for (nr = 0; nr < arena.pages; nr++) {
		if (map[at] == '.')
			free_bootmem(boot_arena_phys(nr << PAGE_SHIFT), PAGE_SIZE);
		at = map[at + 1] ? at + 1 : 0;
	}
	return true;
}

void boot_arena_close(void)
{
	bootmem_data_t *bdata;

	for_each_bootmem (bdata)
		bdata->node_bootmem_map = NULL;
	bdata_list = NULL;
	arena.node.bdata = NULL;
	arena_close();
}

bool boot_arena_is_free(unsigned long nr)
{
	return bootmem_page_is_free(arena.base_pfn + nr);
}

unsigned long boot_arena_first_fit(unsigned long pages)
{
	unsigned long nr, found = 0;

	for (nr = 0; nr < arena.pages; nr++) {
		found = boot_arena_is_free(nr) ? found + 1 : 0;
		if (found == pages)
			return nr + 1 - pages;
	}
	return arena.pages;
}

phys_addr_t boot_arena_phys(unsigned long offset)
{
	return PFN_PHYS(arena.base_pfn) + offset;
}

long boot_arena_alloc(unsigned long size, unsigned long align, unsigned long goal, char letter)
{
	void *memory = bootmem_alloc_in("lesson", NULL, size, align, boot_arena_phys(goal), 0);
	unsigned long offset, nr;

	if (!memory)
		return -1;
	offset = (unsigned long)(virt_to_phys(memory) - boot_arena_phys(0));
	for (nr = offset >> PAGE_SHIFT; nr <= (offset + size - 1) >> PAGE_SHIFT; nr++)
		if (arena.label[nr] == '#')
			arena.label[nr] = letter;
	return (long)offset;
}

void boot_arena_free(unsigned long start, unsigned long end)
{
	free_bootmem(boot_arena_phys(start << PAGE_SHIFT), (end - start) << PAGE_SHIFT);
	memset(arena.label + start, '#', end - start);
}

void boot_arena_draw(struct lesson_run *run)
{
	char letters[ARENA_MAX_PAGES];
	unsigned long nr;

	memcpy(letters, arena.label, arena.pages);
	for (nr = 0; nr < arena.pages; nr++)
		if (boot_arena_is_free(nr))
			letters[nr] = '.';
	lesson_picture(run, "bitmap", 0, letters, arena.pages);
}
