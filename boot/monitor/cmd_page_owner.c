/* SPDX-License-Identifier: 0BSD
 *
 * cmd_page_owner.c - the monitor's list of who holds pages, by the calls that allocated them.
 */
#include <boot/monitor/monitor.h>
#include <lib/errno.h>
#include <lib/out.h>
#include <lib/param.h>
#include <mm/page_debug.h>

#define LARGEST_DEFAULT 10
#define LARGEST_MAX	10000

static int cmd_page_owner(struct out *out, int argc, char **argv)
{
	u32 nr = LARGEST_DEFAULT;

	if (argc > 2)
		out_printf(out, "page_owner: expected at most 1 argument, got %d\n", argc - 1);
	else if (argc == 2 && (!parse_u32(argv[1], LARGEST_MAX, &nr) || !nr))
		out_printf(out, "page_owner: \"%s\" is no number from 1 to %d\n", argv[1],
			   LARGEST_MAX);
	else if (!page_debug_is_on(PAGE_DEBUG_OWNER))
		out_printf(out, "page_owner: nobody keeps it: boot with the option page_owner\n");
	else {
		page_owner_largest(out, nr);
		return 0;
	}
	return -EINVAL;
}

MONITOR_CMD(
	page_owner, "[N]", MON_PANIC_SAFE, "who holds most pages, by call trace", cmd_page_owner,
	.group = MON_CHECK,
	.more = "The N (10) call traces that hold most pages, with order and gfp mask of their\n"
		"requests. The kernel keeps them with the option `page_owner`; `page PFN` says\n"
		"who allocated one page and who freed it last.\n"
		"Example: page_owner 3\n");
