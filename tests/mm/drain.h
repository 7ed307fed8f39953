/* SPDX-License-Identifier: 0BSD
 *
 * drain.h - take all lowmem away, so that a test sees how its allocator fails, and give it back.
 */
#ifndef TESTS_MM_DRAIN_H
#define TESTS_MM_DRAIN_H

#include <mm/page_alloc.h>

/* Lies in the first bytes of each block taken. */
struct drained {
	struct drained *next;
	unsigned int order;
};

/* Take all that can be had in blocks of @order, in front of @list. */
static inline struct drained *drain_order(struct drained *list, unsigned int order)
{
	struct drained *block;

	while ((block = (struct drained *)__get_free_pages(GFP_KERNEL, order))) {
		block->next = list;
		block->order = order;
		list = block;
	}
	return list;
}

/* Take every free block, the largest first, but leave those below @min_order. */
static inline struct drained *drain_memory(unsigned int min_order)
{
	struct drained *list = NULL;
	unsigned int order;

	for (order = MAX_ORDER; order-- > min_order;)
		list = drain_order(list, order);
	return list;
}

/* Give back one block, if there is one: the smallest that was taken. */
static inline struct drained *undrain_one(struct drained *list)
{
	struct drained *next;

	if (!list)
		return NULL;
	next = list->next;
	free_pages((unsigned long)list, list->order);
	return next;
}

static inline void undrain_memory(struct drained *list)
{
	while (list)
		list = undrain_one(list);
}

#endif
