/* SPDX-License-Identifier: 0BSD
 *
 * mm_limits.h - how much memory there may be: all in mmport.h.
 */
#include "../mmport.h"
