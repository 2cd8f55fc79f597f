"""A recursive function computes the same values again and again."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import delete_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import find_nodes, get_field_text, get_text

_READS = ("if ($m[$k] >= 0) { return $m[$k]; }", "if ($m[$k] != -1) { return $m[$k]; }")


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for name, function in program.functions.items():
        for template in _READS:
            for read in program.find(template, function):
                table = read.text("m")
                written = [
                    it
                    for it in program.find("return $m[$k] = $x;", function)
                    if it.text("m") == table and it.text("k") == read.text("k")
                ]
                if written and _calls_itself(program, name):
                    yield [
                        delete_statement(program, read.first),
                        *(program.replace(it, "return $x;", it.nodes) for it in written),
                    ]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for decorated in find_nodes(program.root, ("decorated_definition",)):
        decorator = decorated.named_child(0)
        name = get_field_text(decorated, "definition", "name")
        if decorator is None or not get_text(decorator).removeprefix("@functools.").removeprefix(
            "@"
        ).startswith(("lru_cache", "cache")):
            continue
        if name in program.functions and _calls_itself(program, name):
            following = decorator.next_sibling
            end = following.start_byte if following is not None else decorator.end_byte
            yield [TextEdit(decorator.start_byte, end, "")]


def _calls_itself(program: RewritableProgram, name: str) -> bool:
    calls = find_nodes(program.functions[name], program.syntax.calls)
    return any(get_field_text(call, "function") == name for call in calls)


PATTERN = Pattern(
    title="computes the same values again in a recursion",
    description=(
        "The recursion forgets its results, and visits a tree where there are few different calls."
        " The fast program looks results up that it has computed."
    ),
    source="textbooks: dynamic programming; PIE (arXiv 2302.07867), appendix: memoization",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A recursive function looks its result up in a table first, or has a cache.",
    shown_by="inputs with many overlapping subproblems",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <cstdio>
#include <vector>

std::vector<long long> known(2001, -1);

long long count_ways(int n) {
    if (n < 60) {
        return n + 1;
    }
    if (known[n] >= 0) {
        return known[n];
    }
    return known[n] = (count_ways(n / 2) + count_ways(n / 2 - 1) + count_ways(n / 3)) % 1000003;
}

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    long long total = 0;
    for (int i = 0; i <= n; i++) {
        total += count_ways(i);
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find_python,
            example="""\
from functools import lru_cache


@lru_cache(maxsize=None)
def count_ways(n):
    if n < 60:
        return n + 1
    return (count_ways(n // 2) + count_ways(n // 2 - 1) + count_ways(n // 3)) % 1000003


n = int(input())
print(sum(count_ways(i) for i in range(n + 1)))
""",
        ),
    },
)
