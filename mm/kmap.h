/* SPDX-License-Identifier: 0BSD
 *
 * kmap.h - what kmap.c shares with highmem.c, check_kmap.c and the tests. Nobody else includes it.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include <mm/highmem.h>
#include <mm/percpu.h>

/* One place of PKMAP_BASE ..., (K) under kmap_lock. */
struct pkmap {
	unsigned long pfn;  /* (K) the page here; with count 0 the one that was here last */
	unsigned int count; /* (K) 0: free; 1: mapped, and nobody uses it; else 1 + users */
	u16 next;	    /* (K) the next one of its hash chain, plus one; 0: none */
};

/* The places with even numbers, and those with odd ones. */
struct pkmap_half {
	unsigned int nr_free;	/* (K) places with count 0 */
	unsigned int nr_unused; /* (K) places with count 1 */
	unsigned int last;	/* (K) the place that was taken last */
};

#define PKMAP_HASH_SIZE 256

extern spinlock_t kmap_lock;
extern struct pkmap pkmap[LAST_PKMAP];
extern struct pkmap_half pkmap_half[2];
extern u16 pkmap_hash[PKMAP_HASH_SIZE]; /* (K) the first place of each chain, plus one; 0: none */

/* The slots of kmap_atomic() that a CPU has in use, its own with interrupts off. */
struct kmap_stack {
	unsigned long nr; /* slots in use: the first ones */
	struct {
		unsigned long pfn;	 /* of the page that it shows, or showed last */
		unsigned long irq_flags; /* to give back */
	} slot[KMAP_NR_SLOTS];
};

DECLARE_PER_CPU(struct kmap_stack, kmap_stack);

static inline unsigned long pkmap_address(const struct pkmap *place)
{
	return PKMAP_BASE + ((unsigned long)(place - pkmap) << PAGE_SHIFT);
}

/* The place of the page, which is mapped; NULL if it is not. Context: under kmap_lock. */
struct pkmap *pkmap_find(unsigned long pfn);

/* One user more of a page that is mapped already, or one less. Return: the address, or NULL if it
 * is not mapped; whether @addr is a place of kmap(). A place without users stops the second. */
void *pkmap_pin(unsigned long pfn);
bool pkmap_unpin(const void *addr);

#endif
