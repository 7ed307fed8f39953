# SPDX-License-Identifier: 0BSD
"""The invariants of SLAB, S2 to S8 and S11, mm/slab*.c.

From the outside inwards: a cache whose geometry is wrong is not searched for slabs, and a slab that
is not where it says has no pages to look at.
"""

import gdb

from . import source
from .check import Check
from .model import Memory
from .slab import Slab, SlabCache
from .source import Record


def check_slabs(check: Check, caches: list[SlabCache]) -> tuple[set[int], set[int]]:
    """Return: the pages of all slabs, and the caches that may have others."""
    claimed: set[int] = set()
    unknown: set[int] = set()
    for cache in caches:
        one = _CacheCheck(check, cache, claimed)
        one.run()
        if one.cut_short:
            unknown.add(cache.address)
    return claimed, unknown


def _geometry_error(check: Check, cache: SlabCache) -> str | None:
    c = check.memory.constants
    align, stride = cache["align"], cache["stride"]
    block = cache.pages << c.PAGE_SHIFT
    if align & (align - 1) or not align or stride % align or stride < cache["size"]:
        return "stride"
    unit = 1 << 16 if stride <= c.PAGE_SIZE << c.SLAB_MAX_ORDER else stride & -stride
    if stride * cache["inverse"] & 0xFFFFFFFF != unit:
        return "inverse"
    if not 0 < cache["num"] <= c.SLAB_MAX_OBJECTS:
        return "number of objects"
    if cache.off_slab != bool(cache["flags"] & c.CFLGS_OFF_SLAB):
        return "place of the descriptor"
    if not cache.off_slab and cache["mgmt_size"] % align:
        return "room for the descriptor"
    if cache["colour_off"] % align or any(node["colour_next"] >= cache["colours"]
                                          for node in cache.nodes()):
        return "colours"
    need = cache["num"] * stride + (cache["colours"] - 1) * cache["colour_off"]
    need += 0 if cache.off_slab else cache["mgmt_size"]
    return "slab size" if need > block else None


def _descriptor_cache_error(memory: Memory, cache: SlabCache) -> str | None:
    if not cache.off_slab:
        return None
    record = memory.cache_layout.read(cache["slabp_cache"])
    if record["slabp_cache"] or record["size"] < cache["mgmt_size"]:
        return "room for the descriptor"
    return None


class _CacheCheck:
    """One cache. `claimed` collects the pages of its slabs."""

    def __init__(self, check: Check, cache: SlabCache, claimed: set[int]) -> None:
        self.check = check
        self.memory = check.memory
        self.constants = check.memory.constants
        self.cache = cache
        self.claimed = claimed
        self.cut_short = False  # not all slabs could be looked at
        self.cached = 0  # objects that are marked so
        self.states: dict[int, int] = {}  # of each of them: where that stands
        self.nids: dict[int, int] = {}  # and its node

    def violation(self, number: str, text: str) -> None:
        self.check.violation(number, f"{self.cache.name}: {text}")

    def run(self) -> None:
        error = _geometry_error(self.check, self.cache) or _descriptor_cache_error(self.memory,
                                                                                   self.cache)
        if error:
            self.cut_short = True
            self.violation("S2", f"wrong {error}")
            return
        for nid, node in enumerate(self.cache.nodes()):
            self.node(nid, node)
        if not self.cut_short:
            self.arrays()

    def node(self, nid: int, node: Record) -> None:
        slabs = [slab for which in self.cache.LISTS for slab in self.list_of(nid, node, which)]
        free = sum(slab.num - slab.inuse for slab in slabs)
        pages = sum(1 << slab.order for slab in slabs)
        self.check.slabs += len(slabs)
        if not self.cut_short and (len(slabs), pages, free) != (
                node["nr_slabs"], node["nr_pages"], node["free_objects"]):
            self.violation("S8", f"node {nid}: {len(slabs)} slabs of {pages} pages, {free} free "
                                 f"objects, counted as {node['nr_slabs']} of {node['nr_pages']} "
                                 f"and {node['free_objects']}")

    def arrays(self) -> None:
        """S11."""
        met: set[int] = set()
        for nid, node in enumerate(self.cache.nodes()):
            for array in self.cache.arrays_of(node):
                self.array(nid, array, met)
        if len(met) != self.cached:
            self.violation("S11", f"{len(met)} objects are in arrays, {self.cached} marked as "
                                  "cached")

    def array(self, nid: int, array: Record, met: set[int]) -> None:
        """S11: an array of a node."""
        nr = array["avail"] % self.constants.ARRAY_OPEN
        if nr > array["limit"] or array["avail"] - nr not in (0, self.constants.ARRAY_OPEN):
            self.violation("S11", f"array {array.address:#x}: {array['avail']:#x} entries, "
                                  f"limit {array['limit']}")
            return
        first = array.address + self.memory.array_layout.size
        for at in range(first, first + 8 * nr, 8):
            self.entry(nid, array, (source.read_word(at), source.read_word(at + 4)), met)

    def entry(self, nid: int, array: Record, pair: tuple[int, int], met: set[int]) -> None:
        """S11: an object, and where its state is."""
        obj, state = pair
        if self.nids.get(obj, nid) != nid:
            self.violation("S11", f"array {array.address:#x} of node {nid}: object {obj:#x} is of "
                                  f"node {self.nids[obj]}")
        if self.states.get(obj) != state:
            self.violation("S11", f"array {array.address:#x}: object {obj:#x} with its state at "
                                  f"{state:#x} is none that is cached")
        if obj in met:
            self.violation("S11", f"array {array.address:#x}: object {obj:#x} is there twice")
        met.add(obj)

    def list_of(self, nid: int, node: Record, which: str) -> list[Slab]:
        """Return: the slabs of a list, as far as they can be looked at."""
        found = []
        entries, error = self.cache.walk(node, which)
        if error:
            self.cut_short = True
            self.violation("S3", f"{which}: {error}")
        for address in entries:
            slab = self.slab(address)
            if slab and which != ("slabs_free" if not slab.inuse else "slabs_full" if
                                  slab.inuse == slab.num else "slabs_partial"):
                self.violation("S3", f"slab {address:#x} of {which} has inuse {slab.inuse} "
                                     f"of {slab.num}")
            if slab and slab.record["nid"] != nid:
                self.violation("S3", f"slab {address:#x} of node {slab.record['nid']} is in "
                                     f"{which} of node {nid}")
            found += [slab] if slab else []
        return found

    def slab(self, address: int) -> Slab | None:
        """Return: the slab; None if there is nothing that could be one."""
        try:
            slab = self.cache.slab(address)
        except gdb.MemoryError:
            self.cut_short = True
            self.violation("S3", f"there is no memory at slab {address:#x}")
            return None
        if slab.order >= self.constants.MAX_ORDER or (
                slab.record["num"] != self.cache.shape(slab.order)[0]):
            self.cut_short = True
            self.violation("S6", f"slab {address:#x}: {slab.record['num']} objects, order "
                                 f"{slab.order}")
            return None
        first = self.place(slab)
        if first is None:
            self.cut_short = True
        else:
            self.pages(slab, first)
            nid = self.memory.page(first).flags >> self.constants.PG_NODE_SHIFT
            self.copies(slab, nid)
            self.objects(slab, nid)
        return slab

    def place(self, slab: Slab) -> int | None:
        """S7. Return: the first pfn of the slab; None if its pages must not be looked at."""
        cache, first = self.cache, slab.first_pfn(self.memory)
        _, descriptor, colours = cache.shape(slab.order)
        if first is None:
            self.violation("S7", f"slab {slab.address:#x}: objects at {slab.s_mem:#x}, in no page")
            return None
        colour = slab.s_mem - self.constants.PAGE_OFFSET - (first << self.constants.PAGE_SHIFT)
        if not cache.off_slab:
            colour -= descriptor
        colour -= cache["red_left"]
        if colour < 0 or colour % cache["colour_off"] or (
                colour // cache["colour_off"] >= colours):
            self.violation("S7", f"slab {slab.address:#x}: objects at {slab.s_mem:#x}, colour "
                                 f"offset {colour} of {colours} * {cache['colour_off']}")
            return None
        if not cache.off_slab and slab.address + descriptor + cache["red_left"] != slab.s_mem:
            self.violation("S7", f"slab {slab.address:#x} is not right before its objects at "
                                 f"{slab.s_mem:#x}")
        return first

    def pages(self, slab: Slab, first: int) -> None:
        """S6: every page points to cache and slab, and in the map to the slab."""
        limit = source.read_word(source.symbol("slab_map_limit"))
        for pfn in range(first, first + (1 << slab.order)):
            page = self.memory.page(pfn)
            self.claimed.add(pfn)
            if not (page.flags & self.constants.PG_slab and page.cache == self.cache.address and
                    page.slab == slab.address):
                self.violation("S6", f"slab {slab.address:#x}: pfn {pfn} has flags {page.flags:#x},"
                                     f" cache {page.cache:#x}, slab {page.slab:#x}")
            entry = source.read_word(self.constants.SLAB_MAP_START + 4 * pfn)
            if pfn < limit and entry != slab.address:
                self.violation("S6", f"slab {slab.address:#x}: pfn {pfn} is of slab {entry:#x} in "
                                     "the map")

    def copies(self, slab: Slab, nid: int) -> None:
        """S6: what the slab has from its cache."""
        array = self.cache.nodes()[nid]["array"] if nid < len(self.cache.nodes()) else 0
        for member, value in (("cache", self.cache.address), ("inverse", self.cache["inverse"]),
                              ("array", array)):
            if slab.record[member] != value:
                self.violation("S6", f"slab {slab.address:#x}: {member} {slab.record[member]:#x}, "
                                     f"not {value:#x}")

    def objects(self, slab: Slab, nid: int) -> None:
        """S4 and S5."""
        num, active, cached = slab.num, len(slab.active()), slab.cached()
        bufctl = slab.address + self.memory.slab_layout.offset("bufctl")
        self.cached += len(cached)
        self.nids |= {slab.object(index): nid for index in cached}
        self.states |= {slab.s_mem + index * self.cache["stride"]: bufctl + 2 * index
                        for index in cached}
        if active + len(cached) != slab.inuse:
            self.violation("S4", f"slab {slab.address:#x}: inuse {slab.inuse}, but {active} "
                                 f"objects are active, {len(cached)} cached")
        first, free = self.constants.BUFCTL_FIRST, num - active - len(cached)
        met, index = 0, slab.free - first
        while 0 <= index < num and met < num:
            met += 1
            index = slab.bufctl[index] - first
        if index != self.constants.BUFCTL_END - first or met != free:
            self.violation("S5", f"slab {slab.address:#x}: free chain of {free} objects "
                                 f"stops at {index:#x} after {met}")
