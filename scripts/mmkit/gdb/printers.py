# SPDX-License-Identifier: 0BSD
"""Pretty printers: struct page, struct zone and gfp_t in one line each.

`print/r` shows the members.
"""

from typing import Any

import gdb
import gdb.printing

from .model import Zone, order_of, state_of
from .source import Constants


class PagePrinter:
    def __init__(self, value: gdb.Value) -> None:
        self.value = value

    def _pfn(self, c: Constants) -> str:
        """`pfn 5000: `; nothing for a copy that lies elsewhere than in mem_map."""
        if self.value.address is None:
            return ""
        size = self.value.type.sizeof
        pfn, rest = divmod(int(self.value.address) - c.VMEMMAP_START, size)
        return f"pfn {pfn}: " if rest == 0 and 0 <= pfn < c.MAX_PFN_LIMIT else ""

    def to_string(self) -> str:
        c = Constants()
        flags, count = int(self.value["flags"]), int(self.value["_count"])
        zone = (flags & c.PG_PLACE_MASK) >> c.PG_ZONE_SHIFT
        return (f"{self._pfn(c)}{state_of(c, flags, count)}, order {order_of(c, flags)}, "
                f"zone {_zone_name(zone)}, count {count}")


def _zone_name(place: int) -> str:
    """What the zone with these place bits is called."""
    zone = gdb.parse_and_eval("zone_table")[place]
    return Zone(Constants(), zone.dereference()).label if int(zone) else f"unknown ({place:#x})"


class ZonePrinter:
    def __init__(self, value: gdb.Value) -> None:
        self.value = value

    def to_string(self) -> str:
        if not int(self.value["zone_pgdat"]):
            return "zone not set up yet"
        if self.value.address is None:
            return f"copy of zone {self.value['name'].string()}"
        zone = Zone(Constants(), self.value)
        if not zone.present:
            return f"zone {zone.label}: empty"
        counts = " ".join(str(area.nr_free) for area in zone.areas)
        return (f"zone {zone.label}: pfn {zone.start} to {zone.end - 1}, {zone.nr_free_pages} of "
                f"{zone.managed} managed pages free, blocks by order {counts}")


def gfp_text(gfp: int) -> str:
    """`GFP_KERNEL|__GFP_ZERO`, as gfp_text() of mm/gfp.c; 0x0 for 0."""
    words = []
    known = gdb.parse_and_eval("gfp_names")
    index = 0  # what gdb finds may be a declaration, which has no size
    while int(known[index]["name"]):
        bits = int(known[index]["gfp"])
        if gfp & bits == bits:
            words.append(known[index]["name"].string())
            gfp &= ~bits
        index += 1
    if gfp or not words:
        words.append(f"{gfp:#x}")
    return "|".join(words)


class GfpPrinter:
    def __init__(self, value: gdb.Value) -> None:
        self.value = value

    def to_string(self) -> str:
        return gfp_text(int(self.value.cast(gdb.lookup_type("unsigned int"))))


class Printers(gdb.printing.PrettyPrinter):
    """By name of the type; gfp_t is a typedef, which a look at the bare type would not see."""

    def __init__(self) -> None:
        super().__init__("mmkit")

    def __call__(self, value: gdb.Value) -> Any:
        kind = value.type.unqualified()
        if kind.code == gdb.TYPE_CODE_TYPEDEF and kind.name == "gfp_t":
            return GfpPrinter(value)
        kind = kind.strip_typedefs()
        if kind.code != gdb.TYPE_CODE_STRUCT:
            return None
        printer = {"page": PagePrinter, "zone": ZonePrinter}.get(kind.tag)
        return printer(value) if printer else None


def register() -> None:
    gdb.printing.register_pretty_printer(None, Printers(), replace=True)
