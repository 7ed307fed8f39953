/* SPDX-License-Identifier: 0BSD
 *
 * printk.c - the kernel log and plain console text.
 *
 * 1. Concepts  Two streams share the consoles: log lines, which are stamped and have a level, and
 *              plain text (KTAP, reports, the monitor), which is neither. A line belongs to one
 *              stream: when the other one comes in between, it starts on a new line, and the rest
 *              of an interrupted log line is stamped again.
 * 2. Lines     A printk() whose text, as formatted, begins with a KERN_ prefix starts a line; of
 *              several prefixes the first one counts. One without, or with KERN_CONT, continues the
 *              line that the last printk() left open, and shares its fate if that is left out; else
 *              it starts a line of level KERN_INFO.
 * 3. Data      `column` is where the consoles stand; `log_open` and `log_muted` are where the log
 *              stands, also when nothing of it is shown.
 *              A console gets CR LF and never a bare LF.
 *              column == COLUMN_START exactly if the last character put out was LF, or none was.
 * 4. Ring      The log alone, lines that were left out too, is kept in a ring: log_end counts all
 *              bytes that ever went into it.
 *              log_ring[0 .. min(log_end, LOG_SIZE)) is text; its last byte is LF exactly if no
 *              line of the log is open.
 * 5. Nesting   A console or the clock may print or panic themselves: a console is not called again
 *              in its own call beyond CONSOLE_DEPTH, the clock not at all.
 * 6. Locking   None. The state is a few words, valid after every piece of text: a fault or panic in
 *              the middle of a line can only cut the line.
 * 7. Not done  Text from before the first console is in the ring alone.
 */
#include <lib/bug.h>
#include <lib/format.h>
#include <lib/math64.h>
#include <lib/out.h>
#include <lib/printk.h>
#include <lib/string.h>

#define MAX_CONSOLES  4
#define CONSOLE_DEPTH 3 /* an interrupt prints in the middle of a line, then there is a panic */
#define DEFAULT_LEVEL 6 /* KERN_INFO */
#define DEFAULT_SHOWN 7 /* all but KERN_DEBUG, as Linux */

typedef void (*console_write_t)(const char *text, size_t len);

static struct console {
	console_write_t write;
	unsigned int running; /* calls of write() that have not returned */
} consoles[MAX_CONSOLES];

static unsigned int nr_consoles;
static unsigned int shown_below = DEFAULT_SHOWN;
static u64 (*clock_now_us)(void);

#define LOG_SIZE  8192u /* a power of two */
#define LOG_PIECE 1024u /* divides it; not too wide for a field of printf() */

static char log_ring[LOG_SIZE];
static size_t log_end;

static enum { COLUMN_START, COLUMN_LOG, COLUMN_PLAIN } column;
static bool log_open, log_muted;

void printk_set_level(unsigned int level)
{
	shown_below = level;
}

unsigned int printk_level(void)
{
	return shown_below;
}

void printk_add_console(console_write_t write)
{
	mm_bug_on(!write, "no function (NULL)");
	mm_bug_on(nr_consoles == MAX_CONSOLES, "more than %d consoles", MAX_CONSOLES);
	consoles[nr_consoles++].write = write;
}

void printk_set_clock(u64 (*now_us)(void))
{
	clock_now_us = now_us;
}

static void write_consoles(const char *text, size_t len)
{
	struct console *console;

	for (console = consoles; len && console < consoles + nr_consoles; console++) {
		if (console->running == CONSOLE_DEPTH)
			continue;
		console->running++;
		console->write(text, len);
		console->running--;
	}
}

static void new_line(void)
{
	write_consoles("\r\n", 2);
	column = COLUMN_START;
}

/* Length of what stands before the next newline. */
static size_t line_length(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] != '\n')
		n++;
	return n;
}

static void emit_plain(void *arg __unused, const char *text, size_t len)
{
	while (len) {
		size_t n = line_length(text, len);

		if (column == COLUMN_LOG)
			new_line();
		if (n) {
			write_consoles(text, n);
			column = COLUMN_PLAIN;
		}
		if (n == len)
			return;
		new_line();
		text += n + 1;
		len -= n + 1;
	}
}

/* Of the line that begins now, in the ring, on the consoles, or on both. */
static char stamp[40];
static size_t stamp_len;

static void make_stamp(void)
{
	static bool asked;
	u64 seconds;
	u32 us;

	if (asked)
		return; /* the clock itself prints: the last stamp will do */
	asked = true;
	seconds = div_u64_rem(clock_now_us ? clock_now_us() : 0, 1000000, &us);
	asked = false;
	stamp_len = (size_t)snprintf(stamp, sizeof(stamp), "[%5llu.%06u] ", seconds, us);
}

static void keep_bytes(const char *text, size_t len)
{
	size_t at, n;

	for (; len; text += n, len -= n, log_end += n) {
		at = log_end % LOG_SIZE;
		n = min(len, LOG_SIZE - at);
		memcpy(log_ring + at, text, n);
	}
}

static bool log_is_at_start(void)
{
	return !log_end || log_ring[(log_end - 1) % LOG_SIZE] == '\n';
}

/* The oldest line that is whole. */
static size_t log_start(void)
{
	size_t at;

	if (log_end <= LOG_SIZE)
		return 0;
	for (at = log_end - LOG_SIZE; at < log_end && log_ring[at % LOG_SIZE] != '\n'; at++)
		;
	return at + (at < log_end);
}

void printk_log_show(struct out *out)
{
	size_t at = log_start(), end = log_end, len;

	for (; at < end; at += len) {
		len = min(end - at, LOG_PIECE - at % LOG_PIECE);
		out_printf(out, "%.*s", (int)len, log_ring + at % LOG_SIZE);
	}
	if (!log_is_at_start())
		out_printf(out, "\n");
}

static void start_log_line(void)
{
	if (column == COLUMN_PLAIN)
		new_line();
	if (column == COLUMN_START)
		write_consoles(stamp, stamp_len);
	column = COLUMN_LOG;
}

/* Keep the piece of a line, and its end if @ended; show it unless its level is left out. */
static void log_piece(const char *text, size_t len, bool ended)
{
	bool at_start = log_is_at_start();

	if (at_start || column != COLUMN_LOG)
		make_stamp();
	if (at_start)
		keep_bytes(stamp, stamp_len);
	keep_bytes(text, len + ended);
	if (log_muted)
		return;
	start_log_line();
	write_consoles(text, len);
	if (ended)
		new_line();
}

static void put_log(const char *text, size_t len)
{
	size_t n;

	if (len)
		log_open = text[len - 1] != '\n';
	for (; len; text += n, len -= n) {
		size_t piece = line_length(text, len);

		log_piece(text, piece, piece < len);
		n = piece + (piece < len);
	}
}

/* The text of one printk() on its way. Its prefixes come from the format, or from an argument. */
struct log_text {
	bool begun;	/* something that is no prefix was seen */
	bool soh;	/* the last character was the first one of a prefix */
	bool cont;	/* KERN_CONT */
	int level;	/* of the first prefix; -1: none */
	int prefix_len; /* characters of all prefixes */
};

/* Take @c as the next character of a prefix. Return: false if it is none. */
static bool take_prefix(struct log_text *text, char c)
{
	if (!text->soh) {
		text->soh = c == KERN_SOH[0];
		return text->soh;
	}
	if (c == KERN_CONT[1])
		text->cont = true;
	else if (c != KERN_DEFAULT[1] && (c < '0' || c > '7'))
		return false;
	else if (text->level < 0)
		text->level = c == KERN_DEFAULT[1] ? DEFAULT_LEVEL : c - '0';
	text->soh = false;
	text->prefix_len += 2;
	return true;
}

/* All prefixes are known: go on with the line that is open, or begin one. */
static void begin_log_text(struct log_text *text)
{
	text->begun = true;
	if (!log_open || (text->level >= 0 && !text->cont)) {
		if (column == COLUMN_LOG)
			new_line();
		if (!log_is_at_start())
			keep_bytes("\n", 1);
		log_muted = (unsigned int)(text->level < 0 ? DEFAULT_LEVEL : text->level) >=
			    shown_below;
	}
	if (text->soh) /* it was the beginning of no prefix */
		put_log(KERN_SOH, 1);
}

static void emit_log(void *arg, const char *piece, size_t len)
{
	struct log_text *text = arg;

	for (; len && !text->begun; piece++, len--)
		if (!take_prefix(text, *piece)) {
			begin_log_text(text);
			break;
		}
	put_log(piece, len);
}

int vprintk(const char *fmt, va_list ap)
{
	struct log_text text = { .level = -1 };
	int len = vformat(emit_log, &text, fmt, ap);

	if (!text.begun && text.soh)
		begin_log_text(&text);
	return len - text.prefix_len;
}

int printk(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vprintk(fmt, ap);
	va_end(ap);
	return len;
}

int vkprint(const char *fmt, va_list ap)
{
	return vformat(emit_plain, NULL, fmt, ap);
}

int kprint(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vkprint(fmt, ap);
	va_end(ap);
	return len;
}

static void console_vprintf(struct out *out __unused, const char *fmt, va_list ap)
{
	vkprint(fmt, ap);
}

struct out console_out = { .vprintf = console_vprintf };

static void log_vprintf(struct out *out __unused, const char *fmt, va_list ap)
{
	vprintk(fmt, ap);
}

struct out log_out = { .vprintf = log_vprintf };
