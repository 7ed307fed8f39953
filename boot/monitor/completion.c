/* SPDX-License-Identifier: 0BSD
 *
 * completion.c - what the candidates for a word have in common.
 *
 * Candidates are not kept: to list them, those who know them are asked a second time. So there is
 * nothing to allocate and no limit to their number, and completion works after a panic.
 */
#include <boot/monitor/completion.h>

#include <lib/compiler.h>
#include <lib/out.h>
#include <lib/string.h>

#define LIST_COLUMNS 80
#define LIST_GAP     2

void completion_start(struct completion *c, const char *word, size_t len)
{
	c->word = word;
	c->len = len;
	c->nr = 0;
	c->common[0] = '\0';
	c->longest = 0;
}

static size_t common_length(const char *a, const char *b)
{
	size_t len = 0;

	while (a[len] && a[len] == b[len])
		len++;
	return len;
}

static void print(struct completion *c, const char *candidate)
{
	bool ends_row = c->column + 2 * c->width > LIST_COLUMNS;

	out_printf(c->list, "%-*s%s", ends_row ? 0 : c->width, candidate, ends_row ? "\n" : "");
	c->column = ends_row ? 0 : c->column + c->width;
}

void completion_offer(struct completion *c, const char *candidate)
{
	if (strncmp(candidate, c->word, c->len) != 0 || (c->nr && strcmp(candidate, c->last) == 0))
		return;
	if (c->list)
		print(c, candidate);
	if (!c->nr++)
		strlcpy(c->common, candidate, COMPLETION_SIZE);
	c->common[common_length(c->common, candidate)] = '\0';
	strlcpy(c->last, candidate, COMPLETION_SIZE);
	c->longest = max(c->longest, strlen(c->last));
}

void completion_after(struct completion *c, const char *separators)
{
	size_t start = c->len;

	while (start && !strchr(separators, c->word[start - 1]))
		start--;
	c->word += start;
	c->len -= start;
}

const char *completion_rest(const struct completion *c)
{
	return c->nr ? c->common + min(c->len, strlen(c->common)) : "";
}

void completion_list(struct completion *c, struct out *out)
{
	c->list = out;
	c->width = (int)(c->longest + LIST_GAP);
	c->column = 0;
}

void completion_list_end(struct completion *c)
{
	if (c->column)
		out_printf(c->list, "\n");
	c->list = NULL;
}
