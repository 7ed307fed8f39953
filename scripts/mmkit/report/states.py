# SPDX-License-Identifier: 0BSD
"""What the letters of a picture mean, and how they look: those of the monitor's `map` and of a
lesson's pictures, which have some letters in common and mean others by them.
"""

import dataclasses
import string

from mmkit.report.film import FREE


@dataclasses.dataclass(frozen=True)
class State:
    css: str  # the class of the style sheet
    colour: str
    name: str
    meaning: str = ""
    order: int | None = None  # of a free block


def free_state(order: int) -> State:
    return State(f"o{order}", f"--o{order}", f"free, order {order}", "", order)


STATES = {
    "K": State("k", "--K", "kernel", "image, page 0, modules: what the ledger keeps"),
    "B": State("b", "--B", "bootmem",
               "a one in bootmem's bitmap; later what it handed out, and mem_map"),
    "S": State("s", "--S", "slab", "pages of a slab cache"),
    "H": State("h", "--H", "held", "pages that somebody took from the buddy allocator"),
    ".": State("e", "--free", "free, before buddy", "RAM in the map; a zero in bootmem's bitmap"),
    "F": State("f", "--F", "firmware", "reserved by the BIOS, ACPI tables"),
    "X": State("x", "--X", "bad", "memory that the firmware calls unusable"),
    "-": State("", "--hole", "hole", "no memory: no entry mentions it"),
    # Of bootmem's bitmap by itself, which knows less than `map`
    "U": State("b", "--B", "used", "a one in the bitmap: handed out"),
    "r": State("k", "--K", "reserved", "a one in the bitmap: reserved, or never freed"),
    "+": State("o7", "--o7", "partly free", "some pages of the cell have a zero in the bitmap"),
}
OF_MAP = {**STATES, **{letter: free_state(order) for order, letter in enumerate(FREE)}}

# Whatever a lesson takes has a letter of its own, and the colours come again.
_TAKEN = (("h", "--H"), ("b", "--B"), ("s", "--S"), ("x", "--X"), ("f", "--F"))
# A digit that counts the free pages of a cell -> the letter of that.
PARTLY_FREE = {str(free): chr(ord("₀") + free) for free in range(1, 10)}
OF_LESSON = {
    "#": State("k", "--K", "in use before", "not the lesson's: it was in use when it began"),
    ".": State("e", "--free", "free", "nobody's; a zero in a bitmap"),
    **{str(order): free_state(order) for order in range(10)}, "A": free_state(10),
    **{letter: State(*_TAKEN[i % len(_TAKEN)], f"taken: {letter}")
       for i, letter in enumerate(string.ascii_lowercase)},
    **{letter: State(f"o{free}", f"--o{free}", f"{free} free", "so many pages of the cell are free")
       for free, letter in PARTLY_FREE.items()},
}


def ramp_of(states: dict[str, State]) -> list[str]:
    """The letters of free blocks, by their order."""
    return [letter for _, letter in sorted((state.order, letter) for letter, state in states.items()
                                           if state.order is not None)]
