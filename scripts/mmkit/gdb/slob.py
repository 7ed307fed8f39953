# SPDX-License-Identifier: 0BSD
"""SLOB: caches, and the pages that they share, as they are in memory, mm/slob*.c.

A shared page has a table at its end, of which each word is an object. What is too large for that is
a block of pages, which names its cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import gdb

from . import source
from .cache import Cache, Numbers, ranges, walk_list

if TYPE_CHECKING:
    from .model import Memory, Page

USED, PARKED, GHOST = range(3)  # enum slob_state
STATES = ("in use", "free, kept for its cache", "free", "in no state")


class Block(NamedTuple):
    """A struct slob_block: units from `first` to `last`."""
    first: int
    last: int
    state: int
    cache: int


class Slab:
    """A shared page, and the table at its end."""

    def __init__(self, memory: Memory, pfn: int) -> None:
        c = memory.constants
        self.memory, self.pfn = memory, pfn
        self.base = c.PAGE_OFFSET + (pfn << c.PAGE_SHIFT)
        layout = memory.slab_layout
        self.table = self.base + c.PAGE_SIZE - layout.size
        self.record = layout.read(self.table)
        self.nr = self.record["nr"]
        self.words = (c.PAGE_SIZE - layout.size) // 4
        self.blocks = self._read() if self.nr < c.SLOB_UNITS else []
        self.error = self._error()

    def _read(self) -> list[Block]:
        data = memoryview(source.read(self.table - 4 * self.nr, 4 * self.nr)).cast("I")
        return [Block(word & 511, word >> 9 & 511, word >> 18 & 3, word >> 20)
                for word in reversed(data)]

    def limit(self, nr: int) -> int:
        """The units in front of a table of that many blocks."""
        return (self.words - nr) * 4 // self.memory.constants.SLOB_UNIT

    def _error(self) -> str | None:
        """O3."""
        at, numbers = 0, caches_by_number(self.memory)
        for block in self.blocks:
            if block.first < at or block.last < block.first or not numbers.get(block.cache):
                return f"block of units {block.first} to {block.last}, cache {block.cache}"
            at = block.last + 1
        if self.nr != len(self.blocks) or at > self.limit(self.nr):
            return f"a table of {self.nr} blocks"
        return None

    def count(self, state: int) -> int:
        return sum(block.state == state for block in self.blocks)

    def cache_of(self, block: Block) -> SlobCache:
        return SlobCache(self.memory, caches_by_number(self.memory)[block.cache])

    def object(self, index: int) -> int:
        """Of the object that its user gets."""
        block = self.blocks[index]
        return (self.base + block.first * self.memory.constants.SLOB_UNIT
                + self.cache_of(block)["red_left"])

    def first_pfn(self, _memory: Memory) -> int:
        return self.pfn


def caches_by_number(memory: Memory) -> dict[int, int]:
    """Number -> address, of those that there are."""
    words = memoryview(source.read(source.symbol("slob_caches"),
                                   4 * memory.constants.SLOB_MAX_CACHES)).cast("I")
    return {number: address for number, address in enumerate(words) if number and address}


def shared_pages(memory: Memory) -> list[Slab]:
    """All that mem_map has."""
    found = memory.snapshot.get("shared pages")
    if found is None:
        found = memory.snapshot["shared pages"] = [
            Slab(memory, pfn) for pfn in memory.slab_pages if memory.page(pfn).slab]
    return found


def nodes() -> Iterator[int]:
    """Addresses of the struct slob_node of each node of the machine."""
    first, size = source.symbol("slob_nodes"), gdb.lookup_type("struct slob_node").sizeof
    yield from range(first, first + source.variable("nr_node_ids") * size, size)


def pools(memory: Memory, node: int) -> Iterator[tuple[int, list[int], str | None]]:
    """(pool, the tables on its list, what is wrong with the links or None) of a node."""
    link = memory.slab_layout.offset("list.next")
    for pool in range(memory.constants.SLOB_POOLS + 1):
        entries, error = walk_list(node + 8 * pool, memory.links_in_memory)
        yield pool, [entry - link for entry in entries], error


class SlobCache(Cache):
    """A struct kmem_cache of SLOB."""

    def slabs(self) -> Iterator[tuple[str, Slab]]:
        """(`of all`, page) of those that have an object of it."""
        for slab in shared_pages(self.memory):
            if not slab.error and any(block.cache == self["number"] for block in slab.blocks):
                yield "of all", slab

    def block_pfns(self) -> list[int]:
        """First pfns of the blocks of pages that are objects of it."""
        memory, pages = self.memory, self.pages
        return [pfn for pfn in memory.slab_pages if not pfn % pages
                and memory.page(pfn).cache == self.address and not memory.page(pfn).slab]

    def numbers(self) -> Numbers:
        """Slabs are what it would need if it did not share its pages."""
        active, num = self["active"], self["num"]
        if not num:
            return Numbers(active, 0, 0, 0)
        slabs = -(-(active + self["parked"]) // num)
        return Numbers(active, slabs * num, -(-active // num), slabs)

    def lines(self) -> Iterator[str]:
        yield (f"{self.name}: objects of {self['size']} bytes every {self['stride']}, "
               f"{self['active']} in use, {self['parked']} kept for it")
        number = self["number"]
        for _, slab in self.slabs():
            mine = [index for index, block in enumerate(slab.blocks)
                    if block.cache == number and block.state == USED]
            yield (f"  page {slab.base:#x} pfn {slab.pfn}, {len(mine)} of "
                   f"{slab.count(USED)} in use are its{ranges(mine)}")
        for pfn in self.block_pfns():
            yield f"  block of {self.pages} pages at pfn {pfn}, in use"


def page_lines(memory: Memory, page: Page, address: int | None) -> Iterator[str]:
    """What a page with PG_slab has; `address` picks an object on it."""
    if not page.slab:
        yield from _block_lines(memory, page, address)
        return
    slab = Slab(memory, page.pfn)
    if page.slab != slab.table or slab.error:
        yield f"  cache: unknown, the table is damaged: {slab.error or f'not {page.slab:#x}'}"
        return
    yield f"  cache: all, {slab.count(USED)} small objects in this page in use"
    if address is None:
        return
    unit = (address - slab.base) // memory.constants.SLOB_UNIT
    for index, block in enumerate(slab.blocks):
        if block.first <= unit <= block.last:
            start = slab.object(index)
            yield (f"  object: {index}, of {slab.cache_of(block).name}, at {start:#x}, "
                   f"{STATES[block.state]}; {address:#x} is {address - start} into it")
            return
    yield f"  {address:#x} lies in no object"


def _block_lines(memory: Memory, page: Page, address: int | None) -> Iterator[str]:
    cache = next((one for one in memory.walk_caches()[0] if one.address == page.cache), None)
    if cache is None:
        yield f"  cache: none is at {page.cache:#x}"
        return
    c = memory.constants
    start = c.PAGE_OFFSET + (page.pfn - page.pfn % cache.pages << c.PAGE_SHIFT) + cache["red_left"]
    yield f"  cache: {cache.name}, a block of {cache.pages} pages for one object"
    if address is not None:
        yield f"  object: 0 at {start:#x}, in use; {address:#x} is {address - start} into it"
