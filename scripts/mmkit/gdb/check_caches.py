# SPDX-License-Identifier: 0BSD
"""The invariants of caches that hold whatever the back end: S1, S9 and S10, mm/check_caches.c.

What the back end keeps about its slabs is looked at between: it says which pages are theirs.
"""

from collections.abc import Callable
from typing import Any

import gdb

from . import check_slab, check_slob, check_slub, source
from .cache import Cache
from .check import Check
from .source import Constants

BACK_ENDS: dict[str, Callable[[Check, list[Any]], tuple[set[int], set[int]]]] = {
    "slab": check_slab.check_slabs, "slub": check_slub.check_slabs, "slob": check_slob.check_slabs,
}


def check_caches(check: Check) -> None:
    """All of them, if there are caches yet."""
    if not check.memory.has_caches():
        return
    caches, error = check.memory.walk_caches()
    if not error and [cache.address for cache in caches[:1]] != [source.symbol("cache_cache")]:
        error = "it does not begin with cache_cache"
    if error:
        check.violation("S1", f"the cache chain: {error}")
        return
    _check_names(check, caches)
    claimed, unknown = BACK_ENDS[check.memory.back_end](check, caches)
    _check_sizes(check, caches)
    _check_marked_pages(check, claimed, unknown)
    check.caches = len(caches)


def _check_names(check: Check, caches: list[Cache]) -> None:
    seen = set()
    for cache in caches:
        if cache.name in seen:
            check.violation("S1", f"two caches have the name {cache.name}")
        seen.add(cache.name)


def _check_sizes(check: Check, caches: list[Cache]) -> None:
    """S9: the tables of kmalloc(), mm/kmalloc.c."""
    by_address = {cache.address: cache for cache in caches}
    sizes, tables = gdb.parse_and_eval("kmalloc_sizes"), gdb.parse_and_eval("kmalloc_caches")
    limits = [int(sizes[i]["size"]) for i in range(sizes.type.range()[1] + 1)]
    with_twin = [size for i, size in enumerate(limits) if int(sizes[i]["dma_name"])]
    for dma in (0, 1):
        for index, size in enumerate(limits):
            cache = by_address.get(int(tables[dma][index]))
            room = next(twin for twin in with_twin if twin >= size) if dma else size
            if not _serves(check.memory.constants, cache, room, dma):
                check.violation("S9", f"the cache for kmalloc({size}){', GFP_DMA' * dma} is "
                                      f"{cache.name if cache else 'missing'}")
                return
    _check_small_sizes(check, limits, tables[0])


def _serves(c: Constants, cache: Cache | None, size: int, dma: int) -> bool:
    align = min(size & -size, 1 << c.PAGE_SHIFT)
    return (cache is not None and cache["size"] == size and cache["gfp"] == dma * c.GFP_DMA
            and cache["align"] % align == 0)


def _check_small_sizes(check: Check, limits: list[int], caches: gdb.Value) -> None:
    small = gdb.parse_and_eval("small_cache")
    for entry in range(small.type.range()[1] + 1):
        size = (entry + 1) * 8
        best = next(index for index, limit in enumerate(limits) if limit >= size)
        if int(small[entry]) != int(caches[best]):
            check.violation("S9", f"kmalloc({size}) is not served by the cache of {limits[best]}")
            return


def _check_marked_pages(check: Check, claimed: set[int], unknown: set[int]) -> None:
    """S10: no page has PG_slab but those of the slabs. Caches that could not be read to the end
    may own more than was seen."""
    memory = check.memory
    for pfn in memory.slab_pages:
        if pfn not in claimed and memory.page(pfn).cache not in unknown:
            page = memory.page(pfn)
            check.violation("S10", f"pfn {pfn} has PG_slab, cache {page.cache:#x}, slab "
                                   f"{page.slab:#x}: no cache has such a slab")
            return
