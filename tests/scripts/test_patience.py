# SPDX-License-Identifier: 0BSD
"""Tests of boot.Patience: a machine that hangs is ended, whatever else the host has to do."""

import subprocess
import unittest
from unittest import mock

from mmkit import boot


class Patience(unittest.TestCase):
    def looks(self, seconds, work, step=1.0):
        """How many looks, @step seconds apart, patience lasts if @work is done between two."""
        now = used = 0.0
        with mock.patch.object(boot.time, "monotonic", lambda: now), \
                mock.patch.object(boot, "processor_seconds", lambda pid: used):
            patience = boot.Patience(1, seconds)
            for count in range(1, 1000):
                now, used = now + step, used + work
                if patience.is_over():
                    return count
        return None

    def test_ends_with_work(self):
        self.assertEqual(self.looks(10, work=1), 10)

    def test_a_slow_machine_makes_no_difference(self):
        self.assertEqual(self.looks(10, work=0.125), 80)

    def test_ends_with_rest(self):
        self.assertEqual(self.looks(10, work=0.01), 10)

    def test_more_looks_make_no_difference(self):
        self.assertEqual(self.looks(10, work=0.25, step=0.25), 40)
        self.assertEqual(self.looks(10, work=0, step=0.25), 40)

    def test_a_stop_of_all_counts_once(self):
        self.assertEqual(self.looks(3, work=0, step=1000), 3)


class ProcessorSeconds(unittest.TestCase):
    def test_grow_with_work(self):
        with subprocess.Popen(["sh", "-c", "while :; do :; done"]) as process:
            while boot.processor_seconds(process.pid) < 0.1:
                pass
            process.kill()

    def test_of_what_is_gone(self):
        process = subprocess.Popen(["true"])
        process.wait()
        self.assertEqual(boot.processor_seconds(process.pid), 0.0)


if __name__ == "__main__":
    unittest.main()
