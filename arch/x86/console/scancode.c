/* SPDX-License-Identifier: 0BSD
 *
 * scancode.c - scancode set 1 of a US keyboard, turned into what a VT100 would send.
 *
 * 1. Concepts  A key sends its code when it goes down, again and again while it is held, and with
 *              bit 7 set when it comes up. Keys that the first PC did not have put E0 in front; the
 *              pause key sends E1 and two more. The controller translates whatever the keyboard
 *              says into this set.
 * 2. Bytes     Letters and signs as they are; ctrl takes the upper bits away; enter is CR; the
 *              arrows and the block above them are the sequences that the line editor takes.
 * 3. Keypad    The same codes as that block, without E0: digits if num lock is on.
 * 4. Not done  Lamps, alt, function keys, other layouts; escape, be it the key or ctrl-[, which
 *              would swallow the key after it.
 */
#include <asm/console/keyboard.h>
#include <lib/compiler.h>

#define CODE_RELEASED 0x80
#define CODE_EXTENDED 0xe0
#define CODE_PAUSE    0xe1

#define ESC 0x1b

#define KEY_ENTER	0x1c
#define KEY_CTRL	0x1d
#define KEY_LEFT_SHIFT	0x2a
#define KEY_SLASH	0x35
#define KEY_RIGHT_SHIFT 0x36
#define KEY_CAPS_LOCK	0x3a
#define KEY_NUM_LOCK	0x45
#define KEYPAD_FIRST	0x47
#define KEYPAD_LAST	0x53

/* By code, from 0; a 0 is a key without a character. */
static const char plain[] = "\0\0"
			    "1234567890-=\b\t"
			    "qwertyuiop[]\r\0"
			    "asdfghjkl;'`\0\\"
			    "zxcvbnm,./\0*\0 ";
static const char shifted[] = "\0\0"
			      "!@#$%^&*()_+\b\t"
			      "QWERTYUIOP{}\r\0"
			      "ASDFGHJKL:\"~\0|"
			      "ZXCVBNM<>?\0*\0 ";

_Static_assert(sizeof(plain) == 0x39 + 2 && sizeof(shifted) == sizeof(plain),
	       "up to the space bar");

/* By code, from KEYPAD_FIRST. */
static const char *const block_keys[] = { "\033[H",  "\033[A",	"\033[5~", "-",	     "\033[D",
					  "",	     "\033[C",	"+",	   "\033[F", "\033[B",
					  "\033[6~", "\033[2~", "\033[3~" };
static const char keypad_digits[] = "789-456+1230.";

_Static_assert(ARRAY_SIZE(block_keys) == KEYPAD_LAST - KEYPAD_FIRST + 1, "one each");

static bool is_extended_modifier(struct scancodes *state, u8 key, bool pressed)
{
	if (key == KEY_CTRL)
		state->right_ctrl = pressed;
	/* E0 2A and E0 36 are no keys: they come around those of the block. */
	return key == KEY_CTRL || key == KEY_LEFT_SHIFT || key == KEY_RIGHT_SHIFT;
}

/* A lock changes when its key goes down, and not when that repeats. */
static void use_lock(struct lock_key *lock, bool pressed)
{
	lock->on ^= pressed && !lock->held;
	lock->held = pressed;
}

static bool is_plain_modifier(struct scancodes *state, u8 key, bool pressed)
{
	switch (key) {
	case KEY_CTRL:
		state->left_ctrl = pressed;
		return true;
	case KEY_LEFT_SHIFT:
		state->left_shift = pressed;
		return true;
	case KEY_RIGHT_SHIFT:
		state->right_shift = pressed;
		return true;
	case KEY_CAPS_LOCK:
		use_lock(&state->caps_lock, pressed);
		return true;
	case KEY_NUM_LOCK:
		use_lock(&state->num_lock, pressed);
		return true;
	default:
		return false;
	}
}

/* Note whether a modifier is held. Return: was @key one? */
static bool is_modifier(struct scancodes *state, u8 key, bool pressed)
{
	return state->extended ? is_extended_modifier(state, key, pressed)
			       : is_plain_modifier(state, key, pressed);
}

/* The character of a key with what is held down; 0 if it has none. */
static char character(const struct scancodes *state, u8 key)
{
	bool shift = state->left_shift || state->right_shift;
	char c;

	if (key >= sizeof(plain) - 1)
		return '\0';
	c = plain[key];
	if (c >= 'a' && c <= 'z')
		shift ^= state->caps_lock.on;
	if (shift && c)
		c = shifted[key];
	if ((state->left_ctrl || state->right_ctrl) && c >= '@')
		c = (char)(c & 0x1f);
	if (c == ESC)
		return '\0';
	return c;
}

static const char *one_char(struct scancodes *state, char c)
{
	state->typed[0] = c;
	return state->typed;
}

static const char *pressed_key(struct scancodes *state, u8 key)
{
	if (key >= KEYPAD_FIRST && key <= KEYPAD_LAST) {
		if (state->num_lock.on && !state->extended)
			return one_char(state, keypad_digits[key - KEYPAD_FIRST]);
		return block_keys[key - KEYPAD_FIRST];
	}
	if (state->extended && key != KEY_ENTER && key != KEY_SLASH)
		return ""; /* volume and the like */
	return one_char(state, character(state, key));
}

const char *scancode_decode(struct scancodes *state, u8 code)
{
	u8 key = code & (u8)~CODE_RELEASED;
	const char *typed = "";

	if (state->skip) {
		state->skip--;
		return "";
	}
	if (code == CODE_PAUSE)
		state->skip = 2;
	else if (code != CODE_EXTENDED && !is_modifier(state, key, !(code & CODE_RELEASED)) &&
		 !(code & CODE_RELEASED))
		typed = pressed_key(state, key);
	state->extended = code == CODE_EXTENDED;
	return typed;
}
