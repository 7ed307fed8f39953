# SPDX-License-Identifier: 0BSD
"""QEMU that waits for a debugger at its reset, and gdb with the symbols and commands of mmkit."""

import functools
import pathlib
import shutil
import subprocess
import time

from mmkit import boot

COMMANDS = boot.ROOT / "scripts" / "dev" / "gdb-init.py"


@functools.cache
def gdb() -> str | None:
    """A gdb that knows the i386 and Python, or None."""
    probe = ["-nx", "-batch", "-ex", "set architecture i386", "-ex", "python print(40 + 2)"]
    for name in ("gdb-multiarch", "gdb"):
        if path := shutil.which(name):
            done = subprocess.run([path, *probe], capture_output=True, text=True, check=False)
            if done.returncode == 0 and "42" in done.stdout:
                return path
    return None


def remote_options(socket: pathlib.Path | str) -> tuple[str, ...]:
    """Options of QEMU: stop at reset and let a debugger in at the socket."""
    return ("-S", "-chardev", f"socket,path={socket},server=on,wait=off,id=gdb0",
            "-gdb", "chardev:gdb0")


def gdb_command(socket: pathlib.Path | str, *options: str) -> list[str]:
    """gdb on the machine at the socket; `options` are obeyed after the connection is made."""
    return [gdb() or "gdb", "-q", "-iex", "set confirm off", "-ex", "set architecture i386",
            "-ex", f"target remote {socket}", "-x", str(COMMANDS), *options, str(boot.KERNEL)]


def wait_for_socket(socket: pathlib.Path | str, process: subprocess.Popen) -> bool:
    """Until QEMU listens. Return: false if it ended instead."""
    while not boot.listens(socket):
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return True


def stop(process: subprocess.Popen) -> None:
    """End QEMU if it still runs, as it does when gdb detached from it; at once and in silence."""
    process.kill()
    process.wait()
