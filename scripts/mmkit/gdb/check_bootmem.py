# SPDX-License-Identifier: 0BSD
"""The invariants of the boot memory allocator (B, mm/bootmem.c).

For a kernel that is stopped while bootmem lives, as early as there is a mem_map (`break
retire_bootmem`). Later there is no piece to look at.
"""

from __future__ import annotations

import gdb

from . import source
from .check import Check

PIECES_MAX = 1000  # more, and the list is a ring
WORD_BITS = 32


class Piece:
    """A bootmem_data_t, and its bitmap as one number."""

    def __init__(self, value: gdb.Value, page_offset: int, page_size: int) -> None:
        self.address, self.pgdat = int(value.address), int(value["pgdat"])
        self.start, self.end = int(value["node_min_pfn"]), int(value["node_low_pfn"])
        self.last_pos, self.last_offset = int(value["last_pos"]), int(value["last_offset"])
        self.hint_goal, self.hint_idx = int(value["hint_goal"]), int(value["hint_idx"])
        self.pages = max(self.end - self.start, 0)
        self.words = -(-self.pages // WORD_BITS)
        address, size = int(value["node_bootmem_map"]), self.words * WORD_BITS // 8
        self.bits = int.from_bytes(source.read(address, size), "little")
        first, last = address - page_offset, address - page_offset + max(size - 1, 0)
        self.map_pfns = range(first // page_size, last // page_size + 1)

    def used(self, bit: int) -> bool:
        return self.bits >> bit & 1 != 0


def read_pieces(check: Check) -> list[Piece]:
    """The list, as far as it can be followed."""
    c = check.memory.constants
    found: list[Piece] = []
    value = gdb.parse_and_eval("bdata_list")
    while value and len(found) < PIECES_MAX:
        found.append(Piece(value.dereference(), c.PAGE_OFFSET, c.PAGE_SIZE))
        value = value["next"]
    return found


def check_bootmem(check: Check) -> None:
    """B1 to B7."""
    pieces = read_pieces(check)
    if _in_order(check, pieces):
        _check_first_pieces(check, pieces)
        for piece in pieces:
            _check_bitmaps_in(check, pieces, piece)
            _check_piece(check, piece)


def _in_order(check: Check, pieces: list[Piece]) -> bool:
    end = 0
    for piece in pieces:
        if piece.start < end or not piece.pages:
            check.violation("B6", f"a piece has pfn {piece.start} to {piece.end}, the one before "
                                  f"it ends at {end}")
            return False
        end = piece.end
    return True


def _check_first_pieces(check: Check, pieces: list[Piece]) -> None:
    nodes = gdb.parse_and_eval("node_data")
    for node in check.memory.nodes:
        pgdat = nodes[node.nid]
        first = next((piece.address for piece in pieces if piece.pgdat == int(pgdat.address)), 0)
        if int(pgdat["bdata"]) != first:
            check.violation("B7", f"node {node.nid}: bdata is {int(pgdat['bdata']):#x}, its first "
                                  f"piece {first:#x}")


def _check_bitmaps_in(check: Check, pieces: list[Piece], piece: Piece) -> None:
    """The bitmap of each piece, as far as it lies in this one."""
    for owner in pieces:
        for pfn in owner.map_pfns:
            if piece.start <= pfn < piece.end and not piece.used(pfn - piece.start):
                check.violation("B1", f"pfn {pfn}, of the bitmap of pfn {owner.start} to "
                                      f"{owner.end}, is free")


def _check_piece(check: Check, piece: Piece) -> None:
    if piece.last_offset and not (piece.last_pos < piece.pages and piece.used(piece.last_pos)):
        check.violation("B2", f"last page {piece.last_pos} is not in use")
    if piece.last_offset >= check.memory.constants.PAGE_SIZE:
        check.violation("B3", f"last offset {piece.last_offset}")
    if max(piece.hint_goal, piece.hint_idx) > piece.pages or \
            not all(piece.used(bit) for bit in range(piece.hint_goal, piece.hint_idx)):
        check.violation("B4", f"free page in [{piece.hint_goal}, {piece.hint_idx})")
    if not all(piece.used(bit) for bit in range(piece.pages, piece.words * WORD_BITS)):
        check.violation("B5", f"clear bit behind the last page {piece.pages}")
