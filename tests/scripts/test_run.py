# SPDX-License-Identifier: 0BSD
"""Tests of scripts/test/run: parts side by side do not get mixed up."""

import contextlib
import io
import pathlib
import tempfile
import unittest
from unittest import mock

import programs

from mmkit import boot

run = programs.load("test/run")

# A part that ends only once another one has begun: it counts nothing if that does not happen.
MEET = ("sh -c 'touch {0}/{1}; for i in $(seq 500); do [ ! -e {0}/{2} ] || break; sleep 0.02; "
        "done; [ ! -e {0}/{2} ] || {{ echo ok 1 - {1}; echo {1} 1 0 0 0.1 >> $TEST_SUMMARY; }}'")
# One that fails twice, and is slow about it.
FAIL = ("sh -c 'for i in 1 2; do echo why {0}; sleep 0.05; echo not ok $i - {0}; done; "
        "echo {0} 0 2 0 0.1 >> $TEST_SUMMARY; exit 1'")


class Parts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def run_parts(self, lanes=2, **parts):
        """Exit code, and the lines that were printed."""
        out = io.StringIO()
        with mock.patch.multiple(run, PARTS=parts, BUILD_FIRST="true", BUILD_FOR={}, LANES=lanes,
                                 SHOW_ALL=False, LOG=self.scratch / "log"), \
                mock.patch.object(boot, "SUMMARY", self.scratch / "summary"), \
                contextlib.redirect_stdout(out):
            code = run.run_all(list(parts))
        return code, out.getvalue().splitlines()

    def log(self):
        return (self.scratch / "log").read_text()

    def summary(self):
        return sorted((self.scratch / "summary").read_text().splitlines())

    def test_two_run_side_by_side(self):
        code, lines = self.run_parts(a=MEET.format(self.scratch, "a", "b"),
                                     b=MEET.format(self.scratch, "b", "a"))
        self.assertEqual((code, lines[-1]), (0, "2 passed, 0 failed, 0 skipped"))
        self.assertEqual(self.summary(), ["a 1 0 0 0.1", "b 1 0 0 0.1"])

    def test_one_lane_runs_in_order(self):
        self.run_parts(1, **{name: f"sh -c 'echo {name}; echo x 1 0 0 0 >> $TEST_SUMMARY'"
                             for name in "dcba"})
        self.assertEqual([line for line in self.log().splitlines() if line in "abcd"], list("dcba"))

    def test_failures_say_whose_they_are(self):
        code, lines = self.run_parts(a=FAIL.format("a"), b=FAIL.format("b"))
        self.assertEqual((code, lines[-1]), (1, "0 passed, 4 failed, 0 skipped"))
        speaker = None
        for line in lines[2:-2]:
            speaker = line[2:-1] if line in ("# a:", "# b:") else speaker
            if line.startswith(("why", "not ok")):
                self.assertEqual(line[-1], speaker)

    def test_the_log_keeps_the_output_of_a_part_together(self):
        self.run_parts(a=FAIL.format("a"), b=FAIL.format("b"))
        for name in "ab":
            lines = ("why {0}\nnot ok 1 - {0}\nwhy {0}\nnot ok 2 - {0}\n").format(name)
            self.assertIn(lines, self.log())

    def test_what_counted_nothing_is_a_failure(self):
        for command, row in (("false", "a 0 1 0 0.0"),
                             ("sh -c 'echo a 0 0 0 0 >> $TEST_SUMMARY'", "a 0 1 0 0.0"),
                             ("sh -c 'echo a 3 0 0 0 >> $TEST_SUMMARY; exit 2'", "a 3 1 0 0.0")):
            code, lines = self.run_parts(a=command)
            self.assertEqual((code, self.summary()), (1, [row]), command)
            self.assertRegex(lines[-1], r"^\d passed, 1 failed, 0 skipped$")


if __name__ == "__main__":
    unittest.main()
