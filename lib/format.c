/* SPDX-License-Identifier: 0BSD
 *
 * format.c - printf formatting into a callback, and the two functions that fill a buffer.
 *
 * 1. Concepts  A directive `%[flags][width][.precision][length]conversion` is read into a struct
 *              spec, then converted. A number is laid out as blanks, prefix (sign or 0x), zeros,
 *              digits, blanks; the lengths of the five parts follow from the spec (C99 7.19.6.1).
 * 2. Safety    There is no static state and no allocation. A width or precision above FIELD_MAX
 *              counts as FIELD_MAX: nothing sensible is wider, and sums of them cannot overflow.
 *              After a conversion that is not known the types of the remaining arguments are not
 *              known either, so the rest of the format is put out as it stands.
 * 3. Symbols   %pS asks the table of symbols, which only the kernel's image has. A program without
 *              one links all the same, and prints the address.
 * 4. Pieces    What is put is gathered, and handed on when the buffer is full, before a string is
 *              read, which may fault, and in the end: most callbacks cost more than a few
 *              characters do.
 * 5. Not done  Floating point, wide characters, %n, and the lengths j and L.
 */
#include <lib/format.h>
#include <lib/ksyms.h>
#include <lib/math64.h>
#include <lib/string.h>

#define FIELD_MAX  4096
#define NUMBER_MAX 24 /* more than 64 bits have octal digits */

enum length { LEN_HH, LEN_H, LEN_INT, LEN_LONG, LEN_LLONG, LEN_SIZE, LEN_PTRDIFF };

struct spec {
	bool left, zero, plus, space, alt;
	int width;
	int precision; /* -1: none given */
	enum length length;
};

struct sink {
	format_emit_t emit;
	void *arg;
	int total;
	size_t used; /* of text: put, but not handed on yet */
	char text[96];
};

/* A va_list that can be passed by address: where it is an array, &ap of a parameter is not it. */
struct args {
	va_list ap;
};

static void hand_on(struct sink *sink)
{
	if (sink->used)
		sink->emit(sink->arg, sink->text, sink->used);
	sink->used = 0;
}

static void put(struct sink *sink, const char *text, int len)
{
	if (len <= 0)
		return;
	sink->total += len;
	if ((size_t)len > sizeof(sink->text) - sink->used)
		hand_on(sink);
	if ((size_t)len > sizeof(sink->text)) {
		sink->emit(sink->arg, text, (size_t)len);
		return;
	}
	memcpy(sink->text + sink->used, text, (size_t)len);
	sink->used += (size_t)len;
}

static void put_repeated(struct sink *sink, char c, int count)
{
	char run[16];

	if (count <= 0)
		return;
	memset(run, c, sizeof(run));
	for (; count > (int)sizeof(run); count -= (int)sizeof(run))
		put(sink, run, sizeof(run));
	put(sink, run, count);
}

static void put_padded(struct sink *sink, const struct spec *spec, const char *text, int len)
{
	int blanks = spec->width - len;

	if (!spec->left)
		put_repeated(sink, ' ', blanks);
	put(sink, text, len);
	if (spec->left)
		put_repeated(sink, ' ', blanks);
}

/* Write the digits of @value so that they end at @end. Return: the first digit; @end for 0. */
static char *digits_before(char *end, u64 value, unsigned int base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	u32 digit;

	while (value) {
		value = div_u64_rem(value, base, &digit);
		*--end = digits[digit];
	}
	return end;
}

/* Leading zeros for @len digits: up to the precision, or to fill the field, never both. */
static int zeros_for(const struct spec *spec, int prefix_len, int len)
{
	if (spec->precision >= 0)
		return spec->precision - len;
	if (spec->zero && !spec->left)
		return max(spec->width - prefix_len - len, len ? 0 : 1);
	return len ? 0 : 1;
}

/* @digits are @len in the end of a buffer of NUMBER_MAX, where zeros have room before them. */
static void put_number(struct sink *sink, const struct spec *spec, const char *prefix, char *digits,
		       int len)
{
	int prefix_len = (int)strlen(prefix);
	int zeros = max(zeros_for(spec, prefix_len, len), 0);
	int blanks = spec->width - prefix_len - zeros - len;

	if (!spec->left)
		put_repeated(sink, ' ', blanks);
	put(sink, prefix, prefix_len);
	for (; zeros && len < NUMBER_MAX; zeros--, len++)
		*--digits = '0';
	put_repeated(sink, '0', zeros);
	put(sink, digits, len);
	if (spec->left)
		put_repeated(sink, ' ', blanks);
}

static s64 next_signed(struct args *args, enum length length)
{
	switch (length) {
	case LEN_HH:
		return (signed char)va_arg(args->ap, int);
	case LEN_H:
		return (short)va_arg(args->ap, int);
	case LEN_LONG:
		return va_arg(args->ap, long);
	case LEN_LLONG:
		return va_arg(args->ap, long long);
	case LEN_SIZE:
	case LEN_PTRDIFF:
		return va_arg(args->ap, ptrdiff_t);
	default:
		return va_arg(args->ap, int);
	}
}

static u64 next_unsigned(struct args *args, enum length length)
{
	switch (length) {
	case LEN_HH:
		return (unsigned char)va_arg(args->ap, unsigned int);
	case LEN_H:
		return (unsigned short)va_arg(args->ap, unsigned int);
	case LEN_LONG:
		return va_arg(args->ap, unsigned long);
	case LEN_LLONG:
		return va_arg(args->ap, unsigned long long);
	case LEN_SIZE:
	case LEN_PTRDIFF:
		return va_arg(args->ap, size_t);
	default:
		return va_arg(args->ap, unsigned int);
	}
}

static void convert_signed(struct sink *sink, const struct spec *spec, s64 value)
{
	char buf[NUMBER_MAX], *end = buf + sizeof(buf);
	const char *sign = value < 0 ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	u64 magnitude = value < 0 ? -(u64)value : (u64)value;
	char *digits = digits_before(end, magnitude, 10, false);

	put_number(sink, spec, sign, digits, (int)(end - digits));
}

static void convert_unsigned(struct sink *sink, const struct spec *spec, u64 value, char conv)
{
	char buf[NUMBER_MAX], *end = buf + sizeof(buf);
	unsigned int base = conv == 'u' ? 10 : conv == 'o' ? 8 : 16;
	char *digits = digits_before(end, value, base, conv == 'X');
	const char *prefix = "";

	if (spec->alt && base == 16 && value)
		prefix = conv == 'X' ? "0X" : "0x";
	/* %#o promises a leading 0, and counts it as a digit. */
	if (spec->alt && base == 8)
		*--digits = '0';
	put_number(sink, spec, prefix, digits, (int)(end - digits));
}

static void convert_pointer(struct sink *sink, const struct spec *spec, const void *ptr)
{
	char buf[NUMBER_MAX], *end = buf + sizeof(buf);
	char *digits = digits_before(end, (uintptr)ptr, 16, false);
	struct spec full = *spec;

	full.precision = 2 * (int)sizeof(ptr);
	put_number(sink, &full, "0x", digits, (int)(end - digits));
}

static void convert_string(struct sink *sink, const struct spec *spec, const char *text)
{
	size_t max_len = spec->precision >= 0 ? (size_t)spec->precision : (size_t)-1;

	if (!text)
		text = "(null)";
	put_padded(sink, spec, text, (int)strnlen(text, max_len));
}

/* A program without a table of symbols. */
const char *__weak ksym_lookup_size(unsigned long addr __unused, unsigned long *offset __unused,
				    unsigned long *size __unused)
{
	return NULL;
}

static void convert_symbol(struct sink *sink, const struct spec *spec, const void *address)
{
	unsigned long offset, size;
	const char *name = ksym_lookup_size((uintptr)address, &offset, &size);
	char text[96];

	if (!name) {
		convert_pointer(sink, spec, address);
		return;
	}
	put_padded(sink, spec, text,
		   min(snprintf(text, sizeof(text), "%s+0x%lx/0x%lx", name, offset, size),
		       (int)sizeof(text) - 1));
}

static const char *parse_flags(const char *p, struct spec *spec)
{
	for (;; p++) {
		switch (*p) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alt = true;
			break;
		default:
			return p;
		}
	}
}

/* A decimal number or `*`; no number is 0. */
static const char *parse_field(const char *p, int *field, struct args *args)
{
	*field = 0;
	if (*p == '*') {
		*field = max(min(va_arg(args->ap, int), FIELD_MAX), -FIELD_MAX);
		return p + 1;
	}
	for (; *p >= '0' && *p <= '9'; p++)
		*field = min(*field * 10 + (*p - '0'), FIELD_MAX);
	return p;
}

static const char *parse_width(const char *p, struct spec *spec, struct args *args)
{
	p = parse_field(p, &spec->width, args);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = -spec->width;
	}
	return p;
}

static const char *parse_precision(const char *p, struct spec *spec, struct args *args)
{
	spec->precision = -1;
	if (*p != '.')
		return p;
	p = parse_field(p + 1, &spec->precision, args);
	spec->precision = max(spec->precision, -1);
	return p;
}

static const char *parse_length(const char *p, struct spec *spec)
{
	char c = *p;
	bool twice = (c == 'h' || c == 'l') && p[1] == c;

	switch (c) {
	case 'h':
		spec->length = twice ? LEN_HH : LEN_H;
		break;
	case 'l':
		spec->length = twice ? LEN_LLONG : LEN_LONG;
		break;
	case 'z':
		spec->length = LEN_SIZE;
		break;
	case 't':
		spec->length = LEN_PTRDIFF;
		break;
	default:
		spec->length = LEN_INT;
		return p;
	}
	return p + (twice ? 2 : 1);
}

/* False if @conv is not known; then nothing was taken from @args. */
static bool convert(struct sink *sink, const struct spec *spec, char conv, struct args *args)
{
	char c;

	switch (conv) {
	case 'd':
	case 'i':
		convert_signed(sink, spec, next_signed(args, spec->length));
		return true;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		convert_unsigned(sink, spec, next_unsigned(args, spec->length), conv);
		return true;
	case 'p':
		convert_pointer(sink, spec, va_arg(args->ap, void *));
		return true;
	case 's':
		hand_on(sink);
		convert_string(sink, spec, va_arg(args->ap, const char *));
		return true;
	case 'c':
		c = (char)va_arg(args->ap, int);
		put_padded(sink, spec, &c, 1);
		return true;
	case '%':
		put(sink, "%", 1);
		return true;
	default:
		return false;
	}
}

/* @p points at a `%`. Return: what follows the directive; NULL if it is not known. */
static const char *put_directive(struct sink *sink, const char *p, struct args *args)
{
	struct spec spec = { 0 };

	p = parse_flags(p + 1, &spec);
	p = parse_width(p, &spec, args);
	p = parse_precision(p, &spec, args);
	p = parse_length(p, &spec);
	if (p[0] == 'p' && p[1] == 'S') {
		convert_symbol(sink, &spec, va_arg(args->ap, void *));
		return p + 2;
	}
	return convert(sink, &spec, *p, args) ? p + 1 : NULL;
}

int vformat(format_emit_t emit, void *arg, const char *fmt, va_list ap)
{
	struct args args;
	struct sink sink;

	sink.emit = emit;
	sink.arg = arg;
	sink.total = 0;
	sink.used = 0;
	va_copy(args.ap, ap);
	while (*fmt) {
		const char *percent = fmt;

		while (*percent && *percent != '%')
			percent++;
		put(&sink, fmt, (int)(percent - fmt));
		if (!*percent)
			break;
		fmt = put_directive(&sink, percent, &args);
		if (!fmt) {
			put(&sink, percent, (int)strlen(percent));
			break;
		}
	}
	hand_on(&sink);
	va_end(args.ap);
	return sink.total;
}

struct buffer {
	char *text;
	size_t size, used;
};

static void emit_to_buffer(void *arg, const char *text, size_t len)
{
	struct buffer *buf = arg;
	size_t room = buf->size - buf->used;

	len = min(len, room);
	if (!len)
		return;
	memcpy(buf->text + buf->used, text, len);
	buf->used += len;
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	/* One byte is kept back for the terminator. */
	struct buffer out = { .text = buf, .size = size ? size - 1 : 0 };
	int len = vformat(emit_to_buffer, &out, fmt, ap);

	if (size)
		buf[out.used] = '\0';
	return len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}
