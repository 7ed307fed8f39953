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


class Files(unittest.TestCase):
    """What scripts/build/files lists of a tree."""

    def listed(self, *prepare, within=".", **files):
        with tempfile.TemporaryDirectory() as scratch:
            for name in ("mm/a.c", "scripts/build/b", "build/obj/a.o", "toolchain/bin/gcc",
                         "c.pyc"):
                path = pathlib.Path(scratch, within, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            for name, text in files.items():
                pathlib.Path(scratch, name).write_text(text, encoding="utf-8")
            for command in prepare:
                subprocess.run(["git", *command], cwd=scratch, check=True, capture_output=True)
            command = [SCRIPTS / "build" / "files", pathlib.Path(scratch, within)]
            done = subprocess.run(command, check=True, text=True, capture_output=True)
            return done.stdout.split()

    def test_git_says_what_is_ignored(self):
        self.assertEqual(self.listed(["init"], **{".gitignore": "*.pyc\n/build/\n/toolchain/\n"}),
                         [".gitignore", "mm/a.c", "scripts/build/b"])

    def test_without_git_what_was_built_is_known(self):
        self.assertEqual(self.listed(), ["c.pyc", "mm/a.c", "scripts/build/b"])

    def test_the_git_around_a_tree_is_another_ones(self):
        self.assertEqual(self.listed(["init"], within="copy", **{".gitignore": "/copy/\n"}),
                         ["c.pyc", "mm/a.c", "scripts/build/b"])

    def test_a_manifest_has_the_last_word(self):
        self.assertEqual(self.listed(["init"], **{".manifest": "0f  mm/a.c\n12  gone\n"}),
                         ["gone", "mm/a.c"])


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
