/* SPDX-License-Identifier: 0BSD
 *
 * runner.c - runs the tests of include/test/ktest.h as a host program and reports KTAP.
 *
 *	runner [-s SEED] [GLOB...]		globs match suite.test, one without a dot the suite
 *
 * 1. Concepts  The tests and what they test are the kernel's sources, compiled for the host with
 *              sanitizers. Here are the checks of ktest.h, the console, and the ends of panic().
 * 2. Console   All that the kernel's printk writes is kept; it is shown if the test fails.
 * 3. STOP      A test that must panic runs in a process of its own, which ends well if the console
 *              then holds the promised text. A panic in any other test ends the run as a failure.
 * 4. Not done  Leak checks: what runs here allocates nothing.
 */
/* Ours first: the host's headers know how to live with an __always_inline that is there already. */
#include <lib/crc32.h>
#include <lib/panic.h>
#include <lib/printk.h>
#include <lib/random.h>
#include <test/ktest.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

extern const struct ktest __start_ktest[], __stop_ktest[];

enum verdict { PASSED, FAILED, SKIPPED, NR_VERDICTS };

static char console_log[1 << 16];
static size_t console_len;

static u32 seed = 1;
static struct random test_random;
static unsigned int failures;
static const char *case_name, *skip_reason, *stop_text;

/* The console. */

static void console_write(const char *text, size_t len)
{
	if (len > sizeof(console_log) - 1 - console_len)
		len = sizeof(console_log) - 1 - console_len;
	memcpy(console_log + console_len, text, len);
	console_len += len;
	console_log[console_len] = '\0';
}

const char *host_log(void)
{
	return console_log;
}

void host_log_clear(void)
{
	console_len = 0;
	console_log[0] = '\0';
}

static void show_console(void)
{
	char *line, *rest = NULL;

	for (line = strtok_r(console_log, "\r\n", &rest); line;
	     line = strtok_r(NULL, "\r\n", &rest))
		printf("# log: %s\n", line);
}

/* The ends of panic(). */

void panic_backtrace(void)
{
}

void panic_end(void)
{
	bool expected = stop_text && strstr(console_log, stop_text);

	if (!expected) {
		printf("# expected stop: %s\n", stop_text ? stop_text : "none");
		show_console();
	}
	fflush(stdout);
	_exit(expected ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* The checks. */

static void begin_failure(const char *file, int line)
{
	failures++;
	printf("# %s:%d: ", file, line);
	if (case_name)
		printf("[%s] ", case_name);
}

bool __kt_eq(const char *file, int line, const char *what, long long got, long long want)
{
	if (got == want)
		return true;
	begin_failure(file, line);
	printf("expected %s = %lld (0x%llx), got %lld (0x%llx)\n", what, want, want, got, got);
	return false;
}

bool __kt_true(const char *file, int line, const char *what, bool ok)
{
	if (ok)
		return true;
	begin_failure(file, line);
	printf("expected %s, got false\n", what);
	return false;
}

bool __kt_str_eq(const char *file, int line, const char *what, const char *got, const char *want)
{
	if (got == want || (got && want && strcmp(got, want) == 0))
		return true;
	begin_failure(file, line);
	printf("expected %s = \"%s\", got \"%s\"\n", what, want ? want : "(null)",
	       got ? got : "(null)");
	return false;
}

void __kt_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	begin_failure(file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void __kt_skip(const char *reason)
{
	skip_reason = reason;
}

void kt_case(const char *name)
{
	case_name = name;
}

void kt_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("# ");
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void kt_expect_stop(const char *text)
{
	stop_text = text;
}

u32 kt_random(void)
{
	return random_u32(&test_random);
}

u32 kt_random_below(u32 n)
{
	return random_below(&test_random, n);
}

/* The runner. */

static void test_title(const struct ktest *test, char title[128])
{
	snprintf(title, 128, "%s.%s", test->suite, test->name);
}

static bool is_selected(const struct ktest *test, char **globs)
{
	char title[128];

	test_title(test, title);
	if (!*globs)
		return true;
	for (; *globs; globs++) {
		if (glob_match(*globs, strchr(*globs, '.') ? title : test->suite))
			return true;
	}
	return false;
}

static void start_test(const struct ktest *test)
{
	char title[128];

	test_title(test, title);
	random_seed(&test_random, seed ^ crc32(0, title, strlen(title)));
	failures = 0;
	case_name = skip_reason = stop_text = NULL;
	host_log_clear();
}

static void __noreturn run_stop_test(const struct ktest *test)
{
	test->run();
	printf("# the test returned\n");
	fflush(stdout);
	_exit(EXIT_FAILURE);
}

static bool ended_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == EXIT_SUCCESS;
}

static enum verdict run_test(const struct ktest *test)
{
	start_test(test);
	if (test->class == KTEST_STOP || test->class == KTEST_STOP_BOOT) {
		pid_t child;

		fflush(stdout);
		child = fork();
		if (child == 0)
			run_stop_test(test);
		return ended_well(child) ? PASSED : FAILED;
	}
	test->run();
	if (failures) {
		show_console();
		return FAILED;
	}
	return skip_reason ? SKIPPED : PASSED;
}

static int by_title(const void *a, const void *b)
{
	char x[128], y[128];

	test_title(*(const struct ktest *const *)a, x);
	test_title(*(const struct ktest *const *)b, y);
	return strcmp(x, y);
}

static size_t select_tests(const struct ktest **tests, char **globs)
{
	const struct ktest *test;
	size_t n = 0;

	for (test = __start_ktest; test < __stop_ktest; test++) {
		if (is_selected(test, globs))
			tests[n++] = test;
	}
	qsort(tests, n, sizeof(*tests), by_title);
	return n;
}

static void run_tests(const struct ktest **tests, size_t n, unsigned int count[NR_VERDICTS])
{
	char title[128];
	size_t i;

	printf("KTAP version 1\n1..%zu\n# seed: %u\n", n, seed);
	for (i = 0; i < n; i++) {
		enum verdict verdict = run_test(tests[i]);

		count[verdict]++;
		test_title(tests[i], title);
		printf("%s %zu - %s%s%s\n", verdict == FAILED ? "not ok" : "ok", i + 1, title,
		       verdict == SKIPPED ? " # SKIP " : "", verdict == SKIPPED ? skip_reason : "");
	}
}

int main(int argc, char **argv)
{
	unsigned int count[NR_VERDICTS] = { 0 };
	const struct ktest **tests = calloc((size_t)(__stop_ktest - __start_ktest) + 1,
					    sizeof(*tests));
	int opt;
	size_t n;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((opt = getopt(argc, argv, "s:")) != -1) {
		if (opt != 's') {
			fprintf(stderr, "usage: runner [-s SEED] [GLOB...]\n");
			return 2;
		}
		seed = (u32)strtoul(optarg, NULL, 0);
	}
	printk_add_console(console_write);
	n = select_tests(tests, argv + optind);
	run_tests(tests, n, count);
	free(tests);
	printf("# mmkit: %u passed, %u failed, %u skipped\n", count[PASSED], count[FAILED],
	       count[SKIPPED]);
	return count[FAILED] || !n ? EXIT_FAILURE : EXIT_SUCCESS;
}
