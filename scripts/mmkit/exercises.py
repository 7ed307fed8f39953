# SPDX-License-Identifier: 0BSD
"""The exercises: what tests/exercises says of them, and a tree with one of them to be solved.

An exercise is a file NN-NAME.toml:

    title, books    for a person
    file, function  whose body is missing
    declared        the header with its contract, if that does not stand before the function
    task            what there is to know
    rules           what the function has to keep; a hint names a rule by its number, from 1
    keeps           invariants of mm_check() that are about it
    empty           the body that a student finds: honest, and without a warning
    judge           programs of the host with their arguments, the quickest first
    [hint.ID]       when: a pattern in what failed; rule: which one is broken, by its number;
                    says: the likely mistake. The first one that fits counts.
    [[wrong]]       for `make exercise-check` alone: hint: the ID that must come if in the right
                    body `from` is replaced by `to`
    [[right]]       the same of a body that the rules permit: it must pass. These two stand at the
                    end, and no tree of a student has them.

The right body is nowhere but in the product itself. A tree for a student is the product's files,
with that body exchanged, without the files of the exercises, and with those objects that do not
depend on the changed file: so the first judgement compiles little. exercise.toml in its root says
which exercise it is.
"""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import textwrap
import tomllib

from mmkit import boot, functions

SOURCES = boot.ROOT / "tests" / "exercises"
WRONG = re.compile(r"\n\[\[(?:wrong|right)\]\]")  # what stands from here on is not for students
HERE = "exercise.toml"

FIELDS = {"title", "books", "file", "function", "declared", "task", "rules", "keeps", "empty",
          "judge", "hint", "wrong", "right"}
OPTIONAL = {"declared", "keeps", "wrong", "right"}

TEXT = {".c", ".h", ".S", ".md", ".mk", ".py", ".toml", ".txt", ".ld", ""}


class Mistake(Exception):
    """What is wrong, in one line for whoever called."""


@dataclasses.dataclass
class Hint:
    name: str
    says: str
    when: str = ""  # "": whatever failed
    rule: int = 0  # of the exercise, from 1; 0: none, the hint is for any exercise

    def fits(self, failure: str) -> bool:
        return bool(re.search(self.when, failure, re.MULTILINE))


@dataclasses.dataclass
class Exercise:
    number: int
    name: str
    title: str
    books: str
    file: str
    function: str
    task: str
    rules: list[str]
    empty: str
    judge: list[str]
    hint: list[Hint]
    declared: str = ""
    keeps: list[str] = dataclasses.field(default_factory=list)
    wrong: list[dict[str, str]] = dataclasses.field(default_factory=list)
    right: list[dict[str, str]] = dataclasses.field(default_factory=list)

    def programs(self) -> list[str]:
        return sorted({command.split()[0] for command in self.judge})


def _parse(text: str, path: pathlib.Path) -> Exercise:
    fields = tomllib.loads(text)
    number, _, name = fields.pop("id", path.stem).partition("-")
    odd = FIELDS.symmetric_difference(fields) - OPTIONAL
    if odd:
        raise Mistake(f"{path}: missing, or not known: {', '.join(sorted(odd))}")
    hints = [Hint(hint, **table) for hint, table in fields.pop("hint").items()]
    if any(not 0 < hint.rule <= len(fields["rules"]) for hint in hints):
        raise Mistake(f"{path}: each hint has the number of a rule")
    return Exercise(number=int(number), name=name, hint=hints, **fields)


def load(path: pathlib.Path) -> Exercise:
    return _parse(path.read_text(encoding="utf-8"), path)


def paths() -> list[pathlib.Path]:
    if (boot.ROOT / HERE).exists():
        raise Mistake("this tree has one exercise in it, and no others: go back to the one that it "
                      "came of")
    return sorted(SOURCES.glob("*.toml"))


def load_all() -> list[Exercise]:
    return [load(path) for path in paths()]


def find(number: str) -> pathlib.Path:
    """The file of the exercise with this number, or of this name."""
    for path in paths():
        at, _, name = path.stem.partition("-")
        if number in (at.lstrip("0"), at, name):
            return path
    raise Mistake(f"there is no exercise {number}: `make exercise` lists them")


def invariants(root: pathlib.Path) -> dict[str, str]:
    """The sentences of mm_check()'s invariants, by their names."""
    sentences = {}
    for path in sorted(root.glob("mm/check_*.c")) + sorted(root.glob("arch/x86/**/check_*.c")):
        for name, strings in re.findall(r'\{ "([A-Z]+\d+)",\s+((?:"[^"]*"\s*)+)\}',
                                        path.read_text(encoding="utf-8")):
            sentences[name] = "".join(re.findall(r'"([^"]*)"', strings))
    return sentences


# --- what a student reads -------------------------------------------------------------------------


def _without_stars(comment: str) -> str:
    return re.sub(r"^/\*\s?|\s*\*/$|^[ \t]*\* ?", "", comment, flags=re.MULTILINE).strip()


def contract(exercise: Exercise, root: pathlib.Path) -> str:
    """EXERCISE.md: what is missing, what it must keep, how it is judged."""
    function = functions.cut((root / exercise.file).read_text(encoding="utf-8"), exercise.function)
    comment = function.header
    if exercise.declared:
        comment = functions.comment_of((root / exercise.declared).read_text(encoding="utf-8"),
                                       exercise.function)
    sentences = invariants(root)
    rules = "\n".join(textwrap.fill(f"{number}. {rule}", 100, subsequent_indent="   ")
                      for number, rule in enumerate(exercise.rules, 1))
    keeps = "".join(f"* {name}: {sentences[name]}\n" for name in exercise.keeps)
    return f"""# Exercise {exercise.number}: {exercise.title}

In `{exercise.file}` the body of one function is missing:

```c
{function.prototype}
```

{textwrap.fill(_without_stars(comment), 100)}

{textwrap.fill(exercise.task.strip(), 100)}

Books: {exercise.books}. The file begins with the theory; docs/architecture.md shows who calls whom.

## What it must keep

{rules}
{f"{chr(10)}Of the invariants that mm_check() knows:{chr(10)}{chr(10)}{keeps}" if keeps else ""}
## How it is judged

    make judge

compiles what changed and runs `{"`, `".join(exercise.judge)}`. The first failure is cut down
to the shortest sequence that shows it, with the rule that is broken and the likely mistake. After
`solved`, `make setup run` boots this very tree: self-tests, then the monitor.

## Looking into it

Print what you want to know:

    #include <lib/printk.h>
    pr_info("size is %lx\\n", size);

The judge shows nothing of it, the command behind its `again:` all. `models` do so with the option
`--log 1`, which that command has: the log of the boot, then the shortest sequence, each operation
before what it says. `runner` always shows the log.
"""


# --- a tree ---------------------------------------------------------------------------------------


def _copy(name: str, to: pathlib.Path) -> None:
    target = to / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(boot.ROOT / name, target, follow_symlinks=False)


def _copy_sources(to: pathlib.Path) -> None:
    listed = subprocess.run([boot.ROOT / "scripts" / "build" / "files"], check=True, text=True,
                            stdout=subprocess.PIPE).stdout
    for name in listed.splitlines():
        if not (name.startswith("tests/exercises/") and name.endswith(".toml")):
            _copy(name, to)
    if (boot.ROOT / "toolchain").exists():
        (to / "toolchain").symlink_to(boot.ROOT / "toolchain")


def _copy_objects(to: pathlib.Path, file: str) -> None:
    """What was built of the kernel and of the host's tests and does not come of `file` ("": all).
    Only a build in the directory of the same name has the dependencies as make will look for them.
    """
    if boot.BUILD != boot.ROOT / "build":
        return
    for part in ("obj", "host-test"):
        for depends in (boot.BUILD / part).rglob("*.d"):
            made = depends.with_suffix(".o")
            if made.exists() and file not in depends.read_text(encoding="utf-8").split():
                _copy(str(depends.relative_to(boot.ROOT)), to)
                _copy(str(made.relative_to(boot.ROOT)), to)
    for flags in [*boot.BUILD.glob("*.flags"), *boot.BUILD.glob("*.default"),
                  *boot.BUILD.glob("host-test/*/*.flags")]:
        _copy(str(flags.relative_to(boot.ROOT)), to)


def put_body(exercise: Exercise, tree: pathlib.Path, body: str) -> None:
    path = tree / exercise.file
    path.write_text(functions.replace(path.read_text(encoding="utf-8"), exercise.function, body),
                    encoding="utf-8")


def right_body(exercise: Exercise) -> str:
    text = (boot.ROOT / exercise.file).read_text(encoding="utf-8")
    return functions.cut(text, exercise.function).body


def empty_body(exercise: Exercise) -> str:
    return f"\n\t/* Exercise {exercise.number}: EXERCISE.md says what this must do. */\n" \
           f"{exercise.empty.strip(chr(10))}\n"


def squeezed(tree: pathlib.Path) -> dict[str, str]:
    """The texts of a tree, by path, without their looks."""
    paths = [path for path in sorted(tree.rglob("*"))
             if path.suffix in TEXT and path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(tree)):
            functions.squeeze(path.read_text(encoding="utf-8", errors="replace")) for path in paths}


def files_with(texts: dict[str, str], body: str) -> list[str]:
    """Those of the squeezed texts that have this body."""
    wanted = functions.squeeze(body)
    return [path for path, text in texts.items() if wanted in text]


def copy_tree(to: pathlib.Path, file: str = "") -> None:
    """This tree, and of what was built in it all that does not come of `file`."""
    _copy_sources(to)
    _copy_objects(to, file)


def refuse(to: pathlib.Path) -> None:
    """Mistake if no tree can be laid out there."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise Mistake(f"{to} is there already, with somebody's work perhaps: delete it, or name "
                      "another directory with DIR=")
    if to.is_relative_to(boot.ROOT) and not to.is_relative_to(boot.BUILD):
        raise Mistake(f"{to} lies among the sources: name a directory outside, or in build/")
    if "'" in str(to):
        raise Mistake(f"{to}: make cannot build below a directory with an apostrophe in its name")


def lay_out(path: pathlib.Path, to: pathlib.Path) -> Exercise:
    """A tree for the exercise of that file in the new directory `to`."""
    exercise = load(path)
    refuse(to)
    copy_tree(to, exercise.file)
    (to / "EXERCISE.md").write_text(contract(exercise, to), encoding="utf-8")
    text = WRONG.split(path.read_text(encoding="utf-8"), maxsplit=1)[0]
    (to / HERE).write_text(f'id = "{path.stem}"\n{text}\n', encoding="utf-8")
    put_body(exercise, to, empty_body(exercise))
    left = files_with(squeezed(to), right_body(exercise))
    if left:
        shutil.rmtree(to)
        raise Mistake(f"the solution of {path.name} stands in {', '.join(left)}, too")
    return exercise


def of_tree() -> Exercise:
    """The exercise of the tree that this program is of."""
    path = boot.ROOT / HERE
    if not path.exists():
        raise Mistake("this tree has no exercise in it: `make exercise N=1` makes one that has")
    return load(path)


def default_directory(exercise_file: pathlib.Path) -> pathlib.Path:
    return boot.BUILD / "exercise" / str(int(exercise_file.stem.partition("-")[0]))


def shown(path: pathlib.Path) -> str:
    """As somebody in the current directory would type it."""
    return os.path.relpath(path)
