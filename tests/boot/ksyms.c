/* SPDX-License-Identifier: 0BSD
 *
 * ksyms.c - tests of the embedded symbol table: the table of this very kernel is the test data.
 */
#include <boot/boot.h>
#include <lib/format.h>
#include <lib/ksyms.h>
#include <lib/printk.h>
#include <test/ktest.h>

extern const char _start[], _srodata[];

struct known {
	const char *name;
	unsigned long address;
};

#define KNOWN(function)                                         \
	{                                                       \
		.name = #function, .address = (uintptr)function \
	}

static int a_static_function(int x)
{
	return x * 3;
}

static const struct known known[] = {
	KNOWN(ksym_lookup), KNOWN(printk), KNOWN(memcpy), KNOWN(strlen), KNOWN(ktest_finish),
};

KTEST(ksyms, names_known_functions, SHORT)
{
	const struct known *row;

	for_each_case (row, known) {
		unsigned long offset = 99;
		const char *name = ksym_lookup(row->address, &offset);

		kt_case(row->name);
		kt_assert(name);
		kt_str_eq(name, row->name);
		kt_eq(offset, 0);
	}
	kt_case(NULL);
}

KTEST(ksyms, names_static_functions, SHORT)
{
	int (*volatile function)(int) = a_static_function;
	unsigned long offset = 99;
	const char *name = ksym_lookup((uintptr)function, &offset);

	kt_eq(function(2), 6);
	kt_assert(name);
	kt_str_eq(name, "a_static_function");
	kt_eq(offset, 0);
}

KTEST(ksyms, inside_a_function_gives_the_offset, SHORT)
{
	unsigned long offset = 0;
	const char *name = ksym_lookup((uintptr)ksym_lookup + 5, &offset);

	kt_assert(name);
	kt_str_eq(name, "ksym_lookup");
	kt_eq(offset, 5);
}

KTEST(ksyms, the_last_byte_of_a_function_is_before_its_size, SHORT)
{
	unsigned long start = (uintptr)ksym_lookup, offset = 0, size = 0;

	kt_str_eq(ksym_lookup_size(start, &offset, &size), "ksym_lookup");
	kt_assert(size > 5);
	kt_str_eq(ksym_lookup(start + size - 1, &offset), "ksym_lookup");
	kt_eq(offset, size - 1);
	kt_true(strcmp(ksym_lookup(start + size, &offset), "ksym_lookup") != 0);
	kt_eq(offset, 0);
}

KTEST(ksyms, printf_names_a_function, SHORT)
{
	unsigned long offset, size;
	char expected[64], text[64];

	kt_assert(ksym_lookup_size((uintptr)ksym_lookup + 5, &offset, &size));
	snprintf(expected, sizeof(expected), "<   ksym_lookup+0x5/0x%lx>", size);
	snprintf(text, sizeof(text), "<%*pS>", (int)strlen(expected) - 2,
		 (void *)((uintptr)ksym_lookup + 5));
	kt_str_eq(text, expected);
}

KTEST(ksyms, last_byte_before_a_function_belongs_to_another, SHORT)
{
	unsigned long offset = 0;
	const char *name = ksym_lookup((uintptr)ksym_lookup - 1, &offset);

	kt_assert(name);
	kt_true(strcmp(name, "ksym_lookup") != 0);
	kt_true(offset > 0);
}

static const u32 a_constant[3] = { 1, 2, 3 };

KTEST(ksyms, constants_have_names_of_their_own, SHORT)
{
	const u32 *volatile inside = &a_constant[1];
	unsigned long offset = 99;
	const char *name = ksym_constant((uintptr)inside, &offset);

	kt_eq(*inside, 2);
	kt_assert(name);
	kt_str_eq(name, "a_constant");
	kt_eq(offset, 4);
	kt_ptr_eq(ksym_lookup((uintptr)inside, &offset), NULL);
	name = ksym_constant((uintptr)inside + 8, &offset);
	kt_true(!name || strcmp(name, "a_constant") != 0);
	kt_ptr_eq(ksym_constant((uintptr)ksym_lookup, &offset), NULL);
	kt_ptr_eq(ksym_constant(0, &offset), NULL);
}

KTEST(ksyms, outside_the_code_nothing_is_known, SHORT)
{
	const unsigned long outside[] = {
		0, (uintptr)_start - 1, (uintptr)_srodata, (uintptr)ksyms_start, ~0UL,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(outside); i++) {
		unsigned long offset = 77;

		kt_true(ksym_lookup(outside[i], &offset) == NULL);
		kt_eq(offset, 77);
	}
}
