"""Streams of C++ wait for those of C, and for each other."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import delete_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_UNTIED = (
    "std::ios::sync_with_stdio(false);",
    "std::ios_base::sync_with_stdio(false);",
    "std::cin.tie(nullptr);",
    "std::cin.tie(0);",
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    found = [match for template in _UNTIED for match in program.find(template)]
    if found:
        yield [delete_statement(program, match.first) for match in found]


PATTERN = Pattern(
    title="leaves the streams synchronized with those of C",
    description=(
        "Every character of std::cin and std::cout passes through C's streams, and each question"
        " for input first empties the output. The fast program unties them."
    ),
    source="PIE (arXiv 2302.07867), section on edits: input and output; cppreference",
    kind="constant",
    edit_kind=EditKind.IO,
    preconditions="A program switches the synchronization off.",
    shown_by="inputs with many words, and long outputs",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <iostream>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n;
    std::cin >> n;
    for (int i = 0; i < n; i++) {
        std::cout << i * 7919 % 1009 << "\\n";
    }
    return 0;
}
""",
        ),
    },
)
