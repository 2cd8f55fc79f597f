"""Search/replace blocks, the form of an edit that models learn: parse and apply them."""

import re
from dataclasses import dataclass, field

_SEARCH = re.compile(r"[ \t]*<{5,9} ?(?:SEARCH|ORIGINAL)\b")
_DIVIDER = re.compile(r"[ \t]*={5,9}[ \t]*$")
_REPLACE = re.compile(r"[ \t]*>{5,9} ?(?:REPLACE|UPDATED)\b")


@dataclass
class SearchReplace:
    """One search/replace block, as lines."""

    search: list[str] = field(default_factory=list)
    replace: list[str] = field(default_factory=list)
    is_whole: bool = False
    """Whether its last mark is there."""


def parse_edits(text: str) -> list[SearchReplace]:
    """Return the search/replace blocks of a text, in order."""
    edits: list[SearchReplace] = []
    into: list[str] | None = None
    for line in text.split("\n"):
        if _SEARCH.match(line):
            edits.append(SearchReplace())
            into = edits[-1].search
        elif into is None:
            continue
        elif _DIVIDER.match(line) and into is edits[-1].search:
            into = edits[-1].replace
        elif _REPLACE.match(line):
            edits[-1].is_whole = into is edits[-1].replace
            into = None
        else:
            into.append(line)
    return edits


def apply_edits(edits: list[SearchReplace], program: str) -> str | None:
    """Return a program after search/replace blocks, in order.

    Each searched passage must occur exactly once, blanks at line ends aside. If it does not, it is
    searched without its indentation, and the replacement gets that of the passage found.

    Returns:
        The program; None if a passage does not occur, or more than once.
    """
    lines = program.splitlines()
    for edit in edits:
        search, replace = edit.search, edit.replace
        found = _find(search, lines, strict=True) or _find(search, lines, strict=False)
        if len(found) != 1 or not search:
            return None
        at = found[0]
        shift = _measure_indent(lines[at : at + len(search)]) - _measure_indent(search)
        lines[at : at + len(search)] = [_indent(line, shift) for line in replace]
    return "\n".join(lines) + "\n"


def _find(search: list[str], lines: list[str], *, strict: bool) -> list[int]:
    normalize = str.rstrip if strict else str.strip
    wanted = [normalize(line) for line in search]
    text = [normalize(line) for line in lines]
    return [
        at for at in range(len(text) - len(wanted) + 1) if text[at : at + len(wanted)] == wanted
    ]


def _measure_indent(lines: list[str]) -> int:
    return min((len(it) - len(it.lstrip()) for it in lines if it.strip()), default=0)


def _indent(line: str, shift: int) -> str:
    if not line.strip():
        return ""
    blanks = len(line) - len(line.lstrip())
    return " " * shift + line if shift >= 0 else line[min(-shift, blanks) :]
