# SPDX-License-Identifier: 0BSD
"""Tests of bookkeeping.py, with the log of a machine of 128 MiB."""

import pathlib
import unittest

from mmkit import bookkeeping

LOG = """\
[    0.000000] reserved: [mem 0x0000000000100000-0x000000000031afff] kernel image
[    0.000000] Memory: 127860K/130552K available (2692K reserved, 0K highmem)
[    1.643745] Freeing unused kernel memory: 364K
bootmem: [mem 0x01000000-0x01003fff]    16384 bytes  mem_map
bootmem: [mem 0x00005000-0x00005fff]     4096 bytes  pte_alloc_one_bootmem
bootmem: [mem 0x01004000-0x0107ffff]   507904 bytes  mem_map
Slab:                 36 kB
"""
LINUX = pathlib.Path(__file__).resolve().parent.parent / "data" / "linux-6.1-memory.txt"


class Log(unittest.TestCase):
    def test_parts(self):
        books = bookkeeping.read_log(LOG)
        self.assertEqual(books, bookkeeping.Books(130552, 2692, 2156, 512, 364, 36))
        self.assertEqual(books.other, 24)

    def test_a_line_is_missing(self):
        for line in LOG.splitlines(keepends=True):
            if "mem_map" not in line and "pte_alloc" not in line:
                with self.assertRaises(ValueError):
                    bookkeeping.read_log(LOG.replace(line, ""))
        with self.assertRaises(ValueError):
            bookkeeping.read_log(LOG.replace("mem_map", "nobody"))


class Table(unittest.TestCase):
    def test_beside_linux(self):
        books = {"128M": bookkeeping.read_log(LOG)}
        lines = list(bookkeeping.table(books, bookkeeping.read_linux(LINUX)))
        self.assertEqual(lines[1].split(), ["128M", "130552", "2692", "2.06%", "2156", "512", "24",
                                            "364", "36", "18504", "14.17%"])

    def test_linux_was_not_there(self):
        books = {"16M": bookkeeping.read_log(LOG)._replace(ram=15864)}
        self.assertEqual(list(bookkeeping.table(books, {}))[1].split()[-2:], ["-", "-"])
        self.assertEqual(bookkeeping.read_linux(LINUX)[3145208], 48620)


if __name__ == "__main__":
    unittest.main()
