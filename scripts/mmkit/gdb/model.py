# SPDX-License-Identifier: 0BSD
"""Zones, mem_map and caches of the stopped kernel, read from its memory.

A Memory is a snapshot for one command. mem_map is read in blocks of MAX_ORDER_NR_PAGES struct
pages, each when it is first looked at, and kept as one array for each member: a gdb.Value for each
page would take minutes for 1 GiB.
"""

from __future__ import annotations

import array
import functools
from collections.abc import Iterator
from typing import Any

import gdb

from . import slab, slob, slub, source
from .cache import Cache, per_cpu_offsets, walk_list
from .source import Constants, Layout

NOT_YET = ("mem_map does not exist yet, the kernel has not come that far "
           "(break boot_finish, then continue)")
CR0_PAGING = 1 << 31  # Intel SDM vol. 3, 2.5


def require_kernel() -> None:
    """Raise a one-line error unless there is a stopped kernel, however early."""
    if gdb.selected_inferior().pid == 0:
        raise gdb.GdbError("no machine: start with `make debug`, or `target remote` a QEMU")
    if gdb.lookup_global_symbol("node_data") is None:
        raise gdb.GdbError("no symbols of mmkit: load them with `file build/mmkit.elf`")


def require_machine() -> None:
    """Raise a one-line error unless there is a stopped kernel whose mem_map is set up."""
    require_kernel()
    try:
        if not paging_is_on() or not _zonelists_built():
            raise gdb.GdbError(NOT_YET)
    except gdb.MemoryError:
        raise gdb.GdbError(NOT_YET) from None


def paging_is_on() -> bool:
    """Can the kernel's variables be read at their addresses?"""
    return int(gdb.parse_and_eval("(unsigned long)$cr0")) & CR0_PAGING != 0


def _zonelists_built() -> bool:
    """build_all_zonelists() is the first thing that follows when mem_map is complete."""
    lists = gdb.parse_and_eval("node_data[0].node_zonelists")
    nr_zones = gdb.parse_and_eval("node_data[0].node_zones").type.range()[1] + 1
    return int(lists[nr_zones - 1]["zones"][0]) != 0


class Blocks(dict):
    """Block number -> Block, read when first asked for."""

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory

    def __missing__(self, number: int) -> Block:
        block = self[number] = Block(self.memory, number)
        return block


class Block:
    """The struct pages of MAX_ORDER_NR_PAGES page frames: a list of numbers for each member."""

    def __init__(self, memory: Memory, number: int) -> None:
        c, layout = memory.constants, memory.page_layout
        pages = c.MAX_ORDER_NR_PAGES
        data = source.read(c.VMEMMAP_START + number * pages * layout.size, pages * layout.size)
        words = memoryview(data).cast("I")

        def column(member: str, kind: str = "I") -> array.array[int]:
            first, step = layout.offset(member) // words.itemsize, layout.size // words.itemsize
            return array.array(kind, words[first::step].tobytes())

        self.flags, self.count = column("flags"), column("_count", "i")
        self.next, self.prev = column("lru.next"), column("lru.prev")
        self.cache, self.slab = column("slab_cache"), column("slab_page")


class Page:
    """One struct page."""

    pfn: int
    flags: int
    count: int
    next: int
    prev: int
    cache: int
    slab: int

    def __init__(self, memory: Memory, pfn: int) -> None:
        block = memory.blocks[pfn // memory.block_pages]
        at = pfn % memory.block_pages
        self.memory = memory
        self.pfn = pfn
        self.flags, self.count = block.flags[at], block.count[at]
        self.next, self.prev = block.next[at], block.prev[at]
        self.cache, self.slab = block.cache[at], block.slab[at]

    @property
    def order(self) -> int:
        return order_of(self.memory.constants, self.flags)

    @property
    def zone(self) -> Zone | None:
        return self.memory.zone_by_flags(self.flags)


def order_of(c: Constants, flags: int) -> int:
    return (flags & c.PG_ORDER_MASK) >> c.PG_ORDER_SHIFT


def flag_names(c: Constants, flags: int) -> list[str]:
    """The state bits by name: `PG_buddy`."""
    return [name for name, bit in c.named("PG_[a-z]+").items() if flags & bit]


def state_of(c: Constants, flags: int, count: int) -> str:
    """What the page is, in the words of the monitor's `page`."""
    if flags & c.PG_reserved:
        return "reserved"
    if flags & c.PG_buddy:
        return "free, first page of a block"
    if flags & c.PG_pcp:
        return "free, in a per-CPU list"
    if flags & c.PG_slab:
        return "slab"
    if flags & c.PG_tail:
        return "inside a compound block"
    if flags & c.PG_movable:
        moving = ", just being moved" if flags & c.PG_isolated else ""
        return f"allocated, movable{moving}"
    if count:
        kind = "compound block" if flags & c.PG_head else "block"
        return f"allocated, first page of a {kind}"
    return "inside a block"


class FreeList:
    """The free blocks of one order and one migrate type."""

    def __init__(self, order: int, type_: int, head: gdb.Value) -> None:
        self.order = order
        self.type = type_
        self.head = int(head.address)
        self.next, self.prev = int(head["next"]), int(head["prev"])


class FreeArea:
    """The free lists of one order, by migrate type."""

    def __init__(self, order: int, value: gdb.Value) -> None:
        self.order = order
        heads = value["free_list"]
        self.lists = [FreeList(order, type_, heads[type_])
                      for type_ in range(heads.type.range()[1] + 1)]
        self.nr_free = int(value["nr_free"])


def addresses(start: int, count: int) -> array.array[int]:
    """So many pointers from an address on."""
    return array.array("I", source.read(start, count * 4))


class PcpList:
    """The pages that one CPU keeps at hand of one zone and migrate type."""

    def __init__(self, constants: Constants, type_: int, value: gdb.Value) -> None:
        self.type = type_
        avail = int(value["avail"])
        self.open = avail >= constants.PCP_OPEN
        self.count, self.limit = avail % constants.PCP_OPEN, int(value["limit"])
        # Addresses of struct pages.
        self.pages = addresses(int(value["pages"].address), min(self.count, constants.PCP_HIGH_MAX))
        blocks = value["blocks"]
        self.blocks = {order: addresses(int(blocks[order]["block"]), min(
                           int(blocks[order]["nr"]), int(blocks[order]["max"])))
                       for order in range(1, blocks.type.range()[1] + 1)}

    @property
    def block_pages(self) -> int:
        return sum(len(blocks) << order for order, blocks in self.blocks.items())


class Pcp:
    """A struct per_cpu_pages: the lists of one CPU and zone."""

    def __init__(self, constants: Constants, cpu: int, value: gdb.Value) -> None:
        self.cpu = cpu
        self.high, self.batch = int(value["high"]), int(value["batch"])
        self.room = int(value["room"])
        lists = value["lists"]
        self.lists = [PcpList(constants, type_, lists[type_].dereference())
                      for type_ in range(lists.type.range()[1] + 1)]

    @property
    def count(self) -> int:
        return sum(one.count + one.block_pages for one in self.lists)


def read_pcps(constants: Constants, number: int) -> list[Pcp]:
    """Those of all CPUs for the zone of that number."""
    first = gdb.parse_and_eval("per_cpu__zone_pcp")
    kind = first[number].type
    return [Pcp(constants, cpu, gdb.Value(int(first[number].address) + offset).cast(kind.pointer())
                .dereference()) for cpu, offset in enumerate(per_cpu_offsets())]


def one_node() -> bool:
    """Nothing that is printed names a node where there is no other."""
    return source.variable("nr_online_nodes") < 2


class Zone:
    """A struct zone."""

    def __init__(self, constants: Constants, value: gdb.Value) -> None:
        self.address = int(value.address)
        self.node = int(value["zone_pgdat"]["node_id"])
        base = value["zone_pgdat"]["node_zones"][0].address
        self.index = (self.address - int(base)) // value.type.sizeof
        self.place = self.index << constants.PG_ZONE_SHIFT | self.node << constants.PG_NODE_SHIFT
        self.name = value["name"].string()
        # For a sentence: zones of several nodes have the same names.
        self.label = self.name if one_node() else f"{self.name} of node {self.node}"
        self.locked = int(value["lock"]["locked"])
        self.start = int(value["zone_start_pfn"])
        self.spanned = int(value["spanned_pages"])
        self.present = int(value["present_pages"])
        self.managed = int(value["managed_pages"])
        self.marks = [int(value[f"pages_{mark}"]) for mark in ("min", "low", "high")]
        self.own_reserve = int(value["lowmem_reserve"][self.index])
        self.nr_free_pages = int(value["nr_free_pages"])
        self.numa_miss, self.numa_foreign = int(value["numa_miss"]), int(value["numa_foreign"])
        orders = value["free_orders"]  # by migrate type
        self.free_orders = [int(orders[type_]) for type_ in range(orders.type.range()[1] + 1)]
        nr_zones = value["zone_pgdat"]["node_zones"].type.range()[1] + 1
        self.pcps = read_pcps(constants, self.node * nr_zones + self.index)
        self.areas = [FreeArea(order, value["free_area"][order])
                      for order in range(constants.MAX_ORDER)]

    @property
    def end(self) -> int:
        return self.start + self.spanned


class Node:
    """A pg_data_t."""

    def __init__(self, constants: Constants, value: gdb.Value) -> None:
        self.nid = int(value["node_id"])
        self.start = int(value["node_start_pfn"])
        self.end = self.start + int(value["node_spanned_pages"])
        self.present = int(value["node_present_pages"])
        self.zonelists = value["node_zonelists"]
        zones = value["node_zones"]
        self.zones = [Zone(constants, zones[i]) for i in range(zones.type.range()[1] + 1)]


MODULES: dict[str, Any] = {"slab": slab, "slub": slub, "slob": slob}
CACHES: dict[str, type[Cache]] = {"slab": slab.SlabCache, "slub": slub.SlubCache,
                                  "slob": slob.SlobCache}


class Memory:  # pylint: disable=too-many-public-methods # one for each thing to look at
    """All that the commands look at."""

    def __init__(self) -> None:
        require_machine()
        self.constants = source.Constants()
        self.page_layout = source.Layout("struct page")
        self.block_pages = self.constants.MAX_ORDER_NR_PAGES
        self.blocks = Blocks(self)
        self.snapshot: dict[str, Any] = {}  # what a back end has read of it, by name
        self.backed = source.read(source.symbol("mem_map_blocks"),
                                  gdb.lookup_symbol("mem_map_blocks")[0].type.sizeof)
        online = source.read(source.symbol("node_online_map"), 4)
        nodes = gdb.parse_and_eval("node_data")
        self.nr_node_ids = nodes.type.range()[1] + 1
        self.nodes = [Node(self.constants, nodes[nid]) for nid in range(self.nr_node_ids)
                      if online[nid // 8] & 1 << nid % 8]
        self.all_zones = [zone for node in self.nodes for zone in node.zones]
        self.zones = [zone for zone in self.all_zones if zone.present]

    @functools.cached_property
    def _distances(self) -> gdb.Value:
        return gdb.parse_and_eval("distances")

    def distance(self, from_nid: int, to_nid: int) -> int:
        """As node_distance() has it."""
        known = int(self._distances[from_nid][to_nid])
        return known or (10 if from_nid == to_nid else 20)

    @staticmethod
    def sentence_of(number: str) -> str:
        """What the kernel's own checkers list under the number of an invariant, and which."""
        checkers = gdb.parse_and_eval("checkers")
        for index in range(source.variable("nr_checkers")):
            row = checkers[index]["invariants"]
            while row["id"]:
                if row["id"].string() == number:
                    return f"({checkers[index]['name'].string()}) {row['sentence'].string()}"
                row += 1
        return "(no checker lists it)"

    # --- pages

    def pfn_valid(self, pfn: int) -> bool:
        number = pfn // self.block_pages
        return 0 <= number < len(self.backed) and self.backed[number] != 0

    def backed_blocks(self) -> list[int]:
        """The numbers of the page blocks that have struct pages."""
        return [number for number, backed in enumerate(self.backed) if backed]

    @functools.cached_property
    def _owners(self) -> array.array[int]:
        size = gdb.lookup_symbol("pageblock_zones")[0].type.sizeof
        return array.array("I", source.read(source.symbol("pageblock_zones"), size))

    def block_owner(self, number: int) -> int:
        """The address of the zone that all struct pages of the block are of; 0: it is mixed."""
        return self._owners[number]

    def migratetype(self, pfn: int) -> int:
        """That of the page block that the valid pfn lies in."""
        return self.backed[pfn // self.block_pages] - 1

    @functools.cached_property
    def migratetype_names(self) -> list[str]:
        names = gdb.parse_and_eval("migratetype_names")
        return [names[type_].string() for type_ in range(names.type.range()[1] + 1)]

    def page(self, pfn: int) -> Page:
        return Page(self, pfn)

    def page_address(self, pfn: int) -> int:
        return self.constants.VMEMMAP_START + pfn * self.page_layout.size

    def pfn_of_page(self, address: int, member: int = 0) -> int | None:
        """The pfn of a struct page whose byte `member` is at the address; None if there is none."""
        offset = address - self.constants.VMEMMAP_START - member
        pfn, rest = divmod(offset, self.page_layout.size)
        return pfn if rest == 0 and self.pfn_valid(pfn) else None

    def pfn_of_virt(self, address: int) -> int | None:
        """The pfn of an address in the direct map; None for any other."""
        pfn = (address - self.constants.PAGE_OFFSET) >> self.constants.PAGE_SHIFT
        return pfn if pfn < self.max_low_pfn and self.pfn_valid(pfn) else None

    @functools.cached_property
    def max_low_pfn(self) -> int:
        return source.variable("max_low_pfn")

    def zone_by_flags(self, flags: int) -> Zone | None:
        """The zone of the place bits, None if they name none."""
        place = flags & self.constants.PG_PLACE_MASK
        return next((zone for zone in self.all_zones if zone.place == place), None)

    def walk_free_list(self, blocks: FreeList) -> tuple[list[int], str | None]:
        """The pfns on a free list, and what is wrong with its links, or None."""
        member = self.page_layout.offset("lru.next")

        def pfn_of(entry: int) -> int | None:
            return self.pfn_of_page(entry, member)

        def links(entry: int) -> tuple[int, int] | None:
            if entry == blocks.head:
                return blocks.next, blocks.prev
            pfn = pfn_of(entry)
            return None if pfn is None else (self.page(pfn).next, self.page(pfn).prev)

        def name(entry: int) -> str:
            return "the head" if entry == blocks.head else f"pfn {pfn_of(entry)}"

        entries, error = walk_list(blocks.head, links, name)
        return [pfn for pfn in map(pfn_of, entries) if pfn is not None], error

    def block_of(self, pfn: int) -> Page | None:
        """The first page of the free or allocated block that the page lies in; None if in none."""
        c = self.constants
        for order in range(c.MAX_ORDER):
            first = self.page(pfn & ~((1 << order) - 1))
            begins = first.flags & (c.PG_buddy | c.PG_pcp) or first.count
            if (not first.flags & c.PG_reserved and begins
                    and first.pfn + (1 << first.order) > pfn):
                return first
        return None

    # --- caches

    @functools.cached_property
    def back_end(self) -> str:
        """Which one the kernel was built with."""
        if gdb.lookup_global_symbol("slob_caches"):
            return "slob"
        return "slub" if "min_order" in self.cache_layout.members else "slab"

    @functools.cached_property
    def slab_pages(self) -> list[int]:
        """The pfns of all pages that have PG_slab."""
        bit = self.constants.PG_slab
        return [number * self.block_pages + index for number, backed in enumerate(self.backed)
                if backed for index, flags in enumerate(self.blocks[number].flags) if flags & bit]

    def slab_page_lines(self, page: Page, address: int | None) -> Iterator[str]:
        """What mm-page says of a page with PG_slab; `address` picks an object on it."""
        lines: Iterator[str] = MODULES[self.back_end].page_lines(self, page, address)
        return lines

    def links_in_memory(self, address: int) -> tuple[int, int] | None:
        """(next, prev) of a struct list_head anywhere; None where nothing is mapped."""
        try:
            data = source.read(address, 8)
        except gdb.MemoryError:
            return None
        return int.from_bytes(data[:4], "little"), int.from_bytes(data[4:], "little")

    @functools.cached_property
    def cache_layout(self) -> Layout:
        return source.Layout("struct kmem_cache")

    @functools.cached_property
    def slab_layout(self) -> Layout:
        return source.Layout("struct slab")

    @functools.cached_property
    def cache_node_layout(self) -> Layout:
        return source.Layout("struct kmem_cache_node")

    @functools.cached_property
    def array_layout(self) -> Layout:
        return source.Layout("struct array_cache")

    def has_caches(self) -> bool:
        """Has kmem_cache_init() begun?"""
        return self.cache_layout.read(source.symbol("cache_cache"))["name"] != 0

    def walk_caches(self) -> tuple[list[Any], str | None]:
        """All caches in the order of creation, and what is wrong with their chain, or None."""
        entries, error = walk_list(source.symbol("cache_chain"), self.links_in_memory)
        chain = self.cache_layout.offset("chain.next")
        return [CACHES[self.back_end](self, entry - chain) for entry in entries], error
