/* SPDX-License-Identifier: 0BSD
 *
 * mm_options.c - the options of the command line that set something of mm/, which cannot read
 * text.
 */
#include <lib/param.h>
#include <lib/string.h>
#include <mm/mm_init.h>
#include <mm/page_debug.h>
#include <mm/watermark.h>

static int __init set_min_free(const char *value)
{
	u32 kbytes;

	if (!parse_u32(value, ~0u, &kbytes))
		return -EINVAL;
	set_min_free_kbytes(kbytes);
	return 0;
}
KERNEL_PARAM(min_free_kbytes, "min_free_kbytes", set_min_free);

/* One of Linux's words, or the letter that it begins with. */
static bool __init is_word(const char *value, const char *word)
{
	char lower = (char)(value[0] | 0x20);

	return !strcmp(value, word) || (lower == word[0] && !value[1]);
}

static int __init set_numa_zonelist_order(const char *value)
{
	static const char *const words[] = {
		[ZONELIST_ORDER_DEFAULT] = "default",
		[ZONELIST_ORDER_NODE] = "node",
		[ZONELIST_ORDER_ZONE] = "zone",
	};
	unsigned int order;

	for (order = 0; value && order < ARRAY_SIZE(words); order++)
		if (is_word(value, words[order])) {
			set_zonelist_order((enum zonelist_order)order);
			return 0;
		}
	return -EINVAL;
}
KERNEL_PARAM(numa_zonelist_order, "numa_zonelist_order", set_numa_zonelist_order);

/* A number up to @max at *@s, and what stands behind it: @end. Move *@s behind that. */
static bool __init parse_part(const char **s, u64 max, char end, u64 *value)
{
	return parse_size(s, value) && *value <= max && *(*s)++ == end;
}

/* `INTERVAL,PROBABILITY,SPACE,TIMES`; -1 times is for ever. */
static int __init set_fail_page_alloc(const char *value)
{
	u64 interval, probability, space, times = 0;
	bool for_ever;

	if (!parse_part(&value, ~0u, ',', &interval) ||
	    !parse_part(&value, 100, ',', &probability) || !parse_part(&value, ~0UL, ',', &space))
		return -EINVAL;
	for_ever = !strcmp(value, "-1");
	if (!for_ever && !parse_part(&value, 0x7FFFFFFF, '\0', &times))
		return -EINVAL;
	fail_page_alloc_want(&(struct fault_attr){ .interval = (unsigned int)interval,
						   .probability = (unsigned int)probability,
						   .space = (unsigned long)space,
						   .times = for_ever ? -1 : (int)times });
	return 0;
}
KERNEL_PARAM(fail_page_alloc, "fail_page_alloc", set_fail_page_alloc);
