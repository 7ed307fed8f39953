# SPDX-License-Identifier: 0BSD
"""A running machine with a keyboard and a screen: keys in, characters and pixels out.

QEMU is asked by its machine protocol (QMP) over a socket in a scratch directory. What the machine
prints on the serial line is collected beside it.
"""

import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from mmkit import boot

T = TypeVar("T")

VGA_TEXT, VGA_COLUMNS, VGA_ROWS = 0xB8000, 80, 25

# Names of keys where they are not the character itself.
KEYS = {" ": ("spc",), "\n": ("ret",), "\b": ("backspace",), ".": ("dot",), "-": ("minus",),
        "_": ("shift", "minus"), "*": ("shift", "8"), ";": ("semicolon",), ",": ("comma",),
        "|": ("shift", "backslash")}


def key_names(char: str) -> tuple[str, ...]:
    if char.isupper():
        return ("shift", char.lower())
    return KEYS.get(char, (char,))


class Machine:
    """`with Machine(boot) as machine:` - QEMU runs inside of the block."""

    def __init__(self, machine: boot.Boot, timeout: float = 60) -> None:
        self.boot, self.timeout = machine, timeout
        self.serial = b""
        self.stack = contextlib.ExitStack()

    def __enter__(self) -> "Machine":
        with contextlib.ExitStack() as stack:
            self.scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            path = self.scratch / "qmp"
            self.process = subprocess.Popen(
                [*boot.command(self.boot, str(self.scratch)),
                 "-qmp", f"unix:{path},server=on,wait=off"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            stack.callback(self._end)
            self.patience = boot.Patience(self.process.pid, self.timeout)
            threading.Thread(target=self._collect, daemon=True).start()
            self.socket = stack.enter_context(socket.socket(socket.AF_UNIX))
            self.wait("a QMP socket", lambda: boot.listens(path))
            self.socket.connect(str(path))
            self.answers = stack.enter_context(self.socket.makefile("r", encoding="utf-8"))
            self.answers.readline()  # the greeting
            self.ask("qmp_capabilities")
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def _end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _collect(self) -> None:
        assert self.process.stdout  # it is a pipe
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(self.process.stdout.fileno(), 65536):
                self.serial += chunk

    def ask(self, command: str, **arguments: Any) -> Any:
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        while True:
            answer = json.loads(self.answers.readline() or '{"error": "QEMU has ended"}')
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def wait(self, what: str, condition: Callable[[], T], pause: float = 0.03) -> T:
        """Until `condition` returns something that is true; that is returned."""
        while not (value := condition()):
            if self.patience.is_over():
                raise TimeoutError(f"timeout: no {what}")
            time.sleep(pause)
        return value

    def text(self) -> str:
        return self.serial.decode("latin-1")

    def wait_serial(self, pattern: str) -> None:
        self.wait(f"line that matches {pattern!r}", lambda: re.search(pattern, self.text()))

    def type(self, text: str) -> None:
        """Press the keys one after the other, as a person would."""
        for char in text:
            self.press(*key_names(char))

    def press(self, *names: str) -> None:
        self.ask("send-key", keys=[{"type": "qcode", "data": name} for name in names],
                 **{"hold-time": 10})
        time.sleep(0.03)

    def memory(self, address: int, size: int) -> bytes:
        path = self.scratch / "memory"
        self.ask("pmemsave", val=address, size=size, filename=str(path))
        return path.read_bytes()

    def vga(self) -> list[tuple[str, bytes]]:
        """The VGA text screen: (characters, attributes) of each row."""
        data = self.memory(VGA_TEXT, VGA_ROWS * VGA_COLUMNS * 2)
        rows = [data[at:at + 2 * VGA_COLUMNS] for at in range(0, len(data), 2 * VGA_COLUMNS)]
        return [(row[::2].decode("latin-1"), row[1::2]) for row in rows]

    def screenshot(self, path: pathlib.Path) -> None:
        self.ask("screendump", filename=str(path), format="png")

    def pixels(self) -> tuple[int, int, bytes]:
        """(width, height, RGB bytes) of what the screen shows."""
        path = self.scratch / "screen.ppm"
        self.ask("screendump", filename=str(path))
        header, size, depth, data = path.read_bytes().split(b"\n", 3)
        if (header, depth) != (b"P6", b"255"):
            raise ValueError(f"no PPM: {header!r} {depth!r}")
        width, height = map(int, size.split())
        return width, height, data
