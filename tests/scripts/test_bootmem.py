# SPDX-License-Identifier: 0BSD
"""Tests of report/bootmem.py: what the lines of bootmem_debug say, and what the bits are then."""

import re
import unittest

from mmkit.report import bootmem, bootmem_film, film

STAMP = "[    0.000000] "
PIECE = "bootmem::init_bootmem_node nid=1 start=100 map=102 end=180 mapsize=10"
ALLOC = ("bootmem::alloc_core zone_pcp_init size=1f4 [1 pages] align=20 goal=110000 limit=0 nid=1 "
         "min_pfn=100 start=110000 from=10 merged=0 last_pos=4->10 last_offset=0->1f4")
MERGED = ("bootmem::alloc_core two words size=e10 [1 pages] align=4 goal=0 limit=ffffffff nid=1 "
          "min_pfn=100 start=1101f4 from=11 merged=1 last_pos=10->11 last_offset=1f4->4")
BACK = ("bootmem::alloc_core mem_map size=4000 [4 pages] align=1000 goal=170000 limit=0 nid=1 "
        "min_pfn=100 start=112000 from=3 merged=0 last_pos=11->15 last_offset=4->0")
BOOT = (PIECE, "bootmem::free_bootmem nid=1 start=100 end=180",
        "bootmem::reserve_bootmem_known nid=1 start=100 end=104",
        "bootmem::reserve_bootmem_known silent double reserve of PFN 102", ALLOC, MERGED, BACK,
        "bootmem::free_all_bootmem_node nid=1 released=76")


def film_of(*lines):
    return film.parse("".join(f"{STAMP}{line}\n" for line in lines))


def calls_of(*lines):
    reel = film_of(*lines)
    calls = bootmem.calls_of(reel)
    assert not reel.complaints, reel.complaints
    return calls


class Frames(unittest.TestCase):
    """Calls as frames of the page's own film."""

    def test_a_frame_for_each_call(self):
        frames = bootmem_film.frames_of(calls_of(*BOOT))
        self.assertEqual(len(frames), 7)
        self.assertEqual([frame.picture.cells[0x100:0x106] for frame in frames[:3]],
                         ["rrrrrr", "..r...", "rrrr.."])
        self.assertEqual(frames[3].rows[-2:],
                         [("last_pos", "0x4 → 0x10"), ("last_offset", "0x0 → 0x1f4")])
        self.assertEqual(frames[-1].picture.pages, {"-": 0x100, "r": 4, "U": 6, ".": 0x76})
        self.assertEqual(sum(pages for pages, _ in frames[-1].runs), 0x180)

    def test_cells_of_several_pages(self):
        for pages, letter in (("..", "."), (".r", "+"), ("-.", "."), ("rU", "U"), ("-r", "r"),
                              ("--", "-")):
            self.assertEqual(bootmem_film.cell_of(pages), letter)
        self.assertEqual(bootmem_film.picture_of("." * 1025).per, 2)

    def test_of_many_alike_some(self):
        calls = calls_of(PIECE, *[ALLOC] * 30)
        self.assertEqual([frame.words for frame in bootmem_film.frames_of(calls)],
                         ["", *(f"{nr} of 30" for nr in (1, 5, 9, 13, 17, 21, 25, 30))])
        self.assertEqual(len(bootmem_film.frames_of(calls[:9])), 9)


class Calls(unittest.TestCase):
    def test_all_kinds(self):
        calls = calls_of(*BOOT)
        self.assertEqual([call.kind for call in calls],
                         ["begin", "free", "reserve", "alloc", "alloc", "alloc", "retire"])
        self.assertEqual([(call.start, call.end) for call in calls[:3]],
                         [(0x100, 0x180), (0x100, 0x180), (0x100, 0x104)])
        self.assertEqual((calls[0].bitmap, calls[0].node), ((0x102, 0x103), 1))
        self.assertEqual(calls[-1].released, 0x76)

    def test_an_allocation(self):
        call = calls_of(ALLOC)[0]
        self.assertEqual((call.what, call.size, call.align, call.goal, call.limit),
                         ("zone_pcp_init", 500, 32, 0x110000, 0))
        self.assertEqual((call.start, call.end), (0x110, 0x111))
        self.assertEqual(call.place,
                         bootmem.Place(0x100, 0x110000, 0x10, False, (4, 0x10), (0, 500)))

    def test_one_that_merged(self):
        call = calls_of(MERGED)[0]
        self.assertEqual((call.what, call.start, call.end, call.place.merged),
                         ("two words", 0x110, 0x112, True))

    def test_one_that_failed(self):
        call = calls_of(re.sub(" nid=.*", " failed", ALLOC))[0]
        self.assertEqual((call.place, call.start, call.end, call.words()), (None, 0, 0, 0))

    def test_a_reservation_that_was_refused(self):
        refused = ("bootmem::reserve_bootmem nid=1 start=110 end=112",
                   "bootmem::reserve_bootmem refused double reserve of PFN 110")
        self.assertEqual(len(calls_of(*refused)), 0)

    def test_the_frame_behind_it(self):
        text = "FILM frame a b\nFILM end\n"
        reel = film.parse(f"{STAMP}{PIECE}\n{text}{STAMP}{ALLOC}\n{text}")
        self.assertEqual([call.frame for call in bootmem.calls_of(reel)], [0, 1])

    def test_a_reservation_has_the_name_of_the_ledger(self):
        frame = ("FILM frame a b\nFILM section e820\n"
                 "reserved: [mem 0x0000000000100000-0x0000000000103400] page tables\nFILM end\n")
        reel = film.parse("".join(f"{STAMP}{line}\n" for line in BOOT[:3]) + frame)
        self.assertEqual([call.name for call in bootmem.calls_of(reel)], ["", "", "page tables"])
        self.assertIn("Pages 0x100 to 0x103: page tables. ",
                      bootmem.sentence(bootmem.calls_of(reel)[2]))

    def test_what_is_not_understood_is_named(self):
        reel = film_of(ALLOC.replace("merged=0 ", ""), PIECE)
        self.assertEqual([call.kind for call in bootmem.calls_of(reel)], ["begin"])
        self.assertEqual(len(reel.complaints), 1)
        self.assertIn("a line of bootmem_debug is left out: bootmem::alloc", reel.complaints[0])


class State(unittest.TestCase):
    def picture(self, *lines):
        bits = bootmem.Bits()
        for call in calls_of(*lines):
            bits.apply(call)
        return "".join(bits.states[pfn] for pfn in range(0x100, 0x118))

    def test_bits(self):
        """The bitmap's own page is never free, and what is used stays so when it is reserved."""
        self.assertEqual(self.picture(*BOOT[:1]), "r" * 24)
        self.assertEqual(self.picture(*BOOT[:2]), "..r" + "." * 21)
        self.assertEqual(self.picture(*BOOT[:4]), "rrrr" + "." * 20)
        self.assertEqual(self.picture(*BOOT), "rrrr............UUUUUU..")
        again = (*BOOT, "bootmem::reserve_bootmem nid=1 start=10f end=111",
                 "bootmem::free_bootmem nid=1 start=111 end=113")
        self.assertEqual(self.picture(*again), "rrrr...........rU..UUU..")

    def test_words(self):
        """Of 32 bits: from where the search began to the end of what it found."""
        words = [call.words() for call in calls_of(ALLOC, MERGED, BACK)]
        self.assertEqual(words, [1, 0, 1])
        far = ALLOC.replace("from=10", "from=0").replace("start=110000", "start=13f800")
        self.assertEqual(calls_of(far.replace("size=1f4", "size=1000"))[0].words(), 3)
        slow = MERGED.replace("from=11", "from=0")
        self.assertEqual(calls_of(slow)[0].words(), 1)


class Text(unittest.TestCase):
    def test_sentences(self):
        sentences = [bootmem.sentence(call) for call in calls_of(*BOOT)]
        for index, words in (
                (0, "a bit for 128 pages"), (1, "Pages 0x100 to 0x17f:"), (2, "bits are set"),
                (3, "zone_pcp_init asks for 500 bytes, aligned to 32 bytes, from 1088 KiB on. The "
                    "search begins at page 0x110, and the first fit is page 0x110: 1 word of the "
                    "bitmap."),
                (4, "It goes on in page 0x110, behind byte 0x1f4, where the last allocation ended: "
                    "the hint knows that no page before it is free."),
                (5, "Nothing from the goal on; then the search begins at page 0x103, and the first "
                    "fit is page 0x112"),
                (6, "118 pages go to the buddy allocator")):
            with self.subTest(index):
                self.assertIn(words, sentences[index])

    def test_the_hint(self):
        hinted = calls_of(ALLOC.replace("goal=110000", "goal=0"))[0]
        self.assertIn("at page 0x110 (the hint: ", bootmem.sentence(hinted))
        failed = calls_of(re.sub(" nid=.*", " failed", ALLOC))[0]
        self.assertTrue(bootmem.sentence(failed).endswith("on. There is none."))

    def test_rows(self):
        """Those that ask for the same are one."""
        text = bootmem.section(calls_of(*BOOT, BACK, BACK, BACK))
        self.assertEqual(len(re.findall("<tr data-call", text)), 8)
        for words in ("mem_map ×3", ">0x110000<", ">0x4 → 0x10<", ">0x0 → 0x1f4<", ">yes<",
                      "two words", "0x100-0x103"):
            self.assertIn(words, text)

    def test_nothing_without_calls(self):
        self.assertEqual((bootmem.section([]), bootmem.script([])), ("", ""))

    def test_the_log_cannot_break_out(self):
        calls = calls_of(ALLOC.replace("zone_pcp_init", "</script><b>"))
        self.assertNotIn("</script><b>", bootmem.script(calls) + bootmem.section(calls))


if __name__ == "__main__":
    unittest.main()
