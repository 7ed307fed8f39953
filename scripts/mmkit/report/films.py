# SPDX-License-Identifier: 0BSD
"""The films of a page: what a log holds, sorted by what its frames are about.

A log with the option `film` has the boot's frames, and may have frames of other films between
them: FILMS says by their names which. Another log becomes a film of its own: one with frames, or a
lesson that was played (lesson.py), or a session at the monitor's prompt, in which each `map` that
was typed makes a frame.
"""

import dataclasses
import re
from collections.abc import Iterator

from mmkit.report import bootmem, bootmem_film, film, lesson
from mmkit.report.film import Frame
from mmkit.report.states import OF_LESSON, OF_MAP, State

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PROMPT = re.compile(r"[a-z][\w-]*> ?(.*)")
MAX_WORDS = 60  # of an answer, beside the picture


@dataclasses.dataclass
class Film:
    """`key` is a word for the page's addresses."""
    key: str
    name: str
    about: str
    frames: list[Frame]
    states: dict[str, State] = dataclasses.field(default_factory=lambda: OF_MAP)


BOOT = ("boot", "The boot", "From the firmware's map to the last event of the load.")
FILMS = {  # the name of a frame -> its film
    "bootmem-call": ("bootmem", "Boot memory, call by call",
                     "Each call of the boot allocator, what it asks for and what it changes."),
}


def films_of(log: film.Film) -> list[Film]:
    """The films of a boot's log, the boot's own first. Only frames with a picture count."""
    found = {BOOT[0]: Film(*BOOT, [])}
    calls = bootmem.calls_of(dataclasses.replace(log, complaints=[]))
    for frame in [*log.frames, *bootmem_film.frames_of(calls)]:
        if frame.picture.cells:
            about = FILMS.get(frame.name, BOOT)
            found.setdefault(about[0], Film(*about, [])).frames.append(frame)
    return list(found.values())


def key_of(name: str, taken: list[str]) -> str:
    """A word for an address, from a file's name; one that is not taken."""
    word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "film"
    key, number = word, 2
    while key in taken:
        key, number = f"{word}-{number}", number + 1
    return key


def film_of_log(text: str, name: str, taken: list[str]) -> tuple[Film, list[str]]:
    """The film of another log, and what was wrong with it, a line each."""
    log = film.parse(text)
    key, title = key_of(name, taken), name.replace("-", " ").replace("_", " ").capitalize()
    if log.frames:
        frames = [frame for frame in log.frames if frame.picture.cells]
        return Film(key, title, f"The frames of {name}.", frames), log.complaints
    lines = [_as_seen(line) for line in ANSI.sub("", text).split("\n")]
    played, without = lesson.frames_of(lines)
    complaints = [*log.complaints, *(f"lesson {number} shows no pages: it has no frame"
                                     for number in without)]
    if played:
        about = "Pages are counted within the lesson's own memory."
        return Film(key, title, about, played, OF_LESSON), complaints
    about = f"Each map that was typed in {name}."
    return Film(key, title, about, session_frames(lines)), complaints


# ---- A session at the prompt

def _as_seen(line: str) -> str:
    """A line as a terminal shows it in the end: the prompt's editor goes back and writes over."""
    seen: list[str] = []
    at = 0
    for char in line:
        if char in "\r\b":
            at = 0 if char == "\r" else max(at - 1, 0)
        else:
            seen[at:at + 1] = char
            at += 1
    return "".join(seen).rstrip()


def _steps(log: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each command that was typed and what it printed."""
    command = ""
    lines: list[str] = []
    for line in log:
        typed = PROMPT.fullmatch(line)
        if typed:
            if command:
                yield command, lines
            command, lines = typed[1], []
        else:
            lines.append(line)
    if command:
        yield command, lines


def _picture_lines(lines: list[str]) -> list[str]:
    """The lines of a picture, from its head to the total of its legend."""
    start = next((i for i, line in enumerate(lines) if line.startswith("map: pfn ")), len(lines))
    end = next((i for i, line in enumerate(lines[start:], start) if line.startswith("     total ")),
               len(lines))
    return lines[start:end + 1]


def _answer(lines: list[str]) -> str:
    first = next((line.strip() for line in lines if line.strip()), "")
    return first if len(first) <= MAX_WORDS else first[:MAX_WORDS - 1] + "…"


def session_frames(log: list[str]) -> list[Frame]:
    """A frame for each picture; its rows are the commands since the one before, with answers."""
    frames: list[Frame] = []
    since: list[tuple[str, str]] = []
    for command, lines in _steps(log):
        frame = Frame("session", command)
        try:
            film.parse_map(_picture_lines(lines), frame)
        except film.Malformed:
            since.append((command, _answer(lines)))
            continue
        frame.title = since[-1][0] if since else command
        frame.words = since[-1][1] if since else ""
        frame.rows, since = since, []
        frames.append(frame)
    return frames
