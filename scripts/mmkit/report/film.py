# SPDX-License-Identifier: 0BSD
"""Read the film of a boot out of a log (include/boot/monitor/film.h): text -> data classes.

A frame holds the monitor's own reports, so each section has a parser for one report. What cannot be
read is left out and named in `Film.complaints`, one line each: a log is often cut off, and the
frames before the cut are as good as ever.
"""

import dataclasses
import re

PAGE = 4096
ROW_CELLS = 64
FREE = "0123456789a"  # the character of a cell is the order of its free block
NR_ORDERS = len(FREE)

LOG_LINE = re.compile(r"^\[ *\d+\.\d{6}\] ")
NODES = r"(?: N\d+(?:,\d+)*)?"  # whose pages a row shows, where there are several nodes
RANGE = r"\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]"


@dataclasses.dataclass
class Region:
    """A range of addresses, end exclusive, and what it is: of the firmware's map, of the ledger,
    or handed out by bootmem to the function of that name."""
    start: int
    end: int
    what: str

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclasses.dataclass(frozen=True)
class Picture:
    """`map`: a character for each cell of `per` pages, from page `start` on."""
    start: int
    end: int
    per: int
    cells: str
    pages: dict[str, int]  # letter of a state -> its pages; `0` are the free ones of all orders
    columns: int = ROW_CELLS

    @property
    def rows(self) -> list[str]:
        return [self.cells[at:at + self.columns] for at in range(0, len(self.cells), self.columns)]

    @property
    def room(self) -> int:
        """Pages that all its rows have room for."""
        return len(self.rows) * self.columns * self.per


NO_PICTURE = Picture(0, 0, 1, "", {})


@dataclasses.dataclass
class Zone:
    name: str  # as zone_names() has it
    start_pfn: int
    free: int
    spanned: int
    present: int
    managed: int


@dataclasses.dataclass
class Cache:
    name: str
    active: int
    objects: int
    size: int
    slabs: int
    pages_per_slab: int
    share: int | None = None  # bytes of pages that all caches share, if they do

    @property
    def used_bytes(self) -> int:
        return self.active * self.size

    @property
    def slab_bytes(self) -> int:
        """Of slabs that all have so many pages. A cache may have larger ones than slabinfo says,
        but none with less room than its objects take; one that has none borrows them."""
        if self.share is not None:
            return self.share
        pages = max(self.slabs * self.pages_per_slab, -(-self.objects * self.size // PAGE))
        return pages * PAGE if self.slabs else 0


@dataclasses.dataclass
class Frame:
    name: str
    words: str = ""
    title: str = ""  # of a frame that has no place in the boot: what is done
    # what else is known, as name and value
    rows: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    text: str = ""  # a sentence or two about it
    e820: list[Region] = dataclasses.field(default_factory=list)
    ledger: list[Region] = dataclasses.field(default_factory=list)
    bootmem: list[Region] = dataclasses.field(default_factory=list)
    bits: dict[str, int] = dataclasses.field(default_factory=dict)  # of `bitmap`: letter -> pages
    picture: Picture = NO_PICTURE
    # (pages, letter) from page 0 on
    runs: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    slabs: list[Region] = dataclasses.field(default_factory=list)  # and whose they are
    types: str = ""  # a letter for each page block from page 0 on; `-` without struct pages
    block_pages: int = 1024
    zones: list[Zone] = dataclasses.field(default_factory=list)
    # zone_names() -> blocks of each order
    free_blocks: dict[str, list[int]] = dataclasses.field(default_factory=dict)
    caches: list[Cache] = dataclasses.field(default_factory=list)
    meminfo: dict[str, int] = dataclasses.field(default_factory=dict)  # in KiB

    def divide_shared_pages(self) -> None:
        """Caches that have fewer pages together than slabinfo's slabs would take lie side by side
        in them (SLOB): each has as much of these as of what is in use."""
        pages = self.meminfo.get("Slab", 0) << 10
        used = sum(cache.used_bytes for cache in self.caches)
        if pages and used and pages < sum(cache.slab_bytes for cache in self.caches):
            for cache in self.caches:
                cache.share = pages * cache.used_bytes // used

    @property
    def free_pages(self) -> int:
        return sum(count << order for blocks in self.free_blocks.values()
                   for order, count in enumerate(blocks))

    @property
    def managed_pages(self) -> int:
        return sum(zone.managed for zone in self.zones)

    def unusable(self, order: int) -> float | None:
        """Gorman's unusable free space index: the share of the free memory that lies in blocks too
        small for a request of this order. None if nothing is free."""
        too_small = sum(count << o for blocks in self.free_blocks.values()
                        for o, count in enumerate(blocks) if o < order)
        return too_small / self.free_pages if self.free_pages else None

    def fragmentation(self, order: int) -> float | None:
        """Gorman's fragmentation index: why a request of this order fails, towards 0 for want of
        memory, towards 1 because what is free lies in small blocks. None if it does not fail, or
        nothing is free."""
        counts = [sum(column) for column in zip(*self.free_blocks.values())]
        if not sum(counts) or sum(counts[order:]):
            return None
        return 1 - (1 + self.free_pages / (1 << order)) / sum(counts)


@dataclasses.dataclass
class Film:
    frames: list[Frame] = dataclasses.field(default_factory=list)
    log: list[str] = dataclasses.field(default_factory=list)  # the lines around the frames
    # those of bootmem_debug, each with the number of the frame behind it
    bootmem: list[tuple[int, str]] = dataclasses.field(default_factory=list)
    complaints: list[str] = dataclasses.field(default_factory=list)


class Malformed(Exception):
    """A section is not what its command prints."""


# ---- The reports

def parse_e820(lines: list[str], frame: Frame) -> None:
    for line in lines:
        found = re.fullmatch(rf"(reserved: )?{RANGE} *(.*)", line)
        if not found:
            raise Malformed(line)
        reserved, start, last, what = found.groups()
        region = Region(int(start, 16), int(last, 16) + 1, what)
        (frame.ledger if reserved else frame.e820).append(region)


def parse_bootmem(lines: list[str], frame: Frame) -> None:
    for line in lines:
        found = re.fullmatch(rf"bootmem: {RANGE} +\d+ bytes +(?:node \d+ +)?(\S.*)", line)
        if found:
            start, last, what = found.groups()
            frame.bootmem.append(Region(int(start, 16), int(last, 16) + 1, what))


def parse_bitmap(lines: list[str], frame: Frame) -> None:
    """The legend alone: the rows follow from the calls (bootmem.py)."""
    for line in lines:
        found = re.fullmatch(r"([.rU]) +\w+ +(\d+) pages +\d+ KiB", line)
        if found:
            frame.bits[found[1]] = int(found[2])


def parse_map(lines: list[str], frame: Frame) -> None:
    head = re.fullmatch(r"map: pfn (0x[0-9a-f]+)-(0x[0-9a-f]+), (\d+) pages? a cell",
                        lines[0] if lines else "")
    if not head:
        raise Malformed(lines[0] if lines else "nothing")
    start, last, per = int(head[1], 16), int(head[2], 16), int(head[3])
    count = -(-(last + 1 - start) // per)
    cells, folded = "", False
    pages = {}
    for line in lines[1:]:
        row = re.fullmatch(rf"0x([0-9a-f]+) ([-.FXKBSH0-9a]+){NODES}", line)
        state = re.fullmatch(r"(0-a|[-.FXKBSH]) +\w+ +(\d+) pages +\d+ KiB", line)
        if row:
            cells = _fold_out(cells, (int(row[1], 16) - start) // per if folded else None) + row[2]
            folded = False
        elif line == "*":
            folded = True
        elif state:
            pages[state[1][0]] = int(state[2])
        elif not re.fullmatch(r" +total +\d+ pages +\d+ KiB", line):
            raise Malformed(line)
    cells = _fold_out(cells, count if folded else None)
    if len(cells) != count:
        raise Malformed(f"{len(cells)} cells instead of {count}")
    frame.picture = Picture(start, last + 1, per, cells, pages)


def parse_runs(lines: list[str], frame: Frame) -> None:
    end = 0
    for line in lines:
        found = re.fullmatch(r"0x([0-9a-f]+)-0x([0-9a-f]+) ([-.FXKBSH0-9a])(?: (\S+))?", line)
        if not found or int(found[1], 16) != end:
            frame.runs, frame.slabs = [], []
            raise Malformed(line)
        start, end = end, int(found[2], 16) + 1
        frame.runs.append((end - start, found[3]))
        if found[4]:
            frame.slabs.append(Region(start * PAGE, end * PAGE, found[4]))


def parse_types(lines: list[str], frame: Frame) -> None:
    head = re.fullmatch(r"map: page blocks of (\d+) pages", lines[0] if lines else "")
    if not head:
        raise Malformed(lines[0] if lines else "nothing")
    types = ""
    for line in lines[1:]:
        row = re.fullmatch(rf"0x([0-9a-f]+) ([-UEMRI]+){NODES}", line)
        if row and int(row[1], 16) == len(types) * int(head[1]):
            types += row[2]
        elif not re.fullmatch(r"[UEMRI] +\w+ +\d+ blocks?", line):
            raise Malformed(line)
    frame.types, frame.block_pages = types, int(head[1])


def _fold_out(cells: str, upto: int | None) -> str:
    """Repeat the last row up to that many cells, as the `*` between two rows asks for."""
    if upto is None:
        return cells
    if not cells or upto < len(cells):
        raise Malformed("a `*` that stands for no rows")
    row = cells[-ROW_CELLS:]
    return (cells + row * (upto // ROW_CELLS + 1))[:upto]


def zone_names(heads: list[tuple[str, str]]) -> list[str]:
    """Of (node, zone)s, what they are called here: `Normal`, or `Normal N1` where there are several
    nodes."""
    several = any(node != "0" for node, _ in heads)
    return [f"{zone} N{node}" if several else zone for node, zone in heads]


def parse_zoneinfo(lines: list[str], frame: Frame) -> None:
    text, head = "\n".join(lines), re.compile(r"^Node (\d+), zone +(\S+)$", re.MULTILINE)
    blocks = head.split(text)[3::3]
    for name, block in zip(zone_names(head.findall(text)), blocks):
        fields = {name: int(value) for name, value in
                  re.findall(r"^ +(pages free|start_pfn|spanned|present|managed):? +(\d+)$", block,
                             re.MULTILINE)}
        if len(fields) != 5:
            raise Malformed(name)
        frame.zones.append(Zone(name, fields["start_pfn"], fields["pages free"],
                                fields["spanned"], fields["present"], fields["managed"]))


def parse_buddyinfo(lines: list[str], frame: Frame) -> None:
    heads, blocks = [], []
    for line in lines:
        found = re.fullmatch(r"Node (\d+), zone +(\S+)((?: +\d+)+) *", line)
        if not found or len(found[3].split()) != NR_ORDERS:
            raise Malformed(line)
        heads.append((found[1], found[2]))
        blocks.append([int(word) for word in found[3].split()])
    frame.free_blocks = dict(zip(zone_names(heads), blocks))


def parse_slabinfo(lines: list[str], frame: Frame) -> None:
    row = re.compile(r"(\S+) +(\d+) +(\d+) +(\d+) +\d+ +(\d+) : tunables [ \d]+ : slabdata"
                     r" +\d+ +(\d+) +\d+ *")
    for line in lines:
        if line.startswith(("slabinfo", "#")):
            continue
        found = row.fullmatch(line)
        if not found:
            raise Malformed(line)
        active, objects, size, pages, slabs = map(int, found.groups()[1:])
        frame.caches.append(Cache(found[1], active, objects, size, slabs, pages))


def parse_meminfo(lines: list[str], frame: Frame) -> None:
    for line in lines:
        found = re.fullmatch(r"(\S+): +(\d+) kB", line)
        if not found:
            raise Malformed(line)
        frame.meminfo[found[1]] = int(found[2])


def parse_facts(lines: list[str], frame: Frame) -> None:
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            raise Malformed(line)
        frame.rows.append((name, value.strip()))


PARSERS = {
    "e820": parse_e820, "bootmem": parse_bootmem, "bitmap": parse_bitmap, "map": parse_map,
    "runs": parse_runs, "types": parse_types,
    "zoneinfo": parse_zoneinfo, "buddyinfo": parse_buddyinfo, "slabinfo": parse_slabinfo,
    "meminfo": parse_meminfo, "facts": parse_facts,
}


# ---- The film

class _Reader:
    """Takes a log line by line; a frame counts when its end is there."""

    def __init__(self) -> None:
        self.film = Film()
        self.frame: Frame | None = None
        self.sections: dict[str, list[str]] = {}
        self.lines: list[str] | None = None  # of the open section

    def take(self, number: int, line: str) -> None:
        if line.startswith("FILM "):
            self._mark(number, line.split(maxsplit=3))
        elif LOG_LINE.match(line) or self.frame is None:
            self.film.log.append(line)
            if " bootmem::" in line:
                self.film.bootmem.append((len(self.film.frames), LOG_LINE.sub("", line)))
        elif self.lines is not None and line:
            self.lines.append(line)

    def _mark(self, number: int, words: list[str]) -> None:
        kind = words[1] if len(words) > 1 else ""
        if kind == "frame" and len(words) > 2:
            self.break_off(f"line {number}")
            self.frame = Frame(words[2], words[3] if len(words) > 3 else "")
            self.sections, self.lines = {}, None
        elif kind == "section" and len(words) > 2 and self.frame:
            self.lines = self.sections.setdefault(words[2], [])
        elif kind == "end" and self.frame:
            self._close(number, self.frame)
        else:
            self.film.complaints.append(f"line {number}: \"{' '.join(words)}\" makes no sense here")

    def _close(self, number: int, frame: Frame) -> None:
        for name, lines in self.sections.items():
            try:
                PARSERS.get(name, lambda lines, frame: None)(lines, frame)
            except Malformed as error:
                self.film.complaints.append(
                    f"frame {frame.name}, which ends in line {number}: "
                    f"section {name} is left out: {error}")
        frame.divide_shared_pages()
        self.film.frames.append(frame)
        self.frame = self.lines = None

    def break_off(self, where: str) -> None:
        """An open frame cannot be completed any more."""
        if self.frame:
            self.film.complaints.append(
                f"frame {self.frame.name} breaks off at {where} and is left out; "
                f"{len(self.film.frames)} complete frames are before it")
        self.frame = self.lines = None


def parse(text: str) -> Film:
    """The film in a log. Never fails: what is wrong is in its `complaints`."""
    reader = _Reader()
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if lines[-1] != "FILM end":
        lines.pop()  # cut off: only a line's end says that it is whole
    for number, line in enumerate(lines, 1):
        reader.take(number, line)
    reader.break_off("the end of the log")
    return reader.film
