# SPDX-License-Identifier: 0BSD
"""What the benchmarks' rows grow with (mmkit.growth), as a section of the page: a plot for each
dimension, instructions on a logarithmic axis, and the rows that grow, each with its reason.

A row is a line, on the machine where it grows most. One that is constant is grey and level; those
that grow most have colours and names.
"""

import html
import math
from collections.abc import Sequence

from mmkit import growth
from mmkit.growth import Dimension, Point, Verdict

Verdicts = dict[str, dict[str, Verdict]]

COLOURS = ("--H", "--o2", "--S", "--X", "--B", "--K")
DECADES = 10  # the largest figure that is drawn is 10^10

esc = html.escape


def point_name(dimension: Dimension, value: int) -> str:
    if dimension.name == growth.MEMORY:
        return f"{value}M" if value < 1024 else f"{value // 1024}G"
    return f"{value} %" if dimension.name == "used" else f"{value:,}".replace(",", "\u202f")


def place(dimension: Dimension, value: float) -> float:
    """Where a point is from left to right, of 1000: by its logarithm, but for per cent."""
    low, high = float(dimension.points[0]), float(dimension.points[-1])
    if dimension.name != "used":
        low, high, value = math.log(low), math.log(high), math.log(value)
    return round(1000 * (value - low) / (high - low), 1)


def height(value: float, decades: tuple[int, int]) -> float:
    low, high = decades
    return round(1000 - 1000 * (math.log10(max(value, 1)) - low) / (high - low), 1)


def decades_of(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """The powers of ten between which all figures lie."""
    values = [max(value, 1) for verdict in verdicts for _, value in verdict.series.values]
    low = math.floor(math.log10(min(values)))
    return low, max(min(math.ceil(math.log10(max(values))), DECADES), low + 1)


def row_path(dimension: Dimension, verdict: Verdict, decades: tuple[int, int],
             colour: str = "") -> str:
    points = "L".join(f"{place(dimension, x)} {height(y, decades)}"
                      for x, y in verdict.series.values)
    look = f' class="grows" style="stroke:var({colour})"' if colour else ""
    return (f'<path{look} d="M{points}"><title>{esc(verdict.series.row)}: '
            f"{esc(verdict.series.text())}</title></path>")


def growing(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that grow, most first."""
    return sorted((one for one in verdicts if not one.constant),
                  key=lambda one: -one.series.growth)


def plot(dimension: Dimension, verdicts: Sequence[Verdict]) -> str:
    named = list(zip(growing(verdicts), COLOURS))
    coloured = {id(verdict): colour for verdict, colour in named}
    decades = decades_of(verdicts)
    # What has a colour is drawn last, over the others.
    ordered = sorted(verdicts, key=lambda one: id(one) in coloured)
    lines = "".join(row_path(dimension, one, decades, coloured.get(id(one), ""))
                    for one in ordered)
    powers = range(decades[0], decades[1] + 1)
    grid = "".join(f'<line class="grid" x1="0" x2="1000" y1="{y}" y2="{y}"/>'
                   for y in (height(10 ** power, decades) for power in powers))
    marks = "".join(f'<span class="tick" style="top:{height(10 ** power, decades) / 10}%">'
                    f"10<sup>{power}</sup></span>" for power in powers)
    names = "".join(f'<span class="under" style="left:{place(dimension, value) / 10}%">'
                    f"{point_name(dimension, value)}</span>" for value in dimension.points)
    return (f'<div class="plot"><svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" '
            f'aria-label="instructions against {dimension.unit}">{grid}{lines}</svg>{marks}{names}'
            f"</div>{legend(named)}")


def legend(named: Sequence[tuple[Verdict, str]]) -> str:
    items = "".join(f'<li><i style="--c:var({colour})"></i>{esc(verdict.series.row)} '
                    f"{verdict.text()}</li>" for verdict, colour in named)
    return f'<ul class="keys">{items}</ul>'


def dimension_html(dimension: Dimension, verdicts: Sequence[Verdict]) -> str:
    constant = sum(verdict.constant for verdict in verdicts)
    return (f'<div><h3>{dimension.unit[0].upper()}{dimension.unit[1:]}</h3>'
            f'<p class="soft"><small>{constant} of {len(verdicts)} rows are constant</small></p>'
            f"{plot(dimension, verdicts)}</div>")


def reasons_html(verdicts: Verdicts) -> str:
    """A line for each reason: the rows that it is for, and by how much the worst of them grows."""
    rows: dict[tuple[str, str], list[Verdict]] = {}
    for found in verdicts.values():
        for name, verdict in found.items():
            if not verdict.constant:
                why = verdict.reason.why if verdict.reason else "not explained"
                rows.setdefault((name, why), []).append(verdict)
    return "".join(
        f'<tr><td>{name}</td><td class="n">{growing(grown)[0].text()}</td>'
        f'<td class="n">{len(grown)}</td>'
        f'<td class="mono hide-narrow">{esc(growing(grown)[0].series.row)}</td>'
        f"<td>{esc(why)}</td></tr>" for (name, why), grown in rows.items())


SECTION = """<section id="growth"><h2>What grows</h2>
<p class="soft">Instructions of each benchmark, a line each, against what is beside it. A level line
is constant; where several machines were measured, the line is that of the one where the row grows
most. Point at a line for its figures.</p>
<div class="charts plots">{0}</div>
<div class="wide"><table class="list"><thead><tr><th>with</th><th class="n">most</th>
<th class="n">rows</th><th class="hide-narrow">for instance</th><th>why</th></tr></thead>
<tbody>{1}</tbody></table></div></section>"""


def growth_html(points: Sequence[Point], reasons: Sequence[growth.Reason]) -> str:
    """The section; nothing without points."""
    verdicts = growth.judge(points, reasons)
    parts = []
    for dimension in growth.DIMENSIONS:
        found = [one[dimension.name] for one in verdicts.values() if dimension.name in one]
        if found:
            parts.append(dimension_html(dimension, found))
    return SECTION.format("".join(parts), reasons_html(verdicts)) if parts else ""
