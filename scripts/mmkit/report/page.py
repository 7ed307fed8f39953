# SPDX-License-Identifier: 0BSD
"""Films (films.py) as one HTML page: page.html filled in, with page.css, picture.js and page.js.

The page is complete without its script, but for letters and single pages, as of one frame of the
boot, the poster. The picture of each frame is an SVG symbol of horizontal strokes, one path for
each state; its colours come from the style sheet. The script gets all frames as JSON; what a frame
is there says the head of page.js. All sections below the sheets are about the first film, the boot.
"""

import dataclasses
import html
import json
import pathlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from mmkit import numa
from mmkit.report import bootmem
from mmkit.report import film as log_film
from mmkit.report.film import (NR_ORDERS, PAGE, ROW_CELLS, Cache, Frame, Picture, Region,
                               Zone)
from mmkit.report.films import BOOT, Film
from mmkit.report.states import OF_MAP, STATES, State, ramp_of

HERE = pathlib.Path(__file__).resolve().parent
Span = tuple[str, int, int]  # phase, first and last frame
Band = tuple[int, int]  # first and last point

MIB, GIB = 1 << 20, 1 << 30


# What a page block is for: letter -> name, colour.
TYPES = {"U": ("unmovable", "--K"), "E": ("reclaimable", "--B"), "M": ("movable", "--o3"),
         "R": ("reserve", "--S"), "I": ("isolated", "--X")}

# Where the boot is in a frame: name of the frame -> phase, title, what happens.
PHASES = {
    "firmware": (
        "map", "The firmware's map",
        "The loader hands over the firmware's list of address ranges. Sorted and without "
        "overlaps it says which memory exists; nothing is handed out yet."),
    "user": (
        "map", "The user's map",
        "The options mem= and memmap= have cut ranges off or added some."),
    "ledger": (
        "map", "The ledger",
        "Before anything may be handed out, the kernel writes down what lies in memory already: "
        "its own image, page 0, the loader's modules, the BIOS's data."),
    "bootmem-start": (
        "bootmem", "A bitmap of ones",
        "The boot allocator has a bit for each page of lowmem. At first every page counts as "
        "taken: to forget a range may waste memory, never corrupt it."),
    "bootmem-ram": (
        "bootmem", "RAM is freed",
        "Each usable range of the map clears its bits, rounded inwards to whole pages."),
    "bootmem-ledger": (
        "bootmem", "The ledger is taken out",
        "What the ledger names gets its bits back, entry by entry. After the last one "
        "alloc_bootmem() hands out memory, first fit."),
    "paging": (
        "bootmem", "Page tables",
        "Lowmem is mapped for good; the tables for that, and the room for others, are the first "
        "that bootmem hands out."),
    "zones": (
        "bootmem", "mem_map and zones",
        "Every page frame gets its struct page and, by its address, a zone: DMA below 16 MiB, "
        "then Normal, then HighMem. All pages still count as reserved."),
    "buddy": (
        "buddy", "Hand-over",
        "Every page whose bit is zero goes to the buddy allocator, in blocks as large as their "
        "alignment allows; then the bitmap's own pages. Bootmem is retired for good."),
    "slab": (
        "buddy", "Slab",
        "The slab allocator takes its first page from the buddy allocator and cuts it into "
        "objects: from now on kmalloc() works."),
    "init-freed": (
        "buddy", "Boot code is freed",
        "Code and data that only the boot needed go to the free lists."),
    "tests": (
        "buddy", "After the self-tests",
        "Whatever self-tests ran in this boot, everything that they took is back."),
    "trace": (
        "trace", "Trace replay",
        "A recorded load takes and gives back pages, kmalloc() memory and objects of slab "
        "caches: what is taken splits large blocks, what comes back merges with its buddy. The "
        "steady part of what is held is the replay's own table of what is out."),
}

# Phases with more than a frame: the kernel's words say which step it is.
STEPS = ("bootmem-ram", "bootmem-ledger", "trace")

# The colours of nodes; with more of them these come again.
NODE_COLOURS = ("--o3", "--S", "--B", "--X", "--K", "--o7", "--H", "--F")

CURVE_ORDERS = (1, 3, 5, 8, 10)
MAX_CACHES, MAX_USERS = 14, 16

esc = html.escape


def size(count: int) -> str:
    """Bytes for people; page.js does the same."""
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if count >= 1 << shift:
            tenths = (count * 10 + (1 << shift - 1)) >> shift
            return f"{tenths / 10:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} B"


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole if whole else 0:.2f}%"


def share(part: int, whole: int) -> str:
    """The same for people; page.js does the same."""
    return f"{(200 * part + whole) // (2 * whole)} %" if whole else "–"


def number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


# ---- The picture

def runs(row: str) -> list[tuple[int, int, str]]:
    """Start, length and letter of each run of equal cells."""
    return [(m.start(), len(m.group()), m.group()[0]) for m in re.finditer(r"(.)\1*", row)]


def picture_paths(picture: Picture, states: dict[str, State] | None = None) -> str:
    """A path for each state; holes are left open, the background shows there. What the last row
    lacks is no hole."""
    strokes: dict[str, list[str]] = {}
    rows = picture.rows
    for y, row in enumerate(rows):
        for x, length, letter in runs(row):
            if letter != "-":
                name = (states or OF_MAP)[letter].css
                strokes.setdefault(name, []).append(f"M{x} {y}.5h{length}")
    if len(rows[-1]) < picture.columns:
        last = len(rows[-1])
        strokes["end"] = [f"M{last} {len(rows) - 1}.5h{picture.columns - last}"]
    return "".join(f'<path class="{name}" d="{"".join(strokes[name])}"/>'
                   for name in sorted(strokes))


def block_columns(types: str) -> int:
    return min(len(types), ROW_CELLS)


def block_paths(types: str) -> str:
    """A path for each type of page block; page.js does the same."""
    strokes: dict[str, list[str]] = {}
    for y, at in enumerate(range(0, len(types), ROW_CELLS)):
        for x, length, letter in runs(types[at:at + ROW_CELLS]):
            if letter in TYPES:
                strokes.setdefault(letter, []).append(f"M{x} {y}.5h{length}")
    return "".join(f'<path class="t{letter}" d="{"".join(strokes[letter])}"/>'
                   for letter in TYPES if letter in strokes)


BLOCKS = """<h3>Page blocks by migrate type</h3>
<svg class="picture" id="blocks" role="img" aria-label="page blocks by migrate type"
	viewBox="0 0 {columns} {rows}" preserveAspectRatio="none"
	style="height:{height}px">{paths}</svg>
{keys}"""


def blocks_html(frames: list[Frame], shown: int) -> str:
    """Of the machine's blocks of 4 MiB, what each is for. Nothing if no frame knows that."""
    most = max((frame.types for frame in frames), key=len)
    if not most:
        return ""
    types, rows = frames[shown].types, -(-len(most) // ROW_CELLS)
    used = {letter for frame in frames for letter in frame.types}
    pairs = [(letter, *look) for letter, look in TYPES.items() if letter in used]
    legend = keys([(name, colour) for _, name, colour in pairs],
                  [str(types.count(letter)) for letter, *_ in pairs])
    return BLOCKS.format(columns=block_columns(most), rows=rows, height=max(18, 12 * rows),
                         paths=block_paths(types), keys=legend)


def symbol_name(key: str, index: int) -> str:
    return f"f{index}" if key == BOOT[0] else f"{key}-f{index}"


def symbol(name: str, picture: Picture, states: dict[str, State]) -> str:
    return (f'<symbol id="{name}" viewBox="0 0 {picture.columns} {len(picture.rows)}" '
            f'preserveAspectRatio="none">{picture_paths(picture, states)}</symbol>')


def grid_lines(rows: int) -> str:
    return ("".join(f"M{x} 0v{rows}" for x in range(1, ROW_CELLS)) +
            "".join(f"M0 {y}h{ROW_CELLS}" for y in range(1, rows)))


def axis(picture: Picture) -> str:
    step = picture.per * ROW_CELLS * PAGE
    labels = ("" if row % 4 else size(picture.start * PAGE + row * step)
              for row in range(len(picture.rows)))
    return "".join(f"<span>{label}</span>" for label in labels)


def node_ranges(log: list[str]) -> list[numa.NodeRange]:
    """The page ranges of nodes by the boot's own lines; nothing where there is one node only."""
    ranges = numa.early_ranges("\n".join(log))
    return ranges if len(numa.by_node(ranges)) > 1 else []


def node_colour(nid: int) -> str:
    return NODE_COLOURS[nid % len(NODE_COLOURS)]


def node_bands(ranges: list[numa.NodeRange], picture: Picture) -> str:
    """Whose memory the rows beside them show: a band for each range of a node."""
    return "".join(
        f'<i data-node="{nid}" style="top:{percent(start - picture.start, picture.room)};'
        f'height:{percent(end - start, picture.room)};--c:var({node_colour(nid)})" '
        f'title="node {nid}: pfn {start:#x} to {end - 1:#x}"></i>' for start, end, nid in ranges)


def scale_note(picture: Picture) -> str:
    pages = "a page" if picture.per == 1 else f"{picture.per} pages"
    cell = picture.per * PAGE
    return (f"A cell is {pages}, {size(cell)}; a row {size(cell * ROW_CELLS)}. "
            "Point at a cell to see what it is, click to see its pages.")


def pages_by_state(picture: Picture) -> dict[str, int]:
    """Exact where the legend of `map` says so, else as the cells show it."""
    counts = dict(picture.pages)
    for letter in picture.cells if not counts else "":
        letter = letter if letter in STATES else "0"
        counts[letter] = counts.get(letter, 0) + picture.per
    return counts


# ---- Frames

def phase_of(frame: Frame) -> tuple[str, str, str]:
    """Phase, title and sentence of a frame; one that is not in the list speaks for itself."""
    title = frame.title or frame.name.replace("-", " ").capitalize()
    return PHASES.get(frame.name, ("boot", title, frame.text))


def words_of(frame: Frame) -> str:
    """What the kernel says of a frame, unless our own title and sentence say it already."""
    return "" if frame.name in PHASES and frame.name not in STEPS else frame.words


def short_words(frame: Frame) -> str:
    """Which step of its phase; a sentence is too long beside a small picture."""
    found = re.search(r"event \d+( of \d+)?", frame.words)
    return found.group(0) if found else frame.words if frame.name in STEPS else ""


def frame_label(frame: Frame) -> str:
    return f"{phase_of(frame)[1]} {short_words(frame)}".strip()


def curve_values(frame: Frame) -> list[str]:
    if not frame.free_blocks:
        return []
    taken = pages_by_state(frame.picture)
    return [number(taken.get("H", 0)), number(taken.get("S", 0)), number(frame.free_pages),
            *(f"{frame.unusable(order) or 0:.3f}" for order in CURVE_ORDERS)]


class Lists:
    """Lists of names for ranges of pages; most frames share theirs, and a list is kept once."""

    def __init__(self) -> None:
        self.all: list[list[tuple[int, int, str]]] = []

    def number(self, regions: Sequence[Region], name_of: Callable[[str], str]) -> int:
        pages = [(region.start // PAGE, (region.end - 1) // PAGE, name_of(region.what))
                 for region in regions]
        if pages not in self.all:
            self.all.append(pages)
        return self.all.index(pages)

    def of_frame(self, frame: Frame) -> list[int]:
        """Who has a page, by the ledger, bootmem's record, the firmware's map, and the caches."""
        firmware = [region for region in frame.e820 if region.what != "usable"]
        named: Sequence[tuple[list[Region], Callable[[str], str]]] = (
            (frame.ledger, shown_name), (frame.bootmem, "{} (bootmem)".format),
            (firmware, str), (frame.slabs, "cache {}".format))
        return [self.number(regions, name_of) for regions, name_of in named]


def picture_data(frame: Frame) -> dict[str, Any]:
    return {"start": frame.picture.start, "per": frame.picture.per,
            "columns": frame.picture.columns, "cells": frame.picture.cells,
            "runs": ",".join(f"{letter}{pages}" for pages, letter in frame.runs)}


def frame_data(frame: Frame, lists: Lists) -> dict[str, Any]:
    """A frame as the head of page.js has it."""
    _, title, sentence = phase_of(frame)
    return {
        "title": title, "words": words_of(frame), "text": sentence, "label": frame_label(frame),
        "picture": picture_data(frame), "rows": frame.rows, "pages": pages_by_state(frame.picture),
        "names": lists.of_frame(frame), "types": frame.types, "blockPages": frame.block_pages,
        "zones": [(zone.name, zone.start_pfn, zone.start_pfn + zone.spanned)
                  for zone in frame.zones if zone.spanned],
    }


def boot_frame_data(frame: Frame, lists: Lists) -> dict[str, Any]:
    return {
        **frame_data(frame, lists), "free": frame.free_blocks,
        "index": [index_text(frame, order) for order in range(NR_ORDERS)],
        "caches": {cache.name: [cache.active, cache.used_bytes, cache.slab_bytes]
                   for cache in frame.caches if cache.slabs},
        "values": curve_values(frame),
    }


def poster_of(frames: list[Frame]) -> int:
    """The frame in which most is taken by slab caches and holders; the last one of equals."""
    def taken(index: int) -> tuple[int, int]:
        pages = pages_by_state(frames[index].picture)
        return pages.get("S", 0) + pages.get("H", 0), index
    return max(range(len(frames)), key=taken)


def phase_spans(frames: list[Frame]) -> list[Span]:
    """(phase, first, last) of runs of frames of one phase."""
    spans: list[Span] = []
    for index, frame in enumerate(frames):
        phase, first = phase_of(frame)[0], index
        if spans and spans[-1][0] == phase:
            first = spans.pop()[1]
        spans.append((phase, first, index))
    return spans


def phases_html(frames: list[Frame], shown: int) -> str:
    return "".join(
        f'<span style="flex-grow:{last - first + 1}" data-first="{first}" data-last="{last}" '
        f'class="{"now" if first <= shown <= last else ""}" title="{esc(phase)}">'
        f"{esc(phase)}</span>"
        for phase, first, last in phase_spans(frames))


def sheet_html(film: Film, shown: int) -> str:
    link = "" if film.key == BOOT[0] else f"{film.key}-"
    return "".join(
        f'<a href="#{link}frame-{i + 1}" class="{"now" if i == shown else ""}">'
        f'<svg class="picture" viewBox="0 0 {frame.picture.columns} {len(frame.picture.rows)}" '
        f'preserveAspectRatio="none" aria-hidden="true"><use href="#{symbol_name(film.key, i)}"/>'
        f'</svg><b>{i + 1} {esc(phase_of(frame)[1])}</b>{esc(short_words(frame))}</a>'
        for i, frame in enumerate(film.frames))


def sheets_html(films: Sequence[Film], shown: int) -> str:
    """Of each film all pictures; with the script only those of the one that is chosen."""
    return "".join(
        f'<div id="film-{film.key}">' + (f"<h3>{esc(film.name)}</h3>" if len(films) > 1 else "") +
        f'<div class="sheet" id="sheet-{film.key}">'
        f'{sheet_html(film, shown if film is films[0] else -1)}</div></div>' for film in films)


def chooser_html(films: Sequence[Film]) -> str:
    """Nothing to choose where there is one film."""
    if len(films) == 1:
        return '<p id="about" hidden></p>'
    buttons = "".join(
        f'<button type="button" aria-pressed="{str(film is films[0]).lower()}" '
        f'title="{esc(film.about)}">{esc(film.name)}</button>' for film in films)
    return (f'<div class="films" role="group" aria-label="films">{buttons}'
            '<p id="about" class="soft"></p></div>')


# ---- Legend and free lists

def swatch(letter: str, colour: str, more: str = "") -> str:
    """`more` is a class; that of a state has the ink for its letter."""
    return (f'<span class="swatch {more}" style="--c:var({colour})" aria-hidden="true">'
            f"{letter}</span>")


def legend_html(film: Film, shown: int) -> str:
    """The states of a film; free blocks of all orders are one. `shown` is -1 if none is."""
    counts = pages_by_state(film.frames[max(shown, 0)].picture)
    used = {letter for frame in film.frames for letter in frame.picture.cells}
    items = [(letter, swatch(letter, state.colour, state.css or "hatched"), state)
             for letter, state in film.states.items() if letter in used and state.order is None]
    letters = ramp_of(film.states)
    if used & set(letters):
        ramp = "".join(swatch(letter, film.states[letter].colour, film.states[letter].css)
                       for letter in letters)
        free = State("", "", "free, by order", "in a free block of 2^order pages, up to order 10")
        before = [letter for letter, *_ in items].index(".") if "." in used else len(items)
        items.insert(before, ("0", f'<span class="ramp">{ramp}</span>', free))
    return (f'<ul class="legend" id="legend-{film.key}"{"" if shown >= 0 else " hidden"}>' +
            "".join(legend_item(*item, counts.get(item[0], 0)) for item in items) + "</ul>")


def legend_item(letter: str, sample: str, state: State, pages: int) -> str:
    tail = size(pages * PAGE) if pages else "–"
    wide = ' style="grid-template-columns:132px 1fr auto"' if "ramp" in sample else ""
    return (f'<li data-state="{letter}" class="{"" if pages else "none"}" '
            f'title="{esc(state.meaning)}"{wide}>{sample}<span>{esc(state.name)}</span>'
            f"<b>{tail}</b></li>")


def zone_names(frames: list[Frame]) -> list[str]:
    names = []
    for frame in frames:
        names += [name for name in frame.free_blocks if name not in names]
    return names


INDEX = ("of free memory, in blocks too small for this order; (index) if a request fails: "
         "0 there is too little, 1 it is in pieces")


def order_cell(zone: str, order: int, blocks: list[int] | None) -> str:
    free = sum(count << o for o, count in enumerate(blocks)) if blocks else 0
    count = blocks[order] if blocks else 0
    return (f'<td data-zone="{esc(zone)}" data-order="{order}"><span class="cellbar">'
            f'<i style="width:{percent(count << order, free)};--c:var(--o{order})"></i>'
            f'<b>{count if blocks else "–"}</b></span></td>')


def index_text(frame: Frame, order: int) -> str:
    """The share of free memory that no request of this order can use; and if such a request fails,
    its fragmentation index."""
    unusable, cause = frame.unusable(order), frame.fragmentation(order)
    if unusable is None:
        return "–"
    return f"{100 * unusable:.0f} %" + ("" if cause is None else f" ({cause:.2f})")


def orders_html(frames: list[Frame], shown: int) -> str:
    zones, blocks = zone_names(frames), frames[shown].free_blocks
    head = "".join(f"<th>{esc(zone)}</th>" for zone in zones) + f'<th title="{INDEX}">unusable</th>'
    index = [index_text(frames[shown], order) for order in range(NR_ORDERS)]
    rows = (f'<tr><th>{order} <small>{size(PAGE << order)}</small></th>' +
            "".join(order_cell(zone, order, blocks.get(zone)) for zone in zones) +
            f'<td class="index">{index[order]}</td></tr>' for order in range(NR_ORDERS))
    return (f"<caption></caption><thead><tr><th>free blocks</th>{head}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody>" if zones else "")


# ---- Curves

@dataclasses.dataclass
class Scale:
    """From values to a square of 1000 by 1000."""
    low: float
    high: float
    count: int

    def x(self, index: float) -> float:
        return round(1000 * index / max(self.count - 1, 1), 1)

    def y(self, value: float) -> float:
        return round(1000 - 1000 * (value - self.low) / ((self.high - self.low) or 1), 1)

    def points(self, values: Sequence[float]) -> str:
        return "L".join(f"{self.x(i)} {self.y(value)}" for i, value in enumerate(values))


def nice_ceiling(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten."""
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value > 0:
        power /= 10
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)


def chart(scale: Scale, body: str, ticks: Sequence[tuple[float, str]], band: Band | None) -> str:
    grid = "".join(f'<line class="grid" x1="0" x2="1000" y1="{scale.y(t)}" y2="{scale.y(t)}"/>'
                   for t, _ in ticks)
    labels = "".join(f'<span class="tick" style="top:{scale.y(t) / 10}%">{label}</span>'
                     for t, label in ticks)
    shade = names = ""
    if band:
        left, right = scale.x(band[0]), scale.x(band[1])
        shade = f'<rect class="band" x="{left}" width="{right - left}" y="0" height="1000"/>'
        names = f'<span class="name under" style="left:{left / 10}%">trace replay</span>'
    return (f'<div class="chart"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none" '
            f'aria-hidden="true">{shade}{grid}{body}</svg>{labels}{names}'
            f'<i class="cursor"></i></div>')


def line(scale: Scale, values: Sequence[float], colour: str) -> str:
    return f'<path style="stroke:var({colour})" d="M{scale.points(values)}"/>'


def area(scale: Scale, lower: Sequence[float], upper: Sequence[float], colour: str) -> str:
    back = "L".join(f"{scale.x(i)} {scale.y(v)}" for i, v in reversed(list(enumerate(lower))))
    return f'<path class="area" style="--c:var({colour})" d="M{scale.points(upper)}L{back}Z"/>'


def keys(pairs: Sequence[tuple[str, str]], values: Sequence[str] = ()) -> str:
    """What the colours mean; with values, those of the frame shown."""
    outputs = [f" <output>{value}</output>" for value in values] or [""] * len(pairs)
    items = "".join(f'<li><i style="--c:var({colour})"></i>{esc(name)}{output}</li>'
                    for (name, colour), output in zip(pairs, outputs))
    return f'<ul class="keys">{items}</ul>'


def used_chart(frames: list[Frame], band: Band | None, values: Sequence[str]) -> str:
    taken = [pages_by_state(frame.picture) for frame in frames]
    slab = [counts.get("S", 0) for counts in taken]
    both = [low + counts.get("H", 0) for low, counts in zip(slab, taken)]
    top = nice_ceiling(max(both + [1]))
    scale = Scale(0, top, len(frames))
    body = area(scale, [0] * len(slab), slab, "--S") + area(scale, slab, both, "--H")
    ticks = [(share * top, f"{share * top:g}") for share in (0, 0.5, 1)]
    return keys((("held", "--H"), ("slab", "--S")), values) + chart(scale, body, ticks, band)


def free_chart(frames: list[Frame], band: Band | None, values: Sequence[str]) -> str:
    pages = [frame.free_pages for frame in frames]
    low, high = min(pages), max(pages)
    margin = max((high - low) // 8, 1)
    scale = Scale(low - margin, high + margin, len(frames))
    ticks = [(low, number(low)), (high, number(high))] if low != high else [(low, number(low))]
    return keys((("free", "--o3"),), values) + chart(scale, line(scale, pages, "--o3"), ticks, band)


def index_chart(frames: list[Frame], band: Band | None, values: Sequence[str]) -> str:
    curves = {order: [frame.unusable(order) or 0 for frame in frames] for order in CURVE_ORDERS}
    top = min(nice_ceiling(max(max(curve) for curve in curves.values())), 1) or 1
    scale = Scale(0, top, len(frames))
    colours = dict(zip(CURVE_ORDERS, ("--o5", "--o2", "--K", "--X", "--B")))
    body = "".join(line(scale, curve, colours[order]) for order, curve in curves.items())
    ticks = [(share * top, f"{share * top:.3g}") for share in (0, 0.5, 1)]
    pairs = [(f"order {order}", colours[order]) for order in CURVE_ORDERS]
    return keys(pairs, values) + chart(scale, body, ticks, band)


CURVES = """<section id="curves"><h2>Over time</h2>
<p class="soft">From the hand-over to the buddy allocator on, a point for each frame. The upright
line is the frame shown above; a click goes to another.</p>
<div class="charts">
<div><h3>Pages taken</h3>{0}</div>
<div><h3>Free pages</h3>{1}</div>
<div><h3>Unusable free space index</h3>{2}</div>
</div>
<p class="soft"><small>The index is Gorman's measure of external fragmentation, here over all
zones: with F free pages and k<sub>i</sub> free blocks of order i, that of order j is
(F − Σ<sub>i≥j</sub> 2<sup>i</sup> k<sub>i</sub>) / F, the share of free memory in blocks too
small for a request of order j: 0 is none of it, 1 all.</small></p></section>"""


def curves_html(frames: list[Frame], shown: int) -> str:
    first = first_free_list(frames)
    late = [frame for frame in frames[first:] if frame.free_blocks]
    if len(late) < 2:
        return ""
    trace = [i for i, frame in enumerate(late) if phase_of(frame)[0] == "trace"]
    band = (trace[0], trace[-1]) if trace else None
    values = curve_values(frames[shown]) or [""] * (3 + len(CURVE_ORDERS))
    return CURVES.format(used_chart(late, band, values[:2]), free_chart(late, band, values[2:3]),
                         index_chart(late, band, values[3:]))


def first_free_list(frames: list[Frame]) -> int:
    """The frame in which the buddy allocator begins."""
    return next((i for i, frame in enumerate(frames) if frame.free_blocks), len(frames))


# ---- Firmware and zones

def region_colour(what: str) -> str:
    return {"usable": "--free", "unusable": "--X"}.get(what, "--F")


def ledger_colour(_: str) -> str:
    return "--K"


def shown_name(what: str) -> str:
    """A loader's name of a module is a path of one machine, and cut."""
    return "boot module" if what.startswith("module ") else what


def ram_end(regions: list[Region]) -> int:
    """The end of RAM, rounded up so that the marks on the scale are round numbers."""
    end = max((region.end for region in regions if region.what == "usable"), default=MIB)
    step = 4 * MIB
    while step * 16 < end:
        step *= 2
    return -(-end // step) * step


def bar_parts(regions: list[Region], end: int, name: str,
              colour_of: Callable[[str], str]) -> str:
    return "".join(
        f'<i class="{name}" style="left:{percent(r.start, end)};'
        f'width:{percent(min(r.end, end) - r.start, end)};--c:var({colour_of(r.what)})" '
        f'title="{esc(shown_name(r.what))}: {r.start:#x} to {r.end:#x}"></i>'
        for r in regions if r.start < end)


def scale_bar(regions: list[Region], ledger: list[Region], end: int) -> str:
    parts = (bar_parts(regions, end, "region", region_colour) +
             bar_parts(ledger, end, "reserved", ledger_colour))
    marks = "".join(f'<span style="left:{percent(n, 4)}">{size(end * n // 4)}</span>'
                    for n in range(5))
    return f'<div class="scale hatched">{parts}</div><div class="ruler">{marks}</div>'


REGIONS = """<div class="wide"><table class="list"><caption>{0}</caption>
<thead><tr><th>what</th><th>from</th><th>up to</th><th class="n">size</th></tr></thead>
<tbody>{1}</tbody></table></div>"""


def region_table(title: str, regions: list[Region], colour_of: Callable[[str], str]) -> str:
    rows = "".join(
        f'<tr><td>{swatch("", colour_of(r.what))}{esc(shown_name(r.what))}</td>'
        f'<td class="mono">{r.start:#010x}</td><td class="mono">{r.end:#010x}</td>'
        f'<td class="n">{size(r.size)}</td></tr>' for r in sorted(regions, key=lambda r: r.start))
    return REGIONS.format(title, rows)


def latest(frames: list[Frame], field: str) -> list[Any]:
    """The field of the last frame that has it."""
    return next((getattr(frame, field) for frame in reversed(frames) if getattr(frame, field)), [])


def firmware_html(frames: list[Frame]) -> str:
    regions, ledger = latest(frames, "e820"), latest(frames, "ledger")
    if not regions:
        return "<p>No frame has the map.</p>"
    end = ram_end(regions)
    beyond = sum(region.end > end for region in regions)
    note = f" Entries that lie beyond the end of memory: {beyond}." if beyond else ""
    note += " What lies above 4 GiB is left out by the kernel." if end > 4 * GIB else ""
    bars = (f"<h3>Up to the end of memory</h3>{scale_bar(regions, ledger, end)}"
            f"<h3>The first MiB</h3>{scale_bar(regions, ledger, MIB)}")
    return ('<p class="soft"><small>Light: usable. Grey: reserved. Hatched: no entry. The '
            f'dark strip below: the ledger.{note}</small></p>{bars}<div class="tables">'
            f'{region_table("Memory map", regions, region_colour)}'
            f'{region_table("Ledger", ledger, ledger_colour)}</div>')


ZONE = """<div class="zone"><div><b>{name}</b><small>from pfn {start}</small></div><div>
<div class="scale thin" title="spanned"><i style="{left}width:{spanned};--c:var(--F)"></i></div>
<div class="scale thin" title="present"><i style="{left}width:{present};--c:var(--o7)"></i></div>
<div class="scale thin" title="managed"><i style="{left}width:{managed};--c:var(--o2)"></i></div>
<small>{text}</small></div></div>"""


ZONES = """<section id="zones"><h2>Zones</h2><p class="soft">Where a page lies decides what it is
good for: DMA for old devices, Normal is mapped for good, HighMem is mapped when needed. All on one
scale, each bar from where its zone begins.</p>{0}{1}</section>"""


def zone_html(zone: Zone, end: int) -> str:
    counts = {"spanned": zone.spanned, "present": zone.present, "managed": zone.managed}
    text = ", ".join(f"{name} {number(value)} pages ({size(value * PAGE)})"
                     for name, value in counts.items())
    return ZONE.format(name=esc(zone.name), start=number(zone.start_pfn), text=text,
                       left=f"left:{percent(zone.start_pfn, end)};",
                       spanned=percent(zone.spanned, end), present=percent(zone.present, end),
                       managed=percent(zone.managed, end))


NODES = """<section id="nodes"><h2>Nodes</h2><p class="soft">Memory that is near to some processors
and farther from others. All on one scale; the narrow strip beside the picture of memory has the
same colours.</p>{0}</section>"""
NODE = """<div class="zone"><div><b>Node {nid}</b><small>{pages} pages</small></div><div>
<div class="scale thin">{parts}</div><small>{text}</small></div></div>"""


def node_html(nid: int, ranges: list[tuple[int, int]], end: int) -> str:
    parts = "".join(f'<i style="left:{percent(first, end)};width:{percent(last - first, end)};'
                    f'--c:var({node_colour(nid)})"></i>' for first, last in ranges)
    pages = sum(last - first for first, last in ranges)
    text = ", ".join(f"pfn {first:#x} to {last - 1:#x}" for first, last in ranges)
    return NODE.format(nid=nid, pages=number(pages), parts=parts,
                       text=f"{size(pages * PAGE)}: {text}")


def nodes_html(ranges: list[numa.NodeRange]) -> str:
    if not ranges:
        return ""
    end = max(one.end for one in ranges)
    nodes = numa.by_node(ranges)
    return NODES.format("".join(node_html(nid, nodes[nid], end) for nid in sorted(nodes)))


def zones_html(frames: list[Frame]) -> str:
    zones = latest(frames, "zones")
    if not zones:
        return ""
    end = max(zone.start_pfn + zone.spanned for zone in zones)
    legend = keys((("spanned: from its first to its last page, holes included", "--F"),
                   ("present: pages that exist", "--o7"),
                   ("managed: those that the buddy allocator got", "--o2")))
    return ZONES.format(legend, "".join(zone_html(zone, end) for zone in zones))


# ---- Slab

def peaks(frames: list[Frame]) -> dict[str, tuple[Cache, Frame]]:
    """Name -> (cache, frame) of the frame in which the cache held most memory."""
    found: dict[str, tuple[Cache, Frame]] = {}
    for frame in frames:
        for cache in frame.caches:
            if cache.slabs and (cache.name not in found or
                                cache.slab_bytes > found[cache.name][0].slab_bytes):
                found[cache.name] = (cache, frame)
    return dict(sorted(found.items(), key=lambda item: -item[1][0].slab_bytes))


def slab_row(peak: Cache, now: Cache | None, most: int) -> str:
    used, slab = (now.used_bytes, now.slab_bytes) if now else (0, 0)
    values = (now.active if now else 0, size(used), size(slab), share(slab - used, slab))
    cells = "".join(f'<td class="n v{" hide-narrow" if i == 0 else ""}">{value}</td>'
                    for i, value in enumerate(values))
    return (f'<tr data-cache="{esc(peak.name)}"><td class="mono">{esc(peak.name)}</td>'
            f'<td class="n hide-narrow">{peak.size}</td><td class="bar"><div class="pair">'
            f'<i class="slab" style="width:{percent(slab, most)}"></i>'
            f'<i class="used" style="width:{percent(used, most)}"></i></div></td>{cells}</tr>')


SLAB = """<section id="slab"><h2>Slab caches</h2>
<p class="soft">Memory that the largest caches hold and how much of it is objects in use, in frame
<b class="when">{0}</b>. The rest is waste: free objects, the slab's own head, what no object fits
into.</p>{1}<div class="wide"><table class="list"><thead><tr><th>cache</th>
<th class="n hide-narrow">object</th><th class="bar"></th><th class="n hide-narrow">in use</th>
<th class="n">objects</th><th class="n">slabs</th><th class="n">waste</th></tr></thead>
<tbody>{2}</tbody></table></div></section>"""


def slab_most(frames: list[Frame]) -> int:
    return max((cache.slab_bytes for cache, _ in peaks(frames).values()), default=0)


def slab_html(frames: list[Frame], shown: int) -> str:
    top = list(peaks(frames).values())[:MAX_CACHES]
    if not top:
        return ""
    now = {cache.name: cache for cache in frames[shown].caches}
    rows = "".join(slab_row(peak, now.get(peak.name), slab_most(frames)) for peak, _ in top)
    legend = keys((("objects in use", "--S"), ("the slabs that they lie in", "--slabs")))
    return SLAB.format(esc(frame_label(frames[shown])), legend, rows)


# ---- The largest users

@dataclasses.dataclass
class User:
    name: str
    kind: str
    bytes: int
    when: str
    letter: str


def bootmem_users(frames: list[Frame]) -> list[User]:
    callers: dict[str, int] = {}
    for region in latest(frames, "bootmem"):
        callers[region.what] = callers.get(region.what, 0) + region.size
    return [User(name, "boot allocator", total, "the boot", "B")
            for name, total in callers.items()]


def ledger_users(frames: list[Frame]) -> list[User]:
    ledger = latest(frames, "ledger")
    outer = [r for r in ledger if not any(
        o is not r and o.start <= r.start and r.end <= o.end for o in ledger)]
    return [User(shown_name(r.what), "ledger", r.size, "the boot", "K") for r in outer]


def cache_users(frames: list[Frame]) -> list[User]:
    return [User(cache.name, "slab cache", cache.slab_bytes, frame_label(frame), "S")
            for cache, frame in peaks(frames).values()]


def holder_users(frames: list[Frame]) -> list[User]:
    most = max(frames, key=lambda frame: pages_by_state(frame.picture).get("H", 0))
    pages = pages_by_state(most.picture).get("H", 0)
    return [User("pages taken directly", "buddy allocator", pages * PAGE, frame_label(most), "H")]


def user_row(user: User, most: int) -> str:
    colour = STATES[user.letter].colour
    sample = swatch(user.letter, colour, STATES[user.letter].css)
    return (f'<tr><td>{sample}<span class="mono">{esc(user.name)}</span></td>'
            f'<td class="hide-narrow">{user.kind}</td><td class="bar"><div class="pair">'
            f'<i style="width:{percent(user.bytes, most)};background:var({colour})"></i></div></td>'
            f'<td class="n">{size(user.bytes)}</td>'
            f'<td class="hide-narrow">{esc(user.when)}</td></tr>')


def users_html(frames: list[Frame]) -> str:
    users = [user for kind in (bootmem_users, ledger_users, cache_users, holder_users)
             for user in kind(frames) if user.bytes]
    users = sorted(users, key=lambda user: -user.bytes)[:MAX_USERS]
    rows = "".join(user_row(user, users[0].bytes) for user in users)
    return ('<thead><tr><th>who</th><th class="hide-narrow">through</th><th class="bar"></th>'
            '<th class="n">memory</th><th class="hide-narrow">most in</th></tr></thead>'
            f"<tbody>{rows}</tbody>")


# ---- The head

def search(pattern: str, log: list[str]) -> str | None:
    found = re.search(pattern, "\n".join(log), re.MULTILINE)
    return found.group(1).strip() if found else None


def command_line(log: list[str]) -> str:
    """The words of the user's; the loader's file name before them is a path of one machine."""
    words = (search(r"Command line: (.*)$", log) or "").split(" ")
    while words and "/" in words[0] and "=" not in words[0]:
        words.pop(0)
    return " ".join(words)


def facts(film: log_film.Film, machine: str) -> str:
    total = search(r"Memory: \d+K/(\d+)K available", film.log)
    version = search(r"mmkit ([\d.]+), compiled by", film.log)
    compiler = search(r"mmkit [\d.]+, compiled by (.*)$", film.log)
    pairs = (("mmkit", version), ("machine", machine),
             ("memory", size(int(total) * 1024) if total else None),
             ("booted by", search(r"Loaded by (.*)$", film.log)),
             ("compiler", compiler),
             ("command line", command_line(film.log)), ("frames", str(len(film.frames))))
    return "".join(f"<li><span>{name}</span> <b>{esc(value)}</b></li>"
                   for name, value in pairs if value)


def notice(film: log_film.Film) -> str:
    return "".join(f'<p class="notice">{esc(line)}</p>' for line in film.complaints)


# ---- The page

def data(films: Sequence[Film], shown: int) -> str:
    frames, lists = films[0].frames, Lists()
    reels = [{"key": film.key, "name": film.name, "about": film.about,
              "states": {letter: (state.name, state.css, state.order)
                         for letter, state in film.states.items()},
              "poster": shown if film is films[0] else 0,
              "frames": [(boot_frame_data if film is films[0] else frame_data)(frame, lists)
                         for frame in film.frames]} for film in films]
    contents = {"first": first_free_list(frames), "slabMax": slab_most(frames),
                "types": "".join(letter for letter in TYPES
                                 if any(letter in frame.types for frame in frames)),
                "typeNames": {letter: name for letter, (name, _) in TYPES.items()},
                "lists": lists.all, "films": reels}
    return json.dumps(contents, separators=(",", ":")).replace("<", "\\u003c")


def fields(log: log_film.Film, films: Sequence[Film], machine: str, growth: str) -> dict[str, str]:
    frames = films[0].frames
    calls = bootmem.calls_of(log)
    shown = poster_of(frames)
    frame = frames[shown]
    _, title, sentence = phase_of(frame)
    ranges = node_ranges(log.log)
    return {
        "title": "A boot, frame by frame", "facts": facts(log, machine), "notice": notice(log),
        "name": esc(title), "words": esc(words_of(frame)), "sentence": esc(sentence),
        "counter": f"frame {shown + 1} of {len(frames)}", "axis": axis(frame.picture),
        "rows": str(len(frame.picture.rows)), "lines": grid_lines(len(frame.picture.rows)),
        "poster": str(shown), "last": str(len(frames) - 1), "scale": scale_note(frame.picture),
        "chooser": chooser_html(films), "phases": phases_html(frames, shown),
        "legends": "".join(legend_html(film, shown if film is films[0] else -1) for film in films),
        "orders": orders_html(frames, shown), "blocks": blocks_html(frames, shown),
        "sheets": sheets_html(films, shown),
        "curves": curves_html(frames, shown), "firmware": firmware_html(frames),
        "bands": node_bands(ranges, frame.picture), "nodes": nodes_html(ranges),
        "zones": zones_html(frames), "slab": slab_html(frames, shown), "users": users_html(frames),
        "growth": growth, "bootmem": bootmem.section(calls),
        "bootmem_script": bootmem.script(calls),
        "symbols": "".join(symbol(symbol_name(film.key, i), one.picture, film.states)
                           for film in films for i, one in enumerate(film.frames)),
        "data": data(films, shown),
        "css": (HERE / "page.css").read_text(encoding="utf-8") + bootmem.css(),
        **{name: (HERE / file).read_text(encoding="utf-8") for name, file in
           (("picture", "picture.js"), ("js", "page.js"))},
    }


def render(log: log_film.Film, films: Sequence[Film], machine: str, growth: str = "") -> str:
    """The page. `machine` says in a few words what was booted, `growth` is a section of plot.py.
    The first film is the boot's; each has a frame at least."""
    values = fields(log, films, machine, growth)
    template = (HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found.group(1)], template)
