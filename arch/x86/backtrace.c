/* SPDX-License-Identifier: 0BSD
 *
 * backtrace.c - the call chain by frame pointers, with names from the embedded table.
 *
 * Every function keeps EBP (-fno-omit-frame-pointer): [ebp] is the caller's EBP, [ebp + 4] the
 * return address; head.S starts the chain with 0. A frame is followed only while it lies in the
 * boot stack and the chain goes up, so a broken stack ends the list and does not fault.
 * A function that faults before it has made its frame (compilers put cheap checks in front of that)
 * has its return address on top of the stack: without a look there its caller would be missing.
 */
#include <asm/page.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <boot/machine.h>
#include <lib/ksyms.h>
#include <lib/out.h>
#include <lib/string.h>

#define MAX_LINES 32 /* enough for every chain but an endless one */

static bool frame_on_stack(unsigned long ebp)
{
	return ebp >= (unsigned long)boot_stack &&
	       ebp <= (unsigned long)boot_stack_top - 2 * sizeof(long) && ebp % sizeof(long) == 0;
}

/* @back is 1 for a return address: a call that never returns may be the last instruction of its
 * function, so that the address behind it belongs to the next one. */
static void show_entry(struct out *out, unsigned long address, unsigned long back)
{
	unsigned long offset;
	const char *name = ksym_lookup(address - back, &offset);

	if (name)
		out_printf(out, " [<%08lx>] %s+0x%lx\n", address, name, offset + back);
	else
		out_printf(out, " [<%08lx>] ?\n", address);
}

/* Recursion is one line and a count, so that the caller that began it is seen. */
static void show_repeats(struct out *out, unsigned int repeats)
{
	if (repeats)
		out_printf(out, "  ... and %u times more\n", repeats);
}

static void show_chain(struct out *out, unsigned long ebp, unsigned int skip)
{
	unsigned int lines = 0, repeats = 0;
	unsigned long last = 0;

	while (frame_on_stack(ebp) && lines < MAX_LINES) {
		const unsigned long *frame = (const unsigned long *)ebp;

		if (!frame[0])
			break; /* head.S: there is no caller */
		if (skip) {
			skip--;
		} else if (frame[1] == last) {
			repeats++;
		} else {
			show_repeats(out, repeats);
			show_entry(out, frame[1], 1);
			last = frame[1];
			repeats = 0;
			lines++;
		}
		if (frame[0] <= ebp)
			break;
		ebp = frame[0];
	}
	show_repeats(out, repeats);
}

/* Has the code at @eip been reached without `push %ebp; mov %esp,%ebp` in the same function? So has
 * an address that is in no function: a pointer that leads nowhere was called. */
static bool has_no_frame_yet(unsigned long eip)
{
	static const u8 prologue[] = { 0x55, 0x89, 0xe5 };
	unsigned long offset, code;

	if (!ksym_lookup(eip, &offset))
		return true;
	for (code = eip - offset; code + sizeof(prologue) <= eip; code++)
		if (!memcmp((const void *)code, prologue, sizeof(prologue)))
			return false;
	return true;
}

/* The return address on top of the stack, if there is one. */
static void show_direct_caller(struct out *out, unsigned long esp)
{
	unsigned long offset;

	if (frame_on_stack(esp) && ksym_lookup(*(const unsigned long *)esp - 1, &offset))
		show_entry(out, *(const unsigned long *)esp, 1);
}

void backtrace_from(struct out *out, unsigned long eip, unsigned long esp, unsigned long ebp)
{
	out_printf(out, "Call trace:\n");
	show_entry(out, eip, 0);
	if (has_no_frame_yet(eip))
		show_direct_caller(out, esp);
	show_chain(out, ebp, 0);
}

void backtrace_show(struct out *out, unsigned int skip)
{
	out_printf(out, "Call trace:\n");
	show_chain(out, (unsigned long)__builtin_frame_address(0), skip);
}
