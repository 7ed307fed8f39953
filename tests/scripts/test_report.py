# SPDX-License-Identifier: 0BSD
"""Tests of report/page.py: the parts of a page, and that the page holds what it promises."""

import re
import unittest

from mmkit.report import film, page
from test_film import FIRMWARE, TRACE


def page_of(text=FIRMWARE + TRACE, machine="a test"):
    return page.render(film.parse(text), machine)


class Parts(unittest.TestCase):
    def test_size(self):
        for count, text in ((0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"),
                            (5 << 20, "5 MiB"), (9 << 28, "2.3 GiB"), ((1 << 20) - 1, "1024 KiB")):
            self.assertEqual(page.size(count), text)

    def test_share(self):
        self.assertEqual([page.share(*pair) for pair in ((0, 0), (0, 5), (1, 3), (1, 2), (5, 5))],
                         ["–", "0 %", "33 %", "50 %", "100 %"])

    def test_picture_is_runs_of_one_state(self):
        picture = film.Picture(0, 70, 1, "KK" + "-" * 61 + "a" + "0S....", {})
        self.assertEqual(page.picture_paths(picture),
                         '<path class="e" d="M2 1.5h4"/><path class="end" d="M6 1.5h58"/>'
                         '<path class="k" d="M0 0.5h2"/><path class="o0" d="M0 1.5h1"/>'
                         '<path class="o10" d="M63 0.5h1"/><path class="s" d="M1 1.5h1"/>')

    def test_blocks_are_runs_of_one_type(self):
        self.assertEqual(page.block_paths("UMM-" + "M" * 62),
                         '<path class="tU" d="M0 0.5h1"/>'
                         '<path class="tM" d="M1 0.5h2M4 0.5h60M0 1.5h2"/>')

    def test_index(self):
        frame = film.Frame("buddy")
        self.assertEqual(page.index_text(frame, 3), "–")
        frame.free_blocks = {"DMA": [0, 0, 96] + [0] * 8, "Normal": [0] * 3 + [16] + [0] * 7}
        self.assertEqual([page.index_text(frame, order) for order in (2, 3, 4)],
                         ["0 %", "75 %", "100 % (0.71)"])

    def test_pages_without_a_legend(self):
        picture = film.Picture(0, 40, 8, "K-0aS", {})
        self.assertEqual(page.pages_by_state(picture), {"K": 8, "-": 8, "0": 16, "S": 8})

    def test_nice_ceiling(self):
        for value, top in ((0.07, 0.08), (0.62, 0.8), (1, 1), (7, 8), (785, 800), (820, 1000)):
            self.assertAlmostEqual(page.nice_ceiling(value), top)

    def test_poster_is_the_fullest_frame(self):
        frames = film.parse(FIRMWARE + TRACE + FIRMWARE).frames
        self.assertEqual(page.poster_of(frames), 1)

    def test_phases(self):
        frames = film.parse(FIRMWARE + FIRMWARE + TRACE).frames
        self.assertEqual(page.phase_spans(frames), [("map", 0, 1), ("trace", 2, 2)])

    def test_every_phase_of_the_kernel_has_its_words(self):
        text = (page.HERE.parents[2] / "lib" / "phase.c").read_text("utf-8")
        names = re.findall(r'\[PHASE_\w+\] = "([\w-]+)"', text)
        self.assertEqual(names[-1], "trace")
        self.assertLessEqual(set(names), page.PHASES.keys())

    def test_command_line_has_no_path(self):
        log = ["[    0.000000] Command line: /a/path/with blank/mmkit.elf film trace=/x/y"]
        self.assertEqual(page.command_line(log), "film trace=/x/y")
        self.assertEqual(page.command_line(["[    0.000000] Command line: film"]), "film")


class Page(unittest.TestCase):
    def test_nothing_is_left_to_fill_in_and_nothing_is_fetched(self):
        self.assertNotIn("{{", page_of())
        self.assertEqual([word for word in ("src=", "<link", "@import", "url(", "fetch(")
                          if word in page_of()], [])

    def test_complete_without_the_script(self):
        text = page_of().split('<script type="application/json"')[0]
        self.assertEqual(len(re.findall("<symbol ", text)), 2)
        for word in ("Trace replay", "frame 2 of 2", "size-64(DMA)", "map_chunk_small()",
                     "kernel image", "3\u202f998 pages", 'href="#f1"'):
            self.assertIn(word, text)

    def test_the_log_cannot_break_out(self):
        text = page_of(FIRMWARE.replace("kernel image", "</script><b>&"), "<i>")
        self.assertNotIn("</script><b>", text)
        self.assertIn("&lt;i&gt;", text)

    def test_notices(self):
        self.assertIn("breaks off", page_of(FIRMWARE + TRACE[:-20]))

    def test_only_early_frames(self):
        text = page_of(FIRMWARE)
        for part in ('id="curves"', 'id="zones"', 'id="slab"', 'id="blocks"'):
            self.assertNotIn(part, text)

    def test_the_script_is_short(self):
        self.assertLessEqual(len((page.HERE / "page.js").read_text().splitlines()), 300)


if __name__ == "__main__":
    unittest.main()
