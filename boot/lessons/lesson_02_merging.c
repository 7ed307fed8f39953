/* SPDX-License-Identifier: 0BSD
 *
 * lesson_02_merging.c - small requests share a page, until something comes in between.
 */
#include "boot_arena.h"

#define ORDER 5

static unsigned long free_before; /* pages, before the act of the step */

static bool open(struct lesson_run *run)
{
	return boot_arena_open(run, ORDER, 0, "###.............................");
}

static const bootmem_data_t *piece(void)
{
	return arena.node.bdata;
}

static void draw(struct lesson_run *run)
{
	boot_arena_draw(run);
	lesson_say(run, "last_pos %lu, last_offset %lu\n", piece()->last_pos, piece()->last_offset);
}

static void ask_for(struct lesson_run *run, unsigned long size, unsigned long align,
		    unsigned long goal_page, char letter)
{
	unsigned long offset;

	free_before = bootmem_free_pages();
	offset = (unsigned long)boot_arena_alloc(size, align, goal_page << PAGE_SHIFT, letter);
	lesson_say(run, "%lu bytes, aligned to %lu: page %lu, byte %lu (letter %c)\n", size, align,
		   offset >> PAGE_SHIFT, offset & (PAGE_SIZE - 1), letter);
}

static void ask_100(struct lesson_run *run)
{
	ask_for(run, 100, 4, 0, 'a');
}

static u64 next_aligned_32(void)
{
	return ALIGN_UP(piece()->last_offset, 32);
}

static void ask_5000(struct lesson_run *run)
{
	ask_for(run, 5000, 32, 0, 'b');
}

static u64 pages_taken(void)
{
	return free_before - bootmem_free_pages();
}

static void ask_aligned(struct lesson_run *run)
{
	ask_for(run, 64, PAGE_SIZE, 0, 'c');
}

/* A small request goes on in the last page, as long as it has room. */
static u64 last_page(void)
{
	return piece()->last_pos;
}

static void ask_with_goal(struct lesson_run *run)
{
	ask_for(run, 64, 4, 16, 'd');
}

/* Without a goal, a free page below the last one comes first. */
static u64 page_of_small(void)
{
	return piece()->last_offset ? min(boot_arena_first_fit(1), piece()->last_pos)
				    : boot_arena_first_fit(1);
}

static void free_last(struct lesson_run *run)
{
	lesson_say(run, "Page %lu is given back\n", piece()->last_pos);
	boot_arena_free(piece()->last_pos, piece()->last_pos + 1);
}

static u64 last_offset(void)
{
	return piece()->last_offset;
}

/* --- the free round -------------------------------------------------------------------------- */

enum { SIZE, ALIGN, GOAL, NR_NUMBERS };

/* Cut @line into three numbers. */
static bool parse_request(char *line, u32 number[NR_NUMBERS])
{
	unsigned int nr = 0;

	for (;;) {
		char *word;

		while (*line == ' ')
			line++;
		if (!*line || nr == NR_NUMBERS)
			return !*line && nr == NR_NUMBERS;
		for (word = line; *line && *line != ' '; line++)
			;
		if (*line)
			*line++ = '\0';
		if (!lesson_number(word, &number[nr++]))
			return false;
	}
}

/* Is it one? One line, if not. */
static bool is_request(struct lesson_run *run, const u32 number[NR_NUMBERS])
{
	const unsigned long bytes = arena.pages << PAGE_SHIFT;

	if (!number[SIZE] || number[SIZE] > bytes)
		lesson_say(run, "SIZE is from 1 to %lu bytes\n", bytes);
	else if (!is_power_of_2(number[ALIGN]) || number[ALIGN] > bytes)
		lesson_say(run, "ALIGN is a power of two, from 1 to %lu bytes\n", bytes);
	else if (number[GOAL] >= arena.pages)
		lesson_say(run, "GOAL is a page, from 0 to %lu\n", arena.pages - 1);
	else
		return true;
	return false;
}

static void try_request(struct lesson_run *run, const u32 number[NR_NUMBERS], char letter)
{
	unsigned long before = bootmem_free_pages(), in_page;
	long offset = boot_arena_alloc(number[SIZE], number[ALIGN], number[GOAL] << PAGE_SHIFT,
				       letter);

	if (offset < 0) {
		lesson_say(run, "No memory: no run of free pages is long enough\n");
		return;
	}
	in_page = (unsigned long)offset & (PAGE_SIZE - 1);
	lesson_say(run, "page %ld, byte %lu (letter %c), %s; pages taken: %lu\n",
		   offset >> PAGE_SHIFT, in_page, letter,
		   in_page ? "it goes on in the last page" : "a run of its own",
		   before - bootmem_free_pages());
	draw(run);
}

/* Nobody types: an example. */
static void show_example(struct lesson_run *run)
{
	static const u32 example[NR_NUMBERS] = { 100, 4, 0 };

	lesson_say(run, "For example, %u %u %u:\n", example[SIZE], example[ALIGN], example[GOAL]);
	try_request(run, example, 'e');
}

static void ask_yourself(struct lesson_run *run)
{
	char line[LESSON_LINE], letter = 'e';
	u32 number[NR_NUMBERS];

	if (!run->read) {
		show_example(run);
		return;
	}
	while (run->read(run, line) && *line && (*line | 0x20) != 'q') {
		if (!parse_request(line, number))
			lesson_say(run,
				   "That is not three numbers: SIZE ALIGN GOAL; Enter ends the "
				   "round\n");
		else if (is_request(run, number))
			try_request(run, number, letter++);
		if (letter > 'z')
			letter = 'e';
	}
}

static const struct lesson_step steps[] = {
	{
		.text = "The boot asks for many small things. last_pos is the page where the "
			"last one ended, last_offset the bytes that are used of it. 100 bytes "
			"are asked for.",
		.act = ask_100,
		.question = "At which byte of that page would a request aligned to 32 begin?",
		.answer = next_aligned_32,
		.why = "last_offset, rounded up to the alignment.",
	},
	{
		.text = "5000 bytes begin there: more than the page has left. The next page is "
			"free, so they go on in it.",
		.act = ask_5000,
		.question = "How many pages did that take which were free before?",
		.answer = pages_taken,
		.why = "only those that the request spills into.",
	},
	{
		.text = "An alignment of a page breaks it: there is no such place in a page "
			"that is begun. What is left of that one is lost, because only the "
			"last page is known. (The books' Linux 2.4 merges only into the page "
			"behind last_pos: the run that the search found must begin there.)",
		.act = ask_aligned,
		.question = "In which page would 10 bytes begin, aligned to 1?",
		.answer = last_page,
		.why = "the page of the last request, whatever its alignment was; it has room.",
	},
	{
		.text = "A goal breaks it, too: the last page lies below the goal of the next "
			"request, page 16.",
		.act = ask_with_goal,
		.question = "In which page would 10 bytes without a goal begin?",
		.answer = page_of_small,
		.why = "a free page lies below the last one, and merging must not pass by the "
		       "first fit: otherwise one goal would draw all that follows upwards. Linux "
		       "2.4 gives the same page, for the run found is not right behind last_pos.",
	},
	{
		.text = "And a freed page: what went on in it would lie in memory that is "
			"free. So freeing the last page resets last_offset. (Freeing in Linux "
			"2.4 does not: see docs/reading-guide.md.)",
		.act = free_last,
		.question = "What is last_offset now?",
		.answer = last_offset,
		.why = "that means that there is nothing to go on in: the next request takes a "
		       "page of its own.",
	},
	{
		.text = "Now ask bootmem yourself: SIZE ALIGN GOAL, three numbers. SIZE and "
			"ALIGN are bytes, GOAL is the page where the search begins; 100 4 0 is "
			"such a request. Ask until one breaks the merging, and say beforehand "
			"which page it will get. Enter alone ends the round.",
		.act = ask_yourself,
		.no_picture = true,
	},
};

LESSON(02, 2, "small requests share a page, and what breaks it", "5.3", "3.4.3", open,
       boot_arena_close, draw, steps, ARRAY_SIZE(steps));
