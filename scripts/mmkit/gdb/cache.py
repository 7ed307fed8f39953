# SPDX-License-Identifier: 0BSD
"""What the caches of all three back ends have; and lists, which lead from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import gdb

from . import source

if TYPE_CHECKING:
    from .model import Memory

# The next and previous entry of a list's entry; None where no entry can be.
Links = Callable[[int], "tuple[int, int] | None"]


def per_cpu_offsets() -> list[int]:
    """From a variable of CPU 0 to that of each CPU."""
    if not gdb.lookup_symbol("__per_cpu_offset")[0]:
        return [0]
    table = gdb.parse_and_eval("__per_cpu_offset")
    return [int(table[cpu]) for cpu in range(table.type.range()[1] + 1)]


class Numbers(NamedTuple):
    """What slabinfo counts."""
    active: int
    objects: int
    active_slabs: int
    slabs: int


class Cache:
    """A struct kmem_cache: cache["num"] is a member. slab.py, slub.py and slob.py have the rest."""

    def __init__(self, memory: Memory, address: int) -> None:
        self.memory = memory
        self.address = address
        self.record = memory.cache_layout.read(address)
        self.name = source.read_string(self["name"])

    def __getitem__(self, member: str) -> int:
        return self.record[member]

    @property
    def pages(self) -> int:
        """Of a slab, as slabinfo says; SLAB: of the smallest ones."""
        return 1 << self["order"]

    def slabs(self) -> Iterator[tuple[str, Any]]:
        """(where, slab) of all that can be reached."""
        raise NotImplementedError

    def numbers(self) -> Numbers:
        raise NotImplementedError

    def lines(self) -> Iterator[str]:
        """The cache, its slabs, and which of their objects are in use."""
        raise NotImplementedError


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


def ranges(numbers: Iterable[int]) -> str:
    """`: 0-3 7`, ascending."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    words = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs]
    return ": " + " ".join(words) if words else ""
