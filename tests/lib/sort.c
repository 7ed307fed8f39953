/* SPDX-License-Identifier: 0BSD
 *
 * sort.c - what is sorted is in order, and is what was there before.
 */
#include <lib/random.h>
#include <lib/sort.h>
#include <lib/string.h>
#include <test/ktest.h>

#define MAX_NUM 200u

/* Not of a size that is a word's, and with its place before, to tell equal ones apart. */
struct __packed item {
	u8 key;
	u16 number;
};

static unsigned int compared;

static int by_key(const void *a, const void *b)
{
	compared++;
	return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

/* Each number is there once, with the key that it had. */
static void check_sorted(const struct item *item, const u8 *keys, unsigned int num)
{
	bool seen[MAX_NUM] = { false };
	unsigned int i;

	for (i = 0; i < num; i++) {
		kt_true(item[i].number < num && !seen[item[i].number]);
		seen[item[i].number] = true;
		kt_eq(item[i].key, keys[item[i].number]);
		kt_true(!i || item[i - 1].key <= item[i].key);
	}
}

/* 2 n log2(n), where the logarithm is rounded up. */
static unsigned int most_comparisons(unsigned int num)
{
	unsigned int log = 1;

	while (1u << log < num)
		log++;
	return 2 * num * log;
}

static void sort_and_check(const u8 *keys, unsigned int num)
{
	static struct item items[MAX_NUM + 2];
	struct item *item = items + 1;
	unsigned int i;

	memset(items, 0x5a, sizeof(items));
	for (i = 0; i < num; i++)
		item[i] = (struct item){ keys[i], (u16)i };
	compared = 0;
	sort(item, num, sizeof(*item), by_key);
	check_sorted(item, keys, num);
	kt_true(compared <= most_comparisons(num));
	kt_eq(items[0].key, 0x5a);
	kt_eq(item[num].key, 0x5a);
}

/* Up, down, all equal, two values, at random. */
static u8 key_of(unsigned int shape, unsigned int i, struct random *r)
{
	switch (shape) {
	case 0:
		return (u8)i;
	case 1:
		return (u8)~i;
	case 2:
		return 7;
	case 3:
		return i & 1;
	default:
		return (u8)random_u32(r);
	}
}

KTEST(sort, every_length_and_shape, SHORT)
{
	u8 keys[MAX_NUM];
	unsigned int num, shape, i;
	struct random r;

	random_seed(&r, 5);
	for (num = 0; num <= MAX_NUM; num += num < 20 ? 1 : 45)
		for (shape = 0; shape < 6; shape++) {
			for (i = 0; i < num; i++)
				keys[i] = key_of(shape, i, &r);
			sort_and_check(keys, num);
		}
}

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

KTEST(sort, strings, SHORT)
{
	const char *words[] = { "slab", "buddy", "zone", "bootmem", "page" };

	sort(words, ARRAY_SIZE(words), sizeof(words[0]), by_word);
	kt_str_eq(words[0], "bootmem");
	kt_str_eq(words[1], "buddy");
	kt_str_eq(words[2], "page");
	kt_str_eq(words[3], "slab");
	kt_str_eq(words[4], "zone");
}
