/* SPDX-License-Identifier: 0BSD
 *
 * direct.h - mm/'s own functions, for a program that the malloc is loaded into: dlsym() of
 * "mmkit_direct".
 */
#ifndef NATIVE_DIRECT_H
#define NATIVE_DIRECT_H

struct mmkit_direct {
	void *(*pages)(unsigned int order); /* a block's struct page */
	void (*pages_free)(void *page, unsigned int order);
	unsigned long (*free_pages)(void); /* how many */
};

extern const struct mmkit_direct mmkit_direct;

#endif
