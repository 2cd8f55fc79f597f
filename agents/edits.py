"""Search/replace blocks, the form of an edit that models learn: parse and apply them."""

import re

_MARK = re.compile(r"^[ \t]*<{5,9} ?(?:SEARCH|ORIGINAL)\b", re.MULTILINE)
_EDIT = re.compile(
    r"^[ \t]*<{5,9} ?(?:SEARCH|ORIGINAL)[^\n]*\n(?P<search>.*?)^[ \t]*={5,9}[ \t]*\n"
    r"(?P<replace>.*?)^[ \t]*>{5,9} ?(?:REPLACE|UPDATED)",
    re.MULTILINE | re.DOTALL,
)


def count_edits(text: str) -> tuple[int, int]:
    """Return how many search/replace blocks begin in a text, and how many are whole."""
    return len(_MARK.findall(text)), len(_EDIT.findall(text))


def apply_edits(text: str, program: str) -> str | None:
    """Return a program after the search/replace blocks of a text, in order.

    Each searched passage must occur exactly once, blanks at line ends aside. If it does not, it is
    searched without its indentation, and the replacement gets that of the passage found.

    Returns:
        The program; None if a passage does not occur, or more than once.
    """
    lines = program.splitlines()
    for edit in _EDIT.finditer(text):
        search, replace = edit["search"].splitlines(), edit["replace"].splitlines()
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
