"""Paths in a union-find forest stay as long as they became."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import delete_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    end = "" if program.syntax.indented else ";"
    for match in program.find(f"$p[$x] = $p[$p[$x]]{end}"):
        if program.list_loops(match.first) and program.is_statement(match.first):
            yield [delete_statement(program, match.first)]


PATTERN = Pattern(
    title="finds roots without shortening the paths to them",
    description=(
        "Every search walks the whole path to the root. The fast program shortens the paths that it"
        " walks, so that later searches are short."
    ),
    source="textbooks: disjoint sets, path compression and path halving (Tarjan, van Leeuwen 1984)",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A loop climbs to a root and makes each node's parent its grandparent.",
    shown_by="inputs that join many sets one after another",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <vector>

int find_root(std::vector<int>& parent, int node) {
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
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
    for (int i = 0; i <= n; i++) {
        parent[i] = i;
    }
    long long total = 0;
    for (int i = 0; i < n; i++) {
        parent[find_root(parent, i)] = i + 1;
        total = (total * 3 + find_root(parent, i / 2)) % 1000003;
    }
    for (int i = 0; i < n; i++) {
        total = (total * 3 + find_root(parent, i * 7919 % n)) % 1000003;
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
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


n = int(input())
parent = list(range(n + 1))
total = 0
for i in range(n):
    parent[find_root(parent, i)] = i + 1
    total = (total * 3 + find_root(parent, i // 2)) % 1000003
print(total)
""",
        ),
    },
)
