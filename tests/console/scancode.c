/* SPDX-License-Identifier: 0BSD
 *
 * scancode.c - what keys type: sequences of scancodes as keyboards send them.
 */
#include <test/ktest.h>

#include <asm/console/keyboard.h>

#define SHIFT	"\x2a"
#define UNSHIFT "\xaa"
#define RSHIFT	"\x36"
#define CTRL	"\x1d"
#define UNCTRL	"\x9d"
#define CAPS	"\x3a\xba"
#define NUM	"\x45\xc5"

static const struct scancode_case {
	const char *name, *codes, *typed;
} scancode_cases[] = {
	{ "a key that goes down and up", "\x1e\x9e", "a" },
	{ "a key that is held", "\x1e\x1e\x1e\x9e", "aaa" },
	{ "digits and signs", "\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d", "1234567890-=" },
	{ "upper row", "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b", "qwertyuiop[]" },
	{ "middle row", "\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29", "asdfghjkl;'`" },
	{ "lower row", "\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\x34\x35", "\\zxcvbnm,./" },
	{ "blank, tab, enter, backspace", "\x39\x0f\x1c\x0e", " \t\r\b" },
	{ "shifted digits and signs", SHIFT "\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d",
	  "!@#$%^&*()_+" },
	{ "shifted upper row", SHIFT "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b",
	  "QWERTYUIOP{}" },
	{ "shifted middle row", SHIFT "\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29",
	  "ASDFGHJKL:\"~" },
	{ "shifted lower row", SHIFT "\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\x34\x35",
	  "|ZXCVBNM<>?" },
	{ "shift ends", SHIFT "\x1e" UNSHIFT "\x1e", "Aa" },
	{ "the other shift", RSHIFT "\x1e\xb6\x1e", "Aa" },
	{ "one shift of two ends", SHIFT RSHIFT UNSHIFT "\x1e", "A" },
	{ "caps lock is for letters", CAPS "\x1e\x02", "A1" },
	{ "caps lock again", CAPS CAPS "\x1e", "a" },
	{ "caps lock that is held", "\x3a\x3a\xba\x1e", "A" },
	{ "num lock that is held", "\x45\x45\x45\x45\xc5\x47", "7" },
	{ "locks that are held together", "\x3a\x45\x3a\xba\x45\xc5\x1e\x47", "A7" },
	{ "caps lock and shift", CAPS SHIFT "\x1e\x02", "a!" },
	{ "ctrl", CTRL "\x1e\x2e\x26" UNCTRL "\x1e",
	  "\x01\x03\x0c"
	  "a" },
	{ "ctrl with caps lock and shift", CAPS CTRL "\x2e" SHIFT "\x2e", "\x03\x03" },
	{ "ctrl-[ is no escape key either", CTRL "\x1a" SHIFT "\x1a" UNCTRL UNSHIFT "\x1a", "[" },
	{ "ctrl leaves digits", CTRL "\x03", "2" },
	{ "the other ctrl", "\xe0\x1d\x2e\xe0\x9d\x2e",
	  "\x03"
	  "c" },
	{ "arrows", "\xe0\x48\xe0\xc8\xe0\x50\xe0\x4d\xe0\x4b", "\033[A\033[B\033[C\033[D" },
	{ "home and end", "\xe0\x47\xe0\x4f", "\033[H\033[F" },
	{ "delete, insert, page up, page down", "\xe0\x53\xe0\x52\xe0\x49\xe0\x51",
	  "\033[3~\033[2~\033[5~\033[6~" },
	{ "shift that is none around an arrow", "\xe0\x2a\xe0\x48\xe0\xc8\xe0\xaa\x1e", "\033[Aa" },
	{ "the end of a shift that is none", SHIFT "\xe0\xaa\xe0\x48\xe0\x2a\x1e", "\033[AA" },
	{ "keypad without num lock", "\x47\x48\x4b", "\033[H\033[A\033[D" },
	{ "keypad with num lock", NUM "\x47\x48\x49\x4b\x4c\x4d\x4f\x50\x51\x52\x53",
	  "7894561230." },
	{ "keypad again without", NUM NUM "\x47", "\033[H" },
	{ "arrows with num lock", NUM "\xe0\x48", "\033[A" },
	{ "the middle of the keypad", "\x4c", "" },
	{ "keypad's signs and enter", "\xe0\x35\x37\x4a\x4e\xe0\x1c", "/*-+\r" },
	{ "pause is no num lock", "\xe1\x1d\x45\xe1\x9d\xc5\x47", "\033[H" },
	{ "escape, alt, function keys", "\x01\x81\x38\xb8\x3b\x44\x57\x58", "" },
	{ "keys of a media keyboard", "\xe0\x20\xe0\x30\xe0\x5b", "" },
	{ "answers of the keyboard", "\xfa\xfe\xaa\xff\x1e", "a" },
};

KTEST(scancode, sequences, SHORT)
{
	const struct scancode_case *c;

	for_each_case (c, scancode_cases) {
		struct scancodes state = { 0 };
		char typed[64] = "";
		const char *code;

		kt_case(c->name);
		for (code = c->codes; *code; code++) {
			size_t used = strlen(typed);

			strlcpy(typed + used, scancode_decode(&state, (u8)*code),
				sizeof(typed) - used);
		}
		kt_str_eq(typed, c->typed);
	}
}

/* What the line may bring: no byte in any state leads out of the tables. */
KTEST(scancode, any_bytes, SHORT)
{
	struct scancodes state = { 0 };
	unsigned int i;

	for (i = 0; i < 20000; i++)
		kt_true(strnlen(scancode_decode(&state, (u8)kt_random()), 5) < 5);
}
