# SPDX-License-Identifier: 0BSD
"""What is worth showing of a test's output: the failures, each with what was said before it.

A runner prints `ok ...` and `not ok ...` lines, and the cause of a failure in the lines before its
`not ok`. Comments that follow it at once belong to it as well.
"""

import collections
import re

CAUSE_MAX = 100  # lines
SKIP = re.compile(r"# SKIP ?(.*)")
HOW_FAR = re.compile(r"# (\d+/\d+ \w+)")


class Verdicts:
    """The output of one part of the tests, line by line."""

    def __init__(self) -> None:
        self.passed = self.failed = 0
        self.skips: collections.Counter[str] = collections.Counter()  # reason -> how many
        self.how_far = ""  # as the runner itself says it
        self._cause: collections.deque[str] = collections.deque(maxlen=CAUSE_MAX)
        self._said = 0  # lines since the last verdict
        self._after_failure = False

    def take(self, line: str) -> list[str]:
        """The lines to show, now that `line` was printed."""
        if line.startswith("not ok"):
            self.failed += 1
            return [*self._take_cause(), line]
        if line.startswith("ok"):
            self._take_ok(line)
            return []
        if how_far := HOW_FAR.match(line):
            self.how_far = f", {how_far.group(1)}"
            return []
        if self._after_failure and line.startswith("#"):
            return [line]
        if line.startswith("KTAP version"):
            self._forget()
        self._after_failure = False
        self._cause.append(line)
        self._said += 1
        return []

    def end(self, code: int) -> list[str]:
        """The lines to show after the last one: the end of what failed without a verdict."""
        return self._take_cause() if code and not self.failed else []

    def _take_ok(self, line: str) -> None:
        skip = SKIP.search(line)
        if skip:
            self.skips[skip.group(1)] += 1
        else:
            self.passed += 1
        self._forget()

    def _take_cause(self) -> list[str]:
        left_out = self._said - len(self._cause)
        lines = [f"# ({left_out} lines before these are in the log)"] if left_out else []
        lines += self._cause
        self._forget()
        self._after_failure = True
        return lines

    def _forget(self) -> None:
        self._cause.clear()
        self._said = 0
        self._after_failure = False
