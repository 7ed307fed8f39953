/* SPDX-License-Identifier: 0BSD
 *
 * mm_options.c - the options of the command line that set something of mm/, which cannot read
 * text.
 */
#include <lib/param.h>
#include <lib/string.h>
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
