/* SPDX-License-Identifier: 0BSD
 *
 * fault.h - what an address of the host port is: what mm/ knows of it.
 */
#ifndef ASM_FAULT_H
#define ASM_FAULT_H

#include <lib/out.h>
#include <mm/address.h>

/* One phrase on @va, mapped or not, without a newline. */
static inline void address_show(struct out *out, unsigned long va)
{
	if (!mm_address_show(out, va) && !pointer_value_show(out, va))
		out_printf(out, "address that nothing has");
}

#endif
