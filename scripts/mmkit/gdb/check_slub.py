# SPDX-License-Identifier: 0BSD
"""The invariants U1 to U7 of SLUB, mm/slub*.c.

From the outside inwards: slabs are looked at if the geometry of all caches is right, the chain of
one if its pages are.
"""

from __future__ import annotations

from .check import Check
from .slub import Slab, SlubCache
from .source import Record


def check_slabs(check: Check, caches: list[SlubCache]) -> tuple[set[int], set[int]]:
    """Return: the pages of all slabs, and the caches that may have others."""
    claimed: set[int] = set()
    whole = True
    for cache in caches:
        one = _CacheCheck(check, cache, claimed)
        whole = one.begin() and whole
        one.merged(caches)
    if not whole:
        return claimed, {cache.address for cache in caches}
    for cache in caches:
        _CacheCheck(check, cache, claimed).slabs()
    return claimed, set()


class _CacheCheck:
    """One cache. `claimed` collects the pages of its slabs."""

    def __init__(self, check: Check, cache: SlubCache, claimed: set[int]) -> None:
        self.check = check
        self.memory = check.memory
        self.cache = cache
        self.claimed = claimed

    def violation(self, number: str, text: str) -> None:
        self.check.violation(number, f"{self.cache.name}: {text}")

    def begin(self) -> bool:
        """U1. Return: can slabs be looked at?"""
        error = self._geometry_error()
        if error:
            self.violation("U1", f"wrong {error}")
            return False
        for nr, cpu in enumerate(self.cache.cpus()):
            self._cpu(nr, cpu)
        return True

    def _geometry_error(self) -> str | None:
        cache, c = self.cache, self.memory.constants
        align, stride, page = cache["align"], cache["stride"], c.PAGE_SIZE
        if not align or align & align - 1 or stride % align or not stride or stride < cache["size"]:
            return "stride"
        if ((stride >> cache["shift"]) * cache["inverse"] & 0xFFFFFFFF != 1
                or cache["low"] != (1 << cache["shift"]) - 1):
            return "inverse"
        if cache["offset"] + 4 > stride or cache["offset"] % 4:
            return "place of the link"
        if not cache["min_order"] <= cache["order"] < c.MAX_ORDER:
            return "order"
        if not 0 < cache["min_num"] <= cache["num"] <= c.SLUB_MAX_OBJECTS:
            return "number of objects"
        if (cache["num"] * stride > page << cache["order"] or cache["block"] !=
                page << cache["order"] or cache["min_num"] * stride > page << cache["min_order"]):
            return "slab size"
        return None

    def _cpu(self, nr: int, cpu: Record) -> None:
        """U6, and the list of the CPU is one of its slab: U3."""
        if not cpu["page"]:
            if cpu["limit"] or not cpu["freelist"] & self.memory.constants.SLUB_END:
                self.violation("U6", f"CPU {nr} has no slab, but a list")
            return
        slab = self._slab_of(self.memory.pfn_of_page(cpu["page"]))
        if slab is None:
            self.violation("U6", f"CPU {nr}: its slab {cpu['page']:#x} is none of the cache")
        elif (cpu["base"], cpu["limit"]) != (slab.base, slab.num << self.cache["shift"]):
            self.violation("U6", f"CPU {nr}: slab at pfn {slab.pfn}, but base {cpu['base']:#x}, "
                                 f"limit {cpu['limit']}")
        elif error := slab.chain(cpu["freelist"])[1]:
            self.violation("U3", f"slab at pfn {slab.pfn}, CPU {nr}: {error}")

    def _slab_of(self, pfn: int | None) -> Slab | None:
        """The slab of the cache that begins there."""
        if pfn is None or not self.memory.pfn_valid(pfn):
            return None
        page = self.memory.page(pfn)
        if not page.flags & self.memory.constants.PG_slab or not page.count:
            return None
        return self.cache.slab_at(pfn) if page.cache == self.cache.address else None

    def merged(self, caches: list[SlubCache]) -> None:
        """U7."""
        cache = self.cache
        if cache["root"]:
            roots = [one for one in caches if one.address == cache["root"] and not one["root"]]
            if not roots or any(cpu["open"] == 1 for cpu in cache.cpus()):
                self.violation("U7", f"root {cache['root']:#x} is none, or the cache is open")
            return
        users = [one for one in caches if one["root"] == cache.address]
        lent = sum(one["lent"] for one in users)
        if (len(users), lent) != (cache["users"], cache["lent"]):
            self.violation("U7", f"{len(users)} caches share its slabs, with {lent} objects, "
                                 f"counted as {cache['users']} and {cache['lent']}")

    def slabs(self) -> None:
        """U2 to U6."""
        slabs = self._slabs_in_mem_map()
        self.check.slabs += len(slabs)
        for nid, node in enumerate(self.cache.nodes()):
            mine = [slab for slab in slabs if self._nid(slab) == nid]
            listed = self._list(nid, node)
            for slab in mine:
                if self._pages(slab):
                    self._slab(slab, listed)
            seen = (len(mine), sum(slab.num for slab in mine),
                    sum(1 << slab.order for slab in mine),
                    sum(slab.where == "partial" for slab in mine))
            counted = tuple(node[name] for name in ("nr_slabs", "nr_objs", "nr_pages",
                                                    "nr_partial"))
            if seen != counted:
                self.violation("U5", "node {}: {} slabs, {} objects, {} pages, {} partial, counted "
                                     "as {}, {}, {}, {}".format(nid, *seen, *counted))

    def _slabs_in_mem_map(self) -> list[Slab]:
        found = []
        for pfn in self.memory.slab_pages:
            page = self.memory.page(pfn)
            if page.cache != self.cache.address or not page.count:
                continue
            slab = self.cache.slab_at(pfn)
            self.claimed.update(range(pfn, pfn + (1 << page.order)))
            if slab is None:
                self.violation("U4", f"the slab at pfn {pfn} is of order {page.order}")
            else:
                found.append(slab)
        return found

    def _nid(self, slab: Slab) -> int:
        zone = self.memory.page(slab.pfn).zone
        return zone.node if zone else 0

    def _pages(self, slab: Slab) -> bool:
        """U4. Return: does it hold?"""
        c, first = self.memory.constants, self.memory.page_address(slab.pfn)
        for pfn in range(slab.pfn + 1, slab.pfn + (1 << slab.order)):
            page = self.memory.page(pfn)
            if not (page.flags & c.PG_slab and page.cache == self.cache.address
                    and not page.count and page.slab == first):
                self.violation("U4", f"pfn {pfn} of the slab at pfn {slab.pfn} has flags "
                                     f"{page.flags:#x}, cache {page.cache:#x}, first page "
                                     f"{page.slab:#x}")
                return False
        return True

    def _list(self, nid: int, node: Record) -> set[int] | None:
        """The partial list, U2. Return: its pfns; None if it cannot be followed."""
        met: set[int] = set()
        before, pfn = 0, node["first"]
        while pfn:
            slab = self._slab_of(pfn)
            if slab is None or pfn in met or slab.prev != before:
                self.violation("U2", f"the list of node {nid}: pfn {before} leads to pfn {pfn}, "
                                     f"{'no slab' if slab is None else 'which does not lead back'}")
                return None
            met.add(pfn)
            before, pfn = pfn, slab.next
        if node["last"] != before:
            self.violation("U2", f"the list of node {nid} ends with pfn {before}, not "
                                 f"{node['last']}")
        return met

    def _slab(self, slab: Slab, listed: set[int] | None) -> None:
        address = self.memory.page_address(slab.pfn)
        owners = sum(cpu["page"] == address for cpu in self.cache.cpus())
        if owners != slab.frozen:
            self.violation("U6", f"slab at pfn {slab.pfn} is {'' if slab.frozen else 'not '}frozen,"
                                 f" and that of {owners} CPUs")
        elif listed is not None and (slab.pfn in listed) != (slab.where == "partial"):
            self.violation("U2", f"slab at pfn {slab.pfn} is {slab.where}, and "
                                 f"{'' if slab.pfn in listed else 'not '}in the list")
        self._chain(slab)

    def _chain(self, slab: Slab) -> None:
        if not slab.full and slab.free >= slab.num:
            self.violation("U3", f"slab at pfn {slab.pfn}: first free object {slab.free} of "
                                 f"{slab.num}")
        elif slab.error:
            self.violation("U3", f"slab at pfn {slab.pfn}: {slab.error}")
        elif len(slab.chained) + slab.inuse != slab.num:
            self.violation("U3", f"slab at pfn {slab.pfn}: {slab.inuse} objects in use and "
                                 f"{len(slab.chained)} free of {slab.num}")
