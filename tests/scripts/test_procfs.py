# SPDX-License-Identifier: 0BSD
"""Tests of procfs.py: what it accepts, and above all what it does not."""

import re
import unittest

from mmkit import procfs
from mmkit.procfs import ProcError

ZONE = """Node 0, zone      DMA
  pages free     3840
        spanned  4095
        present  3998
        managed  3840
      nr_free_pages 3840
  start_pfn:           1
"""
BUDDY = f"Node 0, zone      DMA {'     0 ' * 8}     1      1      3 \n"
TYPES = ("Unmovable", "Movable")
PAGETYPE = (procfs._PAGETYPE_HEAD.format(order=2, pages=4, orders="     0      1      2 ") +
            "".join(f"Node    0, zone      DMA, type {name:>12}      3      0      1 \n"
                    for name in TYPES) + "\nNumber of blocks type     Unmovable      Movable \n"
            "Node 0, zone      DMA            1            4 \n")
PAGETYPE_1 = PAGETYPE.replace("Node    0", "Node    1").replace("Node 0", "Node 1")
SLAB = procfs._SLAB_HEADER + "\n"
VMALLOC = """0xc87e0000-0xc87e3000   12288 a_map+0x1/0x2 phys=0x07fe1000 ioremap
0xc87e7000-0xc87e9000    8192 a_load+0x2b/0x1b0 pages=1 vmalloc N0=1
0xc87e9000-0xc87eb000    8192 a_load+0x2b/0x1b0 vmap
0xc87eb000-0xc87ed000    8192 unpurged vm_area
"""
ROW = "%-17s %6u %6u %6u %4u %4u : tunables %4u %4u %4u : slabdata %6u %6u %6u\n"


def slab(name):
    return "slabinfo - version: 2.1\n" + SLAB + ROW % (name, 1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 0)


class Accepted(unittest.TestCase):
    def test_buddyinfo(self):
        self.assertEqual(procfs.buddyinfo(BUDDY), {(0, "DMA"): [0] * 8 + [1, 1, 3]})

    def test_pagetypeinfo(self):
        types = procfs.pagetypeinfo(PAGETYPE)
        self.assertEqual((types["order"], types["pages"], types["types"]), (2, 4, list(TYPES)))
        self.assertEqual(types["free"][0, "DMA"]["Movable"], [3, 0, 1])
        self.assertEqual(types["blocks"], {(0, "DMA"): {"Unmovable": 1, "Movable": 4}})

    def test_pagetypeinfo_of_two_nodes(self):
        types = procfs.pagetypeinfo(PAGETYPE + PAGETYPE_1)
        self.assertEqual(list(types["free"]), [(0, "DMA"), (1, "DMA")])
        self.assertEqual(list(types["blocks"]), [(0, "DMA"), (1, "DMA")])

    def test_zoneinfo(self):
        zones = procfs.zoneinfo(ZONE + ZONE.replace("     DMA", "  Normal"))
        self.assertEqual(list(zones), [(0, "DMA"), (0, "Normal")])
        self.assertEqual(zones[0, "DMA"]["spanned"], 4095)
        self.assertEqual(zones[0, "Normal"]["start_pfn"], 1)

    def test_slabinfo(self):
        for name in ("size-32", "a" * 17, "a" * 30):
            self.assertEqual(procfs.slabinfo(slab(name))[name]["num_slabs"], 7)

    def test_meminfo(self):
        self.assertEqual(procfs.meminfo("MemTotal:         114032 kB\n"), {"MemTotal": 114032})

    def test_iomem(self):
        text = ("00000000-00000fff : Reserved\n00001000-1ffffffff : System RAM\n"
                "  00100000-001fffff : a b\n")
        self.assertEqual(procfs.iomem(text)[1:], [(0, 0x1000, 0x1FFFFFFFF, "System RAM"),
                                                  (1, 0x100000, 0x1FFFFF, "a b")])

    def test_vmallocinfo(self):
        self.assertEqual(procfs.vmallocinfo(VMALLOC), [
            (0xc87e0000, 0xc87e3000, "ioremap"), (0xc87e7000, 0xc87e9000, "vmalloc"),
            (0xc87e9000, 0xc87eb000, "vmap"), (0xc87eb000, 0xc87ed000, "unpurged")])
        self.assertEqual(procfs.vmallocinfo(""), [])


class Refused(unittest.TestCase):
    def refuse(self, parser, *texts):
        for text in texts:
            with self.subTest(text=text), self.assertRaises(ProcError):
                parser(text)

    def test_buddyinfo(self):
        self.refuse(procfs.buddyinfo, "", BUDDY[:-1], BUDDY.replace(" \n", "\n"),
                    BUDDY.replace("zone     ", "zone "), BUDDY.replace("      0", "", 1),
                    BUDDY + "\n", BUDDY.replace("0", "x", 3))

    def test_pagetypeinfo(self):
        row = PAGETYPE.splitlines()[5] + "\n"
        self.refuse(procfs.pagetypeinfo, PAGETYPE + "\n", PAGETYPE.replace(row, ""),
                    PAGETYPE.replace(row, row + row.replace("DMA", "abc")),
                    "\n".join(PAGETYPE.split("\n")[:4]) + "\n")
        for right, wrong in (("order: 2", "order: 3"), ("per block:  4", "per block: 4"),
                             (" 4 \n", " \n"), ("      1 \n", "      1\n"), ("0, zone ", "0, zone"),
                             ("\n\nNumber", "\nNumber"), ("Node 0", "Node  0")):
            self.refuse(procfs.pagetypeinfo, PAGETYPE.replace(right, wrong))

    def test_pagetypeinfo_of_two_nodes(self):
        *free, blocks = re.findall("^Node.*\n", PAGETYPE_1, re.MULTILINE)
        in_one_table = PAGETYPE.replace("\n\nNumber", f"\n{''.join(free)}\nNumber") + blocks
        self.refuse(procfs.pagetypeinfo, PAGETYPE + PAGETYPE, PAGETYPE_1 + PAGETYPE, in_one_table,
                    PAGETYPE + PAGETYPE_1.replace(" Movable", " Other.."))

    def test_zoneinfo(self):
        self.refuse(procfs.zoneinfo, ZONE.replace("        spanned  4095\n", ""),
                    ZONE.replace("  start_pfn:  ", "start_pfn:  "), ZONE + "  something else\n",
                    ZONE.replace("4095", ""), ZONE.replace("        managed  3840\n", "") +
                    "        managed  3840\n", ZONE.replace("zone      DMA", "zone DMA"))

    def test_slabinfo(self):
        good = slab("size-32")
        self.refuse(procfs.slabinfo, good.replace("2.1", "2.0"), good.replace("<objsize> ", ""),
                    good.replace("tunables", "tunable"), good + good.split("\n")[2] + "\n",
                    good.replace("size-32 ", "size 32 "), good[:-1])

    def test_meminfo(self):
        self.refuse(procfs.meminfo, "MemTotal: 114032 kB\n", "MemTotal:         114032 KB\n",
                    "MemTotal:         114032 kB\nMemTotal:         114032 kB\n", "\n")

    def test_vmstat(self):
        self.assertEqual(procfs.vmstat("nr_free_pages 5\npgalloc_dma 0\n"),
                         {"nr_free_pages": 5, "pgalloc_dma": 0})
        self.refuse(procfs.vmstat, "", "nr_free_pages  5\n", "nr_free_pages: 5\n", "pgfree -1\n",
                    "pgfree 1\npgfree 1\n", "pgfree 1")

    def test_iomem(self):
        ram = "00001000-000fffff : System RAM\n"
        self.refuse(procfs.iomem, ram.replace("000", "00", 1), ram + " 00001000-00001fff : a\n",
                    ram + "    00001000-00001fff : a\n", ram + "  00000000-00001fff : a\n",
                    ram + "  00002000-00001fff : a\n", ram + ram, ram.replace("fffff", "FFFFF"),
                    ram + "  00002000-00002fff : a\n  00001000-00001fff : b\n")

    def test_vmallocinfo(self):
        self.refuse(procfs.vmallocinfo, VMALLOC.replace("   8192", "8192"), VMALLOC + "\n",
                    VMALLOC.replace("12288", "12287"), VMALLOC.replace("pages=1", "pages=2"),
                    VMALLOC.replace(" pages=1", ""), VMALLOC.replace(" phys=0x07fe1000", ""),
                    VMALLOC.replace("c87e0000-", "c87e0001-"), VMALLOC.replace(" ioremap", ""))


class Numastat(unittest.TestCase):
    NODE = ("node1\nnuma_hit 7\nnuma_miss 1\nnuma_foreign 2\ninterleave_hit 0\nlocal_node 5\n"
            "other_node 3\n")

    def test_nodes(self):
        nodes = procfs.numastat(self.NODE.replace("node1", "node0") + self.NODE)
        self.assertEqual(list(nodes), [0, 1])
        self.assertEqual(nodes[1], dict(zip(procfs.NUMASTAT, (7, 1, 2, 0, 5, 3))))

    def test_wrong(self):
        for text in (self.NODE + self.NODE, self.NODE[6:], self.NODE[:-13],
                     self.NODE.replace("miss", "mist"), self.NODE.replace("_hit 7", "_hit  7")):
            self.assertRaises(procfs.ProcError, procfs.numastat, text)


if __name__ == "__main__":
    unittest.main()
