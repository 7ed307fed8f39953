/* SPDX-License-Identifier: 0BSD
 *
 * kfence.h - a sampling guard: every Nth slab allocation lies alone beside a page that is not
 * mapped (`kfence=N`). mm/kfence.c has the theory.
 *
 * While it is off nothing is paid for it. While it is on, every allocation of an object is counted
 * on its way, and freeing costs nothing more but for the objects that are guarded.
 */
#ifndef MM_KFENCE_H
#define MM_KFENCE_H

#include <mm/arch_api.h>

struct out;

/* The largest interval: it is counted down as a signed number. */
#define KFENCE_INTERVAL_MAX 0x7fffffff

/* `kfence=`: start with every @interval-th allocation when the slab allocator is up; 0: do not.
 * Without this call it is as the build says (KFENCE_DEFAULT). Context: before kmem_cache_init(). */
void kfence_want(unsigned int interval);

/* From now on guard every @interval-th slab allocation; with 0 none more, and what is guarded stays
 * so. Takes a pool of pages if there is none: so many as fit lowmem, at most 2 MiB.
 * Context: after kmem_cache_init(); one caller at a time.
 * Return:  0; -EINVAL if the port cannot unmap single pages, -ENOMEM if there is no memory for the
 *          smallest pool, both with a line in the log and with nothing changed. */
int kfence_start(unsigned int interval);

/* Guard nothing any more, and give the pool back. Context: as kfence_start().
 * Return: 0; -EBUSY while guarded objects are in use, then only no more are guarded. */
int kfence_stop(void);

/* Every how many-th allocation is guarded; 0: none. */
extern unsigned int kfence_interval;

/* The pool's pages, which lie in the direct map; without a pool no address is in it. */
extern unsigned long kfence_pool_start, kfence_pool_bytes;

static inline bool is_kfence_address(const void *addr)
{
	return (uintptr)addr - kfence_pool_start < kfence_pool_bytes;
}

/* Is there no mapping at @addr because the pool keeps it so? Context: any; takes no lock. */
bool kfence_is_unmapped(unsigned long addr);

/* The rest is for reports, also in a panic: no locks are taken. */

/* Is page @pfn one of the guard's own: of the pool, or of the table about it? */
bool kfence_has_page(unsigned long pfn);

/* What an access to @addr, an address of the pool that is not mapped, was: "overrun", "underrun",
 * "use after free", or "not mapped" where no object is near. */
const char *kfence_fault_kind(unsigned long addr);

/* A phrase about what is at @addr: which byte of, behind or in front of which object, with its
 * cache and who has or had it. Return: false if @addr is not in the pool. */
bool kfence_address_show(struct out *out, unsigned long addr);

/* The object nearest to @addr with the call traces of its allocation and of its free, in whole
 * lines; nothing if @addr is not in the pool, or no object ever was there. */
void kfence_object_show(struct out *out, unsigned long addr);

/* What the guard does, and how much of its pool is in use. */
void kfence_show(struct out *out);

#endif
