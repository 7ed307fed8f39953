# SPDX-License-Identifier: 0BSD
"""Parsers for files of Linux's /proc, written from what a Linux prints.

They are strict: a line that is not understood, out of place or indented otherwise is an error, and
so is a number too few. So what they accept can be read by any parser made for Linux.
"""

import re
from typing import Any

Key = tuple[int, str]  # node, zone


class ProcError(ValueError):
    """A line that no such file of Linux has."""


def _match(pattern: str, line: str, what: str) -> re.Match[str]:
    found = re.fullmatch(pattern, line)
    if not found:
        raise ProcError(f"{what}: not understood: {line!r}")
    return found


def _lines(text: str, what: str) -> list[str]:
    lines = text.split("\n")
    if lines[-1] != "" or len(lines) == 1:
        raise ProcError(f"{what}: the last line has no end, or there is none")
    return lines[:-1]


def _zone_name(padded: str) -> str:
    """The name out of its column, `%8s`."""
    if len(padded) < 8 or len(padded) > 8 and padded[0] == " ":
        raise ProcError(f"zone: not in its column: {padded!r}")
    return padded.strip()


def buddyinfo(text: str) -> dict[Key, list[int]]:
    """(node, zone) -> free blocks by order."""
    zones = {}
    for line in _lines(text, "buddyinfo"):
        found = _match(r"Node (\d+), zone ( *\w+) ((?:(?: [ \d]{4}\d|\d{6,}) ){11})", line,
                       "buddyinfo")
        zones[int(found[1]), _zone_name(found[2])] = [int(n) for n in found[3].split()]
    return zones


_PAGETYPE_HEAD = """\
Page block order: {order}
Pages per block:  {pages}

Free pages count per migrate type at order  {orders}
"""


def _pagetype_lines(lines: list[str], pattern: str) -> list[tuple[Key, str, list[int]]]:
    """Node and zone, type, numbers of each line that the pattern takes, from the first one on."""
    rows = []
    while lines and (found := re.fullmatch(pattern, lines[0])):
        rows.append(((int(found["node"]), _zone_name(found["zone"])), found["type"],
                     [int(n) for n in found["numbers"].split()]))
        del lines[0]
    return rows


def _pagetype_node(lines: list[str]) -> dict[str, Any]:
    """Take the two tables of one node, which are the first lines."""
    order = int(_match(r"Page block order: (\d+)", lines[0], "pagetypeinfo")[1])
    orders = "".join(f"{number:6} " for number in range(order + 1))
    head = _PAGETYPE_HEAD.format(order=order, pages=1 << order, orders=orders).splitlines()
    if lines[:len(head)] != head:
        raise ProcError(f"pagetypeinfo: not the header: {lines[:len(head)]}")
    del lines[:len(head)]
    free: dict[Key, dict[str, list[int]]] = {}
    for key, name, numbers in _pagetype_lines(
            lines, r"Node (?P<node>[ \d]{3}\d), zone (?P<zone> *\w+), type (?P<type>[ \w]{11}\w) "
            rf"(?P<numbers>(?:(?: [ \d]{{4}}\d|\d{{6,}}) ){{{order + 1}}})"):
        free.setdefault(key, {})[name.strip()] = numbers
    types = list(next(iter(free.values()), {}))
    titles = "Number of blocks type  " + "".join(f"{name:>12} " for name in types)
    if lines[:2] != ["", titles]:
        raise ProcError(f"pagetypeinfo: no zone, or not the second header: {lines[:2]}")
    del lines[:2]
    blocks = {key: dict(zip(types, numbers)) for key, _, numbers in _pagetype_lines(
        lines, r"Node (?P<node>\d+), zone (?P<zone> *\w+)(?P<type>) "
        rf"(?P<numbers>(?:[ \d]{{11}}\d ){{{len(types)}}})")}
    if list(blocks) != list(free) or any(list(zone) != types for zone in free.values()) or \
            len({node for node, _ in free}) != 1:
        raise ProcError(f"pagetypeinfo: a zone or type too few, or several nodes: {list(free)}")
    return {"order": order, "pages": 1 << order, "types": types, "free": free, "blocks": blocks}


def pagetypeinfo(text: str) -> dict[str, Any]:
    """order, pages: of a page block; types: their names; free: (node, zone) -> type -> free blocks
    by order; blocks: (node, zone) -> type -> page blocks."""
    lines = _lines(text, "pagetypeinfo")
    info = _pagetype_node(lines)
    while lines:
        node = _pagetype_node(lines)
        if any(node[name] != info[name] for name in ("order", "types")) or \
                min(node["free"]) <= max(info["free"]):
            raise ProcError(f"pagetypeinfo: {list(node['free'])} behind {list(info['free'])}")
        info["free"] |= node["free"]
        info["blocks"] |= node["blocks"]
    return info


# What may follow the header of a zone, in this order: name in the result, pattern, and how often.
_ZONE_LINES = [
    ("node stats", r"  per-node stats()", "?"),
    ("node stats", r"      \w+ +(\d+)", "*"),
    ("free", r"  pages free     (\d+)", "1"),
    ("boost", r"        boost    (\d+)", "?"),
    ("min", r"        min      (\d+)", "?"),
    ("low", r"        low      (\d+)", "?"),
    ("high", r"        high     (\d+)", "?"),
    ("spanned", r"        spanned  (\d+)", "1"),
    ("present", r"        present  (\d+)", "1"),
    ("managed", r"        managed  (\d+)", "1"),
    ("cma", r"        cma      (\d+)", "?"),
    ("protection", r"        protection: \((\d+(?:, \d+)*)\)", "?"),
    ("nr_free_pages", r"      nr_free_pages (\d+)", "?"),
    ("zone stats", r"      \w+ +(\d+)", "*"),
    ("pagesets", r"  pagesets()", "?"),
    ("pageset", r"    cpu: (\d+)", "?"),
    ("count", r"              count: (\d+)", "?"),
    ("pageset high", r"              high:  (\d+)", "?"),
    ("batch", r"              batch: (\d+)", "?"),
    ("threshold", r"  vm stats threshold: (\d+)", "?"),
    ("node_unreclaimable", r"  node_unreclaimable:  (\d+)", "?"),
    ("start_pfn", r"  start_pfn:           (\d+)", "?"),
]


def _zone(lines: list[str]) -> dict[str, Any]:
    """One zone's lines -> name -> number (protection: numbers)."""
    zone: dict[str, Any] = {}
    at = 0
    for name, pattern, often in _ZONE_LINES:
        while at < len(lines) and (found := re.fullmatch(pattern, lines[at])):
            if name in ("zone stats", "node stats"):
                pass
            elif name == "protection":
                zone[name] = [int(n) for n in found[1].split(", ")]
            else:
                zone[name] = int(found[1] or 0)
            at += 1
            if often != "*":
                break
        else:
            if often == "1":
                raise ProcError(f"zoneinfo: no {name} before {lines[at:at + 1]}")
    if at < len(lines):
        raise ProcError(f"zoneinfo: not understood: {lines[at]!r}")
    return zone


def zoneinfo(text: str) -> dict[Key, dict[str, Any]]:
    """(node, zone) -> name -> number."""
    zones: dict[Key, dict[str, Any]] = {}
    lines: list[str] = []
    key = None
    for line in [*_lines(text, "zoneinfo"), None]:
        if line is None or line.startswith("Node "):
            if key:
                zones[key] = _zone(lines)
            if line is not None:
                found = _match(r"Node (\d+), zone ( *\w+)", line, "zoneinfo")
                key, lines = (int(found[1]), _zone_name(found[2])), []
        else:
            lines.append(line)
    return zones


def meminfo(text: str) -> dict[str, int]:
    """Name -> kB (a number without unit for what Linux counts)."""
    values = {}
    for line in _lines(text, "meminfo"):
        found = _match(r"([A-Z][\w()]*): +(\d+)( kB)?", line, "meminfo")
        if found[1] in values:
            raise ProcError(f"meminfo: two lines {found[1]}")
        if len(line) != (27 if found[3] else 24):
            raise ProcError(f"meminfo: the columns are not Linux's: {line!r}")
        values[found[1]] = int(found[2])
    return values


_SLAB_HEADER = ("# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
                " : tunables <limit> <batchcount> <sharedfactor>"
                " : slabdata <active_slabs> <num_slabs> <sharedavail>")
_SLAB_LINE = (r"(\S{17,}|(?=.{17} )\S+ *) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)"
              r" : tunables +(\d+) +(\d+) +(\d+) : slabdata +(\d+) +(\d+) +(\d+)")
_SLAB_FIELDS = ("active_objs", "num_objs", "objsize", "objperslab", "pagesperslab", "limit",
                "batchcount", "sharedfactor", "active_slabs", "num_slabs", "sharedavail")


def slabinfo(text: str) -> dict[str, dict[str, int]]:
    """Cache name -> field -> number."""
    first, second, *lines = _lines(text, "slabinfo")
    if first != "slabinfo - version: 2.1" or second != _SLAB_HEADER:
        raise ProcError(f"slabinfo: not the header of version 2.1: {first!r} {second!r}")
    caches = {}
    for line in lines:
        name, *numbers = _match(_SLAB_LINE, line, "slabinfo").groups()
        if name.strip() in caches:
            raise ProcError(f"slabinfo: two caches {name.strip()}")
        caches[name.strip()] = dict(zip(_SLAB_FIELDS, map(int, numbers)))
    return caches


def iomem(text: str) -> list[tuple[int, int, int, str]]:
    """(depth, start, last, name) of each range, in the file's order."""
    ranges = []
    parents: list[tuple[int, int]] = []
    for line in _lines(text, "iomem"):
        found = _match(r"((?:  )*)([0-9a-f]{8,16})-([0-9a-f]{8,16}) : (\S.*)", line, "iomem")
        depth, start, last = len(found[1]) // 2, int(found[2], 16), int(found[3], 16)
        if depth > len(parents) or start > last:
            raise ProcError(f"iomem: too deep, or ends before it starts: {line!r}")
        del parents[depth + 1:]
        if depth and not parents[depth - 1][0] <= start <= last <= parents[depth - 1][1]:
            raise ProcError(f"iomem: not inside the range above: {line!r}")
        if depth < len(parents) and start <= parents[depth][1]:
            raise ProcError(f"iomem: not behind the range before: {line!r}")
        parents[depth:] = [(start, last)]
        ranges.append((depth, start, last, found[4]))
    return ranges


def vmstat(text: str) -> dict[str, int]:
    """Name -> number."""
    values = {}
    for line in _lines(text, "vmstat"):
        found = _match(r"([a-z][a-z0-9_]*) (\d+)", line, "vmstat")
        if found[1] in values:
            raise ProcError(f"vmstat: two lines {found[1]}")
        values[found[1]] = int(found[2])
    return values


NUMASTAT = ("numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node")


def numastat(text: str) -> dict[int, dict[str, int]]:
    """Node -> name -> pages: the files of all nodes, each behind the name of its node."""
    nodes: dict[int, dict[str, int]] = {}
    lines = _lines(text, "numastat")
    while lines:
        nid = int(_match(r"node(\d+)", lines.pop(0), "numastat")[1])
        values = {name: int(_match(rf"{name} (\d+)", line, "numastat")[1])
                  for name, line in zip(NUMASTAT, lines)}
        if len(values) < len(NUMASTAT) or nid in nodes:
            raise ProcError(f"numastat: node {nid} comes twice, or ends after {list(values)}")
        nodes[nid] = values
        del lines[:len(NUMASTAT)]
    return nodes


_VMALLOC_LINE = (r"0x([0-9a-f]{8})-0x([0-9a-f]{8}) ([ \d]{6}\d+) (unpurged vm_area|"
                 r"(\S+)(?: pages=(\d+))?(?: phys=0x([0-9a-f]{8,}))? "
                 r"(vmalloc|vmap|ioremap|reserved)(?: N\d+=\d+)*)")


def vmallocinfo(text: str) -> list[tuple[int, int, str]]:
    """(start, end, vmalloc|vmap|ioremap|reserved|unpurged) of each area, in the file's order."""
    areas = []
    for line in text.splitlines():
        found = _match(_VMALLOC_LINE, line, "vmallocinfo")
        start, end, size = int(found[1], 16), int(found[2], 16), int(found[3])
        if end - start != size or start % 4096 or size % 4096 or not size:
            raise ProcError(f"vmallocinfo: not whole pages of that size: {line!r}")
        if found[6] and int(found[6]) * 4096 + 4096 != size:
            raise ProcError(f"vmallocinfo: not a guard page behind the pages: {line!r}")
        if bool(found[7]) != (found[8] == "ioremap") or bool(found[6]) != (found[8] == "vmalloc"):
            raise ProcError(f"vmallocinfo: not what such an area has: {line!r}")
        areas.append((start, end, found[8] or "unpurged"))
    return areas


PARSERS = {"buddyinfo": buddyinfo, "pagetypeinfo": pagetypeinfo, "zoneinfo": zoneinfo,
           "meminfo": meminfo, "slabinfo": slabinfo, "iomem": iomem, "vmstat": vmstat,
           "vmallocinfo": vmallocinfo, "numastat": numastat}
