"""A loop takes the first element, and copies the rest, in every step."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import get_field_text, get_text, is_identifier

_CPP = """\
auto $rest = $s;
while (!$rest.empty()) {
    $t $x = $rest.front();
    $rest.erase($rest.begin());"""


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("for ($t $x : $s) $body;", "for (const $t& $x : $s) $body;"):
        for match in program.find(template):
            items, body = match.text("s"), match["body"]
            kind = program.get_type(items, match.first)
            if match["s"].type in program.syntax.calls:
                called = program.functions.get(get_field_text(match["s"], "function"))
                kind = get_field_text(called, "type")
            if not kind.startswith("std::vector<") or body.type != "compound_statement":
                continue
            if match["x"].type == "reference_declarator":
                continue  # it may change the elements
            if not program.is_modified(items, body) and program.is_statement(match.first):
                rest = program.choose_name("rest", "remaining")
                head = program.replace(match, _CPP, {**match.nodes, "rest": rest})
                yield [TextEdit(head.start, body.children[0].end_byte, head.text)]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
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
    edit_kind=EditKind.OTHER,
    preconditions="A loop over something that does not change in the loop.",
    shown_by="inputs with many elements",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<int> numbers;
    for (int i = 0; i < 4 * n; i++) {
        numbers.push_back(i * 7919 % 10007);
    }
    long long total = 0;
    for (int number : numbers) {
        total = (total * 3 + number) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find_python,
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
