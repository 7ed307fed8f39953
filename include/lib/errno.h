/* SPDX-License-Identifier: 0BSD
 *
 * errno.h - the error numbers in use, with Linux's values. Functions return them negated.
 */
#ifndef LIB_ERRNO_H
#define LIB_ERRNO_H

#define ENOENT 2
#define EIO    5
#define E2BIG  7
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY  16
#define EEXIST 17
#define EINVAL 22
#define ENOSPC 28
#define ERANGE 34

/* So many values below 0 are errors, also where a pointer is meant (Linux's number). */
#define MAX_ERRNO 4095

#endif
