# SPDX-License-Identifier: 0BSD
"""Tests of the operators of scripts/test/mutate."""

import unittest

from programs import load

mutate = load("test/mutate")


def changes(*lines):
    text = "\n".join("\t" + line for line in lines)
    return {mutant.after.strip() for mutant in mutate.mutants_of("file.c", text)}


class Operators(unittest.TestCase):
    def test_loops(self):
        self.assertLessEqual({"for (i = lo + 1; i < n; i++) {", "for (i = lo; i < n - 1; i++) {",
                              "for (i = lo; i <= n; i++) {"},
                             changes("for (i = lo; i < n; i++) {"))
        self.assertIn("for (; p > end + 1; p--)", changes("for (; p > end; p--)"))
        self.assertIn("while (false) {", changes("while (more(list)) {"))

    def test_swapped_arguments(self):
        self.assertLessEqual({"x = f(g(b, a), c);", "x = f(c, g(a, b));"},
                             changes("x = f(g(a, b), c);"))
        self.assertNotIn("return max(b, a);", changes("return max(a, b);"))

    def test_dropped_calls(self):
        self.assertIn(";", changes("f(a, b);"))
        self.assertIn("while (0) f(a,", changes("f(a,", "  b);"))
        self.assertIn("if (0 && b) {", changes("if (f(a) && b) {"))
        self.assertFalse(changes("for_each_entry(page, &list,", "       lru)"))


if __name__ == "__main__":
    unittest.main()
