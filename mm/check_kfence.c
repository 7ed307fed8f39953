/* SPDX-License-Identifier: 0BSD
 *
 * check_kfence.c - compare the pool of guarded objects with the invariants G1-G3 of kfence.c.
 */
#include <mm/mm_check.h>

#include "kfence.h"

static const struct mm_invariant kfence_invariants[] = {
	{ "G1", "a page of the pool is mapped if its object is in use, and only then" },
	{ "G2", "the queue holds every object that is not in use, once" },
	{ "G3", "an object in use lies in its own page, with nothing but the canary around it" },
	{ NULL, NULL },
};

/* The first page that is wrong is enough. Return: false after a violation. */
static bool check_mapping(struct mm_check *check)
{
	unsigned long addr, pfn;
	bool mapped;

	for (addr = kfence_pool_start; is_kfence_address((void *)addr); addr += PAGE_SIZE) {
		mapped = arch_lookup_kernel(addr, &pfn);
		if (mapped != kfence_is_unmapped(addr))
			continue;
		mm_violation(check, "G1", "%08lx is %smapped", addr, mapped ? "" : "not ");
		return false;
	}
	return true;
}

static bool is_link(const struct list_head *entry)
{
	unsigned long offset = (unsigned long)entry - (unsigned long)&kfence_pool.object->list;

	return offset < kfence_pool.nr * sizeof(struct kfence_object) &&
	       offset % sizeof(struct kfence_object) == 0;
}

static void check_queue(struct mm_check *check)
{
	const struct kfence_object *object;
	unsigned long queued = 0, waiting = kfence_pool.nr - kfence_active(NULL);

	if (!list_is_sound(&kfence_pool.queue, is_link)) {
		mm_violation(check, "G2", "the links of the queue are damaged");
		return;
	}
	list_for_each_entry (object, &kfence_pool.queue, list) {
		queued++;
		if (object->state == KFENCE_USED)
			mm_violation(check, "G2", "object %u is in the queue and in use",
				     kfence_index(object));
	}
	if (queued != waiting)
		mm_violation(check, "G2", "the queue holds %lu objects, %lu are not in use", queued,
			     waiting);
}

static void check_object(struct mm_check *check, const struct kfence_object *object)
{
	unsigned long offset =
		(unsigned long)(object->start - kfence_page_of(kfence_index(object)));
	struct kfence_damage damage;

	if (offset > PAGE_SIZE || object->size > PAGE_SIZE - offset)
		mm_violation(check, "G3", "object %u, %zu bytes at %p, is not in its page",
			     kfence_index(object), object->size, (void *)object->start);
	else if (kfence_find_damage(object, &damage))
		mm_violation(check, "G3",
			     "%u bytes in front of object %u, %zu bytes at %p of cache %s, and %u "
			     "behind its end were written to",
			     damage.front, kfence_index(object), object->size,
			     (void *)object->start, object->name, damage.behind);
}

static void kfence_check(struct mm_check *check)
{
	unsigned int i;
	bool readable = check_mapping(check);

	check_queue(check);
	for (i = 0; readable && i < kfence_pool.nr; i++)
		if (kfence_pool.object[i].state == KFENCE_USED)
			check_object(check, &kfence_pool.object[i]);
}

const struct mm_checker kfence_checker = { "kfence", kfence_invariants, kfence_check, NULL };
