/* SPDX-License-Identifier: 0BSD
 *
 * mm_options.c - the options of the command line that set something of mm/, which cannot read
 * text.
 */
#include <lib/param.h>
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
