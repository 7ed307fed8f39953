/* SPDX-License-Identifier: 0BSD
 *
 * util.c - what is made of kmalloc() alone: copies, and memory that need not be in one piece
 * (Linux's mm/util.c; Mauerer 3.6.5, 3.5.7).
 *
 * 1. Concepts    kvmalloc() is for tables that may become large. A large block of kmalloc() is hard
 *                to find once memory is in pieces, and an area of vmalloc() costs page tables and
 *                entries of the TLB. So the block is tried first, without effort and in silence,
 *                and the area is what is taken when there is none.
 * 2. Data        None. The address says which of the two it is: areas lie outside the direct map.
 * 3. Small       Up to a page kmalloc() is all there is: an area takes whole pages, too, so where
 *                there is no page for the one there is none for the other.
 * 4. Locking     None of its own.
 * 5. Not done    kstrdup_const(): nobody would use it.
 */
#include <mm/slab.h>
#include <mm/util.h>
#include <mm/vmalloc.h>
#include "vmap_area.h"

/* --- copies ---------------------------------------------------------------------------------- */

/* The length of @s, up to @max. */
static size_t length_up_to(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len])
		len++;
	return len;
}

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *copy = src ? kmalloc(len, gfp) : NULL;

	return copy && len ? memcpy(copy, src, len) : copy;
}

char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	char *copy = s && len + 1 ? kmalloc(len + 1, gfp) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? kmemdup_nul(s, length_up_to(s, max), gfp) : NULL;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return kstrndup(s, (size_t)-1, gfp);
}

/* --- a block, or an area --------------------------------------------------------------------- */

/* How to ask for a block that is not the only chance: nobody is made to give up what he has for it
 * but who was asked to try hard, and a failure is no news. */
static gfp_t try_gfp(gfp_t gfp)
{
	gfp = (gfp | __GFP_NOWARN) & ~__GFP_NOFAIL;
	return gfp & __GFP_RETRY_MAYFAIL ? gfp : gfp | __GFP_NORETRY;
}

static void *block_or_area(size_t size, gfp_t gfp, const void *caller)
{
	void *p;

	if (size <= PAGE_SIZE)
		return kmalloc(size, gfp);
	p = kmalloc(size, try_gfp(gfp));
	return p ? p : vmalloc_for(size, gfp | __GFP_HIGHMEM, PROT_KERNEL_RW, caller);
}

void *kvmalloc(size_t size, gfp_t gfp)
{
	return block_or_area(size, gfp, __builtin_return_address(0));
}

void *kvzalloc(size_t size, gfp_t gfp)
{
	return block_or_area(size, gfp | __GFP_ZERO, __builtin_return_address(0));
}

static void *array_or_area(size_t n, size_t size, gfp_t gfp, const void *caller)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : block_or_area(bytes, gfp, caller);
}

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return array_or_area(n, size, gfp, __builtin_return_address(0));
}

void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return array_or_area(n, size, gfp | __GFP_ZERO, __builtin_return_address(0));
}

void kvfree(const void *p)
{
	if (is_vmalloc_addr(p))
		vfree(p);
	else
		kfree(p);
}

/* What is cut off is cleared, as krealloc() does. */
void *kvrealloc(const void *p, size_t old_size, size_t size, gfp_t gfp)
{
	void *moved;

	if (!ZERO_OR_NULL_PTR(p) && size && size <= old_size) {
		memset((char *)(uintptr)p + size, 0, old_size - size);
		return (void *)(uintptr)p;
	}
	moved = block_or_area(size, gfp, __builtin_return_address(0));
	if (!moved)
		return NULL;
	if (!ZERO_OR_NULL_PTR(p))
		memcpy(moved, p, min(old_size, size));
	kvfree(p);
	return moved;
}
