# SPDX-License-Identifier: 0BSD
"""Tests of mmkit.functions: a function is found whatever stands around it."""

import pathlib
import unittest

from mmkit import boot, functions

SOURCE = r"""/* first( is a word here { */
#define first(x) { \
	x }
static int first(int x); /* only declared */

static const char *text = "first() {", c = '{';

/* What second() is for. */
static int second(int x)
{
	return first(x) + '"' + '\'';	/* } */
}

/* Not its own comment. */

int
first(int x)
__attribute__((pure))
{
	if (second(x)) {
		return 1; // }
	}
	return 0;
}
"""


class Cutting(unittest.TestCase):
    def test_a_body_ends_where_its_brace_is_closed(self):
        self.assertEqual(functions.cut(SOURCE, "first").body,
                         "\n\tif (second(x)) {\n\t\treturn 1; // }\n\t}\n\treturn 0;\n")
        self.assertTrue(functions.cut(SOURCE, "second").body.startswith("\n\treturn first(x)"))

    def test_prototypes(self):
        self.assertEqual(functions.cut(SOURCE, "second").prototype, "static int second(int x)")
        self.assertEqual(functions.cut(SOURCE, "first").prototype,
                         "int first(int x) __attribute__((pure))")

    def test_only_the_comment_right_before_it_is_its_own(self):
        self.assertEqual(functions.cut(SOURCE, "second").header, "/* What second() is for. */")
        self.assertEqual(functions.cut(SOURCE, "first").header, "")

    def test_the_comment_of_a_declaration(self):
        declared = "/* Adds. */\nint add(int a);\n"
        self.assertEqual(functions.comment_of(declared, "add"), "/* Adds. */")
        self.assertEqual(functions.comment_of("int add(int a);\n", "add"), "")
        self.assertEqual(functions.comment_of("int other;\n", "add"), "")

    def test_another_body(self):
        text = functions.replace(SOURCE, "second", "\n\treturn 0;\n")
        self.assertEqual(functions.cut(text, "second").body, "\n\treturn 0;\n")
        self.assertEqual(functions.cut(text, "first").body, functions.cut(SOURCE, "first").body)

    def test_what_is_not_there_once(self):
        for name in ("third", "text", "x"):
            with self.assertRaises(ValueError):
                functions.cut(SOURCE, name)
        with self.assertRaises(ValueError):
            functions.cut("#ifdef A\nint f(void)\n{\n}\n#else\nint f(void)\n{\n}\n#endif\n", "f")
        with self.assertRaises(ValueError):
            functions.cut("int f(void)\n{\n", "f")

    def test_looks_do_not_count(self):
        self.assertEqual(functions.squeeze('a = 1; /* one */\n\tputs("a /* b"); // c\n'),
                         'a=1;puts("a/*b");')

    def test_a_body_of_the_tree(self):
        for name in ("mm/buddy.c", "mm/bootmem.c", "mm/slab_cpu.c"):
            text = pathlib.Path(boot.ROOT, name).read_text(encoding="utf-8")
            masked = functions.mask(text)
            self.assertEqual(len(masked), len(text))
            self.assertEqual(masked.count("{"), masked.count("}"))


if __name__ == "__main__":
    unittest.main()
