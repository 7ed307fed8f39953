/* SPDX-License-Identifier: 0BSD
 *
 * backtrace.c - the call chain by frame pointers, with names from the embedded table.
 *
 * 1. Frames   Every function keeps EBP (-fno-omit-frame-pointer): [ebp] is the caller's EBP,
 *             [ebp + 4] the return address; head.S starts the chain with 0. A frame is followed
 *             while it can be read and the chain goes up in small steps, on whatever stack it lies,
 *             so a broken one ends the list and does not fault.
 * 2. No frame A function that faults before it has made its frame (compilers put cheap checks in
 *             front of that) has its return address on top of the stack: without a look there its
 *             caller would be missing.
 * 3. Guesses  Where the chain breaks off, the words above are looked through for addresses behind a
 *             call instruction, until there is a frame from which a chain leads to the beginning.
 *             All these lines have a question mark: each address was a return address once, but
 *             the function may have returned long ago.
 */
#include <asm/machine.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include <asm/traps.h>
#include <lib/ksyms.h>
#include <lib/out.h>
#include <lib/string.h>

#define MAX_LINES   32 /* enough for every chain but an endless one */
#define MAX_PERIOD  4
#define MAX_GUESSES 16
#define STACK_SIZE  16384 /* no stack is larger: nor is a frame, and guesses end there */

#define GUESS "?" /* the mark of a line that may be wrong */

static bool is_readable(unsigned long va)
{
	phys_addr_t phys;
	pte_t flags;

	return kernel_page_lookup(va, &phys, &flags);
}

static bool is_word(unsigned long va)
{
	return va % sizeof(long) == 0 && is_readable(va);
}

static bool is_frame(unsigned long ebp)
{
	return is_word(ebp) && is_readable(ebp + sizeof(long));
}

/* @back is 1 for a return address: a call that never returns may be the last instruction of its
 * function, so that the address behind it belongs to the next one. */
static void show_entry(struct out *out, const char *mark, unsigned long address, unsigned long back)
{
	unsigned long offset;
	const char *name = ksym_lookup(address - back, &offset);

	if (name)
		out_printf(out, "%s [<%08lx>] %s+0x%lx\n", mark, address, name, offset + back);
	else
		out_printf(out, "%s [<%08lx>] ?\n", mark, address);
}

/* Lines of one chain. Recursion is shown once with a count, so that the caller that began it is
 * seen, also if up to MAX_PERIOD functions call each other in turn. */
struct chain {
	struct out *out;
	const char *mark;
	unsigned long shown[MAX_LINES];
	unsigned int lines;
	unsigned int period;  /* of the last lines, which are repeated; 0: they are not */
	unsigned int repeats; /* frames since the last line */
};

static void show_repeats(struct chain *chain)
{
	if (chain->repeats && chain->period == 1)
		out_printf(chain->out, "  ... and %u times more\n", chain->repeats);
	else if (chain->repeats)
		out_printf(chain->out, "  ... and %u more of these %u\n", chain->repeats,
			   chain->period);
	chain->repeats = 0;
	chain->period = 0;
}

/* How many of the last lines stand there twice; 0 if none do. */
static unsigned int find_period(const struct chain *chain)
{
	const unsigned long *end = chain->shown + chain->lines;
	unsigned int period;

	for (period = 2; period <= MAX_PERIOD && 2 * period <= chain->lines; period++)
		if (!memcmp(end - period, end - 2 * period, period * sizeof(*end)))
			return period;
	return 0;
}

static bool is_repeat(struct chain *chain, unsigned long address)
{
	if (!chain->period && chain->lines && address == chain->shown[chain->lines - 1])
		chain->period = 1;
	return chain->period &&
	       address ==
		       chain->shown[chain->lines - chain->period + chain->repeats % chain->period];
}

static void add_frame(struct chain *chain, unsigned long address)
{
	if (is_repeat(chain, address)) {
		chain->repeats++;
		return;
	}
	show_repeats(chain);
	show_entry(chain->out, chain->mark, address, 1);
	chain->shown[chain->lines++] = address;
	chain->period = find_period(chain);
}

/* Return: 0 if the chain led to its beginning, or is too long; else the address of the first word
 * that belongs to no frame, @ebp if there is none. */
static unsigned long show_chain(struct out *out, const char *mark, unsigned long ebp,
				unsigned int skip)
{
	struct chain chain = { .out = out, .mark = mark };
	unsigned long end = ebp;

	while (is_frame(ebp) && chain.lines < MAX_LINES) {
		const unsigned long *frame = (const unsigned long *)ebp;

		end = 0;
		if (!frame[0])
			break; /* head.S: there is no caller */
		if (skip)
			skip--;
		else
			add_frame(&chain, frame[1]);
		end = ebp + 2 * sizeof(long);
		if (frame[0] <= ebp || frame[0] - ebp > STACK_SIZE)
			break;
		ebp = frame[0];
	}
	show_repeats(&chain);
	return chain.lines == MAX_LINES ? 0 : end;
}

/* Is @address behind a call: E8 and four bytes, or FF /2 with up to five bytes of address (Intel
 * SDM vol. 2, CALL)? */
static bool follows_call(unsigned long address)
{
	static const u8 lengths[] = { 2, 3, 4, 6, 7 };
	const u8 *end = (const u8 *)address;
	unsigned long offset;
	unsigned int i;

	if (!ksym_lookup(address - 1, &offset) || !is_readable(address - 7))
		return false;
	for (i = 0; i < sizeof(lengths); i++)
		if (end[-lengths[i]] == 0xff && (end[1 - lengths[i]] & 0x38) == 0x10)
			return true;
	return end[-5] == 0xe8;
}

/* Is there a frame at @ebp, and do all those before it return to code, up to the first? */
static bool leads_to_beginning(unsigned long ebp)
{
	const unsigned long *frame;
	unsigned int steps;

	for (steps = 0; steps < MAX_LINES && is_frame(ebp); steps++, ebp = frame[0]) {
		frame = (const unsigned long *)ebp;
		if (!frame[0])
			return steps > 0;
		if (!follows_call(frame[1]) || frame[0] <= ebp || frame[0] - ebp > STACK_SIZE)
			return false;
	}
	return false;
}

static void show_guesses(struct out *out, unsigned long at)
{
	unsigned long end = at + STACK_SIZE;
	unsigned int lines = 0;

	for (; at < end && is_word(at) && lines < MAX_GUESSES; at += sizeof(long)) {
		unsigned long word = *(const unsigned long *)at;

		if (leads_to_beginning(at)) {
			show_chain(out, GUESS, at, 0);
			return;
		}
		if (!follows_call(word))
			continue;
		show_entry(out, GUESS, word, 1);
		lines++;
	}
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

/* The return address on top of the stack, if there is one, or below a register that a function
 * without a frame has saved. */
static void show_direct_caller(struct out *out, unsigned long esp)
{
	unsigned long offset;

	if (is_word(esp) && is_word(esp + sizeof(long)) &&
	    !ksym_lookup(*(const unsigned long *)esp - 1, &offset) &&
	    follows_call(*(const unsigned long *)(esp + sizeof(long))))
		esp += sizeof(long);
	if (is_word(esp) && ksym_lookup(*(const unsigned long *)esp - 1, &offset))
		show_entry(out, "", *(const unsigned long *)esp, 1);
}

/* Where the words of the boot stack begin that are in use: what is below the one who reports is
 * written over meanwhile. */
static unsigned long live_boot_stack(void)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);
	bool on_it = here >= (unsigned long)boot_stack && here < (unsigned long)boot_stack_top;

	return on_it ? here : (unsigned long)boot_stack;
}

void backtrace_from(struct out *out, unsigned long eip, unsigned long esp, unsigned long ebp)
{
	unsigned long end;

	out_printf(out, "Call trace:\n");
	show_entry(out, "", eip, 0);
	if (has_no_frame_yet(eip))
		show_direct_caller(out, esp);
	end = show_chain(out, "", ebp, 0);
	if (end == ebp)
		end = is_word(esp) ? esp : live_boot_stack();
	if (end)
		show_guesses(out, end);
}

unsigned int stack_trace(unsigned long *entry, unsigned int nr, unsigned int skip)
{
	unsigned long ebp = (unsigned long)__builtin_frame_address(0);
	unsigned int n = 0;

	while (n < nr && is_frame(ebp)) {
		const unsigned long *frame = (const unsigned long *)ebp;

		if (!frame[0])
			break; /* head.S: there is no caller */
		if (skip)
			skip--;
		else
			entry[n++] = frame[1];
		if (frame[0] <= ebp || frame[0] - ebp > STACK_SIZE)
			break;
		ebp = frame[0];
	}
	return n;
}

void backtrace_show(struct out *out, unsigned int skip)
{
	unsigned long end;

	out_printf(out, "Call trace:\n");
	end = show_chain(out, "", (unsigned long)__builtin_frame_address(0), skip);
	if (end)
		show_guesses(out, end);
}
