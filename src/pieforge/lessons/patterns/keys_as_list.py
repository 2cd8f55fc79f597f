"""The keys of a dictionary are made a list to look one up."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("$k in $d", "$k not in $d"):
        for match in program.find(template):
            is_new = lists.is_unshared_dict(program, match["d"])
            if (is_new or lists.is_unshared_set(program, match["d"])) and program.list_loops(
                match.first
            ):
                slow = template.replace("$d", "list($d.keys())" if is_new else "list($d)")
                yield [program.replace(match, slow, match.nodes)]


PATTERN = Pattern(
    title="makes a list of the keys to look one up",
    description=(
        "Every look-up copies all keys and compares them one by one. The fast program asks the"
        " dictionary or set itself."
    ),
    source="pylint: consider-iterating-dictionary; perflint W8101; habits from Python 2",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A look-up in a local dictionary or set, in a loop.",
    shown_by="inputs with many different keys",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
seen = {}
repeats = 0
place = 1
for step in range(n):
    place = (place * 7 + 3) % 1009
    if place in seen:
        repeats += step
    seen[place] = step
print(repeats)
""",
        ),
    },
)
