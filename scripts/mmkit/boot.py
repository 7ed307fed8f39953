# SPDX-License-Identifier: 0BSD
"""One boot in QEMU: how to start it, what it printed, how it ended.

The accelerator is always TCG unless QEMU_ACCEL says otherwise: a /dev/kvm that exists can still be
a thousand times slower for a 32-bit guest. QEMU's exit status is the kernel's verdict, written to
isa-debug-exit; a triple fault ends QEMU with 0, so 0 is never taken for success.

QEMU asks the host for pages of 2 MiB. The kernel looks at each block of its RAM, so the host would
clear all of it: 5 s for 3 GiB instead of 0.05. Whoever imports this gets none, nor do its children.
"""

import contextlib
import ctypes
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator

PR_SET_THP_DISABLE = 41
ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.path.normpath(ROOT / os.environ.get("BUILD", "build")))
NAME = os.environ.get("KERNEL_NAME", "mmkit")
KERNEL = BUILD / f"{NAME}.elf"
ISO = BUILD / f"{NAME}.iso"
SUMMARY = ROOT / os.environ.get("TEST_SUMMARY", BUILD / "test-summary.txt")
STREAMS = os.environ.get("STREAMS")  # a directory: each boot leaves a file of its debug port there

EXIT_PASSED, EXIT_FAILED, EXIT_PANIC, EXIT_TIMEOUT = 33, 35, 37, 124

EXIT_NAMES = {
    0: "QEMU ended with 0 (triple fault, or the guest switched itself off)",
    1: "QEMU refused to start",
    EXIT_PASSED: "exit 33 (passed)",
    EXIT_FAILED: "exit 35 (something failed)",
    EXIT_PANIC: "exit 37 (panic)",
    EXIT_TIMEOUT: "timeout",
}

# What make leaves of `make` and of the host twin.
BUILT = ("obj", "host", "*.flags", "*.default", "ksyms*", "mmkit.*")

# Firmware images for the two UEFI architectures: code, variables, QEMU binary, machine options.
FIRMWARE = {
    "ia32": ("/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF32_VARS_4M.fd",
             "qemu-system-i386"),
    "x64": ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd",
            "qemu-system-x86_64"),
}


def exit_name(code: int) -> str:
    return EXIT_NAMES.get(code, f"exit {code}")


@dataclasses.dataclass
class Boot:
    """A machine and what it boots: `kernel` directly (multiboot 1), or `iso` through GRUB."""
    kernel: pathlib.Path | None = None
    iso: pathlib.Path | None = None
    uefi: str | None = None  # "ia32" or "x64": boot the ISO on UEFI firmware
    x86_64: bool = False  # on a machine with long mode
    memory: str = "128M"
    machine: str | None = None
    cpu: str | None = None
    append: str = ""
    modules: tuple = ()  # for `kernel`: "path" or "path arguments"
    extra: tuple = ()
    timeout: float = 120
    exit_device: bool = True
    reset_ends: bool = True  # a reset of the machine, also by a triple fault, ends QEMU with 0
    typed: str = ""  # what is typed on the serial line at the first prompt
    prompt: str = NAME  # that of another kernel


@dataclasses.dataclass
class Result:
    code: int
    text: str  # the serial line
    stderr: str
    seconds: float


def qemu_of(boot: Boot) -> str:
    if boot.uefi:
        return FIRMWARE[boot.uefi][2]
    return "qemu-system-x86_64" if boot.x86_64 else "qemu-system-i386"


def missing(boot: Boot) -> str | None:
    """Why this boot is not possible here, or None."""
    qemu = qemu_of(boot)
    if not shutil.which(qemu):
        return f"no {qemu}"
    if boot.uefi and not os.path.exists(FIRMWARE[boot.uefi][0]):
        return f"no {FIRMWARE[boot.uefi][0]}"
    return None


def _uefi_options(uefi: str, scratch: str | pathlib.Path) -> list[str]:
    code, variables, _ = FIRMWARE[uefi]
    writable = pathlib.Path(scratch) / "vars.fd"
    shutil.copy(variables, writable)
    return ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={code}",
            "-drive", f"if=pflash,unit=1,format=raw,file={writable}"]


def command(boot: Boot, scratch: str | pathlib.Path) -> list[str]:
    """The QEMU command line; files that it writes to lie in the directory `scratch`."""
    args = [qemu_of(boot),
            "-accel", os.environ.get("QEMU_ACCEL") or "tcg", "-m", boot.memory,
            "-display", "none", "-net", "none", "-serial", "stdio", "-monitor", "none"]
    if boot.reset_ends:
        args += ["-no-reboot"]
    if boot.uefi:
        args += _uefi_options(boot.uefi, scratch)
    # UEFI for ia32 runs on q35 only.
    machine = boot.machine or ("q35" if boot.uefi else None)
    if machine:
        args += ["-M", machine]
    if boot.cpu:
        args += ["-cpu", boot.cpu]
    if boot.exit_device:
        args += ["-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"]
    if boot.iso:
        args += ["-cdrom", str(boot.iso)]
    else:
        args += ["-kernel", str(boot.kernel or KERNEL), "-append", boot.append]
    if STREAMS:
        args += ["-debugcon", f"file:{STREAMS}/{pathlib.Path(scratch).name}"]
    if boot.modules:
        args += ["-initrd", ",".join(str(m).replace(",", ",,") for m in boot.modules)]
    return args + list(boot.extra)


class _Console:
    """The serial line of a running QEMU: lines out, and what is typed in once a prompt is there.

    QEMU writes each byte by itself, and wakes a reader that waits: 200000 times in a boot."""

    PAUSE = 0.01  # seconds in which bytes gather

    def __init__(self, process: subprocess.Popen, boot: Boot,
                 echo: Callable[[str], object] | None) -> None:
        assert process.stdin and process.stdout  # run() made pipes of them
        self.input, self.output = process.stdin, process.stdout
        self.typed = boot.typed.encode("latin-1")
        self.prompt = re.compile(rb"(%s|panic)> $" % boot.prompt.encode())
        self.echo = echo
        self.lines: list[str] = []
        self.pending = b""

    def _type(self) -> None:
        """Not before the prompt: a boot loader reads the same line."""
        if self.typed and self.prompt.search(self.pending):
            with contextlib.suppress(BrokenPipeError):
                os.write(self.input.fileno(), self.typed)
            self.typed = b""

    def _take_line(self, raw: bytes) -> None:
        line = raw.decode("latin-1").rstrip("\r")
        self.lines.append(line)
        if self.echo:
            self.echo(line)

    def read_all(self) -> str:
        while chunk := os.read(self.output.fileno(), 65536):
            *complete, self.pending = (self.pending + chunk).split(b"\n")
            for raw in complete:
                self._take_line(raw)
            self._type()
            time.sleep(self.PAUSE)
        if self.pending:
            self._take_line(self.pending)
        return "\n".join(self.lines) + "\n"


def processor_seconds(pid: int) -> float:
    """What a process has used so far; nothing, if it is gone."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="latin-1")
    except OSError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Patience:
    """It ends with so many seconds of a process's own work, or as many in which the process did
    nothing. By the clock a test would fail because of what else the machine has to do."""

    EVERY = 1.0  # seconds between two looks
    NOTHING = 0.05  # of one core: a machine that is halted does so much

    def __init__(self, pid: int, seconds: float) -> None:
        self.pid, self.seconds = pid, seconds
        self.worked = self.idle = 0.0
        self.looked = time.monotonic()

    def is_over(self) -> bool:
        elapsed = time.monotonic() - self.looked
        if elapsed >= self.EVERY:
            worked = processor_seconds(self.pid)
            if worked - self.worked < self.NOTHING * elapsed:
                self.idle += self.EVERY  # and not more, should all of us have been stopped
            self.worked, self.looked = worked, self.looked + elapsed
        return max(self.worked, self.idle) >= self.seconds


class _Watch:
    """Ends QEMU when patience is over, and in any case at the end of the block."""

    def __init__(self, process: subprocess.Popen, seconds: float) -> None:
        self.process, self.patience = process, Patience(process.pid, seconds)
        self.expired = False
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self.ended.wait(Patience.EVERY):
            if self.patience.is_over():
                self.expired = True
                self.process.kill()

    def __enter__(self) -> "_Watch":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        self.thread.join()
        self.process.kill()
        self.process.communicate()


def run(boot: Boot, echo: Callable[[str], object] | None = None) -> Result:
    """Boot and wait for the end. `echo` gets each line of the serial line as it comes."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(command(boot, scratch), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=stderr)
        with _Watch(process, boot.timeout) as watch:
            text = _Console(process, boot, echo).read_all()
            code = process.wait()
        stderr.seek(0)
        errors = stderr.read().decode(errors="replace")
    code = EXIT_TIMEOUT if watch.expired else code
    return Result(code, text, errors, time.monotonic() - start)


def listens(socket: pathlib.Path | str) -> bool:
    """Does somebody listen at this Unix socket? Its file is there a moment before that."""
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as table:
        fields = [line.split() for line in table]
    return any(line[3] == "00010000" and line[7:] == [str(socket)] for line in fields)


def make_iso(path: pathlib.Path, config: str, modules: Iterable[pathlib.Path] = (),
             kernel: pathlib.Path = KERNEL) -> pathlib.Path:
    """A GRUB image of the kernel with the menu `config` (text) and `modules` (files)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    menu = path.with_suffix(".cfg")
    menu.write_text(config)
    subprocess.run([ROOT / "scripts" / "build" / "mkiso", path, kernel, menu, *modules], check=True)
    return path


def menu_config(entry: str) -> str:
    """The menu of the real ISO, which boots this entry at once."""
    menu = (ROOT / "boot" / "grub" / "grub.cfg").read_text(encoding="utf-8")
    menu, defaults = re.subn(r"^set default=.*$", f"set default={entry}", menu, flags=re.MULTILINE)
    menu, timeouts = re.subn(r"^set timeout=.*$", "set timeout=0", menu, flags=re.MULTILINE)
    if (defaults, timeouts) != (1, 1):
        raise ValueError("grub.cfg has no `set default=` or no `set timeout=`")
    return menu


def is_built(path: pathlib.Path) -> bool:
    """Is this file or directory of the tree one that was built or installed in it?"""
    return path.is_relative_to(BUILD) or path.relative_to(ROOT).parts[0] in (
        ".git", "build", "toolchain", "node_modules")


def copy_tree(to: pathlib.Path) -> None:
    """The tree as it is now, without what was built or installed in it; a toolchain is linked."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(ROOT, to, symlinks=True, ignore=lambda where, names: [
        name for name in names if is_built(pathlib.Path(where, name))])
    if (ROOT / "toolchain").exists():
        (to / "toolchain").symlink_to(ROOT / "toolchain")


def copy_build(to: pathlib.Path) -> None:
    """What was built of the kernel and the host twin, into a copy of the tree: there make compiles
    only what differs. It must have been built in the directory of the same name, for that is what
    make's list of dependencies says; of another BUILD= nothing is copied."""
    if BUILD != ROOT / "build":
        return
    (to / "build").mkdir(exist_ok=True)
    for name in BUILT:
        for path in BUILD.glob(name):
            if path.is_dir():
                shutil.copytree(path, to / "build" / path.name)
            else:
                shutil.copy2(path, to / "build" / path.name)


def copy_environment() -> dict[str, str]:
    """For `make` in a copy of the tree: without what it would take for its own settings."""
    return {name: value for name, value in os.environ.items()
            if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "BUILD", "KTEST", "TESTS",
                            "APPEND", "KERNEL", "KERNEL_NAME", "KERNEL_VERSION", "VENDOR")}


def panic_line(text: str) -> str | None:
    """The first panic message of a log, or None."""
    found = re.search(r"Kernel panic: .*", text)
    return found.group(0) if found else None


def tail(text: str, count: int = 15) -> list[str]:
    """The last lines of a log as comments, without a boot menu's escape sequences."""
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f]", "", line) for line in text.split("\n")]
    return [f"#   {line[:200]}" for line in [line for line in lines if line.strip()][-count:]]


def append_summary(part: str, passed: int, failed: int, skipped: int, seconds: float) -> None:
    """The line that scripts/test/run adds up."""
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    with open(SUMMARY, "a", encoding="ascii") as summary:
        summary.write(f"{part} {passed} {failed} {skipped} {seconds:.1f}\n")


def say(line: str) -> None:
    print(line, flush=True)


class Progress:
    """One line that is written over on a terminal; elsewhere a comment now and then."""

    EVERY = 10  # seconds between comments

    def __init__(self) -> None:
        self.shown = 0
        self.commented = time.monotonic()
        self.lock = threading.RLock()

    def show(self, text: str) -> None:
        with self.lock:
            if sys.stdout.isatty():
                text = text[: shutil.get_terminal_size().columns - 1]
                print("\r" + text.ljust(self.shown), end="", flush=True)
                self.shown = len(text)
            elif text and time.monotonic() - self.commented >= self.EVERY:
                self.commented = time.monotonic()
                say(f"# {text}")

    def line(self, text: str) -> None:
        with self.lock:
            self.show("")
            if self.shown == 0 and sys.stdout.isatty():
                print("\r", end="")
            say(text)


def minutes_left(start: float, done: int, total: int) -> str:
    """What is left of a job that began at `start`, as text."""
    if not done:
        return "time left not known"
    seconds = (time.monotonic() - start) / done * (total - done)
    return f"{seconds:.0f} s left" if seconds < 100 else f"{seconds / 60:.0f} min left"


class MemoryBudget:
    """Lets boots run side by side while their memory fits into what the host has free."""

    def __init__(self) -> None:
        self.free = self._available_mib() * 3 // 4
        self.used = 0
        self.changed = threading.Condition()

    @staticmethod
    def _available_mib() -> int:
        with contextlib.suppress(OSError), open("/proc/meminfo", encoding="ascii") as meminfo:
            for line in meminfo:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) // 1024
        return 2048

    @contextlib.contextmanager
    def hold(self, mib: int) -> Iterator[None]:
        """Wait for room; a boot that is larger than all there is runs alone."""
        with self.changed:
            self.changed.wait_for(lambda: self.used == 0 or self.used + mib <= self.free)
            self.used += mib
        try:
            yield
        finally:
            with self.changed:
                self.used -= mib
                self.changed.notify_all()
