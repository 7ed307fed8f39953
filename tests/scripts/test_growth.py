# SPDX-License-Identifier: 0BSD
"""Tests of mmkit/growth.py: what is constant, what a reason covers, what is printed."""

import pathlib
import tempfile
import unittest

from mmkit import growth
from mmkit.growth import Point


def memory(*values, row="g.r"):
    """A row on machines of 16M, 128M, 1G, 4G; None: not there."""
    return [Point(size, "memory", size, {} if value is None else {row: value})
            for size, value in zip((16, 128, 1024, 4096), values)]


def caches(*values, at=128, row="g.r"):
    return [Point(at, "caches", n, {row: value}) for n, value in zip((10, 100, 1000), values)]


def verdict(points, dimension="memory", reasons=""):
    return growth.judge(points, growth.parse_reasons(reasons))["g.r"][dimension]


class Plan(unittest.TestCase):
    def test_every_machine_has_every_condition(self):
        points = growth.plan()
        self.assertEqual(len(points), 4 * (1 + 3 + 5 + 5))
        self.assertEqual(len({(p.memory, p.dimension, p.value) for p in points}), len(points))
        for size in (16, 128, 1024, 4096):
            self.assertEqual(sum(p.memory == size for p in points), 14)

    def test_the_quick_one_has_the_ends(self):
        self.assertEqual([(p.memory, p.option) for p in growth.plan(quick=True)],
                         [(16, ""), (4096, ""),
                          (4096, "bench.caches=10"), (4096, "bench.caches=1000"),
                          (4096, "bench.used=1"), (4096, "bench.used=95"),
                          (4096, "bench.live=10"), (4096, "bench.live=100000")])


class Verdicts(unittest.TestCase):
    def test_text(self):
        for values, text, constant in (
                ((100, 100, 100, 100), "=", True), ((100, 103, 98, 100), "=", True),
                ((100, 104, 100, 100), "x1.04", False), ((100, 50, 50, 200), "x2.00", False),
                ((100, 90, 80, 50), "/2.00", True), ((None, 100, 100, 300), "x3.00", False)):
            with self.subTest(values):
                found = verdict(memory(*values))
                self.assertEqual((found.text(), found.constant), (text, constant))

    def test_the_worst_machine_counts(self):
        found = verdict(caches(10, 10, 11, at=16) + caches(5, 10, 30, at=128), "caches")
        self.assertEqual((found.text(), found.series.memory), ("x6.00", 128))

    def test_one_figure_is_no_verdict(self):
        self.assertEqual(growth.judge(memory(None, None, None, 5), []), {"g.r": {}})

    def test_rows_of_a_small_machine_are_there(self):
        points = memory(1, None, None, None) + memory(2, 2, 2, 2, row="g.s")
        self.assertEqual(growth.row_names(points), ["g.r", "g.s"])


class Reasons(unittest.TestCase):
    def test_a_reason_has_a_row_a_dimension_and_a_limit(self):
        for reasons, good in (("g.* memory 4 each page", True), ("g.* memory 2.9 each page", False),
                              ("g.* caches 4 each page", False), ("h.* memory 4 each page", False),
                              ("# none\n\ng.r memory 3 so it is", True)):
            with self.subTest(reasons):
                self.assertEqual(verdict(memory(1, 1, 1, 3), reasons=reasons).good, good)

    def test_one_that_nothing_needs_is_known(self):
        reasons = growth.parse_reasons("g.* memory 4 each page\ng.* caches 4 each cache\n")
        growth.judge(memory(1, 1, 1, 3) + caches(1, 1, 1), reasons)
        self.assertEqual([reason.used for reason in reasons], [True, False])

    def test_a_dimension_that_is_none_is_refused(self):
        with self.assertRaises(ValueError):
            growth.parse_reasons("g.* size 4 each page")

    def test_those_of_the_tree_can_be_read(self):
        path = pathlib.Path(__file__).parents[1] / "data" / "bench-growth.txt"
        for reason in growth.parse_reasons(path.read_text(encoding="ascii")):
            self.assertGreater(reason.most, 1 + growth.TOLERANCE)


class Output(unittest.TestCase):
    def setUp(self):
        self.points = memory(None, 10, 10, 20) + caches(10, 10, 10)
        self.reasons = growth.parse_reasons("g.r memory 2 each page")
        self.verdicts = growth.judge(self.points, self.reasons)

    def test_table(self):
        lines = growth.table(self.points, self.verdicts)
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines[0].split()[3:], ["16M", "128M", "1024M", "4096M",
                                            "memory", "caches", "used", "live"])
        self.assertEqual(lines[1].split(),
                         ["g.r", "-", "10.00", "10.00", "20.00", "x2.00", "=", "-", "-"])

    def test_reasons_name_their_rows(self):
        self.assertEqual(growth.explained(self.verdicts), ["memory: each page", "    g.r x2.00"])
        self.assertEqual(growth.complaints(self.verdicts), [])

    def test_a_complaint_has_all_figures(self):
        self.assertEqual(growth.complaints(growth.judge(caches(1, 2, 4), [])),
                         ["g.r grows with caches, x4.00: 1 2 4 with 10 to 1000 at 128M"])

    def test_the_file_has_the_points(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch) / "growth.json"
            path.write_text(growth.to_json(self.points, self.verdicts, "gcc"), encoding="ascii")
            self.assertEqual(growth.points_from(path), self.points)
            self.assertIn('"why": "each page"', path.read_text(encoding="ascii"))


if __name__ == "__main__":
    unittest.main()
