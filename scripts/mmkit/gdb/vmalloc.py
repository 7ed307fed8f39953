# SPDX-License-Identifier: 0BSD
"""The areas of vmalloc(), vmap() and ioremap(), read from the segments of their range."""

from __future__ import annotations

from collections.abc import Iterator

import gdb

from . import source
from .cache import walk_list

STATES = ("VMAP_FREE", "VMAP_BUSY", "VMAP_LAZY")


class Areas:
    """All segments by address, as far as their list can be followed."""

    def __init__(self, constants: source.Constants) -> None:
        layout = source.Layout("struct vmap_area")
        self._link = layout.offset("list.next")
        self.kinds = {getattr(constants, name): text for name, text in
                      (("VM_ALLOC", "vmalloc"), ("VM_MAP", "vmap"), ("VM_IOREMAP", "ioremap"),
                       ("VM_AREA", "reserved"))}
        self.states = {int(gdb.parse_and_eval(name)): name for name in STATES}
        self.start = source.variable("vmap_start")
        self.end = source.variable("vmap_limit")
        head = source.symbol("vmap_tree.segments")
        links, self.error = walk_list(head, self._links) if self.end else ([], None)
        self.segments = [layout.read(link - self._link) for link in links]

    @staticmethod
    def _links(address: int) -> tuple[int, int] | None:
        try:
            return source.read_word(address), source.read_word(address + 4)
        except gdb.MemoryError:
            return None

    def state(self, segment: source.Record) -> str:
        return self.states.get(segment["state"], f"state {segment['state']}")


def _symbol(address: int) -> str:
    """The function as vmallocinfo names it, without its size."""
    words = gdb.execute(f"info symbol {address:#x}", to_string=True).split()
    if words[0] == "No" or ".text" not in words[-1]:
        return f"{address:#x}"
    return f"{words[0]}+{int(words[2]) if words[1] == '+' else 0:#x}"


def _line(areas: Areas, segment: source.Record) -> str:
    start, size = segment["start"], segment["size"]
    text = f"{start:#010x}-{start + size:#010x} {size:7}"
    state = areas.state(segment)
    if state != "VMAP_BUSY":
        return f"{text} {state.removeprefix('VMAP_').lower()}"
    kind = areas.kinds.get(segment["kind"], f"kind {segment['kind']}")
    pages = f" pages={segment['nr_pages']}" if segment["nr_pages"] else ""
    phys = f" phys={segment['phys']:#010x}" if kind == "ioremap" else ""
    return f"{text} {_symbol(segment['caller'])}{pages}{phys} {kind}"


def lines(areas: Areas) -> Iterator[str]:
    """Every segment, free ones too: vmallocinfo with what lies between its areas."""
    for segment in areas.segments:
        yield _line(areas, segment)
    if areas.error:
        yield f"the list of segments is broken after {len(areas.segments)}: {areas.error}"


def at(areas: Areas, address: int) -> Iterator[str]:
    """The segment that the address lies in, and where in it."""
    for segment in areas.segments:
        offset = address - segment["start"]
        if not 0 <= offset < segment["size"]:
            continue
        yield _line(areas, segment)
        if areas.state(segment) != "VMAP_BUSY":
            return
        behind = offset - segment["bytes"]
        yield (f"  {address:#x} is byte {offset} of {segment['bytes']}" if behind < 0 else
               f"  {address:#x} is {behind + 1} behind the last of {segment['bytes']} bytes")
