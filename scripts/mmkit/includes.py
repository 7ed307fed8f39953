# SPDX-License-Identifier: 0BSD
"""The tree's own sources, and what they #include."""

import os
import re
from collections.abc import Iterator

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:<([^>]+)>|"([^"]+)")')


def sources() -> Iterator[str]:
    """Every C and assembly file, as a path from the tree's top. That is the working directory."""
    for top in ("arch", "boot", "dev", "include", "lib", "mm", "tests"):
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".S")):
                    yield os.path.join(folder, name)


def locate(header: str) -> str | None:
    """The file that <header> means, None if it is not ours."""
    for folder in ("include", "arch/x86/include"):
        path = os.path.join(folder, header)
        if os.path.exists(path):
            return path
    return None


def includes(path: str) -> Iterator[tuple[int, str | None, str | None]]:
    """(line, <header> or None, "header" or None) of each include."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1), match.group(2)
