"""A search begins at the first element again, where a second pointer only moved on."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import list_following
from pieforge.lessons.rewriting.edits import delete_statement, find_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.lessons.rewriting.template import list_statements
from pieforge.records import EditKind
from pieforge.syntax.tree import collect_identifiers

_SEARCH = {True: "while $p < $n and $k:\n    $body", False: "while ($p < $n && $k) $body;"}
_START = {True: "$v = $x", False: "$t $v = $x;"}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for match in program.find(_SEARCH[program.syntax.indented]):
        block = match.first.parent
        loop = block.parent if block is not None and block.type in program.syntax.blocks else None
        if block is not None and loop is not None and loop.type in program.syntax.loops:
            yield from _rewrite(program, match.first, block, loop)


def _rewrite(
    program: RewritableProgram, search: Node, block: Node, loop: Node
) -> Iterator[Sequence[TextEdit]]:
    names = {it for it in collect_identifiers(search) if program.find_uses(it, search)}
    changed = {it for it in names if program.is_modified(it, search)}
    others = [it for it in list_statements(block) if it != search]
    if any(program.is_modified(name, it) for name in changed for it in others):
        return
    if any(program.find_uses(name, it) for name in changed for it in list_following(loop)):
        return
    starts: dict[str, Node] = {}
    before = loop.prev_named_sibling
    while before is not None:
        single = program.syntax.indented and before.named_child_count == 1
        inner = before.named_child(0) if single else before
        match = program.match(_START[program.syntax.indented], inner)
        if match is None and before.type != "comment":
            break
        if match is not None and _stays(program, match["x"], loop):
            starts[match.text("v")] = before
        before = before.prev_named_sibling
    if changed and changed <= starts.keys():
        nodes = sorted((starts[name] for name in changed), key=lambda it: it.start_byte)
        slow = "\n".join(f"$s{at}" for at in range(len(nodes)))
        first = find_statement(program, list_statements(block)[0]) or search
        yield [
            *(delete_statement(program, it) for it in nodes),
            program.insert_before(first, slow, {f"s{at}": it for at, it in enumerate(nodes)}),
        ]


def _stays(program: RewritableProgram, value: Node, loop: Node) -> bool:
    return program.is_pure(value) and not program.may_change(value, [loop])


PATTERN = Pattern(
    title="begins a search at the first element again in each iteration",
    description=(
        "Two nested loops visit all pairs up to the place that is looked for. The fast program has"
        " two pointers that only move on, because the second one never has to go back."
    ),
    source="textbooks: two pointers and merging; PIE (arXiv 2302.07867), appendix: algorithms",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions=(
        "An inner loop moves a pointer that begins before the outer one; what the outer loop passes"
        " is in order, so that all that was passed would be passed again."
    ),
    shown_by="long inputs",
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
    std::vector<int> starts;
    std::vector<int> ends;
    for (int i = 0; i < n; i++) {
        starts.push_back(3 * i);
        ends.push_back(3 * i + i % 3);
    }
    long long total = 0;
    int ended = 0;
    for (int start : starts) {
        while (ended < n && ends[ended] < start) {
            ended++;
        }
        total = (total * 3 + ended) % 1000003;
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
starts = [3 * i for i in range(n)]
ends = [3 * i + i % 3 for i in range(n)]
total = 0
ended = 0
for start in starts:
    while ended < n and ends[ended] < start:
        ended += 1
    total = (total * 3 + ended) % 1000003
print(total)
""",
        ),
    },
)
