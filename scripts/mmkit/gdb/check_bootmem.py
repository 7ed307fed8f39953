# SPDX-License-Identifier: 0BSD
"""The invariants of the boot memory allocator (B, mm/bootmem.c).

For a kernel that is stopped while bootmem lives, as early as there is a mem_map (`break
retire_bootmem`). Later there is no piece to look at.
"""

from __future__ import annotations

import gdb

from .bootmem import WORD_BITS, Piece, read_pieces
from .check import Check


def check_bootmem(check: Check) -> None:
    """B1 to B7."""
    pieces = read_pieces(check.memory.constants)
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
