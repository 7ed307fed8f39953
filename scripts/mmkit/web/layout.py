# SPDX-License-Identifier: 0BSD
"""Where the page finds things in the memory of the kernel: runs inside gdb, on the ELF alone.

The page reads the machine's memory from outside, as a debugger does. So it gets what a debugger
has: addresses and the layout of structures from the debug information, constants from the sources.
"""

from __future__ import annotations

import json

import gdb

from mmkit.gdb import source

STRUCTS = ("page", "zone", "pglist_data", "ledger", "mem_reservation", "e820_map", "e820_region")
VARIABLES = ("swapper_pg_dir", "node_data", "node_online_map", "mem_map_blocks", "max_pfn",
             "migratetype_names", "ledger", "e820_map")
ARRAYS = ("node_data", "mem_map_blocks")
CONSTANTS = ("PAGE_OFFSET", "PAGE_SHIFT", "VMEMMAP_START", "MAX_ORDER_NR_PAGES", "PG_reserved",
             "PG_buddy", "PG_pcp", "PG_slab", "PG_ORDER_SHIFT", "PG_ORDER_MASK")
ENUMS = ("MAX_NR_ZONES", "E820_RAM", "E820_UNUSABLE")
CLASSES = ("KTEST_SHORT", "KTEST_LONG", "KTEST_BOOT")  # those that do not stop the kernel


def _struct(name: str) -> dict[str, object]:
    layout = source.Layout(f"struct {name}")
    return {"size": layout.size, "members": layout.members}


def _rows(name: str) -> int:
    """The number of elements of an array."""
    first, last = gdb.parse_and_eval(name).type.range()
    return int(last) - int(first) + 1


def _suites(start: str, stop: str) -> dict[str, int]:
    """Of each suite in this set how many tests can run with others; none without tests."""
    suites: dict[str, int] = {}
    kind = gdb.lookup_type("struct ktest")
    classes = {source.variable(name) for name in CLASSES}
    for address in range(source.symbol(start), source.symbol(stop), kind.sizeof):
        test = gdb.Value(address).cast(kind.pointer()).dereference()
        if int(test["class"]) in classes:
            suite = test["suite"].string()
            suites[suite] = suites.get(suite, 0) + 1
    return suites


def write(path: str) -> None:
    """Write all that as JSON."""
    constants = source.Constants()
    found = {
        "symbols": {name: source.symbol(name) for name in VARIABLES},
        "rows": {name: _rows(name) for name in ARRAYS},
        "structs": {name: _struct(name) for name in STRUCTS},
        "constants": {name: getattr(constants, name) for name in CONSTANTS} |
                     {name: source.variable(name) for name in ENUMS},
        "suites": _suites("__start_ktest", "__stop_ktest"),
        "bootSuites": list(_suites("__start_ktest_boot", "__stop_ktest_boot")),
    }
    with open(path, "w", encoding="ascii") as out:
        json.dump(found, out)
