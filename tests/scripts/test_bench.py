# SPDX-License-Identifier: 0BSD
"""Tests of scripts/bench: what the baseline accepts, and that it says why."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest
from unittest import mock

import programs

bench = programs.load("bench")

REASON = [("g.*", "it checks more")]


class Baseline(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = pathlib.Path(scratch.name) / "baseline.json"
        for name, value in (("BASELINE", self.path), ("compiler", lambda: "a compiler")):
            patch = mock.patch.object(bench, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.write({"g.r": 100.0, "h.s": 50.0})

    def write(self, rows, compiler="a compiler", **more):
        contents = {"compiler": compiler, "rows": rows, **more}
        self.path.write_text(json.dumps(contents), encoding="ascii")

    def update(self, reasons=(), **means):
        """Return: the exit code, what was said, the baseline then."""
        rows = {name.replace("_", "."): {"mean": mean} for name, mean in means.items()}
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = bench.update_baseline(rows, list(reasons))
        return code, said.getvalue(), json.loads(self.path.read_text(encoding="ascii"))

    def test_what_falls_needs_no_reason(self):
        code, _, baseline = self.update(g_r=103.0, h_s=20.0)
        self.assertEqual((code, baseline["rows"], baseline["accepted"]),
                         (0, {"g.r": 103.0, "h.s": 20.0}, {}))

    def test_growth_without_a_reason_is_refused(self):
        code, said, baseline = self.update(g_r=104.0, h_s=20.0)
        self.assertEqual((code, baseline["rows"]), (1, {"g.r": 100.0, "h.s": 50.0}))
        self.assertIn("--reason 'g.r=WHY'", said)
        self.assertNotIn("h.s", said)

    def test_the_reason_stays_in_the_file(self):
        code, _, baseline = self.update(REASON, g_r=104.0, h_s=50.0)
        accepted = {"g.r": {"from": 100.0, "to": 104.0, "why": "it checks more"}}
        self.assertEqual((code, baseline["accepted"]), (0, accepted))
        self.assertEqual(self.update(g_r=104.0, h_s=50.0)[2]["accepted"], accepted)

    def test_a_row_that_is_back_needs_none(self):
        self.update(REASON, g_r=104.0, h_s=50.0)
        self.assertEqual(self.update(g_r=101.0, h_s=50.0)[2]["accepted"], {})

    def test_a_reason_is_for_its_rows(self):
        self.assertEqual(self.update(REASON, g_r=104.0, h_s=60.0)[0], 1)

    def test_another_compiler_is_no_measure(self):
        self.write({"g.r": 1.0}, compiler="another")
        self.assertEqual(self.update(g_r=104.0)[0], 0)

    def test_a_reason_has_two_parts(self):
        self.assertEqual(bench.parse_reason("g.*= it checks = more "), ("g.*", "it checks = more"))
        for text in ("g.r", "=why", "g.r=", "g.r= "):
            with self.assertRaises(bench.argparse.ArgumentTypeError):
                bench.parse_reason(text)


class Compare(unittest.TestCase):
    def test_counts(self):
        baseline = {"compiler": "a", "rows": {"g.r": 100.0, "g.s": 100.0, "g.t": 100.0}}
        rows = {"g.r": {"mean": 103.0}, "g.s": {"mean": 103.1}, "g.u": {"mean": 1.0}}
        said = io.StringIO()
        with mock.patch.object(bench, "compiler", lambda: "a"), contextlib.redirect_stdout(said):
            self.assertEqual(bench.compare(rows, baseline), (1, 2, 0))
        self.assertIn("not ok bench.g.s: 100.0 -> 103.1 instructions (+3.1%)", said.getvalue())
        self.assertIn("not ok bench.g.t: the row is gone", said.getvalue())


if __name__ == "__main__":
    unittest.main()
