"""A value that no iteration changes is computed in every iteration."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import find_costly_values, find_only_loop, list_following
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.lessons.rewriting.template import fill_template, get_indent, list_statements
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for statement, name, value in find_costly_values(program):
        loop = find_only_loop(program, statement, name)
        if loop is None or program.is_modified(name, loop):
            continue
        following = list_following(statement)
        between = [it for it in following if it.start_byte <= loop.start_byte]
        body = loop.child_by_field_name("body")
        if body is None or body.type not in program.syntax.blocks:
            continue
        if program.may_change(value, between):
            continue
        # Next to where it is used, as a person would, not before what may skip the rest.
        first = next(it for it in list_statements(body) if program.find_uses(name, it))
        indent = get_indent(first)
        text = fill_template("$x", {"x": statement}, indent)
        yield (
            TextEdit(statement.start_byte, following[0].start_byte, ""),
            TextEdit(first.start_byte, first.start_byte, f"{text}\n{indent}"),
        )


PATTERN = Pattern(
    title="computes in each iteration what no iteration changes",
    description=(
        "A value that stays the same is computed in the loop, next to where it is used. The fast"
        " program computes it once before the loop."
    ),
    source="Google's ECO (arXiv 2503.15669): redundant computation; loop-invariant code motion",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions=(
        "The value is computed without side effects, all its uses are in one loop, and nothing that"
        " it depends on changes there."
    ),
    shown_by="inputs with many iterations",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <vector>

std::vector<int> square_all(int n) {
    std::vector<int> squares;
    for (int i = 0; i < n; i++) {
        squares.push_back(i * i % 1009);
    }
    return squares;
}

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<int> squares = square_all(n);
    long long total = 0;
    for (int i = 0; i < n; i++) {
        total += squares[i] % (i + 1);
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
values = [i * i % 1009 for i in range(n)]
largest = max(values)
total = 0
for value in values:
    total += largest - value
print(total)
""",
        ),
    },
)
