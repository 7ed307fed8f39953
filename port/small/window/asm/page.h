/* SPDX-License-Identifier: 0BSD
 *
 * page.h - pages and the direct map: all in mm_limits.h.
 */
#include <asm/mm_limits.h>
