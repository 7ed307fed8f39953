/* SPDX-License-Identifier: 0BSD
 *
 * printk.c - the kernel log and plain console text.
 *
 * 1. Concepts  Two streams share the consoles: log lines, which are stamped and have a level, and
 *              plain text (KTAP, reports, the monitor), which is neither. A line belongs to one
 *              stream: when the other one comes in between, it starts on a new line, and the rest
 *              of an interrupted log line is stamped again.
 * 2. Lines     A printk() with a KERN_ prefix starts a line. One without continues the line that
 *              the last printk() left open, and shares its fate if that is left out; else it starts
 *              a line of level KERN_INFO.
 * 3. Data      `column` is where the consoles stand; `log_open` and `log_muted` are where the log
 *              stands, also when nothing of it is shown.
 *              I1 a console gets CR LF and never a bare LF.
 *              I2 column == COLUMN_START exactly if the last character put out was LF, or none was.
 * 4. Locking   None. The state is a few words, valid after every piece of text: a fault or panic in
 *              the middle of a line can only cut the line.
 * 5. Not done  No ring buffer: text from before the first console is lost.
 */
#include <lib/bug.h>
#include <lib/format.h>
#include <lib/out.h>
#include <lib/printk.h>

#define MAX_CONSOLES  4
#define DEFAULT_LEVEL 6 /* KERN_INFO */
#define DEFAULT_SHOWN 7 /* all but KERN_DEBUG, as Linux */

typedef void (*console_write_t)(const char *text, size_t len);

static console_write_t consoles[MAX_CONSOLES];
static unsigned int nr_consoles;
static unsigned int shown_below = DEFAULT_SHOWN;
static u64 (*clock_now_us)(void);

static enum { COLUMN_START, COLUMN_LOG, COLUMN_PLAIN } column;
static bool log_open, log_muted;

void printk_set_level(unsigned int level)
{
	shown_below = level;
}

void printk_add_console(console_write_t write)
{
	mm_bug_on(nr_consoles == MAX_CONSOLES, "more than %d consoles", MAX_CONSOLES);
	consoles[nr_consoles++] = write;
}

void printk_set_clock(u64 (*now_us)(void))
{
	clock_now_us = now_us;
}

static void write_consoles(const char *text, size_t len)
{
	unsigned int i;

	for (i = 0; i < nr_consoles && len; i++)
		consoles[i](text, len);
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

static void write_stamp(void)
{
	u64 us = clock_now_us ? clock_now_us() : 0;
	char stamp[40];
	int len = snprintf(stamp, sizeof(stamp), "[%5llu.%06llu] ", us / 1000000, us % 1000000);

	write_consoles(stamp, (size_t)len);
}

static void start_log_line(void)
{
	if (column == COLUMN_PLAIN)
		new_line();
	if (column == COLUMN_START)
		write_stamp();
	column = COLUMN_LOG;
}

static void emit_log(void *arg __unused, const char *text, size_t len)
{
	if (!len)
		return;
	log_open = text[len - 1] != '\n';
	while (len && !log_muted) {
		size_t n = line_length(text, len);

		start_log_line();
		write_consoles(text, n);
		if (n == len)
			return;
		new_line();
		text += n + 1;
		len -= n + 1;
	}
}

/* The level of a KERN_ prefix of @fmt; -1 if it has none. */
static int prefix_level(const char *fmt)
{
	return fmt[0] == KERN_SOH[0] && fmt[1] >= '0' && fmt[1] <= '7' ? fmt[1] - '0' : -1;
}

static void begin_log_text(unsigned int level)
{
	if (column == COLUMN_LOG)
		new_line();
	log_muted = level >= shown_below;
}

int vprintk(const char *fmt, va_list ap)
{
	int level = prefix_level(fmt);

	if (level >= 0) {
		begin_log_text((unsigned int)level);
		fmt += 2;
	} else if (!log_open) {
		begin_log_text(DEFAULT_LEVEL);
	}
	return vformat(emit_log, NULL, fmt, ap);
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
