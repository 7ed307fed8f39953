/* SPDX-License-Identifier: 0BSD
 *
 * work.h - what a handler leaves to be done later, where there is time to wait; the small form for
 * one CPU.
 *
 * There is no thread for it: work runs in machine_idle(), so at the prompt and in event_wait(), in
 * the order in which it was scheduled, on the stack of who waits there. After a panic none does.
 */
#ifndef DEV_WORK_H
#define DEV_WORK_H

#include <lib/types.h>

/* The caller's, as long as it is pending. Zeroed but for the first two. */
struct work {
	void (*run)(void *context);
	void *context;
	struct work *next;
	bool pending;
};

/* Let @work->run be called once. It may schedule itself again, and its memory may be freed there.
 * Return: false if it is pending already. Context: any. */
bool schedule_work(struct work *work);

/* Run what is pending now, but nothing that is scheduled meanwhile. Called by machine_idle(), and
 * by who cannot wait for that. Context: as machine_idle(). */
void run_pending_work(void);

#endif
