/* SPDX-License-Identifier: 0BSD
 *
 * page.h - pages and the direct map: all in mmport.h.
 */
#include "../mmport.h"
