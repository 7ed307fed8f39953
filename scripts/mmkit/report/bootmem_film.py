# SPDX-License-Identifier: 0BSD
"""Bootmem's calls (bootmem.py) as a film of the page's: a frame for each, with the bits behind it;
of many that are alike for some, from the first to the last.
"""

import itertools

from mmkit.report.bootmem import Bits, Call, bytes_text, groups, sentence, title_of
from mmkit.report.film import ROW_CELLS, Frame, Picture

ROWS_MAX = 16
ALIKE_MAX = 8


def cell_of(pages: str) -> str:
    """The letter of a cell by its pages' letters, as the monitor's `bitmap` has it."""
    letters = set(pages) - {"-"}
    if "." in letters:
        return "." if letters == {"."} else "+"
    return "U" if "U" in letters else "r" if letters else "-"


def picture_of(pages: str) -> Picture:
    per = 1
    while len(pages) > ROW_CELLS * ROWS_MAX * per:
        per *= 2
    cells = "".join(cell_of(pages[at:at + per]) for at in range(0, len(pages), per))
    counts = {letter: pages.count(letter) for letter in set(pages)}
    return Picture(0, len(pages), per, cells, counts)


def rows_of(call: Call) -> list[tuple[str, str]]:
    rows = [("pages", f"{call.start:#x} to {call.end - 1:#x}")] if call.end else []
    if call.kind == "alloc":
        rows += [("size", bytes_text(call.size)), ("aligned to", bytes_text(call.align)),
                 ("goal", f"{call.goal:#x}")]
    if call.place:
        before, after = zip(call.place.last_pos, call.place.last_offset)
        rows += [("merged", "yes" if call.place.merged else "no"),
                 ("last_pos", f"{before[0]:#x} → {after[0]:#x}"),
                 ("last_offset", f"{before[1]:#x} → {after[1]:#x}")]
    return rows


def shown_calls(calls: list[Call]) -> dict[int, str]:
    """Which calls have a frame, and which ones of those alike they are."""
    shown = {}
    for first, last in groups(calls):
        steps = min(last - first, ALIKE_MAX - 1)
        for step in range(steps + 1):
            index = first + (last - first) * step // max(steps, 1)
            shown[index] = f"{index - first + 1} of {last - first + 1}" if steps else ""
    return shown


def frames_of(calls: list[Call]) -> list[Frame]:
    bits, frames, shown = Bits(), [], shown_calls(calls)
    for index, call in enumerate(calls):
        bits.apply(call)
        if index not in shown:
            continue
        pages = "".join(bits.states.get(pfn, "-") for pfn in range(max(bits.states) + 1))
        runs = [(len(list(run)), letter) for letter, run in itertools.groupby(pages)]
        frames.append(Frame("bootmem-call", shown[index], title_of(call), rows_of(call),
                            sentence(call), picture=picture_of(pages), runs=runs))
    return frames
