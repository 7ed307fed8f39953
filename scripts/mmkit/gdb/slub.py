# SPDX-License-Identifier: 0BSD
"""SLUB: caches, slabs and their chains as they are in memory, mm/slub*.c.

A slab has no descriptor: its first struct page says all. Full ones are in no list, so that slabs
are looked for in mem_map.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import source
from .cache import Cache, Numbers, ranges
from .source import Layout, Record

if TYPE_CHECKING:
    from .model import Memory, Page


class Slab:
    """A slab, by the struct page of its first page. `error`: what is wrong with its chains."""

    def __init__(self, cache: SlubCache, pfn: int) -> None:
        memory = cache.memory
        c, page = memory.constants, memory.page(pfn)
        self.cache, self.pfn, self.order = cache, pfn, page.order
        record = memory.page_layout.read(memory.page_address(pfn))
        self.inuse = record["slab_refs"] - 1
        self.frozen, self.free = bool(record["slab_frozen"]), record["slab_free"]
        self.next, self.prev = record["slab_next"], record["slab_prev"]
        num = cache["num"] if self.order == cache["order"] else cache["min_num"]
        self.num = min(num, c.SLUB_MAX_OBJECTS)  # if it is damaged
        self.base = c.PAGE_OFFSET + (pfn << c.PAGE_SHIFT)
        self.s_mem = self.base + cache["red_left"]
        self.full = self.free == c.SLUB_NO_FREE
        self.data = source.read(self.base, min(self.num * cache["stride"],
                                               c.PAGE_SIZE << c.MAX_ORDER - 1))
        self.chained, self.error = self.chain(self._first_link())

    def _first_link(self) -> int:
        if self.free >= self.num:
            return self.memory.constants.SLUB_END
        return self.object(self.free) + self.cache["offset"]

    @property
    def memory(self) -> Memory:
        return self.cache.memory

    def object(self, index: int) -> int:
        """The address of an object."""
        return self.s_mem + index * self.cache["stride"]

    def chain(self, link: int) -> tuple[list[int], str | None]:
        """The numbers of the objects on a chain, and what is wrong with it, or None."""
        c = self.memory.constants
        met: list[int] = []
        while not link & c.SLUB_END:
            index, rest = divmod(link - self.cache["offset"] - self.s_mem, self.cache["stride"])
            if rest or not 0 <= index < self.num:
                return met, f"the chain leads to {link:#x} after {len(met)}"
            if len(met) == self.num:
                return met, f"the chain does not end after {len(met)}"
            met.append(index)
            at = link - self.base
            link ^= int.from_bytes(self.data[at:at + 4], "little") ^ c.SLUB_LINK
        return met, None

    def at_hand(self) -> list[int]:
        """Numbers of the objects in the lists of the CPUs whose slab this is."""
        lists = [self.chain(cpu["freelist"])[0] for cpu in self.cache.cpus()
                 if cpu["page"] == self.memory.page_address(self.pfn)]
        return [index for one in lists for index in one]

    def active(self) -> list[int]:
        """Numbers of the objects that are handed out."""
        free = {*self.chained, *self.at_hand()}
        return [index for index in range(self.num) if index not in free]

    def first_pfn(self, _memory: Memory) -> int:
        return self.pfn

    @property
    def where(self) -> str:
        return "cpu" if self.frozen else "full" if self.full else "partial"


class SlubCache(Cache):
    """A struct kmem_cache of SLUB."""

    def _array(self, member: str, layout: Layout) -> list[Record]:
        first, size = self.memory.cache_layout.members[member]
        return [layout.read(self.address + offset)
                for offset in range(first, first + size, layout.size)]

    def cpus(self) -> list[Record]:
        return self._array("cpu", Layout("struct kmem_cache_cpu"))

    def nodes(self) -> list[Record]:
        """Those of the machine: a cache has no memory for more."""
        return self._array("node", self.memory.cache_node_layout)[:source.variable("nr_node_ids")]

    def slab_at(self, pfn: int) -> Slab | None:
        """None if the order of the page is none that a slab of the cache has."""
        if self.memory.page(pfn).order not in (self["order"], self["min_order"]):
            return None
        return Slab(self, pfn) if self["stride"] else None

    def slabs(self) -> Iterator[tuple[str, Slab]]:
        """(where, Slab) of all in mem_map: `cpu`, `partial`, `full`."""
        for pfn in self.memory.slab_pages:
            page = self.memory.page(pfn)
            if page.cache == self.address and page.count:
                slab = self.slab_at(pfn)
                if slab:
                    yield slab.where, slab

    def numbers(self) -> Numbers:
        """What other caches have borrowed is theirs."""
        if self["root"]:
            return Numbers(self["lent"], self["lent"], 0, 0)
        active = [len(slab.active()) for _, slab in self.slabs()]
        nodes = self.nodes()
        return Numbers(sum(active) - self["lent"], sum(node["nr_objs"] for node in nodes),
                       sum(map(bool, active)), sum(node["nr_slabs"] for node in nodes))

    def lines(self) -> Iterator[str]:
        yield (f"{self.name}: objects of {self['size']} bytes every {self['stride']}, "
               f"{self['num']} in a slab of {self.pages} pages")
        if self["root"]:
            root = SlubCache(self.memory, self["root"])
            yield f"  {self['lent']} objects in use, in the slabs of {root.name}"
        for where, slab in self.slabs():
            active = slab.active()
            yield (f"  slab {slab.base:#x} {where:<7} pfn {slab.pfn}, objects from "
                   f"{slab.s_mem:#x}, {len(active)} of {slab.num} in use{ranges(active)}")
            if slab.error:
                yield f"    {slab.error}"


def first_page(memory: Memory, pfn: int) -> int | None:
    """The first pfn of the slab that a slab page belongs to; None if that cannot be said."""
    page = memory.page(pfn)
    first = pfn if page.count else memory.pfn_of_page(page.slab)
    if first is None or not memory.page(first).flags & memory.constants.PG_slab:
        return None
    there = memory.page(first)
    inside = there.count and there.cache == page.cache and 0 <= pfn - first < 1 << there.order
    return first if inside else None


def page_lines(memory: Memory, page: Page, address: int | None) -> Iterator[str]:
    """The slab that a page belongs to; `address` picks an object in it."""
    cache = next((one for one in memory.walk_caches()[0] if one.address == page.cache), None)
    if cache is None:
        yield f"  cache: none is at {page.cache:#x}"
        return
    first = first_page(memory, page.pfn)
    slab = None if first is None else cache.slab_at(first)
    if slab is None:
        yield f"  cache: {cache.name}, slab unknown: the struct page is damaged"
        return
    yield f"  cache: {cache.name}, slab {slab.base:#x}"
    if address is None:
        return
    index, inside = divmod(address - slab.s_mem, cache["stride"])
    if not 0 <= index < slab.num:
        yield f"  {address:#x} lies in no object"
        return
    state = ("free" if index in slab.chained else
             "free, in the list of a CPU" if index in slab.at_hand() else "in use")
    yield f"  object: {index} at {address - inside:#x}, {state}; {address:#x} is {inside} into it"
