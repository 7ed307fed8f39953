# SPDX-License-Identifier: 0BSD
"""A lesson that somebody played, as a film: a frame for each picture of pages that it showed.

A step has a text, then pictures under `Before:`, `After:` or `Now:`, what follows from each, and a
question. Pages are numbered within the lesson's own memory. A letter of `bitmap` and `zone` is a
page; one of `8 pages` says how many of so many are free. Pictures of anything else, objects for
instance, are rows of the table beside the picture.
"""

import re

from mmkit.report.film import ROW_CELLS, Frame, Picture
from mmkit.report.states import OF_LESSON, PARTLY_FREE

HEAD = re.compile(r"Lesson (\d+): (.+)")
STEP = re.compile(r"Step (\d+) of \d+")
WHEN = re.compile(r"(Before|After|Now):")
CELLS = re.compile(r"(.{8}) +(\d+) ([#.0-9A-Za-z]+)")
PAGES = re.compile(r"bitmap|zone|(\d+) pages")
ANSWER = re.compile(r"answer> ?(.*)")
END = re.compile(r"Lesson \d+ is over|[a-z][\w-]*> ")


class _Reader:
    """Takes the lines of one lesson or several."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.without: list[str] = []  # numbers of the lessons that have shown no pages so far
        self.lesson = self.step = ""
        self.text: list[str] = []  # of the step, and then what happens between two pictures
        self.cells: dict[str, str] = {}  # of the open group: name -> letters
        self.rows: list[tuple[str, str]] | None = None  # of the open group
        self.when = ""

    def take(self, line: str) -> None:
        if head := HEAD.fullmatch(line):
            self.close()
            self.lesson = f"{head[1]}: {head[2]}"
            self.without.append(head[1])
        elif step := STEP.fullmatch(line):
            self.close()
            self.step, self.text = step[0], []
        elif when := WHEN.fullmatch(line):
            self.close()
            self.when, self.cells, self.rows = when[1].lower(), {}, []
        elif answer := ANSWER.fullmatch(line):
            self._add("answer", answer[1])
        elif not line or END.match(line):
            self.close()
        elif self.rows is None:
            self.text.append(line)
        else:
            self._take_row(line)

    def _add(self, name: str, value: str) -> None:
        """A row; what comes after a question and its answer is the reply, of several lines."""
        if self.rows is None or not value:
            return
        if not name and any(of == "question" for of, _ in self.rows):
            name = "reply"
            if self.rows[-1][0] == name:
                value = f"{self.rows.pop()[1]} {value}"
        self.rows.append((name, value))

    def _take_row(self, line: str) -> None:
        cells = CELLS.fullmatch(line)
        name = cells[1].strip() or next(reversed(self.cells), "") if cells else ""
        if cells and PAGES.fullmatch(name):
            self.cells[name] = self.cells.get(name, "") + cells[3]
        elif found := re.fullmatch(r" *(\w+)((?: +\d+)+)", line):
            self._add(found[1], " ".join(found[2].split()))
        elif line.startswith("Question: "):
            self._add("question", line.removeprefix("Question: "))
        else:
            self._add("", line)

    def close(self) -> None:
        """The open group becomes a frame, if it has a picture of pages."""
        if self.rows is not None and self.cells:
            *others, (name, cells) = self.cells.items()
            frame = Frame("lesson", self.lesson, f"{self.step}, {self.when}", others + self.rows,
                          " ".join(self.text))
            frame.picture = picture_of(cells, pages_per_cell(name))
            self.frames.append(frame)
            self.without = [number for number in self.without
                            if number != self.lesson.partition(":")[0]]
        self.rows = None


def pages_per_cell(name: str) -> int:
    """What a letter of the picture of that name stands for."""
    found = PAGES.fullmatch(name)
    return int(found[1] or 1) if found else 1


def picture_of(cells: str, per: int = 1) -> Picture:
    """A cell a letter; few have large cells."""
    if per > 1:  # digits are counts of free pages, not orders
        cells = "".join("." if letter == str(per) else PARTLY_FREE.get(letter, letter)
                        for letter in cells)
    pages: dict[str, int] = {}
    for letter in cells:
        state = OF_LESSON[letter].order
        key = letter if state is None else "0"
        pages[key] = pages.get(key, 0) + per
    columns = 8
    while columns < ROW_CELLS and columns * columns < 2 * len(cells):
        columns *= 2
    return Picture(0, len(cells) * per, per, cells, pages, columns)


def frames_of(lines: list[str]) -> tuple[list[Frame], list[str]]:
    """The frames of the lessons in a log without colours, and the numbers of those lessons that
    showed no pages; none if there is no lesson in it."""
    reader = _Reader()
    for line in lines:
        reader.take(line.rstrip())
    reader.close()
    return reader.frames, list(dict.fromkeys(reader.without))
