"""A sort with two nested loops takes the place of the library's."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_CPP = """\
for (std::size_t i = 1; i < $v.size(); i++) {
    for (std::size_t j = i; j > 0 && $less; j--) {
        std::swap($v[j - 1], $v[j]);
    }
}"""
_PYTHON = """\
for $i in range(1, len($v)):
    $j = $i
    while $j > 0 and $v[$j] < $v[$j - 1]:
        $v[$j - 1], $v[$j] = $v[$j], $v[$j - 1]
        $j -= 1"""
_ORDERED = ("int", "long long", "char", "std::string", "string", "bool")


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("std::sort($v.begin(), $v.end());", "std::sort($v.begin(), $v.end(), $c);"):
        for match in program.find(template):
            name = match.text("v")
            kind = program.get_type(name, match.first)
            element = kind.removeprefix("std::vector<").removesuffix(">")
            less = f"{name}[j] < {name}[j - 1]"
            if "c" in match.nodes:
                # Elements with a rank of their own keep no order that only a stable sort gives.
                if match.text("c") not in program.functions:
                    continue
                less = f"{match.text('c')}({name}[j], {name}[j - 1])"
            elif kind not in ("std::string", "string") and element not in _ORDERED:
                continue
            yield [
                *program.include("#include <utility>"),
                program.replace(match, _CPP, {**match.nodes, "less": less}),
            ]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find("$v.sort()"):
        if program.is_statement(match.first) and lists.is_unshared_list(program, match["v"]):
            names = {"i": program.choose_name("place", "end"), "j": program.choose_name("at", "j")}
            yield [program.replace(match, _PYTHON, {**match.nodes, **names})]


PATTERN = Pattern(
    title="sorts by insertion with two nested loops",
    description=(
        "Each element moves past all larger ones before it. The library sorts in n log n steps."
    ),
    source="textbooks: insertion sort; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A local list or vector is sorted in place.",
    shown_by="long inputs that are not sorted",
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
    std::vector<int> numbers;
    for (int k = 0; k < n; k++) {
        numbers.push_back(k * 7919 % 10007);
    }
    std::sort(numbers.begin(), numbers.end());
    long long total = 0;
    for (int number : numbers) {
        total = (total * 3 + number) % 1000003;
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
numbers = [i * 7919 % 10007 for i in range(n)]
numbers.sort()
total = 0
for number in numbers:
    total = (total * 3 + number) % 1000003
print(total)
""",
        ),
    },
)
