# SPDX-License-Identifier: 0BSD
"""SLAB: caches, slabs and arrays as they are in memory, mm/slab*.c."""

from __future__ import annotations

import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

import gdb

from . import source
from .cache import Cache, Numbers, per_cpu_offsets, ranges, walk_list
from .source import Record

if TYPE_CHECKING:
    from .model import Memory, Page


class Slab:
    """A struct slab and its bufctl array."""

    def __init__(self, cache: SlabCache, address: int) -> None:
        memory = cache.memory
        self.address = address
        record = memory.slab_layout.read(address)
        self.constants = memory.constants
        self.record = record
        self.s_mem, self.inuse, self.free = record["s_mem"], record["inuse"], record["free"]
        self.order = record["order"]
        self.stride = cache["stride"]
        self.num = min(record["num"], memory.constants.SLAB_MAX_OBJECTS)  # if it is damaged
        kind = gdb.lookup_type("kmem_bufctl_t")
        self.bufctl = array.array({1: "B", 2: "H", 4: "I"}[kind.sizeof], source.read(
            address + memory.slab_layout.offset("bufctl"), self.num * kind.sizeof))

    def object(self, index: int) -> int:
        """The address of an object."""
        return self.s_mem + index * self.stride

    def active(self) -> list[int]:
        """Numbers of the objects that are handed out."""
        return self._objects(self.constants.BUFCTL_ACTIVE)

    def cached(self) -> list[int]:
        """Numbers of those that are free, in an array."""
        return self._objects(self.constants.BUFCTL_CACHED)

    def _objects(self, state: int) -> list[int]:
        return [index for index, entry in enumerate(self.bufctl) if entry == state]

    def first_pfn(self, memory: Memory) -> int | None:
        pfn = memory.pfn_of_virt(self.s_mem)
        return None if pfn is None else pfn & ~((1 << self.order) - 1)


class SlabCache(Cache):
    """A struct kmem_cache of SLAB."""

    LISTS = ("slabs_partial", "slabs_full", "slabs_free")

    def shape(self, order: int) -> tuple[int, int, int]:
        """Objects, bytes of the descriptor and colours of a slab of that order: slab_shape()."""
        if order == self["order"]:
            return self["num"], self["mgmt_size"], self["colours"]
        block = 1 << order + self.memory.constants.PAGE_SHIFT
        head = self.memory.slab_layout.offset("bufctl")
        stride, align = self["stride"], self["align"]
        if self.off_slab:
            num = block // stride
            descriptor, left = head + 2 * num, block
        else:
            num = (block - head) // (stride + 2)
            descriptor = (head + 2 * num + align - 1) // align * align
            left = block - descriptor
        return num, descriptor, (left - num * stride) // self["colour_off"] + 1

    @property
    def off_slab(self) -> bool:
        return self["slabp_cache"] != 0

    def nodes(self) -> list[Record]:
        """The struct kmem_cache_node of each node of the machine."""
        first = self.address + self.memory.cache_layout.members["node"][0]
        layout = self.memory.cache_node_layout
        return [layout.read(first + nid * layout.size)
                for nid in range(source.variable("nr_node_ids"))]

    def arrays_of(self, node: Record) -> list[Record]:
        """The struct array_cache of each CPU for objects of a node, and the shared one."""
        layout = self.memory.array_layout
        first = layout.read(node["array"] - layout.offset("entry"))
        own = [layout.read(first.address + cpu * first["bytes"])
               for cpu in range(len(per_cpu_offsets()))]
        return own + ([layout.read(node["shared_array"])] if node["shared_array"] else [])

    def arrays(self) -> list[Record]:
        """Those of all nodes."""
        return [array for node in self.nodes() for array in self.arrays_of(node)]

    def walk(self, node: Record, which: str) -> tuple[list[int], str | None]:
        """Addresses of the slabs of one list, and what is wrong with its links, or None."""
        head = node.address + self.memory.cache_node_layout.offset(f"{which}.next")
        return walk_list(head, self.memory.links_in_memory)

    def slab(self, address: int) -> Slab:
        return Slab(self, address)

    def slabs(self) -> Iterator[tuple[str, Slab]]:
        """(where, Slab) of all that can be reached: `partial`, `full`, `free`."""
        for node in self.nodes():
            for which in self.LISTS:
                for address in self.walk(node, which)[0]:
                    yield which.removeprefix("slabs_"), self.slab(address)

    def numbers(self) -> Numbers:
        slabs = [slab for _, slab in self.slabs()]
        active = [len(slab.active()) for slab in slabs]
        return Numbers(sum(active), sum(slab.num for slab in slabs), sum(map(bool, active)),
                       sum(node["nr_slabs"] for node in self.nodes()))

    def lines(self) -> Iterator[str]:
        place = "off" if self.off_slab else "on"
        yield (f"{self.name}: objects of {self['size']} bytes every {self['stride']}, "
               f"{self['num']} in the smallest slab, {self.pages} pages, descriptor {place} slab")
        for where, slab in self.slabs():
            pfn = slab.first_pfn(self.memory)
            active = slab.active()
            yield (f"  slab {slab.address:#x} {where:<7} pfn {'none' if pfn is None else pfn}, "
                   f"objects from {slab.s_mem:#x}, {len(active)} of {slab.num} in use"
                   f"{ranges(active)}")
        for node in self.nodes():
            for which in self.LISTS:
                entries, error = self.walk(node, which)
                if error:
                    yield f"  {which} is broken after {len(entries)} slabs: {error}"


def page_lines(memory: Memory, page: Page, address: int | None) -> Iterator[str]:
    """The slab that a page belongs to; `address` picks an object in it."""
    cache = next((one for one in memory.walk_caches()[0] if one.address == page.cache), None)
    if cache is None:
        yield f"  cache: none is at {page.cache:#x}"
        return
    yield f"  cache: {cache.name}, slab {page.slab:#x}"
    slab = cache.slab(page.slab)
    if address is None or not cache["stride"]:
        return
    index, inside = divmod(address - slab.s_mem, cache["stride"])
    if not 0 <= index < slab.num:
        yield f"  {address:#x} lies in no object"
        return
    state = ("in use" if index in slab.active() else
             "free, in an array" if index in slab.cached() else "free")
    yield f"  object: {index} at {address - inside:#x}, {state}; {address:#x} is {inside} into it"
