"""A string grows by a longer copy of it."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("$s += $x;", "$s.push_back($x);"):
        for match in program.find(template):
            kind = program.get_type(match.text("s"), match.first)
            if kind in ("std::string", "string") and program.list_loops(match.first):
                yield [program.replace(match, "$s = $s + $x;", match.nodes)]


PATTERN = Pattern(
    title="appends to a string by making a longer copy",
    description=(
        "`s = s + x` copies all earlier characters, and asks for new memory each time. The fast"
        " program appends in place."
    ),
    source="clang-tidy: performance-inefficient-string-concatenation",
    kind="asymptotic",
    edit_kind=EditKind.OTHER,
    preconditions="A string grows in a loop.",
    shown_by="inputs that make long strings",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <string>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::string letters;
    for (int i = 0; i < 8 * n; i++) {
        letters += static_cast<char>('a' + i % 26);
    }
    printf("%zu %c\\n", letters.size(), letters[n / 2]);
    return 0;
}
""",
        ),
    },
)
