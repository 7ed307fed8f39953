# SPDX-License-Identifier: 0BSD
"""The commands. Each is a class because gdb wants one; its docstring is what `help` prints."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

import gdb

from . import bootmem, report, source, vmalloc
from .model import Memory, paging_is_on, require_kernel


def _one_line_errors(invoke: Callable[[Any, str, bool], None]) -> Callable[[Any, str, bool], None]:
    """Memory that cannot be read is one line, not a traceback."""
    @functools.wraps(invoke)
    def wrapper(self: Any, argument: str, from_tty: bool) -> None:
        try:
            invoke(self, argument, from_tty)
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"{error} (damaged? mm-check tells)") from None
    return wrapper


def _no_argument(name: str, argument: str) -> None:
    if argument:
        raise gdb.GdbError(f"{name} takes no argument")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        gdb.write(line + "\n")


def _number(expression: str) -> int:
    """The value of an expression as a 32-bit number; what is none is one line."""
    try:
        value = gdb.parse_and_eval(expression)
        if value.type.strip_typedefs().code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            raise gdb.GdbError(f"\"{expression}\" is no number: {value.type}")
        number = int(value.cast(gdb.lookup_type("long long")))
    except gdb.MemoryError:
        raise
    except gdb.error as error:
        raise gdb.GdbError(f"\"{expression}\" is no number: {error}") from None
    if not -1 << 31 <= number < 1 << 32:
        raise gdb.GdbError(f"\"{expression}\" is no number of 32 bits: {number}")
    return number & 0xffffffff


def _pages(argument: str) -> range | None:
    """The pages of `A-B`, both included; None if there is no argument."""
    if not argument:
        return None
    first, _, last = argument.partition("-")
    pages = range(_number(first), _number(last) + 1) if first and last else None
    if not pages:
        raise gdb.GdbError(f"\"{argument}\" is no range A-B of page numbers")
    return pages


class Bootmem(gdb.Command):
    """mm-bootmem [A-B]: the boot memory allocator's bits, last_pos, last_offset and hint.

A bit is a page: free, used (bootmem handed it out), or reserved (the ledger's, or no RAM). In a
cell of several pages `+` is some free, `U` none free and some used. With page numbers single bits.
Works from the first instruction on; when there is no bitmap, a line says whether it is too early.
    break alloc_core
    mm-bootmem 0x1000-0x10ff"""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        require_kernel()
        pages = _pages(argument)
        reason = bootmem.why_not() if paging_is_on() else bootmem.NOT_YET
        _print([reason] if reason else bootmem.bitmap(source.Constants(), pages))


class Zones(gdb.Command):
    """mm-zones: the zones and their pages, in the format of zoneinfo.

Pages are counted three ways: spanned with holes, present without them, managed by the buddy
allocator."""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        _no_argument("mm-zones", argument)
        _print(report.zones(Memory()))


class Buddy(gdb.Command):
    """mm-buddy: free blocks of each zone by order, as in buddyinfo.

The first line of a zone counts what is on the free lists by walking them, the second one is
nr_free. Lists whose links are broken, or whose length is not nr_free, get a line each."""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        _no_argument("mm-buddy", argument)
        _print(report.buddy(Memory()))


class Pcp(gdb.Command):
    """mm-pcp: the pages that each CPU keeps at hand, by zone and migrate type.

The hottest page comes first: it is the next one to be handed out. They are free, but on no free
list of their zone."""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        _no_argument("mm-pcp", argument)
        _print(report.pcp(Memory()))


class PageCommand(gdb.Command):
    """mm-page PFN|ADDR: all that is known about a page.

The argument is an expression: a page frame number, a struct page *, or an address in the direct
map, whose object is shown if a slab cache owns the page.
    mm-page 5000
    mm-page page
    mm-page $eax"""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        if not argument:
            raise gdb.GdbError("usage: mm-page PFN|ADDR")
        memory = Memory()
        number = _number(argument)
        pfn, address = report.pfn_of(memory, number)
        if pfn is None:
            raise gdb.GdbError(f"{number:#x} is no page frame with a struct page, no struct page "
                               "and no address in the direct map")
        _print(report.page(memory, pfn, address))


class Object(gdb.Command):
    """mm-object ADDR: what is at an address: an object of a cache, a block, an area, a variable.

The argument is an expression. Says where the thing begins, how far into it the address is, and for
an object whether it is in use.
    mm-object $eax
    mm-object page->slab_cache"""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        if not argument:
            raise gdb.GdbError("usage: mm-object ADDR")
        memory = Memory()
        address = _number(argument)
        areas = vmalloc.Areas(memory.constants)
        if areas.end and areas.start <= address < areas.end:
            _print(vmalloc.at(areas, address))
            return
        lines = report.object_at(memory, address)
        if lines is None:
            raise gdb.GdbError(f"{address:#x} is no address of lowmem, of an area or of the image")
        _print(lines)


class Slab(gdb.Command):
    """mm-slab [CACHE]: the slab caches, or the slabs of one.

Without an argument a table like slabinfo. With the name of a cache its slabs, on which list each
is, and the numbers of the objects in use; object N lies N strides behind the first."""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        memory = Memory()
        if not memory.has_caches():
            raise gdb.GdbError("no slab cache exists yet (break boot_finish, then continue)")
        if not argument:
            _print(report.caches(memory))
            return
        lines = report.slabs(memory, argument)
        if lines is None:
            raise gdb.GdbError(f"no cache \"{argument}\" (mm-slab lists them)")
        _print(lines)

    def complete(self, text: str, word: str) -> Any:
        try:
            caches = Memory().walk_caches()[0]
        except (gdb.GdbError, gdb.MemoryError):
            return gdb.COMPLETE_NONE
        return [cache.name for cache in caches if cache.name.startswith(text)]


class Vmalloc(gdb.Command):
    """mm-vmalloc [ADDR]: the areas of vmalloc(), vmap() and ioremap(), as in vmallocinfo.

What is free between them, and what waits to be flushed, has a line, too. With an address, an
expression, only the area that it lies in, and where in it.
    mm-vmalloc $cr2"""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        areas = vmalloc.Areas(Memory().constants)
        if not areas.end:
            raise gdb.GdbError("there are no areas yet (break boot_finish, then continue)")
        if not argument:
            _print(vmalloc.lines(areas))
            return
        address = _number(argument)
        if not areas.start <= address < areas.end:
            raise gdb.GdbError(f"{address:#x} is not in the range of vmalloc(), "
                               f"{areas.start:#x}-{areas.end:#x}")
        _print(vmalloc.at(areas, address))


class CheckCommand(gdb.Command):
    """mm-check: walk zones, mem_map, free lists and slab caches, and compare with the invariants.

A violation is a line that begins with the number of the invariant; what the number means is said
below, in the words of the kernel's own checkers. Nothing of the kernel runs, so it works in the
middle of the allocator (where a change may be half done) and on damaged memory."""

    @_one_line_errors
    def invoke(self, argument: str, from_tty: bool) -> None:
        _no_argument("mm-check", argument)
        _print(report.check(Memory()))


COMMANDS = {"mm-bootmem": Bootmem, "mm-zones": Zones, "mm-buddy": Buddy, "mm-pcp": Pcp,
            "mm-page": PageCommand, "mm-object": Object, "mm-slab": Slab, "mm-vmalloc": Vmalloc,
            "mm-check": CheckCommand}


def register() -> None:
    for name, command in COMMANDS.items():
        command(name, gdb.COMMAND_DATA)
