# SPDX-License-Identifier: 0BSD
"""Tests of gcov_stream.py."""

import struct
import unittest

from mmkit import gcov_stream


def stream(*parts):
    return b"".join(struct.pack("<I", len(part)) + part for part in parts)


class Files(unittest.TestCase):
    def test_two_files(self):
        data = stream(b"", b"a.gcda", b"12", b"3", b"", b"b.gcda", b"4")
        self.assertEqual(gcov_stream.files(data), {"a.gcda": b"123", "b.gcda": b"4"})

    def test_nothing(self):
        self.assertEqual(gcov_stream.files(b""), {})

    def test_a_second_dump_replaces_the_first(self):
        data = stream(b"", b"a.gcda", b"12", b"", b"a.gcda", b"34")
        self.assertEqual(gcov_stream.files(data), {"a.gcda": b"34"})

    def test_cut_off(self):
        for cut in (1, 3, 5, 13):
            with self.assertRaises(ValueError):
                gcov_stream.files(stream(b"", b"a.gcda", b"12")[:-cut])

    def test_contents_without_a_name(self):
        with self.assertRaises(ValueError):
            gcov_stream.files(stream(b"12"))


if __name__ == "__main__":
    unittest.main()
