# SPDX-License-Identifier: 0BSD
"""Programs of the distribution, run with one malloc or another: what they print, take and need.

Where the host does not start programs of 32 bits, qemu-i386 does: then what a program needs is
measured, and not how long it takes. Its memory lies in a range of the emulator's addresses, of
which the resident part is looked at every few milliseconds.
"""

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import time

from mmkit import boot, debroot

PROGRAMS = boot.ROOT / "tests" / "native" / "programs"
ARCHITECTURES = {32: "i386", 64: "amd64"}
EMULATOR_PACKAGES = ("qemu-user-static", "qemu-user")
GUEST_START, GUEST_END = 1 << 32, 2 << 32
SAMPLE_SECONDS = 0.004


@dataclasses.dataclass
class Run:
    """One run of a program. Times are in ms, None under the emulator; memory is in KiB."""
    output: tuple[int, bytes]
    user: float | None
    system: float | None
    rss: int


class Host:
    """The unpacked root of an architecture, and how its programs are started."""

    def __init__(self, bits: int) -> None:
        self.out = boot.BUILD / "native" / str(bits)
        self.library = self.out / "libmmkit.so"
        self.root = debroot.Root(self.out, ARCHITECTURES[bits])
        self.emulator: list[str] = []
        self.reason = self.root.update() or self.root.install("libc6")
        if not self.reason and not self._starts():
            self.reason = self._emulate()

    def _starts(self) -> bool:
        command = [*self.root.command(pathlib.Path("--version"), None)]
        try:
            return not subprocess.run(command, check=False, capture_output=True).returncode
        except OSError:
            return False

    def _emulate(self) -> str | None:
        name = "qemu-i386"
        emulator = shutil.which(f"{name}-static") or shutil.which(name)
        if not emulator:
            own = debroot.Root(self.out / "emulator", "amd64")
            reason = own.update()
            reasons = [reason or own.install(package, alone=True) for package in EMULATOR_PACKAGES]
            emulator = str(own.find(f"usr/bin/{name}-static", f"usr/bin/{name}") or "")
            if not emulator:
                return f"programs of 32 bits do not start here, and {reasons[0]}"
        self.emulator = [str(emulator), "-B", hex(GUEST_START)]
        return None

    def environment(self) -> dict[str, str]:
        """What programs need to know of their root; the same with each malloc."""
        return {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONMALLOC": "malloc",
                "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONHOME": str(self.root.path / "usr"),
                "PERL5LIB": str(self.root.path / "usr/lib" / self.root.triplet / "perl-base")}

    def run(self, program: pathlib.Path, arguments: list[str], preload: pathlib.Path | None) -> Run:
        command = [*self.emulator, *self.root.command(program, preload), *arguments]
        return self._run_emulated(command) if self.emulator else self._run(command)

    def _run(self, command: list[str]) -> Run:
        figures = self.out / "measured"
        result = subprocess.run([self.out / "measure", figures, *command], cwd=PROGRAMS, check=True,
                                env=self.environment(), stdin=subprocess.DEVNULL,
                                capture_output=True)
        status, user, system, rss = map(int, figures.read_text(encoding="ascii").split())
        return Run((status, result.stdout), user / 1000, system / 1000, rss)

    def _run_emulated(self, command: list[str]) -> Run:
        peak = 0
        output = self.out / "printed"
        with open(output, "wb") as file, subprocess.Popen(
                command, cwd=PROGRAMS, env=self.environment(), stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                peak = max(peak, guest_resident(process.pid))
                time.sleep(SAMPLE_SECONDS)
        return Run((process.returncode, output.read_bytes()), None, None, peak)


def guest_resident(pid: int) -> int:
    """KiB of the emulated program's memory that are resident; 0 when it is gone."""
    resident, inside = 0, False
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/smaps").read_text(encoding="ascii").splitlines():
            if area := re.match(r"([0-9a-f]+)-", line):
                inside = GUEST_START <= int(area[1], 16) < GUEST_END
            elif inside and line.startswith("Rss:"):
                resident += int(line.split()[1])
    return resident
