# SPDX-License-Identifier: 0BSD
"""Tests of report/plot.py: where lines go, which have names, and what is explained."""

import unittest

from mmkit import growth
from mmkit.report import plot

MEMORY, CACHES, USED, LIVE = growth.DIMENSIONS


def points(**rows):
    """Rows with four figures each, on machines of four sizes."""
    return [growth.Point(size, "memory", size, {f"g.{name}": values[i]
                                                for name, values in rows.items()})
            for i, size in enumerate(MEMORY.points)]


def section(reasons="", **rows):
    return plot.growth_html(points(**rows), growth.parse_reasons(reasons))


class Places(unittest.TestCase):
    def test_points_lie_by_their_logarithm(self):
        self.assertEqual([plot.place(MEMORY, value) for value in MEMORY.points],
                         [0, 375, 750, 1000])
        self.assertEqual([plot.place(CACHES, value) for value in CACHES.points], [0, 500, 1000])

    def test_per_cent_do_not(self):
        self.assertEqual([plot.place(USED, value) for value in (1, 48, 95)], [0, 500, 1000])

    def test_height(self):
        self.assertEqual([plot.height(value, (0, 4)) for value in (1, 100, 10000, 0.5)],
                         [1000, 500, 0, 1000])

    def test_names_of_points(self):
        self.assertEqual([plot.point_name(MEMORY, 128), plot.point_name(MEMORY, 4096),
                          plot.point_name(USED, 95), plot.point_name(LIVE, 100000)],
                         ["128M", "4G", "95 %", "100\u202f000"])


class Section(unittest.TestCase):
    def test_nothing_without_figures(self):
        self.assertEqual(plot.growth_html([], []), "")

    def test_decades_hold_all_figures(self):
        for low, high, decades in ((3, 50, (0, 2)), (100, 100, (2, 3)), (15, 2e6, (1, 7))):
            verdicts = growth.judge(points(r=(low, high, high, high)), [])
            self.assertEqual(plot.decades_of([verdicts["g.r"]["memory"]]), decades)

    def test_a_row_is_a_line_with_its_figures(self):
        page = section(r=(10, 10, 10, 100))
        self.assertIn('d="M0.0 1000.0L375.0 1000.0L750.0 1000.0L1000.0 0.0"', page)
        self.assertIn("<title>g.r: 10 10 10 100 with 16 to 4096</title>", page)

    def test_what_grows_is_drawn_over_the_rest_and_named(self):
        page = section(up=(1, 1, 1, 9), flat=(5, 5, 5, 5))
        self.assertLess(page.index("g.flat"), page.index("<title>g.up"))
        self.assertEqual(page.count('class="grows"'), 1)
        self.assertIn("g.up x9.00</li>", page)
        self.assertIn("1 of 2 rows are constant", page)

    def test_as_many_names_as_colours(self):
        page = section(**{f"r{n}": (1, 1, 1, 2 + n) for n in range(9)})
        self.assertEqual(page.count("<li>"), len(plot.COLOURS))
        self.assertIn("g.r8 x10.00</li>", page)
        self.assertNotIn("g.r0 x2.00</li>", page)

    def test_rows_of_a_reason_stand_together(self):
        page = section("g.* memory 5 each <page>", a=(1, 1, 1, 4), b=(1, 1, 1, 3), c=(1, 1, 1, 7))
        self.assertIn('<td class="n">x4.00</td><td class="n">2</td>', page)
        self.assertIn("<td>each &lt;page&gt;</td>", page)
        self.assertIn('g.c</td><td>not explained</td>', page)


if __name__ == "__main__":
    unittest.main()
