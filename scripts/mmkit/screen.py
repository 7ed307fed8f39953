# SPDX-License-Identifier: 0BSD
"""What stands on the screen of a running machine: characters and the colours behind them.

VGA text is read from video memory. On a framebuffer the shapes of the font in
arch/x86/console/font.c are looked for in the pixels.
"""

import dataclasses
import functools
import re
from collections.abc import Sequence
from typing import Any

from mmkit import boot, qmp

Paper = Any  # on VGA the number of a colour, else its tones
Row = tuple[str, Sequence[Paper]]

FONT = boot.ROOT / "arch" / "x86" / "console" / "font.c"
WIDTH, HEIGHT, ABOVE, LINES = 8, 16, 1, 13
FIRST = 0x20

CELLS_PER_ROW, LABEL_WIDTH, LEGEND_ROWS, LEGEND_PER_ROW, CHIP_WIDTH = 64, 9, 2, 4, 3


@functools.cache
def glyphs() -> dict[tuple[int, ...], str]:
    """Lines of dots -> character."""
    table = re.findall(r"\{((?:\s*0x[0-9a-f]{2},?){%d})\s*\}" % LINES,
                       FONT.read_text(encoding="ascii"))
    blank = (0,)
    return {(*blank * ABOVE, *(int(dots, 16) for dots in re.findall(r"0x\w\w", lines)),
             *blank * (HEIGHT - ABOVE - LINES)): chr(FIRST + number)
            for number, lines in enumerate(table)}


def _read_cell(lines: Sequence[bytes]) -> tuple[str, Paper]:
    """(character, paper) of a cell, of which the upper left corner is paper."""
    paper = lines[0][:3]
    dots = tuple(sum(0x80 >> bit for bit in range(WIDTH) if line[3 * bit:3 * bit + 3] != paper)
                 for line in lines)
    return glyphs().get(dots, "\0"), tuple(paper)


class _Pixels:
    """Reads pictures of a screen; rows that are what they were are not read again."""

    def __init__(self) -> None:
        self.cells: dict[tuple[bytes, ...], tuple[str, Paper]] = {}
        self.rows: dict[bytes, Row] = {}

    def _row(self, lines: Sequence[bytes]) -> Row:
        cells = []
        for at in range(0, 3 * WIDTH * (len(lines[0]) // (3 * WIDTH)), 3 * WIDTH):
            pixels = tuple([line[at:at + 3 * WIDTH] for line in lines])
            if pixels not in self.cells:
                self.cells[pixels] = _read_cell(pixels)
            cells.append(self.cells[pixels])
        return "".join(char for char, _ in cells), [paper for _, paper in cells]

    def read(self, width: int, height: int, data: bytes) -> list[Row]:
        pitch, found = 3 * width, []
        for row in range(height // HEIGHT):
            block = data[row * HEIGHT * pitch:(row + 1) * HEIGHT * pitch]
            if block not in self.rows:
                self.rows[block] = self._row([block[at:at + pitch]
                                              for at in range(0, len(block), pitch)])
            found.append(self.rows[block])
        return found


@dataclasses.dataclass
class Screen:
    rows: list[Row]  # characters, and the paper of each

    def text(self, first: int = 0) -> str:
        return "\n".join(text.rstrip() for text, _ in self.rows[first:])

    def has_map(self) -> bool:
        return self.rows[0][0].startswith(" mmkit: physical memory, ")

    def map_rows(self) -> int:
        """Rows of cells: those that begin with an address, after the title."""
        count = 0
        while re.match(r"[0-9a-f]{8} ", self.rows[1 + count][0]):
            count += 1
        return count

    def cell(self, pfn: int) -> tuple[str, Paper]:
        """(character, paper) of the cell that a page lies in."""
        pages = int(re.findall(r"memory, (\d+) pages? ", self.rows[0][0])[0])
        text, papers = self.rows[1 + pfn // pages // CELLS_PER_ROW]
        width = 2 if len(text) >= LABEL_WIDTH + 2 * CELLS_PER_ROW else 1
        column = LABEL_WIDTH + pfn // pages % CELLS_PER_ROW * width
        return text[column], papers[column]

    def legend(self) -> dict[str, tuple[str, int, Paper]]:
        """letter -> (what it is called, KiB, paper)"""
        first = 1 + self.map_rows()
        found = {}
        for text, papers in self.rows[first:first + LEGEND_ROWS]:
            width = len(text) // LEGEND_PER_ROW
            for at in range(0, LEGEND_PER_ROW * width, width):
                chip, entry = text[at:at + CHIP_WIDTH], text[at + CHIP_WIDTH:at + width]
                name, amount, unit = re.findall(r"^ (.*?) +(\d+)([KM]) *$", entry)[0]
                kib = int(amount) * (1024 if unit == "M" else 1)
                found[chip.strip()] = name, kib, papers[at + CHIP_WIDTH - 1]
        return found


class Reader:
    """Reads the screen of one machine, again and again."""

    def __init__(self, machine: qmp.Machine, is_vga: bool) -> None:
        self.machine, self.is_vga = machine, is_vga
        self.pixels = _Pixels()

    def read(self) -> Screen:
        if not self.is_vga:
            return Screen(self.pixels.read(*self.machine.pixels()))
        return Screen([(text, [attribute >> 4 for attribute in attributes])
                       for text, attributes in self.machine.vga()])
