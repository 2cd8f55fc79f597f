"""A search goes on after it has found what it looks for."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import delete_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.tree import find_nodes, get_field_text, get_text

_BREAK = {True: "if $k:\n    $f = $x\n    break", False: "if ($k) { $f = $x; break; }"}
_RETURN = {True: "if $k:\n    return $x", False: "if ($k) { return $x; }"}
_SET = {True: "if $k:\n    $f = $x", False: "if ($k) {\n    $f = $x;\n}"}
_CONSTANTS = frozenset({"true", "false", "number_literal", "integer"})


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    python = program.syntax.indented
    for match in program.find(_BREAK[python]):
        alone = _find_loop(program, match.first) is not None and program.is_pure(match["k"])
        found = program.find_uses(match.text("f"), match["k"])
        if alone and not found and _is_constant(match["x"]):
            leaving = next(find_nodes(match.first, ("break_statement",)))
            yield [delete_statement(program, leaving)]
    for match in program.find(_RETURN[python]):
        loop = _find_loop(program, match.first)
        function = program.find_function(match.first)
        end = loop.next_named_sibling if loop is not None else None
        last = program.match("return $y" if python else "return $y;", end)
        if loop is None or function is None or last is None or not program.is_pure(match["k"]):
            continue
        if _is_constant(match["x"]) and _is_constant(last["y"]):
            name = program.choose_name("found", "result", "is_found")
            kind = "" if python else get_field_text(function, "type") + " "
            stop = "" if python else ";"
            values: dict[str, Node | str]
            values = {"f": name, "k": match["k"], "x": match["x"], "y": last["y"]}
            yield [
                program.insert_before(loop, f"{kind}$f = $y{stop}", values),
                program.replace(match, _SET[python], values),
                program.replace(last, f"return $f{stop}", values),
            ]
    for call in find_nodes(program.root, program.syntax.calls):
        asked = call.child_by_field_name("arguments")
        if get_field_text(call, "function") not in ("any", "all") or asked is None:
            continue
        if asked.type == "generator_expression":
            listed = f"([{get_text(asked)[1:-1]}])"
            yield [TextEdit(asked.start_byte, asked.end_byte, listed)]


def _is_constant(node: Node) -> bool:
    return node.type in _CONSTANTS


def _find_loop(program: RewritableProgram, choice: Node) -> Node | None:
    """Return the loop whose body is a statement alone, and whose variables end with it."""
    body = choice.parent
    if body is None or body.type not in program.syntax.blocks or body.named_child_count != 1:
        return None
    loop = body.parent
    if loop is None or loop.type not in ("for_statement", "for_range_loop"):
        return None
    start = loop.child_by_field_name("initializer")
    declares = loop.type == "for_range_loop" or (start is not None and start.type == "declaration")
    return loop if program.syntax.indented or declares else None


PATTERN = Pattern(
    title="goes on searching after it has found what it looks for",
    description=(
        "The loop visits all elements, and notes that one of them fits. The fast program leaves the"
        " loop at the first one."
    ),
    source="textbooks: linear search; pylint: use-a-generator; Google's ECO (arXiv 2503.15669)",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A loop that does nothing but to look for one element, without side effects.",
    shown_by="inputs on which what is looked for comes early",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>

bool has_divisor(int number) {
    for (int divisor = 2; divisor < number; divisor++) {
        if (number % divisor == 0) {
            return true;
        }
    }
    return false;
}

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    int found = 0;
    for (int i = 2; i <= n; i++) {
        if (has_divisor(i)) {
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
def has_divisor(number):
    for divisor in range(2, number):
        if number % divisor == 0:
            return True
    return False


n = int(input())
print(sum(1 for i in range(2, n // 4 + 2) if has_divisor(i)))
""",
        ),
    },
)
