/* SPDX-License-Identifier: 0BSD
 *
 * marks.h - zones that keep nothing back for a while, for tests of what lies under the watermarks.
 */
#ifndef TESTS_MM_MARKS_H
#define TESTS_MM_MARKS_H

/* From here on any request may have the last page, of the best zone first; and as before. Pairs
 * nest. */
void marks_off(void);
void marks_on(void);

#endif
