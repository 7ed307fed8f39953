/* SPDX-License-Identifier: 0BSD
 *
 * list.h - circular doubly linked lists embedded in their elements (header only).
 *
 * A head and an element have the same type; an empty head points to itself. list_del() leaves the
 * element pointing at two addresses that fault when followed, so that a use after removal is seen.
 * No locking: the owner of the list says which lock covers it.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include <lib/compiler.h>
#include <lib/types.h>

struct list_head {
	struct list_head *next, *prev;
};

/* Small odd addresses: page 0 is never mapped, and the values name the field in a fault report. */
#define LIST_POISON_NEXT ((struct list_head *)0x101)
#define LIST_POISON_PREV ((struct list_head *)0x203)

#define LIST_HEAD_INIT(name)     \
	{                        \
		&(name), &(name) \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void __list_insert(struct list_head *entry, struct list_head *prev,
				 struct list_head *next)
{
	next->prev = entry;
	entry->next = next;
	entry->prev = prev;
	prev->next = entry;
}

/* Insert @entry as the first element of @head. */
static inline void list_add(struct list_head *entry, struct list_head *head)
{
	__list_insert(entry, head, head->next);
}

/* Insert @entry as the last element of @head. */
static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	__list_insert(entry, head->prev, head);
}

static inline void __list_unlink(struct list_head *entry)
{
	struct list_head *next = entry->next, *prev = entry->prev;

	next->prev = prev;
	prev->next = next;
}

static inline void list_del(struct list_head *entry)
{
	__list_unlink(entry);
	entry->next = LIST_POISON_NEXT;
	entry->prev = LIST_POISON_PREV;
}

/* Make @entry the only element of @head, which is empty. */
static inline void list_add_only(struct list_head *entry, struct list_head *head)
{
	entry->next = entry->prev = head;
	head->next = head->prev = entry;
}

/* Unlink the first entry of @head, which is not empty. */
static inline void list_del_first(struct list_head *head)
{
	struct list_head *next = head->next->next;

	next->prev = head;
	head->next = next;
}

/* Move @entry from its list to the front of @head. */
static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_unlink(entry);
	list_add(entry, head);
}

#define list_entry(ptr, type, member)	     container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)

#define list_for_each_entry(pos, head, member)                             \
	for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);                                     \
	     (pos) = list_entry((pos)->member.next, __typeof__(*(pos)), member))

/* As above, but @pos may be removed in the body; @tmp holds the next element. */
#define list_for_each_entry_safe(pos, tmp, head, member)                        \
	for ((pos) = list_entry((head)->next, __typeof__(*(pos)), member),      \
	    (tmp) = list_entry((pos)->member.next, __typeof__(*(pos)), member); \
	     &(pos)->member != (head);                                          \
	     (pos) = (tmp), (tmp) = list_entry((tmp)->member.next, __typeof__(*(tmp)), member))

#endif
