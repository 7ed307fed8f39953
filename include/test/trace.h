/* SPDX-License-Identifier: 0BSD
 *
 * trace.h - the option `trace=NAME`: a recorded load, loaded as a boot module, is replayed.
 */
#ifndef TEST_TRACE_H
#define TEST_TRACE_H

/* Replay what `trace=` named; nothing without it. A missing module or a failed replay is a line and
 * a boot_fail(). Context: after the self-tests. */
void trace_run(void);

#endif
