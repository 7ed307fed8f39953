/* SPDX-License-Identifier: 0BSD
 *
 * sort.c - heap sort (Knuth, The Art of Computer Programming 3, 5.2.3).
 *
 * The array is seen as a tree: the children of element i are 2i + 1 and 2i + 2. In a heap no child
 * is larger than its parent, so the largest element is the first. Each round exchanges it with the
 * last element of the heap, which has come to its place then, and lets what is first now sink.
 * Quick sort compares less often, but has arrays for which it takes a square of the time, and wants
 * a stack.
 */
#include <lib/sort.h>

struct array {
	char *base;
	size_t size;
	int (*cmp)(const void *a, const void *b);
};

static char *element(const struct array *array, size_t i)
{
	return array->base + i * array->size;
}

static void exchange(const struct array *array, size_t i, size_t j)
{
	char *a = element(array, i), *b = element(array, j), *end = a + array->size, byte;

	for (; a < end; a++, b++) {
		byte = *a;
		*a = *b;
		*b = byte;
	}
}

/* Of the first @num elements all but @i keep the rule: exchange that downwards until it does. */
static void sift_down(const struct array *array, size_t i, size_t num)
{
	size_t child;

	for (; (child = 2 * i + 1) < num; i = child) {
		if (child + 1 < num &&
		    array->cmp(element(array, child), element(array, child + 1)) < 0)
			child++;
		if (array->cmp(element(array, i), element(array, child)) >= 0)
			return;
		exchange(array, i, child);
	}
}

void sort(void *base, size_t num, size_t size, int (*cmp)(const void *a, const void *b))
{
	const struct array array = { base, size, cmp };
	size_t i;

	for (i = num / 2; i--;)
		sift_down(&array, i, num);
	for (i = num; i-- > 1;) {
		exchange(&array, 0, i);
		sift_down(&array, 0, i);
	}
}
