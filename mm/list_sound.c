/* SPDX-License-Identifier: 0BSD
 *
 * list_sound.c - can a list be followed? The checkers ask, and so do reports of a caller's bug that
 * look for a cache in a chain which somebody may have written over.
 */
#include "internal.h"

bool list_is_sound(const struct list_head *head, bool (*is_link)(const struct list_head *entry))
{
	const struct list_head *entry = head;

	do {
		const struct list_head *next = entry->next;

		if (next != head && !is_link(next))
			return false;
		if (next->prev != entry)
			return false;
		entry = next;
	} while (entry != head);
	return true;
}
