"""A linked list is used where elements are accessed by index."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import get_field, get_field_text, get_text

_SHARED_METHODS = frozenset(
    {"push_back", "size", "empty", "back", "front", "pop_back", "emplace_back"}
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in ("($(n), $(x))", "($(n))", ""):
        template = f"std::vector<$t> $v{template};"
        for declaration in program.find(template):
            yield from _rewrite(program, declaration.first, declaration.text("v"))


def _rewrite(
    program: RewritableProgram, declaration: Node, name: str
) -> Iterator[Sequence[TextEdit]]:
    function = program.find_function(declaration)
    name_of_type = get_field(declaration, "type", "name")
    if (
        function is None
        or name_of_type is None
        or get_text(name_of_type.child_by_field_name("name")) != "vector"
    ):
        return
    edits = []
    for use in program.find_uses(name, function)[1:]:
        parent = use.parent
        if parent is None:
            return
        if parent.type == "subscript_expression" and parent.child_by_field_name("argument") == use:
            index = get_text(parent.child_by_field_name("indices"))[1:-1]
            element = f"*std::next({name}.begin(), {index})"
            around = parent.parent
            if around is not None and around.type in (
                "subscript_expression",
                "field_expression",
                "update_expression",
            ):
                element = f"({element})"
            if program.find_uses(name, parent)[1:]:
                return
            edits.append(TextEdit(parent.start_byte, parent.end_byte, element))
        elif parent.type == "field_expression":
            if get_field_text(parent, "field") not in _SHARED_METHODS:
                return
        elif parent.type != "for_range_loop":
            return
    if edits:
        kind = name_of_type.child_by_field_name("name")
        assert kind is not None  # noqa: S101  compared above
        yield [
            *program.include("#include <iterator>"),
            *program.include("#include <list>"),
            TextEdit(kind.start_byte, kind.end_byte, "list")
            if kind.type != "template_type"
            else TextEdit(kind.start_byte, kind.start_byte + len("vector"), "list"),
            *edits,
        ]


PATTERN = Pattern(
    title="a linked list where elements are accessed by index",
    description=(
        "Each access walks the list from its beginning. The fast program has the elements in an"
        " array, where an access takes constant time."
    ),
    source="Bjarne Stroustrup, Why you should avoid linked lists (GoingNative 2012); PIE, appendix",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
    preconditions="A local vector is used by index, and otherwise in ways that a list allows, too.",
    shown_by="inputs with many elements",
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
    std::vector<long long> reached(n + 1, 0);
    reached[0] = 1;
    for (int i = 1; i <= n; i++) {
        reached[i] = (reached[i - 1] * 3 + reached[i / 2]) % 10007;
    }
    printf("%lld\\n", reached[n]);
    return 0;
}
""",
        ),
    },
)
