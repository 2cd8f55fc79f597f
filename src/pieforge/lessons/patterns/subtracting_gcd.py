"""The greatest common divisor is found by subtraction."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_CPP = """\
$t $name($t a, $t b) {
    while (a > 0 && b > 0) {
        if (a > b) {
            a -= b;
        } else {
            b -= a;
        }
    }
    return a + b;
}"""
_PYTHON = """\
def $name(a, b):
    while a > 0 and b > 0:
        if a > b:
            a -= b
        else:
            b -= a
    return a + b"""


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    names = ("math.gcd", "gcd") if program.syntax.indented else ("std::gcd", "std::__gcd")
    for name in names:
        for match in program.find(f"{name}($a, $b)"):
            if name in program.functions:
                continue
            own = program.choose_name("common_divisor", "greatest_divisor")
            function = _PYTHON if program.syntax.indented else _CPP
            yield [
                program.insert_function(match.first, function, {"name": own, "t": "long long"}),
                program.replace(match, f"{own}($a, $b)", match.nodes),
            ]


PATTERN = Pattern(
    title="finds common divisors by subtraction",
    description=(
        "The larger number loses the smaller one, step by step. The fast program takes remainders,"
        " and needs a logarithmic number of steps."
    ),
    source="textbooks: Euclid's algorithm with subtraction and with remainders",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="The library's greatest common divisor of two numbers that are not negative.",
    shown_by="inputs with one large and one small number",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <numeric>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    long long total = 0;
    for (int i = 1; i <= n; i++) {
        total += std::gcd(1000 * n + 1, i % 40 + 1);
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
from math import gcd

n = int(input())
total = 0
for i in range(1, 201):
    total += gcd(20 * n + 1, i % 40 + 1)
print(total)
""",
        ),
    },
)
