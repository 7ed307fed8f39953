# SPDX-License-Identifier: 0BSD
"""What lies beside the tree and is no part of it: memory maps of real machines, what a real Linux
printed, traces of it. Nothing else reads there. Where it is missing, a test of it is a SKIP.
"""

import pathlib

from mmkit import boot


def path(name: str) -> pathlib.Path:
    """Where the file or directory NAME lies, if it is there: ask missing()."""
    return boot.ROOT.parent / "shared" / name


def missing(name: str) -> str | None:
    """The reason for a SKIP, None if NAME is there."""
    return None if path(name).exists() else f"no {name}, which lies beside the tree"
