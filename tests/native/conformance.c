/* SPDX-License-Identifier: 0BSD
 *
 * conformance.c - what C and POSIX promise of malloc() and its like, and that fork() and threads
 * find it whole. Prints a line for each promise, `ok` or `not ok`, and the last one says `done`.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

/* On both sides of what is a cache's, a block of pages, and the host's. */
static const size_t sizes[] = { 1,	7,	 8,	  9,	   24,		96,	100,
				511,	513,	 1344,	  4096,	   4097,	10000,	131072,
				131073, MIB - 1, 3 * MIB, 4 * MIB, 4 * MIB + 1, 9 * MIB };
#define NR_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static void check(bool good, const char *promise)
{
	printf("%s %s\n", good ? "ok" : "not ok", promise);
}

static unsigned char byte_of(size_t i, size_t seed)
{
	return (unsigned char)(i * 31 + (i >> 8) + seed);
}

static void fill(unsigned char *p, size_t size, size_t seed)
{
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = byte_of(i, seed);
}

static bool holds(const unsigned char *p, size_t size, size_t seed)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (p[i] != byte_of(i, seed))
			return false;
	return true;
}

static bool is_zero(const unsigned char *p, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (p[i])
			return false;
	return true;
}

/* All sizes at once, all of the room written to: no two blocks share a byte. */
static void blocks_are_apart(void)
{
	unsigned char *block[NR_SIZES];
	bool aligned = true, roomy = true, kept = true;
	size_t i;

	for (i = 0; i < NR_SIZES; i++) {
		block[i] = malloc(sizes[i]);
		aligned &= (uintptr_t)block[i] % 8 == 0;
		roomy &= malloc_usable_size(block[i]) >= sizes[i];
		fill(block[i], malloc_usable_size(block[i]), i);
	}
	for (i = 0; i < NR_SIZES; i++) {
		kept &= holds(block[i], malloc_usable_size(block[i]), i);
		free(block[i]);
	}
	check(aligned, "malloc() aligns");
	check(roomy, "malloc_usable_size() is no less than what was asked for");
	check(kept, "blocks keep what is written to all of their room");
}

static void calloc_clears(void)
{
	unsigned char *p;
	bool zero = true;
	size_t i;

	for (i = 0; i < NR_SIZES; i++) {
		p = malloc(sizes[i]);
		memset(p, 0xA5, malloc_usable_size(p));
		free(p);
		p = calloc(1, sizes[i]);
		zero &= is_zero(p, sizes[i]);
		free(p);
	}
	check(zero, "calloc() clears what was used before");
	check(!calloc(SIZE_MAX / 2, 3), "calloc() sees an overflow");
}

static void realloc_keeps(void)
{
	unsigned char *p;
	bool kept = true;
	size_t i, j, less;

	for (i = 0; i < NR_SIZES; i++)
		for (j = 0; j < NR_SIZES; j++) {
			less = sizes[i] < sizes[j] ? sizes[i] : sizes[j];
			p = malloc(sizes[i]);
			fill(p, sizes[i], i);
			p = realloc(p, sizes[j]);
			kept &= holds(p, less, i) && malloc_usable_size(p) >= sizes[j];
			free(p);
		}
	check(kept, "realloc() keeps the contents, from each size to each");
	p = realloc(NULL, 100);
	check(p && !realloc(p, 0), "realloc() of NULL allocates, and to 0 bytes frees");
}

static void aligned_blocks_are_aligned(void)
{
	bool aligned = true, refused;
	void *p, *untouched = &p;
	size_t align, i;

	for (align = sizeof(void *); align <= MIB; align *= 2)
		for (i = 0; i < NR_SIZES; i++) {
			p = i % 2 ? memalign(align, sizes[i]) : aligned_alloc(align, sizes[i]);
			aligned &= p && (uintptr_t)p % align == 0 &&
				   malloc_usable_size(p) >= sizes[i];
			free(p);
			aligned &= !posix_memalign(&p, align, sizes[i]) &&
				   (uintptr_t)p % align == 0;
			free(p);
		}
	check(aligned, "memalign(), aligned_alloc() and posix_memalign() align");
	refused = posix_memalign(&untouched, 3, 8) && posix_memalign(&untouched, 2, 8);
	check(refused && untouched == &p, "posix_memalign() refuses what is no alignment");
}

static void limits(void)
{
	void *a = malloc(0), *b = malloc(0);

	check(a && b && a != b, "malloc(0) gives blocks");
	free(a);
	free(b);
	free(NULL);
	check(!malloc(SIZE_MAX - 100), "malloc() of nearly all addresses is NULL");
	check(malloc_usable_size(NULL) == 0, "NULL has no room");
}

/* What the child writes is its own. */
static void fork_copies(void)
{
	unsigned char *p = malloc(1000), *large = malloc(9 * MIB);
	int status = 1;
	pid_t pid;

	fill(p, 1000, 1);
	fill(large, 9 * MIB, 1);
	pid = fork();
	if (!pid) {
		fill(p, 1000, 2);
		fill(large, 9 * MIB, 2);
		free(p);
		_exit(malloc(1000) ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	check(!status && holds(p, 1000, 1) && holds(large, 9 * MIB, 1),
	      "a child's memory is its own");
	free(p);
	free(large);
}

#define THREADS 4

static void *churn(void *argument)
{
	size_t seed = (size_t)argument, i, good = 1;
	unsigned char *block[64] = { NULL };

	for (i = 0; i < 20000; i++) {
		unsigned char **p = &block[i * 7 % 64];
		size_t size = 1 + (i * 131 + seed) % 3000;

		if (*p && !holds(*p, 1, seed))
			good = 0;
		free(*p);
		*p = malloc(size);
		fill(*p, size, seed);
	}
	for (i = 0; i < 64; i++)
		free(block[i]);
	return (void *)good;
}

static void threads_share(void)
{
	pthread_t thread[THREADS];
	bool good = true;
	void *result;
	size_t i;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, churn, (void *)i))
			abort();
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &result);
		good &= result != NULL;
	}
	check(good, "threads do not meet in a block");
}

int main(void)
{
	blocks_are_apart();
	calloc_clears();
	realloc_keeps();
	aligned_blocks_are_aligned();
	limits();
	fork_copies();
	threads_share();
	puts("done");
	return 0;
}
