"""A list that is searched from its beginning stands for a set."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.edits import rewrite_uses
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_FIND = "std::find($c.begin(), $c.end(), $k)"
_CPP = (
    ("std::unordered_set<$t> $c;", "std::vector<$t> $c;"),
    ("std::set<$t> $c;", "std::vector<$t> $c;"),
    ("$c.insert($k);", f"if ({_FIND} == $c.end()) {{\n    $c.push_back($k);\n}}"),
    ("$c.count($k)", "std::count($c.begin(), $c.end(), $k)"),
    ("$c.find($k) == $c.end()", f"{_FIND} == $c.end()"),
    ("$c.find($k) != $c.end()", f"{_FIND} != $c.end()"),
    *((f"$c.{method}()", f"$c.{method}()") for method in ("empty", "size", "clear")),
)
_PYTHON = (
    ("$c = set()", "$c = []"),
    ("$c.add($k)", "if $k not in $c:\n    $c.append($k)"),
    *((same, same) for same in ("$k in $c", "$k not in $c", "len($c)")),
)


def _find_cpp(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for kind in ("unordered_set", "set"):
        for made in program.find(f"std::{kind}<$t> $c;"):
            scope = program.find_function(made.first) or program.root
            edits = rewrite_uses(program, made.text("c"), scope, _CPP, {})
            if edits and len(edits) > 1:
                includes = ("#include <algorithm>", "#include <vector>")
                yield [*(it for line in includes for it in program.include(line)), *edits]


def _find_python(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for made in program.find("$c = set()"):
        scope = program.find_function(made.first) or program.root
        if lists.is_unshared_set(program, made["c"]):
            edits = rewrite_uses(program, made.text("c"), scope, _PYTHON, {})
            if edits and len(edits) > 1:
                yield edits


PATTERN = Pattern(
    title="searches a list where a set would know",
    description=(
        "Each question whether an element is there compares it with all elements. The fast program"
        " has a hash set or a search tree."
    ),
    source="perflint W8101; Python's wiki, TimeComplexity; PIE (arXiv 2302.07867), appendix",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A local set that elements are added to and looked up in, and nothing else.",
    shown_by="inputs with many different elements",
    forms={
        "cpp": PatternForm(
            find=_find_cpp,
            example="""\
#include <cstdio>
#include <unordered_set>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::unordered_set<int> seen;
    int place = 1;
    int repeats = 0;
    for (int step = 0; step < n; step++) {
        place = (place * 7 + 3) % 1009;
        repeats += seen.count(place);
        seen.insert(place);
    }
    printf("%d %zu\\n", repeats, seen.size());
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find_python,
            example="""\
n = int(input())
seen = set()
repeats = 0
place = 1
for step in range(n):
    place = (place * 7 + 3) % 1009
    if place in seen:
        repeats += step
    seen.add(place)
print(repeats, len(seen))
""",
        ),
    },
)
