"""A factorial is multiplied together whenever it is needed."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import list_following
from pieforge.lessons.rewriting.edits import delete_statement, find_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_TABLES = {
    True: ("$f = [1]\nfor $i in range(1, $n):\n    $f.append($f[-1] * $e % $m)",),
    False: (
        "std::vector<long long> $f($(n), 1);\n"
        "for (int $i = 1; $i $sign $end; $i++) { $f[$i] = $f[$i - 1] * $e % $m; }",
    ),
}
_FUNCTION = {
    True: """\
def $name(last, modulus):
    product = 1
    for $i in range(1, last + 1):
        product = product * $e % modulus
    return product""",
    False: """\
long long $name(int last, long long modulus) {
    long long product = 1;
    for (int $i = 1; $i <= last; $i++) {
        product = product * $e % modulus;
    }
    return product;
}""",
}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    templates = (it.replace("$sign", sign) for it in _TABLES[python] for sign in ("<=", "<"))
    for template in dict.fromkeys(templates):
        for table in program.find(template):
            name, made = table.text("f"), find_statement(program, table.first)
            following = list_following(table.last)
            uses = [use for it in following for use in program.find_uses(name, it)]
            # Only the factor itself is known in a function of its own.
            if made is None or not uses or table.text("e") != table.text("i"):
                continue
            reads = [program.match("$f[$k]", use.parent) for use in uses]
            if any(it is None or it["f"] != use for it, use in zip(reads, uses, strict=True)):
                continue
            if any(program.is_modified(name, it) for it in following):
                continue
            own = program.choose_name("factorial", "multiply_up_to")
            values = {"name": own, "i": table.text("i"), "e": table.text("e")}
            yield [
                program.insert_function(table.first, _FUNCTION[python], values),
                delete_statement(program, made),
                delete_statement(program, table.last),
                *(
                    program.replace(it, f"{own}($k, $m)", {**it.nodes, "m": table["m"]})
                    for it in reads
                    if it is not None
                ),
            ]


PATTERN = Pattern(
    title="multiplies a factorial together each time it is needed",
    description=(
        "Each binomial coefficient or other formula with factorials takes loops over all factors."
        " The fast program has all factorials in a table."
    ),
    source="textbooks: binomial coefficients modulo a prime; PIE, appendix: precomputation",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A table of factorials modulo a number that is only read afterwards.",
    shown_by="inputs with many questions about large numbers",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <vector>

const long long MODULUS = 1000003;

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<long long> factorial_of(n + 1, 1);
    for (int i = 1; i <= n; i++) {
        factorial_of[i] = factorial_of[i - 1] * i % MODULUS;
    }
    long long total = 0;
    for (int k = 0; k <= n; k++) {
        total = (total * 3 + factorial_of[k] * factorial_of[n - k]) % MODULUS;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input()) // 4
factorials = [1]
for i in range(1, n + 1):
    factorials.append(factorials[-1] * i % 1000003)
total = 0
for k in range(n + 1):
    total = (total * 3 + factorials[k] * factorials[n - k]) % 1000003
print(total)
""",
        ),
    },
)
