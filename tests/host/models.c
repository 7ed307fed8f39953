/* SPDX-License-Identifier: 0BSD
 *
 * models.c - drives the models: `models [--ops N] [--seed N] [--seconds N] [--patience MS]
 * [--log 1] [MODEL...]`.
 *
 * 1. Concepts  A run is a number of episodes of EPISODE operations; the seed of an episode is the
 *              run's seed plus its number, so an episode is repeated by its seed alone. Each run is
 *              a process of its own with a machine of its own.
 * 2. Failure   A difference ends the process with a message; so do a panic and a sanitizer. The
 *              parent then plays the episode's operations again, leaving out halves, quarters, ...
 *              as long as it still fails, and prints what is left with a line to repeat it.
 * 3. Patience  An operation that needs more than so many milliseconds of the processor's time
 *              hangs, and is a failure like any other. Without the option only a whole run has a
 *              limit.
 * 4. Report    KTAP, one line a model. With --log the shortest sequence is played once more with
 *              the kernel's log, from the boot on, and each operation before what it says.
 */
#include "machine.h"

#include <lib/panic.h>
#include <lib/printk.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../model/model.h"

#define EPISODE	     1000u
#define CHILD_LIMIT  600 /* seconds: a model that hangs is a failure too */
#define LINE_SECONDS 5
#define POLL_US	     20000

static const struct model *const models[] = { &model_e820,   &model_bootmem, &model_buddy,
					      &model_slab,   &model_migrate, &model_kmap,
					      &model_vmalloc };

/* What a child tells its parent, also when it dies. */
static struct progress {
	unsigned long long ops;
	u32 seed; /* of the episode under way */
	u32 step; /* operations of it that were begun */
	char text[200];
} * progress;

static struct options {
	unsigned long long ops;
	u32 seed;
	unsigned int seconds;  /* 0: by ops */
	unsigned int patience; /* ms for an operation; 0: any time */
	bool log;
} options = { .ops = 50000, .seed = 1 };

static bool log_shown; /* in this child */

bool model_differs(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(progress->text, sizeof(progress->text), fmt, ap);
	va_end(ap);
	return false;
}

static void show_text(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] != '\r')
			putchar(text[i]);
	fflush(stdout); /* the child may end in any way */
}

/* What a panic says is the report; other text is of use only to who asked for the log. */
static void console_write(const char *text, size_t len)
{
	size_t used = strlen(progress->text);

	if (log_shown)
		show_text(text, len);
	if (panic_in_progress() && text[0] != '\r')
		snprintf(progress->text + used, sizeof(progress->text) - used, "%.*s", (int)len,
			 text);
}

void panic_backtrace(void)
{
}

void panic_stop(void)
{
	panic_end();
}

void panic_end(void)
{
	_exit(EXIT_FAILURE);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void choose_all(const struct model *model, u32 seed, struct op ops[EPISODE])
{
	struct random random;
	u32 i;

	random_seed(&random, seed);
	for (i = 0; i < EPISODE; i++)
		model->choose(&random, &ops[i]);
}

/* From now on this process has options.patience; then SIGPROF ends it. */
static void begin_to_wait(void)
{
	const struct itimerval timer = {
		.it_value = { options.patience / 1000, options.patience % 1000 * 1000 },
	};

	if (options.patience)
		setitimer(ITIMER_PROF, &timer, NULL);
}

static void show_operation(const struct model *model, const struct op *op)
{
	char buf[80];

	printf("# %s\n", model->text(op, buf));
	fflush(stdout);
}

/* Return: does the oracle agree all the way? */
static bool play(const struct model *model, const struct op *ops, u32 nr)
{
	for (progress->step = 0; progress->step < nr; progress->step++, progress->ops++) {
		begin_to_wait();
		if (log_shown)
			show_operation(model, &ops[progress->step]);
		if (!model->step(&ops[progress->step]))
			return false;
	}
	begin_to_wait();
	return model->end();
}

/* The same; after a difference, which invariant is broken is said, too. */
static bool play_and_look(const struct model *model, const struct op *ops, u32 nr)
{
	struct mm_check check = { 0 };
	size_t used;

	if (play(model, ops, nr))
		return true;
	used = strlen(progress->text);
	if (!strstr(progress->text, "invariant") && mm_check(&check))
		snprintf(progress->text + used, sizeof(progress->text) - used,
			 "; invariant %s is broken", check.first);
	return false;
}

/* In a child: a fresh machine, its messages thrown away unless they are to be shown. */
static void child_begin(const struct model *model)
{
	alarm(CHILD_LIMIT + options.seconds);
	begin_to_wait();
	if (!log_shown && !freopen("/dev/null", "w", stdout))
		exit(EXIT_FAILURE);
	printk_add_console(console_write);
	machine_start_small();
	model->begin();
}

static void __attribute__((noreturn)) child_run(const struct model *model)
{
	static struct op ops[EPISODE];
	double end = now() + options.seconds;
	bool good = true;

	progress->seed = options.seed;
	child_begin(model);
	while (options.seconds ? now() < end : progress->ops < options.ops) {
		choose_all(model, progress->seed, ops);
		good = play_and_look(model, ops, EPISODE);
		if (!good)
			break;
		progress->seed++;
	}
	fflush(NULL);
	_exit(good ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void __attribute__((noreturn))
child_play(const struct model *model, const struct op *ops, u32 nr)
{
	if (!freopen("/dev/null", "w", stderr))
		exit(EXIT_FAILURE);
	child_begin(model);
	_exit(play_and_look(model, ops, nr) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool ended_well(int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		model_differs("it does not end in %u ms", options.patience);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool child_ended_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && ended_well(status);
}

static void show_progress(const struct model *model, double start)
{
	double left = options.seconds - (now() - start);

	if (options.seconds)
		printf("# %s: %.0f s left, %llu operations\n", model->name, left > 0 ? left : 0.0,
		       progress->ops);
	else
		printf("# %s: %llu %% (%llu of %llu operations)\n", model->name,
		       progress->ops * 100 / options.ops, progress->ops, options.ops);
	fflush(stdout);
}

/* The same, with a line every LINE_SECONDS that says how far the child is. */
static bool watched_child_ended_well(const struct model *model, pid_t child)
{
	double start = now(), shown = start;
	int status;

	while (waitpid(child, &status, WNOHANG) == 0) {
		usleep(POLL_US);
		if (now() - shown < LINE_SECONDS)
			continue;
		shown = now();
		show_progress(model, start);
	}
	return ended_well(status);
}

/* A child, with nothing of ours waiting to be printed twice. */
static pid_t fork_child(void)
{
	fflush(NULL);
	memset(progress, 0, sizeof(*progress));
	return fork();
}

static bool run_fails(const struct model *model)
{
	pid_t child = fork_child();

	if (!child)
		child_run(model);
	return !watched_child_ended_well(model, child);
}

static bool still_fails(const struct model *model, const struct op *ops, u32 nr)
{
	pid_t child = fork_child();

	if (!child)
		child_play(model, ops, nr);
	return !child_ended_well(child);
}

/* Leave out pieces of @ops, smaller and smaller, while it still fails. Return: how many are
 * left. */
static u32 shrink(const struct model *model, struct op *ops, u32 nr)
{
	static struct op shorter[EPISODE];
	u32 piece, at;

	for (piece = nr / 2; piece; piece /= 2) {
		for (at = 0; at + piece <= nr;) {
			memcpy(shorter, ops, at * sizeof(*ops));
			memcpy(shorter + at, ops + at + piece, (nr - at - piece) * sizeof(*ops));
			if (!still_fails(model, shorter, nr - piece)) {
				at += piece;
				continue;
			}
			nr -= piece;
			memcpy(ops, shorter, nr * sizeof(*ops));
		}
	}
	return nr;
}

static const char *what_failed(void)
{
	return progress->text[0] ? progress->text : "a panic, a signal or a sanitizer";
}

static void show_log(const struct model *model, const struct op *ops, u32 nr)
{
	printf("# the log, from the boot on:\n");
	log_shown = true;
	still_fails(model, ops, nr);
	log_shown = false;
}

static void report_failure(const struct model *model, const char *program)
{
	static struct op ops[EPISODE];
	u32 seed = progress->seed, nr = progress->step + 1, i;
	char buf[80];

	printf("# %s: seed %u, operation %u: %s\n", model->name, seed, progress->step,
	       what_failed());
	choose_all(model, seed, ops);
	nr = nr < EPISODE ? nr : EPISODE;
	if (still_fails(model, ops, 0)) {
		printf("# it fails before the first operation\n");
		nr = 0;
	} else if (!still_fails(model, ops, nr)) {
		printf("# the episode by itself passes: it needs those before it\n");
		nr = 0;
	}
	nr = shrink(model, ops, nr);
	for (i = 0; i < nr; i++)
		printf("#   %s\n", model->text(&ops[i], buf));
	if (nr && still_fails(model, ops, nr))
		printf("# these end with: %s\n", what_failed());
	if (options.log)
		show_log(model, ops, nr);
	printf("# repeat: %s --seed %u --ops %u %s\n", program, seed, EPISODE, model->name);
}

static bool run_model(const struct model *model, const char *program, unsigned int number)
{
	double start = now(), seconds;
	bool failed = run_fails(model);
	unsigned long long ops = progress->ops;

	seconds = now() - start;
	if (failed)
		report_failure(model, program);
	printf("%s %u - model.%s (%llu operations, %.1f s, %.0f a second)\n",
	       failed ? "not ok" : "ok", number, model->name, ops, seconds, (double)ops / seconds);
	fflush(stdout);
	return !failed;
}

static bool wanted(const struct model *model, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strcmp(argv[i], model->name))
			return true;
	return !argc;
}

static int usage(void)
{
	fprintf(stderr, "usage: models [--ops N] [--seed N] [--seconds N] [--patience MS] "
			"[--log 1] [MODEL...]\n");
	return 2;
}

/* Take the options off the front. Return: words taken; -1 if one is bad. */
static int parse(int argc, char **argv)
{
	int i;

	for (i = 1; i + 1 < argc && !strncmp(argv[i], "--", 2); i += 2) {
		unsigned long long value = strtoull(argv[i + 1], NULL, 10);

		if (!strcmp(argv[i], "--ops"))
			options.ops = value;
		else if (!strcmp(argv[i], "--seed"))
			options.seed = (u32)value;
		else if (!strcmp(argv[i], "--seconds"))
			options.seconds = (unsigned int)value;
		else if (!strcmp(argv[i], "--patience"))
			options.patience = (unsigned int)value;
		else if (!strcmp(argv[i], "--log"))
			options.log = value;
		else
			return -1;
	}
	return i < argc && !strncmp(argv[i], "--", 2) ? -1 : i;
}

int main(int argc, char **argv)
{
	unsigned int i, passed = 0, failed = 0;
	int taken = parse(argc, argv);

	if (taken < 0)
		return usage();
	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (progress == MAP_FAILED)
		return EXIT_FAILURE;
	printf("# models: seed %u\n", options.seed);
	fflush(stdout);
	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		if (!wanted(models[i], argc - taken, argv + taken))
			continue;
		if (run_model(models[i], argv[0], passed + failed + 1))
			passed++;
		else
			failed++;
	}
	printf("# mmkit: %u passed, %u failed, 0 skipped\n", passed, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
