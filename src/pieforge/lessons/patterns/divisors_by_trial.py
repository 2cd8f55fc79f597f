"""Each number is divided by all smaller ones where a sieve was."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_CPP = """\
for (int $i = 2; $limit; $i++) {
    if ($test) {
        for (int $j = $start; $j $sign $m; $j += $i) {
            $p[$j] = $x;
        }
    }
}"""
_CPP_SLOW = """\
for (int $i = 2; $i $sign $m; $i++) {
    for (int $d = 2; $d < $i; $d++) {
        if ($i % $d == 0) {
            $p[$i] = $x;
            break;
        }
    }
}"""
_PYTHON = """\
for $i in range(2, $n):
    if $test:
        for $j in range($start, $m, $i):
            $p[$j] = $x"""
_PYTHON_SLOW = """\
for $i in range(2, $m):
    for $d in range(2, $i):
        if $i % $d == 0:
            $p[$i] = $x
            break"""


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    for sign in ("<",) if python else ("<", "<="):
        fast, slow = (_PYTHON, _PYTHON_SLOW) if python else (_CPP, _CPP_SLOW)
        for match in program.find(fast.replace("$sign", sign)):
            i, marks = match.text("i"), match.text("p")
            unmarked = {f"{marks}[{i}]", f"!{marks}[{i}]", f"not {marks}[{i}]"}
            names = {"sign": sign, "d": program.choose_name("divisor", "factor")}
            starts = {f"{i} * {i}", f"2 * {i}", f"{i} + {i}", f"{i} * 2"}
            if match.text("test") in unmarked and match.text("start") in starts:
                yield [program.replace(match, slow, {**match.nodes, **names})]


PATTERN = Pattern(
    title="divides each number by all smaller ones",
    description=(
        "Each number is tested by itself, with one division for each smaller number. The fast"
        " program has a sieve, which visits only multiples."
    ),
    source="textbooks: trial division and the sieve of Eratosthenes",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A sieve of Eratosthenes.",
    shown_by="inputs with large numbers",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<bool> prime(n + 1, true);
    for (int i = 2; i * i <= n; i++) {
        if (prime[i]) {
            for (int multiple = i * i; multiple <= n; multiple += i) {
                prime[multiple] = false;
            }
        }
    }
    long long total = 0;
    for (int i = 2; i <= n; i++) {
        if (prime[i]) {
            total += i;
        }
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input()) // 4 + 2
prime = [True] * (n + 1)
for i in range(2, n + 1):
    if prime[i]:
        for multiple in range(2 * i, n + 1, i):
            prime[multiple] = False
print(sum(i for i in range(2, n + 1) if prime[i]))
""",
        ),
    },
)
