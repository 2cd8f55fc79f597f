"""A power is computed by as many multiplications as its exponent says."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_CPP = """\
while ($e > 0) {
    if ($e % 2 == 1) {
        $r = $r * $b % $m;
    }
    $b = $b * $b % $m;
    $e /= 2;
}"""
_CPP_SLOW = """\
while ($e > 0) {
    $r = $r * $b % $m;
    $e--;
}"""
_POWER = """\
def $name(base, exponent, modulus):
    result = 1 % modulus
    for _ in range(exponent):
        result = result * base % modulus
    return result"""


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for odd in ("$e % 2 == 1", "$e & 1"):
        for half in ("$e /= 2", "$e >>= 1"):
            fast = _CPP.replace("$e % 2 == 1", odd).replace("$e /= 2", half)
            for match in program.find(fast):
                yield [program.replace(match, _CPP_SLOW, match.nodes)]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("pow($b, $e, $m)"):
        negative = match["e"].type == "unary_operator"
        if not negative and "pow" not in program.functions:
            name = program.choose_name("power", "raise_to")
            yield [
                program.insert_function(match.first, _POWER, {"name": name}),
                program.replace(match, f"{name}($b, $e, $m)", match.nodes),
            ]


PATTERN = Pattern(
    title="multiplies as often as the exponent says",
    description=(
        "The number of multiplications is the exponent itself. The fast program squares, and needs"
        " twice as many as the exponent has bits."
    ),
    source="textbooks: exponentiation by squaring; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A power modulo a number, by squaring or by Python's pow.",
    shown_by="inputs with large exponents",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <cstdio>

long long power(long long base, long long exponent, long long modulus) {
    long long result = 1;
    while (exponent > 0) {
        if (exponent % 2 == 1) {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent /= 2;
    }
    return result;
}

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    long long total = 0;
    for (int i = 1; i <= 100; i++) {
        total += power(i, n, 1000003);
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
total = 0
for i in range(1, 101):
    total += pow(i, n, 1000003)
print(total)
""",
        ),
    },
)
