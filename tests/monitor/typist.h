/* SPDX-License-Identifier: 0BSD
 *
 * typist.h - somebody who types anything at the monitor, and puts back what it handed out.
 */
#ifndef TESTS_MONITOR_TYPIST_H
#define TESTS_MONITOR_TYPIST_H

#include <boot/monitor/leaks.h>
#include <lib/out.h>

#define TYPIST_LINE 128
#define TYPIST_OUT  64

struct typist {
	struct out out; /* reads along */
	char line[TYPIST_LINE];
	size_t len;
	char give_back[TYPIST_OUT][32]; /* commands; some may be out of date */
	unsigned int nr;
	struct leaks_count base; /* what `leaks` compared with before */
	bool guard;		 /* kfence had a pool */
};

void typist_start(struct typist *typist);

/* Let the monitor run @line, which may be anything; @panicked as in monitor_run_to(). */
void typist_type(struct typist *typist, const char *line, bool panicked);

/* Give everything back. */
void typist_end(struct typist *typist);

/* Type @nr random lines, between typist_start() and typist_end(), in a test. */
void typist_type_at_random(struct typist *typist, unsigned int nr);

#endif
