/* SPDX-License-Identifier: 0BSD
 *
 * backtrace.c - the call chain by frame pointers, with names from the embedded table.
 *
 * Every function keeps EBP (-fno-omit-frame-pointer): [ebp] is the caller's EBP, [ebp + 4] the return
 * address; head.S starts the chain with 0. A frame is followed only while it lies in the boot stack
 * and the chain goes up, so a broken stack ends the list and does not fault.
 */
#include <asm/page.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <boot/machine.h>
#include <lib/ksyms.h>
#include <lib/out.h>

#define MAX_FRAMES 32

static bool frame_on_stack(unsigned long ebp)
{
	return ebp >= (unsigned long)boot_stack &&
	       ebp <= (unsigned long)boot_stack_top - 2 * sizeof(long) && ebp % sizeof(long) == 0;
}

static void show_entry(struct out *out, unsigned long address)
{
	unsigned long offset;
	const char *name = ksym_lookup(address, &offset);

	if (name)
		out_printf(out, " [<%08lx>] %s+0x%lx\n", address, name, offset);
	else
		out_printf(out, " [<%08lx>] ?\n", address);
}

static void show_chain(struct out *out, unsigned long ebp, unsigned int skip)
{
	unsigned int depth;

	for (depth = 0; depth < MAX_FRAMES && frame_on_stack(ebp); depth++) {
		const unsigned long *frame = (const unsigned long *)ebp;

		if (!frame[0])
			return; /* head.S: there is no caller */
		if (depth >= skip)
			show_entry(out, frame[1]);
		if (frame[0] <= ebp)
			return;
		ebp = frame[0];
	}
}

void backtrace_from(struct out *out, unsigned long eip, unsigned long ebp)
{
	out_printf(out, "Call trace:\n");
	show_entry(out, eip);
	show_chain(out, ebp, 0);
}

void backtrace_show(struct out *out, unsigned int skip)
{
	out_printf(out, "Call trace:\n");
	show_chain(out, (unsigned long)__builtin_frame_address(0), skip);
}
