/* SPDX-License-Identifier: 0BSD
 *
 * note_test.c - tests of notes. What a test leaves allocated fails it.
 */
#include <test/ktest.h>

#include "note.h"

KTEST(note, the_latest_comes_first, SHORT)
{
	LIST_HEAD(list);

	kt_eq(note_add(&list, "first"), 0);
	kt_eq(note_add(&list, "second"), 0);
	kt_str_eq(list_first_entry(&list, struct note, list)->text, "second");
	note_drop_all(&list);
	kt_true(list_empty(&list));
}
