"""Occurrences are counted by a scan of all elements whenever a count is needed."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import list_following
from pieforge.lessons.rewriting.edits import delete_statement, find_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.lessons.rewriting.template import Match

_PYTHON = ("for $x in $s:\n    $c[$x] += 1", "for $x in $s:\n    $c[$x] = $c[$x] + 1")
_CPP = (
    "for (int $x : $s) { $c[$x]++; }",
    "for (int $x : $s) { $c[$x] += 1; }",
    "for (int $i = 0; $i < $n; $i++) { $c[$s[$i]]++; }",
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    for template in _PYTHON if python else _CPP:
        for loop in program.find(template):
            yield from _rewrite(program, loop, "$s.count({})" if python else _COUNT)


_COUNT = "std::count($s.begin(), $s.end(), {})"


def _rewrite(program: RewritableProgram, loop: Match, count: str) -> Iterator[Sequence[TextEdit]]:
    counts, scanned = loop.text("c"), loop.text("s")
    function = program.find_function(loop.first)
    if function is None or not counts.isidentifier() or not scanned.isidentifier():
        return
    uses = program.find_uses(counts, function)
    made, later = uses[0], [use for use in uses if use.start_byte > loop.last.end_byte]
    inside = program.find_uses(counts, loop.first)
    if len(uses) != 1 + len(inside) + len(later) or not later:
        return
    statement = find_statement(program, made)
    zeros = "$c = [0] * $n" if program.syntax.indented else "std::vector<int> $c($(n), 0);"
    if statement is None or not any(program.find(zeros, statement)):
        return
    edits = []
    for use in later:
        read = use.parent
        if read is None or read.type not in program.syntax.subscripts:
            return
        if program.is_modified(counts, read.parent or read):
            return
        template = "$c[$i]"
        match = program.match(template, read)
        if match is None or match["c"] != use:
            return
        text = count.format(match.text("i"))
        edits.append(program.replace(read, text, {"s": scanned}))
    if any(program.is_modified(scanned, it) for it in list_following(loop.last)):
        return
    yield [
        *([] if program.syntax.indented else program.include("#include <algorithm>")),
        delete_statement(program, statement),
        delete_statement(program, loop.first),
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
