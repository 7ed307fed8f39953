#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""e820_model.py MMSIM... - mmsim --json against a second opinion, on given and on random maps.

    --maps FILE...        these maps; a NAME.expected beside NAME.e820 is compared too
    --random N --seed S   N random maps; a map that fails is kept, and its file named

The model below is written from the rules of the map (the highest type number wins byte by byte, a
page is RAM if all its bytes are), not from mmkit's code: it cuts the address space at every end of
an entry and asks each piece by itself. Prints KTAP.
"""
import argparse
import json
import math
import os
import random
import resource
import subprocess
import sys

PAGE = 4096
TOP = 1 << 64
GIB4 = 1 << 32
DMA_END, NORMAL_END, END_4G = 4096, 229376, 1 << 20
ZONES = (("DMA", 0, DMA_END), ("Normal", DMA_END, NORMAL_END), ("HighMem", NORMAL_END, END_4G))


# ---- The model

def parse(text):
    """Entries (start, end, type) of a .e820 text, as they stand."""
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words:
            yield int(words[0], 16), int(words[1], 16), int(words[2])


def plain(entries):
    """Entries with start < end <= 2^64: empty ones dropped; wrapped ones dropped if usable, else
    cut at the top."""
    for start, end, kind in entries:
        if end == 0 and start:
            end = TOP
        if end < start:
            if kind == 1:
                continue
            end = TOP
        if start < end:
            yield start, end, kind


def sanitise(entries):
    """Sorted, merged (start, end, type); on overlap the highest type wins."""
    events = []
    for start, end, kind in plain(entries):
        events.append((start, kind, 1))
        events.append((end, kind, -1))
    events.sort()
    cover, pieces, last = {}, [], 0
    for address, kind, step in events:
        if address > last and cover:
            best = max(cover)
            if pieces and pieces[-1][1] == last and pieces[-1][2] == best:
                pieces[-1][1] = address
            else:
                pieces.append([last, address, best])
        last = max(last, address)
        cover[kind] = cover.get(kind, 0) + step
        if not cover[kind]:
            del cover[kind]
    return [tuple(piece) for piece in pieces]


def ram_ranges(regions):
    """[start, end) in pages of all RAM below 4 GiB but page 0 and 640K-1M."""
    for start, end, kind in regions:
        if kind != 1:
            continue
        first, stop = -(-start // PAGE), min(end // PAGE, END_4G)
        for low, high in ((1, 0xA0), (0x100, END_4G)):
            if max(first, low) < min(stop, high):
                yield max(first, low), min(stop, high)


def add_watermarks(zones, present):
    """What each zone keeps free, and from whom, by the pages of the three (Linux 2.6.24)."""
    lowmem = present[0] + present[1]
    keep = min(max(math.isqrt(lowmem * 4 * 16), 128), 65536) // 4
    for zone in zones:
        own = [name for name, _, _ in ZONES].index(zone["name"])
        share = keep * present[own] // lowmem
        lowest = share if own < 2 else min(max(present[own] // 1024, 32), 128)
        zone |= {"min": lowest, "low": lowest + share // 4, "high": lowest + share // 2,
                 "protection": [sum(present[own + 1:above + 1]) // (256 if own == 0 else 32)
                                for above in range(3)]}


def model(text):
    """What mmsim must say: (exit code, JSON without managed and available)."""
    regions = sanitise(parse(text))
    ram = list(ram_ranges(regions))

    def pages(low, high):
        return sum(max(0, min(end, high) - max(start, low)) for start, end in ram)

    if pages(0, END_4G) < 512 or pages(0, DMA_END) < 256:
        return 3, None
    node_start, node_end = ram[0][0], ram[-1][1]
    zones = []
    for name, low, high in ZONES:
        start, end = max(low, node_start), min(high, node_end)
        if pages(low, high):
            zones.append({"name": name, "start_pfn": start, "spanned": end - start,
                          "present": pages(low, high)})
    add_watermarks(zones, [pages(low, high) for _, low, high in ZONES])
    return 0, {
        "e820": [{"start": s, "end": e, "type": t} for s, e, t in regions],
        "ignored_above_4g_bytes": sum(e - max(s, GIB4) for s, e, t in regions
                                      if t == 1 and e > GIB4),
        "max_pfn": node_end,
        "max_low_pfn": min(node_end, NORMAL_END),
        "nodes": [{"id": 0, "zones": zones}],
        "memory": {"total_kb": sum(z["present"] for z in zones) * 4},
    }


# So many entries are never too many for mmkit's map.
EXACT = 1024


def not_sound(regions, got):
    """A crowded map may know less RAM, not more; and the largest piece is there.
    Return: what is wrong, or None."""
    ram = [(start, end) for start, end, kind in regions if kind == 1]
    found = [(r["start"], r["end"]) for r in got if r["type"] == 1]
    at = 0
    for start, end in found:
        while at < len(ram) and ram[at][1] <= start:
            at += 1
        if at == len(ram) or not ram[at][0] <= start < end <= ram[at][1]:
            return f"0x{start:x}-0x{end:x} is not RAM"
    start, end = max(ram, key=lambda piece: piece[1] - piece[0])
    kept = sum(max(0, min(end, stop) - max(start, first)) for first, stop in found)
    if kept < (end - start) * 9 // 10:
        return f"of RAM 0x{start:x}-0x{end:x} {kept} bytes are left"
    return None


# ---- Against mmsim

def strip_managed(answer):
    """Take out, and judge for themselves, the numbers that depend on the image.
    Return: what is wrong, or None."""
    managed = 0
    for zone in answer["nodes"][0]["zones"]:
        if not 0 <= zone["managed"] <= zone["present"]:
            return f"zone {zone['name']}: managed {zone['managed']}"
        managed += zone.pop("managed")
    if answer["memory"].pop("available_kb") != managed * 4:
        return "available_kb is not the sum of managed"
    return None


def difference(got, want, path=""):
    """The first difference between two JSON values, or None."""
    if isinstance(want, dict) and isinstance(got, dict) and got.keys() == want.keys():
        parts = [(key, got[key], want[key]) for key in want]
    elif isinstance(want, list) and isinstance(got, list) and len(got) == len(want):
        parts = [(i, got[i], want[i]) for i in range(len(want))]
    elif got == want and type(got) is type(want):
        return None
    else:
        return f"{path}: expected {str(want)[:200]}, got {str(got)[:200]}"
    for key, got_part, want_part in parts:
        found = difference(got_part, want_part, f"{path}/{key}")
        if found:
            return found
    return None


def processor_seconds():
    """What all runs of mmsim have used so far: unlike the clock's time, no other program's work."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def compare(mmsim, path, options, wanted, limit):
    """Run @mmsim on the map. Return: what is wrong, or None."""
    code, want = wanted
    start = processor_seconds()
    try:
        run = subprocess.run([mmsim, "--e820", path, "--json", "--run", "check", *options],
                             capture_output=True, text=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return "hangs"
    seconds = processor_seconds() - start
    if run.returncode != code:
        return f"expected exit code {code}, got {run.returncode}: {run.stderr[-300:]}"
    if limit and seconds > limit:
        return f"took {seconds:.2f} s"
    if code:
        return "JSON without success" if run.stdout else None
    if "all invariants hold" not in run.stderr and "would stop here" not in run.stderr:
        return f"check: {run.stderr[-300:]}"
    answer = json.loads(run.stdout)
    del answer["version"]  # the model knows the map, not the program
    if "e820: more than" in run.stderr:
        return strip_managed(answer) or crowded_difference(answer, path)
    return strip_managed(answer) or difference(answer, want)


def crowded_difference(answer, path):
    """A map that was too much for mmkit. Return: what is wrong, or None."""
    with open(path, encoding="utf-8") as file:
        entries = list(parse(file.read()))
    if len(entries) <= EXACT:
        return f"{len(entries)} entries are too many"
    found = not_sound(sanitise(entries), answer["e820"])
    text = "".join(f"{r['start']:x} {r['end'] % TOP:x} {r['type']}\n" for r in answer["e820"])
    return found or difference(answer, model(text)[1])


def expected_difference(path, text):
    """The model against NAME.expected, written by somebody else. Return: what is wrong, or None."""
    name = path.removesuffix(".e820") + ".expected"
    if not os.path.exists(name):
        return None
    regions = []
    with open(name, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words and words[0] == "region":
                regions.append((int(words[1], 16), int(words[2], 16), int(words[3])))
    return difference(sanitise(parse(text)), regions, "model")


# ---- Random maps

BORDERS = [0, 0x1000, 0x9F000, 0xA0000, 0x100000, 0x200000, 0x400000, 0x1000000, 0x38000000,
           0xF0000000, GIB4, GIB4 + (1 << 30), 1 << 36, TOP - 1]


class Maps:
    """Maps that hurt. Each shape is a list of entries (start, end, type)."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def address(self):
        """Near a border, or anywhere below 4 GiB; whole pages or not."""
        rng = self.rng
        if rng.random() < 0.5:
            value = rng.choice(BORDERS) + rng.randrange(-8, 9) * rng.choice((1, 16, 0x1000))
        else:
            value = rng.randrange(GIB4)
        if rng.random() < 0.6:
            value &= ~0xFFF
        return min(max(value, 0), TOP - 1)

    def kind(self):
        return self.rng.choice((1, 1, 1, 1, 2, 2, 3, 4, 5, 7, 12, 20, 0, 0xFFFFFFFF))

    def entry(self):
        start, end = sorted((self.address(), self.address()))
        return start, end, self.kind()

    def anything(self):
        return [self.entry() for _ in range(self.rng.randrange(1, 40))]

    def wrapped(self):
        """Inverted entries, empty ones, and ends at 2^64."""
        entries = self.anything()
        for _ in range(4):
            start, end, kind = self.entry()
            entries.append(self.rng.choice(((end, start, kind), (start, start, kind),
                                            (start, 0, kind))))
        return entries

    def machine(self):
        """A PC with holes."""
        rng = self.rng
        top = rng.randrange(1 << 21, GIB4)
        entries = [(0, 0x9FC00, 1), (0x9FC00, 0xA0000, 2), (0xF0000, 0x100000, 2),
                   (0x100000, top, 1)]
        for _ in range(rng.randrange(12)):
            start = rng.randrange(0x100000, top)
            entries.append((start, start + rng.randrange(1, 1 << 22), rng.choice((2, 3, 4, 5))))
        return entries

    def single_pages(self):
        """Single pages of RAM, far apart, all over the address space, beside what mmsim wants."""
        rng = self.rng
        step = rng.choice((2, 3, 512, 1024, 1025, 4096))
        first = rng.randrange(1, 1 << 19)
        entries = [((first + i * step) * PAGE, (first + i * step + 1) * PAGE, 1)
                   for i in range(rng.randrange(200, 4000))]
        return entries + [(0x100000, 0x100000 + rng.choice((0x100000, 0x180000, 0x300000)), 1)]

    def under_the_image(self):
        """Hardly any RAM but what the image takes."""
        rng = self.rng
        high = rng.randrange(0x100, END_4G - 600)
        return [(0x100000, 0x200000 + rng.randrange(0, 16) * PAGE, 1),
                (high * PAGE, (high + rng.choice((256, 300, 600))) * PAGE, 1)]

    def hole_under_the_image(self):
        start = 0x100000 + self.rng.randrange(256) * PAGE
        return [(0, 1 << 24, 1), (start, start + self.rng.randrange(1, 0x80000), 2)]

    def little_low_much_high(self):
        """mem_map does not fit into lowmem."""
        rng = self.rng
        high = rng.randrange(0x38000000, GIB4 - (1 << 24))
        return [(0x100000, 0x100000 + rng.randrange(0x100000, 0x800000), 1),
                (high, rng.randrange(high, GIB4 + 2), 1)]

    def pyramid(self):
        """Each entry inside the one before, and stronger."""
        n, base = self.rng.randrange(2, 600), 0x100000
        return [(base + i * PAGE, base + (2 * n - i) * PAGE, i + 1) for i in range(n)] + \
            [(0, 0x1000000, 1)]

    def many(self):
        rng = self.rng
        return [(start := rng.randrange(0, GIB4), start + rng.randrange(1, 1 << 20),
                 rng.choice((1, 1, 2))) for _ in range(rng.randrange(1000, 5000))]

    def make(self):
        """A shape, in any order, sometimes on top of another one; as text."""
        shapes = (self.anything, self.wrapped, self.machine, self.single_pages,
                  self.under_the_image, self.hole_under_the_image, self.little_low_much_high,
                  self.pyramid, self.many)
        weights = (20, 20, 20, 3, 8, 8, 8, 3, 2)
        entries = self.rng.choices(shapes, weights)[0]()
        if self.rng.random() < 0.3:
            entries += self.rng.choice((self.anything, self.machine))()
        if self.rng.random() < 0.5:
            entries.append((0, self.rng.choice((3 << 20, 1 << 25)), 1))
        self.rng.shuffle(entries)
        return "".join(f"0x{start:x} 0x{end % TOP:x} {kind}\n" for start, end, kind in entries)

    def options(self):
        """Sometimes an image somewhere else."""
        if self.rng.random() < 0.8:
            return []
        start = self.rng.randrange(0, 1 << 25)
        end = start + self.rng.randrange(1, 1 << self.rng.randrange(12, 31))
        return ["--image", f"{start}-{min(end, GIB4)}"]


# ---- KTAP

class Report:
    def __init__(self, plan):
        self.number = self.failed = 0
        print(f"KTAP version 1\n1..{plan}")

    def result(self, name, problems):
        self.number += 1
        self.failed += bool(problems)
        for problem in problems:
            print("#", problem)
        print("not ok" if problems else "ok", self.number, "-", name, flush=True)

    def totals(self):
        print(f"# mmkit: {self.number - self.failed} passed, {self.failed} failed, 0 skipped")
        return 1 if self.failed else 0


def check_file(programs, path, limit):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    problems = [expected_difference(path, text)]
    for mmsim in programs:
        problems.append(compare(mmsim, path, [], model(text), limit))
    return [problem for problem in problems if problem]


def check_random(programs, count, seed, scratch, limit):
    """Random maps, until one fails."""
    maps = Maps(seed)
    for number in range(count):
        text, options = maps.make(), maps.options()
        path = os.path.join(scratch, f"random-{seed}-{number}.e820")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        for mmsim in programs:
            problem = compare(mmsim, path, options, model(text), limit)
            if problem:
                return [f"{mmsim} --e820 {path} {' '.join(options)}: {problem}"]
        os.unlink(path)
    return []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mmsim", nargs="+")
    parser.add_argument("--maps", nargs="*", default=[])
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", default=os.environ.get("BUILD", "build") + "/e820-random")
    parser.add_argument("--limit", type=float, default=0, help="seconds that a map may take")
    args = parser.parse_args()
    report = Report(len(args.maps) + bool(args.random))
    for path in args.maps:
        report.result("mmsim." + os.path.basename(path),
                      check_file(args.mmsim, path, args.limit))
    if args.random:
        os.makedirs(args.scratch, exist_ok=True)
        report.result(f"mmsim.random ({args.random} maps, seed {args.seed})",
                      check_random(args.mmsim, args.random, args.seed, args.scratch, args.limit))
    return report.totals()


if __name__ == "__main__":
    sys.exit(main())
