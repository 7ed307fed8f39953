# SPDX-License-Identifier: 0BSD
"""Packages of the distribution for an architecture, unpacked below build/ and not installed.

apt reads the system's sources, but keeps lists, state and packages in a directory of its own: no
architecture needs to be added to the system, root is not needed, and dpkg hears of nothing. What is
unpacked is a root with a dynamic linker and a C library of its own, by which its programs start.
"""

import os
import pathlib
import re
import shutil
import subprocess

TRIPLETS = {"i386": "i386-linux-gnu", "amd64": "x86_64-linux-gnu"}
LOADERS = {"i386": "ld-linux.so.2", "amd64": "ld-linux-x86-64.so.2"}
# What a package needs to be configured, but its programs not to run.
NOT_UNPACKED = re.compile(
    r"(debconf|dpkg|tar|passwd|adduser|usrmerge|init-system-helpers|lsb-base|sysvinit-utils|perl|"
    r"libpam.*|libaudit.*|lib(selinux|semanage|sepol).*|perl-modules.*|libperl.*|.*-perl|"
    r"readline-common|gcc-.*-base)$")


class Root:
    """An architecture's root directory, and what was put there."""

    def __init__(self, directory: pathlib.Path, architecture: str) -> None:
        self.apt, self.path = directory / "apt", directory / "root"
        self.architecture = architecture
        self.triplet = TRIPLETS[architecture]

    def _options(self) -> list[str]:
        places = {"Dir::State::lists": self.apt / "lists",
                  "Dir::State::status": self.apt / "status",
                  "Dir::Cache": self.apt / "cache",
                  "APT::Architecture": self.architecture,
                  "APT::Architectures": self.architecture, "APT::Sandbox::User": "",
                  "Debug::NoLocking": 1, "APT::Install-Recommends": 0, "Acquire::Retries": 2}
        return [word for place in places.items() for word in ("-o", "{}={}".format(*place))]

    def _apt(self, *words: str,
             cwd: pathlib.Path | None = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["apt-get", *self._options(), "-q", *words], cwd=cwd, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def update(self) -> str | None:
        """Fetch the lists of packages, once. Return: why there are none."""
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            return "no apt-get or no dpkg-deb"
        if not (self.apt / "updated").exists():
            for name in ("lists/partial", "cache/archives/partial"):
                (self.apt / name).mkdir(parents=True, exist_ok=True)
            (self.apt / "status").touch()
            self._apt("update")  # a source without this architecture is an error, and harmless
            if not any((self.apt / "lists").glob("*_Packages*")):
                return f"apt-get found no lists of packages for {self.architecture}"
            (self.apt / "updated").touch()
        return None

    def install(self, package: str, alone: bool = False) -> str | None:
        """Unpack a package and, unless ALONE, what it needs, once. Return: why not."""
        done = self.apt / f"{package}.unpacked"
        if done.exists():
            return None
        simulated = self._apt("--simulate", "install", package)
        names = re.findall(r"^Inst (\S+)", simulated.stdout, re.MULTILINE)
        wanted = [name for name in names
                  if name == package or not (alone or NOT_UNPACKED.match(name))]
        missing = [name for name in wanted if not any(self.apt.glob(f"{name}_*.deb"))]
        if package not in names:
            return f"no package {package} for {self.architecture}"
        if missing and self._apt("download", *missing, cwd=self.apt).returncode:
            return f"{package} could not be downloaded"
        for name in missing:
            deb = next(self.apt.glob(f"{name}_*.deb"))
            subprocess.run(["dpkg-deb", "-x", deb, self.path], check=True)
        done.touch()
        return None

    def find(self, *globs: str) -> pathlib.Path | None:
        """The first file that one of the globs finds."""
        for glob in globs:
            for found in sorted(self.path.glob(glob.replace("TRIPLET", self.triplet))):
                return found
        return None

    def command(self, program: pathlib.Path, preload: pathlib.Path | None) -> list[str]:
        """Start PROGRAM by this root's own dynamic linker, with its libraries."""
        libraries = ":".join(str(self.path / name / self.triplet) for name in ("lib", "usr/lib"))
        loader = self.find(*(f"{name}/TRIPLET/{LOADERS[self.architecture]}"
                             for name in ("lib", "usr/lib")))
        return [str(loader), "--library-path", libraries,
                *(["--preload", os.fspath(preload)] if preload else []), os.fspath(program)]
