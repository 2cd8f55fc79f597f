"""The smallest element is found and removed again and again, instead of sorting once."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("for $x in sorted($s):\n    $body"):
        # With equal elements, `remove` takes the first as `sorted` does.
        rest = program.choose_name("remaining", "rest", "left_over")
        slow = (
            "$rest = list($s)\nwhile $rest:\n    $x = min($rest)\n    $rest.remove($x)\n    $body"
        )
        if match["x"].type == "identifier" and match["body"].type == "block":
            yield [program.replace(match, slow, {**match.nodes, "rest": rest})]


PATTERN = Pattern(
    title="finds and removes the smallest element again and again",
    description=(
        "Each step looks at all remaining elements, twice. The fast program sorts them once."
    ),
    source="textbooks: selection sort; perflint; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A loop over sorted elements.",
    shown_by="inputs with many elements",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
numbers = [i * 7919 % 10007 for i in range(n)]
total = 0
for number in sorted(numbers):
    total = (total * 3 + number) % 1000003
print(total)
""",
        ),
    },
)
