/* SPDX-License-Identifier: 0BSD
 *
 * format.c - lib/format.c against texts written down by hand from C99 7.19.6.1.
 */
#include <lib/format.h>
#include <test/ktest.h>

/* Not marked __printf: some of the formats are meant to be strange. */
static void check(int line, const char *want, const char *fmt, ...)
{
	char got[128];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(got, sizeof(got), fmt, ap);
	va_end(ap);
	__kt_str_eq(__FILE__, line, fmt, got, want);
	__kt_eq(__FILE__, line, fmt, len, (long long)strlen(want));
}

#define fmt_is(want, ...) check(__LINE__, want, __VA_ARGS__)

KTEST(format, plain_text, SHORT)
{
	fmt_is("", "");
	fmt_is("text", "text");
	fmt_is("100%", "100%%");
	fmt_is("a\nb", "a\nb");
}

KTEST(format, signed_numbers, SHORT)
{
	fmt_is("0", "%d", 0);
	fmt_is("-1", "%d", -1);
	fmt_is("2147483647", "%i", 0x7fffffff);
	fmt_is("-2147483648", "%d", -0x7fffffff - 1);
	fmt_is("+5 -5", "%+d %+d", 5, -5);
	fmt_is(" 5 -5", "% d % d", 5, -5);
	fmt_is("+5", "%+ d", 5);
}

KTEST(format, unsigned_numbers, SHORT)
{
	fmt_is("4294967295", "%u", 0xffffffffu);
	fmt_is("ffffffff", "%x", 0xffffffffu);
	fmt_is("DEADBEEF", "%X", 0xdeadbeefu);
	fmt_is("37777777777", "%o", 0xffffffffu);
	fmt_is("0 0 0", "%u %x %o", 0u, 0u, 0u);
	fmt_is("5", "%+u", 5u);
}

KTEST(format, sixty_four_bits, SHORT)
{
	fmt_is("18446744073709551615", "%llu", ~0ULL);
	fmt_is("-9223372036854775808", "%lld", -0x7fffffffffffffffLL - 1);
	fmt_is("ffffffffffffffff", "%llx", ~0ULL);
	fmt_is("1777777777777777777777", "%llo", ~0ULL);
	fmt_is("0x0000000100000000", "0x%016llx", 1ULL << 32);
	fmt_is("4294967296 7", "%llu %d", 1ULL << 32, 7);
}

KTEST(format, lengths, SHORT)
{
	fmt_is("-1 255", "%hhd %hhu", 0x1ff, 0x1ff);
	fmt_is("-1 65535", "%hd %hu", 0x1ffff, 0x1ffff);
	fmt_is("-7 7", "%ld %lu", -7L, 7UL);
	fmt_is("12 -12", "%zu %td", (size_t)12, (ptrdiff_t)-12);
	fmt_is("ff 8", "%zx %d", (size_t)0xff, 8);
}

KTEST(format, width, SHORT)
{
	fmt_is("[   42]", "[%5d]", 42);
	fmt_is("[42   ]", "[%-5d]", 42);
	fmt_is("[00042]", "[%05d]", 42);
	fmt_is("[-0042]", "[%05d]", -42);
	fmt_is("[+0042]", "[%+05d]", 42);
	fmt_is("[123456]", "[%3d]", 123456);
	fmt_is("[42   ]", "[%-05d]", 42);
	fmt_is("[00000]", "[%05d]", 0);
	fmt_is("[                                      42]", "[%40d]", 42);
}

KTEST(format, precision, SHORT)
{
	fmt_is("[00042]", "[%.5d]", 42);
	fmt_is("[   00042]", "[%8.5d]", 42);
	fmt_is("[   00042]", "[%08.5d]", 42);
	fmt_is("[-00042  ]", "[%-8.5d]", -42);
	fmt_is("[]", "[%.0d]", 0);
	fmt_is("[]", "[%.d]", 0);
	fmt_is("[7]", "[%.0d]", 7);
	fmt_is("[0x00ff]", "[%#.4x]", 0xff);
}

KTEST(format, stars, SHORT)
{
	fmt_is("[   42]", "[%*d]", 5, 42);
	fmt_is("[42   ]", "[%*d]", -5, 42);
	fmt_is("[  042]", "[%*.*d]", 5, 3, 42);
	fmt_is("[42]", "[%.*d]", -1, 42);
	fmt_is("[ab]", "[%.*s]", 2, "abcd");
}

KTEST(format, alternate_form, SHORT)
{
	fmt_is("0xff 0XFF", "%#x %#X", 0xff, 0xff);
	fmt_is("0", "%#x", 0);
	fmt_is("017 0", "%#o %#o", 15, 0);
	fmt_is("[0]", "[%#.0o]", 0);
	fmt_is("[0x00ff]", "[%#06x]", 0xff);
	fmt_is("[  0xff]", "[%#6x]", 0xff);
}

KTEST(format, strings_and_characters, SHORT)
{
	static const char no_end[3] = { 'x', 'y', 'z' };

	fmt_is("[abc]", "[%s]", "abc");
	fmt_is("[  abc]", "[%5s]", "abc");
	fmt_is("[abc  ]", "[%-5s]", "abc");
	fmt_is("[ab]", "[%.2s]", "abc");
	fmt_is("[]", "[%.0s]", "abc");
	fmt_is("[   ab]", "[%5.2s]", "abc");
	fmt_is("[xyz]", "[%.3s]", no_end);
	fmt_is("[(null)]", "[%s]", (char *)NULL);
	fmt_is("[a]", "[%c]", 'a');
	fmt_is("[    a]", "[%5c]", 'a');
	fmt_is("[a    ]", "[%-5c]", 'a');
}

KTEST(format, pointers, SHORT)
{
	if (sizeof(void *) == 4) {
		fmt_is("0x00000000", "%p", NULL);
		fmt_is("0xc0100000", "%p", (void *)(uintptr)0xc0100000u);
		fmt_is("[  0x00000123]", "[%12p]", (void *)0x123);
		fmt_is("[  0x00000123]x", "[%12pS]x", (void *)0x123); /* in no function */
	} else {
		fmt_is("0x0000000000000000", "%p", NULL);
		fmt_is("0x00000000c0100000", "%p", (void *)(uintptr)0xc0100000u);
	}
}

/* What is not known is shown as it stands, with all that follows. */
KTEST(format, unknown_conversions, SHORT)
{
	fmt_is("%y %d", "%y %d", 1);
	fmt_is("1 %5.3q %s", "%d %5.3q %s", 1);
	fmt_is("50%", "50%");
	fmt_is("%ll", "%ll");
	fmt_is("%-08.3", "%-08.3");
	fmt_is("%n", "%n");
	fmt_is("%jd", "%jd", 1);
}

/* As check(), for what does not fit: the length and the beginning of the text. */
static void check_cut(int line, int want_len, const char *want, const char *fmt, ...)
{
	char got[8];
	va_list ap;

	va_start(ap, fmt);
	__kt_eq(__FILE__, line, fmt, vsnprintf(got, sizeof(got), fmt, ap), want_len);
	va_end(ap);
	__kt_str_eq(__FILE__, line, fmt, got, want);
}

KTEST(format, huge_fields_are_bounded, SHORT)
{
	check_cut(__LINE__, 4096, "       ", "%99999999999d", 1);
	check_cut(__LINE__, 4096, "1      ", "%*d", -0x7fffffff - 1, 1);
	check_cut(__LINE__, 4096, "0000000", "%.*d", 0x7fffffff, 1);
	check_cut(__LINE__, 4096, "       ", "%4095d%s", 1, "x");
}

KTEST(format, buffer_is_never_overrun, SHORT)
{
	char buf[8];
	size_t size;

	for (size = 0; size <= sizeof(buf); size++) {
		memset(buf, '#', sizeof(buf));
		kt_eq(snprintf(buf, size, "%s-%d", "abc", 42), 6);
		kt_eq(strnlen(buf, sizeof(buf)), size == 0 ? 8 : min(size - 1, (size_t)6));
		if (size)
			kt_eq(strncmp(buf, "abc-42", size - 1), 0);
		if (size < sizeof(buf))
			kt_eq(buf[size], '#');
	}
	kt_eq(snprintf(NULL, 0, "%d", 12345), 5);
}

struct collected {
	char text[320];
	size_t len;
	unsigned int pieces, empty_pieces;
};

static void collect(void *arg, const char *text, size_t len)
{
	struct collected *c = arg;

	c->pieces++;
	c->empty_pieces += len == 0;
	memcpy(c->text + c->len, text, len);
	c->len += len;
}

static int format_into(struct collected *c, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vformat(collect, c, fmt, ap);
	va_end(ap);
	return len;
}

KTEST(format, pieces_make_up_the_text, SHORT)
{
	struct collected c = { .len = 0 };

	kt_eq(format_into(&c, "%s%5d|%-4x|%c%c", "", 42, 0xa, 'z', 0), 13);
	kt_eq(c.len, 13);
	kt_eq(memcmp(c.text, "   42|a   |z", 13), 0);
	kt_eq(c.empty_pieces, 0);
}

/* What is longer than the buffer of pieces comes at its place; short pieces come together, up to a
 * string, which may fault. */
KTEST(format, pieces_are_gathered_and_keep_their_order, SHORT)
{
	struct collected c = { .len = 0 };
	char want[sizeof(c.text)];
	unsigned int i;
	size_t len;

	kt_eq(format_into(&c, "%d %x %c", 1, 2, '3'), 5);
	kt_eq(c.pieces, 1);
	kt_eq(format_into(&c, "%d %x %s%c", 1, 2, "three", '4'), 10);
	kt_eq(c.pieces, 3);
	for (i = 0; i < 200; i++) {
		memset(want, 'b', sizeof(want));
		memcpy(want, "a7", 2);
		len = 2 + i;
		memcpy(want + len, "c          8", 12);
		len += 12;
		c.len = 0;
		kt_eq(format_into(&c, "a%d%.*s%c%11u", 7, (int)i, want + 2, 'c', 8u), (int)len);
		kt_eq(c.len, len);
		kt_eq(memcmp(c.text, want, len), 0);
	}
}
