"""Occurrences are counted by a scan of all elements whenever a count is needed."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import list_following
from pieforge.lessons.rewriting.edits import delete_statement, find_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.lessons.rewriting.template import list_statements
from pieforge.records import EditKind
from pieforge.syntax.tree import get_text

_PYTHON = (
    ("$c[$x] += 1", "for $x in $s:\n    $body", "$s.count($k)"),
    ("$c[$x] = $c[$x] + 1", "for $x in $s:\n    $body", "$s.count($k)"),
)
_WHOLE = "std::count($s.begin(), $s.end(), $k)"
_CPP = (
    ("$c[$x]++;", "for ($t $x : $s) $body;", _WHOLE),
    ("$c[$x] += 1;", "for ($t $x : $s) $body;", _WHOLE),
    (
        "$c[$s[$i]]++;",
        "for (int $i = 0; $i < $n; $i++) $body;",
        "std::count($s.begin(), $s.begin() + $n, $k)",
    ),
)
_ZEROS = {
    True: ("$c = [0] * $n",),
    False: ("std::vector<int> $c($(n), 0);", "std::vector<long long> $c($(n), 0);"),
}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template, head, count in _PYTHON if program.syntax.indented else _CPP:
        for match in program.find(template):
            step = find_statement(program, match.first)
            loop = step.parent.parent if step is not None and step.parent is not None else None
            around = program.match(head, loop)
            if step is None or loop is None or around is None:
                continue
            nodes = {**around.nodes, **match.nodes}
            if all(match.text(key) == around.text(key) for key in ("x", "i") if key in nodes):
                yield from _rewrite(program, step, loop, nodes, count)


def _rewrite(
    program: RewritableProgram, step: Node, loop: Node, nodes: dict[str, Node], count: str
) -> Iterator[Sequence[TextEdit]]:
    counts, scanned = get_text(nodes["c"]), get_text(nodes["s"])
    function = program.find_function(loop)
    if function is None or not counts.isidentifier() or not scanned.isidentifier():
        return
    uses = program.find_uses(counts, function)
    made, later = uses[0], [use for use in uses if use.start_byte > loop.end_byte]
    if len(uses) != 1 + len(program.find_uses(counts, step)) + len(later) or not later:
        return
    statement = find_statement(program, made)
    zeros = _ZEROS[program.syntax.indented]
    if statement is None or not any(any(program.find(it, statement)) for it in zeros):
        return
    edits = []
    for use in later:
        match = program.match("$c[$k]", use.parent)
        if match is None or match["c"] != use or use.parent is None:
            return
        if program.is_modified(counts, use.parent.parent or use.parent):
            return
        edits.append(program.replace(use.parent, count, {**nodes, "k": match["k"]}))
    names = {scanned, get_text(nodes.get("n"))}
    if any(program.is_modified(it, each) for it in names for each in list_following(loop)):
        return
    alone = len(list_statements(loop.child_by_field_name("body") or loop)) == 1
    yield [
        *([] if program.syntax.indented else program.include("#include <algorithm>")),
        delete_statement(program, statement),
        delete_statement(program, loop if alone else step),
        *edits,
    ]


PATTERN = Pattern(
    title="counts occurrences by a scan of all elements for each count",
    description=(
        "Whenever a count is needed, all elements are compared. The fast program counts all values"
        " in one pass, in a table."
    ),
    source="textbooks: counting sort and frequency tables; PIE (arXiv 2302.07867), appendix",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A table of zeros is filled in one loop, and only read afterwards.",
    shown_by="inputs with many elements and many values",
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
    std::vector<int> places(n);
    for (int i = 0; i < n; i++) {
        places[i] = i * 7919 % 1009;
    }
    std::vector<int> visits(1009, 0);
    for (int place : places) {
        visits[place]++;
    }
    long long total = 0;
    for (int place = 0; place < 1009; place++) {
        total = (total * 3 + visits[place]) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
def mix_counts(places):
    visits = [0] * 1009
    for place in places:
        visits[place] += 1
    total = 0
    for place in range(1009):
        total = (total * 3 + visits[place]) % 1000003
    return total


print(mix_counts([i * 7919 % 1009 for i in range(int(input()))]))
""",
        ),
    },
)
