"""A loop copies each element that it looks at."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_LARGE = ("vector<", "string", "map<", "set<", "list<", "deque<")
"""Parts of the types whose copies allocate memory; that of a pair of numbers costs nothing."""


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("for (const auto& $x : $s) $body;", "for (const $t& $x : $s) $body;"):
        for match in program.find(template):
            kind = match.text("t") if "t" in match.nodes else "auto"
            # Of a sequence what it holds: the type without the outermost name.
            whole = program.get_type(match.text("s"), match.first).partition("<")[2]
            if not any(part in (whole if kind == "auto" else kind) for part in _LARGE):
                continue
            head = program.replace(match, f"for ({kind} $x : $s) ", match.nodes)
            yield [TextEdit(head.start, match["body"].start_byte, head.text)]


PATTERN = Pattern(
    title="copies each element of a loop",
    description=(
        "The loop variable is a value, so that each step copies an element with all that it holds."
        " The fast program takes a reference."
    ),
    source="clang-tidy: performance-for-range-copy",
    kind="constant",
    edit_kind=EditKind.OTHER,
    preconditions="A range loop takes constant references to elements that own memory.",
    shown_by="inputs with large elements",
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
    std::vector<std::vector<int>> rows(n, std::vector<int>(64, n % 7));
    long long total = 0;
    for (int round = 0; round < 5; round++) {
        for (const auto& row : rows) {
            total = (total * 3 + row[round]) % 1000003;
        }
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
    },
)
