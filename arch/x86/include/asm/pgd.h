/* SPDX-License-Identifier: 0BSD
 *
 * pgd.h - page directories of users: 3 GiB of their own, and the kernel above.
 *
 * Context: from the end of the boot on; any, but for those that allocate under a lock of mm/. A
 *          directory has one user at a time.
 */
#ifndef ASM_PGD_H
#define ASM_PGD_H

#include <asm/pgtable.h>
#include <mm/arch_api.h>

struct page;

/* A directory with the kernel's part, and nothing below it. Return: NULL without memory. */
pte_t *pgd_alloc(void) __must_check;

/* Unmap what is mapped there, and free it with its page tables. Stops if it is in use, or none. */
void pgd_free(pte_t *pgd);

/* Let ring 3 see @page at @va, a page below PAGE_OFFSET but the first one; @prot says whether it
 * may write. The page gets a reference more (get_page()), so that its maker may drop his. Return:
 * 0; -ENOMEM without a page for a page table, with nothing changed. Stops if something is mapped
 * there. */
int user_map(pte_t *pgd, unsigned long va, struct page *page, pgprot_t prot) __must_check;

/* Take the page at @va away and drop its reference. Stops if none is there. */
void user_unmap(pte_t *pgd, unsigned long va);

/* The page that is mapped at @va, any address below PAGE_OFFSET; NULL if none is. */
struct page *user_page(const pte_t *pgd, unsigned long va);

/* May ring 3 read, or @write, all of the @len bytes at @va? For what a system call is given: then
 * the kernel may, too, while @pgd is in use. */
bool user_access_ok(const pte_t *pgd, unsigned long va, size_t len, bool write);

/* Use @pgd from now on; NULL: the kernel's own. */
void pgd_switch(const pte_t *pgd);

/* The one in use; NULL: the kernel's own. */
pte_t *pgd_current(void);

/* The directory after @prev; NULL: the first one. Return: NULL at the end. */
pte_t *pgd_next(const pte_t *prev);

/* The entry for @va of the kernel's directory has changed: so have all. Called by pgtable.c. */
void pgd_sync(unsigned long va);

#endif
