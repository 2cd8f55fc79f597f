"""The sum of a window is added up at each of its places."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_FAST = {
    True: "$s += $a[$i]\nif $i >= $k:\n    $s -= $a[$i - $k]",
    False: "$s += $a[$i];\nif ($i >= $k) { $s -= $a[$i - $k]; }",
}
_LOOP = {
    True: "for $i in range($n):\n    $body",
    False: "for (int $i = 0; $i < $n; $i++) $body;",
}
_SLOW = {
    True: "$s = sum($a[max(0, $i - $k + 1):$i + 1])",
    False: """\
$s = 0;
for (int $j = std::max<int>(0, $i - $k + 1); $j <= $i; $j++) {
    $s += $a[$j];
}""",
}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    for match in program.find(_FAST[python]):
        for loop in program.list_loops(match.first)[:1]:
            head = program.match(_LOOP[python], loop)
            if head is None or head.text("i") != match.text("i"):
                continue
            starts = program.find("$s = 0" if python else "$t $s = 0;")
            written = [
                it
                for it in program.find_uses(match.text("s"), loop)
                if program.is_modified(match.text("s"), it.parent or it)
            ]
            begins = any(it.text("s") == match.text("s") for it in starts)
            if begins and len(written) == 2 and not program.may_change(match["k"], [loop]):
                values: dict[str, Node | str] = {
                    **match.nodes,
                    "j": program.choose_name("j", "place", "at"),
                }
                values["k"] = lists.parenthesize(match["k"], needed=True)
                include = [] if python else program.include("#include <algorithm>")
                yield [*include, program.replace(match, _SLOW[python], values)]


PATTERN = Pattern(
    title="adds up a window at each of its places",
    description=(
        "At each place all elements of the window are added up again. The fast program adds the one"
        " that enters and subtracts the one that leaves."
    ),
    source="textbooks: sliding windows; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A running sum that elements enter and leave in a loop over all places.",
    shown_by="inputs with long windows",
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
    std::vector<int> numbers;
    for (int i = 0; i < n; i++) {
        numbers.push_back(i * 7919 % 10007);
    }
    long long total = 0;
    long long sum = 0;
    for (int i = 0; i < n; i++) {
        sum += numbers[i];
        if (i >= n / 3) {
            sum -= numbers[i - n / 3];
        }
        total = (total * 3 + sum) % 1000003;
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
numbers = [i * 7919 % 10007 for i in range(n)]
width = n // 3 + 1
total = 0
window = 0
for i in range(n):
    window += numbers[i]
    if i >= width:
        window -= numbers[i - width]
    total = (total * 3 + window) % 1000003
print(total)
""",
        ),
    },
)
