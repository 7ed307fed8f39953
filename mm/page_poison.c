/* SPDX-License-Identifier: 0BSD
 *
 * page_poison.c - a free page holds 0xaa in every byte, so that a write after free is seen
 * (page_debug.c has the theory).
 *
 * The report says what was written, and with page_owner also who had the page. The first words are
 * Linux's, which log scanners look for. Then the kernel stops: whoever wrote there holds a pointer
 * into a page that belongs to somebody else from now on.
 *
 * One byte in which one bit differs is more likely a broken memory chip than a program, and is
 * called by another name.
 */
#include <lib/out.h>
#include <mm/highmem.h>
#include "page_debug.h"

#define POISON_WORD (~0UL / 0xff * PAGE_POISON)

#define DUMP_ROW 16u
#define DUMP_MAX (4 * DUMP_ROW) /* bytes that a report shows */

void page_poison_fill(struct page *page, unsigned int order)
{
	struct page *p;

	for (p = page; p < page + (1UL << order); p++) {
		void *addr = kmap_atomic(p);

		memset(addr, PAGE_POISON, PAGE_SIZE);
		kunmap_atomic(addr);
	}
}

/* Quick, because it sees every byte that is handed out, and mm_check() shows it all that are free:
 * no branch for each word. */
static bool is_poison(const void *addr)
{
	const unsigned long *word = addr, *end = word + PAGE_SIZE / sizeof(*word);
	unsigned long other = 0;

	for (; word < end; word += 4)
		other |= (word[0] ^ POISON_WORD) | (word[1] ^ POISON_WORD) |
			 (word[2] ^ POISON_WORD) | (word[3] ^ POISON_WORD);
	return !other;
}

static unsigned int bits_set(unsigned int byte)
{
	unsigned int nr = 0;

	for (; byte; byte &= byte - 1)
		nr++;
	return nr;
}

static void find_damage(const u8 *byte, struct poison_damage *damage)
{
	unsigned int i;

	*damage = (struct poison_damage){ .first = PAGE_SIZE };
	for (i = 0; i < PAGE_SIZE; i++) {
		if (byte[i] == PAGE_POISON)
			continue;
		damage->first = min(damage->first, i);
		damage->last = i;
		damage->bits += bits_set(byte[i] ^ PAGE_POISON);
	}
}

bool page_poison_damage(struct page *page, struct poison_damage *damage)
{
	void *addr = kmap_atomic(page);
	bool damaged = !is_poison(addr);

	if (damaged)
		find_damage(addr, damage);
	kunmap_atomic(addr);
	return damaged;
}

static void dump_bytes(struct out *out, const u8 *byte, const struct poison_damage *damage)
{
	unsigned int i, end = min(damage->last + 1, damage->first + DUMP_MAX);

	for (i = damage->first; i < end; i++) {
		if ((i - damage->first) % DUMP_ROW == 0)
			out_printf(out, "%s%08x:", i == damage->first ? "" : "\n", i);
		out_printf(out, " %02x", byte[i]);
	}
	out_printf(out, end <= damage->last ? " ...\n" : "\n");
}

static void report_damage(struct out *out, struct page *page, const struct poison_damage *damage)
{
	void *addr = kmap_atomic(page);

	out_printf(out, KERN_ERR "pagealloc: %s: pfn %lu, offset 0x%x to 0x%x\n",
		   damage->bits == 1 ? "single bit error" : "memory corruption", page_to_pfn(page),
		   damage->first, damage->last);
	dump_bytes(out, addr, damage);
	kunmap_atomic(addr);
	page_owner_show(out, page_to_pfn(page));
}

void page_poison_check(struct page *page, unsigned int order)
{
	struct poison_damage damage;
	struct page *p;

	for (p = page; p < page + (1UL << order); p++) {
		if (likely(!page_poison_damage(p, &damage)))
			continue;
		if (page_debug_port->log)
			report_damage(page_debug_port->log, p, &damage);
		panic("BUG: alloc_pages: pfn %lu was written to while it was free, from offset "
		      "0x%x to 0x%x (%s)",
		      page_to_pfn(p), damage.first, damage.last,
		      damage.bits == 1 ? "a broken memory chip?" : "use after free?");
	}
}
