# SPDX-License-Identifier: 0BSD
"""Tests of where things lie: BUILD= is obeyed, and what lies beside the tree may be missing."""

import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from mmkit import boot, shared
from programs import SCRIPTS


def built_where(build):
    """The directory, the kernel and the summary, with BUILD=build."""
    code = "from mmkit import boot; print(boot.BUILD, boot.KERNEL, boot.SUMMARY)"
    environment = {name: value for name, value in os.environ.items() if name != "TEST_SUMMARY"}
    done = subprocess.run(["python3", "-c", code], cwd=SCRIPTS, check=True, text=True,
                          env=environment | {"BUILD": build}, capture_output=True)
    return [os.path.relpath(path, boot.ROOT) if build[0] != "/" else path
            for path in done.stdout.split()]


class Build(unittest.TestCase):
    def test_is_obeyed(self):
        for build in ("build", "out/deep", "/elsewhere"):
            self.assertEqual(built_where(build),
                             [build, f"{build}/mmkit.elf", f"{build}/test-summary.txt"])

    def test_a_copy_has_none_of_it(self):
        with tempfile.TemporaryDirectory() as scratch:
            root, copy = pathlib.Path(scratch, "tree"), pathlib.Path(scratch, "copy")
            for name in ("out/here/kernel", "out/kept", "build/old", "mm/build/kept",
                         ".git/config"):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).touch()
            (root / "link").symlink_to("mm")
            with mock.patch.multiple(boot, ROOT=root, BUILD=root / "out" / "here"):
                boot.copy_tree(copy)
            self.assertEqual({str(path.relative_to(copy)) for path in copy.rglob("*")
                              if not path.is_dir() or path.is_symlink()},
                             {"out/kept", "mm/build/kept", "link"})

    def test_a_copy_may_have_what_make_left(self):
        built = {"build/obj/mm/a.o", "build/compile.flags", "build/mmkit.elf"}
        for build, kept in (("build", built), ("out", set())):
            with tempfile.TemporaryDirectory() as scratch:
                root, copy = pathlib.Path(scratch, "tree"), pathlib.Path(scratch, "copy")
                for name in ("obj/mm/a.o", "compile.flags", "mmkit.elf", "test.log", "tour/mm/a"):
                    (root / build / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / build / name).touch()
                with mock.patch.multiple(boot, ROOT=root, BUILD=root / build):
                    boot.copy_tree(copy)
                    boot.copy_build(copy)
                self.assertEqual({str(path.relative_to(copy)) for path in copy.rglob("*")
                                  if not path.is_dir()}, kept)

    def test_a_copy_builds_in_itself(self):
        with mock.patch.dict(os.environ, {"BUILD": "out", "MAKEFLAGS": "-- BUILD=out", "CC": "cc"}):
            environment = boot.copy_environment()
        self.assertEqual((environment.get("BUILD"), environment.get("MAKEFLAGS"),
                          environment.get("CC")), (None, None, "cc"))


class BesideTheTree(unittest.TestCase):
    def shared(self, name):
        done = subprocess.run([SCRIPTS / "test" / "shared", name], check=False, text=True,
                              capture_output=True)
        return done.returncode, done.stdout

    def test_what_is_missing_has_a_reason(self):
        reason = "no such/thing, which lies beside the tree"
        self.assertEqual(shared.missing("such/thing"), reason)
        self.assertEqual(self.shared("such/thing"), (77, reason + "\n"))

    def test_what_is_there_has_none(self):
        with tempfile.TemporaryDirectory() as scratch:
            (pathlib.Path(scratch) / "shared" / "such").mkdir(parents=True)
            with mock.patch.object(boot, "ROOT", pathlib.Path(scratch) / "tree"):
                self.assertIsNone(shared.missing("such"))
