# SPDX-License-Identifier: 0BSD
"""What the commands print, as text. The lines are kept as they were when the kernel stopped."""

from collections.abc import Iterator

import gdb

from .check import Check, check_buddy, check_zones
from .check_bootmem import check_bootmem
from .check_caches import check_caches
from .model import Memory, Page, PcpList, Zone, flag_names, one_node, state_of

SLABS = {"slob": "shared pages and blocks"}  # what a back end has instead


def zones(memory: Memory) -> Iterator[str]:
    """The lines of the monitor's zoneinfo."""
    for zone in memory.zones:
        yield f"Node {zone.node}, zone {zone.name:>8}"
        yield f"  pages free     {zone.nr_free_pages}"
        yield f"        spanned  {zone.spanned}"
        yield f"        present  {zone.present}"
        yield f"        managed  {zone.managed}"
        yield f"      nr_free_pages {zone.nr_free_pages}"
        yield "  pagesets"
        for pcp in zone.pcps:
            yield f"    cpu: {pcp.cpu}"
            yield f"              count: {pcp.count}"
            yield f"              high:  {pcp.high}"
            yield f"              batch: {pcp.batch}"
        yield f"  start_pfn:           {zone.start}"


def buddy(memory: Memory) -> Iterator[str]:
    """Two lines a zone: what the lists hold, and what nr_free says."""
    for zone in memory.zones:
        walks = [[memory.walk_free_list(blocks) for blocks in area.lists] for area in zone.areas]
        lengths = [sum(len(pfns) for pfns, _ in lists) for lists in walks]
        yield _orders(f"Node {zone.node}, zone {zone.name:>8}", lengths)
        yield _orders("nr_free".rjust(len("Node 0, zone ") + 8),
                      [area.nr_free for area in zone.areas])
        for area, lists, length in zip(zone.areas, walks, lengths):
            broken = [(pfns, error) for pfns, error in lists if error]
            for pfns, error in broken:
                yield f"  list of order {area.order} is broken after {len(pfns)} blocks: {error}"
            if not broken and length != area.nr_free:
                yield f"  list of order {area.order} has {length} blocks, not {area.nr_free}"


def _orders(label: str, counts: list[int]) -> str:
    return f"{label} " + " ".join(f"{count:6}" for count in counts)


def pcp(memory: Memory) -> Iterator[str]:
    """What each CPU keeps at hand of each zone: a line for each list, the hottest page first."""
    for zone in memory.zones:
        for one in zone.pcps:
            yield (f"Node {zone.node}, zone {zone.name:>8}, CPU {one.cpu}: {one.count} pages, high "
                   f"{one.high}, batch {one.batch}")
            for pages in one.lists:
                if pages.count or pages.limit:
                    yield _list_at_hand(memory, pages)
                for order, blocks in pages.blocks.items():
                    for address in reversed(blocks):
                        yield (f"    and a block of order {order}: pfn "
                               f"{memory.pfn_of_page(address)}")


def _list_at_hand(memory: Memory, pages: PcpList) -> str:
    pfns = [memory.pfn_of_page(address) for address in reversed(pages.pages)]
    shut = "" if pages.open else ", somebody is in it, or it is closed"
    return (f"  {memory.migratetype_names[pages.type]}: {pages.count} of {pages.limit}{shut}"
            f"{': pfn' if pfns else ''}{''.join(f' {pfn}' for pfn in pfns)}")


def place_of(zone: Zone | None) -> str:
    return f"node {zone.node}, zone {zone.name}" if zone else "zone unknown"


def page(memory: Memory, pfn: int, address: int | None = None) -> Iterator[str]:
    """All about a page; `address`, in the direct map, picks an object on it."""
    c, it = memory.constants, memory.page(pfn)
    names = " ".join(flag_names(c, it.flags)) or "no state bit"
    yield (f"pfn {pfn}: phys {pfn << c.PAGE_SHIFT:#010x}, struct page "
           f"{memory.page_address(pfn):#x}, {place_of(it.zone)}")
    yield (f"  flags {it.flags:#010x} ({names}), order {it.order}, count {it.count}: "
           f"{state_of(c, it.flags, it.count)}")
    if it.flags & c.PG_reserved:
        return
    block = memory.block_of(pfn)
    if block:
        kind = "free" if block.flags & (c.PG_buddy | c.PG_pcp) else "in use"
        yield f"  block: pfn {block.pfn}, order {block.order}, {kind}"
    if it.flags & c.PG_buddy:
        yield f"  list: {_neighbours(memory, it)}"
    if it.flags & c.PG_slab:
        yield from memory.slab_page_lines(it, address)


def _neighbours(memory: Memory, it: Page) -> str:
    member = memory.page_layout.offset("lru.next")

    def name(entry: int) -> str:
        pfn = memory.pfn_of_page(entry, member)
        return "the head" if pfn is None else f"pfn {pfn}"

    return f"between {name(it.prev)} and {name(it.next)}"


def object_at(memory: Memory, address: int) -> Iterator[str] | None:
    """What is at an address of the direct map or of the image; None for any other."""
    pfn = memory.pfn_of_virt(address)
    symbol = gdb.execute(f"info symbol {address:#x}", to_string=True).strip()
    if not symbol.startswith("No symbol"):
        return iter([f"{address:#x}: {symbol}"])
    return None if pfn is None else _lowmem_at(memory, pfn, address)


def _lowmem_at(memory: Memory, pfn: int, address: int) -> Iterator[str]:
    c, it = memory.constants, memory.page(pfn)
    if it.flags & c.PG_slab:
        yield f"{address:#x}: in pfn {pfn}, a page of a slab"
        yield from memory.slab_page_lines(it, address)
        return
    block = memory.block_of(pfn)
    if it.flags & c.PG_reserved or block is None:
        yield f"{address:#x}: in pfn {pfn}, {state_of(c, it.flags, it.count)}"
        return
    start = c.PAGE_OFFSET + (block.pfn << c.PAGE_SHIFT)
    kind = ("free" if block.flags & (c.PG_buddy | c.PG_pcp) else
            "a large kmalloc()" if block.flags & c.PG_kmalloc else "from alloc_pages()")
    yield (f"{address:#x}: {address - start} into the block at {start:#x}, pfn {block.pfn}, order "
           f"{block.order}, {kind}")


def caches(memory: Memory) -> Iterator[str]:
    """A table like slabinfo's."""
    yield (f"{'name':<17} {'active':>7} {'objects':>7} {'objsize':>7} {'perslab':>7} {'pages':>5} "
           f"{'active':>7} {'slabs':>7}  cache")
    found, error = memory.walk_caches()
    for cache in found:
        n = cache.numbers()
        yield (f"{cache.name:<17} {n.active:>7} {n.objects:>7} {cache['stride']:>7} "
               f"{cache['num']:>7} {cache.pages:>5} {n.active_slabs:>7} {n.slabs:>7}  "
               f"{cache.address:#x}")
    if error:
        yield f"the cache chain is broken after {len(found)} caches: {error}"


def slabs(memory: Memory, name: str) -> Iterator[str] | None:
    """The slabs of one cache, and which of their objects are in use. None if there is no such."""
    cache = next((cache for cache in memory.walk_caches()[0] if cache.name == name), None)
    return None if cache is None else cache.lines()


def check(memory: Memory) -> Iterator[str]:
    """A line for each violation, and one that sums up."""
    result = Check(memory)
    check_bootmem(result)
    check_zones(result)
    check_buddy(result)
    check_caches(result)
    for zone in memory.zones:
        if zone.locked:
            yield f"zone {zone.label} is locked: the kernel stopped in the middle of a change"
    for number, text in result.violations:
        yield f"{number}: {text}"
    for number in dict(result.violations):
        yield f"{number:3} {memory.sentence_of(number)}"
    if result.violations:
        nr = len(result.violations)
        yield f"{nr} violation{'s' if nr > 1 else ''}"
    else:
        nodes = "" if one_node() else f" of {len(memory.nodes)} nodes"
        yield (f"all invariants hold: {len(memory.zones)} zones{nodes}, {result.pages} struct "
               f"pages, {result.free_blocks} free blocks of {result.free_pages} pages, "
               f"{result.caches} caches, {result.slabs} {SLABS.get(memory.back_end, 'slabs')}")


def pfn_of(memory: Memory, number: int) -> tuple[int | None, int | None]:
    """What `mm-page` is to show: the pfn, and the address in the direct map if it was one.

    A number can be a pfn, the address of a struct page, or one in the direct map. Return None, None
    if it is none of them."""
    c = memory.constants
    if number < c.MAX_PFN_LIMIT:
        return (number, None) if memory.pfn_valid(number) else (None, None)
    inside = (number - c.VMEMMAP_START) % memory.page_layout.size
    pfn = memory.pfn_of_page(number - inside)
    if pfn is not None:
        return pfn, None
    pfn = memory.pfn_of_virt(number)
    return pfn, (number if pfn is not None else None)
