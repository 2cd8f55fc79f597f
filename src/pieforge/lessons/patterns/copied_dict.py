"""A dictionary is copied to change one entry."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for sign in ("", "+", "-"):
        for match in program.find(f"$d[$k] {sign}= $x"):
            if not lists.is_unshared_dict(program, match["d"]):
                continue
            if not program.list_loops(match.first) or not program.is_pure(match["x"]):
                continue
            new = lists.parenthesize(match["x"], needed=sign == "-")
            value = f"$d[$k] {sign} {new}" if sign else "$x"
            yield [program.replace(match, f"$d = {{**$d, $k: {value}}}", match.nodes)]


PATTERN = Pattern(
    title="copies a dictionary to change one entry",
    description=(
        "A new dictionary with all old entries and the changed one takes the place of the old one,"
        " as in languages where values never change. The fast program assigns to the entry."
    ),
    source="Google's ECO (arXiv 2503.15669): unnecessary copies; spread syntax of JavaScript",
    kind="asymptotic",
    edit_kind=EditKind.OTHER,
    preconditions="A local dictionary that begins empty and that no other name holds, in a loop.",
    shown_by="inputs with many different keys",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
last_seen = {}
place = 1
for step in range(n):
    place = (place * 7 + 3) % 1009
    last_seen[place] = step
print(len(last_seen), last_seen[place])
""",
        ),
    },
)
