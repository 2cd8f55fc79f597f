"""Templates of code, and what is known about the names of a program."""

import pytest

from pieforge.lessons.rewriting.edits import UseTable, rewrite_uses
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit, apply_edits
from pieforge.lessons.rewriting.template import fill_template, find_matches, list_typed_nodes
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tree import get_text, parse

CPP = """\
#include <vector>
int limit = 3;
int count = 0;
int next() { count++; return count; }
int twice(int x) { return 2 * x; }
int read(const std::vector<int>& v, int i) { return v[i] + limit; }
void set(std::vector<int>& v) { v[0] = 1; }
int total(std::vector<int> v) { v.push_back(1); int s = 0; for (int x : v) { s += x; } return s; }
int main() {
    std::vector<int> a(5, 0);
    const std::vector<int>& b = a;
    int n = a.size();
    for (int i = 0; i < n; i++) {
        int y = twice(read(a, i));
        n -= y;
    }
    set(a);
    return n;
}
"""
PYTHON = """\
import sys
seen = []


def note(x):
    seen.append(x)
    return x


def double(xs):
    ys = [2 * x for x in xs]
    ys.append(0)
    return ys


def cut(xs):
    xs.pop()


def main():
    values = [1, 2, 3]
    for i, value in enumerate(values):
        if value > 1:
            print(double(values))
    cut(values)
"""


def find(template: str, code: str, language: str = "cpp17") -> list[dict[str, str]]:
    syntax = find_syntax(language)
    found = find_matches(template, list_typed_nodes(parse(code, syntax)), syntax)
    return [{name: get_text(node) for name, node in match.nodes.items()} for match in found]


def test_a_metavariable_stands_for_any_expression_type_or_name() -> None:
    assert find("std::vector<$t> $v($(n), $(x));", CPP) == [
        {"t": "int", "v": "a", "n": "5", "x": "0"}
    ]
    assert find("$t $v = $f($x);", CPP) == [{"t": "int", "v": "y", "f": "twice", "x": "read(a, i)"}]


def test_a_repeated_metavariable_has_to_be_the_same_each_time() -> None:
    code = "void f(int* p, int x, int y) { p[x] = p[p[x]]; p[x] = p[p[y]]; }"
    assert find("$p[$x] = $p[$p[$x]];", code) == [{"p": "p", "x": "x"}]


def test_several_statements_match_neighbors_whatever_comments_are_between() -> None:
    code = "void f(int n) { n++; // one\n int m = n;\n n--; }"
    assert find("$a++;\nint $b = $a;", code) == [{"a": "n", "b": "m"}]
    assert find("$a++;\n$a--;", code) == []


def test_an_operator_is_part_of_a_template() -> None:
    assert len(find("$a < $b", "void f(int n) { n < 3; n <= 3; }")) == 1


def test_a_block_is_filled_in_with_the_indentation_of_its_place() -> None:
    syntax = find_syntax("python")
    [loop, *_] = find_matches(
        "for $x in $s:\n    $body", list_typed_nodes(parse(PYTHON, syntax)), syntax
    )
    text = fill_template(
        "while $s:\n    if $x:\n        $body", {**loop.nodes, "s": "rest"}, "    "
    )
    assert text == (
        "while rest:\n        if i, value:\n            if value > 1:\n"
        "                print(double(values))"
    )


def test_a_template_that_is_no_code_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a template"):
        find("for for", CPP)


@pytest.mark.parametrize(
    ("name", "statement", "modified"),
    [
        ("a", "set(a);", True),
        ("n", "for (", True),
        ("i", "for (", True),
        ("a", "for (", False),
        ("limit", "for (", False),
    ],
)
def test_a_cpp_variable_is_modified_by_assignments_and_by_reference(
    name: str, statement: str, modified: bool
) -> None:
    program = RewritableProgram(CPP, "cpp17")
    body = program.functions["main"].child_by_field_name("body")
    assert body is not None
    [node] = [it for it in body.children if get_text(it).startswith(statement)]
    assert program.is_modified(name, node) is modified


def test_a_reference_that_is_not_constant_counts_as_a_change() -> None:
    program = RewritableProgram("void f(int a) { int& b = a; const int& c = a; }", "cpp17")
    [write] = program.find("int& $x = $y;")
    assert program.is_modified("a", write.first)
    reads = CPP.replace("const std::vector<int>& b = a", "std::vector<int>& b = a")
    for code, changes in ((CPP, False), (reads, True)):
        whole = RewritableProgram(code, "cpp17")
        body = whole.functions["main"].child_by_field_name("body")
        assert body is not None
        [node] = [it for it in body.children if "& b = a" in get_text(it)]
        assert whole.is_modified("a", node) is changes


@pytest.mark.parametrize(
    ("name", "pure"),
    [("next", False), ("twice", True), ("read", True), ("set", False), ("total", True)],
)
def test_a_cpp_function_is_pure_if_it_changes_only_its_own_values(name: str, pure: bool) -> None:
    assert RewritableProgram(CPP, "cpp17").is_pure_function(name) is pure


@pytest.mark.parametrize(("name", "pure"), [("note", False), ("double", True), ("cut", False)])
def test_a_python_function_is_pure_if_it_changes_only_its_own_values(name: str, pure: bool) -> None:
    assert RewritableProgram(PYTHON, "python").is_pure_function(name) is pure


def test_a_python_list_is_modified_by_a_function_that_changes_its_parameter() -> None:
    program = RewritableProgram(PYTHON, "python")
    body = program.functions["main"].child_by_field_name("body")
    assert body is not None
    _, loop, cut = body.named_children
    assert not program.is_modified("values", loop)
    assert program.is_modified("values", cut)


def test_the_header_of_a_loop_that_is_evaluated_once_is_not_repeated() -> None:
    program = RewritableProgram(
        "void f(std::vector<int> v) { for (int x : v) { g(x); }"
        " for (int i = h(); i < k(); i++) {} }",
        "cpp17",
    )
    repeated = {
        get_text(it.first): len(program.list_loops(it.first)) for it in program.find("$f()")
    }
    assert repeated == {"h()": 0, "k()": 1}
    [use] = [it for it in program.find_uses("v") if it.start_point.column > 40]
    assert program.list_loops(use) == []


def test_edits_at_one_place_keep_their_order_and_overlapping_ones_are_an_error() -> None:
    edits = [TextEdit(2, 2, "x"), TextEdit(2, 2, "y"), TextEdit(0, 1, "")]
    assert apply_edits(b"abcd", edits) == "bxycd"
    with pytest.raises(ValueError, match="overlap"):
        apply_edits(b"abcd", [TextEdit(0, 2, ""), TextEdit(1, 3, "")])


def test_an_include_is_added_once_in_alphabetical_order() -> None:
    program = RewritableProgram("#include <cstdio>\n#include <vector>\n\nint main() {}\n", "cpp17")
    assert program.include("#include <vector>") == []
    assert apply_edits(program.code, program.include("#include <map>")).splitlines()[:3] == [
        "#include <cstdio>",
        "#include <map>",
        "#include <vector>",
    ]
    assert "<vector>\n#include <zlib>\n\nint" in apply_edits(
        program.code, program.include("#include <zlib>")
    )


USES: UseTable = (
    ("$c = {}", "$keys = []"),
    ("$c[$k] = $x", "$keys.append(($k, $x))"),
    ("$c.get($k)", "look($keys, $k, $k)"),
)


@pytest.mark.parametrize(
    ("code", "rewritten"),
    [
        ("d = {}\nd[1] = 2\n", "ks = []\nks.append((1, 2))\n"),
        # A use inside another one is rewritten with it.
        ("d = {}\nd[a] = d.get(b)\n", "ks = []\nks.append((a, look(ks, b, b)))\n"),
        # What a template does not know, or would compute twice.
        ("d = {}\nprint(d)\n", None),
        ("d = {}\nd[1] = d.get(read())\n", None),
    ],
)
def test_all_uses_of_a_container_are_rewritten_or_none(code: str, rewritten: str | None) -> None:
    program = RewritableProgram(code, "python")
    edits = rewrite_uses(program, "d", program.root, USES, {"keys": "ks"})
    assert (apply_edits(program.code, edits) if edits is not None else None) == rewritten


def test_a_method_that_is_declared_constant_changes_nothing() -> None:
    code = """\
struct Grid {
    int n;
    int width() const { return n; }
    void widen() { n++; }
};
int read(const Grid& grid) { return grid.width(); }
int grow(Grid& grid) { grid.widen(); return grid.width(); }
"""
    program = RewritableProgram(code, "cpp17")
    assert program.is_pure_function("read")
    assert not program.is_pure_function("grow")


def test_the_names_that_a_loop_declares_are_its_own() -> None:
    program = RewritableProgram(CPP, "cpp17")
    loop = next(program.find("for (int i = 0; i < n; i++) $body;")).first
    assert program.collect_declared(loop) == {"i", "y"}
    script = RewritableProgram("for a, b in c:\n    d = a\n    e[0] = b\n", "python")
    assert script.collect_declared(script.root) == {"a", "b", "d"}
