# SPDX-License-Identifier: 0BSD
"""Tests of memory.py, against figures that Linux has on the same machines."""

import unittest

from mmkit import memory
from mmkit.memory import GIB, MIB, PAGE

LOW = (0, 0x9FC00)


def pc(size):
    """What SeaBIOS calls usable on -M pc below 3584 MiB."""
    return [LOW, (MIB, size - 128 * 1024)]


class Zones(unittest.TestCase):
    def test_linux(self):
        self.assertEqual(memory.zones(memory.ram_pages(pc(40 * MIB))),
                         {"DMA": (1, 4095, 3998), "Normal": (4096, 6112, 6112)})
        self.assertEqual(memory.zones(memory.ram_pages(pc(512 * MIB))),
                         {"DMA": (1, 4095, 3998), "Normal": (4096, 126944, 126944)})

    def test_highmem(self):
        zones = memory.zones(memory.ram_pages(pc(1024 * MIB)))
        self.assertEqual(zones["Normal"], (4096, 225280, 225280))
        self.assertEqual(zones["HighMem"], (229376, 32736, 32736))

    def test_hole_over_a_whole_zone(self):
        pages = memory.ram_pages([LOW, (MIB, 16 * MIB), (GIB, GIB + MIB)])
        self.assertEqual(memory.zones(pages), {"DMA": (1, 4095, 3998),
                                               "HighMem": (229376, 33024, 256)})

    def test_no_memory(self):
        self.assertEqual(memory.zones(memory.ram_pages([(0, PAGE)])), {})


class Pages(unittest.TestCase):
    def test_rounded_inwards(self):
        self.assertEqual(memory.ram_pages([(MIB + 1, MIB + 3 * PAGE - 1)]), [(257, 258)])

    def test_smaller_than_a_page(self):
        self.assertEqual(memory.ram_pages([(MIB + 1, MIB + PAGE)]), [])

    def test_page_0_and_the_isa_hole(self):
        self.assertEqual(memory.ram_pages([(0, 2 * MIB)]), [(1, 160), (256, 512)])

    def test_4_gib(self):
        self.assertEqual(memory.ram_pages([(4 * GIB - PAGE, 4 * GIB + PAGE)]),
                         [((1 << 20) - 1, 1 << 20)])

    def test_without(self):
        self.assertEqual(memory.without([(0, 10), (20, 30)], (5, 25)), [(0, 5), (25, 30)])


class Logs(unittest.TestCase):
    def test_usable(self):
        text = ("[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
                "[    0.000000] BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved\n"
                "[    0.000000] user: [mem 0x0000000000100000-0x00000000001fffff] usable\n")
        self.assertEqual(memory.usable(text), [LOW])

    def test_zoneinfo(self):
        text = ("Node 0, zone      DMA\n  pages free     1\n        spanned  4095\n"
                "        present  3998\n        managed  3840\n  start_pfn:           1\n"
                "Node 0, zone  HighMem\n  pages free     0\n")
        self.assertEqual(memory.zoneinfo(text), {(0, "DMA"): (1, 4095, 3998)})


if __name__ == "__main__":
    unittest.main()
