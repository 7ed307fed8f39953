# SPDX-License-Identifier: 0BSD
"""The judge of an exercise: build what changed, run the tests that know, boil down what they say.

Nothing here tests the function: that is what the tests and models of the tree do. The judge stops
at the first failure, finds in its output the one line that says what broke, and looks up in the
exercise which rule that is and which mistake it most likely comes of. Each program has so many
seconds of the processor's time, so that a busy machine condemns nobody, and a time by the clock
that is far longer.
"""

import dataclasses
import glob
import os
import pathlib
import re
import resource
import subprocess

from mmkit import boot
from mmkit.exercises import Exercise, Hint, Mistake, invariants

CPU_SECONDS = 10
CLOCK_SECONDS = 300
SEQUENCE_MAX = 20  # lines
WARNINGS_MAX = 3

# Models find what is wrong in the first thousand operations, most often in the first ten.
OPTIONS = {"models": ["--ops", "5000", "--patience", "300"], "runner": ["ktest.seed=1"]}

# Whatever the exercise is about. The first that fits counts.
COMMON = [
    Hint("declare", when="^build:.*(undefined reference|implicit declaration)",
         says="something is called that is not there: is its name right, and is the header "
         "included that has it? A macro without its header looks like a function, too"),
    Hint("compile", when="^build:",
         says="the compiler's line says where; EXERCISE.md has the parameters"),
    Hint("hang", when="does not end",
         says="a loop does not come nearer to its end in each round: look at what it steps by, and "
         "at what a `continue` jumps over"),
    Hint("null", when="SEGV|null pointer|misaligned address|is no struct page",
         says="a pointer is used that does not lead where it should: one that is NULL, or was "
         "computed wrong, or the link of something that is on no list"),
    Hint("bounds", when="buffer-overflow|out of bounds|use-after",
         says="an index or a pointer runs over the end of what it is for: off by one?"),
    Hint("arithmetic", when="runtime error: .*(shift|overflow|negation|division)",
         says="the arithmetic leaves what C defines: a shift by the width of the type or more, a "
         "division by 0, or a sum that is too large"),
]


@dataclasses.dataclass
class Failure:
    kind: str  # build, model, test, panic, sanitizer, hang or exit
    where: str  # which program, or which part of it
    text: str  # what broke, in a line
    sequence: list[str] = dataclasses.field(default_factory=list)  # the shortest one that shows it
    again: str = ""  # the command that shows it again
    warnings: list[str] = dataclasses.field(default_factory=list)  # of the compiler, for the file

    def searched(self) -> str:
        """What the patterns of hints are compared with."""
        words = compare(self.text) + alignment(self.text, self.sequence)
        compared = f"{self.kind}: {self.where}: {self.text}{words}"
        return "\n".join([compared, *self.sequence])


def compare(text: str) -> str:
    """In words what a pattern cannot see of `... is NUMBERS, the oracle says NUMBERS`."""
    sides = re.search(r" is (.*), the oracle says ([^;]*)", text)
    if not sides:
        return ""
    number = r"(?:(?<!\w)-)?\b(?:0x[0-9a-f]+|\d+)\b"
    got, want = ([int(found, 0) for found in re.findall(number, side)] for side in sides.groups())
    words = " (lower)" if got < want else " (higher)"
    return words + (" (at a page)" if got and got[0] % 4096 == 0 else "")


def alignment(text: str, sequence: list[str]) -> str:
    """The same of a place that is not aligned as the last operation wants it, and the oracle's is.
    """
    places = re.search(r"place is (\d+), the oracle says (\d+)", text)
    align = re.search(r"\balign (\d+)", sequence[-1]) if sequence else None
    if not places or not align or not int(align[1]):
        return ""
    return " (not aligned)" if (int(places[1]) - int(places[2])) % int(align[1]) else ""


# --- building -------------------------------------------------------------------------------------


def _kind(root: pathlib.Path) -> str:
    """The word size that a host program is built for: 64 where that runs."""
    make = subprocess.run(["make", "-s", "-C", root, "exercise-bits"], env=boot.copy_environment(),
                          text=True, stdout=subprocess.PIPE, check=True)
    if not make.stdout.strip():
        raise Mistake("no compiler makes programs for this machine: `make setup exercise` installs "
                      "one")
    return make.stdout.strip()


def directory(root: pathlib.Path) -> str:
    return f"build/host-test/{_kind(root)}"


def make_command(where: str, programs: list[str]) -> list[str]:
    return ["make", "--no-print-directory", f"HOST_KINDS={where.rpartition('/')[2]}",
            *(f"{where}/{program}" for program in programs)]


def build(root: pathlib.Path, where: str, programs: list[str]) -> tuple[Failure | None, str]:
    """Compile what changed. Return also what the compiler said."""
    made = subprocess.run(make_command(where, programs), cwd=root, env=boot.copy_environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)
    if made.returncode == 0:
        return None, made.stdout
    lines = made.stdout.splitlines()
    errors = [line for line in lines
              if re.search(r"error:|undefined reference|multiple definition", line)]
    text = (errors or lines[-1:])[0].strip()
    return Failure("build", "the compiler", text, errors[1:4]), made.stdout


def warnings_of(said: str, file: str) -> list[str]:
    """The compiler's warnings of that file, each once."""
    found = re.findall(rf"^(?:.*/)?({re.escape(file)}:\d+):\d+: (warning: .*)$", said, re.MULTILINE)
    return [f"{place}: {text}" for place, text in dict.fromkeys(found)]


# --- running --------------------------------------------------------------------------------------


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def command_of(line: str, where: str) -> list[str]:
    program, *words = line.split()
    arguments = [name for word in words
                 for name in sorted(glob.glob(word, root_dir=boot.ROOT)) or [word]]
    return [f"{where}/{program}", *OPTIONS.get(program, []), *arguments]


def run(root: pathlib.Path, where: str, line: str) -> Failure | None:
    """One program of the judge's. None if all is well."""
    command = command_of(line, where)
    try:
        ran = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, errors="replace", preexec_fn=_limit, timeout=CLOCK_SECONDS,
                             env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}, check=False)
    except subprocess.TimeoutExpired:
        return Failure("hang", line, f"it does not end in {CLOCK_SECONDS} s", [], " ".join(command))
    if ran.returncode == 0:
        return None
    return boil_down(line, ran.returncode, ran.stdout, " ".join(command))


def _sanitizer(output: str) -> str:
    """The report of a sanitizer in a line: what, and where in our own sources."""
    error = re.search(r"ERROR: (AddressSanitizer: [^\n]*?)(?: \(pc [^\n]*)?$", output, re.MULTILINE)
    if not error:
        undefined = re.search(r"^(\S+:\d+):\d+: (runtime error: .*)$", output, re.MULTILINE)
        return f"{undefined.group(2)}, at {undefined.group(1)}" if undefined else ""
    frame = re.search(r"#\d+ \S+ in (\w+) (?:\S*/)?((?:mm|lib|arch|include|boot)/\S+?:\d+)",
                      output[error.end():])
    what = re.sub(r" on address \S+.*| at pc .*", "", error.group(1))
    return f"{what}, in {frame.group(1)}() at {frame.group(2)}" if frame else what


def _panic(output: str) -> str:
    panic = re.search(r"Kernel panic: (.*)", output)
    return panic.group(1).strip() if panic else ""


def _model(output: str, command: str) -> Failure | None:
    """What models.c says of a sequence that it made short."""
    found = re.search(r"^# (\w+): seed \d+, operation \d+: (.*)$", output, re.MULTILINE)
    if not found:
        return None
    sequence = re.findall(r"^#   (.*)$", output, re.MULTILINE)
    ends = re.search(r"^# these end with: (.*)$", output, re.MULTILINE)
    again = re.search(r"^# repeat: (.*)$", output, re.MULTILINE)
    text = ends.group(1) if ends else found.group(2)
    if "a panic, a signal" in text:
        text = _sanitizer(output) or text
    text = _panic(text) or text
    repeat = again.group(1) if again else command
    return Failure("model", f"the model {found.group(1)}", text, sequence,
                   repeat.replace("models ", "models --log 1 ", 1))


def _test(output: str) -> Failure | None:
    """The first test that failed, with its first comment: what was expected there."""
    lines = output.splitlines()
    failed = next((at for at, line in enumerate(lines) if line.startswith("not ok")), None)
    if failed is None:
        return None
    before = [at for at, line in enumerate(lines[:failed]) if re.match(r"ok|KTAP", line)]
    begin = before[-1] + 1 if before else 0
    said = [line[2:] for line in dict.fromkeys(lines[begin:failed])
            if re.match(r"# (?!seed:)", line)]
    where = f"the test {lines[failed].partition(' - ')[2]}"
    return Failure("test", where, said[0] if said else "it failed", said[1:4])


def boil_down(line: str, code: int, output: str, command: str) -> Failure:
    """What a program that failed said, as one failure."""
    failure = _model(output, command) or _test(output)
    if failure:
        failure.again = failure.again or command
        return failure
    if panic := _panic(output):
        return Failure("panic", line, panic, again=command)
    if report := _sanitizer(output):
        return Failure("sanitizer", line, report, again=command)
    if -code in (9, 24):  # SIGKILL and SIGXCPU
        return Failure("hang", line, f"it does not end in {CPU_SECONDS} s", again=command)
    last = "".join(f": {text}" for text in output.strip().splitlines()[-1:])
    return Failure("exit", line, f"exit code {code}{last}", again=command)


# --- the verdict ----------------------------------------------------------------------------------


def hint_of(exercise: Exercise, failure: Failure) -> Hint | None:
    hints = COMMON[:2] + exercise.hint + COMMON[2:]
    return next((hint for hint in hints if hint.fits(failure.searched())), None)


def with_sentence(text: str, sentences: dict[str, str]) -> str:
    """The text, and behind the first invariant that it names what that says."""
    name = next((word for word in re.findall(r"\b[A-Z]+\d+\b", text) if word in sentences), "")
    return re.sub(rf"\b{name}\b", f'{name} ("{sentences[name]}")', text, count=1) if name else text


def sentence(exercise: Exercise, failure: Failure, hint: Hint | None,
             sentences: dict[str, str]) -> str:
    """All in one: which rule or invariant broke, and where."""
    if failure.kind == "build":
        return f"it does not compile: {failure.text}"
    begin = f"{exercise.function}() does not work"
    if hint and hint.rule:
        rule = exercise.rules[hint.rule - 1]
        begin = f'rule {hint.rule} of {exercise.function}() is broken ("{rule}")'
    where = f"in {failure.where}"
    if failure.kind == "model":
        many = len(failure.sequence)
        where += (f" after {many} operations" if many > 1 else
                  " after one operation" if many else " after the boot alone")
    return f"{begin}, {where}: {with_sentence(failure.text, sentences)}"


def report(exercise: Exercise, failure: Failure, root: pathlib.Path) -> list[str]:
    """What the student reads."""
    hint = hint_of(exercise, failure)
    lines = [f"not solved: {sentence(exercise, failure, hint, invariants(root))}"]
    lines += [f"    {operation}" for operation in failure.sequence[:SEQUENCE_MAX]]
    if len(failure.sequence) > SEQUENCE_MAX:
        lines.append(f"    ... and {len(failure.sequence) - SEQUENCE_MAX} more")
    lines += failure.warnings[:WARNINGS_MAX]
    if hint:
        lines.append(f"hint: {hint.says}")
    if failure.again:
        lines.append(f"again: {failure.again}")
    return lines


def judge(exercise: Exercise, root: pathlib.Path, where: str) -> Failure | None:
    """Build and run in the tree at `root`, up to the first failure."""
    said = ""
    for line in exercise.judge:
        failure, more = build(root, where, line.split()[:1])
        said += more
        failure = failure or run(root, where, line)
        if failure:
            failure.warnings = warnings_of(said, exercise.file)
            return failure
    return None
