# SPDX-License-Identifier: 0BSD
"""Tests of mmkit.exercises and mmkit.judge: what the exercises say, and what becomes of a program's
output."""

import pathlib
import tempfile
import unittest

from mmkit import boot, exercises, functions, judge
from mmkit.exercises import Exercise, Hint, Mistake
from mmkit.judge import Failure

ALL_HERE = unittest.skipIf((boot.ROOT / exercises.HERE).exists(), "a tree with one exercise in it")

MODELS = """# models: seed 1
# bootmem: seed 4, operation 12: place is 8, the oracle says 12
#   free pages 1 to 2
#   alloc node 0
# these end with: place is 4096, the oracle says 4095; invariant B2 is broken
# repeat: build/host-test/64/models --seed 4 --ops 1000 bootmem
not ok 1 - model.bootmem (12 operations, 0.0 s, 2 a second)
"""

RUNNER = """KTAP version 1
1..2
# seed: 1
# a note
ok 1 - watermark.fine
# tests/mm/watermark.c:176: case at the mark: expected f() == 0 (0x0), got 1 (0x1)
# tests/mm/watermark.c:176: case none: expected f() == 0 (0x0), got 1 (0x1)
not ok 2 - watermark.marks
# mmkit: 1 passed, 1 failed, 0 skipped
"""

ASAN = """[    0.000000] BIOS-provided physical RAM map:
=================================================================
==7==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000010 (pc 0x1 bp 0x2 sp 0x3 T0)
    #0 0x55 in memcpy ../lib.c:3
    #1 0x56 in find_run mm/bootmem.c:560
"""


def exercise(**fields):
    given = {"number": 3, "name": "x", "title": "t", "books": "b", "file": "mm/x.c",
             "function": "f", "task": "t", "rules": ["one", "two"], "empty": "",
             "judge": ["models x"], "hint": []}
    return Exercise(**{**given, **fields})


class BoilingDown(unittest.TestCase):
    def test_a_model(self):
        failure = judge.boil_down("models bootmem", 1, MODELS, "models --ops 5000 bootmem")
        self.assertEqual(failure, Failure(
            "model", "the model bootmem",
            "place is 4096, the oracle says 4095; invariant B2 is broken",
            ["free pages 1 to 2", "alloc node 0"],
            "build/host-test/64/models --log 1 --seed 4 --ops 1000 bootmem"))
        self.assertIn("(higher) (at a page)", failure.searched())

    def test_a_test(self):
        failure = judge.boil_down("runner ktest=watermark", 1, RUNNER, "again")
        self.assertEqual((failure.kind, failure.where), ("test", "the test watermark.marks"))
        self.assertTrue(failure.text.startswith("tests/mm/watermark.c:176: case at the mark"))
        self.assertEqual(len(failure.sequence), 1)

    def test_a_panic(self):
        panic = "[    0.100000] Kernel panic: no memory\n"
        failure = judge.boil_down("runner x", 37, panic, "again")
        self.assertEqual((failure.kind, failure.text), ("panic", "no memory"))

    def test_sanitizers(self):
        failure = judge.boil_down("runner x", 1, ASAN, "again")
        self.assertEqual(failure.text, "AddressSanitizer: SEGV on unknown address 0x000000000010, "
                         "in find_run() at mm/bootmem.c:560")
        undefined = "mm/buddy.c:70:5: runtime error: shift exponent 64 is too large\n"
        self.assertEqual(judge.boil_down("runner x", 1, undefined, "again").text,
                         "runtime error: shift exponent 64 is too large, at mm/buddy.c:70")

    def test_a_time_limit(self):
        self.assertEqual(judge.boil_down("runner x", -24, "ok 1 - a\n", "again").kind, "hang")

    def test_whatever_else(self):
        failure = judge.boil_down("runner x", 3, "who\nknows\n\n", "again")
        self.assertEqual((failure.kind, failure.text), ("exit", "exit code 3: knows"))


class Comparing(unittest.TestCase):
    def test_words(self):
        self.assertEqual(judge.compare("place is -1, the oracle says 4096"), " (lower)")
        self.assertEqual(judge.compare("place is 8192, the oracle says -1"),
                         " (higher) (at a page)")
        regions = "region 0 is 0x1000-0x3fff type 1, the oracle says 0x1000-0x1fff type 1"
        self.assertEqual(judge.compare(regions), " (higher) (at a page)")
        self.assertEqual(judge.compare("no address"), "")

    def test_alignment(self):
        last = ["free pages 1 to 2", "prefer node 7: 2522 bytes, align 8192, goal page 0, limit 0"]
        text = "place is {}, the oracle says 12288"
        self.assertEqual(judge.alignment(text.format(8192), last), " (not aligned)")
        self.assertEqual(judge.alignment(text.format(4096), last), "")
        self.assertEqual(judge.alignment(text.format(8192), last[:1]), "")
        self.assertEqual(judge.alignment(text.format(8192), []), "")
        self.assertIn("(not aligned)", Failure("model", "m", text.format(8192), last).searched())


class Compiling(unittest.TestCase):
    SAID = """../tree/mm/x.c:7:2: warning: control reaches end [-Wreturn-type]
mm/x.c:7:2: warning: control reaches end [-Wreturn-type]
mm/other_x.c:1:1: warning: of another file
mm/x.c:9:1: note: no warning
"""

    def test_warnings_of_one_file_each_once(self):
        self.assertEqual(judge.warnings_of(self.SAID, "mm/x.c"),
                         ["mm/x.c:7: warning: control reaches end [-Wreturn-type]"])

    def test_some_are_shown(self):
        failure = Failure("test", "t", "x", warnings=[f"warning: {i}" for i in range(9)])
        lines = judge.report(exercise(), failure, boot.ROOT)
        self.assertEqual(lines[1:], [f"warning: {i}" for i in range(3)])


class Hints(unittest.TestCase):
    SENTENCES = {"P7": "no two free buddies"}

    def sentence(self, failure, *hints):
        it = exercise(hint=list(hints))
        return judge.sentence(it, failure, judge.hint_of(it, failure), self.SENTENCES)

    def test_the_first_that_fits(self):
        hints = [Hint("a", "says a", "nothing"), Hint("b", "says b", "got 1"), Hint("c", "says c")]
        it, failure = exercise(hint=hints), Failure("test", "the test x.y", "got 1")
        self.assertEqual(judge.hint_of(it, failure).name, "b")

    def test_the_sequence_is_searched_too(self):
        it = exercise(hint=[Hint("a", "says a", r"align 8\Z")])
        self.assertTrue(judge.hint_of(it, Failure("model", "m", "text", ["align 4", "align 8"])))
        self.assertFalse(judge.hint_of(it, Failure("model", "m", "text", ["align 8", "align 4"])))

    def test_what_is_no_rule_of_the_exercise(self):
        it = exercise(hint=[Hint("a", "says a")])
        failure = Failure("build", "the compiler", "error: x")
        self.assertEqual(judge.hint_of(it, failure).name, "compile")
        failure = Failure("build", "the compiler", "x.c:1: undefined reference to `pr_info'")
        self.assertEqual(judge.hint_of(it, failure).name, "declare")
        for text, name in (("member access within misaligned address 0x1", "null"),
                           ("shift exponent 64 is too large", "arithmetic"),
                           ("signed integer overflow: 1 + 2", "arithmetic")):
            failure = Failure("sanitizer", "runner x", f"runtime error: {text}")
            self.assertEqual(judge.hint_of(exercise(), failure).name, name)
        hang = Failure("hang", "runner x", "it does not end in 10 s")
        self.assertEqual(judge.hint_of(exercise(), hang).name, "hang")
        self.assertEqual(judge.hint_of(it, hang).name, "a")

    def test_one_sentence(self):
        failure = Failure("model", "the model x", "place is 1", ["a", "b"])
        self.assertEqual(self.sentence(failure, Hint("a", "s", "", 2)),
                         'rule 2 of f() is broken ("two"), in the model x after 2 operations: '
                         'place is 1')
        failure = Failure("test", "the test x.y", "P7: pfn 1")
        self.assertEqual(self.sentence(failure, Hint("a", "s", "", 1)),
                         'rule 1 of f() is broken ("one"), in the test x.y: '
                         'P7 ("no two free buddies"): pfn 1')
        failure = Failure("model", "the model x", "d; invariant P7 is broken")
        self.assertEqual(self.sentence(failure),
                         "f() does not work, in the model x after the boot alone: "
                         'd; invariant P7 ("no two free buddies") is broken')
        self.assertEqual(self.sentence(Failure("exit", "runner x", "exit code 3")),
                         "f() does not work, in runner x: exit code 3")

    def test_a_long_sequence_is_cut(self):
        failure = Failure("model", "m", "t", [str(number) for number in range(50)])
        lines = judge.report(exercise(), failure, boot.ROOT)
        self.assertIn("    ... and 30 more", lines)


@ALL_HERE
class Exercises(unittest.TestCase):
    """Those that there are."""

    def setUp(self):
        self.all = exercises.load_all()

    def test_numbers_go_on(self):
        self.assertEqual([it.number for it in self.all], list(range(1, len(self.all) + 1)))
        self.assertGreaterEqual(len(self.all), 10)

    def test_what_they_name_is_there(self):
        sentences = exercises.invariants(boot.ROOT)
        for it in self.all:
            with self.subTest(it.name):
                self.assertTrue(exercises.right_body(it).strip())
                self.assertLessEqual(set(it.keeps), set(sentences))
                self.assertIn("empty", [hint.name for hint in it.hint])
                for body in it.wrong + it.right:
                    self.assertIn(body["from"], exercises.right_body(it))
                for wrong in it.wrong:
                    self.assertIn(wrong["hint"], [hint.name for hint in (*it.hint, *judge.COMMON)])

    def test_every_hint_has_a_body_that_asks_for_it(self):
        for it in self.all:
            asked = {"empty", *(wrong["hint"] for wrong in it.wrong)}
            self.assertEqual([hint.name for hint in it.hint if hint.name not in asked], [], it.name)

    def test_a_contract(self):
        for it in self.all:
            text = exercises.contract(it, boot.ROOT)
            self.assertIn(f"1. {it.rules[0][:40]}", text)
            self.assertNotIn(functions.squeeze(exercises.right_body(it)), functions.squeeze(text))

    def test_the_list_for_readers(self):
        document = (boot.ROOT / "docs/exercises.md").read_text(encoding="utf-8")
        rows = [line for line in document.splitlines()
                if line.startswith("| ") and line[2].isdigit()]
        self.assertEqual(len(rows), len(self.all))
        for it, row in zip(self.all, rows):
            begin = f"| {it.number} | `{it.function}()` | {it.title} | "
            self.assertEqual(row[:len(begin)], begin)
            for book in ("Gorman ", "Mauerer "):
                section = it.books.partition(book)[2].partition(";")[0]
                self.assertIn(f"| {section}".rstrip(), row)

    def test_found_by_number_and_name(self):
        for number in ("3", "03", "bootmem-first-fit"):
            self.assertEqual(exercises.find(number).stem, "03-bootmem-first-fit")
        with self.assertRaises(Mistake):
            exercises.find("99")

    def test_a_hint_without_a_rule(self):
        text = exercises.find("1").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch, "01-x.toml")
            path.write_text(text.replace("rule = 2", "rule = 9"), encoding="utf-8")
            with self.assertRaisesRegex(Mistake, "number of a rule"):
                exercises.load(path)

    def test_a_field_that_nobody_knows(self):
        with tempfile.TemporaryDirectory() as scratch:
            path = pathlib.Path(scratch, "01-x.toml")
            path.write_text('title = "t"\nodd = 1\n', encoding="ascii")
            with self.assertRaisesRegex(Mistake, "books.*odd"):
                exercises.load(path)


@ALL_HERE
class Trees(unittest.TestCase):
    def test_a_solution_is_found_whatever_its_looks(self):
        with tempfile.TemporaryDirectory() as scratch:
            tree = pathlib.Path(scratch)
            (tree / "a.md").write_text("f: `a = 1;\n   b( 2 );`\n", encoding="ascii")
            (tree / "b.c").write_text("/* none */\n", encoding="ascii")
            texts = exercises.squeezed(tree)
            body = "\n\ta = 1;\n\tb(2); /* two */\n"
            self.assertEqual(exercises.files_with(texts, body), ["a.md"])

    def test_somebody_s_work_is_left_alone(self):
        with tempfile.TemporaryDirectory() as scratch:
            (pathlib.Path(scratch) / "mine").touch()
            with self.assertRaisesRegex(Mistake, "there already"):
                exercises.lay_out(exercises.find("1"), pathlib.Path(scratch))

    def test_where_no_tree_can_be(self):
        for path, why in ((boot.ROOT / "mm" / "mine", "among the sources"),
                          (boot.ROOT / "Makefile", "there already"),
                          (pathlib.Path("/mine's"), "apostrophe")):
            with self.assertRaisesRegex(Mistake, why):
                exercises.refuse(path)
        exercises.refuse(boot.BUILD / "exercise" / "none-yet")


if __name__ == "__main__":
    unittest.main()
