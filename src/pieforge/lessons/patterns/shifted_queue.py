"""The front of an array is removed where a queue was, and all other elements move."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.syntax.tree import get_field_text

_METHODS = {"push": "push_back", "push_back": "push_back", "empty": "empty", "size": "size"}
_METHODS |= {"front": "front", "back": "back"}


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("std::queue<$t> $q;", "std::deque<$t> $q;"):
        for made in program.find(template):
            name, function = made.text("q"), program.find_function(made.first)
            edits = []
            for use in program.find_uses(name, function or program.root)[1:]:
                member = use.parent
                call = member.parent if member is not None else None
                if member is None or call is None or member.type != "field_expression":
                    break
                method = get_field_text(member, "field")
                field = member.child_by_field_name("field") or member
                if method in _METHODS:
                    edits.append(TextEdit(field.start_byte, field.end_byte, _METHODS[method]))
                elif method in ("pop", "pop_front"):
                    new = f"{name}.erase({name}.begin())"
                    edits.append(TextEdit(call.start_byte, call.end_byte, new))
                else:
                    break
            else:
                if edits:
                    yield [
                        *program.include("#include <vector>"),
                        program.replace(made, "std::vector<$t> $q;", made.nodes),
                        *edits,
                    ]


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
