# SPDX-License-Identifier: 0BSD
"""Tests of what scripts/check/docs and scripts/check/rooms see."""

import graphlib
import unittest

from programs import load

docs, rooms = load("check/docs"), load("check/rooms")

C = """
static int helper(int a,
		  int b);

/* top() in words */
int top(void)
{
	return middle(1);
}

static int middle(int a)
{
	return a;
}
"""
S = "entry:\n\tcall\ttop\n\t.size\tentry, . - entry\nother:\n\tcall\tmiddle\n"


class CallChains(unittest.TestCase):
    def broken(self, *lines):
        return list(docs.broken_steps(lines, {"a.c": C, "b.S": S}))

    def test_steps_that_are_there(self):
        self.assertEqual(self.broken("b.S:entry()   words", "  a.c:top()", "    a.c:middle()"), [])
        self.assertEqual(self.broken("a.c:top()", "  a.c:middle()", "  a.c:middle()"), [])
        self.assertEqual(self.broken("b.S:entry()", "", "  a.c:middle()"), [])

    def test_no_such_function(self):
        self.assertEqual([number for number, _ in self.broken("a.c:top()", "  a.c:helper()")], [2])
        self.assertEqual(len(self.broken("nowhere.c:top()")), 1)

    def test_not_called_there(self):
        self.assertEqual(self.broken("b.S:entry()", "  a.c:middle()"),
                         [(2, "entry() does not name middle()")])
        self.assertEqual([number for number, _ in self.broken(
            "a.c:top()", "  a.c:middle()", "    a.c:middle()", "  a.c:top()")], [3, 4])


class Paths(unittest.TestCase):
    def missing(self, line):
        return list(docs.complaints(line, {}))

    def test_commands_and_documents(self):
        self.assertEqual(self.missing("    scripts/check/docs   `.ci/run`, tests/*/rules.mk"), [])
        for line in ("    scripts/nothing --now", "see docs/nothing.md.", "`.github/nothing`",
                     "`mm/none.c`"):
            self.assertEqual(len(set(self.missing(line))), 1, line)


class Rooms(unittest.TestCase):
    def test_whose_header(self):
        port = {"arch/x86/include/asm/page.h"}
        for path, room in (("include/mm/page.h", "mm"), ("mm/page.c", "mm"), ("lib/mem.c", "lib"),
                           ("arch/x86/include/asm/page.h", "<asm>"),
                           ("arch/x86/include/asm/gdt.h", "arch/x86"),
                           ("boot/monitor/help.c", "boot/monitor"),
                           ("include/test/ktest.h", "tests"),
                           ("tests/host/include/asm/page.h", "tests")):
            self.assertEqual(rooms.room_of(path, port), room)

    def test_an_order_and_its_table(self):
        arrows = {("boot", "lib"): {"a.h"}, ("boot", "mm"): {"b.h"}, ("mm", "lib"): {"c.h"},
                  ("tests", "lib"): {"d.h"}, ("tests", "boot"): {"e.h"}}
        order = rooms.in_order({"lib", "boot", "mm", "tests"}, arrows)
        self.assertEqual(order, ["tests", "boot", "mm", "lib"])
        self.assertEqual(list(rooms.draw(order, arrows)), ["          1  2  3  4",
                                                           " 1 tests     o  .  o",
                                                           " 2 boot         o  o",
                                                           " 3 mm              o",
                                                           " 4 lib              "])

    def test_a_circle_is_named(self):
        arrows = {("boot", "mm"): {"a.h"}, ("mm", "lib"): {"c.h", "b.h"}, ("lib", "boot"): {"d.h"}}
        with self.assertRaises(graphlib.CycleError) as raised:
            rooms.in_order({"lib", "boot", "mm"}, arrows)
        lines = list(rooms.describe_circle(raised.exception.args[1][::-1], arrows))
        self.assertEqual(lines[0], "rooms include each other in a circle:")
        self.assertEqual(sorted(lines[1:]), ["    boot includes of mm: a.h",
                                             "    lib includes of boot: d.h",
                                             "    mm includes of lib: b.h, c.h"])


if __name__ == "__main__":
    unittest.main()
