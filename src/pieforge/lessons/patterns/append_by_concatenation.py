"""A list grows by making a longer copy of it."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("$v.push_back($x);"):
        kind = program.get_type(match.text("v"), match.first)
        declared = program.find_declaration(match.text("v"), match.first)
        if (
            not kind.startswith("std::vector<")
            or declared is None
            or not program.list_loops(match.first)
        ):
            continue
        if program.is_statement(match.first):
            name = program.choose_name("longer", "extended", "grown")
            # Braces where the same name could be declared twice in one block.
            slow = f"{kind} {name} = $v;\n{name}.push_back($x);\n$v = {name};"
            yield [program.replace(match, slow, match.nodes)]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("$v.append($x)"):
        if (
            lists.is_unshared_list(program, match["v"])
            and program.list_loops(match.first)
            and program.is_statement(match.first)
        ):
            yield [program.replace(match, "$v = $v + [$x]", match.nodes)]


PATTERN = Pattern(
    title="appends by copying the whole list",
    description=(
        "Every new element costs a copy of all earlier ones. The fast program appends in place."
    ),
    source="Google's ECO (arXiv 2503.15669): unnecessary copies; perflint W8201 and W8205",
    kind="asymptotic",
    edit_kind=EditKind.OTHER,
    preconditions="A local list grows in a loop; in Python, no other name holds it.",
    shown_by="inputs that make long lists",
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
    std::vector<int> squares;
    for (int i = 0; i < n; i++) {
        squares.push_back(i * i % 1009);
    }
    long long total = 0;
    for (int square : squares) {
        total = (total * 3 + square) % 1000003;
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
squares = []
for i in range(n):
    squares.append(i * i % 1009)
print(sum(squares))
""",
        ),
    },
)
