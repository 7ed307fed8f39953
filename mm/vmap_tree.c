/* SPDX-License-Identifier: 0BSD
 *
 * vmap_tree.c - the segments of an address range: lowest fit, and which one an address lies in.
 *
 * 1. Concepts    The segments tile the range, and no two free ones are neighbours. One binary tree
 *                holds them by address. Every node knows the largest free segment from itself down,
 *                so a search for the lowest one that is large enough never turns back.
 * 2. Balance     The tree is a treap (Seidel and Aragon, "Randomized search trees"): a node has a
 *                random priority, and none stands below a lower one. So the tree is what inserting
 *                in random order would have made, and its depth is logarithmic whatever its users
 *                do. A rotation exchanges a node with its parent and leaves the order as it is.
 * 3. Data        The order of addresses is also a list, for neighbours and for walks. Start and
 *                size of a segment may change in its place, as long as the tiling stays.
 * 4. Invariants  (check_vmalloc.c)
 *                V1 the segments lie one behind the other from the start of the range to its end,
 *                in whole pages; V2 the tree holds each of them once, in their order, linked both
 *                ways, and no node is below one of lower priority; V3 no two free segments
 *                are neighbours; V4 max_free is the size of the largest free segment from the node
 *                down.
 * 5. Not done    Alignment above a page: no user asks for it.
 */
#include "vmap_tree.h"

/* Set @va's max_free by its children's. Return: has it changed? */
static bool refresh(struct vmap_area *va)
{
	unsigned long max_free = vmap_own_free(va);

	if (va->left)
		max_free = max(max_free, va->left->max_free);
	if (va->right)
		max_free = max(max_free, va->right->max_free);
	if (max_free == va->max_free)
		return false;
	va->max_free = max_free;
	return true;
}

/* The same from @va up, as far as it makes a difference. */
static void refresh_up(struct vmap_area *va)
{
	while (va && refresh(va))
		va = va->parent;
}

/* Put @with, which may be nothing, below the parent of @va in its place. */
static void replace(struct vmap_tree *tree, const struct vmap_area *va, struct vmap_area *with)
{
	struct vmap_area *parent = va->parent;

	if (!parent)
		tree->root = with;
	else if (parent->left == va)
		parent->left = with;
	else
		parent->right = with;
	if (with)
		with->parent = parent;
}

/* Let @va and its parent, which becomes its child, change places. */
static void rotate_up(struct vmap_tree *tree, struct vmap_area *va)
{
	struct vmap_area *parent = va->parent, *middle;

	replace(tree, parent, va);
	if (parent->left == va) {
		middle = va->right;
		parent->left = middle;
		va->right = parent;
	} else {
		middle = va->left;
		parent->right = middle;
		va->left = parent;
	}
	if (middle)
		middle->parent = parent;
	parent->parent = va;
	va->max_free = parent->max_free; /* the same nodes as before, under another root */
	refresh(parent);
}

/* Insert the busy @va right before @next. */
static void insert_before(struct vmap_tree *tree, struct vmap_area *next, struct vmap_area *va)
{
	struct vmap_area *parent = next;

	va->left = va->right = NULL;
	va->max_free = 0;
	va->priority = random_u32(&tree->random);
	list_add_tail(&va->list, &next->list);
	if (!next->left) {
		next->left = va;
	} else {
		for (parent = next->left; parent->right;)
			parent = parent->right;
		parent->right = va;
	}
	va->parent = parent;
	while (va->parent && va->parent->priority < va->priority)
		rotate_up(tree, va);
}

static void erase(struct vmap_tree *tree, struct vmap_area *va)
{
	list_del(&va->list);
	while (va->left && va->right)
		rotate_up(tree, va->left->priority > va->right->priority ? va->left : va->right);
	replace(tree, va, va->left ? va->left : va->right);
	refresh_up(va->parent);
}

void vmap_tree_init(struct vmap_tree *tree, struct vmap_area *all)
{
	tree->root = all;
	INIT_LIST_HEAD(&tree->segments);
	list_add(&all->list, &tree->segments);
	random_seed(&tree->random, 1);
	all->state = VMAP_FREE;
	all->parent = all->left = all->right = NULL;
	all->priority = random_u32(&tree->random);
	all->max_free = all->size;
}

/* Where there is not room enough on the left, there is in @va itself or on the right. */
static struct vmap_area *lowest_fit(const struct vmap_tree *tree, unsigned long size)
{
	struct vmap_area *va = tree->root;

	if (va->max_free < size)
		return NULL;
	for (;;) {
		if (va->left && va->left->max_free >= size)
			va = va->left;
		else if (vmap_own_free(va) >= size)
			return va;
		else
			va = va->right;
	}
}

struct vmap_area *vmap_tree_take(struct vmap_tree *tree, unsigned long size, struct vmap_area *node)
{
	struct vmap_area *room = lowest_fit(tree, size);

	if (!room)
		return NULL;
	if (room->size == size) {
		room->state = VMAP_BUSY;
		refresh_up(room);
		return room;
	}
	node->start = room->start;
	node->size = size;
	node->state = VMAP_BUSY;
	insert_before(tree, room, node);
	room->start += size;
	room->size -= size;
	refresh_up(room);
	return node;
}

static struct vmap_area *segment_of(struct list_head *link)
{
	return list_entry(link, struct vmap_area, list);
}

/* The segment of @link, a neighbour in the list, if that is free; else NULL. */
static struct vmap_area *free_neighbour(const struct vmap_tree *tree, struct list_head *link)
{
	return link != &tree->segments && segment_of(link)->state == VMAP_FREE ? segment_of(link)
									       : NULL;
}

/* @from leaves the tree, and its neighbour @into has its addresses; what @into is the largest of is
 * the caller's to tell. */
static void absorb(struct vmap_tree *tree, struct vmap_area *into, struct vmap_area *from)
{
	erase(tree, from);
	into->start = min(into->start, from->start);
	into->size += from->size;
}

/* Of free neighbours the last one stays: the node that was there first, and is nobody's, is never
 * given to the caller as long as the end of the range is free. While @va leaves the tree it still
 * counts as taken, and so changes no max_free. */
struct vmap_area *vmap_tree_give(struct vmap_tree *tree, struct vmap_area *va)
{
	struct vmap_area *prev = free_neighbour(tree, va->list.prev);
	struct vmap_area *next = free_neighbour(tree, va->list.next);
	struct vmap_area *into = next ? next : prev;

	if (!into) {
		va->state = VMAP_FREE;
		refresh_up(va);
		return NULL;
	}
	absorb(tree, into, va);
	va->next = NULL;
	if (next && prev) {
		absorb(tree, into, prev);
		va->next = prev;
		prev->next = NULL;
	}
	refresh_up(into);
	return va;
}

struct vmap_area *vmap_tree_find(const struct vmap_tree *tree, unsigned long addr)
{
	struct vmap_area *va = tree->root;

	while (va && addr - va->start >= va->size)
		va = addr < va->start ? va->left : va->right;
	return va;
}

struct vmap_area *vmap_tree_next(const struct vmap_tree *tree, const struct vmap_area *va)
{
	struct list_head *next = va->list.next;

	return next == &tree->segments ? NULL : segment_of(next);
}
