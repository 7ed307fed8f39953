# SPDX-License-Identifier: 0BSD
"""Tests of numa.py, against tables that QEMU made."""

import unittest

from mmkit import numa
from mmkit.memory import GIB, MIB, PAGE
from mmkit.numa import LAST, Machine, NodeRange


class Layout(unittest.TestCase):
    def layout(self, machine, kind):
        return numa.layout(machine, numa.below_4g(sum(machine.sizes), kind))

    def test_one_behind_the_other(self):
        self.assertEqual(self.layout(Machine((100 * MIB, 28 * MIB)), "pc"),
                         [(0, 100 * MIB, 0), (100 * MIB, 128 * MIB, 1)])

    def test_split_by_the_hole(self):
        machine = Machine((2560 * MIB, 2560 * MIB))
        self.assertEqual(self.layout(machine, "pc"), [
            (0, 0xA0000000, 0), (0xA0000000, 0xC0000000, 1), (4 * GIB, 6 * GIB, 1)])
        self.assertEqual(self.layout(machine, "q35"), [
            (0, 2 * GIB, 0), (4 * GIB, 4 * GIB + 512 * MIB, 0), (4 * GIB + 512 * MIB, 7 * GIB, 1)])

    def test_split_earlier(self):
        self.assertEqual(self.layout(Machine((48 * MIB, 48 * MIB)), "pc,max-ram-below-4g=64M"), [
            (0, 48 * MIB, 0), (48 * MIB, 64 * MIB, 1), (4 * GIB, 4 * GIB + 32 * MIB, 1)])

    def test_boot_cpu_in_node_1(self):
        machine = Machine((64 * MIB, 64 * MIB), cpus=(1, 0))
        self.assertEqual(self.layout(machine, "pc"), [(0, 64 * MIB, 1), (64 * MIB, 128 * MIB, 0)])

    def test_memoryless(self):
        machine = Machine((64 * MIB, 0, 64 * MIB), cpus=(0, 1))
        self.assertEqual(numa.numbers(machine), {0: 0, 1: 1, 2: 2})
        self.assertEqual(self.layout(machine, "pc"), [(0, 64 * MIB, 0), (64 * MIB, 128 * MIB, 2)])

    def test_too_many(self):
        machine = Machine((MIB,) * 10, cpus=(9,))
        self.assertEqual(list(numa.numbers(machine).items()), [
            (9, 0), (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 7), (8, 7)])
        self.assertEqual(numa.with_cpus(machine), {0})

    def test_neither_cpu_nor_memory(self):
        self.assertEqual(numa.numbers(Machine((64 * MIB, 0, 64 * MIB))), {0: 0, 2: 1})


class Distances(unittest.TestCase):
    def test_one_direction_is_both(self):
        machine = Machine((MIB, MIB), distances=((0, 1, 31),))
        self.assertEqual(numa.distances(machine), {(0, 0): 10, (0, 1): 31, (1, 0): 31, (1, 1): 10})

    def test_none(self):
        self.assertEqual(numa.distances(Machine((MIB, MIB)))[0, 1], 20)

    def test_asymmetric(self):
        machine = Machine((MIB, MIB), cpus=(1,), distances=((0, 1, 20), (1, 0, 30)))
        self.assertEqual(numa.distances(machine), {(0, 0): 10, (0, 1): 30, (1, 0): 20, (1, 1): 10})


class Ranges(unittest.TestCase):
    pages = [(1, 159), (256, 0x7FE0)]

    def test_cut_by_nodes(self):
        nodes = [NodeRange(0, 64 * MIB, 0), NodeRange(64 * MIB, 4 * GIB, 1)]
        ranges = [(1, 159, 0), (256, 0x4000, 0), (0x4000, 0x7FE0, 1)]
        self.assertEqual(numa.split(self.pages, nodes), ranges)
        self.assertEqual(numa.zones(numa.split(self.pages, nodes)), {
            (0, "DMA"): (1, 4095, 3998), (0, "Normal"): (4096, 12288, 12288),
            (1, "Normal"): (0x4000, 0x3FE0, 0x3FE0)})

    def test_merged(self):
        nodes = [NodeRange(0, 64 * MIB, 0), NodeRange(64 * MIB, 4 * GIB, 0)]
        self.assertEqual(numa.split(self.pages, nodes), [(1, 159, 0), (256, 0x7FE0, 0)])

    def test_fake(self):
        last = 4 * GIB
        self.assertEqual(numa.fake(self.pages, "2"), [(0, 64 * MIB, 0), (64 * MIB, last, 1)])
        self.assertEqual(numa.fake(self.pages, "64M,rest"), numa.fake(self.pages, "2"))
        self.assertEqual(numa.fake(self.pages, "5M,33M"), [
            (0, 4 * MIB, 0), (4 * MIB, 36 * MIB, 1), (36 * MIB, last, 2)])
        self.assertEqual([end for _, end, _ in numa.fake(self.pages, "48M")],
                         [48 * MIB, 96 * MIB, last])
        self.assertEqual(numa.fake(self.pages, "1G"), [(0, last, 0)])

    def test_fake_around_a_hole(self):
        pages = [(1, 1024), (0x4000, 0x4400), (0x8000, 0x8400)]
        self.assertEqual([end // PAGE for _, end, _ in numa.fake(pages, "3")],
                         [0x400, 0x4400, LAST])

    def test_order(self):
        def order(*ranges, online=2):
            return numa.zonelist_order([NodeRange(*one) for one in ranges], online)

        self.assertEqual(order((1, 4096, 0), (4096, 32000, 1)), "Zone")
        self.assertEqual(order((1, 16384, 0), (16384, 32000, 1)), "Zone")
        # Most of the memory, or of a node that is large, is DMA's; or there is none.
        self.assertEqual(order((1, 4096, 0), (4096, 8000, 1)), "Node")
        self.assertEqual(order((1, 4096, 0), (4096, 9000, 1)), "Node")
        self.assertEqual(order((4096, 8000, 0), (8000, 9000, 1)), "Node")

    def test_shown_distances(self):
        text = "node 1: 5 pages\nnode distances:\nnode   0   1\n  0:  10  25\n  1:  30  10\nall\n"
        self.assertEqual(numa.shown_distances(text),
                         {(0, 0): 10, (0, 1): 25, (1, 0): 30, (1, 1): 10})
        self.assertEqual(numa.shown_distances("nothing"), {})

    def test_log(self):
        text = ("Early memory node ranges\n"
                "[    0.000000]   node   1: [mem 0x0000000000001000-0x000000000009efff]\n"
                "[    0.000000]   node   0: [mem 0x0000000000100000-0x00000000043fffff]\n")
        self.assertEqual(numa.early_ranges(text), [(1, 159, 1), (256, 0x4400, 0)])


class Options(unittest.TestCase):
    def test_described(self):
        machine = Machine((64 * MIB, 0, 5 << 10), cpus=(0, 1), distances=((0, 1, 25), (0, 2, 30)))
        self.assertEqual(numa.described(machine),
                         "nodes 64M+0M+5K, CPUs in 0 1, distances 0-1 25 0-2 30")

    def test_node_without_memory(self):
        machine = Machine((MIB, 0), cpus=(0, 1, 1), distances=((0, 1, 25),))
        self.assertEqual(numa.qemu_options(machine), [
            "-smp", "3", "-object", "memory-backend-ram,id=m0,size=1048576",
            "-numa", "node,nodeid=0,cpus=0,memdev=m0", "-numa", "node,nodeid=1,cpus=1,cpus=2",
            "-numa", "dist,src=0,dst=1,val=25"])


if __name__ == "__main__":
    unittest.main()
