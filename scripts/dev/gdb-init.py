# SPDX-License-Identifier: 0BSD
"""Loads the commands and printers into gdb: `gdb -x scripts/dev/gdb-init.py build/mmkit.elf`."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mmkit.gdb import commands, printers  # noqa: E402

commands.register()
printers.register()
print(f"mmkit: {', '.join(commands.COMMANDS)} show the kernel's memory (help mm-page tells more)")
