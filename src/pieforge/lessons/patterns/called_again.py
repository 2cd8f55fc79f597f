"""A function is called wherever its result is needed, with the same arguments."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import find_costly_values, list_following
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import get_text


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for statement, name, value in find_costly_values(program):
        following = list_following(statement)
        uses = [use for it in following for use in program.find_uses(name, it)]
        scope = program.find_function(statement) or program.root
        if (
            value.type not in program.syntax.calls
            or len(uses) != len(program.find_uses(name, scope)) - 1
        ):
            continue
        repeated = [
            use
            for use in uses
            if any(loop.start_byte > statement.start_byte for loop in program.list_loops(use))
        ]
        # Nobody overlooks that two calls in one loop are the same.
        if len(uses) > 3 or len(repeated) != 1:
            continue
        if any(program.is_modified(name, it) for it in following):
            continue
        if program.may_change(value, following):
            continue
        first, last = statement.start_byte, following[0].start_byte
        call = get_text(value)
        yield [
            TextEdit(first, last, ""),
            *(TextEdit(use.start_byte, use.end_byte, call) for use in uses),
        ]


PATTERN = Pattern(
    title="calls a function again wherever its result is needed",
    description=(
        "The call stands in the loop, in place of a name for its result. The fast program calls the"
        " function once and keeps the result."
    ),
    source="Google's ECO (arXiv 2503.15669): redundant computation; PIE, appendix: memoization",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions=(
        "A function without side effects, whose result and arguments do not change afterwards, and"
        " up to three uses of its result, one of them in a loop."
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
    long long total = squares[0];
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
def square_all(n):
    return [i * i % 1009 for i in range(n)]


n = int(input())
squares = square_all(n)
total = squares[0]
for i in range(n):
    total += squares[i] % (i + 1)
print(total)
""",
        ),
    },
)
