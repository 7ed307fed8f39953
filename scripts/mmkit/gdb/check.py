# SPDX-License-Identifier: 0BSD
"""The invariants of zones (Z, mm/mm_init.c) and of the buddy allocator (P, mm/buddy.c).

Written from the invariants and not from the kernel's own checker, and in places sharper: it names
the very page where that one has only sums. One violation of an invariant per list or zone is
enough. What would only be the consequence of a broken list is not looked for.
"""

import itertools
from collections.abc import Iterator

from .model import Block, FreeArea, FreeList, Memory, Node, Pcp, Zone


class Check:
    """Violations found so far, and what the walk has seen."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.violations: list[tuple[str, str]] = []  # (number of the invariant, text)
        self.pages = self.free_blocks = self.free_pages = self.caches = self.slabs = 0

    def violation(self, number: str, text: str) -> None:
        self.violations.append((number, text))


def check_zones(check: Check) -> None:
    """Z1 to Z7."""
    for node in check.memory.nodes:
        _check_node(check, node)
    _check_numa_counts(check)
    _check_place_bits(check)


def _check_node(check: Check, node: Node) -> None:
    for zone in node.zones:
        if zone.spanned:
            _check_zone_place(check, node, zone)
            _check_marks(check, zone)
    for number in range(node.zonelists.type.range()[1] + 1):
        _check_zonelist(check, node, number)
    present = sum(zone.present for zone in node.zones)
    if present != node.present:
        check.violation("Z5", f"zones have {present} present pages, the node {node.present}")


def _check_zone_place(check: Check, node: Node, zone: Zone) -> None:
    if zone.start < node.start or zone.end > node.end:
        check.violation("Z1", f"zone {zone.label}: pfn {zone.start} to {zone.end} is not inside "
                              f"the node, {node.start} to {node.end}")
    for other in check.memory.all_zones:
        if other.index < zone.index and other.end > zone.start:
            check.violation("Z1", f"zone {zone.label} starts inside zone {other.label}")
    if not zone.managed <= zone.present <= zone.spanned:
        check.violation("Z2", f"zone {zone.label}: managed {zone.managed}, present {zone.present}, "
                              f"spanned {zone.spanned}")


def _check_marks(check: Check, zone: Zone) -> None:
    if sorted(zone.marks) != zone.marks:
        check.violation("Z6", "zone {}: min {}, low {}, high {}".format(zone.label, *zone.marks))
    if zone.own_reserve:
        check.violation("Z6", f"zone {zone.label} keeps {zone.own_reserve} pages from its own "
                              "requests")


def _runs_of(memory: Memory, zone: Zone, block: Block, start: int,
             end: int) -> Iterator[tuple[int, int]]:
    """Where from `start` to `end` the block's pages name the zone."""
    mask = memory.constants.PG_PLACE_MASK
    for is_own, run in itertools.groupby(range(start, end),
                                         lambda at: block.flags[at] & mask == zone.place):
        indices = list(run)
        if is_own:
            yield indices[0], indices[-1] + 1


def _parts_of(memory: Memory, zone: Zone) -> Iterator[tuple[Block, int, int, int]]:
    """(block, its first pfn, [start, end) in it that is the zone's), backed ones only.

    In a mixed block that is what its pages say, in any other what a table says."""
    size = memory.block_pages
    for number in range(zone.start // size, -(-zone.end // size)):
        first = number * size
        if not memory.pfn_valid(first):
            continue
        start, end = max(zone.start, first) - first, min(zone.end, first + size) - first
        owner, block = memory.block_owner(number), memory.blocks[number]
        if owner == zone.address:
            yield block, first, start, end
        elif not owner:
            for run_start, run_end in _runs_of(memory, zone, block, start, end):
                yield block, first, run_start, run_end


def _check_place_bits(check: Check) -> None:
    memory = check.memory
    mask, size = memory.constants.PG_PLACE_MASK, memory.block_pages
    for number in memory.backed_blocks():
        block, first, owner = memory.blocks[number], number * size, memory.block_owner(number)
        may_be = [zone for zone in memory.all_zones if zone.spanned and
                  (zone.address == owner if owner else
                   zone.start < first + size and zone.end > first)]
        places = {flags & mask for flags in block.flags}
        check.pages += size
        if strangers := places - {zone.place for zone in may_be}:
            at = next(at for at, flags in enumerate(block.flags) if flags & mask in strangers)
            names = " or ".join(zone.label for zone in may_be)
            check.violation("Z4", f"pfn {first + at}: flags {block.flags[at]:#x} do not name zone "
                                  f"{names}")
            return
        if not owner and len(places) == 1:
            check.violation("Z4", f"the block at pfn {first} is all of zone {may_be[0].label}, but "
                                  "called mixed")
            return


def _members(memory: Memory, node: Node, number: int) -> list[Zone]:
    """What must be in the zonelist, in any order: of all nodes, or (__GFP_THISNODE) of this one."""
    nr_zones = len(node.zones)
    zones = memory.all_zones if number < nr_zones else node.zones
    return [zone for zone in zones if zone.present and zone.index <= number % nr_zones]


def _check_zonelist(check: Check, node: Node, number: int) -> None:
    memory = check.memory
    slots = node.zonelists[number]["zones"]
    expected = {zone.address: zone for zone in _members(memory, node, number)}
    found = [int(slots[index]) for index in range(len(expected) + 1)]
    if sorted(found) != sorted([0, *expected]) or found[-1]:
        names = {zone.address: zone.label for zone in memory.all_zones}
        said = ", ".join(names.get(address, f"{address:#x}") for address in found)
        check.violation("Z3", f"zonelist {number} of node {node.nid}: {said}")
        return
    zones = [expected[address] for address in found[:-1]]
    for place, zone in enumerate(zones):
        for later in zones[place + 1:]:
            if (later.index > zone.index if later.node == zone.node else
                    later.index == zone.index and
                    memory.distance(node.nid, later.node) < memory.distance(node.nid, zone.node)):
                check.violation("Z3", f"zonelist {number} of node {node.nid}: {zone.label} before "
                                      f"{later.label}")
                return


def _check_numa_counts(check: Check) -> None:
    miss = sum(zone.numa_miss for zone in check.memory.all_zones) & 0xFFFFFFFF
    foreign = sum(zone.numa_foreign for zone in check.memory.all_zones) & 0xFFFFFFFF
    if miss != foreign:
        check.violation("Z7", f"zones gave {miss} pages to requests of other nodes, which got "
                              f"{foreign}")


def check_buddy(check: Check) -> None:
    """P1 to P15, zone by zone."""
    for zone in check.memory.zones:
        _ZoneCheck(check, zone).run()


class _ZoneCheck:
    def __init__(self, check: Check, zone: Zone) -> None:
        self.check = check
        self.memory = check.memory
        self.constants = check.memory.constants
        self.zone = zone
        self.listed: dict[int, int] = {}  # pfn -> order of the list that it was found on
        self.at_hand: set[int] = set()  # pfns in per-CPU lists
        self.broken = False  # a list could not be walked to its end
        self.reported: set[str] = set()

    def once(self, number: str, text: str) -> None:
        """A violation, the first of its kind in this zone."""
        if number not in self.reported:
            self.reported.add(number)
            self.check.violation(number, f"zone {self.zone.label}: {text}")

    def run(self) -> None:
        for area in self.zone.areas:
            self.area(area)
        self.check.free_blocks += len(self.listed)
        pages = sum(1 << order for order in self.listed.values())
        self.check.free_pages += pages
        if not self.broken and pages != self.zone.nr_free_pages:
            self.once("P8", f"lists hold {pages} pages, nr_free_pages {self.zone.nr_free_pages}")
        for pcp in self.zone.pcps:
            self.lists_of(pcp)
        self.all_pages()

    def lists_of(self, pcp: Pcp) -> None:
        """The per-CPU lists of one CPU."""
        limits = pcp.room + sum(one.limit + one.block_pages for one in pcp.lists)
        if limits != pcp.high:
            self.once("P12", f"CPU {pcp.cpu}: limits, blocks and their room add up to {limits}, "
                             f"high is {pcp.high}")
        for one in pcp.lists:
            if one.count > one.limit:
                self.once("P12", f"CPU {pcp.cpu}: a list holds {one.count} pages, its limit is "
                                 f"{one.limit}")
            for address in one.pages:
                self.page_at_hand(address, 0)
            for order, blocks in one.blocks.items():
                for address in blocks:
                    self.page_at_hand(address, order)

    def page_at_hand(self, address: int, order: int) -> None:
        """One page or block of a per-CPU list."""
        pfn = self.memory.pfn_of_page(address)
        if pfn is None:
            self.once("P13", f"a per-CPU list holds {address:#x}, which is no struct page")
            return
        c, page = self.constants, self.memory.page(pfn)
        expected = self.zone.place | c.PG_pcp | order << c.PG_ORDER_SHIFT
        if page.flags != expected or page.count:
            self.once("P13", f"a per-CPU list holds pfn {pfn} with flags {page.flags:#x} and count "
                             f"{page.count}, not {expected:#x} and 0")
        if pfn in self.at_hand:
            self.once("P14", f"pfn {pfn} is in a per-CPU list twice")
        self.at_hand.add(pfn)

    def area(self, area: FreeArea) -> None:
        """The lists of one order."""
        lengths = [self.list_of(blocks) for blocks in area.lists]
        whole = [length for length in lengths if length is not None]
        if whole == lengths and sum(whole) != area.nr_free:
            self.once("P2", f"order {area.order} has {sum(whole)} blocks, nr_free {area.nr_free}")

    def list_of(self, blocks: FreeList) -> int | None:
        """One list. Return: its length; None if it is broken."""
        name = f"{self.memory.migratetype_names[blocks.type]} list of order {blocks.order}"
        pfns, error = self.memory.walk_free_list(blocks)
        for pfn in pfns:
            self.listed_block(pfn, blocks.order)
            if self.memory.migratetype(pfn) != blocks.type:
                self.once("P11", f"{name}: pfn {pfn} is in a page block of type "
                                 f"{self.memory.migratetype(pfn)}")
        if error:
            self.broken = True
            self.check.violation("P1", f"zone {self.zone.label}, {name}: {error}, after "
                                       f"{len(pfns)} blocks")
            return None
        if bool(pfns) != bool(self.zone.free_orders[blocks.type] & 1 << blocks.order):
            self.once("P3", f"{name} has {len(pfns)} blocks, free_orders "
                            f"{self.zone.free_orders[blocks.type]:#x}")
        return len(pfns)

    def listed_block(self, pfn: int, order: int) -> None:
        """One block of a list: what its first page says, and where it lies."""
        c, page, size = self.constants, self.memory.page(pfn), 1 << order
        self.listed[pfn] = order
        expected = self.zone.place | c.PG_buddy | order << c.PG_ORDER_SHIFT
        if page.flags != expected or page.count:
            self.once("P4", f"list of order {order}: pfn {pfn} has flags {page.flags:#x} and count "
                            f"{page.count}, not {expected:#x} and 0")
        if pfn & (size - 1) or not self.has_all(pfn, size):
            self.once("P5", f"free block of order {order} at pfn {pfn}")

    def has_all(self, pfn: int, size: int) -> bool:
        """Is all of the block at `pfn` in the zone?"""
        if pfn < self.zone.start or pfn + size > self.zone.end:
            return False
        number, start = divmod(pfn, self.memory.block_pages)
        mask = self.constants.PG_PLACE_MASK
        return bool(self.memory.block_owner(number)) or all(
            flags & mask == self.zone.place
            for flags in self.memory.blocks[number].flags[start:start + size])

    def all_pages(self) -> None:
        """Walk mem_map from block to block."""
        sums = [(0, 0, 0, 0), *(self.pages_of(*part)
                                for part in _parts_of(self.memory, self.zone))]
        free, at_hand, used, lost = (sum(column) for column in zip(*sums))
        if free + at_hand + used != self.zone.managed:
            self.once("P10", f"{free} free pages, {at_hand} in per-CPU lists, {used} used, managed "
                             f"{self.zone.managed}")
        elif lost:
            self.once("P15", f"{lost} pages are not free, used or reserved")

    def pages_of(self, block: Block, first: int, start: int, end: int) -> tuple[int, ...]:
        """The pages from `start` to `end` of one block of mem_map.

        Return: pages that are free, in per-CPU lists, used, and none of these nor reserved."""
        c, flags = self.constants, block.flags
        free = at_hand = used = lost = 0
        index = start
        while index < end:
            size = 1
            if not flags[index] & c.PG_reserved:
                order = (flags[index] & c.PG_ORDER_MASK) >> c.PG_ORDER_SHIFT
                if flags[index] & c.PG_buddy:
                    if order < c.MAX_ORDER and not index & ((1 << order) - 1):
                        size = 1 << order
                        free += size
                        self.free_block(block, first, index, order)
                elif flags[index] & c.PG_pcp:
                    size = 1 << order
                    at_hand += size
                    if first + index not in self.at_hand:
                        self.once("P14", f"pfn {first + index} has PG_pcp and is in no list")
                elif block.count[index] > 0:
                    size = 1 << order
                    used += size
                else:
                    lost += 1
            index += size
        return free, at_hand, used, lost

    def free_block(self, block: Block, first: int, index: int, order: int) -> None:
        """A page that says it begins a free block."""
        pfn, size = first + index, 1 << order
        if pfn not in self.listed and not self.broken:
            self.once("P9", f"pfn {pfn} says that it is free, of order {order}, and is on no list")
        self.rest_of(block, first, index, size)
        buddy = index ^ size
        if size < len(block.flags) and buddy > index and block.flags[buddy] == block.flags[index]:
            self.once("P7", f"pfn {pfn} and {first + buddy} of order {order} are free, not merged")

    def rest_of(self, block: Block, first: int, index: int, size: int) -> None:
        """The pages of a free block behind the first are nobody's."""
        mask = ~self.constants.PG_PLACE_MASK
        for rest in range(index + 1, index + size):
            if block.flags[rest] & mask or block.count[rest]:
                self.once("P6", f"pfn {first + rest} inside the free block at pfn {first + index} "
                                f"has flags {block.flags[rest]:#x}, count {block.count[rest]}")
                return
