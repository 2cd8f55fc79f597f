"""A large argument is copied at each call."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import find_nodes, get_field_text, get_text

_LARGE = ("std::vector<", "std::string", "std::map<", "std::set<", "std::array<")


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for name, function in program.functions.items():
        called = [
            call
            for call in find_nodes(program.root, program.syntax.calls)
            if get_field_text(call, "function") == name
        ]
        inside = any(program.find_function(call) == function for call in called)
        if not inside and not any(program.list_loops(call) for call in called):
            continue
        for parameter in program.list_parameters(function):
            text = get_text(parameter)
            kind = get_field_text(parameter, "type")
            if text.startswith(f"const {kind}&") and kind.startswith(_LARGE):
                value = text.removeprefix("const ").replace(f"{kind}&", kind, 1)
                yield [TextEdit(parameter.start_byte, parameter.end_byte, value)]


PATTERN = Pattern(
    title="copies a large argument at each call",
    description=(
        "The parameter is a value, so that every call copies the whole container. The fast program"
        " takes a reference."
    ),
    source="clang-tidy: performance-unnecessary-value-param; C++ Core Guidelines F.16",
    kind="asymptotic",
    edit_kind=EditKind.OTHER,
    preconditions="A function called in a loop or by itself takes a reference to a container.",
    shown_by="inputs with large containers and many calls",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <vector>

int read_ahead(const std::vector<int>& numbers, int place) {
    return numbers[(place * 7) % numbers.size()];
}

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<int> numbers;
    for (int i = 0; i < n; i++) {
        numbers.push_back(i * 7919 % 1009);
    }
    long long total = 0;
    for (int i = 0; i < n; i++) {
        total = (total * 3 + read_ahead(numbers, i)) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
    },
)
