"""The smallest or largest element is searched for where a heap would have it at hand."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.edits import rewrite_uses
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_HEAPS = {
    "std::priority_queue<$t> $c;": "max_element",
    "std::priority_queue<$t, $v, std::greater<$t>> $c;": "min_element",
}
_CPP = (
    *((template, "std::vector<$t> $c;") for template in _HEAPS),
    ("$c.push($x)", "$c.push_back($x)"),
    ("$c.emplace($x)", "$c.emplace_back($x)"),
    ("$c.emplace($x, $y)", "$c.emplace_back($x, $y)"),
    ("$c.top()", "*std::$extreme($c.begin(), $c.end())"),
    ("$c.pop()", "$c.erase(std::$extreme($c.begin(), $c.end()))"),
    *((f"$c.{method}()", f"$c.{method}()") for method in ("empty", "size")),
)


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template, extreme in _HEAPS.items():
        for made in program.find(template):
            scope = program.find_function(made.first) or program.root
            edits = rewrite_uses(program, made.text("c"), scope, _CPP, {"extreme": extreme})
            if edits and len(edits) > 1:
                includes = ("#include <algorithm>", "#include <vector>")
                yield [*(it for line in includes for it in program.include(line)), *edits]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for pop in program.find("$x = heappop($h)"):
        heap = pop["h"]
        name, function = pop.text("h"), program.find_function(pop.first)
        if not lists.is_unshared_list(program, heap) or not program.is_statement(pop.first):
            continue
        pops = [it for it in program.find("heappop($h)", function) if it.text("h") == name]
        pushes = [it for it in program.find("heappush($h, $x)", function) if it.text("h") == name]
        if (
            len(pops) == 1
            and pushes
            and not any(it for it in program.find("heapify($h)", function) if it.text("h") == name)
        ):
            smallest = program.choose_name("smallest", "lowest", "least")
            yield [
                program.replace(
                    pop, f"{smallest} = min($h)\n$h.remove({smallest})\n$x = {smallest}", pop.nodes
                ),
                *(program.replace(it, "$h.append($x)", it.nodes) for it in pushes),
            ]


PATTERN = Pattern(
    title="searches for the smallest element where a heap has it at hand",
    description=(
        "Each removal looks at every waiting element. The fast program keeps them in a heap, where"
        " a removal takes logarithmic time."
    ),
    source="textbooks: Dijkstra's algorithm with an array and with a heap; PIE, appendix",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A local priority queue that is used by its basic operations only.",
    shown_by="inputs on which many elements wait at once",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <cstdio>
#include <functional>
#include <queue>
#include <vector>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::priority_queue<int, std::vector<int>, std::greater<int>> waiting;
    for (int i = 0; i < n; i++) {
        waiting.push(i * 7919 % 10007);
    }
    long long total = 0;
    while (!waiting.empty()) {
        total = (total * 3 + waiting.top()) % 1000003;
        waiting.pop();
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find_python,
            example="""\
from heapq import heappop, heappush

n = int(input())
waiting = []
for i in range(n):
    heappush(waiting, i * 7919 % 10007)
total = 0
while waiting:
    number = heappop(waiting)
    total = (total * 3 + number) % 1000003
print(total)
""",
        ),
    },
)
