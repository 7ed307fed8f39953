/* SPDX-License-Identifier: 0BSD
 *
 * note.h - lines of text that the kernel keeps, the latest first.
 */
#ifndef NOTE_H
#define NOTE_H

#include <lib/list.h>

struct note {
	struct list_head list;
	char text[48];
};

/* The kernel's own. */
extern struct list_head notes;

/* Keep a copy of @text, as much of it as a note holds, in front of @head's others.
 * Return: 0; -ENOMEM, with nothing changed. */
int note_add(struct list_head *head, const char *text);

/* Give back all notes of @head. */
void note_drop_all(struct list_head *head);

#endif
