/* SPDX-License-Identifier: 0BSD
 *
 * similar.c - which name is offered for a word that is none.
 */
#include <lib/similar.h>
#include <lib/string.h>
#include <test/ktest.h>

static const char *const names[] = { "alloc", "buddyinfo", "bt",	"check", "free",
				     "kfree", "kmalloc",   "leaks",	"map",	 "page",
				     "peek",  "slabinfo",  "zone_list", "mem",	 "k2" };

static const struct similar_case {
	const char *word, *best;
	unsigned int distance;
} cases[] = {
	{ "allco", "alloc", 1 },   /* neighbours changed places */
	{ "aloc", "alloc", 1 },	   /* one is missing */
	{ "alllocc", "alloc", 2 }, /* too many, at most 8 / 3 */
	{ "xheck", "check", 1 },   /* another one, in the first place */
	{ "checj", "check", 1 },   /* ... and in the last */
	{ "PAGE", "page", 0 },	   /* the case alone */
	{ "lakes", "leaks", 2 },   /* two mistakes in five characters */
	{ "lakkes", NULL, 0 },	   /* three in six */
	{ "pgae", "page", 1 },	   /* one in four */
	{ "peak", "peek", 1 },	   /* page has two */
	{ "zone_lsit", "zone_list", 1 },
	{ "zoen-lsit", "zone_list", 3 },
	{ "zoen-lsxt", NULL, 0 },
	{ "slab", "slabinfo", 1 }, /* the beginning */
	{ "buddyinf", "buddyinfo", 1 },
	{ "mpa", "map", 1 },
	{ "b", NULL, 0 }, /* one character is no beginning */
	{ "bl", "bt", 1 },
	{ "K\x12", "k2", 1 },  /* 0x12 and `2` differ in the bit of a letter's case */
	{ "kree", "free", 1 }, /* of equals the first: kfree is as near */
	{ "page", "page", 0 }, /* a name itself */
	{ "", NULL, 0 },
	{ "nothing", NULL, 0 },
	{ "alloc_pages_nodemask_and_much_more", NULL, 0 },
};

KTEST(similar, the_nearest_name, SHORT)
{
	const struct similar_case *c;
	unsigned int i;

	for_each_case (c, cases) {
		struct similar similar = { .word = c->word };

		kt_case(c->word);
		for (i = 0; i < ARRAY_SIZE(names); i++)
			similar_offer(&similar, names[i]);
		kt_str_eq(similar.best ? similar.best : "(none)", c->best ? c->best : "(none)");
		kt_eq(similar.distance, c->distance);
	}
}

/* The longest that are compared, and one character more, on either side. */
KTEST(similar, long_names, SHORT)
{
	char word[SIMILAR_MAX + 2] = "", name[SIMILAR_MAX + 2] = "";
	struct similar similar = { .word = word };

	memset(word, 'w', SIMILAR_MAX);
	memset(name, 'w', SIMILAR_MAX);
	word[0] = '1';
	similar_offer(&similar, name);
	kt_ptr_eq(similar.best, name);
	kt_eq(similar.distance, 1);

	name[SIMILAR_MAX] = 'w';
	similar = (struct similar){ .word = word };
	similar_offer(&similar, name);
	kt_ptr_eq(similar.best, NULL);

	word[SIMILAR_MAX] = 'w';
	name[SIMILAR_MAX] = '\0';
	similar_offer(&similar, name);
	kt_ptr_eq(similar.best, NULL);
}
