/* SPDX-License-Identifier: 0BSD
 *
 * bootmem.c - bootmem against one byte for each page and searches from the beginning.
 *
 * The node's pages are shared out among several nodes anew every now and then, in pieces of any
 * size. The oracle knows the exact address of every allocation: in the first piece that has one,
 * the first place that fits from the goal upwards, where the rest of the last page is such a place
 * too; else the same from the start; else, where a node was only preferred, the same of all nodes.
 */
#include "model.h"

#include <lib/align.h>
#include <lib/errno.h>
#include <lib/format.h>

#include "../mm/boot_node.h"

/* The pieces reach over the memory on both sides, so that no border is a multiple of anything. */
#define BEFORE	   13
#define AFTER	   6
#define PAGES	   (BEFORE + BOOT_NODE_PAGES + AFTER)
#define PIECES_MAX 8

enum { ALLOC, ALLOC_NODE, ALLOC_HERE, RELEASE, RESERVE, EXCLUSIVE, SHARE_OUT, NR_OPS };

#define ANY (-1)

struct piece {
	unsigned long start, end; /* pages */
	int nid;
	unsigned long last_pos, last_offset;
};

static struct {
	bool used[PAGES];
	struct piece piece[PIECES_MAX];
	unsigned int nr_pieces;
} oracle __initdata;

#define for_each_piece(p) for ((p) = oracle.piece; (p) < oracle.piece + oracle.nr_pieces; (p)++)

static unsigned long __init pfn_of(unsigned long page)
{
	return boot_node.base - BEFORE + page;
}

static void __init mark(unsigned long start, unsigned long end, bool used)
{
	struct piece *p;

	for_each_piece (p)
		if (!used && p->last_pos >= start && p->last_pos < end)
			p->last_offset = 0;
	for (; start < end; start++)
		oracle.used[start] = used;
}

static bool __init range_is(unsigned long start, unsigned long end, bool used)
{
	for (; start < end; start++)
		if (oracle.used[start] != used)
			return false;
	return true;
}

struct request {
	unsigned long size, align, goal, limit; /* goal and limit are pages */
};

/* Byte at which the next allocation must begin if it goes on in the last page of @p; -1 if it
 * cannot. */
static long __init merged(const struct piece *p, const struct request *rq)
{
	unsigned long start = p->last_pos * PAGE_SIZE + ALIGN_UP(p->last_offset, rq->align);
	unsigned long end = DIV_ROUND_UP(start + rq->size, PAGE_SIZE);

	if (!p->last_offset || rq->align >= PAGE_SIZE || p->last_pos < rq->goal ||
	    end > min(p->end, rq->limit) || !range_is(p->last_pos + 1, end, false))
		return -1;
	return (long)start;
}

static long __init first_fit(const struct piece *p, const struct request *rq)
{
	unsigned long page, pages = DIV_ROUND_UP(rq->size, PAGE_SIZE);

	for (page = max(rq->goal, p->start); page + pages <= min(p->end, rq->limit); page++)
		if (IS_ALIGNED(PFN_PHYS(pfn_of(page)), rq->align) &&
		    range_is(page, page + pages, false))
			return (long)(page * PAGE_SIZE);
	return -1;
}

/* Where it must begin in the pieces of node @nid; -1 if nowhere. */
static long __init place(int nid, const struct request *rq)
{
	struct request anywhere = *rq;
	const struct piece *p;

	for_each_piece (p) {
		long start = first_fit(p, rq), rest = merged(p, rq);

		if (rest >= 0 && (start < 0 || start > rest))
			start = rest;
		if (start >= 0 && (nid == ANY || nid == p->nid))
			return start;
	}
	anywhere.goal = 0;
	return rq->goal ? place(nid, &anywhere) : -1;
}

static void __init oracle_take(long start, unsigned long size)
{
	unsigned long end = (unsigned long)start + size;
	struct piece *p;

	mark((unsigned long)start / PAGE_SIZE, DIV_ROUND_UP(end, PAGE_SIZE), true);
	for_each_piece (p) {
		if ((unsigned long)start / PAGE_SIZE < p->start ||
		    (unsigned long)start / PAGE_SIZE >= p->end)
			continue;
		p->last_pos = (end - 1) / PAGE_SIZE;
		p->last_offset = end % PAGE_SIZE;
	}
}

/* Pieces of 1 to 40 pages, whose nodes and sizes follow from @seed. */
static void __init share_out(u32 seed)
{
	char *maps = page_address(boot_node.bitmap);
	unsigned long start = 0;
	struct random random;

	random_seed(&random, seed);
	boot_node_forget();
	for (oracle.nr_pieces = 0; start < PAGES; oracle.nr_pieces++) {
		struct piece *p = &oracle.piece[oracle.nr_pieces];

		*p = (struct piece){ .start = start, .end = PAGES };
		if (oracle.nr_pieces < PIECES_MAX - 1)
			p->end = min(start + 1 + random_below(&random, 40), PAGES);
		p->nid = (int)random_below(&random, MAX_NUMNODES);
		NODE_DATA(p->nid)->node_id = p->nid;
		init_bootmem_node_at(NODE_DATA(p->nid), (void *)(maps + start * 2 * sizeof(u64)),
				     pfn_of(p->start), pfn_of(p->end));
		start = p->end;
	}
	mark(0, PAGES, true);
}

static void __init begin(void)
{
	if (!boot_node_open())
		panic("no block for a boot node");
	share_out(0);
}

static void __init choose(struct random *random, struct op *op)
{
	op->what = random_below(random, 200) ? random_below(random, SHARE_OUT) : SHARE_OUT;
	op->a = random_below(random, BOOT_NODE_PAGES); /* first page, of ranges */
	op->b = 1 + random_below(random, 12);	       /* pages, of ranges */
	op->c = random_below(random, 16);	       /* alignment */
	op->c |= random_below(random, MAX_NUMNODES) << 8;
	if (op->what == SHARE_OUT)
		op->a = random_below(random, 1000000);
	if (op->what > ALLOC_HERE)
		return;
	op->a = 1 + random_below(random, random_below(random, 4) ? 3000 : 30000);
	op->b = random_below(random, 2) ? random_below(random, (u32)PAGES) : 0;
	if (!random_below(random, 4)) /* a limit, with room from the goal on */
		op->c |= (op->b + 8 + random_below(random, 60)) << 16;
}

static const char *__init text(const struct op *op, char buf[80])
{
	static const char *const names[NR_OPS] = { "alloc",   "prefer",	   "alloc of", "free",
						   "reserve", "exclusive", "share out" };

	if (op->what <= ALLOC_HERE)
		snprintf(buf, 80, "%s node %u: %u bytes, align %u, goal page %u, limit %u",
			 names[op->what], op->c >> 8 & 0xff, op->a, 1u << (op->c & 0xff), op->b,
			 op->c >> 16);
	else if (op->what == SHARE_OUT)
		snprintf(buf, 80, "share out by %u", op->a);
	else
		snprintf(buf, 80, "%s pages %u to %u", names[op->what], BEFORE + op->a,
			 BEFORE + op->a + op->b);
	return buf;
}

/* What the operation asks for, and the address of its limit: 0 for none. */
static struct request __init request(const struct op *op, phys_addr_t *limit)
{
	unsigned long limit_page = op->what == ALLOC_NODE ? 0 : op->c >> 16;

	*limit = limit_page ? PFN_PHYS(pfn_of(limit_page)) : 0;
	return (struct request){ op->a, 1UL << (op->c & 0xff), op->b,
				 limit_page ? limit_page : ~0UL };
}

static bool __init alloc(const struct op *op)
{
	int nid = op->what == ALLOC ? ANY : (int)(op->c >> 8 & 0xff);
	phys_addr_t goal = PFN_PHYS(pfn_of(op->b)), limit;
	struct request rq = request(op, &limit);
	pg_data_t *pgdat = nid == ANY ? NULL : NODE_DATA(nid);
	const char *p = op->what == ALLOC_NODE
				? bootmem_alloc_node_nopanic("model", pgdat, op->a, rq.align, goal)
				: bootmem_alloc_in("model", pgdat, op->a, rq.align, goal, limit);
	long got = p ? (long)boot_node_offset(p) + BEFORE * (long)PAGE_SIZE : -1;
	long want = place(nid, &rq);
	u32 i;

	if (want < 0 && op->what == ALLOC_NODE)
		want = place(ANY, &rq);
	for (i = 0; p && i < op->a; i++)
		if (p[i])
			return model_differs("byte %u is not zero", i);
	if (p)
		memset((void *)(uintptr)p, 0xA5, op->a);
	if (want >= 0)
		oracle_take(want, op->a);
	return model_same("place", got, want);
}

/* Pages that are not all in use cannot be freed: that would be a caller's bug. */
static bool __init change_range(const struct op *op)
{
	unsigned long start = BEFORE + op->a;
	unsigned long end = min(start + op->b, BEFORE + BOOT_NODE_PAGES);
	phys_addr_t phys = PFN_PHYS(pfn_of(start)), size = PFN_PHYS(end - start);
	bool is_free = range_is(start, end, false);

	if (op->what == EXCLUSIVE) {
		int want = is_free ? 0 : -EBUSY;

		if (is_free)
			mark(start, end, true);
		return model_same("answer", reserve_bootmem(phys, size, BOOTMEM_EXCLUSIVE), want);
	}
	if (op->what == RESERVE) {
		reserve_bootmem(phys, size);
		mark(start, end, true);
	} else if (range_is(start, end, true)) {
		free_bootmem(phys, size);
		mark(start, end, false);
	}
	return true;
}

static bool __init map_agrees(void)
{
	struct mm_check check = { 0 };
	const bootmem_data_t *bdata;
	unsigned long page;

	for (page = 0; page < PAGES; page++)
		if (boot_node_is_free(pfn_of(page)) == oracle.used[page])
			return model_differs("bit of page %lu", page);
	for_each_bootmem (bdata)
		bootmem_check(&check, bdata);
	return check.nr ? model_differs("invariant %s is broken", check.first) : true;
}

static bool __init step(const struct op *op)
{
	bool ok = true;

	if (op->what == SHARE_OUT)
		share_out(op->a);
	else
		ok = op->what <= ALLOC_HERE ? alloc(op) : change_range(op);
	return ok && map_agrees();
}

static bool __init end(void)
{
	share_out(0);
	return true;
}

const struct model model_bootmem __initconst = { "bootmem", begin, choose, step, end, text };
