# SPDX-License-Identifier: 0BSD
"""Tests of scripts/build/take: an object is taken where the compiler would make the same of it."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from programs import SCRIPTS

FLAGS = "cc -DNR_CPUS=1  -O2\n"
SLUB = "cc -DNR_CPUS=1 -DCONFIG_SLUB -O2\n"


class Take(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        self.write("a.h", "int a;\n", 10)
        self.write("a.c", "#include <a.h>\n", 10)
        self.write("build/compile.flags", FLAGS, 20)
        self.write("build/obj/a.o", "object", 30)
        self.write("build/obj/a.d", "build/obj/a.o: a.c \\\n a.h\na.h:\n", 30)
        self.write("build/slub/compile.flags", SLUB, 40)
        (self.root / "build/slub/obj").mkdir()

    def write(self, name, text, when):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
        os.utime(path, (when, when))

    def taken(self, name="a"):
        command = [SCRIPTS / "build/take", "build", "build/slub", "build/slub/compile.flags",
                   f"build/slub/obj/{name}.o"]
        good = subprocess.run(command, cwd=self.root, check=False).returncode == 0
        self.assertEqual((self.root / f"build/slub/obj/{name}.o").exists(), good)
        return good

    def test_the_same_is_taken_with_its_dependencies(self):
        self.assertTrue(self.taken())
        self.assertEqual((self.root / "build/slub/obj/a.o").read_text(encoding="ascii"), "object")
        self.assertEqual((self.root / "build/slub/obj/a.d").read_text(encoding="ascii"),
                         "build/slub/obj/a.o: a.c \\\n a.h\na.h:\n")
        self.assertGreater((self.root / "build/slub/obj/a.o").stat().st_mtime, 40)

    def test_what_is_not_there(self):
        self.assertFalse(self.taken("b"))

    def test_a_header_is_newer(self):
        self.write("a.h", "int b;\n", 31)
        self.assertFalse(self.taken())

    def test_a_header_is_gone(self):
        (self.root / "a.h").unlink()
        self.assertFalse(self.taken())

    def test_the_other_flags_are_newer(self):
        self.write("build/compile.flags", FLAGS, 31)
        self.assertFalse(self.taken())

    def test_other_flags(self):
        self.write("build/slub/compile.flags", SLUB.replace("-O2", "-O1"), 40)
        self.assertFalse(self.taken())

    def test_a_header_asks_for_the_back_end(self):
        self.write("a.h", "#ifdef CONFIG_SLUB\n#endif\n", 10)
        self.assertFalse(self.taken())


if __name__ == "__main__":
    unittest.main()
