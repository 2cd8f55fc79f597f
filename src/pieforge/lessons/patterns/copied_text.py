"""A part of a text is copied to compare a few characters of it."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_USES = {
    True: (
        ("$s.startswith($t, $i)", "$s[$i:].startswith($t)"),
        ("$s.find($t, $i) == $i", "$s[$i:].find($t) == 0"),
    ),
    False: (
        ("$s.compare($i, $n, $t) == 0", "$s.substr($i).substr(0, $n) == $t"),
        ("$s.compare($i, $n, $t) != 0", "$s.substr($i).substr(0, $n) != $t"),
        ("$s.find($t, $i) == $i", "$s.substr($i).find($t) == 0"),
    ),
}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template, slow in _USES[program.syntax.indented]:
        for match in program.find(template):
            if program.list_loops(match.first) and program.is_pure(match["i"]):
                yield [program.replace(match, slow, match.nodes)]


PATTERN = Pattern(
    title="copies the rest of a text to compare a few characters",
    description=(
        "Each comparison copies all that follows in the text. The fast program compares in place,"
        " with an index."
    ),
    source="clang-tidy: abseil-string-find-startswith; perflint; C++ Core Guidelines SL.str.2",
    kind="asymptotic",
    edit_kind=EditKind.OTHER,
    preconditions="A comparison at an index of a text, in a loop.",
    shown_by="inputs with long texts",
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
    std::string text;
    for (int i = 0; i < n; i++) {
        text += i * 7919 % 7 < 3 ? "ab" : "ba";
    }
    int found = 0;
    for (std::size_t i = 0; i + 4 <= text.size(); i++) {
        if (text.compare(i, 4, "abba") == 0) {
            found++;
        }
    }
    printf("%d\\n", found);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input())
text = "".join("ab" if i * 7919 % 7 < 3 else "ba" for i in range(20 * n))
found = 0
for i in range(len(text)):
    if text.startswith("abba", i):
        found += 1
print(found)
""",
        ),
    },
)
