# SPDX-License-Identifier: 0BSD
"""Tests of report/page.py: the parts of a page, and that the page holds what it promises."""

import json
import re
import unittest

from mmkit.report import film, films, page
from test_film import FIRMWARE, TRACE


def page_of(text=FIRMWARE + TRACE, machine="a test", others=()):
    log = film.parse(text)
    return page.render(log, [*films.films_of(log), *others], machine)


def data_of(text):
    return json.loads(re.search(r'id="data">(.*)</script>', text)[1])


CALL = """FILM frame bootmem-call alloc_bootmem for map_chunk_small
FILM section facts
size: 4096 bytes
goal: 0: none
FILM section map
map: pfn 0x0-0x1, 1 page a cell
0x00000 KB
FILM end
"""


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
        for word in ("Trace replay", "frame 2 of 2", "size-64(DMA)", "one_page_table_init",
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

    def test_one_film_is_not_chosen(self):
        self.assertNotIn('class="films"', page_of())

    def test_frames_of_other_films(self):
        """They have a film, pictures and addresses of their own, and the boot's sections not."""
        text = page_of(FIRMWARE + CALL + TRACE)
        boot, bootmem = data_of(text)["films"]
        self.assertEqual([len(boot["frames"]), len(bootmem["frames"])], [2, 1])
        frame = bootmem["frames"][0]
        self.assertEqual(frame["rows"], [["size", "4096 bytes"], ["goal", "0: none"]])
        self.assertEqual(frame["words"], "alloc_bootmem for map_chunk_small")
        for word in ('aria-pressed="true" title', '<symbol id="bootmem-f0"',
                     'href="#bootmem-frame-1"'):
            self.assertEqual(text.count(word), 1)

    def test_legend_is_that_of_the_film(self):
        log = film.parse(FIRMWARE + TRACE)
        picture = film.Picture(0, 4, 1, "rU.+", {})
        other = films.Film("bits", "Bits", "", [film.Frame("call", picture=picture)])
        text = page.render(log, [*films.films_of(log), other], "a test")
        legends = re.findall(r'<ul class="legend" id="legend-(\w+)"( hidden)?>(.*?)</ul>', text)
        self.assertEqual([(key, hidden, "".join(re.findall('data-state="(.)"', items)))
                          for key, hidden, items in legends],
                         [("boot", "", "KSH0.F-"), ("bits", " hidden", ".Ur+")])

    def test_who_has_a_page(self):
        """Lists of names are kept once; the usable ranges of the firmware's map name nobody."""
        runs = ("FILM section runs\n0x00000-0x00011 -\n0x00012-0x00012 S size-64(DMA)\n"
                "0x00013-0x00013 H\nFILM end\n")
        late = TRACE.replace("FILM end\n", runs)
        contents = data_of(page_of(FIRMWARE + late + late))
        named = [[contents["lists"][i] for i in frame["names"]]
                 for frame in contents["films"][0]["frames"]]
        self.assertEqual(named[0], [[[256, 511, "kernel image"]], [],
                                    [[0xfffc0, 0xfffff, "ACPI data"]], []])
        first, second = (f"{one.what} (bootmem)" for one in film.parse(TRACE).frames[0].bootmem)
        self.assertEqual(named[1], [[], [[2, 3, first], [4, 4, second]], [],
                                    [[18, 18, "cache size-64(DMA)"]]])
        self.assertEqual(len(contents["lists"]), 5)

    def test_the_scripts_are_short(self):
        for name in ("page.js", "picture.js"):
            self.assertLessEqual(len((page.HERE / name).read_text().splitlines()), 300)


SESSION = """[    0.000000] Memory: 29840K/32248K available
mmkit> alox\rmmkit> al  \b\bloc 3\r
pfn 8, physical 0x00008000, order 3, zone DMA\r
mmkit> map zone DMA\r
map: pfn 0x0-0x1, 1 page a cell\r
0x00000 \x1b[0;94mK\x1b[0;32m0\x1b[0m\r
\x1b[0;94mK   \x1b[0m kernel          1 pages         4 KiB\r
0-a  free            1 pages         4 KiB\r
     total           2 pages         8 KiB\r
# the lesson goes on
mmkit> map 1000000
map: no page\r
mmkit> map
map: pfn 0x0-0x1, 1 page a cell\r
0x00000 HH
H    held            2 pages         8 KiB
     total           2 pages         8 KiB
mmkit> quit
"""


LESSON = """mmkit> lesson 4
Lesson 4: bootmem retires
Gorman 5.5; Mauerer 3.4.3

Step 2 of 5
Page by page, as Linux 2.4 does it.
Watch the lists.
Before:
  bitmap     0 \x1b[0;90m##\x1b[0;32m...\x1b[0;91ma\x1b[0m
    zone     0 ################################
            32 ..
   order      0     1
 nr_free      0     0
Page 4 is given: order 0: 1
After:
bootmem has no bitmap any more
    zone     0 #2222
   order      0     1
Question: In how many blocks?
answer> 4
No, it is 1:
one.

Lesson 4 is over: 0 of 5 answers right
mmkit> exit
"""

LESSON_11 = """Lesson 11: Compaction
Step 1 of 5
Now:
 8 pages     0 83m8
16 pages are free
answer> 4
"""

LESSON_9 = """Lesson 9: Objects
Step 1 of 5
Now:
    slab     0 aa..
Question: Where?
answer> 4
"""


class Films(unittest.TestCase):
    def test_a_session(self):
        """Each picture that was asked for is a frame; what was typed before it, its rows."""
        found, complaints = films.film_of_log(SESSION, "lesson_3", ["boot"])
        self.assertEqual((found.key, found.name, complaints), ("lesson-3", "Lesson 3", []))
        first, second = found.frames
        self.assertEqual((first.title, first.picture.cells), ("alloc 3", "K0"))
        self.assertEqual(first.rows, [("alloc 3", "pfn 8, physical 0x00008000, order 3, zone DMA")])
        self.assertEqual((second.title, second.picture.cells), ("map 1000000", "HH"))
        self.assertEqual(second.rows, [("map 1000000", "map: no page")])

    def test_a_log_of_frames(self):
        found, complaints = films.film_of_log(FIRMWARE + CALL[:-5], "x", [])
        self.assertEqual((len(found.frames), len(complaints)), (1, 1))

    def test_a_lesson(self):
        found, _ = films.film_of_log(LESSON, "lesson-4", [])
        before, after = found.frames
        self.assertEqual(before.title, "Step 2 of 5, before")
        self.assertEqual(before.words, "4: bootmem retires")
        self.assertEqual(before.text, "Page by page, as Linux 2.4 does it. Watch the lists.")
        self.assertEqual(before.picture.cells, "#" * 32 + "..")
        self.assertEqual(before.rows, [("bitmap", "##...a"), ("order", "0 1"), ("nr_free", "0 0"),
                                       ("", "Page 4 is given: order 0: 1")])
        self.assertEqual((after.picture.cells, after.picture.pages), ("#2222", {"#": 1, "0": 4}))
        self.assertEqual(after.rows, [("", "bootmem has no bitmap any more"), ("order", "0 1"),
                                      ("question", "In how many blocks?"), ("answer", "4"),
                                      ("reply", "No, it is 1: one.")])
        self.assertEqual(found.states["a"].name, "taken: a")

    def test_a_lesson_with_several_pages_a_letter(self):
        found, complaints = films.film_of_log(LESSON_11, "lesson-11", [])
        picture = found.frames[0].picture
        self.assertEqual((picture.per, picture.end, picture.cells), (8, 32, ".₃m."))
        self.assertEqual(picture.pages, {".": 16, "₃": 8, "m": 8})
        self.assertEqual([found.states[letter].name for letter in ".₃"], ["free", "3 free"])
        self.assertEqual(complaints, [])

    def test_lessons_without_pages(self):
        found, complaints = films.film_of_log(LESSON + LESSON_9, "x", [])
        self.assertEqual(len(found.frames), 2)
        self.assertEqual(complaints, ["lesson 9 shows no pages: it has no frame"])
        found, complaints = films.film_of_log(LESSON_9, "x", [])
        self.assertEqual((found.frames, len(complaints)), ([], 1))

    def test_nothing_in_it(self):
        self.assertEqual(films.film_of_log("mmkit> help\n", "x", [])[0].frames, [])

    def test_keys_are_words_and_different(self):
        self.assertEqual([films.key_of(name, ["boot", "a-b"]) for name in ("A b!", "boot", "/")],
                         ["a-b-2", "boot-2", "film"])


if __name__ == "__main__":
    unittest.main()
