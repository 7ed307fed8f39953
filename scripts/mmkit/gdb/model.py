# SPDX-License-Identifier: 0BSD
"""Zones, mem_map and caches of the stopped kernel, read from its memory.

A Memory is a snapshot for one command. mem_map is read in blocks of MAX_ORDER_NR_PAGES struct
pages, each when it is first looked at, and kept as one array for each member: a gdb.Value for each
page would take minutes for 1 GiB.
"""

from __future__ import annotations

import array
import functools
from collections.abc import Callable, Iterator

import gdb

from . import source
from .source import Constants, Layout, Record

# The next and previous entry of a list's entry; None where no entry can be.
Links = Callable[[int], "tuple[int, int] | None"]

NOT_YET = ("mem_map does not exist yet, the kernel has not come that far "
           "(break boot_finish, then continue)")
CR0_PAGING = 1 << 31  # Intel SDM vol. 3, 2.5


def require_machine() -> None:
    """Raise a one-line error unless there is a stopped kernel whose mem_map is set up."""
    if gdb.selected_inferior().pid == 0:
        raise gdb.GdbError("no machine: start with `make debug`, or `target remote` a QEMU")
    if gdb.lookup_global_symbol("node_data") is None:
        raise gdb.GdbError("no symbols of mmkit: load them with `file build/mmkit.elf`")
    try:
        if not _paging_is_on() or not _zonelists_built():
            raise gdb.GdbError(NOT_YET)
    except gdb.MemoryError:
        raise gdb.GdbError(NOT_YET) from None


def _paging_is_on() -> bool:
    return int(gdb.parse_and_eval("(unsigned long)$cr0")) & CR0_PAGING != 0


def _zonelists_built() -> bool:
    """build_all_zonelists() is the first thing that follows when mem_map is complete."""
    lists = gdb.parse_and_eval("node_data[0].node_zonelists")
    return int(lists[lists.type.range()[1]]["zones"][0]) != 0


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


class PcpList:
    """The pages that one CPU keeps at hand of one zone and migrate type."""

    def __init__(self, type_: int, value: gdb.Value) -> None:
        self.type = type_
        self.open = int(value["open"])
        self.count, self.limit = int(value["count"]), int(value["limit"])
        block = value["block"]
        self.blocks = {order: int(block[order]) for order in range(block.type.range()[1] + 1)
                       if int(block[order])}  # order -> address of the first struct page
        room = value["pages"].type.range()[1] + 1
        words = source.read(int(value["pages"].address), min(self.count, room) * 4)
        self.pages = array.array("I", words)  # addresses of struct pages

    @property
    def block_pages(self) -> int:
        return sum(1 << order for order in self.blocks)


class Pcp:
    """A struct per_cpu_pages: the lists of one CPU and zone."""

    def __init__(self, cpu: int, value: gdb.Value) -> None:
        self.cpu = cpu
        self.high, self.batch = int(value["high"]), int(value["batch"])
        lists = value["lists"]
        self.lists = [PcpList(type_, lists[type_]) for type_ in range(lists.type.range()[1] + 1)]

    @property
    def count(self) -> int:
        return sum(one.count + one.block_pages for one in self.lists)


def per_cpu_offsets() -> list[int]:
    """From a variable of CPU 0 to that of each CPU."""
    if not gdb.lookup_symbol("__per_cpu_offset")[0]:
        return [0]
    table = gdb.parse_and_eval("__per_cpu_offset")
    return [int(table[cpu]) for cpu in range(table.type.range()[1] + 1)]


def read_pcps(number: int) -> list[Pcp]:
    """Those of all CPUs for the zone of that number."""
    first = gdb.parse_and_eval("per_cpu__zone_pcp")
    kind = first[number].type
    return [Pcp(cpu, gdb.Value(int(first[number].address) + offset).cast(kind.pointer())
                .dereference()) for cpu, offset in enumerate(per_cpu_offsets())]


class Zone:
    """A struct zone."""

    def __init__(self, constants: Constants, value: gdb.Value) -> None:
        self.address = int(value.address)
        self.node = int(value["zone_pgdat"]["node_id"])
        base = value["zone_pgdat"]["node_zones"][0].address
        self.index = (self.address - int(base)) // value.type.sizeof
        self.place = self.index << constants.PG_ZONE_SHIFT | self.node << constants.PG_NODE_SHIFT
        self.name = value["name"].string()
        self.locked = int(value["lock"]["locked"])
        self.start = int(value["zone_start_pfn"])
        self.spanned = int(value["spanned_pages"])
        self.present = int(value["present_pages"])
        self.managed = int(value["managed_pages"])
        self.marks = [int(value[f"pages_{mark}"]) for mark in ("min", "low", "high")]
        self.own_reserve = int(value["lowmem_reserve"][self.index])
        self.nr_free_pages = int(value["nr_free_pages"])
        orders = value["free_orders"]  # by migrate type
        self.free_orders = [int(orders[type_]) for type_ in range(orders.type.range()[1] + 1)]
        nr_zones = value["zone_pgdat"]["node_zones"].type.range()[1] + 1
        self.pcps = read_pcps(self.node * nr_zones + self.index)
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


class Slab:
    """A struct slab and its bufctl array."""

    def __init__(self, memory: Memory, address: int) -> None:
        self.address = address
        record = memory.slab_layout.read(address)
        self.constants = memory.constants
        self.record = record
        self.s_mem, self.inuse, self.free = record["s_mem"], record["inuse"], record["free"]
        self.order = record["order"]
        self.num = min(record["num"], memory.constants.SLAB_MAX_OBJECTS)  # if it is damaged
        kind = gdb.lookup_type("kmem_bufctl_t")
        self.bufctl = array.array({1: "B", 2: "H", 4: "I"}[kind.sizeof], source.read(
            address + memory.slab_layout.offset("bufctl"), self.num * kind.sizeof))

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


class Cache:
    """A struct kmem_cache: cache["num"] is a member."""

    LISTS = ("slabs_partial", "slabs_full", "slabs_free")

    def __init__(self, memory: Memory, address: int) -> None:
        self.memory = memory
        self.address = address
        self.record = memory.cache_layout.read(address)
        self.name = source.read_string(self["name"])

    def __getitem__(self, member: str) -> int:
        return self.record[member]

    @property
    def pages(self) -> int:
        """Of the smallest slabs."""
        return 1 << self["order"]

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
        """The struct kmem_cache_node of each node."""
        first, size = self.memory.cache_layout.members["node"]
        layout = self.memory.cache_node_layout
        return [layout.read(self.address + offset)
                for offset in range(first, first + size, layout.size)]

    def arrays(self) -> list[Record]:
        """The struct array_cache of each CPU, and the shared ones."""
        layout = self.memory.array_layout
        first = layout.read(self["array"] - layout.offset("entry"))
        own = [layout.read(first.address + cpu * first["bytes"])
               for cpu in range(len(per_cpu_offsets()))]
        of_nodes = [node["shared_array"] for node in self.nodes()]
        return own + [layout.read(address) for address in of_nodes if address]

    def walk(self, node: Record, which: str) -> tuple[list[int], str | None]:
        """Addresses of the slabs of one list, and what is wrong with its links, or None."""
        head = node.address + self.memory.cache_node_layout.offset(f"{which}.next")
        return walk_list(head, self.memory.links_in_memory)

    def slab(self, address: int) -> Slab:
        return Slab(self.memory, address)

    def slabs(self) -> Iterator[tuple[str, Slab]]:
        """(where, Slab) of all that can be reached: `partial`, `full`, `free`."""
        for node in self.nodes():
            for which in self.LISTS:
                for address in self.walk(node, which)[0]:
                    yield which.removeprefix("slabs_"), self.slab(address)


def walk_list(head: int, links: Links,
              name: Callable[[int], str] = hex) -> tuple[list[int], str | None]:
    """Follow the list at the address `head`. links(address) is (next, prev), or None for an address
    that can be no element.

    Return: the entries, and what is wrong with the links, or None. It ends on a damaged list too:
    an entry is entered only if it points back, so none is entered twice.
    """
    entries: list[int] = []
    here, after = head, (links(head) or (0, 0))[0]
    while True:
        there = links(after)
        if there is None:
            return entries, f"{name(here)} leads to {after:#x}, which can be no element"
        if there[1] != here:
            return entries, (f"{name(here)} leads to {name(after)}, which points back to "
                             f"{there[1]:#x}")
        if after == head:
            return entries, None
        entries.append(after)
        here, after = after, there[0]


class Memory:
    """All that the commands look at."""

    def __init__(self) -> None:
        require_machine()
        self.constants = source.Constants()
        self.page_layout = source.Layout("struct page")
        self.block_pages = self.constants.MAX_ORDER_NR_PAGES
        self.blocks = Blocks(self)
        self.backed = source.read(source.symbol("mem_map_blocks"),
                                  gdb.lookup_symbol("mem_map_blocks")[0].type.sizeof)
        online = source.read(source.symbol("node_online_map"), 4)
        nodes = gdb.parse_and_eval("node_data")
        self.nr_node_ids = nodes.type.range()[1] + 1
        self.nodes = [Node(self.constants, nodes[nid]) for nid in range(self.nr_node_ids)
                      if online[nid // 8] & 1 << nid % 8]
        self.all_zones = [zone for node in self.nodes for zone in node.zones]
        self.zones = [zone for zone in self.all_zones if zone.present]

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

    def walk_caches(self) -> tuple[list[Cache], str | None]:
        """All caches in the order of creation, and what is wrong with their chain, or None."""
        entries, error = walk_list(source.symbol("cache_chain"), self.links_in_memory)
        chain = self.cache_layout.offset("chain.next")
        return [Cache(self, entry - chain) for entry in entries], error
