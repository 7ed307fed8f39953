/* SPDX-License-Identifier: 0BSD
 *
 * lesson.h - lessons on the allocators, played at the prompt: what a lesson is made of.
 *
 * A lesson is a list of steps. A step says what will happen, does it with the real functions of mm/
 * on memory of the lesson's own (boot/lessons/arena.h), shows the structure before and after, and
 * asks a question. Right answers are computed from what is there when the question is asked.
 * A lesson declares itself in a linker set; no list names it.
 * Context: as a monitor command; one lesson at a time.
 */
#ifndef BOOT_LESSONS_LESSON_H
#define BOOT_LESSONS_LESSON_H

#include <lib/compiler.h>
#include <lib/types.h>

#define LESSON_LINE 256 /* bytes of an answer with its terminator: EDITOR_LINE */

struct out;

/* A lesson that is being played. */
struct lesson_run {
	struct out *out;
	bool colour; /* pictures with ANSI colours */
	/* Wait for a line, an answer. Return: false to leave the lesson. NULL: nobody types; then
	 * the answers are shown, and the lesson goes on. */
	bool (*read)(struct lesson_run *run, char line[LESSON_LINE]);
	unsigned int asked, right; /* questions so far, and right answers */
};

enum lesson_answer { LESSON_NUMBER, LESSON_YES_NO };

struct lesson_step {
	const char *text; /* what will happen; lines are broken when it is printed */
	/* Says more, with figures; changes nothing. NULL: there is no more. */
	void (*say)(struct lesson_run *run);
	/* Does it, between the pictures before and after; NULL: nothing is done, one picture. */
	void (*act)(struct lesson_run *run);
	bool no_picture;	 /* of what draw() shows nothing is said here */
	const char *question;	 /* NULL: none */
	u64 (*answer)(void);	 /* what is right, as things are after act() */
	enum lesson_answer kind; /* a number, or 1 for yes and 0 for no */
	const char *why;	 /* why: goes on behind "It is 5: " */
};

struct lesson {
	unsigned int number; /* from 1 */
	const char *title;
	const char *gorman, *mauerer; /* sections of the two books */
	/* Take what the lesson needs. Return: false after one line if it is not to be had, with
	 * nothing taken. */
	bool (*open)(struct lesson_run *run);
	void (*close)(void);		      /* give it back, wherever the lesson was left */
	void (*draw)(struct lesson_run *run); /* the structure as it is now; NULL: no pictures */
	const struct lesson_step *steps;
	unsigned int nr_steps;
};

/* Two digits in the name of the section let the linker sort the lessons by their numbers. */
#define LESSON(_two_digits, ...)                                            \
	static const struct lesson __lesson_##_two_digits __used __section( \
		".lesson." #_two_digits) __aligned(__alignof__(struct lesson)) = { __VA_ARGS__ }

/* Lesson @number; NULL if there is none. */
const struct lesson *lesson_find(unsigned int number);

/* The one after @prev; NULL: the first. Return: NULL after the last. */
const struct lesson *lesson_next(const struct lesson *prev);

/* Play @lesson to the end, or until an answer is `q`. Return: 0; -ENOMEM after one line if there is
 * no memory for it. In any case all memory that it took is given back. */
int lesson_play(const struct lesson *lesson, struct lesson_run *run);

/* A number as a student writes it: decimal, also behind zeros (017 is 17), or 0x hex. Return:
 * false, with *@number as it was, if @word is none of 32 bits. Pure. */
bool lesson_number(const char *word, u32 *number);

/* For steps. */

/* Print as a part of the lesson. */
void lesson_say(struct lesson_run *run, const char *fmt, ...) __printf(2, 3);

/* @text, of words, behind @head, in lines that fit the screen. */
void lesson_say_wrapped(struct lesson_run *run, const char *head, const char *text);

/* A picture: @nr letters in rows of 64, the first of them for number @first. What they mean is the
 * lesson's to say, but for the colours: `.` and digits (orders of free blocks) are green as free
 * memory is in `map`; `#`, what was in use before, is grey; each of a to z has a colour of its own.
 * @name stands in front of the first row. */
void lesson_picture(struct lesson_run *run, const char *name, unsigned long first,
		    const char *letters, unsigned long nr);

#endif
