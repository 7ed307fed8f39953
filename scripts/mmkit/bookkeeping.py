# SPDX-License-Identifier: 0BSD
"""How much RAM is lost to bookkeeping, beside what Linux reserves on a machine of as much RAM.

A boot's log says what there is and what was not given to the page allocator. The ledger in it has
the bounds of the kernel's image, and the command `bootmem` names who asked for the rest; what the
image had for the boot only is given back at its end. Sizes are in KiB, as in the log.
"""

import pathlib
import re
from collections.abc import Iterable
from typing import NamedTuple

MACHINES = ("16M", "128M", "1024M", "4096M")
COMMANDS = "bootmem;meminfo"  # what the log has to have besides

MEM_MAP_BY = "mem_map"  # who asks bootmem for the pages of mem_map

_MEMORY = re.compile(r"Memory: \d+K/(\d+)K available \((\d+)K reserved")
_IMAGE = re.compile(r"reserved: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] kernel image$", re.MULTILINE)
_FREED = re.compile(r"Freeing unused kernel memory: (\d+)K")
_BOOTMEM = re.compile(r"^bootmem: \[mem .*\] +(\d+) bytes  (\S+)$", re.MULTILINE)
_SLAB = re.compile(r"^Slab: +(\d+) kB$", re.MULTILINE)

_HEAD = ("machine", "RAM", "reserved", "share", "image", "mem_map", "other", "given back", "slabs",
         "Linux 6.1", "share")


class Books(NamedTuple):
    ram: int
    reserved: int  # not given to the page allocator at first
    image: int
    mem_map: int
    given_back: int  # of the image, when the boot is done
    slabs: int  # what the page allocator lent to caches then

    @property
    def other(self) -> int:
        return self.reserved - self.image - self.mem_map


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    if not found:
        raise ValueError(f"the log has no line like {pattern.pattern}")
    return int(found[1])


def read_log(text: str) -> Books:
    """What a boot's log says. A line that is missing is a ValueError."""
    image = _IMAGE.search(text)
    memory = _MEMORY.search(text)
    asked: dict[str, int] = {}
    for size, who in _BOOTMEM.findall(text):
        asked[who] = asked.get(who, 0) + int(size)
    if not image or not memory or MEM_MAP_BY not in asked:
        raise ValueError("the log does not say what is reserved")
    return Books(ram=int(memory[1]), reserved=int(memory[2]),
                 image=(int(image[2], 16) + 1 - int(image[1], 16)) >> 10,
                 mem_map=asked[MEM_MAP_BY] >> 10, given_back=_number(_FREED, text),
                 slabs=_number(_SLAB, text))


def read_linux(path: pathlib.Path) -> dict[int, int]:
    """{RAM: reserved} of the machines that Linux was measured on."""
    lines = path.read_text(encoding="ascii").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {int(ram): int(reserved) for _machine, ram, reserved in rows}


def _share(part: int, ram: int) -> str:
    return f"{part / ram:.2%}"


def table(books: dict[str, Books], linux: dict[int, int]) -> Iterable[str]:
    """The lines of the table, KiB; Linux has a figure where it was measured with as much RAM."""
    rows = [_HEAD]
    for machine, b in books.items():
        other = linux.get(b.ram)
        rows.append((machine, str(b.ram), str(b.reserved), _share(b.reserved, b.ram), str(b.image),
                     str(b.mem_map), str(b.other), str(b.given_back), str(b.slabs),
                     str(other or "-"), _share(other, b.ram) if other else "-"))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths))
