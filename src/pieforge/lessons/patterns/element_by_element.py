"""A new list is made by a comprehension to change one element."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for sign in ("", "+", "-", "*"):
        for match in lists.find_element_changes(program, sign):
            place = program.choose_name("index", "position", "place")
            value = program.choose_name("value", "element", "old")
            new = lists.parenthesize(match["x"], needed=sign in ("-", "*"))
            changed = f"{value} {sign} {new}" if sign else new
            slow = (
                f"$a = [{changed} if {place} == $i else {value}"
                f" for {place}, {value} in enumerate($a)]"
            )
            yield [program.replace(match, slow, match.nodes)]


PATTERN = Pattern(
    title="makes a new list by a comprehension to change one element",
    description=(
        "The comprehension visits every element and copies all but one. The fast program assigns to"
        " the element."
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
visits = [0] * 101
place = 1
for step in range(n):
    place = (place * 7 + 3) % 101
    visits[place] += 1
print(place, max(visits))
""",
        ),
    },
)
