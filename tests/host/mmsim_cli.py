#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""mmsim_cli.py MMSIM - what mmsim promises beyond the numbers: options, exit codes, messages, what
goes to stdout and what to stderr. Prints KTAP."""
import glob
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

from e820_model import Report
from srat_model import max_nodes_of

DATA = "tests/data/e820"
PC = f"{DATA}/qemu-pc-128m.e820"
OK = "0x0 0x9f000 1\n0x100000 0x2000000 1\n"

# Text of a map -> the line that it is refused with, after "FILE:".
BAD_MAPS = (
    ("no number", "0x0 0x9f000 1\nfoo 0x2000 1\n", "2: START is no hexadecimal number of 64 bits"),
    ("bad end", "0x0 9f00g 1\n", "1: END is no hexadecimal number of 64 bits"),
    ("bad type", "0x0 0x9f000 0x1\n", "1: TYPE is no decimal number of 32 bits"),
    ("negative type", "0x0 0x9f000 -1\n", "1: TYPE is no decimal number of 32 bits"),
    ("type of 33 bits", "0x0 0x1 4294967296\n", "1: TYPE is no decimal number of 32 bits"),
    ("start of 65 bits", "0x10000000000000000 0x1 1\n",
     "1: START is no hexadecimal number of 64 bits"),
    ("only 0x", "0x 0x1 1\n", "1: START is no hexadecimal number of 64 bits"),
    ("a sign", "+1 0x1 1\n", "1: START is no hexadecimal number of 64 bits"),
    ("two words", "# a comment\n\n0x0 0x9f000\n", "3: expected START END TYPE"),
    ("one word", "0x0", "1: expected START END TYPE"),
    ("four words", "0x0 0x9f000 1 usable\n", "1: more than START END TYPE"),
    ("a zero byte", "0x0 0x9f000 1\n0x100000\0 0x200000 1\n", "2: a zero byte: this is no text"),
)

# Text of a SRAT -> as above.
BAD_SRATS = (
    ("two words", "0 0x0 0x1000\n# one\n1 0x1000\n", "3: expected NODE START END"),
    ("four words", "0 0x0 0x1000 hotplug\n", "1: more than NODE START END"),
    ("hex node", "0x1 0x0 0x1000\n", "1: NODE is no decimal number of 8 bits"),
    ("node of 9 bits", "256 0x0 0x1000\n", "1: NODE is no decimal number of 8 bits"),
    ("no start", "0 x 0x1000\n", "1: START is no hexadecimal number of 64 bits"),
    ("end of 65 bits", "0 0 10000000000000000\n", "1: END is no hexadecimal number of 64 bits"),
    ("empty", "0 0x1000 0x1000\n", "1: END is not above START"),
    ("inverted", "0 0 0x1000\n0 0x2000 0x1000\n", "2: END is not above START"),
    ("a zero byte", "0 0 0x1000\n\0", "2: a zero byte: this is no text"),
)

# Words -> a part of the line that refuses them.
BAD_USAGE = (
    ([], "--e820 FILE is missing"),
    (["--e820"], "--e820 needs a value"),
    (["--sart", "FILE", "--e820", PC], 'unknown option "--sart"'),
    (["--e820", PC, "--srat"], "--srat needs a value"),
    ([PC], f'unknown option "{PC}"'),
    (["--e820", PC, "--image", "2M-1M"], '--image: "2M-1M" is no START-END below 4 GiB'),
    (["--e820", PC, "--image", "1M-1M"], "--image:"),
    (["--e820", PC, "--image", "1M"], "--image:"),
    (["--e820", PC, "--image", "1M-5G"], "--image:"),
    (["--e820", PC, "--image", "1M-2M-3M"], "--image:"),
)

# Folders with tables that are refused -> the files in them, the line behind the folder's name.
BAD_FOLDERS = (
    ("empty", {}, ": no file is named like a table of ACPI"),
    ("no tables", {"README": b"", "SRAT.txt": b"", "tab": b"", "xsdt.dat": b""},
     ": no file is named like a table of ACPI"),
)

# Well-formed texts -> the regions that they are.
GOOD_MAPS = (
    ("comments, blanks, an open end",
     "# one\n\n \t\n 0x0\t0x9f000  1 # low\r\n100000 2000000 1\r\n0xFFFFFFFFFFFFF000 0 2",
     [[0, 0x9F000, 1], [0x100000, 0x2000000, 1], [0xFFFFFFFFFFFFF000, 1 << 64, 2]]),
    ("empty entries", OK + "0x5000 0x5000 2\n0x0 0x0 2\n",
     [[0, 0x9F000, 1], [0x100000, 0x2000000, 1]]),
    ("inverted entries", OK + "0x3000000 0x1000 1\n0x4000000 0x1000 2\n",
     [[0, 0x9F000, 1], [0x100000, 0x2000000, 1], [0x4000000, 1 << 64, 2]]),
    ("no newline at the end", OK + "0x2000000 0x2100000 20",
     [[0, 0x9F000, 1], [0x100000, 0x2000000, 1], [0x2000000, 0x2100000, 20]]),
)

# RAM entries -> enough for a kernel? 512 pages below 4 GiB, 256 of them below 16 MiB, but not page
# 0, 640K-1M, and what is above 4 GiB.
SIZES = (
    ("512 pages", "0x100000 0x300000 1\n", True),
    ("511 pages", "0x100000 0x2ff000 1\n", False),
    ("511 pages and page 0", "0x0 0x1000 1\n0x100000 0x2ff000 1\n", False),
    ("511 pages and the window", "0xa0000 0x100000 1\n0x100000 0x2ff000 1\n", False),
    ("511 pages and one above 4 GiB", "0x100000 0x2ff000 1\n0x100000000 0x100001000 1\n", False),
    ("256 and 256 above 16 MiB", "0x100000 0x200000 1\n0x1000000 0x1100000 1\n", True),
    ("255 and much above 16 MiB", "0x100000 0x1ff000 1\n0x1000000 0x8000000 1\n", False),
    ("nothing", "# nothing\n", False),
)


class Runner:
    def __init__(self, mmsim, folder):
        self.mmsim = mmsim
        self.map = os.path.join(folder, "test.e820")
        self.srat = os.path.join(folder, "test.srat")
        self.max_nodes = max_nodes_of(mmsim, PC)

    def __call__(self, *words):
        return subprocess.run([self.mmsim, *words], capture_output=True, text=True, timeout=30,
                              check=False)

    def on(self, text, *words):
        with open(self.map, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return self("--e820", self.map, *words)

    def with_srat(self, text, *words):
        with open(self.srat, "w", encoding="utf-8") as file:
            file.write(text)
        return self("--e820", PC, "--srat", self.srat, *words)


def expect(problems, what, got, want):
    if got != want:
        problems.append(f"{what}: expected {want!r}, got {got!r}")


def bad_maps(run):
    problems = []
    for name, text, message in BAD_MAPS:
        for words in ([], ["--json"]):
            done = run.on(text, *words)
            expect(problems, name, (done.returncode, done.stdout, done.stderr),
                   (2, "", f"{run.map}:{message}\n"))
    for path in ("no/such/file", DATA):
        done = run("--e820", path)
        expect(problems, path, (done.returncode, done.stdout), (2, ""))
        if not re.fullmatch(re.escape(path) + r": .+\n", done.stderr):
            problems.append(f"{path}: {done.stderr!r}")
    return problems


def bad_srats(run):
    problems = []
    for name, text, message in BAD_SRATS:
        done = run.with_srat(text, "--json")
        expect(problems, name, (done.returncode, done.stdout, done.stderr),
               (2, "", f"{run.srat}:{message}\n"))
    done = run("--e820", PC, "--srat", "no/such/file")
    expect(problems, "no file", (done.returncode, done.stderr.count("no/such/file: ")), (2, 1))
    return problems


def srat(run):
    """Nodes keep the numbers of the file; a table that cannot be right is a line, and one node."""
    problems = []
    for name, text, ids, lines in (
            ("a number left out, and not in order", "3 4000000 0 # rest\n1 0 4000000\n", [1, 3], 0),
            ("one node", "0 0 8000000\n", [0], 0),
            ("nothing", "", [0], 1),
            ("an overlap", "0 0 4001000\n1 4000000 0\n", [0], 1),
            ("a MiB is missing", "0 0 4000000\n1 4100000 0\n", [0], 1),
            ("nearly a MiB is missing", "0 0 4000000\n1 40ff000 0\n", [0, 1], 0),
            ("a node above all RAM", "0 0 8000000\n1 8000000 0\n", [0], 0),
            ("too many nodes", "".join(f"{n} {n << 23:x} {n + 1 << 23:x}\n" for n in range(16)),
             list(range(8)), 0)):
        ids = sorted({min(node, run.max_nodes - 1) for node in ids})
        if run.max_nodes == 1 and "overlap" in name:
            lines = 0  # of a node with itself
        done = run.with_srat(text, "--json", "--run", "check")
        nodes = json.loads(done.stdout)["nodes"]
        expect(problems, name, [node["id"] for node in nodes], ids)
        present = [zone["present"] for node in nodes for zone in node["zones"]]
        expect(problems, name, sum(present), 32638)
        expect(problems, name, done.stderr.count("the table is not used"), lines)
        expect(problems, name, done.stderr.count("more than 8 proximity domains"),
               int("too many" in name and run.max_nodes == 8))
        expect(problems, name, done.stderr.count("all invariants hold"), 1)
        expect(problems, name, done.stderr.count(": SRAT: Node "), len(text.splitlines()))
    for line in ("numa=off", "numa=fake=1"):
        done = run.with_srat("0 0 4000000\n1 4000000 0\n", "--json", "--cmdline", line)
        expect(problems, line, [node["id"] for node in json.loads(done.stdout)["nodes"]], [0])
    return problems


def bad_usage(run):
    problems = []
    for words, message in BAD_USAGE:
        done = run(*words)
        expect(problems, words, (done.returncode, done.stdout), (2, ""))
        if not re.match(r"mmsim: .+\nusage: mmsim --e820 FILE .*\n$", done.stderr) or \
                not done.stderr.startswith(f"mmsim: {message}"):
            problems.append(f"{words}: {done.stderr!r}")
    return problems


def usage(run):
    problems = []
    done = run("--help")
    expect(problems, "--help", (done.returncode, done.stderr), (0, ""))
    expect(problems, "text", done.stdout, run("--no-such").stderr.partition("\n")[2])
    return problems


def good_maps(run):
    problems = []
    for name, text, regions in GOOD_MAPS:
        done = run.on(text, "--json")
        expect(problems, name, done.returncode, 0)
        answer = json.loads(done.stdout or '{"e820": []}')
        got = [list(region.values()) for region in answer["e820"]]
        expect(problems, name, got, regions)
    return problems


def sizes(run):
    problems = []
    for name, text, enough in SIZES:
        done = run.on(text, "--json")
        expect(problems, name, done.returncode, 0 if enough else 3)
        lines = [line for line in done.stderr.splitlines() if line.startswith("mmsim: ")]
        expect(problems, name, (bool(done.stdout), len(lines)), (enough, 0 if enough else 1))
    return problems


def log_and_reports(run):
    """Without --json all is on stdout: log lines with stamps, reports without."""
    problems = []
    done = run("--e820", PC, "--run", "zoneinfo;nonsense;check")
    expect(problems, "exit", (done.returncode, done.stderr), (0, ""))
    for pattern in (r"\[    0\.000000\] BIOS-provided physical RAM map:$",
                    r"\[    0\.000000\] BIOS-e820: \[mem 0x0{16}-0x000000000009fbff\] usable$",
                    r"\[    0\.000000\] On node 0 totalpages: 32638$",
                    r"\[    0\.000000\] Built 1 zonelists, mobility grouping on\.  "
                    r"Total pages: \d+$",
                    r"\[    0\.000000\] Memory: \d+K/130552K available \(.*\)$",
                    r"Node 0, zone      DMA$", r"        present  28640$",
                    r"nonsense: unknown command", r"all invariants hold$",
                    r"\[    0\.000000\] mmkit: run: a command failed$"):
        if not re.search("^" + pattern, done.stdout, re.MULTILINE):
            problems.append(f"no line {pattern}")
    if "\r" in done.stdout:
        problems.append("a carriage return")
    return problems


def json_alone(run):
    """With --json stdout is one object, with the keys promised and no others."""
    problems = []
    done = run("--e820", PC, "--json", "--run", "zoneinfo")
    answer = json.loads(done.stdout)
    expect(problems, "keys", list(answer), ["version", "e820", "ignored_above_4g_bytes",
                                            "max_pfn", "max_low_pfn", "nodes", "memory"])
    expect(problems, "region", list(answer["e820"][0]), ["start", "end", "type"])
    expect(problems, "node", list(answer["nodes"][0]), ["id", "zones"])
    expect(problems, "zone", list(answer["nodes"][0]["zones"][0]),
           ["name", "start_pfn", "spanned", "present", "managed", "min", "low", "high",
            "protection"])
    expect(problems, "marks", [(zone["low"], zone["protection"])
                               for zone in answer["nodes"][0]["zones"]],
           [(int(low), [int(pages) for pages in protection.split(", ")]) for low, protection in
            re.findall(r"^        low +(\d+)\n(?:.*\n){4}        protection: \((.*)\)$",
                       done.stderr, re.MULTILINE)])
    memory = re.search(r"Memory: (\d+)K/(\d+)K", done.stderr)
    expect(problems, "memory", answer["memory"], {"available_kb": int(memory[1]),
                                                  "total_kb": int(memory[2])})
    if "Node 0, zone   Normal" not in done.stderr:
        problems.append("no report on stderr")
    return problems


def version(run):
    """One number, wherever it is asked for, and nothing is booted."""
    problems = []
    done = run("--version")
    expect(problems, "--version", (done.returncode, done.stderr), (0, ""))
    found = re.fullmatch(r"mmkit (\d+\.\d+\.\d+), compiled by .+\n", done.stdout)
    answer = json.loads(run("--e820", PC, "--json").stdout)
    expect(problems, "number", answer["version"], found and found[1])
    done = run("--e820", PC, "--run", "version")
    if done.stdout.splitlines()[-1] != run("--version").stdout.rstrip("\n"):
        problems.append("the monitor says something else")
    return problems


def command_line(run):
    problems = []
    answer = json.loads(run("--e820", PC, "--json", "--cmdline", "mem=64M").stdout)
    expect(problems, "mem=", answer["max_pfn"], 16384)
    answer = json.loads(run("--e820", PC, "--json", "--cmdline",
                            "memmap=1M$32M highmem=32M").stdout)
    expect(problems, "memmap=", [0x2000000, 0x2100000, 2] in
           [list(region.values()) for region in answer["e820"]], True)
    expect(problems, "highmem=", answer["max_low_pfn"], 23552)
    done = run("--e820", PC, "--cmdline", "mem=1M")
    expect(problems, "mem=1M", done.returncode, 3)
    done = run("--e820", PC, "--cmdline", "bootmem_debgu mem=64M")
    if 'Unknown option "bootmem_debgu", ignored; did you mean "bootmem_debug"?' not in done.stdout:
        problems.append("a typo in the first word is not seen")
    done = run("--e820", PC, "--cmdline", "colour=blue mem=lots")
    for line in ('Unknown option "colour=blue", ignored',
                 'Malformed value "lots" of option "mem", ignored',
                 "Command line: colour=blue mem=lots"):
        if f"] {line}\n" not in done.stdout:
            problems.append(f"no line {line}")
    return problems


def long_command_line(run):
    """What lies behind the limit is not obeyed, nor is a part of the word that the limit cuts."""
    problems = []
    cut = "boot loader: the command line is longer than 4096 bytes, the rest"
    for word in ("memmap=16M$64M", 'run="a;b c"', '"memmap=16M$64M"'):
        for inside in range(len(word) + 2):
            head = "mem=64M run=" + "a" * (4096 - 13 - inside) + " "
            done = run("--e820", PC, "--cmdline", head + word + " film")
            fits = inside >= len(word) + 1
            expect(problems, (word, inside, "lines"), done.stdout.count(cut), 1)
            expect(problems, (word, inside), word in done.stdout, fits)
            expect(problems, (word, inside, "obeyed"), "0004000000-" in done.stdout or
                   "FILM" in done.stdout, fits and "$" in word)
            if "max_pfn = 0x4000," not in done.stdout:
                problems.append(f"{word}, {inside}: what stands before is lost")
    done = run("--e820", PC, "--cmdline", "x=" + "a" * (4096 - 11) + " mem=64M")
    fits = done.stdout.count(cut), done.stdout.count("max_pfn = 0x4000,")
    expect(problems, "fits", fits, (0, 1))
    return problems


def regions_of(done):
    return [tuple(region.values()) for region in json.loads(done.stdout)["e820"]]


def memmap(run):
    """Linux's forms, as many as the command line holds, and what highmem= and reservelow= do."""
    problems = []
    for count in (1, 33, 256, 300):
        pages = [0x2000000 + i * 0x4000 for i in range(count)]
        for line in ("memmap=" + ",".join(f"4K$0x{page:x}" for page in pages),
                     " ".join(f"memmap=4K${page >> 10}K" for page in pages)):
            if len(line) > 4096:
                continue
            done = run("--e820", PC, "--json", "--cmdline", line)
            found = set(regions_of(done))
            expect(problems, (count, line[:30]), [page for page in pages
                                                  if (page, page + 4096, 2) not in found], [])
    exact = [(0x100000, 0x2000000, 1), (0x3000000, 0x3001000, 2)]
    for line, want in (
            ("memmap=exactmap,31M@1M,4K$48M", exact),
            ("memmap=4K$48M,exactmap memmap=31M@1M", exact),
            ("memmap=exactmap memmap=63M@1M memmap=32M memmap=4K$48M", exact),
            ("memmap=exactmap,63M@1M,4K$48M mem=1T memmap=32M memmap=33M", exact),
            ("memmap=exactmap,63M@1M mem=48M,1 mem=32M memmap=4K$48M", exact),
            ("memmap=exactmap,31M@1M,1M%80M-1+2,4K%48M+2", exact),
            ("memmap=exactmap,1G@1M highmem=64M", [(0x100000, 0x3C000000, 1)]),
            ("memmap=exactmap,1G@1M highmem=0", [(0x100000, 0x38000000, 1)]),
            ("memmap=exactmap,1G@1M highmem=200M", [(0x100000, 0x40100000, 1)])):
        expect(problems, line, regions_of(run("--e820", PC, "--json", "--cmdline", line)), want)
    for line, low in (("highmem=64M", 0x3C00), ("highmem=111M", 0x1000), ("highmem=112M", 0x7fe0)):
        done = run("--e820", PC, "--json", "--cmdline", line)
        expect(problems, line, json.loads(done.stdout)["max_low_pfn"], low)
    for line, text in (("reservelow=64K", "0x0000000000000000-0x000000000000ffff] reservelow="),
                       ("reservelow=1G", "0x0000000000000000-0x000000000009ffff] reservelow="),
                       ("bootmem_debug=1", "bootmem::init"), ("bootmem_debug", "bootmem::init")):
        expect(problems, line, text in run("--e820", PC, "--cmdline", line).stdout, True)
    return problems


def image(run):
    """The image changes managed and available, nothing else; a hole under it is one line."""
    problems = []
    plain = json.loads(run("--e820", PC, "--json").stdout)
    moved = json.loads(run("--e820", PC, "--json", "--image", "0x200000-8M").stdout)
    lost = plain["memory"].pop("available_kb") - moved["memory"].pop("available_kb")
    expect(problems, "available", lost, 5 * 1024)
    for answer in (plain, moved):
        for zone in answer["nodes"][0]["zones"]:
            zone.pop("managed")
    expect(problems, "the rest", moved, plain)
    for words, lines in (([], 0), (["--image", "512K-2M"], 1), (["--image", "127M-3G"], 1)):
        done = run("--e820", PC, *words)
        expect(problems, words, done.stdout.count("lies over memory that the map does not give"),
               lines)
    return problems


def pages_of(picture):
    """(state, pages) of the legend."""
    return re.findall(r"^\S+ +([a-z]+) +(\d+) pages +\d+ KiB$", picture, re.MULTILINE)


def film(run):
    """On every map: complete frames, whose numbers add up and are those of the log."""
    problems = []
    for path in sorted(glob.glob(f"{DATA}/*.e820")):
        done = run("--e820", path, "--cmdline", "film", "--json")
        frames = re.findall(r"^FILM frame (\S+) .*\n((?:(?!FILM frame|FILM end).*\n)*)FILM end$",
                            done.stderr, re.MULTILINE)
        expect(problems, path, len(frames), done.stderr.count("FILM frame"))
        for name, text in frames:
            sections = dict(re.findall(r"^FILM section (\S+)\n((?:(?!FILM ).*\n)*)", text,
                                       re.MULTILINE))
            for section in sections.keys() & {"map", "bitmap"}:
                totals = re.findall(r"^ +total +(\d+) pages|^(?:map: no (memory)|bitmap: .*)$",
                                    sections[section], re.MULTILINE)
                expect(problems, (path, name, section), bool(totals), True)
                expect(problems, (path, name, section),
                       sum(int(number) for _, number in pages_of(sections[section])),
                       sum(int(number or 0) for number, _ in totals))
            pages = pages_of(sections["map"])
            if name == "buddy":
                expect(problems, (path, "free"), 4 * int(dict(pages).get("free", 0)),
                       json.loads(done.stdout)["memory"]["available_kb"])
        expect(problems, path, done.returncode, run("--e820", path, "--json").returncode)
    return problems


def short_of_lowmem(run):
    """Maps where something does not fit: in one line each, and the rest goes on."""
    problems = []
    for name, line, managed in (
            ("no-room-for-bitmap", "for the bootmem bitmap: it stays in .init", True),
            ("no-room-for-mem-map", "mem_map: lowmem has no room to describe", True),
            ("all-under-the-image", "the kernel would stop here", False)):
        done = run("--e820", f"{DATA}/hostile-{name}.e820", "--json", "--run", "check")
        expect(problems, name, (done.returncode, done.stderr.count(line)), (0, 1))
        expect(problems, name, "all invariants hold" in done.stderr, managed)
        available = json.loads(done.stdout)["memory"]["available_kb"]
        expect(problems, name, available > 0, managed)
    return problems


def acpi_table(signature, body=b""):
    """A table of ACPI with the right sum."""
    table = signature + struct.pack("<LBB6s8sL4sL", 36 + len(body), 1, 0, b"MMKIT ", b"BYHAND  ", 1,
                                    b"HAND", 1) + body
    return table[:9] + bytes([-sum(table) % 256]) + table[10:]


def with_tables(run, folder, files, *words):
    """Boot on a PC whose firmware left @files in the new @folder."""
    path = os.path.join(os.path.dirname(run.map), folder)
    os.mkdir(path)
    for name, content in files.items():
        with open(os.path.join(path, name), "wb") as file:
            file.write(content)
    return run("--e820", PC, "--acpi", path, *words), path


def acpi(run):
    """A folder with tables: the kernel finds them, and says what is wrong with them."""
    problems = []
    madt = acpi_table(b"APIC", struct.pack("<2L", 0xFEE00000, 1) + bytes((0, 8, 0, 3, 1, 0, 0, 0)))
    facp = acpi_table(b"FACP", struct.pack("<2L", 0, 0x7F00123))
    done, path = with_tables(run, "acpi", {
        "APIC": madt, "facp.dat": facp, "Dsdt.AML": acpi_table(b"DSDT", b"code"),
        "ssdt1.bin": acpi_table(b"SSDT"), "SSDT12": acpi_table(b"SSDT"), "hpet": madt[:30],
        "SLIT": acpi_table(b"SRAT"), "SRAT": acpi_table(b"SRAT")[:-1] + b"\xff",
        "xsdt.dat": b"left out", "notes": b"left out"}, "--run", "acpi;check")
    expect(problems, "exit", (done.returncode, done.stderr), (0, ""))
    for pattern in (r"ACPI: RSDP from the boot loader 000024 \(v02 MMSIM \)", r"ACPI: MADT: 1 proc",
                    re.escape(f"ACPI: {path}/SLIT: the table in it is no SLIT"),
                    r"ACPI: table 0x0{8}\S+ 000000: it cannot be read, ignored",
                    r"ACPI: SRAT 0x0{8}\S+ 000024: its checksum is wrong, ignored",
                    r"ACPI: DSDT 0x0{9}7F00123 000028 \(v01 MMKIT  BYHAND   00000001 HAND 00",
                    r"reserved: \[mem 0x0{9}7f00123-0x0{9}7f0014a\] ACPI DSDT"):
        expect(problems, pattern, len(re.findall(pattern, done.stdout)), 1)
    expect(problems, "list", re.findall(r"^(\w{4}) 0x.* (\w+)$", done.stdout, re.MULTILINE),
           [("XSDT", "good"), ("APIC", "good"), ("SRAT", "good"), ("SRAT", "bad"),
            ("SSDT", "good"), ("FACP", "good"), ("SSDT", "good"), ("DSDT", "good")])
    expect(problems, "invariants", "all invariants hold" in done.stdout, True)
    return problems


def bad_folders(run):
    problems = []
    for name, files, message in BAD_FOLDERS:
        done, path = with_tables(run, name, files)
        expect(problems, name, (done.returncode, done.stdout, done.stderr),
               (2, "", f"{path}{message}\n"))
    for path in ("no/such/folder", PC):
        done = run("--e820", PC, "--acpi", path)
        expect(problems, path, (done.returncode, done.stdout), (2, ""))
        if not re.fullmatch(re.escape(path) + r": .+\n", done.stderr):
            problems.append(f"{path}: {done.stderr!r}")
    return problems


def from_linux(log):
    return subprocess.run(["scripts/e820-from-linux", "-"], input=log, capture_output=True,
                          encoding="utf-8", errors="surrogateescape", check=False,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"})


def e820_from_linux(run):
    """The boot log has Linux's format, so the script makes the map of it again."""
    problems = []
    for name in ("qemu-q35-5g-x86_64", "hostile-top-of-addresses", "hostile-types"):
        path = f"{DATA}/{name}.e820"
        done = from_linux(run("--e820", path).stdout)
        expect(problems, name, done.returncode, 0)
        again = run.on(done.stdout, "--json").stdout
        expect(problems, name, again, run("--e820", path, "--json").stdout)
    return problems


# What happens to a log on its way: other line ends, the colours of dmesg and journalctl, two bytes
# a character, and a byte that is no text.
WAYS = (
    str,
    lambda log: log.replace("\n", "\r\n"),
    lambda log: re.sub(r"^(\[.*?\] )?(.*?: )?(.*)$",
                       "\x1b[32m\\1\x1b[0m\x1b[1;33m\\2\x1b[0m\\3\x1b[m", log,
                       flags=re.MULTILINE),
    "\0".join,
    "\udcff\n".__add__,
)

# Logs -> what they are refused with.
BAD_LOGS = (
    ("BIOS-e820: [mem 0x0-0xfff] usable\nBIOS-e820: [mem 0x1000-0x1fff] fancy RAM\n",
     '2: unknown type "fancy RAM"'),
    ("BIOS-e820: [mem 0x0-0x1ffffffffffffffff] usable\n", "1: an address of more than 64 bits"),
    ("BIOS-e820: 0000000000000000 - 10000000000000001 (usable)\n",
     "1: an address of more than 64 bits"),
    ("BIOS-e820: [mem 0x0-0xfff]\n", '1: not an entry of a memory map: "[mem 0x0-0xfff]"'),
    ("BIOS-e820: [mem 0x0-0xfff] 4 KB gold\n", '1: unknown type "gold"'),
    ("BIOS-e820: [mem 0x0-0xfff] type 4294967296\n", '1: unknown type "type 4294967296"'),
    (" Xen: 0000000000000000 - 00000000000a0000 (usual)\n", '1: unknown type "(usual)"'),
    ("(XEN) Xen-e820 RAM map:\n(XEN)  0000000000000000 - 000000000009b800 (usbale)\n",
     '2: unknown type "(usbale)"'),
)


def linux_logs(_run):
    """Each form that Linux and Xen have had; a log that is not understood is refused in words."""
    problems = []
    for path in sorted(glob.glob("tests/data/linux-log/*.log")):
        with open(path, encoding="utf-8") as log, \
                open(path.removesuffix(".log") + ".e820", encoding="utf-8") as want:
            log, want = log.read(), want.read()
        for number, way in enumerate(WAYS):
            done = from_linux(way(log))
            expect(problems, (path, number), (done.returncode, done.stdout), (0, want))
            expect(problems, (path, number), done.stderr.count("holds 2 boots"),
                   "two-boots" in path)
    for log, message in BAD_LOGS:
        done = from_linux(log)
        expect(problems, log, (done.returncode, done.stdout, done.stderr),
               (1, "", f"e820-from-linux: standard input:{message}\n"))
    done = from_linux("BIOS-e820: [mem 0x100000-0x7ffffff] usable\n")
    expect(problems, "cut", (done.returncode, done.stderr.count("nothing below 1 MiB")), (0, 1))
    done = from_linux("not a boot log\n")
    expect(problems, "no map", (done.returncode, done.stderr.count("no memory map")), (1, 1))
    return problems


def main():
    cases = (bad_maps, bad_srats, srat, bad_usage, usage, good_maps, sizes, log_and_reports,
             json_alone, command_line, version, long_command_line, memmap, image, film,
             short_of_lowmem, acpi, bad_folders, e820_from_linux, linux_logs)
    report = Report(len(cases))
    with tempfile.TemporaryDirectory() as folder:
        run = Runner(sys.argv[1], folder)
        for case in cases:
            try:
                problems = case(run)
            except (ValueError, LookupError, TypeError) as error:
                problems = [f"an answer that is none: {error!r}"]
            report.result(f"mmsim_cli.{case.__name__}", problems)
    return report.totals()


sys.exit(main())
