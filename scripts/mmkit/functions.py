# SPDX-License-Identifier: 0BSD
"""A function of a C file, found by its name: its header comment, its prototype and its body.

The text is masked first: comments, strings, character constants and lines of the preprocessor
become blanks, so that a brace or a name in one of them means nothing. What is left is read by
braces alone, which does not ask for any formatting.
"""

import dataclasses
import re

# In this order: what begins first ends first.
_NO_CODE = re.compile(r"""
    /\*.*?\*/ | //[^\n]* |                                   # comments
    "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' |              # strings, characters
    ^[ \t]*\#(?:/\*.*?\*/|\\\n|[^\n])*              # the preprocessor, with what continues it
    """, re.VERBOSE | re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"""/\*.*?\*/|//[^\n]*|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
                      re.DOTALL)


@dataclasses.dataclass
class Function:
    header: str  # the comment right before it; "" if there is none
    prototype: str
    body: str  # what stands between the braces
    begin: int  # where the body begins and ends in the text
    end: int


def mask(text: str) -> str:
    """The text with blanks in place of all that is no code; lines and places stay."""
    return _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def squeeze(text: str) -> str:
    """Without comments and blanks: the same of two functions that differ in their looks only."""
    return "".join(_COMMENT.sub(lambda found: found.group(1) or "", text).split())


def _closing(masked: str, opening: int) -> int:
    """Where the bracket or brace that opens there is closed; -1 if nowhere."""
    opens, closes = masked[opening], {"(": ")", "{": "}"}[masked[opening]]
    depth = 0
    for place in range(opening, len(masked)):
        depth += (masked[place] == opens) - (masked[place] == closes)
        if not depth:
            return place
    return -1


def _depths(masked: str) -> list[int]:
    """How many braces are open before each character."""
    depths, depth = [], 0
    for character in masked:
        depths.append(depth)
        depth += (character == "{") - (character == "}")
    return depths


def _definition(masked: str, name_end: int) -> tuple[int, int] | None:
    """The braces of the function whose name ends there; None if it is only declared or called."""
    opening = masked.index("(", name_end)
    after = _closing(masked, opening) + 1
    brace = re.compile(r"[\w\s()]*\{").match(masked, after) if after else None
    if not brace:
        return None
    closing = _closing(masked, brace.end() - 1)
    return None if closing < 0 else (brace.end() - 1, closing)


def _header(text: str, start: int) -> str:
    """The comment that ends on the line before `start`."""
    before = text[:start].rstrip(" \t")
    if not before.endswith("*/\n"):
        return ""
    return before[before.rindex("/*"):].rstrip("\n")


def _start(masked: str, named: int) -> int:
    """Where the declaration begins that has its name at `named`."""
    before = max(masked.rfind(mark, 0, named) for mark in ";}") + 1
    return named - len(masked[before:named].lstrip())


def cut(text: str, name: str) -> Function:
    """The function NAME of a C file. ValueError if it is not defined there just once."""
    masked = mask(text)
    depths = _depths(masked)
    found = []
    for match in re.finditer(rf"\b{re.escape(name)}\s*(?=\()", masked):
        braces = None if depths[match.start()] else _definition(masked, match.end())
        if braces:
            found.append((match.start(), braces))
    if len(found) != 1:
        raise ValueError(f"{name}() is defined {len(found)} times, and not once")
    named, (opening, closing) = found[0]
    start = _start(masked, named)
    return Function(_header(text, start), " ".join(text[start:opening].split()),
                    text[opening + 1:closing], opening + 1, closing)


def comment_of(text: str, name: str) -> str:
    """The comment before the first line that names the function outside of all braces: where it is
    declared, a contract for its callers. "" if there is none."""
    masked = mask(text)
    depths = _depths(masked)
    for match in re.finditer(rf"\b{re.escape(name)}\s*\(", masked):
        if not depths[match.start()]:
            return _header(text, _start(masked, match.start()))
    return ""


def replace(text: str, name: str, body: str) -> str:
    """The file with another body for the function NAME."""
    function = cut(text, name)
    return text[:function.begin] + body + text[function.end:]
