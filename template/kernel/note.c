/* SPDX-License-Identifier: 0BSD
 *
 * note.c - notes, each an object of a cache of its own.
 */
#include "note.h"

#include <lib/errno.h>
#include <lib/phase.h>
#include <lib/string.h>
#include <mm/slab.h>

LIST_HEAD(notes);

static struct kmem_cache *note_cache;

/* The self-tests come before kernel_main(): what they need is made when memory is up. */
static void make_cache(enum boot_phase phase, const char *fmt __unused, va_list ap __unused)
{
	if (phase == PHASE_SLAB)
		note_cache = kmem_cache_create("note", sizeof(struct note), 0, SLAB_PANIC, NULL);
}
BOOT_LISTENER(make_cache);

int note_add(struct list_head *head, const char *text)
{
	struct note *note = kmem_cache_alloc(note_cache, GFP_KERNEL);

	if (!note)
		return -ENOMEM;
	strlcpy(note->text, text, sizeof(note->text));
	list_add(&note->list, head);
	return 0;
}

void note_drop_all(struct list_head *head)
{
	struct note *note, *next;

	list_for_each_entry_safe (note, next, head, list) {
		list_del(&note->list);
		kmem_cache_free(note_cache, note);
	}
}
