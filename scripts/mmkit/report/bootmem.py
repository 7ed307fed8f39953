# SPDX-License-Identifier: 0BSD
"""Bootmem's time, call by call: the lines of bootmem_debug (include/mm/bootmem.h) as a part of the
page.

A call is small: what it was, and the pages whose bits it set or cleared. What all bits are at a
call follows from those before it; bootmem.js, which draws them, does as `Bits` does here.
"""

import dataclasses
import html
import json
import pathlib
import re
from typing import Any

from mmkit.report.film import PAGE, Film

WORD_BITS = 32
HEX = "[0-9a-f]+"

BEGIN = re.compile(rf"bootmem::init_bootmem_node nid=(\d+) start=({HEX}) map=({HEX}) end=({HEX}) "
                   rf"mapsize=({HEX})")
RANGE = re.compile(rf"bootmem::(\w+) nid=(\d+) start=({HEX}) end=({HEX})")
DOUBLE = re.compile(rf"bootmem::\w+ (silent|refused) double reserve of PFN {HEX}")
ALLOC = re.compile(rf"bootmem::alloc_core (.+) size=({HEX}) \[\d+ pages\] align=({HEX}) "
                   rf"goal=({HEX}) limit=({HEX})(?: failed| nid=(\d+) min_pfn=({HEX}) "
                   rf"start=({HEX}) from=({HEX}) merged=([01]) last_pos=({HEX})->({HEX}) "
                   rf"last_offset=({HEX})->({HEX}))")
RETIRE = re.compile(rf"bootmem::free_all_bootmem_node nid=(\d+) released=({HEX})")


@dataclasses.dataclass(frozen=True)
class Place:
    """What an allocation got, and how: bits are counted from page min_pfn of the piece on."""
    min_pfn: int
    address: int
    search: int  # the bit with which the search began
    merged: bool
    last_pos: tuple[int, int]  # before and after
    last_offset: tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Call:
    kind: str  # begin, free, reserve, alloc, retire
    frame: int  # number of the frame behind it
    what: str  # the function, of an allocation who asked
    node: int = 0
    start: int = 0  # pages [start, end) whose bits it changes
    end: int = 0
    bitmap: tuple[int, int] = (0, 0)  # pages of the bitmap that begins
    size: int = 0
    align: int = 0
    goal: int = 0
    limit: int = 0
    place: Place | None = None  # None: no memory
    released: int = 0
    name: str = ""  # of a reservation: that of the ledger's entry

    def words(self) -> int:
        """Words of the bitmap from where the search began to the end of what it found; for one that
        goes on in the last page to that page, before which there was no place."""
        if not self.place:
            return 0
        at = self.place
        end = at.last_pos[0] if at.merged else self.end - at.min_pfn
        return (end - 1) // WORD_BITS - at.search // WORD_BITS + 1 if end > at.search else 0


def _alloc(frame: int, found: re.Match[str]) -> Call:
    who = found[1]
    size, align, goal, limit = (int(found[i], 16) for i in range(2, 6))
    if found[8] is None:
        return Call("alloc", frame, who, size=size, align=align, goal=goal, limit=limit)
    address = int(found[8], 16)
    search, *last = (int(found[i], 16) for i in (9, 11, 12, 13, 14))
    place = Place(int(found[7], 16), address, search, found[10] == "1", (last[0], last[1]),
                  (last[2], last[3]))
    return Call("alloc", frame, who, int(found[6]), address // PAGE, -(-(address + size) // PAGE),
                size=size, align=align, goal=goal, limit=limit, place=place)


def _call(frame: int, line: str) -> Call | None:
    """The call that a line is about; None if there is none that is known."""
    if found := BEGIN.fullmatch(line):
        node, (start, bitmap, end, size) = int(found[1]), (int(found[i], 16) for i in range(2, 6))
        return Call("begin", frame, "init_bootmem_node", node, start, end,
                    bitmap=(bitmap, bitmap - -size // PAGE))
    if found := RANGE.fullmatch(line):
        kind = "free" if found[1].startswith("free") else "reserve"
        return Call(kind, frame, found[1], int(found[2]), int(found[3], 16), int(found[4], 16))
    if found := RETIRE.fullmatch(line):
        return Call("retire", frame, "free_all_bootmem", int(found[1]), released=int(found[2], 16))
    found = ALLOC.fullmatch(line)
    return _alloc(frame, found) if found else None


def _named(call: Call, film: Film) -> Call:
    """With the name of the entry of the ledger that is just these pages, if there is one."""
    ledger = film.frames[call.frame].ledger if call.frame < len(film.frames) else []
    names = [region.what for region in ledger if (call.start, call.end) == (
        region.start // PAGE, -(-region.end // PAGE))]
    return dataclasses.replace(call, name=names[0]) if call.kind == "reserve" and names else call


def calls_of(film: Film) -> list[Call]:
    """All of a film, in their order. What is wrong with a line is a complaint of the film's."""
    calls: list[Call] = []
    for frame, line in film.bootmem:
        call, double = _call(frame, line), DOUBLE.fullmatch(line)
        if call:
            calls.append(_named(call, film))
        elif double and double[1] == "refused" and calls:
            calls.pop()  # that reservation was not made
        elif not double:
            film.complaints.append(f"a line of bootmem_debug is left out: {line}")
    return calls


class Bits:
    """The state of each page that has a bit: free, reserved or used, by the letters of the
    monitor's `bitmap`."""

    def __init__(self) -> None:
        self.states: dict[int, str] = {}
        self.bitmaps: list[range] = []

    def apply(self, call: Call) -> None:
        if call.kind == "begin":
            self.bitmaps.append(range(*call.bitmap))
        for pfn in range(call.start, call.end):
            before = self.states.get(pfn)
            self.states[pfn] = {"begin": "r", "free": ".", "alloc": "U",
                                "reserve": "r" if before == "." else before or "r"}[call.kind]
        for pages in self.bitmaps if call.kind == "free" else []:
            self.states.update((pfn, "r") for pfn in pages if self.states.get(pfn) == ".")

    def count(self) -> dict[str, int]:
        letters = list(self.states.values())
        return {letter: letters.count(letter) for letter in ".rU"}


# ---- The page

HERE = pathlib.Path(__file__).resolve().parent
MIN_SIZE = 1 << 10

esc = html.escape


def bytes_text(count: int) -> str:
    """A round number of units, else bytes: what was asked for is to be seen exactly."""
    for unit, shift in (("MiB", 20), ("KiB", 10)):
        if count >= MIN_SIZE and count % (1 << shift) == 0:
            return f"{count >> shift} {unit}"
    return f"{count} bytes"


def request_text(call: Call) -> str:
    """What an allocation asks for."""
    goal = f", from {bytes_text(call.goal)} on" if call.goal else ""
    limit = f", below {call.limit:#x}" if call.limit else ""
    return f"{bytes_text(call.size)}, aligned to {bytes_text(call.align)}{goal}{limit}"


def search_text(call: Call) -> str:
    """How an allocation came to its place."""
    at, words = call.place, call.words()
    if not at:
        return "There is none."
    looked = f"{words} word{'s' if words > 1 else ''} of the bitmap"
    if at.merged:
        why = (f"{looked} hold no place before it" if words else
               "the hint knows that no page before it is free")
        return (f"It goes on in page {at.min_pfn + at.last_pos[0]:#x}, behind byte "
                f"{at.last_offset[0]:#x}, where the last allocation ended: {why}.")
    vain = "Nothing from the goal on; then the" if call.goal > at.address else "The"
    hint = (" (the hint: no page before it is free)"
            if at.min_pfn + at.search > max(-(-call.goal // PAGE), at.min_pfn)
            and call.goal <= at.address else "")
    return (f"{vain} search begins at page {at.min_pfn + at.search:#x}{hint}, and the first fit is "
            f"page {call.start:#x}: {looked}.")


def sentence(call: Call) -> str:
    """What a call does."""
    pages = call.end - call.start
    where = f"pages {call.start:#x} to {call.end - 1:#x}" if pages > 1 else f"page {call.start:#x}"
    return {
        "begin": f"Node {call.node} gets a bitmap: a bit for {pages} pages, all of them reserved.",
        "free": f"{where.capitalize()}: RAM, or no longer needed. The bits are cleared.",
        "reserve": f"{where.capitalize()}: {call.name or 'not to be handed out'}. The bits are "
                   "set.",
        "alloc": f"{call.what} asks for {request_text(call)}. {search_text(call)}",
        "retire": f"Node {call.node}: {call.released} pages go to the buddy allocator, those whose "
                  "bits are clear and then those of the bitmap. Bootmem is retired.",
    }[call.kind]


def title_of(call: Call) -> str:
    return call.what + ("" if call.kind == "alloc" else "()")


def facts_of(call: Call) -> list[str]:
    """The columns of the table: what it is about, last_pos, last_offset."""
    at = call.place
    if not at:
        pages = f"{call.start:#x}-{call.end - 1:#x}" if call.end else ""
        return ["no memory" if call.kind == "alloc" else pages, "", "", "", ""]
    return [f"{at.address:#x}", f"{at.min_pfn + at.search:#x}", "yes" if at.merged else "no",
            " → ".join(f"{index:#x}" for index in at.last_pos),
            " → ".join(f"{offset:#x}" for offset in at.last_offset)]


def groups(calls: list[Call]) -> list[tuple[int, int]]:
    """First and last of those that follow each other and ask for the same, or do the same."""
    def key(call: Call) -> tuple[str, str, str, int]:
        return call.kind, call.what, call.name, call.size

    found: list[tuple[int, int]] = []
    for index, call in enumerate(calls):
        first = found[-1][0] if found else index
        same = calls[first]
        if found and key(call) == key(same):
            found[-1] = (first, index)
        else:
            found.append((index, index))
    return found


def row(calls: list[Call], first: int, last: int) -> str:
    call = calls[last]
    count = f" ×{last - first + 1}" if last > first else ""
    asked = bytes_text(call.size) if call.kind == "alloc" else esc(call.name)
    cells = "".join(f'<td class="mono">{text}</td>' for text in [asked, *facts_of(call)])
    return (f'<tr data-call="{first}"><td class="n"><a href="#bootmem">{first + 1}</a></td>'
            f'<td class="mono">{esc(title_of(call))}{count}</td>{cells}</tr>')


SECTION = """<section id="bootmem"><h2>The boot allocator, call by call</h2>
<p class="soft">A bit a page, first fit from a goal on, and small requests that go on in the page
where the last one ended (last_pos, last_offset): all calls of bootmem's time, {count} of them.</p>
<div id="calls" hidden>
<div class="call-controls"><button id="call-play" type="button">▶ Play</button>
<button id="call-back" type="button" title="one call back">◀</button>
<button id="call-on" type="button" title="one call on">▶</button>
<input id="call" type="range" min="0" max="{last}" value="0" aria-label="call of bootmem">
<span id="call-counter" class="soft"></span></div>
<h3 id="call-name"></h3><p id="call-sentence" aria-live="polite"></p>
<svg class="picture" id="call-bits" role="img" aria-label="bootmem's bits"
	preserveAspectRatio="none"></svg><p class="soft"><small id="call-scale"></small></p>
<svg id="call-close" role="img" aria-label="the bits around this call, a page each"></svg>
<p class="soft"><small id="call-rows"></small></p>
<ul class="keys"><li><i style="--c:var(--free)"></i>free: a zero</li>
<li><i style="--c:var(--K)"></i>reserved: a one, the ledger's, or never RAM</li>
<li><i style="--c:var(--B)"></i>used: a one, handed out</li>
<li><i style="--c:var(--o7)"></i>some of the cell's pages are free</li>
<li><i style="--c:var(--accent)"></i>framed: changed by this call</li>
<li>▲ where the search began</li>
<li>the page of last_pos is filled as far as last_offset says</li></ul>
</div>
<div class="wide"><table class="list"><caption>All calls; of equals the last one's values</caption>
<thead><tr><th class="n">call</th><th>who</th><th>asks for, or what it is</th>
<th>pages, address</th><th>search from page</th><th>merged</th><th>last_pos</th>
<th>last_offset</th></tr></thead>
<tbody>{rows}</tbody></table></div></section>"""


def section(calls: list[Call]) -> str:
    """The part of the page; nothing if the log has no calls."""
    if not calls:
        return ""
    rows = "".join(row(calls, first, last) for first, last in groups(calls))
    return SECTION.format(count=len(calls), last=len(calls) - 1, rows=rows)


def call_data(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": call.kind, "pages": [call.start, call.end],
                             "title": title_of(call), "text": sentence(call)}
    if call.kind == "begin":
        found["bitmap"] = call.bitmap
    if call.place:
        at = call.place
        found |= {"from": at.min_pfn + at.search, "last": at.min_pfn + at.last_pos[1],
                  "offset": at.last_offset[1],
                  "facts": f"last_pos {at.last_pos[0]:#x} → {at.last_pos[1]:#x}, last_offset "
                           f"{at.last_offset[0]:#x} → {at.last_offset[1]:#x}"}
    return found


def script(calls: list[Call]) -> str:
    """What draws the calls, with their data; nothing if there are none."""
    if not calls:
        return ""
    data = json.dumps([call_data(call) for call in calls], separators=(",", ":"))
    data = data.replace("<", "\\u003c")
    code = (HERE / "bootmem.js").read_text(encoding="utf-8")
    return (f'<script type="application/json" id="call-data">{data}</script>\n'
            f'<script type="module">\n{code}</script>')


def css() -> str:
    return (HERE / "bootmem.css").read_text(encoding="utf-8")
