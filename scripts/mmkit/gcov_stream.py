# SPDX-License-Identifier: 0BSD
"""What a kernel built for coverage sends when it ends (tests/gcov/dump.c), as files.

A record is a 32-bit length and as many bytes. For each object: an empty record, a record with the
name of the .gcda file, then records that are its contents.
"""

import struct
from collections.abc import Iterator


def records(data: bytes) -> Iterator[bytes]:
    """The records of a stream; ValueError if it breaks off inside one."""
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            raise ValueError("the stream ends inside a length")
        length, = struct.unpack_from("<I", data, at)
        at += 4
        if at + length > len(data):
            raise ValueError("the stream ends inside a record")
        yield data[at:at + length]
        at += length


def files(data: bytes) -> dict[str, bytes]:
    """{name: contents} of a stream. A later dump of the same file replaces an earlier one."""
    found: dict[str, list[bytes]] = {}
    pieces, named = None, True
    for record in records(data):
        if not record:
            named = False
        elif not named:
            pieces = found[record.decode()] = []
            named = True
        elif pieces is None:
            raise ValueError("contents before the first name")
        else:
            pieces.append(record)
    return {name: b"".join(parts) for name, parts in found.items()}
