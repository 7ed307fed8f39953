/* SPDX-License-Identifier: 0BSD
 *
 * page_bug.h - stop, and say what is wrong with a page that a caller gave.
 */
#ifndef MM_PAGE_BUG_H
#define MM_PAGE_BUG_H

#include <lib/compiler.h>

struct out;
struct page;

/* @page, given to @who, is no struct page; the report says what it may be instead. */
void fastcall bad_page_pointer(const struct page *page, const char *who) __noreturn __cold;

/* @page, whatever it is, was given to __free_pages() with @order and is no such block in use. */
void fastcall bad_free(const struct page *page, unsigned int order) __noreturn __cold;

/* The line that this would stop with for the valid @page, to @out; nothing stops. */
void bad_free_show(struct out *out, const struct page *page, unsigned int order);

/* @page, the first of its block if it is in a compound one, was given to @who, get_page() or
 * put_page(), and has no count. */
void bad_reference(const struct page *page, const char *who) __noreturn __cold;

/* @page, whatever it is, was given to split_page() with @order and is no ordinary block of that
 * order with one reference. */
void bad_split(const struct page *page, unsigned int order) __noreturn __cold;

#endif
