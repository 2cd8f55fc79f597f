"""The larger set is put below the smaller one as often as not."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import delete_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_SWAPS = {
    True: ("if $s[$a] < $s[$b]:\n    $a, $b = $b, $a",),
    False: (
        "if ($s[$a] < $s[$b]) { std::swap($a, $b); }",
        "if ($s[$a] < $s[$b]) { swap($a, $b); }",
    ),
}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    end = "" if program.syntax.indented else ";"
    for template in _SWAPS[program.syntax.indented]:
        for swap in program.find(template):
            function = program.find_function(swap.first)
            a, b = swap.text("a"), swap.text("b")
            joined = any(
                (it.text("a"), it.text("b")) == (a, b)
                for it in program.find(f"$p[$b] = $a{end}", function)
            )
            if joined and program.is_statement(swap.first):
                yield [delete_statement(program, swap.first)]


PATTERN = Pattern(
    title="joins sets without regard to their sizes",
    description=(
        "Trees of sets become high, and searches for roots long. The fast program puts the smaller"
        " tree below the root of the larger one."
    ),
    source="textbooks: disjoint sets, union by size (Tarjan, van Leeuwen 1984)",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="Two roots are swapped if the first set is smaller, before they are joined.",
    shown_by="inputs that join a large set to single elements many times",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <utility>
#include <vector>

int find_root(const std::vector<int>& parent, int node) {
    while (parent[node] != node) {
        node = parent[node];
    }
    return node;
}

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<int> parent(n + 1);
    std::vector<int> size(n + 1, 1);
    for (int i = 0; i <= n; i++) {
        parent[i] = i;
    }
    long long total = 0;
    for (int i = 1; i <= n; i++) {
        int a = find_root(parent, i);
        int b = find_root(parent, 0);
        if (size[a] < size[b]) {
            std::swap(a, b);
        }
        parent[b] = a;
        size[a] += size[b];
        total = (total * 3 + size[a]) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
def find_root(parent, node):
    while parent[node] != node:
        node = parent[node]
    return node


n = int(input())
parent = list(range(n + 1))
size = [1] * (n + 1)
total = 0
for i in range(1, n + 1):
    a = find_root(parent, i)
    b = find_root(parent, 0)
    if size[a] < size[b]:
        a, b = b, a
    parent[b] = a
    size[a] += size[b]
    total = (total * 3 + size[a]) % 1000003
print(total)
""",
        ),
    },
)
