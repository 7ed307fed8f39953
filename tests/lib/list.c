/* SPDX-License-Identifier: 0BSD
 *
 * list.c - include/lib/list.h: order, links in both directions, removal under way.
 */
#include <lib/list.h>
#include <test/ktest.h>

#define NR 5

struct item {
	int before; /* so that the link is not at the start */
	struct list_head link;
	int id;
};

static void make_items(struct item items[NR], struct list_head *head)
{
	int i;

	INIT_LIST_HEAD(head);
	for (i = 0; i < NR; i++) {
		items[i] = (struct item){ .before = -i, .id = i };
		list_add_tail(&items[i].link, head);
	}
}

/* Check that @head holds the ids of @want, a string of digits, forwards and backwards. */
static void check_order(const struct list_head *head, const char *want)
{
	const struct list_head *at;
	const struct item *item;
	size_t i = 0;

	list_for_each_entry (item, head, link) {
		if (!want[i] || !kt_eq(item->id, want[i] - '0'))
			break;
		kt_eq(item->before, -item->id);
		i++;
	}
	kt_eq(i, strlen(want));
	for (at = head->prev; at != head && i; at = at->prev)
		kt_eq(list_entry(at, struct item, link)->id, want[--i] - '0');
	kt_ptr_eq(at, head);
	kt_eq(i, 0);
}

KTEST(list, del_first_down_to_none, SHORT)
{
	struct item items[NR];
	LIST_HEAD(head);

	make_items(items, &head);
	list_del_first(&head);
	check_order(&head, "1234");
	list_del_first(&head);
	list_del_first(&head);
	list_del_first(&head);
	check_order(&head, "4");
	list_del_first(&head);
	check_order(&head, "");
}

KTEST(list, add_only_forgets_what_was_there, SHORT)
{
	struct item items[NR];
	LIST_HEAD(head);

	make_items(items, &head);
	INIT_LIST_HEAD(&head);
	list_add_only(&items[3].link, &head);
	check_order(&head, "3");
	list_add(&items[1].link, &head);
	check_order(&head, "13");
}

KTEST(list, empty, SHORT)
{
	LIST_HEAD(head);
	struct item *item;

	kt_true(list_empty(&head));
	list_for_each_entry (item, &head, link)
		kt_fail("an element in an empty list");
	INIT_LIST_HEAD(&head);
	kt_true(list_empty(&head));
}

KTEST(list, add_at_both_ends, SHORT)
{
	struct item items[NR], first = { .id = 9, .before = -9 };
	struct list_head head;

	make_items(items, &head);
	check_order(&head, "01234");
	list_add(&first.link, &head);
	check_order(&head, "901234");
	kt_ptr_eq(list_first_entry(&head, struct item, link), &first);
	kt_false(list_empty(&head));
}

KTEST(list, delete_anywhere, SHORT)
{
	static const struct {
		const char *name;
		int victim;
		const char *left;
	} cases[] = {
		{ "first", 0, "1234" },
		{ "middle", 2, "0134" },
		{ "last", 4, "0123" },
	};
	const __typeof__(cases[0]) *c;
	struct item items[NR];
	struct list_head head;

	for_each_case (c, cases) {
		kt_case(c->name);
		make_items(items, &head);
		list_del(&items[c->victim].link);
		check_order(&head, c->left);
	}
}

KTEST(list, deleted_element_is_poisoned, SHORT)
{
	struct item items[NR];
	struct list_head head;

	make_items(items, &head);
	list_del(&items[1].link);
	kt_ptr_eq(items[1].link.next, LIST_POISON_NEXT);
	kt_ptr_eq(items[1].link.prev, LIST_POISON_PREV);
}

KTEST(list, move_to_front, SHORT)
{
	struct item items[NR];
	struct list_head head, other;

	make_items(items, &head);
	list_move(&items[3].link, &head);
	check_order(&head, "30124");
	list_move(&items[3].link, &head);
	check_order(&head, "30124");
	INIT_LIST_HEAD(&other);
	list_move(&items[0].link, &other);
	check_order(&head, "3124");
	check_order(&other, "0");
}

KTEST(list, delete_while_walking, SHORT)
{
	struct item items[NR], *item, *next;
	struct list_head head;

	make_items(items, &head);
	list_for_each_entry_safe (item, next, &head, link) {
		if (item->id % 2 == 0)
			list_del(&item->link);
	}
	check_order(&head, "13");
	list_for_each_entry_safe (item, next, &head, link)
		list_del(&item->link);
	kt_true(list_empty(&head));
}
