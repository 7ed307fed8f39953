# SPDX-License-Identifier: 0BSD
"""Read a console log with KTAP version 1 in it, and say everything that is wrong with it.

This knows nothing of the kernel's runner: it counts and adds up by itself, so that a runner that
loses a test, a boot that dies half-way and a total that does not add up are all seen. Log lines
(`[    0.123456] ...`), diagnostics (`# ...`) and reports may stand between the KTAP lines.
"""

import re
from collections.abc import Iterator

RESULT = re.compile(r"^(ok|not ok) (\d+)(?: - (\S+))?(?: # SKIP ?(.*))?\s*$")
PLAN = re.compile(r"^1\.\.(\d+)\s*$")
FAILED_CHECK = re.compile(r"^# \S+\.[ch]:\d+: ")
TOTALS = re.compile(r"^# [\w-]+: (\d+) passed, (\d+) failed, (\d+) skipped\s*$")
SEED = re.compile(r"^# seed: (\d+)\s*$")


class Ktap:
    """The KTAP part of a log: results in order, and `errors`, empty if the report is sound."""

    def __init__(self, text: str) -> None:
        self.started = False
        self.plan: int | None = None
        self.seed: int | None = None
        # (name, "passed" | "failed" | "skipped", reason)
        self.results: list[tuple[str, str, str | None]] = []
        self.totals: tuple[int, ...] | None = None
        # comment lines, each with the number of results before it
        self.diagnostics: list[tuple[int, str]] = []
        self.errors: list[str] = []
        for line in text.splitlines():
            self._line(line.rstrip("\r"))
        self._close()

    def _line(self, line: str) -> None:
        if line.startswith("KTAP version "):
            self._version(line)
        elif found := PLAN.match(line):
            self._plan(int(found[1]))
        elif found := RESULT.match(line):
            self._result(found)
        elif re.match(r"^(not )?ok\b", line):
            self.errors.append(f"malformed result line: {line!r}")
        elif found := TOTALS.match(line):
            self._totals(tuple(int(n) for n in found.groups()))
        elif line.startswith("# ") and self.started and self.totals is None:
            self._comment(line)

    def _version(self, line: str) -> None:
        if line.strip() != "KTAP version 1":
            self.errors.append(f"unknown version: {line!r}")
        if self.started:
            self.errors.append("a second KTAP version line")
        self.started = True

    def _plan(self, count: int) -> None:
        if not self.started:
            self.errors.append("a plan before the version line")
        if self.plan is not None:
            self.errors.append("a second plan")
        if self.results:
            self.errors.append("the plan comes after results")
        self.plan = count

    def _result(self, match: re.Match[str]) -> None:
        verdict, number, name, reason = match.groups()
        if self.plan is None:
            self.errors.append(f"result {number} before the plan")
        if self.totals is not None:
            self.errors.append(f"result {number} after the totals")
        if int(number) != len(self.results) + 1:
            self.errors.append(f"result {number} where {len(self.results) + 1} was due")
        if not name:
            self.errors.append(f"result {number} has no name")
        elif any(name == known for known, _, _ in self.results):
            self.errors.append(f"two results for {name}")
        state = "failed" if verdict == "not ok" else "passed" if reason is None else "skipped"
        if state != "failed" and any(before == len(self.results) and FAILED_CHECK.match(comment)
                                     for before, comment in self.diagnostics):
            self.errors.append(f"{name} is ok, although a check in it failed")
        self.results.append((name, state, reason))

    def _totals(self, totals: tuple[int, ...]) -> None:
        if self.totals is not None:
            self.errors.append("a second line of totals")
        self.totals = totals

    def _comment(self, line: str) -> None:
        if found := SEED.match(line):
            self.seed = int(found[1])
        self.diagnostics.append((len(self.results), line))

    def _close(self) -> None:
        if not self.started:
            if self.results or self.plan is not None:
                self.errors.append("no KTAP version line")
            return
        if self.plan is None:
            self.errors.append("no plan")
        elif len(self.results) != self.plan:
            last = self.results[-1][0] if self.results else "none"
            self.errors.append(
                f"{len(self.results)} results, {self.plan} planned (the last one: {last})")
        if self.seed is None:
            self.errors.append("no seed")
        counted = (self.passed, self.failed, self.skipped)
        if self.totals is None:
            self.errors.append("no line of totals")
        elif self.totals != counted:
            self.errors.append(f"totals say {self.totals}, the results are {counted}")

    def _count(self, state: str) -> int:
        return sum(1 for _, s, _ in self.results if s == state)

    @property
    def passed(self) -> int:
        return self._count("passed")

    @property
    def failed(self) -> int:
        return self._count("failed")

    @property
    def skipped(self) -> int:
        return self._count("skipped")

    def failures(self) -> Iterator[tuple[str, list[str]]]:
        """Each failed test with the comment lines that belong to it."""
        for index, (name, state, _) in enumerate(self.results):
            if state == "failed":
                yield name, [text for before, text in self.diagnostics if before == index]
