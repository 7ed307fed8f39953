/* SPDX-License-Identifier: 0BSD
 *
 * fill.h - overwrite all free memory.
 */
#ifndef TESTS_MM_FILL_H
#define TESTS_MM_FILL_H

/* Take all free memory, fill it, check that every word kept its value, and give it back. It is part
 * of the test that calls it. */
void fill_free_memory(void);

#endif
