# SPDX-License-Identifier: 0BSD
"""Tests of film.py: what a frame says is read, what is wrong with a log is named and left out."""

import unittest

from mmkit.report import film

FIRMWARE = """FILM frame firmware the firmware's map
FILM section e820
[mem 0x0000000000000000-0x000000000009fbff] usable
[mem 0x00000000fffc0000-0x00000000ffffffff] ACPI data
reserved: [mem 0x0000000000100000-0x00000000001fffff] kernel image
FILM section map
map: pfn 0x0-0x3ff, 2 pages a cell
0x00000 K...............................................................
0x00080 ----------------------------------------------------------------
*
0x00300 ................................................................
0x00380 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
-    hole          640 pages      2560 KiB
K    kernel          2 pages         8 KiB
.    free          254 pages      1016 KiB
     total        1024 pages      4096 KiB
FILM end
"""

TRACE = """FILM frame trace short.txt, event 125 of 3996
FILM section bootmem
bootmem: [mem 0x00002000-0x00003fff]     8192 bytes  one_page_table_init
bootmem: [mem 0x00004000-0x00004fff]     4096 bytes  node 1  mem_map
FILM section bitmap
bitmap: node 0, pfn 0x0-0x17ff, 4 pages a cell; its bits lie at [mem 0x00200000-0x002002ff]
0x00000 +...........rrrrrrrr...................+rrrrrrrrrrrrrrrrrrrrrrrr
        ^ last_pos 0x0, last_offset 0x0
*
.    free         2171 pages      8684 KiB
r    reserved     3973 pages     15892 KiB
U    used            0 pages         0 KiB
     total        6144 pages     24576 KiB
FILM section map
map: pfn 0x10-0x13, 1 page a cell
0x00010 0aSH
S    slab            1 pages         4 KiB
H    held            1 pages         4 KiB
0-a  free            2 pages         8 KiB
     total           4 pages        16 KiB
FILM section zoneinfo
Node 0, zone      DMA
  pages free     3741
        spanned  4095
        present  3998
        managed  3742
      nr_free_pages 3741
  start_pfn:           1
FILM section buddyinfo
Node 0, zone      DMA     1     2     0     0     0     0     0     0     0     0     3 \n\
Node 0, zone   Normal     3     0     0     0     0     0     0     0     0     0     0 \n\
FILM section slabinfo
slabinfo - version: 2.1
# name            <active_objs> ...
size-64(DMA)       3     61     64   61    1 : tunables 0 0 0 : slabdata      2      2      0
FILM section meminfo
MemTotal:         129012 kB
FILM section later
whatever comes
FILM end
"""


def frame(text):
    reel = film.parse(text)
    assert not reel.complaints, reel.complaints
    return reel.frames[-1]


class Sections(unittest.TestCase):
    def test_e820_and_ledger(self):
        one = frame(FIRMWARE)
        self.assertEqual(one.e820, [film.Region(0, 0x9FC00, "usable"),
                                    film.Region(0xFFFC0000, 1 << 32, "ACPI data")])
        self.assertEqual(one.ledger, [film.Region(0x100000, 0x200000, "kernel image")])
        self.assertEqual((one.name, one.words), ("firmware", "the firmware's map"))

    def test_map_with_folded_rows(self):
        picture = frame(FIRMWARE).picture
        self.assertEqual((picture.start, picture.end, picture.per), (0, 0x400, 2))
        self.assertEqual(picture.rows, ["K" + "." * 63] + ["-" * 64] * 5 + ["." * 64, "F" * 64])
        self.assertEqual(picture.pages, {"-": 640, "K": 2, ".": 254})

    def test_map_folded_to_the_end(self):
        text = FIRMWARE.replace("0x00300 " + "." * 64 + "\n0x00380 " + "F" * 64 + "\n", "")
        self.assertEqual(frame(text).picture.rows[1:], ["-" * 64] * 7)

    def test_map_by_order(self):
        picture = frame(TRACE).picture
        self.assertEqual((picture.start, picture.cells), (0x10, "0aSH"))
        self.assertEqual(picture.pages, {"S": 1, "H": 1, "0": 2})

    def test_runs(self):
        section = ("FILM section runs\n0x00000-0x00000 K\n0x00001-0x00002 S size-64(DMA)\n"
                   "0x00003-0x003ff a\nFILM end\n")
        one = frame(FIRMWARE.replace("FILM end\n", section))
        self.assertEqual(one.runs, [(1, "K"), (2, "S"), (1021, "a")])
        self.assertEqual(one.slabs, [film.Region(4096, 3 * 4096, "size-64(DMA)")])
        reel = film.parse(FIRMWARE.replace("FILM end\n", section.replace("0x00001-", "0x00002-")))
        broken = reel.frames[0]
        self.assertEqual((broken.runs, broken.slabs, len(reel.complaints)), ([], [], 1))

    def test_types(self):
        def with_types(*lines):
            section = "\n".join(["FILM section types", *lines, "FILM end\n"])
            return TRACE.replace("FILM end\n", section)
        head, row = "map: page blocks of 1024 pages", "0x00000 UMEMRI-M"
        legend = "U    Unmovable  1 block"
        self.assertEqual(frame(with_types(head, row, legend)).types, "UMEMRI-M")
        self.assertEqual(frame(with_types(head, row, "0x02000 MM", legend)).types, "UMEMRI-MMM")
        for lines in ((row, legend), (head, "0x00400 UM"), (head, row, row), (head, "0x00000 UQ")):
            reel = film.parse(with_types(*lines))
            self.assertEqual((reel.frames[0].types, len(reel.complaints)), ("", 1))

    def test_zones(self):
        self.assertEqual(frame(TRACE).zones, [film.Zone("DMA", 1, 3741, 4095, 3998, 3742)])

    def test_free_lists(self):
        one = frame(TRACE)
        self.assertEqual(one.free_blocks["DMA"], [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3])
        self.assertEqual(one.free_pages, 1 + 4 + 3 * 1024 + 3)

    def test_unusable_index(self):
        one = frame(TRACE)
        self.assertEqual(one.unusable(0), 0)
        self.assertEqual(one.unusable(1), 4 / 3080)
        self.assertEqual(one.unusable(10), 8 / 3080)
        one.free_blocks = {"DMA": [0] * 11}
        self.assertIsNone(one.unusable(1))

    def test_fragmentation_index(self):
        one = frame(TRACE)
        self.assertIsNone(one.fragmentation(10))  # there is a block: no request fails
        one.free_blocks = {"DMA": [0] * 11}
        self.assertIsNone(one.fragmentation(0))
        one.free_blocks = {"DMA": [0, 0, 64] + [0] * 8, "Normal": [0, 0, 64] + [0] * 8}
        self.assertAlmostEqual(one.fragmentation(3), 1 - (1 + 512 / 8) / 128)  # in pieces
        one.free_blocks = {"DMA": [1] + [0] * 10}
        self.assertAlmostEqual(one.fragmentation(3), 1 - (1 + 1 / 8) / 1)  # too little

    def test_caches(self):
        cache, = frame(TRACE).caches
        self.assertEqual((cache.name, cache.used_bytes, cache.slab_bytes),
                         ("size-64(DMA)", 192, 8192))

    def test_slabs_of_several_orders(self):
        """slabinfo has the pages of the smallest slab: eleven objects are in eight pages."""
        self.assertEqual(film.Cache("size-2944", 11, 11, 2944, 1, 1).slab_bytes, 8 * 4096)
        self.assertEqual(film.Cache("merged", 5, 5, 64, 0, 1).slab_bytes, 0)

    def test_pages_that_caches_share(self):
        """Two caches with a slab each, as slabinfo says, and one page that both lie in."""
        one = film.Frame("slob", meminfo={"Slab": 4}, caches=[
            film.Cache("size-64", 30, 59, 64, 1, 1), film.Cache("size-32", 20, 113, 32, 1, 1)])
        one.divide_shared_pages()
        self.assertEqual([cache.slab_bytes for cache in one.caches], [3072, 1024])
        one.meminfo["Slab"] = 8
        one.caches = [film.Cache("size-64", 30, 59, 64, 1, 1),
                      film.Cache("size-32", 20, 113, 32, 1, 1)]
        one.divide_shared_pages()
        self.assertEqual([cache.slab_bytes for cache in one.caches], [4096, 4096])

    def test_bootmem_and_meminfo(self):
        one = frame(TRACE)
        self.assertEqual(one.bits, {".": 2171, "r": 3973, "U": 0})
        self.assertEqual(one.bootmem, [film.Region(0x2000, 0x4000, "one_page_table_init"),
                                       film.Region(0x4000, 0x5000, "mem_map")])
        self.assertEqual(one.meminfo, {"MemTotal": 129012})


class Logs(unittest.TestCase):
    def test_lines_around(self):
        text = "[    0.000000] mmkit\n" + FIRMWARE + "[    0.000000] next\nTRACE x\n"
        self.assertEqual(film.parse(text).log,
                         ["[    0.000000] mmkit", "[    0.000000] next", "TRACE x"])

    def test_log_line_inside_a_frame(self):
        reel = film.parse(FIRMWARE.replace("map: pfn", "[    0.123456] a warning\nmap: pfn"))
        self.assertEqual((reel.complaints, reel.log[0]), ([], "[    0.123456] a warning"))

    def test_lines_of_bootmem_debug(self):
        line = "[    0.000000] bootmem::free_bootmem nid=0 start=1 end=9f\n"
        inside = FIRMWARE.replace("FILM section map\n", line + "FILM section map\n")
        reel = film.parse(line + inside + line)
        text = "bootmem::free_bootmem nid=0 start=1 end=9f"
        self.assertEqual(reel.bootmem, [(0, text), (0, text), (1, text)])

    def test_cr_lf(self):
        self.assertEqual(film.parse((FIRMWARE + TRACE).replace("\n", "\r\n")).frames,
                         film.parse(FIRMWARE + TRACE).frames)

    def test_nothing(self):
        self.assertEqual(film.parse("no film\n").frames, [])


class Broken(unittest.TestCase):
    def complaint(self, text, frames):
        reel = film.parse(text)
        self.assertEqual(len(reel.frames), frames)
        self.assertEqual(len(reel.complaints), 1)
        self.assertNotIn("\n", reel.complaints[0])
        return reel.complaints[0]

    def test_cut_off_anywhere_in_the_second_frame(self):
        whole = FIRMWARE + TRACE
        for cut in range(len(FIRMWARE) + TRACE.index("\n") + 1, len(whole) - len("\n")):
            with self.subTest(cut=cut):
                self.assertIn("breaks off", self.complaint(whole[:cut], 1))

    def test_a_frame_without_end_before_another(self):
        self.assertIn("frame firmware breaks off at line",
                      self.complaint(FIRMWARE.replace("FILM end\n", "") + TRACE, 1))

    def test_marks_without_a_frame(self):
        for mark in ("FILM end", "FILM section map", "FILM frame", "FILM music loud"):
            self.assertIn("makes no sense here", self.complaint(f"{mark}\n{TRACE}", 1))

    def test_bad_sections_are_left_out(self):
        for old, new, section in (
                ("map: pfn 0x10", "map: pfn ten", "map"), ("0x00010 0aSH", "0x00010 0aS", "map"),
                ("0x00010 0aSH", "0x00010 0aSQ", "map"), ("0x00010 0aSH\n", "*\n", "map"),
                ("  start_pfn:           1\n", "", "zoneinfo"), ("     3 \n", "\n", "buddyinfo"),
                (" : slabdata", " : slab", "slabinfo"), ("129012 kB", "much", "meminfo")):
            with self.subTest(new):
                self.assertIn(old, TRACE)
                self.assertIn(f"section {section} is left out",
                              self.complaint(TRACE.replace(old, new, 1), 1))


if __name__ == "__main__":
    unittest.main()
