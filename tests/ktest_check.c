/* SPDX-License-Identifier: 0BSD
 *
 * ktest_check.c - the checks that a test calls, and the context of the test that runs.
 *
 * A check compares, and prints only when it fails: `# file:line: expected ..., got ...`. It counts
 * the failure in the current context and lets the test go on. After KTEST_MAX_FAILURES lines a
 * test only counts, so that a broken loop does not fill the serial line.
 *
 * Everything goes to the sink of the context, as comments: a test that runs inside a test prints
 * into a buffer, and no value that is printed can look like a line of KTAP. Random numbers follow
 * from the seed and the test's name, not from the tests that ran before, so a failure is repeated
 * by running its test alone.
 *
 * Context: one CPU; no locks, no allocation.
 */
#include <test/ktest_run.h>

#include <lib/bug.h>
#include <lib/crc32.h>
#include <lib/format.h>

static struct ktest_context *current;

static struct ktest_context *this_test(void)
{
	mm_bug_on(!current, "a check was called, but no test is running");
	return current;
}

static u32 seed_of(const struct ktest *test, u32 seed)
{
	seed = crc32(seed, test->suite, strlen(test->suite) + 1);
	return crc32(seed, test->name, strlen(test->name));
}

void ktest_enter(struct ktest_context *ctx, const struct ktest *test, struct out *out, u32 seed)
{
	*ctx = (struct ktest_context){ .test = test, .outer = current };
	ktest_comment_init(&ctx->comment, out);
	random_seed(&ctx->random, seed_of(test, seed));
	current = ctx;
}

void ktest_leave(struct ktest_context *ctx)
{
	BUG_ON(current != ctx);
	current = ctx->outer;
}

/* Count a failure. Return: is it one that is printed? */
static bool count_failure(struct ktest_context *ctx)
{
	ctx->failures++;
	if (ctx->failures == KTEST_MAX_FAILURES + 1)
		out_printf(&ctx->comment.out, "more failures: counted, not printed\n");
	return ctx->failures <= KTEST_MAX_FAILURES;
}

static void print_line(struct out *out, const char *fmt, va_list ap)
{
	out->vprintf(out, fmt, ap);
	out_printf(out, "\n");
}

static struct out *begin_failure(const char *file, int line)
{
	struct ktest_context *ctx = this_test();

	if (!count_failure(ctx))
		return NULL;
	out_printf(&ctx->comment.out, "%s:%d: ", file, line);
	if (ctx->case_name)
		out_printf(&ctx->comment.out, "case %s: ", ctx->case_name);
	return &ctx->comment.out;
}

bool __kt_eq(const char *file, int line, const char *what, long long got, long long want)
{
	struct out *out;

	if (got == want)
		return true;
	out = begin_failure(file, line);
	if (out)
		out_printf(out, "expected %s == %lld (0x%llx), got %lld (0x%llx)\n", what, want,
			   (u64)want, got, (u64)got);
	return false;
}

bool __kt_true(const char *file, int line, const char *what, bool ok)
{
	struct out *out;

	if (ok)
		return true;
	out = begin_failure(file, line);
	if (out)
		out_printf(out, "expected %s, got false\n", what);
	return false;
}

bool __kt_str_eq(const char *file, int line, const char *what, const char *got, const char *want)
{
	struct out *out;

	if (strcmp(got, want) == 0)
		return true;
	out = begin_failure(file, line);
	if (out)
		out_printf(out, "expected %s == \"%s\", got \"%s\"\n", what, want, got);
	return false;
}

void __kt_fail(const char *file, int line, const char *fmt, ...)
{
	struct out *out = begin_failure(file, line);
	va_list ap;

	if (!out)
		return;
	va_start(ap, fmt);
	print_line(out, fmt, ap);
	va_end(ap);
}

void ktest_fault(const char *fmt, ...)
{
	struct ktest_context *ctx = this_test();
	va_list ap;

	if (!count_failure(ctx))
		return;
	va_start(ap, fmt);
	print_line(&ctx->comment.out, fmt, ap);
	va_end(ap);
}

void kt_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(&this_test()->comment.out, fmt, ap);
	va_end(ap);
}

void __kt_skip(const char *reason)
{
	this_test()->skip_reason = reason;
}

void kt_case(const char *name)
{
	this_test()->case_name = name;
}

void kt_expect_stop(const char *text)
{
	this_test()->expect_stop = text;
	kt_note("expect-stop: %s", text);
}

void kt_expect_report(const char *text)
{
	kt_note("expect-report: %s", text);
}

u32 kt_random(void)
{
	return random_u32(&this_test()->random);
}

u32 kt_random_below(u32 n)
{
	return random_below(&this_test()->random, n);
}

/* Pass text on line by line, so that a value with newlines in it stays a comment. */
static void comment_emit(void *arg, const char *text, size_t len)
{
	struct ktest_comment_out *comment = arg;

	while (len) {
		size_t n = 0;

		while (n < len && text[n++] != '\n')
			;
		out_printf(comment->to, "%s%.*s", comment->in_line ? "" : "# ", (int)n, text);
		comment->in_line = text[n - 1] != '\n';
		text += n;
		len -= n;
	}
}

static void comment_vprintf(struct out *out, const char *fmt, va_list ap)
{
	vformat(comment_emit, container_of(out, struct ktest_comment_out, out), fmt, ap);
}

void ktest_comment_init(struct ktest_comment_out *comment, struct out *to)
{
	*comment = (struct ktest_comment_out){ .out = { .vprintf = comment_vprintf }, .to = to };
}
