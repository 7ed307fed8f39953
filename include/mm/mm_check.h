/* SPDX-License-Identifier: 0BSD
 *
 * mm_check.h - walk every structure and compare it with its numbered invariants.
 *
 * A subsystem numbers its invariants in the theory block of its file. Its checker lists them again,
 * word for word, beside the code that compares them: mm/check_<subsystem>.c. What is not of mm/ has
 * a checker of its own and registers it. A violation is one line that begins with the number.
 * O(all pages and objects): for tests and the monitor, not for the running system.
 */
#ifndef MM_MM_CHECK_H
#define MM_MM_CHECK_H

#include <lib/compiler.h>
#include <lib/types.h>

struct out;
struct bootmem_data;

struct mm_check {
	struct out *out;		  /* where violations are printed; NULL: nowhere */
	unsigned int nr;		  /* violations found */
	char first[8];			  /* number of the first one, "" if none */
	const struct mm_checker *checker; /* that runs; NULL if a part was called by itself */
};

struct mm_invariant {
	const char *id; /* the subsystem's letter and a number: "P7" */
	const char *sentence;
};

struct mm_checker {
	const char *name;		       /* of the subsystem: "buddy" */
	const struct mm_invariant *invariants; /* ended by one without an id */
	void (*walk)(struct mm_check *check);
	/* Why there is nothing to walk now, in a word or two; NULL if there is. The member may be
	 * NULL: always there. */
	const char *(*absent)(void);
};

/* Run every checker that has something to walk: those of mm/ (bootmem, zones, free lists and
 * mem_map, slab caches), then the registered ones.
 * Return: number of violations; @check->first names the first invariant broken.
 * Context: any stage of the boot, nothing else allocating. */
unsigned int mm_check(struct mm_check *check);

/* Add a checker, which must stay, to the walk. Context: boot only. */
void mm_check_register(const struct mm_checker *checker);

/* The checkers in the order of the walk; NULL after the last one. */
const struct mm_checker *mm_checker_at(unsigned int index);

/* The parts of mm/. bootmem_check() takes any bitmap. */
void zones_check(struct mm_check *check);
void buddy_check(struct mm_check *check);
void slab_check(struct mm_check *check);
void bootmem_check(struct mm_check *check, const struct bootmem_data *bdata);

/* Record one violation of invariant @id; an id that the running checker does not list stops. */
void mm_violation(struct mm_check *check, const char *id, const char *fmt, ...) __printf(3, 4);

#endif
