/* SPDX-License-Identifier: 0BSD
 *
 * version.c - whose kernel this is: the only object that knows the name it is built for.
 *
 * `make KERNEL_NAME=... KERNEL_VERSION=...` sets both for a kernel that is not mmkit's own.
 */
#include <lib/version.h>

#ifdef KERNEL_NAME
const char kernel_banner[] = KERNEL_NAME " " KERNEL_VERSION " on " MMKIT_BANNER;
#else
#define KERNEL_NAME "mmkit"
const char kernel_banner[] = MMKIT_BANNER;
#endif

const char kernel_name[] = KERNEL_NAME, kernel_prompt[] = KERNEL_NAME ">";
