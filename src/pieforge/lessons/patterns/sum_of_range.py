"""The sum of a range is added up for each question."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import list_following
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit, apply_edits
from pieforge.records import EditKind
from pieforge.syntax.tree import collect_identifiers

_CPP_TABLE = """\
std::vector<$t> $p($(n), 0);
for (int $i = 0; $i < $m; $i++) {
    $p[$i + 1] = $p[$i] + $e;
}"""
_CPP_SUM = """\
$t $sum = 0;
for (int $j = $a; $j < $b; $j++) {
    $sum += $element;
}"""
_PYTHON_TABLE = """\
$p = [0]
for $i in $s:
    $p.append($p[-1] + $e)"""


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    difference = "$p[$b] - $p[$a]" if python else "$t $sum = $p[$b] - $p[$a];"
    for table in program.find(_PYTHON_TABLE if python else _CPP_TABLE):
        following = list_following(table.last)
        uses = [use for it in following for use in program.find_uses(table.text("p"), it)]
        found = [
            match
            for it in following
            for match in program.find(difference, it)
            if match.text("p") == table.text("p")
        ]
        if not found or 2 * len(found) != len(uses) or not program.is_pure(table["e"]):
            continue
        own, item = table.text("i"), table["e"]
        names = {it for it in collect_identifiers(item) - {own} if program.find_uses(it, item)}
        if any(program.is_modified(name, it) for name in names for it in following):
            continue
        if python:
            if table["s"].type != "identifier" or program.may_change(table["s"], following):
                continue
            same = table.text("e") == own
            slow = "sum($s[$a:$b])" if same else "sum($element for $j in $s[$a:$b])"
        elif not all(program.is_statement(match.first) for match in found):
            continue
        else:
            slow = _CPP_SUM
        shared: dict[str, Node | str]
        shared = {name: table[name] for name in ("e", "i", "s") if name in table.nodes}
        # The bounds may have the name of the table's index, and a loop that of its element.
        taken = any(program.find_uses(own, it) for it in following)
        other = ("item", "element", "value") if python else ("j", "k", "index")
        index = program.choose_name(*other) if taken or not python else own
        renamed = [program.replace(it, index, {}) for it in program.find_uses(own, item)]
        element = apply_edits(program.code[: item.end_byte], renamed).encode()
        shared |= {"j": index, "element": element[item.start_byte :].decode()}
        start, end = table.first.start_byte, following[0].start_byte
        yield [
            TextEdit(start, end, ""),
            *(program.replace(match, slow, {**match.nodes, **shared}) for match in found),
        ]


PATTERN = Pattern(
    title="adds up the range for each question",
    description=(
        "Each question visits all elements of its range. The fast program keeps the sums of all"
        " beginnings, and answers with one subtraction."
    ),
    source="textbooks: prefix sums; PIE (arXiv 2302.07867), appendix: precomputation",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A table of prefix sums of which only differences of two elements are used.",
    shown_by="inputs with many questions about long ranges",
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
    std::vector<long long> before(n + 1, 0);
    for (int i = 0; i < n; i++) {
        before[i + 1] = before[i] + i * 7919LL % 1009;
    }
    long long total = 0;
    for (int last = 0; last < n; last++) {
        long long sum = before[last] - before[last / 3];
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
numbers = [i * 7919 % 1009 for i in range(n)]
before = [0]
for number in numbers:
    before.append(before[-1] + number)
total = 0
for last in range(n):
    part = before[last] - before[last // 3]
    total = (total * 3 + part) % 1000003
print(total)
""",
        ),
    },
)
