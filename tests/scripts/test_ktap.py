# SPDX-License-Identifier: 0BSD
"""Tests of ktap.py: a sound report has no errors, and each way of being unsound is named."""

import unittest

from mmkit.ktap import Ktap

GOOD = """[    0.000000] mmkit
KTAP version 1
1..3
# seed: 7
ok 1 - list.add
[    0.100000] a log line
# tests/x.c:3: expected 1, got 2
not ok 2 - list.del
ok 3 - slab.big # SKIP no memory
# mmkit: 1 passed, 1 failed, 1 skipped
"""


class Good(unittest.TestCase):
    def test_sound(self):
        ktap = Ktap(GOOD)
        self.assertEqual(ktap.errors, [])
        self.assertEqual((ktap.plan, ktap.seed), (3, 7))
        self.assertEqual((ktap.passed, ktap.failed, ktap.skipped), (1, 1, 1))
        self.assertEqual(ktap.results[2], ("slab.big", "skipped", "no memory"))

    def test_crlf(self):
        self.assertEqual(Ktap(GOOD.replace("\n", "\r\n")).errors, [])

    def test_failure_has_its_diagnostics(self):
        self.assertEqual(list(Ktap(GOOD).failures()),
                         [("list.del", ["# tests/x.c:3: expected 1, got 2"])])

    def test_nothing_at_all(self):
        ktap = Ktap("[    0.000000] mmkit\nNode 0, zone      DMA\n")
        self.assertFalse(ktap.started)
        self.assertEqual(ktap.errors, [])

    def test_reports_after_the_totals(self):
        self.assertEqual(Ktap(GOOD + "Node 0, zone      DMA\n# a comment\n").errors, [])


BAD = {
    "a result is missing": (("ok 1 - list.add\n", ""), "2 results, 3 planned"),
    "the end is missing": (("not ok 2 - list.del\nok 3 - slab.big # SKIP no memory\n", ""),
                           "the last one: list.add"),
    "a result too many": (("ok 1 - list.add\n", "ok 1 - list.add\nok 2 - list.twice\n"),
                          "where 3 was due"),
    "numbers out of order": (("ok 1 -", "ok 2 -"), "result 2 where 1 was due"),
    "one name twice": (("slab.big", "list.add"), "two results for list.add"),
    "no name": (("ok 1 - list.add", "ok 1"), "has no name"),
    "a broken line": (("ok 1 - list.add", "ok one - list.add"), "malformed result line"),
    "a failure that does not count": (("not ok 2", "ok 2"),
                                      "list.del is ok, although a check in it failed"),
    "no plan": (("1..3\n", ""), "no plan"),
    "two plans": (("1..3\n", "1..3\n1..3\n"), "a second plan"),
    "no version": (("KTAP version 1\n", ""), "no KTAP version line"),
    "another version": (("version 1", "version 2"), "unknown version"),
    "two versions": (("1..3\n", "1..3\nKTAP version 1\n"), "a second KTAP version line"),
    "no seed": (("# seed: 7\n", ""), "no seed"),
    "no totals": (("# mmkit: 1 passed, 1 failed, 1 skipped\n", ""), "no line of totals"),
    "wrong totals": (("1 failed", "0 failed"), "totals say (1, 0, 1), the results are (1, 1, 1)"),
    "totals twice": (("# mmkit: 1", "# mmkit: 1 passed, 1 failed, 1 skipped\n# mmkit: 1"),
                     "a second line of totals"),
}


class Bad(unittest.TestCase):
    def test_each_fault_is_named(self):
        for name, ((old, new), error) in BAD.items():
            with self.subTest(name):
                self.assertIn(old, GOOD)
                errors = Ktap(GOOD.replace(old, new)).errors
                self.assertTrue(any(error in e for e in errors), errors)


if __name__ == "__main__":
    unittest.main()
