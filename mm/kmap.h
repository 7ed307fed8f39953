/* SPDX-License-Identifier: 0BSD
 *
 * kmap.h - what kmap.c shares with highmem.c, check_kmap.c and the tests. Nobody else includes it.
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include <mm/highmem.h>
#include <mm/percpu.h>

#ifndef MM_NO_HIGHMEM

/* One place of PKMAP_BASE ..., (K) under kmap_lock. */
struct pkmap {
	unsigned long pfn;	 /* (K) the page here; with count 0 the one that was here last */
	unsigned int count;	 /* (K) 0: free; 1: mapped, and nobody uses it; else 1 + users */
	struct pkmap *next;	 /* (K) the next one of its hash chain; pkmap_none ends it */
	struct pkmap_half *half; /* (K) its half, from the first use on */
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
extern struct pkmap *pkmap_hash[PKMAP_HASH_SIZE]; /* (K) the first place of each chain */
extern struct pkmap pkmap_none;			  /* no place: of no page, behind each chain */

#define KMAP_NO_VA 1UL

struct kmap_slot {
	unsigned long va;	 /* KMAP_NO_VA, no page's: this is no slot, but stands before one */
	arch_slot_t *entry;	 /* what maps it */
	unsigned long pfn;	 /* of the page that it shows, or showed last */
	unsigned long irq_flags; /* to give back */
};

/* The slots of kmap_atomic() that a CPU has, its own with interrupts off. */
struct kmap_stack {
	struct kmap_slot *next, *end;		  /* the first that is free; behind the last */
	struct kmap_slot slot[1 + KMAP_NR_SLOTS]; /* the first one is none */
};

DECLARE_PER_CPU(struct kmap_stack, kmap_stack);

/* Slots in use: the first ones. */
static inline unsigned long kmap_nr_used(const struct kmap_stack *stack)
{
	return stack->next[-1].va == KMAP_NO_VA ? 0
						: (unsigned long)(stack->next - stack->slot - 1);
}

static inline unsigned long pkmap_address(const struct pkmap *place)
{
	return PKMAP_BASE + ((uintptr)place - (uintptr)pkmap) * (PAGE_SIZE / sizeof(struct pkmap));
}

/* The place of the page, which is mapped; NULL if it is not. Context: under kmap_lock. */
struct pkmap *pkmap_find(unsigned long pfn);

/* One user more of a page that is mapped already, or one less. Return: the address, or NULL if it
 * is not mapped; whether @addr is a place of kmap(). A place without users stops the second. */
void *pkmap_pin(unsigned long pfn);
bool pkmap_unpin(const void *addr);
#endif

#endif
