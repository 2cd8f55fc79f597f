"""Values are copied in depth before they are used."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import get_text


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("$f($x)"):
        called, value = match.text("f"), match["x"]
        loops = program.list_loops(match.first)
        if not loops or value.type not in ("subscript", "identifier"):
            continue
        appended = called.endswith(".append") and value.type == "subscript"
        if called not in program.functions and not appended:
            continue
        name = get_text(value).split("[")[0]
        function = program.find_function(match.first) or program.root
        # What is stored or handed over must not be changed through the copy or the original.
        if not name.isidentifier() or program.is_modified(name, match.first):
            continue
        if appended and program.is_modified(name, loops[-1]):
            continue
        if any(program.find_uses(name, function)):
            values = {"x": value}
            edit = program.replace(value, "copy.deepcopy($x)", values)
            yield [*program.include("import copy"), edit]


PATTERN = Pattern(
    title="copies values in depth before it hands them on",
    description=(
        "Every call copies what it is given, element by element, so that nobody can change it."
        " Nobody does, and the fast program hands the values on as they are."
    ),
    source="Google's ECO (arXiv 2503.15669): unnecessary copies; documentation of Python's copy",
    kind="constant",
    edit_kind=EditKind.OTHER,
    preconditions="A value in a loop is handed to a function that does not change it.",
    shown_by="inputs with many iterations",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
def weigh(row):
    return row[0] + 2 * row[-1]


n = int(input())
rows = [[i, i * 7919 % 1009, i % 7] for i in range(n)]
total = 0
for i in range(n):
    total += weigh(rows[i])
print(total)
""",
        ),
    },
)
