"""A loop takes the first element, and copies the rest, in every step."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.syntax.tree import get_text, is_identifier


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("for $x in $s:\n    $body"):
        items = match["s"]
        wrapped = f"list({get_text(items)})"
        if items.type not in ("identifier", "call") or match["body"].type != "block":
            continue
        if is_identifier(items) and program.is_modified(match.text("s"), match["body"]):
            continue
        names = {"rest": program.choose_name("rest", "remaining"), "items": wrapped}
        slow = "$rest = $items\nwhile $rest:\n    $x = $rest[0]\n    $rest = $rest[1:]\n    $body"
        yield [program.replace(match, slow, {**match.nodes, **names})]


PATTERN = Pattern(
    title="takes the first element and copies the rest in every step",
    description=(
        "The list is taken apart into head and tail, as in languages with linked lists. Each step"
        " copies all that is left. The fast program iterates."
    ),
    source="perflint; textbooks on functional programming: recursion over lists",
    kind="asymptotic",
    preconditions="A loop over something that does not change in the loop.",
    shown_by="inputs with many elements",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
numbers = [i * 7919 % 10007 for i in range(n)]
total = 0
for number in numbers:
    total += number
print(total)
""",
        ),
    },
)
