# SPDX-License-Identifier: 0BSD
"""Tests of scripts/setup and scripts/check/named, on a system whose only commands are made here."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from programs import SCRIPTS

REAL = ("sh", "dirname", "cut", "env", "grep", "head", "id")
PRESENT = ("gcc", "i686-linux-gnu-gcc", "python3", "qemu-system-i386")

# Knows every name, and cannot install those of $REFUSED. What it installs is there then.
APT_GET = """
for word; do
	case " $REFUSED " in *" $word "*) exit 100 ;; esac
done
case " $* " in
*" --simulate "*) exit 0 ;;
*" install "*)    echo "$*" >> "$BIN/installed"; ln -s gcc "$BIN/chromedriver" 2> /dev/null ;;
esac
exit 0
"""


class System:
    """A directory of commands, and nothing else in PATH."""

    def __init__(self, folder):
        self.bin = pathlib.Path(folder)
        for name in REAL:
            self.command(name, f'exec "$REAL_BIN/{name}" "$@"')
        for name in (*PRESENT, "apt-cache"):
            self.command(name, "exit 0")
        self.command("sudo", 'exec "$@"')
        self.command("apt-get", APT_GET)

    def command(self, name, script):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
        path.chmod(0o755)

    def run(self, script, *args, refused=""):
        environment = {"PATH": str(self.bin), "BIN": str(self.bin), "REFUSED": refused,
                       "REAL_BIN": os.path.dirname(os.path.realpath("/usr/bin/env"))}
        return subprocess.run(["/bin/sh", SCRIPTS / script, *args], env=environment, text=True,
                              cwd=SCRIPTS.parent, capture_output=True, check=False)

    def installed(self):
        path = self.bin / "installed"
        return path.read_text(encoding="ascii").split() if path.exists() else []


class OnASystem(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.system = System(folder.name)


class Setup(OnASystem):
    def test_what_cannot_be_installed_is_skipped(self):
        done = self.system.run("setup", "report-test", refused="chromium")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("cannot install chromium here"), 1)
        self.assertIn("chromium-driver", self.system.installed())
        self.assertNotIn("chromium", self.system.installed())

    def test_what_is_needed_must_be_installed(self):
        (self.system.bin / "qemu-system-i386").unlink()
        done = self.system.run("setup", "bench", refused="qemu-system-x86")
        self.assertNotEqual(done.returncode, 0)

    def test_nothing_missing_nothing_done(self):
        done = self.system.run("setup", "bench")
        self.assertEqual((done.returncode, done.stdout, self.system.installed()), (0, "", []))


class Named(OnASystem):
    def check(self, says, versions, code):
        self.system.command("tool", f"echo '{says}'")
        done = self.system.run("check/named", "tool", *versions)
        self.assertEqual(done.returncode, code, says)
        return done.stdout

    def test_a_named_version(self):
        self.check("Debian clang-format version 14.0.6", ["12", "14"], 0)
        self.check("Cppcheck 2.10", ["2.10"], 0)
        self.check("i686-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0", ["12"], 0)

    def test_another_version(self):
        self.assertEqual(self.check("clang-format version 19.1.7 (3)", ["14"], 77),
                         "this is tool 19.1, the tree is kept clean with 14\n")
        self.check("Cppcheck 2.1", ["2.10"], 77)
        self.check("Cppcheck 2.10", ["2.1"], 77)

    def test_no_such_tool(self):
        done = self.system.run("check/named", "absent", "1")
        self.assertEqual((done.returncode, done.stdout), (77, "no absent\n"))


if __name__ == "__main__":
    unittest.main()
