# SPDX-License-Identifier: 0BSD
"""The nodes of a machine: how QEMU is told of them, and what a kernel has to make of them.

The expectation is computed from what QEMU was told, by QEMU's rules and ACPI's, and not from its
tables: nodes lie one behind the other by their numbers, with the hole below 4 GiB left out; a
kernel numbers them in the order in which a processor or memory names them first, the boot CPU's
node so being node 0. Addresses are bytes, ranges (start, end), end exclusive.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mmkit import memory
from mmkit.memory import GIB, MIB, PAGE, Range

# QEMU's own rule: with so much memory or more, only the second size lies below 4 GiB.
SPLIT = {"pc": (3584 * MIB, 3072 * MIB), "q35": (2816 * MIB, 2048 * MIB)}
PAGE_BLOCK = 4 * MIB // PAGE
LAST = 4 * GIB // PAGE
MAX_NUMNODES = 8
STRUCT_PAGE = 16
LOCAL, REMOTE = 10, 20  # distances, where no table says others


class NodeRange(NamedTuple):
    start: int
    end: int
    nid: int


class Machine(NamedTuple):
    """What QEMU is told: the bytes of each node, for each CPU its node, (from, to, distance)."""
    sizes: tuple[int, ...]
    cpus: tuple[int, ...] = (0,)
    distances: tuple[tuple[int, int, int], ...] = ()


def below_4g(size: int, machine: str) -> int:
    """How much of `size` bytes of memory a machine has below 4 GiB."""
    option = re.search(r"max-ram-below-4g=(\d+)M", machine)
    if option:
        return min(size, int(option[1]) * MIB)
    limit, low = SPLIT["q35" if machine.startswith("q35") else "pc"]
    return size if size < limit else low


def qemu_options(machine: Machine) -> list[str]:
    options = ["-smp", str(len(machine.cpus))]
    for nid, size in enumerate(machine.sizes):
        node = f"node,nodeid={nid}"
        node += "".join(f",cpus={cpu}" for cpu, of in enumerate(machine.cpus) if of == nid)
        if size:
            options += ["-object", f"memory-backend-ram,id=m{nid},size={size}"]
            node += f",memdev=m{nid}"
        options += ["-numa", node]
    for source, to, distance in machine.distances:
        options += ["-numa", f"dist,src={source},dst={to},val={distance}"]
    return options


def described(machine: Machine) -> str:
    """`nodes 64M+0M, CPUs in 0 1, distances 0-1 25`."""
    sizes = "+".join(f"{size // MIB}M" if size % MIB == 0 else f"{size // 1024}K"
                     for size in machine.sizes)
    text = f"nodes {sizes}, CPUs in {' '.join(map(str, machine.cpus))}"
    far = " ".join(f"{source}-{to} {distance}" for source, to, distance in machine.distances)
    return f"{text}, distances {far}" if far else text


def numbers(machine: Machine) -> dict[int, int]:
    """QEMU's number of a node -> the kernel's: processors' nodes first, then those of memory. What
    is too much shares the last one."""
    order = [*machine.cpus, *(nid for nid, size in enumerate(machine.sizes) if size)]
    return {told: min(nid, MAX_NUMNODES - 1) for nid, told in enumerate(dict.fromkeys(order))}


def with_cpus(machine: Machine) -> set[int]:
    """The kernel's numbers of the nodes with a processor: they are online without memory, too."""
    nids = numbers(machine)
    return {nids[told] for told in machine.cpus}


def layout(machine: Machine, low: int) -> list[NodeRange]:
    """Where the nodes lie, `low` bytes of them below 4 GiB, numbered as the kernel does."""
    nids, ranges, at = numbers(machine), [], 0
    for told, size in enumerate(machine.sizes):
        for start, end in ((at, min(at + size, low)), (max(at, low), at + size)):
            shift = 0 if start < low else 4 * GIB - low
            if start < end:
                ranges.append(NodeRange(start + shift, end + shift, nids[told]))
        at += size
    return ranges


def distances(machine: Machine) -> dict[tuple[int, int], int]:
    """(from, to) -> distance, numbered as the kernel does. What is given for one direction holds
    for the other as well, if that is not given."""
    nids = numbers(machine)
    given = {(source, to): distance for source, to, distance in machine.distances}
    there_and_back = {(to, source): distance for (source, to), distance in given.items()} | given
    return {(nid, other): LOCAL if nid == other else there_and_back.get((told, away), REMOTE)
            for told, nid in nids.items() for away, other in nids.items()}


def fake(pages: Sequence[Range], option: str) -> list[NodeRange]:
    """The nodes that `numa=fake=` makes: each ends with the block of 4 MiB at which its size is
    nearest to what it shall have, and the last one has the rest."""
    shares = int(option) if option.isdigit() else 0
    sizes = [memory.size_of(size) // PAGE for size in option.split(",")
             if size and size != "rest" and not shares]
    if "," not in option:
        sizes *= MAX_NUMNODES
    ranges: list[NodeRange] = []
    start, left = 0, pages_in(pages, 0, LAST)
    while left:
        nid = len(ranges)
        wanted = left // (shares - nid) if shares else [*sizes, left][nid]
        end = _node_end(pages, start, wanted) if wanted < left and nid + 1 < MAX_NUMNODES else LAST
        ranges.append(NodeRange(start * PAGE, end * PAGE, nid))
        start, left = end, pages_in(pages, end, LAST)
    return ranges


def _node_end(pages: Sequence[Range], start: int, wanted: int) -> int:
    """Of equals the larger node; holes behind it are the next one's."""
    ends = [end for end in range(start + PAGE_BLOCK, LAST + 1, PAGE_BLOCK)
            if pages_in(pages, end - PAGE_BLOCK, end) and pages_in(pages, start, end)]
    return min(ends, key=lambda end: (abs(pages_in(pages, start, end) - wanted), -end))


def pages_in(pages: Iterable[Range], start_pfn: int, end_pfn: int) -> int:
    return sum(max(0, min(end, end_pfn) - max(start, start_pfn)) for start, end in pages)


def split(pages: Iterable[Range], nodes: Sequence[NodeRange]) -> list[NodeRange]:
    """The page ranges of RAM by nodes, ascending; what follows another range of the same node with
    no hole between them is the same range."""
    parts = sorted(NodeRange(max(start, node.start // PAGE), min(end, node.end // PAGE), node.nid)
                   for start, end in pages for node in nodes)
    ranges: list[NodeRange] = []
    for part in parts:
        if part.start >= part.end:
            continue
        if ranges and (ranges[-1].end, ranges[-1].nid) == (part.start, part.nid):
            part = NodeRange(ranges.pop().start, part.end, part.nid)
        ranges.append(part)
    return ranges


def by_node(ranges: Iterable[NodeRange]) -> dict[int, list[Range]]:
    nodes: dict[int, list[Range]] = {}
    for start, end, nid in ranges:
        nodes.setdefault(nid, []).append((start, end))
    return nodes


def zones(ranges: Iterable[NodeRange]) -> dict[tuple[int, str], memory.Extent]:
    """(node, zone name) -> first page, spanned, present, for the zones that have pages."""
    return {(nid, name): extent for nid, pages in by_node(ranges).items()
            for name, extent in memory.zones(pages).items()}


def mem_map_pages(present: int) -> int:
    """What the struct pages of a zone with so many pages take."""
    return -(-present * STRUCT_PAGE // PAGE)


def zonelist_order(ranges: Sequence[NodeRange], online: int) -> str:
    """`Node` or `Zone`, by Linux 2.6.24's rule: zones below Normal are to be used last, unless they
    are most of all memory, or of a node that is large."""
    def sizes(extents: Iterable[tuple[str, memory.Extent]]) -> tuple[int, int]:
        counts = [(name == "DMA", present) for name, (_, _, present) in extents]
        return sum(n for is_low, n in counts if is_low), sum(n for _, n in counts)

    all_zones = zones(ranges)
    low, total = sizes((name, extent) for (_, name), extent in all_zones.items())
    average = total // (online + 1)
    if not low or low > total // 2:
        return "Node"
    for nid in by_node(ranges):
        low, own = sizes((name, extent) for (of, name), extent in all_zones.items() if of == nid)
        if low and own > average and low > own * 70 // 100:
            return "Node"
    return "Zone"


# ---- What a log says

def early_ranges(text: str) -> list[NodeRange]:
    """The lines of `Early memory node ranges`, in pages."""
    found = re.findall(r"^(?:\[ *\d+\.\d+\] )?  node +(\d+): \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]$",
                       text, re.MULTILINE)
    return [NodeRange(int(start, 16) // PAGE, (int(last, 16) + 1) // PAGE, int(nid))
            for nid, start, last in found]


def shown_distances(text: str) -> dict[tuple[int, int], int]:
    """(from, to) -> distance, by the monitor's `acpi`; {} if it did not say any."""
    table = re.search(r"^node distances:\nnode((?: +\d+)+)\n((?: +\d+:(?: +\d+)+\n)*)", text,
                      re.MULTILINE)
    rows = [line.split() for line in table[2].splitlines()] if table else []
    return {(int(row[0].rstrip(":")), int(nid)): int(distance)
            for row in rows for nid, distance in zip(table[1].split(), row[1:])} if table else {}
