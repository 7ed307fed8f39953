/* SPDX-License-Identifier: 0BSD
 *
 * micro.c - micro [TRACE]: what malloc() and free() take, in lines `CASE NS-LEAST NS-MEDIAN`; of a
 * trace also `CASE KIB`, what it needs at its peak.
 *
 * 1. Time     is that of the CPU, so that other programs count less. Each case runs ROUNDS times.
 *             Nothing but malloc() and free() is in the loops beside the loop itself, the same for
 *             every allocator, and a word is written to each block.
 * 2. Memory   of this program itself comes from mmap(): the allocator has the heap for itself.
 * 3. Peak     is the growth of the process's resident memory while the trace's blocks are filled;
 *             of mm/'s own functions (direct.h), which have caches, pages and a count of them, it
 *             is the pages that were not free.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "direct.h"

#define ROUNDS	   9
#define MAX_LIVE   100000
#define PAGE	   ((size_t)4096)
#define BUFFER	   65536
#define MAX_EVENTS 1000000

static void *block[MAX_LIVE];
static unsigned int order[MAX_LIVE];
static uint16_t size_of[1 << 16];

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static uint32_t next_random(void)
{
	static uint32_t state = 12345;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void *taken(size_t size)
{
	char *p = malloc(size);

	if (!p)
		abort();
	*(volatile char *)p = 1;
	return p;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void show(const char *name, double ns[ROUNDS])
{
	qsort(ns, ROUNDS, sizeof(ns[0]), compare);
	printf("%s %.2f %.2f\n", name, ns[0], ns[ROUNDS / 2]);
}

/* --- pairs, batches, mixes -------------------------------------------------------------------- */

#define PAIRS 100000

/* The size is a constant of the loop, as of most calls. */
#define PAIR(size)                                              \
	static void pair_##size(void)                           \
	{                                                       \
		double ns[ROUNDS], start;                       \
		int round, i;                                   \
                                                                \
		for (round = 0; round < ROUNDS; round++) {      \
			start = now_ns();                       \
			for (i = 0; i < PAIRS; i++)             \
				free(taken(size));              \
			ns[round] = (now_ns() - start) / PAIRS; \
		}                                               \
		show("pair-" #size, ns);                        \
	}
PAIR(8)
PAIR(32)
PAIR(64)
PAIR(128)
PAIR(512)
PAIR(1024)
PAIR(2048)
PAIR(4096)
PAIR(8192)

static void fill_order(unsigned int n, const char *how)
{
	unsigned int i, other, swap;

	for (i = 0; i < n; i++)
		order[i] = *how == 'l' ? n - 1 - i : i;
	for (i = n; *how == 'r' && i > 1; i--) {
		other = next_random() % i;
		swap = order[i - 1];
		order[i - 1] = order[other];
		order[other] = swap;
	}
}

/* @n blocks taken one after the other, then given back in the order @how. */
static void batch(size_t size, unsigned int n, const char *how)
{
	unsigned int repeat = n < 10000 ? 10000 / n : 1, i, j;
	double alloc[ROUNDS], release[ROUNDS], start, middle;
	char name[64];
	int round;

	fill_order(n, how);
	for (round = 0; round < ROUNDS; round++) {
		alloc[round] = release[round] = 0;
		for (j = 0; j < repeat; j++) {
			start = now_ns();
			for (i = 0; i < n; i++)
				block[i] = taken(size);
			middle = now_ns();
			for (i = 0; i < n; i++)
				free(block[order[i]]);
			alloc[round] += (middle - start) / n / repeat;
			release[round] += (now_ns() - middle) / n / repeat;
		}
	}
	snprintf(name, sizeof(name), "batch-%u-%zu-%s-alloc", n, size, how);
	show(name, alloc);
	snprintf(name, sizeof(name), "batch-%u-%zu-%s-free", n, size, how);
	show(name, release);
}

#define LIVE  10000
#define STEPS 100000

/* LIVE blocks of @least to @most bytes; one at random is given back and another one taken. */
static void mixed(const char *name, unsigned int least, unsigned int most)
{
	double ns[ROUNDS], start;
	unsigned int i, at;
	int round;

	for (i = 0; i < 1 << 16; i++)
		size_of[i] = (uint16_t)(least + next_random() % (most - least + 1));
	for (i = 0; i < LIVE; i++)
		block[i] = taken(size_of[i]);
	for (round = 0; round < ROUNDS; round++) {
		start = now_ns();
		for (i = 0; i < STEPS; i++) {
			at = next_random() % LIVE;
			free(block[at]);
			block[at] = taken(size_of[i & 0xFFFF]);
		}
		ns[round] = (now_ns() - start) / STEPS;
	}
	for (i = 0; i < LIVE; i++)
		free(block[i]);
	show(name, ns);
}

static void all_cases(void)
{
	static const char *const orders[] = { "fifo", "lifo", "random" };
	static const size_t sizes[] = { 64, 256, 2048, 4096 };
	unsigned int i, j;

	pair_8();
	pair_32();
	pair_64();
	pair_128();
	pair_512();
	pair_1024();
	pair_2048();
	pair_4096();
	pair_8192();
	for (i = 0; i < 4; i++)
		for (j = 0; j < 3; j++)
			batch(sizes[i], 1000, orders[j]);
	for (i = 0; i < 2; i++)
		for (j = 0; j < 3; j++)
			batch(sizes[i], 100000, orders[j]);
	mixed("mixed-8-8192", 8, 8192);
	mixed("mixed-8-256", 8, 256);
}

/* --- a trace ---------------------------------------------------------------------------------- */

/* What kmalloc() gave and what came from a cache count alike, with ids of their own. */
enum kind { PAGES, OBJECTS, NR_KINDS };

struct event {
	uint8_t kind, gives_back;
	uint32_t id, size;
};

static struct {
	struct event *event;
	unsigned int nr;
	void **live[NR_KINDS];
	size_t *size[NR_KINDS];
	unsigned int ids[NR_KINDS];
} trace;

static const struct mmkit_direct *direct; /* NULL with another malloc */

static void *memory(size_t bytes)
{
	void *p = mmap(NULL, bytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	if (p == MAP_FAILED)
		abort();
	return memset(p, 0, bytes); /* touched now, and not while somebody measures */
}

static unsigned int order_of(size_t bytes)
{
	return (unsigned int)__builtin_ctzl(bytes / PAGE);
}

static void add_event(enum kind kind, bool gives_back, unsigned int id, size_t size)
{
	trace.event[trace.nr++] = (struct event){ (uint8_t)kind, gives_back, id, (uint32_t)size };
}

/* The letters are explained where the traces lie. The recorder's own slabs are passed over. */
static void take_line(const char *line, unsigned int kmalloc_ids)
{
	unsigned int id = 0, a = 0, b = 0;

	sscanf(line + 1, "%u %u %u", &id, &a, &b);
	if (strchr("AF", line[0]))
		add_event(PAGES, line[0] == 'F', id, PAGE << a);
	else if (strchr("kf", line[0]))
		add_event(OBJECTS, line[0] == 'f', id, a);
	else if (strchr("cd", line[0]))
		add_event(OBJECTS, line[0] == 'd', kmalloc_ids + id, b);
}

static void read_trace(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned int kmalloc = 0, caches = 0, kind;
	char line[256];

	if (!file)
		abort();
	setvbuf(file, memory(BUFFER), _IOFBF, BUFFER);
	trace.event = memory(sizeof(struct event) * MAX_EVENTS);
	while (fgets(line, sizeof(line), file) && trace.nr < MAX_EVENTS)
		if (line[0] != '#')
			take_line(line, kmalloc);
		else
			sscanf(line, "# max ids: pages %u kmalloc %u cache-objects %u",
			       &trace.ids[PAGES], &kmalloc, &caches);
	fclose(file);
	trace.ids[OBJECTS] = kmalloc + caches;
	for (kind = 0; kind < NR_KINDS; kind++) {
		trace.live[kind] = memory(sizeof(void *) * (trace.ids[kind] + 1));
		trace.size[kind] = memory(sizeof(size_t) * (trace.ids[kind] + 1));
	}
}

/* Pages are the page allocator's, or where there is none, blocks that are aligned to one. */
static void take(const struct event *event)
{
	size_t size = event->size;
	void **live = &trace.live[event->kind][event->id];

	trace.size[event->kind][event->id] = event->size;
	if (event->kind == OBJECTS)
		*live = malloc(size);
	else
		*live = direct ? direct->pages(order_of(size)) : memalign(PAGE, size);
	if (!*live)
		abort();
}

static void give(enum kind kind, unsigned int id)
{
	void *p = trace.live[kind][id];

	trace.live[kind][id] = NULL;
	if (p && kind == PAGES && direct)
		direct->pages_free(p, order_of(trace.size[kind][id]));
	else
		free(p);
}

static void give_rest(void)
{
	unsigned int kind, id;

	for (kind = 0; kind < NR_KINDS; kind++)
		for (id = 0; id <= trace.ids[kind]; id++)
			give(kind, id);
}

/* The objects of the trace alone, as fast as it goes. */
static void time_trace(void)
{
	double ns[ROUNDS], start;
	unsigned int i, events = 0;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		start = now_ns();
		for (i = events = 0; i < trace.nr; i++) {
			const struct event *event = &trace.event[i];

			if (event->kind != OBJECTS)
				continue;
			events++;
			if (event->gives_back)
				give(OBJECTS, event->id);
			else
				take(event);
		}
		ns[round] = (now_ns() - start) / events;
		give_rest();
	}
	show("trace-objects", ns);
}

static long resident_kib(void)
{
	long pages = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2)
		abort();
	fclose(file);
	return resident * (long)(PAGE / 1024);
}

static void touch(const struct event *event)
{
	void *p = trace.live[event->kind][event->id];

	if (event->kind == OBJECTS || !direct)
		memset(p, 1, event->size);
}

/* mm/ knows how many pages it has; of another malloc what is resident is counted now and then. */
static long used_kib(void)
{
	return direct ? -(long)direct->free_pages() * (long)(PAGE / 1024) : resident_kib();
}

static void peak_of_trace(const char *name, bool pages)
{
	long before = used_kib(), peak = before, now;
	unsigned int i, left = 0;

	for (i = 0; i < trace.nr; i++) {
		const struct event *event = &trace.event[i];

		if (event->kind == PAGES && !pages)
			continue;
		if (event->gives_back) {
			give(event->kind, event->id);
			continue;
		}
		take(event);
		touch(event);
		if (direct || !left--) {
			now = used_kib();
			peak = now > peak ? now : peak;
			left = 200;
		}
	}
	give_rest();
	printf("%s %ld\n", name, peak - before);
}

int main(int argc, char **argv)
{
	direct = dlsym(RTLD_DEFAULT, "mmkit_direct");
	if (argc > 1) {
		read_trace(argv[1]);
		peak_of_trace("trace-peak-objects", false);
		peak_of_trace("trace-peak-pages", true);
		time_trace();
	} else {
		all_cases();
	}
	return 0;
}
