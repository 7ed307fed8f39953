#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""srat_model.py MMSIM - mmsim --srat against a second opinion: which node has which RAM.

    --maps FILE...        maps whose `# expect:` lines name the ranges of the machine's SRAT:
                          these are played, and the nodes' ranges compared with Linux's as well
    --random N --seed S   N random maps, each with a random SRAT; a pair that fails is kept

The model below is written from the rules: a page of RAM is of the node whose range it begins in; if
two claim one, or a MiB is nobody's, there is one node. Prints KTAP.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys

from e820_model import DMA_END, END_4G, NORMAL_END, PAGE, Maps, Report, parse, ram_ranges, sanitise

SLACK = 255  # pages of RAM that may be nobody's
PIECES = 64  # ranges that mmkit knows at most
ZONES = (("DMA", 0, DMA_END), ("Normal", DMA_END, NORMAL_END), ("HighMem", NORMAL_END, END_4G))


# ---- The model

def parse_srat(text):
    """Ranges (node, first pfn, end pfn) of a .srat text, in pages that begin in them."""
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words:
            start, end = int(words[1], 16), int(words[2], 16) or 1 << 64
            yield int(words[0]), -(-start // PAGE), -(-end // PAGE)


def owners(ram, ranges):
    """RAM in pieces (first pfn, end pfn, set of nodes), cut wherever a range begins or ends."""
    cuts = sorted({pfn for _, first, end in ranges for pfn in (first, end)})
    for start, end in ram:
        borders = [start, *(pfn for pfn in cuts if start < pfn < end), end]
        for low, high in zip(borders, borders[1:]):
            yield low, high, {node for node, first, stop in ranges if first <= low < stop}


def whole(ram):
    return [(0, start, end) for start, end in ram]


def model(ram, ranges, max_nodes):
    """(node, first pfn, end pfn) of all RAM, ascending, joined where it goes on, and whether the
    table is used."""
    ranges = [(min(node, max_nodes - 1), first, end) for node, first, end in ranges]
    pieces = list(owners(ram, ranges))
    lost = sum(high - low for low, high, nodes in pieces if not nodes)
    if lost > SLACK or any(len(nodes) > 1 for _, _, nodes in pieces):
        return whole(ram), False
    known = [min(nodes) for _, _, nodes in pieces if nodes]
    node, found = known[0], []
    for low, high, nodes in pieces:
        node = min(nodes) if nodes else node
        if found and found[-1][0] == node and found[-1][2] == low:
            found[-1] = (node, found[-1][1], high)
        else:
            found.append((node, low, high))
    return found, True


def zones_of(node, placed):
    """The populated zones of a node: (name, first pfn, spanned, present)."""
    mine = [(low, high) for nid, low, high in placed if nid == node]
    for name, bottom, top in ZONES:
        present = sum(max(0, min(high, top) - max(low, bottom)) for low, high in mine)
        start, end = max(bottom, mine[0][0]), min(top, mine[-1][1])
        if present:
            yield name, start, end - start, present


# ---- Against mmsim

def run_mmsim(mmsim, path, srat, *words):
    return subprocess.run([mmsim, "--e820", path, "--srat", srat, "--json", "--run", "check",
                           *words], capture_output=True, text=True, timeout=60, check=False)


def max_nodes_of(mmsim, path):
    """How many nodes the build has."""
    for count in (8, 4, 2):
        done = subprocess.run([mmsim, "--e820", path, "--cmdline", f"numa=fake={count}"],
                              capture_output=True, text=True, check=False)
        if "Malformed" not in done.stdout:
            return count
    return 1


def node_ranges(log):
    return [(int(node), int(first, 16) // PAGE, (int(last, 16) + 1) // PAGE)
            for node, first, last in
            re.findall(r"^\[.*?\]   node +(\d+): \[mem (0x\w+)-(0x\w+)\]$", log, re.M)]


def compare(mmsim, path, srat, max_nodes):
    """Run the pair. Return: what is wrong, or None."""
    with open(path, encoding="utf-8") as file:
        ram = list(ram_ranges(sanitise(parse(file.read()))))
    with open(srat, encoding="utf-8") as file:
        ranges = list(parse_srat(file.read()))
    done = run_mmsim(mmsim, path, srat)
    if done.returncode == 3:
        return None
    if done.returncode:
        return f"exit code {done.returncode}: {done.stderr[-300:]}"
    if "all invariants hold" not in done.stderr and "would stop here" not in done.stderr:
        return f"check: {done.stderr[-300:]}"
    if "e820: more than" in done.stderr or "too many pieces" in done.stderr:
        return None
    placed, used = model(ram, ranges, max_nodes)
    if node_ranges(done.stderr) != placed:
        return f"expected {placed}, got {node_ranges(done.stderr)}"
    if ("is not used" in done.stderr) == used:
        return f"expected that the table is {'' if used else 'not '}used: {done.stderr[-300:]}"
    return compare_zones(json.loads(done.stdout)["nodes"], placed)


def compare_zones(nodes, placed):
    for node in sorted({node for node, _, _ in placed}):
        got = [zone for found in nodes if found["id"] == node for zone in found["zones"]]
        got = [(z["name"], z["start_pfn"], z["spanned"], z["present"]) for z in got]
        if got != list(zones_of(node, placed)):
            return f"node {node}: expected {list(zones_of(node, placed))}, got {got}"
    return None


# ---- Machines of Linux's logs

def linux_srat(text):
    """The ranges of the SRAT that the log names, as a .srat text. Once they had exclusive ends."""
    lines = []
    for node, first, last in re.findall(r"SRAT: Node (\d+) PXM \d+ \[mem (0x\w+)-(0x\w+)\]", text):
        lines.append(f"{node} {first} {int(last, 16) + 1:#x}")
    for node, start, end in re.findall(r"SRAT: Node (\d+) PXM \d+ ([0-9a-f]+)-([0-9a-f]+)$", text,
                                       re.M):
        lines.append(f"{node} {start} {end}")
    return "\n".join(lines) + "\n" if lines else None


def linux_ranges(text):
    """Linux's own list, below 4 GiB, or none if it kept the first 64 KiB for itself."""
    found = [(int(node), int(first, 16) // PAGE, min((int(last, 16) + 1) // PAGE, END_4G))
             for node, first, last in
             re.findall(r"^# expect: +node +(\d+): \[mem (0x\w+)-(0x\w+)\]$", text, re.M)]
    found += [(int(node), int(first, 16), min(int(end, 16), END_4G)) for node, first, end in
              re.findall(r"^# expect: +(\d+): (0x\w+) -> (0x\w+)$", text, re.M)]
    return [(node, 1 if first == 0x10 else first, end) for node, first, end in found
            if first < END_4G]


def check_file(mmsim, path, scratch, max_nodes):
    """Return: what is wrong, or None where nothing is known of a SRAT."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    rows = linux_srat(text)
    if not rows:
        return None
    srat = os.path.join(scratch, os.path.basename(path) + ".srat")
    with open(srat, "w", encoding="utf-8") as file:
        file.write(rows)
    found = compare(mmsim, path, srat, max_nodes)
    got = node_ranges(run_mmsim(mmsim, path, srat).stderr)
    want = linux_ranges(text)
    if not found and want and got != want:
        found = f"Linux has {want}, got {got}"
    return [found] if found else []


# ---- Random tables

class Tables:
    """A map, and ranges that fit to it more or less."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.maps = Maps(seed)

    def address(self):
        rng = self.rng
        value = rng.choice((rng.randrange(1 << 32), rng.randrange(1 << 28), rng.randrange(1 << 34)))
        return value & rng.choice((~0, ~0xFFF, ~0x3FFFFF, ~0x3FFFFF))

    def make(self):
        """Ranges one behind the other; sometimes one more, one less, or one with other ends."""
        rng = self.rng
        cuts = sorted({self.address() for _ in range(rng.randrange(8))} - {0})
        nodes = rng.randrange(1, 10)
        rows = [[rng.randrange(nodes), low, high]
                for low, high in zip([0, *cuts], [*cuts, 1 << 36])]
        for row in rows:
            if rng.random() < 0.05:
                row[2] += rng.choice((1, -1, PAGE, 1 << 20, 1 << 22))
        if rng.random() < 0.1 and len(rows) > 1:
            rows.pop(rng.randrange(len(rows)))
        rng.shuffle(rows)
        return "".join(f"{node} {low:#x} {high:#x}\n" for node, low, high in rows if low < high)


def check_random(mmsim, count, seed, scratch, max_nodes):
    """Random pairs, until one fails."""
    tables = Tables(seed)
    for number in range(count):
        path = os.path.join(scratch, f"random-{seed}-{number}.e820")
        srat = path.replace(".e820", ".srat")
        with open(path, "w", encoding="utf-8") as file:
            file.write(tables.maps.make())
        with open(srat, "w", encoding="utf-8") as file:
            file.write(tables.make())
        problem = compare(mmsim, path, srat, max_nodes)
        if problem:
            return [f"{mmsim} --e820 {path} --srat {srat}: {problem}"]
        os.unlink(path)
        os.unlink(srat)
    return []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mmsim")
    parser.add_argument("--maps", nargs="*", default=[])
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", default=os.environ.get("BUILD", "build") + "/srat-random")
    args = parser.parse_args()
    os.makedirs(args.scratch, exist_ok=True)
    max_nodes = max_nodes_of(args.mmsim, "tests/data/e820/qemu-pc-128m.e820")
    results = {}
    for path in args.maps:
        found = check_file(args.mmsim, path, args.scratch, max_nodes)
        if found is not None:
            results["srat." + os.path.basename(path)] = found
    if args.random:
        results[f"srat.random ({args.random} tables, seed {args.seed})"] = check_random(
            args.mmsim, args.random, args.seed, args.scratch, max_nodes)
    report = Report(len(results))
    for name, problems in results.items():
        report.result(name, problems)
    return report.totals()


if __name__ == "__main__":
    sys.exit(main())
