/* SPDX-License-Identifier: 0BSD
 *
 * page_race.c - what happens to a page while another CPU, or an interrupt, frees it too.
 *
 * The CPU is made to trap after each instruction (the TF flag, Intel SDM vol. 3, 17.3.1.4), and the
 * handler looks at the page, or does at one exact place what the other CPU would do. All that runs
 * with interrupts on could be interrupted there; what runs with interrupts off has the zone's lock.
 * A single page goes into a per-CPU list without it, and is claimed in one instruction.
 */
#include <asm/irqflags.h>
#include <asm/traps.h>
#include <mm/page_alloc.h>
#include <test/ktest.h>
#include <test/pages.h>

#include "../mm/irqs_on.h"
#include "page_debug.h"
#include "pcp.h"

#define DEBUG_VECTOR 1

static struct {
	struct page *page;
	struct page whole;	/* as it was at first */
	bool closed;		/* interrupts were off by now */
	bool touched_open;	/* the page was changed before that */
	bool claimed;		/* the first change was that its count went to 0 */
	unsigned int step;	/* instructions so far ... */
	unsigned int last_open; /* ... and up to the last one before both */
	unsigned int free_at;	/* after so many, somebody else frees the page; 0: never */
} race;

/* Not a handler in C as in idt.c: clang lets such a one call nothing. 40(%esp) is EFLAGS. */
void after_instruction(void);
__asm__(".text\n"
	"after_instruction:\n"
	"	pushal\n"
	"	cld\n"
	"	movl	40(%esp), %eax\n"
	"	call	look_at_page\n"
	"	popal\n"
	"	iret\n");

static __used fastcall void look_at_page(u32 eflags)
{
	bool touched = race.whole.flags != race.page->flags ||
		       race.whole._count != race.page->_count;

	race.step++;
	race.closed |= !(eflags & EFLAGS_IF);
	if (touched && !race.touched_open)
		race.claimed = !race.page->_count && race.page->flags == race.whole.flags;
	if (!race.closed && touched)
		race.touched_open = true;
	else if (!race.closed)
		race.last_open = race.step;
	if (race.step == race.free_at)
		__free_page(race.page);
}

#define STEPPING_ON  "pushfl; orl $0x100, (%%esp); popfl"
#define STEPPING_OFF "pushfl; andl $~0x100, (%%esp); popfl"

/* @free_it for @page, one instruction at a time; after @free_at of them somebody else frees it. */
static void step_through(void (*free_it)(struct page *page), struct page *page,
			 unsigned int free_at)
{
	struct gate before = idt[DEBUG_VECTOR];
	struct irqs_on irqs;

	memset(&race, 0, sizeof(race));
	race.page = page;
	race.whole = *page;
	race.free_at = free_at;
	idt_set_gate(DEBUG_VECTOR, after_instruction);
	irqs_on_begin(&irqs);
	__asm__ volatile(STEPPING_ON : : : "memory", "cc");
	free_it(page);
	__asm__ volatile(STEPPING_OFF : : : "memory", "cc");
	irqs_on_end(&irqs);
	idt_reset_gate(DEBUG_VECTOR);
	idt[DEBUG_VECTOR] = before;
}

static void free_page_of(struct page *page)
{
	__free_page(page);
}

static void free_reserved(struct page *page)
{
	free_reserved_range(page_to_pfn(page), page_to_pfn(page) + 1);
}

/* Into a per-CPU list, with interrupts on: what comes in between finds a page without a reference.
 * */
KTEST(page_race, a_page_is_claimed_before_it_is_changed, SHORT)
{
	struct page *page;

	if (page_debugging)
		kt_skip("the lists are not used while pages are debugged");
	page = alloc_page(GFP_KERNEL);
	kt_assert(page);
	if (pageblock_is_mixed(page_to_pfn(page))) {
		__free_page(page);
		kt_skip("the page is one of a mixed page block, which no list takes");
	}
	step_through(free_page_of, page, 0);
	if (!PagePcp(page))
		kt_skip("the zone is too small for per-CPU lists");
	kt_true(race.last_open && race.touched_open && race.claimed);
}

#define LARGE_ORDER 4

static void free_large_block(struct page *page)
{
	__free_pages(page, LARGE_ORDER);
}

KTEST(page_race, a_block_is_claimed_before_it_is_changed, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, LARGE_ORDER);

	kt_assert(page);
	drain_all_pages();
	step_through(free_large_block, page, 0);
	if (!PagePcp(page))
		kt_skip("the list has no room for a block");
	kt_true(race.last_open && race.touched_open && race.claimed);
}

/* To the zone, when no list takes it. */
KTEST(page_race, a_block_is_freed_under_the_lock, SHORT)
{
	struct page *page = alloc_pages(GFP_KERNEL, LARGE_ORDER);

	kt_assert(page);
	pcp_close_all();
	step_through(free_large_block, page, 0);
	pcp_open_all();
	kt_true(race.last_open && race.closed);
	kt_false(race.touched_open);
}

KTEST(page_race, a_reserved_page_is_freed_under_the_lock, SHORT)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct zone *zone;

	kt_assert(page);
	zone = page_zone(page);
	page->flags |= PG_reserved;
	page->_count = 0;
	zone->managed_pages--;
	step_through(free_reserved, page, 0);
	kt_true(race.last_open && race.closed);
	kt_false(race.touched_open);
}

/* The other one comes at the last moment at which the page is still whole and interrupts are on. */
KTEST(page_race, stop_two_free_a_page_at_once, STOP)
{
	step_through(free_page_of, alloc_page(GFP_KERNEL), 0);
	kt_expect_stop("double free");
	step_through(free_page_of, alloc_page(GFP_KERNEL), race.last_open);
}
