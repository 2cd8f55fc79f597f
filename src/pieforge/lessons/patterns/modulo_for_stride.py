"""All numbers are visited, and those that are no multiple are skipped."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.lessons.rewriting.template import Match
from pieforge.records import EditKind
from pieforge.syntax.tree import collect_identifiers, find_nodes, is_identifier


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for sign in ("<=", "<"):
        template = f"for ($t $i = $a; $i {sign} $n; $i += $s) $body;"
        slow = (
            f"for ($t $i = $a; $i {sign} $n; $i++) {{\n"
            "    if (($i - $from) % $s != 0) {\n        continue;\n    }"
        )
        for match in program.find(template):
            if _fits(program, match) and match["body"].type == "compound_statement":
                start = match["body"].children[0]
                values: dict[str, Node | str] = {**match.nodes, "from": _wrap(program, match)}
                head = program.replace(match, slow, values)
                yield [TextEdit(head.start, start.end_byte, head.text)]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("for $i in range($a, $n, $s):\n    $body"):
        if _fits(program, match):
            slow = "for $i in range($a, $n):\n    if ($i - $from) % $s == 0:\n        $body"
            values: dict[str, Node | str] = {**match.nodes, "from": _wrap(program, match)}
            yield [program.replace(match, slow, values)]


def _fits(program: RewritableProgram, match: Match) -> bool:
    """Return whether start and step are positive, simple and the same in every iteration."""
    names = collect_identifiers(match["a"]) | collect_identifiers(match["s"])
    numbers = match["s"].type in program.syntax.numbers
    return (
        not any(program.is_modified(it, match["body"]) for it in {*names, match.text("i")})
        and program.is_pure(match["a"])
        and (numbers or is_identifier(match["s"]))
        and not any(find_nodes(match["a"], program.syntax.calls))
    )


def _wrap(program: RewritableProgram, match: Match) -> str:
    start = match.text("a")
    return f"({start})" if match["a"].type in program.syntax.binary else start


PATTERN = Pattern(
    title="tests every number where every k-th is wanted",
    description=(
        "The loop visits all numbers and skips those that the step would have left out, as in trial"
        " division. The fast program takes steps, as a sieve does."
    ),
    source="textbooks: trial division and the sieve of Eratosthenes",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A loop takes steps of a size that does not change in it.",
    shown_by="inputs with large steps",
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
    std::vector<int> divisors(n + 1, 0);
    long long total = 0;
    for (int divisor = 1; divisor <= n; divisor++) {
        for (int multiple = divisor; multiple <= n; multiple += divisor) {
            divisors[multiple]++;
        }
        total += divisors[divisor] * (divisor % 5);
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
divisors = [0] * (n + 1)
for divisor in range(1, n + 1):
    for multiple in range(divisor, n + 1, divisor):
        divisors[multiple] += 1
print(sum(divisors), max(divisors))
""",
        ),
    },
)
