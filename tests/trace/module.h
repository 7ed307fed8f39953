/* SPDX-License-Identifier: 0BSD
 *
 * module.h - what a boot module is called.
 */
#ifndef TESTS_TRACE_MODULE_H
#define TESTS_TRACE_MODULE_H

#include <lib/types.h>

/* Has @string, as the boot loader gave it, a word that is @name or a path that ends in it? */
bool module_has_name(const char *string, const char *name);

#endif
