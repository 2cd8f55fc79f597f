"""The front of an array is removed where a queue was, and all other elements move."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import rewrite_uses
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import get_field_text

_CPP = (
    ("std::queue<$t> $c;", "std::vector<$t> $c;"),
    ("std::deque<$t> $c;", "std::vector<$t> $c;"),
    ("$c.push($x)", "$c.push_back($x)"),
    ("$c.push_back($x)", "$c.push_back($x)"),
    ("$c.emplace($x)", "$c.emplace_back($x)"),
    ("$c.emplace($x, $y)", "$c.emplace_back($x, $y)"),
    ("$c.pop()", "$c.erase($c.begin())"),
    ("$c.pop_front()", "$c.erase($c.begin())"),
    *((f"$c.{method}()", f"$c.{method}()") for method in ("empty", "size", "front", "back")),
)


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for kind in ("queue", "deque"):
        for made in program.find(f"std::{kind}<$t> $c;"):
            scope = program.find_function(made.first) or program.root
            edits = rewrite_uses(program, made.text("c"), scope, _CPP, {})
            if edits and len(edits) > 1:
                yield [*program.include("#include <vector>"), *edits]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template, empty in (("$q = deque()", "[]"), ("$q = deque([$x])", "[$x]")):
        for made in program.find(template):
            name, function = made.text("q"), program.find_function(made.first)
            edits = [program.replace(made, f"$q = {empty}", made.nodes)]
            for use in program.find_uses(name, function or program.root)[1:]:
                member = use.parent
                if member is None or (member.type, get_field_text(member, "attribute")) not in (
                    *((("attribute", it)) for it in ("append", "popleft")),
                    *((kind, "") for kind in ("while_statement", "not_operator", "subscript")),
                ):
                    break
                if get_field_text(member, "attribute") == "popleft" and member.parent is not None:
                    edits.append(program.replace(member.parent, "$q.pop(0)", {"q": name}))
            else:
                if len(edits) > 1:
                    yield edits


PATTERN = Pattern(
    title="removes the first element of an array instead of using a queue",
    description=(
        "All other elements move by one place at each removal. The fast program uses a queue with"
        " two ends."
    ),
    source="perflint; Python's wiki, TimeComplexity; C++ Core Guidelines SL.con",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A local queue that is used by its basic operations only.",
    shown_by="inputs on which many elements wait at once",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <cstdio>
#include <queue>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::queue<long long> waiting;
    for (int i = 0; i < 8 * n; i++) {
        waiting.push(i * 7919LL % 10007);
    }
    long long total = 0;
    while (!waiting.empty()) {
        total = (total * 3 + waiting.front()) % 1000003;
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
from collections import deque

n = int(input())
waiting = deque()
for i in range(10 * n):
    waiting.append(i * 7919 % 10007)
total = 0
while waiting:
    total = (total * 3 + waiting.popleft()) % 1000003
print(total)
""",
        ),
    },
)
