"""A search tree is used as an array."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_NUMBERS = ("int", "long long", "char", "bool", "double")


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("std::vector<$t> $v($n, 0);", "std::vector<$t> $v($(n));"):
        for match in program.find(template):
            name, function = match.text("v"), program.find_function(match.first)
            if function is None or match.text("t") not in _NUMBERS:
                continue
            uses = program.find_uses(name, function)[1:]
            if uses and all(
                use.parent is not None
                and use.parent.type == "subscript_expression"
                and use.parent.child_by_field_name("argument") == use
                for use in uses
            ):
                yield [
                    *program.include("#include <map>"),
                    program.replace(match, "std::map<int, $t> $v;", match.nodes),
                ]


PATTERN = Pattern(
    title="a map from small integers instead of an array",
    description=(
        "Every access is a search in a tree, and every element a node of its own. The fast program"
        " indexes an array."
    ),
    source="PIE (arXiv 2302.07867), appendix: data structures; C++ Core Guidelines SL.con.2",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A local vector of zeros is used by index only.",
    shown_by="inputs with many accesses",
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
    std::vector<int> visits(1009, 0);
    int place = 1;
    for (int i = 0; i < n; i++) {
        place = (place * 7 + 3) % 1009;
        visits[place]++;
    }
    printf("%d %d\\n", place, visits[place]);
    return 0;
}
""",
        ),
    },
)
