"""A plain array is added up where a Fenwick tree had the sums."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import find_nodes

_CPP = (
    (
        "for (int $i = $a; $i > 0; $i -= $i & -$i) $body;",
        "for (int $i = $a; $i > 0; $i--) $body",
    ),
    ("for (int $i = $a; $i $sign $n; $i += $i & -$i) { $t[$i] += $x; }", "$t[$a] += $x;"),
)
_PYTHON = (
    ("while $i > 0:\n    $s += $t[$i]\n    $i -= $i & -$i", "$s += sum($t[1:$i + 1])"),
    ("while $i $sign $n:\n    $t[$i] += $x\n    $i += $i & -$i", "$t[$i] += $x"),
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    (sums, slow_sum), (changes, slow_change) = _PYTHON if program.syntax.indented else _CPP
    asked = list(program.find(sums))
    for sign in ("<=", "<"):
        changed = list(program.find(changes.replace("$sign", sign)))
        trees = {it.text("t") for it in changed}
        if len(trees) != 1 or not asked or not all(program.is_pure(it["x"]) for it in changed):
            continue
        if all(_reads(program, it.nodes.get("body", it.first), *trees) for it in asked):
            yield [
                *(program.replace(it, slow_sum, it.nodes) for it in asked),
                *(program.replace(it, slow_change, it.nodes) for it in changed),
            ]


def _reads(program: RewritableProgram, body: Node, tree: str) -> bool:
    """Return whether a loop reads the tree, and no other array with the same indices."""
    read = list(find_nodes(body, program.syntax.subscripts))
    return any(program.find_uses(tree, it) for it in read)


PATTERN = Pattern(
    title="adds up an array where a tree knows the sums",
    description=(
        "Each question visits all elements up to its place. The fast program has a Fenwick tree,"
        " where a question and a change visit as many nodes as the place has bits."
    ),
    source="textbooks: binary indexed trees (Fenwick 1994); PIE (arXiv 2302.07867), appendix",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A Fenwick tree of sums that is asked and changed by its two loops.",
    shown_by="inputs with many questions about large places",
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
    std::vector<int> tree(10008, 0);
    long long total = 0;
    for (int i = 1; i <= n; i++) {
        int place = i * 7919 % 10007;
        for (int node = place; node > 0; node -= node & -node) {
            total += tree[node];
        }
        for (int node = place; node <= 10007; node += node & -node) {
            tree[node] += i % 7;
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
n = int(input())
tree = [0] * 10008
total = 0
for i in range(1, n + 1):
    node = i * 7919 % 10007
    while node > 0:
        total += tree[node]
        node -= node & -node
    node = i * 7919 % 10007
    while node <= 10007:
        tree[node] += i % 7
        node += node & -node
print(total)
""",
        ),
    },
)
