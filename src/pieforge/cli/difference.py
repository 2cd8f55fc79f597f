"""Format a difference between two programs for people, within 80 columns."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pieforge.graphs.evidence.counterexample import Difference
from pieforge.records import Verdict

_WIDTH = 80
_MAX_LINES = 12
"""Lines of an input that are shown, and lines of outputs."""
_CONTEXT_LINES = 2
"""Lines of outputs before the first that differs."""


def render_difference(difference: Difference, names: tuple[str, str]) -> Iterator[str]:
    """Yield the lines that show an input, and both outputs side by side.

    Args:
        difference: What to show.
        names: What the programs are called.
    """
    size = len(difference.input.encode())
    smaller = f", made smaller: {size} bytes" if size < difference.bytes else ""
    yield f"differ on {difference.name} ({difference.bytes} bytes){smaller}"
    yield from (f"    {line}" for line in _render_input(difference.input))
    if difference.detail:
        yield f"the output validator: {difference.detail}"
    verdicts = difference.verdict_a, difference.verdict_b
    yield _format_row(
        *(
            name if verdict is Verdict.AC else f"{name} ({verdict})"
            for name, verdict in zip(names, verdicts, strict=True)
        ),
    )
    yield from _render_side_by_side(
        _split_lines(difference.output_a), _split_lines(difference.output_b)
    )


def _split_lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip("\n").split("\n")] if text else []


def _render_input(text: str) -> Iterator[str]:
    lines = _split_lines(text)
    for line in lines[:_MAX_LINES]:
        yield _cut(line, 0, _WIDTH - 4)
    if len(lines) > _MAX_LINES:
        yield f"... ({len(lines)} lines)"


def _render_side_by_side(a: Sequence[str], b: Sequence[str]) -> Iterator[str]:
    """Yield both outputs from shortly before the first line that differs, which is marked."""
    both = list(zip_longest(a, b))
    first = next((at for at, (x, y) in enumerate(both) if x != y), len(both))
    begin = max(0, first - _CONTEXT_LINES)
    if begin:
        yield _format_row(f"  ... line {begin + 1}:", f"  ... line {begin + 1}:")
    for at in range(begin, min(len(both), begin + _MAX_LINES)):
        x, y = both[at]
        mark = "> " if at == first else "  "
        column = _find_first_difference(x or "", y or "") if at == first else 0
        yield _format_row(*(mark + _render_side(text, column) for text in (x, y)))
    if len(both) > begin + _MAX_LINES:
        yield _format_row(f"  ... ({len(a)} lines)", f"  ... ({len(b)} lines)")


def _find_first_difference(a: str, b: str) -> int:
    """Return where two lines differ first."""
    pairs = enumerate(zip_longest(a, b))
    return next((at for at, (x, y) in pairs if x != y), 0)


def _render_side(text: str | None, column: int) -> str:
    return "(the output ends)" if text is None else _cut(text, column, _WIDTH // 2 - 3)


def _cut(text: str, column: int, width: int) -> str:
    """Return as much of a line as fits, around a column."""
    begin = max(0, column - width // 3) if column > width - 4 else 0
    part = text[begin:]
    if begin:
        part = "..." + part[3:]
    return part if len(part) <= width else part[: width - 3] + "..."


def _format_row(left: str, right: str) -> str:
    half = _WIDTH // 2 - 1
    return f"{left[:half]:<{half}}  {right[: half - 1]}".rstrip()
