"""A list is put together again to change one element of it."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for sign in ("", "+", "-", "*"):
        for match in lists.find_element_changes(program, sign):
            new = lists.parenthesize(match["x"], needed=sign in ("-", "*"))
            value = f"$a[$i] {sign} {new}" if sign else new
            slow = f"$a = $a[:$i] + [{value}] + $a[$i + 1:]"
            yield [program.replace(match, slow, match.nodes)]


PATTERN = Pattern(
    title="puts a list together again to change one element",
    description=(
        "The list is joined from what is before the element, its new value and what is after, as"
        " with values that cannot change. The fast program assigns to the element."
    ),
    source="Google's ECO (arXiv 2503.15669): unnecessary copies; functional style",
    kind="asymptotic",
    edit_kind=EditKind.OTHER,
    preconditions="A local list without another name; the index is not negative; in a loop.",
    shown_by="inputs with many elements",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
visits = [0] * 1009
place = 1
for step in range(n):
    place = (place * 7 + 3) % 1009
    visits[place] += 1
print(place, max(visits))
""",
        ),
    },
)
