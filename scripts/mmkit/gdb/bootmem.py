# SPDX-License-Identifier: 0BSD
"""The boot memory allocator of the stopped kernel (mm/bootmem.c), from the first instruction on.

What is printed is what the monitor's `bitmap` prints (boot/monitor/bitmap_picture.c); there is no
need of a mem_map.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import gdb

from . import source

PIECES_MAX = 1000  # more, and the list is a ring
WORD_BITS = 32
CELLS_PER_ROW, ROWS_MAX = 64, 24
LEGEND = {".": "free", "r": "reserved", "U": "used"}

NOT_YET = ("bootmem has not begun, init_bootmem_node() comes later "
           "(break free_bootmem, then continue)")
RETIRED = ("bootmem is retired: it gave {} pages to the buddy allocator, those of its bitmap among "
           "them (break retire_bootmem to see it)")


class Piece:
    """A bootmem_data_t, and its bitmap as one number."""

    def __init__(self, value: gdb.Value, page_offset: int, page_size: int) -> None:
        self.address, self.pgdat = int(value.address), int(value["pgdat"])
        self.node = int(value["pgdat"]["node_id"])
        self.start, self.end = int(value["node_min_pfn"]), int(value["node_low_pfn"])
        self.last_pos, self.last_offset = int(value["last_pos"]), int(value["last_offset"])
        self.hint_goal, self.hint_idx = int(value["hint_goal"]), int(value["hint_idx"])
        self.pages = max(self.end - self.start, 0)
        self.words = -(-self.pages // WORD_BITS)
        address, size = int(value["node_bootmem_map"]), self.words * WORD_BITS // 8
        self.bits = int.from_bytes(source.read(address, size), "little")
        first, last = address - page_offset, address - page_offset + max(size - 1, 0)
        self.map_bytes = range(first, last + 1)
        self.map_pfns = range(first // page_size, last // page_size + 1)

    def used(self, bit: int) -> bool:
        return self.bits >> bit & 1 != 0


def read_pieces(constants: source.Constants) -> list[Piece]:
    """The list, as far as it can be followed."""
    found: list[Piece] = []
    value = gdb.parse_and_eval("bdata_list")
    while value and len(found) < PIECES_MAX:
        found.append(Piece(value.dereference(), constants.PAGE_OFFSET, constants.PAGE_SIZE))
        value = value["next"]
    return found


def _records() -> gdb.Value:
    """records[] of the boot's own bootmem: for the lessons it is compiled a second time."""
    here = gdb.lookup_global_symbol("bootmem_nr_records").symtab.static_block()
    return gdb.lookup_symbol("records", here)[0].value()


def handed_out(page_size: int) -> list[range]:
    """The pages of each allocation that is recorded and not freed."""
    records = _records()
    pairs = [(int(records[i]["start"]), int(records[i]["end"]))
             for i in range(source.variable("bootmem_nr_records"))]
    return [range(start // page_size, -(-end // page_size)) for start, end in pairs if start < end]


def states_of(piece: Piece, given: list[range]) -> str:
    """A letter for each page of the piece."""
    bits = f"{piece.bits:0{piece.pages}b}"[::-1][:piece.pages]
    states = ["r" if bit == "1" else "." for bit in bits]
    for pages in given:
        for pfn in range(max(pages.start, piece.start), min(pages.stop, piece.end)):
            if states[pfn - piece.start] == "r":
                states[pfn - piece.start] = "U"
    return "".join(states)


def cell_of(states: str) -> str:
    """The letter for several pages."""
    if "." in states:
        return "+" if states.strip(".") else "."
    return "U" if "U" in states else "r"


class View(NamedTuple):
    """What is shown of a piece: its pages from `start` on, by state, so many to a cell."""
    piece: Piece
    start: int
    states: str
    per: int

    @property
    def end(self) -> int:
        return self.start + len(self.states)

    def head(self) -> str:
        bits = self.piece.map_bytes
        return (f"bitmap: node {self.piece.node}, pfn {self.start:#x}-{self.end - 1:#x}, "
                f"{self.per} page{'s' if self.per > 1 else ''} a cell; its bits lie at "
                f"[mem {bits.start:#010x}-{bits.stop - 1:#010x}]")

    def marks(self, row: range) -> list[str]:
        """What is pointed at below the row of these pages."""
        piece, found = self.piece, []
        last, hint = piece.start + piece.last_pos, piece.start + piece.hint_idx
        if last in row:
            found.append((last, f"last_pos {last:#x}, last_offset {piece.last_offset:#x}"))
        if piece.hint_idx > piece.hint_goal and hint in row:
            found.append((hint, f"hint_idx {hint:#x}: no page is free from hint_goal "
                                f"{piece.start + piece.hint_goal:#x} up to here"))
        return [f"        {'':{(pfn - row.start) // self.per}}^ {text}" for pfn, text in found]

    def rows(self) -> Iterator[str]:
        before, folded = "", False
        for pfn in range(self.start, self.end, CELLS_PER_ROW * self.per):
            row = range(pfn, min(pfn + CELLS_PER_ROW * self.per, self.end))
            cells = "".join(cell_of(self.states[at - self.start:at - self.start + self.per])
                            for at in row[::self.per])
            marks = self.marks(row)
            if cells == before and not marks:
                if not folded:
                    yield "*"
                folded = True
                continue
            yield f"0x{pfn:05x} {cells}"
            yield from marks
            before, folded = cells, False


def legend(views: list[View]) -> Iterator[str]:
    counts = {name: sum(view.states.count(letter) for view in views)
              for letter, name in LEGEND.items()}
    for letter, name in LEGEND.items():
        yield _count(letter, name, counts[name])
    yield _count("", "total", sum(counts.values()))


def _count(letter: str, name: str, pages: int) -> str:
    return f"{letter:4} {name:8} {pages:8} pages {pages * 4:9} KiB"


def bitmap(constants: source.Constants, wanted: range | None) -> Iterator[str]:
    """The lines of the monitor's `bitmap`; of these pages, a cell each, if they are given."""
    pieces, given = read_pieces(constants), handed_out(constants.PAGE_SIZE)
    per = 1
    while not wanted and sum(piece.pages for piece in pieces) > ROWS_MAX * CELLS_PER_ROW * per:
        per *= 2
    views = []
    for piece in pieces:
        first, end = (wanted.start, wanted.stop) if wanted else (piece.start, piece.end)
        states = states_of(piece, given)[max(first - piece.start, 0):max(end - piece.start, 0)]
        if states:
            views.append(View(piece, max(first, piece.start), states, per))
    if wanted and not views:
        raise gdb.GdbError(f"no page from {wanted.start:#x} to {wanted.stop - 1:#x} has a bit")
    for view in views:
        yield view.head()
        yield from view.rows()
    yield from legend(views)


def why_not() -> str | None:
    """Why there is no bitmap just now; None if there is one."""
    if source.variable("bdata_list"):
        return None
    released = source.variable("bootmem_released_pages")
    return RETIRED.format(released) if released else NOT_YET
