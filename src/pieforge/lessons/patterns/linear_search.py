"""A sorted sequence is searched from its beginning."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_CPP = """\
$t $p = 0;
for (const auto& $each : $v) {
    if (!($each $sign $x)) {
        break;
    }
    $p++;
}"""
_PYTHON = """\
$p = 0
while $p < len($v) and $v[$p] $sign $x:
    $p += 1"""


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for bound, sign in (("lower", "<"), ("upper", "<=")):
        template = f"$t $p = std::{bound}_bound($v.begin(), $v.end(), $x) - $v.begin();"
        for match in program.find(template):
            kind = match.text("t")
            if program.is_statement(match.first) and program.is_pure(match["x"]):
                each = program.choose_name("element", "each", "entry")
                values: dict[str, Node | str] = {**match.nodes, "sign": sign, "each": each}
                values |= {"t": "int" if kind == "auto" else kind}
                yield [program.replace(match, _CPP, values)]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for name, sign in (("bisect_left", "<"), ("bisect_right", "<="), ("bisect", "<=")):
        for prefix in ("", "bisect."):
            for match in program.find(f"$p = {prefix}{name}($v, $x)"):
                named = match["p"].type == "identifier" and match["v"].type == "identifier"
                inside = program.find_uses(match.text("p"), match["x"])
                if named and not inside and program.is_pure(match["x"]):
                    yield [program.replace(match, _PYTHON, {**match.nodes, "sign": sign})]


PATTERN = Pattern(
    title="searches a sorted sequence from its beginning",
    description=(
        "Each search visits all smaller elements. The fast program halves the range in each step."
    ),
    source="textbooks: linear and binary search; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="The result of a binary search over a whole sequence gets a name.",
    shown_by="inputs with many searches in long sequences",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <algorithm>
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<int> marks;
    for (int i = 0; i < n; i++) {
        marks.push_back(5 * i);
    }
    long long total = 0;
    for (int i = 0; i < n; i++) {
        int place = std::lower_bound(marks.begin(), marks.end(), i * 3 + 1) - marks.begin();
        total = (total * 3 + place) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find_python,
            example="""\
from bisect import bisect_left

n = int(input())
marks = [5 * i for i in range(n)]
total = 0
for i in range(n):
    place = bisect_left(marks, i * 7919 % (5 * n))
    total = (total * 3 + place) % 1000003
print(total)
""",
        ),
    },
)
