# SPDX-License-Identifier: 0BSD
"""The invariants O1 to O7 of SLOB, mm/slob*.c.

From the outside inwards: a table is counted only if it can be believed, and sums are compared only
if everything could be counted.
"""

from __future__ import annotations

from collections import Counter

from . import source
from .check import Check
from .slob import GHOST, PARKED, USED, Slab, SlobCache, caches_by_number, nodes, pools


def check_slabs(check: Check, caches: list[SlobCache]) -> tuple[set[int], set[int]]:
    """Return: the pages that are shared or of blocks, and the caches that may have others."""
    one = _SlobCheck(check, caches)
    one.run()
    # What is on no list is O6's to name; a page names no cache, so that all may have it.
    return one.claimed, {0, *(cache.address for cache in caches)} if one.cut_short else set()


class _SlobCheck:
    """The shared pages and blocks. `claimed` collects their pages."""

    def __init__(self, check: Check, caches: list[SlobCache]) -> None:
        self.check = check
        self.memory = check.memory
        self.constants = check.memory.constants
        self.caches = caches
        self.claimed: set[int] = set()
        self.cut_short = False  # not all could be counted
        kinds = range(source.variable("SLOB_KINDS"))
        spare = source.Layout("struct slob_node").offset("spare")
        self.spares = [[source.read_word(node + spare + 4 * kind) for kind in kinds]
                       for node in nodes()]
        word = source.symbol("slob_nr_shared")
        self.nr_shared = [source.read_word(word + 4 * kind) for kind in kinds]
        self.shared: Counter[int] = Counter()  # kind -> pages
        self.found: Counter[tuple[int, int]] = Counter()  # (cache, state) -> objects

    def run(self) -> None:
        for nid, node in enumerate(nodes()):
            for pool, tables, error in pools(self.memory, node):
                if error:
                    self.cut_short = True
                    self.check.violation("O1", f"the list of pool {pool} on node {nid}: {error}")
                for table in tables:
                    self.table(nid, pool, table)
        if not self.cut_short:
            self.sums()

    def table(self, nid: int, pool: int, table: int) -> None:
        pfn = self.memory.pfn_of_virt(table)
        slab = None if pfn is None else Slab(self.memory, pfn)
        if slab is None or slab.table != table:
            self.cut_short = True
            self.check.violation("O1", f"the list of pool {pool}: {table:#x} is the end of no page")
            return
        self.claimed.add(slab.pfn)
        self.check.slabs += 1
        self.place(slab, nid, pool)
        if slab.error:
            self.cut_short = True
            self.check.violation("O3", f"page {slab.base:#x}: {slab.error}")
            return
        self.counts(slab)

    def place(self, slab: Slab, nid: int, pool: int) -> None:
        """O1, O2, and O6 of one page."""
        c, own, room = self.constants, slab.record["pool"], slab.record["room"]
        page = self.memory.page(slab.pfn)
        if own >= c.SLOB_POOLS or pool != (own if room else c.SLOB_POOLS) or (
                page.flags >> c.PG_NODE_SHIFT != nid):
            self.check.violation("O1", f"page {slab.base:#x} of pool {own}, room {room}, is on "
                                       f"list {pool} of node {nid}")
        kind = min(own, c.SLOB_POOLS - 1) // c.SLOB_CLASSES
        self.shared[kind] += 1
        if (not slab.record["used"]) != (self.spares[nid][kind] == slab.table):
            self.check.violation("O2", f"page {slab.base:#x} has {slab.record['used']} objects, "
                                       f"the spare page is that of {self.spares[nid][kind]:#x}")
        if not page.flags & c.PG_slab or page.slab != slab.table:
            self.check.violation("O6", f"page {slab.base:#x}: pfn {slab.pfn} has flags "
                                       f"{page.flags:#x}, table {page.slab:#x}")

    def counts(self, slab: Slab) -> None:
        """O4."""
        self.found.update((block.cache, block.state) for block in slab.blocks)
        used, ghosts, gap = slab.count(USED), slab.count(GHOST), _largest_gap(slab)
        if (used, ghosts) != (slab.record["used"], slab.record["ghosts"]) or slab.count(3):
            self.check.violation("O4", f"page {slab.base:#x}: {used} objects are out, {ghosts} "
                                       f"ghosts, counted as {slab.record['used']} and "
                                       f"{slab.record['ghosts']}")
        elif gap > slab.record["room"]:
            self.check.violation("O4", f"page {slab.base:#x}: a gap of {gap} units, room says "
                                       f"{slab.record['room']}")

    def sums(self) -> None:
        """O5 to O7."""
        blocks = 0
        numbers = caches_by_number(self.memory)
        for cache in self.caches:
            if numbers.get(cache["number"]) != cache.address:
                self.check.violation("O5", f"{cache.name}: number {cache['number']} is not its")
            self.geometry(cache)
            blocks += self.blocks_of(cache)
            found = (self.found[cache["number"], USED], self.found[cache["number"], PARKED])
            if found != (cache["active"], cache["parked"]):
                self.check.violation("O5", "{}: {} objects, {} parked, counted as {} and {}".format(
                    cache.name, *found, cache["active"], cache["parked"]))
        for kind, pages in enumerate(self.nr_shared):
            if self.shared[kind] != pages:
                self.check.violation("O6", f"{self.shared[kind]} shared pages of kind {kind}, "
                                           f"counted as {pages}")
        if blocks != source.variable("slob_nr_blocks"):
            self.check.violation("O6", f"blocks have {blocks} pages, counted as "
                                       f"{source.variable('slob_nr_blocks')}")

    def geometry(self, cache: SlobCache) -> None:
        """O7. What debugging needs beside the object is at least what is in front of it."""
        c, stride, align = self.constants, cache["stride"], cache["align"] or 1
        least = -(-(cache["red_left"] + cache["size"]) // align) * align
        words = (c.PAGE_SIZE - self.memory.slab_layout.size) // 4 - 1
        room = words * 4 // c.SLOB_UNIT * c.SLOB_UNIT
        num = room // (stride + 4) if cache["pool"] < c.SLOB_POOLS else 1
        if stride < least or not cache["red_left"] and stride != least or num != cache["num"]:
            self.check.violation("O7", f"{cache.name}: objects of {cache['size']} bytes, stride "
                                       f"{stride}, {cache['num']} in a page")

    def blocks_of(self, cache: SlobCache) -> int:
        """Return: the pages of the blocks of a cache."""
        if cache["order"] >= self.constants.MAX_ORDER:
            self.check.violation("O6", f"{cache.name}: blocks of order {cache['order']}")
            return 0
        pfns = cache.block_pfns()
        self.found[cache["number"], USED] += len(pfns)
        self.check.slabs += len(pfns)
        for pfn in pfns:
            self.claimed.update(range(pfn, pfn + cache.pages))
        return len(pfns) * cache.pages


def _largest_gap(slab: Slab) -> int:
    """In front of a table that may get one more block."""
    at = largest = 0
    for block in slab.blocks:
        if block.state != GHOST:
            largest = max(largest, block.first - at)
            at = block.last + 1
    return max(largest, slab.limit(slab.nr - slab.count(GHOST) + 1) - at)
