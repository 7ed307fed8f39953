# SPDX-License-Identifier: 0BSD
"""Read a console log with KTAP version 1 in it, and say everything that is wrong with it.

This knows nothing of the kernel's runner: it counts and adds up by itself, so that a runner that
loses a test, a boot that dies half-way and a total that does not add up are all seen. Log lines
(`[    0.123456] ...`), diagnostics (`# ...`) and reports may stand between the KTAP lines.
"""

import re

RESULT = re.compile(r"^(ok|not ok) (\d+)(?: - (\S+))?(?: # SKIP ?(.*))?\s*$")
PLAN = re.compile(r"^1\.\.(\d+)\s*$")
FAILED_CHECK = re.compile(r"^# \S+\.[ch]:\d+: ")
TOTALS = re.compile(r"^# mmkit: (\d+) passed, (\d+) failed, (\d+) skipped\s*$")
SEED = re.compile(r"^# seed: (\d+)\s*$")


class Ktap:
    """The KTAP part of a log: results in order, and `errors`, empty if the report is sound."""

    def __init__(self, text):
        self.started = False
        self.plan = None
        self.seed = None
        self.results = []  # (name, "passed" | "failed" | "skipped", reason)
        self.totals = None
        self.diagnostics = []  # comment lines, each with the number of results before it
        self.errors = []
        for line in text.splitlines():
            self._line(line.rstrip("\r"))
        self._close()

    def _line(self, line):
        if line.startswith("KTAP version "):
            self._version(line)
        elif PLAN.match(line):
            self._plan(int(PLAN.match(line).group(1)))
        elif RESULT.match(line):
            self._result(RESULT.match(line))
        elif re.match(r"^(not )?ok\b", line):
            self.errors.append(f"malformed result line: {line!r}")
        elif TOTALS.match(line):
            self._totals(tuple(int(n) for n in TOTALS.match(line).groups()))
        elif line.startswith("# ") and self.started and self.totals is None:
            self._comment(line)

    def _version(self, line):
        if line.strip() != "KTAP version 1":
            self.errors.append(f"unknown version: {line!r}")
        if self.started:
            self.errors.append("a second KTAP version line")
        self.started = True

    def _plan(self, count):
        if not self.started:
            self.errors.append("a plan before the version line")
        if self.plan is not None:
            self.errors.append("a second plan")
        if self.results:
            self.errors.append("the plan comes after results")
        self.plan = count

    def _result(self, match):
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

    def _totals(self, totals):
        if self.totals is not None:
            self.errors.append("a second line of totals")
        self.totals = totals

    def _comment(self, line):
        if SEED.match(line):
            self.seed = int(SEED.match(line).group(1))
        self.diagnostics.append((len(self.results), line))

    def _close(self):
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

    def _count(self, state):
        return sum(1 for _, s, _ in self.results if s == state)

    @property
    def passed(self):
        return self._count("passed")

    @property
    def failed(self):
        return self._count("failed")

    @property
    def skipped(self):
        return self._count("skipped")

    def failures(self):
        """Each failed test with the comment lines that belong to it."""
        for index, (name, state, _) in enumerate(self.results):
            if state == "failed":
                yield name, [text for before, text in self.diagnostics if before == index]
