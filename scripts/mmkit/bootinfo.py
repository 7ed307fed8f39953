# SPDX-License-Identifier: 0BSD
"""What a boot loader hands over, made by hand: the bytes, and the addresses at which they lie.

A plan is what tests/entry/shim.c reads: the entry point, EAX, EBX, and pieces of memory.
"""

import pathlib
import struct
from collections.abc import Iterable, Sequence

Map = Sequence[tuple[int, int, int]]  # start, size, type
Module = tuple[int, bytes, bytes]  # address, contents, string

MULTIBOOT, MULTIBOOT2, PVH = 0x2BADB002, 0x36D76289, 0x336EC578

# An ordinary map of 128 MiB.
MAP_128M = ((0, 0x9FC00, 1), (0x9FC00, 0x400, 2), (0xF0000, 0x10000, 2), (0x100000, 0x7EE0000, 1),
            (0x7FE0000, 0x20000, 2), (0xFFFC0000, 0x40000, 2))


class Layout:
    """Pieces of memory; those without an address lie one behind the other from `base` on."""

    def __init__(self, base: int) -> None:
        self.next = base
        self.pieces: list[tuple[int, bytes]] = []

    def put(self, data: bytes, addr: int | None = None) -> int:
        """Return: the address."""
        if addr is None:
            addr = self.next
            self.next += -(-len(data) // 16) * 16
        self.pieces.append((addr, data))
        return addr

    def plan(self, eax: int, ebx: int, entry: int = 0) -> bytes:
        plan = struct.pack("<IIII", entry, eax, ebx, len(self.pieces))
        for addr, data in self.pieces:
            plan += struct.pack("<II", addr, len(data)) + data + bytes(-len(data) % 4)
        return plan


def multiboot(cmdline: bytes, mmap: Map | None = MAP_128M, basic: tuple[int, int] | None = None,
              modules: Sequence[Module] = (), base: int = 0x20000, mmap_addr: int | None = None,
              loader: bytes = b"by hand") -> bytes:
    """Multiboot 1; modules are (address, data, string)."""
    layout = Layout(base)
    info = layout.put(bytes(116))
    flags, words = 4, {4: layout.put(cmdline + b"\0")}
    if basic:
        flags |= 1
        words[1], words[2] = basic
    if mmap is not None:
        data = b"".join(struct.pack("<IQQI", 20, *entry) for entry in mmap)
        flags |= 0x40
        words[11], words[12] = len(data), layout.put(data, mmap_addr)
    if modules:
        data = b"".join(struct.pack("<IIII", addr, addr + len(data), layout.put(string + b"\0"), 0)
                        for addr, data, string in modules)
        flags |= 8
        words[5], words[6] = len(modules), layout.put(data)
        for addr, data, _ in modules:
            layout.put(data, addr)
    if loader:
        flags |= 0x200
        words[16] = layout.put(loader + b"\0")
    words[0] = flags
    layout.put(struct.pack("<29I", *(words.get(i, 0) for i in range(29))), info)
    return layout.plan(MULTIBOOT, info)


def tag(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", kind, 8 + len(data)) + data


def mmap_tag(mmap: Map) -> bytes:
    return tag(6, struct.pack("<II", 24, 0) +
               b"".join(struct.pack("<QQII", *entry, 0) for entry in mmap))


def multiboot2(cmdline: bytes, mmap: Map = MAP_128M, tags: Iterable[bytes] = (),
               base: int = 0x20000) -> bytes:
    """Multiboot 2 with a map, a command line, and whatever tags else."""
    block = b""
    for one in (*tags, mmap_tag(mmap), tag(1, cmdline + b"\0"), tag(2, b"by hand\0"), tag(0, b"")):
        block += one + bytes(-len(one) % 8)
    layout = Layout(base)
    info = layout.put(struct.pack("<II", 8 + len(block), 0) + block)
    return layout.plan(MULTIBOOT2, info)


def pvh(entry: int, cmdline: bytes, mmap: Map = MAP_128M, modules: Sequence[Module] = (),
        root_pointer: bytes = b"", base: int = 0x20000) -> bytes:
    """PVH, version 1, at the entry point of the note; modules as for multiboot()."""
    layout = Layout(base)
    info = layout.put(bytes(56))
    entries = layout.put(b"".join(struct.pack("<QQII", *one, 0xEEEEEEEE) for one in mmap))
    listed = layout.put(b"".join(
        struct.pack("<QQQQ", addr, len(data), layout.put(string + b"\0"), 0)
        for addr, data, string in modules))
    for addr, data, _ in modules:
        layout.put(data, addr)
    pointer = layout.put(root_pointer) if root_pointer else 0
    layout.put(struct.pack("<IIIIQQQQII", PVH, 1, 0, len(modules), listed,
                           layout.put(cmdline + b"\0"), pointer, entries, len(mmap), 0), info)
    return layout.plan(0xDEADBEEF, info, entry)


def pvh_entry(elf: pathlib.Path) -> int:
    """The address in the note of the ELF file by which a PVH loader starts it."""
    data = elf.read_bytes()
    note = struct.pack("<III", 4, 4, 18) + b"Xen\0"
    return struct.unpack_from("<I", data, data.index(note) + len(note))[0]


def rsdp(revision: int = 2, rsdt: int = 0, xsdt: int = 0x7FE1000) -> bytes:
    """A root pointer of ACPI, sums and all."""
    data = b"RSD PTR \0BYHAND" + struct.pack("<BI", revision, rsdt)
    data = data[:8] + bytes([-sum(data) % 256]) + data[9:]
    if revision < 2:
        return data
    data += struct.pack("<IQ", 36, xsdt) + bytes(4)
    return data[:32] + bytes([-sum(data) % 256]) + data[33:]
