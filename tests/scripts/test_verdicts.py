# SPDX-License-Identifier: 0BSD
"""Tests of verdicts.py: a failure is shown with its cause, and nothing else is."""

import unittest

from mmkit.verdicts import CAUSE_MAX, Verdicts


def shown(text, code=1):
    verdicts = Verdicts()
    lines = [show for line in text.splitlines() for show in verdicts.take(line)]
    return lines + verdicts.end(code)


class Shown(unittest.TestCase):
    def test_nothing_of_what_passes(self):
        self.assertEqual(shown("a log line\nok 1 - a\nok 2 - b # SKIP c\n# the end\n", 0), [])

    def test_a_failure_with_its_cause(self):
        self.assertEqual(shown("# of a\nok 1 - a\n# of b\nmore\nnot ok 2 - b\nok 3 - c\n# of d\n"),
                         ["# of b", "more", "not ok 2 - b"])

    def test_each_of_two_failures(self):
        self.assertEqual(shown("# of a\nnot ok 1 - a\nnot ok 2 - b\n"),
                         ["# of a", "not ok 1 - a", "not ok 2 - b"])

    def test_comments_behind_a_failure(self):
        self.assertEqual(shown("not ok 1 - a\n# of a\nlog\n# of b\nok 2 - b\n"),
                         ["not ok 1 - a", "# of a"])

    def test_a_boot_before_the_first_test_is_no_cause(self):
        self.assertEqual(shown("log\nKTAP version 1\n1..1\nnot ok 1 - a\n"),
                         ["KTAP version 1", "1..1", "not ok 1 - a"])

    def test_the_end_of_what_broke_off(self):
        self.assertEqual(shown("ok 1 - a\nSegmentation fault\n"), ["Segmentation fault"])
        self.assertEqual(shown("Segmentation fault\n", 0), [])
        self.assertEqual(shown("# why\nnot ok 1 - a\nmake: Error 1\n"), ["# why", "not ok 1 - a"])

    def test_a_long_cause_is_cut_and_says_so(self):
        lines = shown("line\n" * (CAUSE_MAX + 5) + "not ok 1 - a\n")
        self.assertEqual(lines[0], "# (5 lines before these are in the log)")
        self.assertEqual(len(lines), CAUSE_MAX + 2)


class Counted(unittest.TestCase):
    def test_counts(self):
        verdicts = Verdicts()
        for line in ("ok 1 - a", "ok 2 - b # SKIP no c", "not ok 3 - d", "ok 4 - e # SKIP no c"):
            verdicts.take(line)
        self.assertEqual((verdicts.passed, verdicts.failed, verdicts.skips), (1, 1, {"no c": 2}))

    def test_how_far_a_runner_is(self):
        verdicts = Verdicts()
        for line in ("not ok 1 - a", "# 3/127 rows, 9 min left, running: b"):
            shown = verdicts.take(line)
        self.assertEqual((verdicts.how_far, shown), (", 3/127 rows", []))


if __name__ == "__main__":
    unittest.main()
