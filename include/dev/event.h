/* SPDX-License-Identifier: 0BSD
 *
 * event.h - something that happens, often in an interrupt's handler, and that others wait for; the
 * small form for one CPU.
 *
 * It counts: each signal lets one wait end, also one that begins later. Who waits does so in
 * machine_idle(): handlers and work run meanwhile, and nobody else does. Zeroed to start.
 */
#ifndef DEV_EVENT_H
#define DEV_EVENT_H

#include <lib/types.h>

struct event {
	unsigned int signals;
};

#define EVENT_FOREVER 0xFFFFFFFFu

/* Context: any. */
void event_signal(struct event *event);
void event_reset(struct event *event);

/* Wait for a signal, and take it; at most @ms milliseconds, or EVENT_FOREVER. Without a timer, or
 * with 0, only for one that is there. Return: was there one?
 * Context: not in an interrupt's handler: that stops. */
bool event_wait(struct event *event, unsigned int ms);

#endif
