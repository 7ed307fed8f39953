# SPDX-License-Identifier: 0BSD
"""What the kernel is compiled from.

Types come from the debug information. It knows no macros: gcc writes them only with -g3, clang
not even then. So a #define is read in the source that this package stands beside, and gdb itself
evaluates it.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator

import gdb

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
FILES = ("arch/x86/include/asm/page.h", "arch/x86/include/asm/mm_limits.h", "include/mm/page.h",
           "include/mm/gfp.h", "include/mm/vmalloc.h",
           "mm/slab_base.h", "mm/slab_internal.h", "mm/slub_internal.h", "mm/slob_internal.h",
           "mm/kmalloc.h", "mm/pcp.h")

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\\\n", re.DOTALL)
DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\S.*?)[ \t]*$", re.MULTILINE)
WORD = re.compile(r"\b[A-Za-z_]\w*\b")


def defines_of(text: str) -> dict[str, str]:
    """Name -> replacement of the macros without arguments in C source."""
    return dict(DEFINE.findall(COMMENT.sub(" ", text)))


class Constants:
    """The #defines of FILES as attributes: numbers, evaluated when they are asked for."""

    def __init__(self) -> None:
        self._text: dict[str, str] = {}
        for name in FILES:
            self._text |= defines_of((ROOT / name).read_text(encoding="ascii"))

    def _expand(self, name: str) -> str:
        return WORD.sub(lambda word: f"({self._expand(word[0])})" if word[0] in self._text
                        else word[0], self._text[name])

    def __getattr__(self, name: str) -> int:
        if name not in self._text:
            raise gdb.GdbError(f"no #define {name} in {', '.join(FILES)} under {ROOT}")
        value = int(gdb.parse_and_eval(self._expand(name)))
        setattr(self, name, value)
        return value

    def named(self, pattern: str) -> dict[str, int]:
        """{name: value} of those whose whole name matches, in the order of the source."""
        return {name: getattr(self, name) for name in self._text if re.fullmatch(pattern, name)}


def _members(kind: gdb.Type, prefix: str, base: int) -> Iterator[tuple[str, tuple[int, int]]]:
    for field in kind.fields():
        if field.bitsize:
            continue
        path = prefix + (field.name or "")
        offset = base + field.bitpos // 8
        inner = field.type.strip_typedefs()
        if inner.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            yield from _members(inner, f"{path}." if field.name else prefix, offset)
        else:
            yield path, (offset, inner.sizeof)


def _bit_fields(kind: gdb.Type, base: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """(name, (bits in front of it, bits)) of those of the struct, and of its members without a
    name."""
    for field in kind.fields():
        inner = field.type.strip_typedefs()
        if field.bitsize:
            yield field.name, (base + field.bitpos, field.bitsize)
        elif not field.name and inner.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            yield from _bit_fields(inner, base + field.bitpos)


class Layout:
    """Where the members of a struct lie: `lru.next` for a member of a member."""

    def __init__(self, name: str) -> None:
        kind = gdb.lookup_type(name)
        self.size = kind.sizeof
        self.members = dict(_members(kind, "", 0))
        self.bit_fields = dict(_bit_fields(kind, 0))

    def offset(self, member: str) -> int:
        return self.members[member][0]

    def read(self, address: int) -> Record:
        """The struct at the address as a Record. Raises gdb.MemoryError."""
        return Record(self, address, read(address, self.size))


class Record:
    """A copy of a struct: record["inuse"] is a member as an unsigned number."""

    def __init__(self, layout: Layout, address: int, data: bytes) -> None:
        self.layout = layout
        self.address = address
        self.data = data

    def __getitem__(self, member: str) -> int:
        if member in self.layout.bit_fields:
            before, bits = self.layout.bit_fields[member]
            return int.from_bytes(self.data, "little") >> before & (1 << bits) - 1
        offset, size = self.layout.members[member]
        return int.from_bytes(self.data[offset:offset + size], "little")


def read(address: int, size: int) -> bytes:
    """Bytes of the kernel's memory. Raises gdb.MemoryError."""
    return bytes(gdb.selected_inferior().read_memory(address, size))


def read_word(address: int) -> int:
    return int.from_bytes(read(address, 4), "little")


def read_string(address: int) -> str:
    """The C string there, as far as it is readable and not too long for a name."""
    try:
        return read(address, 64).split(b"\0")[0].decode("latin-1")
    except gdb.MemoryError:
        return f"(bad name at {address:#x})"


def symbol(name: str) -> int:
    """The address of a variable."""
    return int(gdb.parse_and_eval(f"(unsigned long)&{name}"))


def variable(name: str) -> int:
    """The value of an integer variable."""
    return int(gdb.parse_and_eval(name))
