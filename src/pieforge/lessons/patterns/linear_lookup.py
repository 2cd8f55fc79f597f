"""An array of pairs is searched from its beginning for a key."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import get_field_text

_FUNCTION = """\
$v& $find(std::vector<std::pair<$k, $v>>& entries, const $k& key) {
    for (auto& entry : entries) {
        if (entry.first == key) {
            return entry.second;
        }
    }
    entries.push_back({key, $v()});
    return entries.back().second;
}"""


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for kind in ("unordered_map", "map"):
        for made in program.find(f"std::{kind}<$k, $v> $m;"):
            name, function = made.text("m"), program.find_function(made.first)
            if function is None:
                continue
            finder = program.choose_name("find_entry", "find_or_add")
            edits = []
            for use in program.find_uses(name, function)[1:]:
                parent = use.parent
                if parent is None or parent.type != "subscript_expression":
                    break
                if parent.child_by_field_name("argument") != use:
                    break
                index = get_field_text(parent, "indices")[1:-1]
                call = f"{finder}({name}, {index})"
                edits.append(TextEdit(parent.start_byte, parent.end_byte, call))
            else:
                if edits:
                    texts = {"k": made.text("k"), "v": made.text("v"), "find": finder}
                    yield [
                        *program.include("#include <utility>"),
                        *program.include("#include <vector>"),
                        program.insert_function(made.first, _FUNCTION, texts),
                        program.replace(made, "std::vector<std::pair<$k, $v>> $m;", made.nodes),
                        *edits,
                    ]


PATTERN = Pattern(
    title="searches an array of pairs for a key",
    description=(
        "Every access compares keys from the beginning. The fast program has a hash table or a"
        " search tree."
    ),
    source="PIE (arXiv 2302.07867), appendix: data structures; textbooks: hashing",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A local map that is accessed by key only.",
    shown_by="inputs with many different keys",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <map>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::map<int, int> last_seen;
    int place = 1;
    long long total = 0;
    for (int step = 1; step <= n; step++) {
        place = (place * 7 + 3) % 1009;
        total += step - last_seen[place];
        last_seen[place] = step;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
    },
)
