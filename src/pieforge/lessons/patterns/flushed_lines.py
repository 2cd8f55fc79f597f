"""The output is flushed after each line."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import find_nodes, get_field_text, get_text


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    ends = [
        it
        for it in find_nodes(program.root, program.syntax.strings | program.syntax.characters)
        if get_text(it) in ('"\\n"', "'\\n'")
        and it.parent is not None
        and get_field_text(it.parent, "operator") == "<<"
        and get_text(it.parent).startswith("std::cout")
    ]
    if any(program.list_loops(it) for it in ends):
        yield [TextEdit(it.start_byte, it.end_byte, "std::endl") for it in ends]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for call in find_nodes(program.root, program.syntax.calls):
        text, end = get_text(call), call.end_byte - 1
        plain = text.startswith("print(") and text != "print()" and "flush" not in text
        if plain and program.list_loops(call):
            yield [TextEdit(end, end, ", flush=True")]


PATTERN = Pattern(
    title="flushes the output after each line",
    description=(
        "Every line is handed to the system by itself. The fast program leaves it to the buffer to"
        " hand over many lines together."
    ),
    source="clang-tidy: performance-avoid-endl; C++ Core Guidelines SL.io.50; PIE, appendix",
    kind="constant",
    edit_kind=EditKind.IO,
    preconditions="Lines are written in a loop.",
    shown_by="long outputs",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <iostream>

int main() {
    int n;
    std::cin >> n;
    for (int i = 0; i < 20 * n; i++) {
        std::cout << i % 10 << "\\n";
    }
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find_python,
            example="""\
n = int(input())
for i in range(20 * n):
    print(i * 7919 % 1009)
""",
        ),
    },
)
