/* SPDX-License-Identifier: 0BSD
 *
 * host.h - what host-only tests may use beyond ktest.h.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

/* What was written to the console since the test began or host_log_clear() was called. */
const char *host_log(void);
void host_log_clear(void);

#endif
