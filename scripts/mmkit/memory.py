# SPDX-License-Identifier: 0BSD
"""What a boot log says about memory, and what it ought to say.

The expectation is computed here from the firmware's map alone, by the rules and not by the
kernel's code: usable regions are rounded inwards to pages; page 0 and 640K-1M are no RAM; nothing
at or above 4 GiB counts; zones end at 16 MiB and 896 MiB. Ranges are lists of (start, end), end
exclusive.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

PAGE = 4096
MIB = 1 << 20
GIB = 1 << 30

Range = tuple[int, int]
Extent = tuple[int, int, int]  # start_pfn, spanned, present


class Zone(NamedTuple):
    name: str
    end: int  # first page after it
    high: bool = False  # outside the direct map


# From the lowest one up. No other script knows their names or how many there are.
ZONES = (Zone("DMA", 16 * MIB // PAGE), Zone("Normal", 896 * MIB // PAGE),
         Zone("HighMem", 4 * GIB // PAGE, high=True))
HIGH_ZONES = {zone.name for zone in ZONES if zone.high}


def size_of(text: str) -> int:
    """`64M` as bytes."""
    return int(text[:-1]) << {"K": 10, "M": 20, "G": 30}[text[-1]]


def usable(text: str) -> list[Range]:
    """The usable ranges of the firmware's map in a boot log, in bytes."""
    found = re.findall(r"BIOS-e820: \[mem 0x([0-9a-f]{16})-0x([0-9a-f]{16})\] usable$", text,
                       re.MULTILINE)
    return [(int(start, 16), int(last, 16) + 1) for start, last in found]


def without(ranges: Iterable[Range], hole: Range) -> list[Range]:
    """`ranges` with the bytes of `hole` taken out."""
    parts = [part for start, end in ranges
             for part in ((start, min(end, hole[0])), (max(start, hole[1]), end))]
    return [(start, end) for start, end in parts if start < end]


def ram_pages(ranges: Iterable[Range]) -> list[Range]:
    """The page ranges that are RAM to the kernel."""
    pages = [(-(-start // PAGE), end // PAGE) for start, end in ranges]
    pages = [(start, end) for start, end in pages if start < end]
    for hole in ((0, 1), (640 * 1024 // PAGE, MIB // PAGE), (4 * GIB // PAGE, 1 << 52)):
        pages = without(pages, hole)
    return pages


def zones(pages: list[Range]) -> dict[str, Extent]:
    """Zone name -> (start_pfn, spanned, present), for the zones of a node with these pages."""
    result: dict[str, Extent] = {}
    if not pages:
        return result
    node_start, node_end = pages[0][0], pages[-1][1]
    low = 0
    for zone in ZONES:
        present = sum(max(0, min(end, zone.end) - max(start, low)) for start, end in pages)
        if present:
            start = max(low, node_start)
            result[zone.name] = (start, min(zone.end, node_end) - start, present)
        low = zone.end
    return result


def zoneinfo(text: str) -> dict[tuple[int, str], Extent]:
    """(node, zone name) -> the same from the monitor's zoneinfo in a log; {} if there is none."""
    result = {}
    for nid, name, block in re.findall(r"^Node (\d+), zone +(\S+)\n((?: .*\n)*)", text,
                                       re.MULTILINE):
        fields = dict(re.findall(r"^ +(start_pfn|spanned|present):? +(\d+)$", block, re.MULTILINE))
        if len(fields) == 3:
            result[int(nid), name] = (int(fields["start_pfn"]), int(fields["spanned"]),
                                      int(fields["present"]))
    return result


def total_pages(text: str) -> dict[int, int]:
    """Node -> its pages by the boot log."""
    found = re.findall(r"On node (\d+) totalpages: (\d+)$", text, re.MULTILINE)
    return {int(nid): int(pages) for nid, pages in found}
