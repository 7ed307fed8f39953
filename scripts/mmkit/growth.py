# SPDX-License-Identifier: 0BSD
"""What the benchmarks' rows grow with: the machines they are measured on, and what is made of that.

A row is measured at some points of a dimension: on machines of several sizes, and on each of these
beside more and more caches, live objects and used memory. Its growth in a dimension is its largest
figure divided by that of the first point, on whichever machine that is most; a row that grows by
TOLERANCE at most is constant. Why a row may grow, and how far, says a line of the file of reasons:

    GLOB-OF-ROWS  DIMENSION  FACTOR-AT-MOST  why, in one line
"""

import dataclasses
import fnmatch
import json
import pathlib
from collections.abc import Iterable, Sequence
from typing import Any

TOLERANCE = 0.03
MEMORY = "memory"  # the dimension that has no option

Rows = dict[str, float]


@dataclasses.dataclass
class Dimension:
    name: str
    option: str
    points: tuple[int, ...]
    unit: str


DIMENSIONS = (
    Dimension(MEMORY, "", (16, 128, 1024, 4096), "memory of the machine"),
    Dimension("caches", "bench.caches", (10, 100, 1000), "more caches"),
    Dimension("used", "bench.used", (1, 25, 50, 75, 95), "per cent of memory used"),
    Dimension("live", "bench.live", (10, 100, 1000, 10000, 100000), "live objects of each class"),
)


@dataclasses.dataclass
class Point:
    """A machine: its size, and how much of which dimension there is beside it."""
    memory: int  # MiB
    dimension: str
    value: int
    rows: Rows = dataclasses.field(default_factory=dict)

    @property
    def option(self) -> str:
        option = next(d.option for d in DIMENSIONS if d.name == self.dimension)
        return f"{option}={self.value}" if option else ""


def plan(quick: bool = False) -> list[Point]:
    """All points; the quick ones are the ends of each dimension, on the largest machine."""
    sizes = DIMENSIONS[0].points
    if quick:
        return ([Point(size, MEMORY, size) for size in (sizes[0], sizes[-1])] +
                [Point(sizes[-1], d.name, value) for d in DIMENSIONS[1:]
                 for value in (d.points[0], d.points[-1])])
    return ([Point(size, MEMORY, size) for size in sizes] +
            [Point(size, d.name, value) for size in sizes for d in DIMENSIONS[1:]
             for value in d.points])


# ---- What comes of it

@dataclasses.dataclass
class Series:
    """A row in a dimension. `memory` is 0 where the dimension is memory itself."""
    row: str
    dimension: str
    memory: int
    values: list[tuple[int, float]]

    @property
    def growth(self) -> float:
        """The largest figure, as a factor of the first."""
        return max(value for _, value in self.values) / self.values[0][1]

    @property
    def fall(self) -> float:
        """The first figure, as a factor of the smallest."""
        return self.values[0][1] / min(value for _, value in self.values)

    def text(self) -> str:
        figures = " ".join(f"{value:.0f}" for _, value in self.values)
        where = f" at {self.memory}M" if self.memory else ""
        return f"{figures} with {self.values[0][0]} to {self.values[-1][0]}{where}"


def series_of(points: Iterable[Point], row: str, dimension: str) -> list[Series]:
    """One for each machine on which the row has two figures or more."""
    found: dict[int, list[tuple[int, float]]] = {}
    for point in points:
        if point.dimension == dimension and row in point.rows:
            memory = 0 if dimension == MEMORY else point.memory
            found.setdefault(memory, []).append((point.value, point.rows[row]))
    return [Series(row, dimension, memory, sorted(values))
            for memory, values in sorted(found.items()) if len(values) > 1]


def worst(series: Sequence[Series]) -> Series:
    """The one that grows most."""
    return max(series, key=lambda one: one.growth)


def row_names(points: Iterable[Point]) -> list[str]:
    """All rows, in the order of the machine that has most of them first."""
    names: dict[str, None] = {}
    for point in sorted(points, key=lambda one: -len(one.rows)):
        names.update(dict.fromkeys(point.rows))
    return list(names)


# ---- Reasons

@dataclasses.dataclass
class Reason:
    glob: str
    dimension: str
    most: float
    why: str
    used: bool = False

    def covers(self, series: Series) -> bool:
        return (self.dimension == series.dimension and series.growth <= self.most and
                fnmatch.fnmatchcase(series.row, self.glob))


def parse_reasons(text: str) -> list[Reason]:
    reasons = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            glob, dimension, most, why = line.split(None, 3)
            if dimension not in [d.name for d in DIMENSIONS]:
                raise ValueError(f"there is no dimension {dimension}: {line}")
            reasons.append(Reason(glob, dimension, float(most), why))
    return reasons


@dataclasses.dataclass
class Verdict:
    """Of a row in a dimension."""
    series: Series
    reason: Reason | None = None

    @property
    def constant(self) -> bool:
        return self.series.growth <= 1 + TOLERANCE

    @property
    def good(self) -> bool:
        return self.constant or self.reason is not None

    def text(self) -> str:
        if not self.constant:
            return f"x{self.series.growth:.2f}"
        return "=" if self.series.fall <= 1 + TOLERANCE else f"/{self.series.fall:.2f}"


def judge(points: Sequence[Point], reasons: Sequence[Reason]) -> dict[str, dict[str, Verdict]]:
    """Row -> dimension -> verdict, where there are figures to compare."""
    verdicts: dict[str, dict[str, Verdict]] = {}
    for row in row_names(points):
        verdicts[row] = {}
        for dimension in DIMENSIONS:
            series = series_of(points, row, dimension.name)
            if not series:
                continue
            verdict = verdicts[row][dimension.name] = Verdict(worst(series))
            if not verdict.constant:
                verdict.reason = next((r for r in reasons if r.covers(verdict.series)), None)
            if verdict.reason:
                verdict.reason.used = True
    return verdicts


# ---- As text, and in a file

def table(points: Sequence[Point], verdicts: dict[str, dict[str, Verdict]]) -> list[str]:
    """A line for each row: its figures on fresh machines, and what it does in each dimension."""
    fresh = [point for point in points if point.dimension == MEMORY]
    head = "".join(f"{f'{point.memory}M':>12}" for point in fresh)
    lines = [f"{'instructions per operation':<40}{head}" +
             "".join(f"{d.name:>9}" for d in DIMENSIONS)]
    for row, found in verdicts.items():
        figures = "".join(f"{point.rows[row]:12.2f}" if row in point.rows else f"{'-':>12}"
                          for point in fresh)
        cells = "".join(f"{found[d.name].text() if d.name in found else '-':>9}"
                        for d in DIMENSIONS)
        lines.append(f"{row:<40}{figures}{cells}")
    return lines


def explained(verdicts: dict[str, dict[str, Verdict]]) -> list[str]:
    """Reasons, each with the rows that it is for."""
    rows: dict[str, list[str]] = {}
    for found in verdicts.values():
        for verdict in found.values():
            if verdict.reason:
                head = f"{verdict.reason.dimension}: {verdict.reason.why}"
                rows.setdefault(head, []).append(f"{verdict.series.row} {verdict.text()}")
    return [line for head, names in rows.items() for line in (head, f"    {', '.join(names)}")]


def complaints(verdicts: dict[str, dict[str, Verdict]]) -> list[str]:
    """A line for each row that grows without a reason."""
    return [f"{verdict.series.row} grows with {name}, {verdict.text()}: {verdict.series.text()}"
            for found in verdicts.values() for name, verdict in found.items() if not verdict.good]


def to_json(points: Sequence[Point], verdicts: dict[str, dict[str, Verdict]],
            compiler: str) -> str:
    growth = {row: {name: {"growth": round(verdict.series.growth, 3),
                           "why": verdict.reason.why if verdict.reason else ""}
                    for name, verdict in found.items()} for row, found in verdicts.items()}
    return json.dumps({"compiler": compiler, "growth": growth,
                       "points": [dataclasses.asdict(point) for point in points]}, indent=1) + "\n"


def points_from(path: pathlib.Path) -> list[Point]:
    """What a file of to_json() has."""
    contents: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    return [Point(**point) for point in contents["points"]]
