"""A sum with a formula is added up."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_CPP = """\
long long $name(long long last) {
    long long sum = 0;
    for (long long number = 1; number <= last; number++) {
        sum += number;
    }
    return sum;
}"""
_FORMULAS = (
    ("$n * ($n + 1)", "$n"),
    ("($n + 1) * $n", "$n"),
    ("$n * ($n - 1)", "$n - 1"),
    ("($n - 1) * $n", "$n - 1"),
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    for product, last in _FORMULAS:
        for match in program.find(f"{product} // 2" if python else f"{product} / 2"):
            if not program.is_simple(match["n"]):
                continue
            if python:
                end = "$n" if last != "$n" else "$n + 1"
                yield [program.replace(match, f"sum(range({end}))", match.nodes)]
            else:
                name = program.choose_name("add_up_to", "sum_up_to")
                yield [
                    program.insert_function(match.first, _CPP, {"name": name}),
                    program.replace(match, f"{name}({last})", match.nodes),
                ]


PATTERN = Pattern(
    title="adds up the numbers where a formula gives their sum",
    description="The sum of the first numbers takes a loop. The fast program uses Gauss's formula.",
    source="textbooks: arithmetic series; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="Half the product of a number that is not negative and the one after or before.",
    shown_by="inputs with large numbers",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    long long total = 0;
    for (long long i = 1; i <= n; i++) {
        long long pairs = i * (i - 1) / 2;
        total = (total * 3 + pairs) % 1000003;
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
total = 0
for i in range(1, n + 1):
    total = (total * 3 + i * (i + 1) // 2) % 1000003
print(total)
""",
        ),
    },
)
