"""Mutant schemata: one program that contains all mutants of another (Untch et al., ISSTA 1993).

A mutant changes a comparison by one step, or its constant by one; or it changes a value that was
just assigned: adds one if it equals a given number, limits it to that number, or cuts it to fewer
bits. Every site has a number. When the program runs, the environment variables `MUTANT` and `VALUE`
select the site and the given number. With `MUTANT` -1 the program behaves as the original and
prints probes after its output: the sites where a mutant would have changed a comparison or cut a
value, and every assigned value.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_cpp
import tree_sitter_python
from tree_sitter import Language, Node, Parser

from benchmarks.pairs import Edit

MARK = "\n#probes\n"
"""Printed between an output and the probed values."""

_TURNED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": ">=", "!=": "<"}
_ONCE = ("nullptr", "end()", "scanf", "get", "read", "next", "pop", "++", "--")
"""Comparisons with one of these are not mutated. The schema evaluates a comparison twice, which
excludes operands with side effects; null pointers and end iterators have no order."""
_CPP_PRELUDE = """\
#include <cstdio>
#include <cstdlib>
#include <set>
#include <type_traits>
#include <utility>
namespace mutants {
const char* read(const char* name) { const char* v = std::getenv(name); return v ? v : "0"; }
int mutant() { static const int it = std::atoi(read("MUTANT")); return it; }
long long value() { static const long long it = std::atoll(read("VALUE")); return it; }
struct Probed {
    std::set<std::pair<int, long long>> seen;
    void note(int place, long long v) { if (seen.size() < 20000) seen.insert({place, v}); }
    ~Probed() {
        if (mutant() != -1) return;
        std::fflush(stdout);
        std::fputs("\\n#probes\\n", stdout);
        for (auto& [place, v] : seen) std::printf("%d %lld\\n", place, v);
        std::fflush(stdout);
    }
};
Probed& probed() { static Probed it; return it; }
bool turn(int number, bool inner, bool other) {
    if (mutant() == -1 && inner != other) probed().note(number, 0);
    return mutant() == number ? other : inner;
}
template <class T> void probe(int place, T& x) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        if (mutant() == -1) {
            probed().note(place, x);
            if ((T)(short)x != x) probed().note(place + 2, 0);
            if ((T)(int)x != x) probed().note(place + 3, 0);
        }
        if (mutant() == place && (long long)x == value()) x += 1;
        if (mutant() == place + 1 && (long long)x > value()) x = (T)value();
        if (mutant() == place + 2) x = (T)(short)x;
        if (mutant() == place + 3) x = (T)(int)x;
    }
}
template <class T> void probe(int, const T&) {}
}
"""
_PYTHON_PRELUDE = """\
MUTANT = VALUE = 0
PROBED = set()
def TURN(number, inner, other):
    if MUTANT == -1 and inner != other:
        PROBED.add((number, 0))
    return other if MUTANT == number else inner
def PROBE(place, x):
    if type(x) is not int:
        return x
    if MUTANT == -1 and len(PROBED) < 20000:
        PROBED.add((place, x))
    if MUTANT == place and x == VALUE:
        return x + 1
    if MUTANT == place + 1 and x > VALUE:
        return VALUE
    return x
"""


@dataclass(frozen=True)
class Mutant:
    """One mutant of a program.

    Attributes:
        number: The value of `MUTANT` that selects it.
        kind: One of `DIFFER_KINDS`.
        what: The change in words. Part of `fresh.json`.
        begin: Position of the first replaced byte.
        end: Position after the last replaced byte.
        new: The replacement; `{value}` in it stands for the given number.
        place: Number of the probe whose values the given number is chosen from; 0 for none.
    """

    number: int
    kind: str
    what: str
    begin: int
    end: int
    new: str
    place: int = 0

    def edit(self, text: str, value: int) -> Edit:
        """Return the mutant as an edit, with enough lines around it to occur exactly once."""
        data = text.encode()
        new = self.new.replace("{value}", str(value)).encode()
        begin = data.rfind(b"\n", 0, self.begin) + 1
        end = data.find(b"\n", self.end) + 1
        while data.count(data[begin:end]) > 1:
            begin = data.rfind(b"\n", 0, max(0, begin - 1)) + 1
            end = data.find(b"\n", end) + 1 or len(data)
        changed = data[begin : self.begin] + new + data[self.end : end]
        return data[begin:end].decode(), changed.decode()


class Schema:
    """All mutants of one program, and the text that contains them."""

    def __init__(self, text: str, suffix: str) -> None:
        """Find the sites.

        The text may not compile if the program needs a mutated comparison as a constant expression.
        """
        self.mutants: list[Mutant] = []
        self._data = text.encode()
        self._cpp = suffix == ".cpp"
        language = tree_sitter_cpp.language() if self._cpp else tree_sitter_python.language()
        root = Parser(Language(language)).parse(self._data).root_node
        body = self._written(root)
        self.text = (_CPP_PRELUDE if self._cpp else _PYTHON_PRELUDE) + body

    def _written(self, node: Node) -> str:
        """Return the text of a node in which every site checks whether its mutant is selected."""
        pieces = self._pieces(node)
        inner = "".join(pieces)
        if node.type in ("binary_expression", "comparison_operator"):
            return self._comparison(node, pieces)
        if node.type in ("expression_statement", "declaration"):
            return inner + self._probe(node)
        return inner

    def _pieces(self, node: Node) -> list[str]:
        """Return what is before, in, between and behind a node's children: theirs at odd places."""
        if not node.children:
            return [self._data[node.start_byte : node.end_byte].decode()]
        found, at = [], node.start_byte
        for child in node.children:
            found += [self._data[at : child.start_byte].decode(), self._written(child)]
            at = child.end_byte
        return [*found, self._data[at : node.end_byte].decode()]

    def _add(self, kind: str, what: str, node: Node, new: str, place: int = 0) -> int:
        number = place or 10 * (len(self.mutants) + 1)
        number += sum(mutant.place == place for mutant in self.mutants) if place else 0
        self.mutants.append(Mutant(number, kind, what, node.start_byte, node.end_byte, new, place))
        return number

    def _comparison(self, node: Node, pieces: list[str]) -> str:
        inner = "".join(pieces)
        operator = node.children[1] if len(node.children) == 3 else None
        turned = _TURNED.get(_text(operator)) if operator is not None else None
        # Pointers and iterators are equal or not, and in no order; what reads, reads once.
        if operator is None or turned is None or any(word in inner for word in _ONCE):
            return inner
        literals = [n for n in node.children if n.type in ("number_literal", "integer")]
        kind = "boundary" if literals or _within(node, "for_statement") else "tie"
        what = f"`{turned}` for `{_text(operator)}` in `{_text(node)}`"
        number = self._add(kind, what, operator, turned)
        found = self._turned(number, inner, "".join((*pieces[:3], turned, *pieces[4:])))
        for literal in literals:
            place = 1 + 2 * node.children.index(literal)
            bare = _text(literal).rstrip("uUlL")
            for change in (1, -1) if bare.isdigit() else ():
                new = f"{int(bare) + change}{_text(literal)[len(bare) :]}"
                what = f"{new} for {_text(literal)} in `{_text(node)}`"
                number = self._add("constant", what, literal, new)
                other = "".join((*pieces[:place], new, *pieces[place + 1 :]))
                found = self._turned(number, found, other)
        return found

    def _turned(self, number: int, inner: str, other: str) -> str:
        if self._cpp:
            return f"mutants::turn({number}, {inner}, {other})"
        return f"TURN({number}, {inner}, {other})"

    def _probe(self, node: Node) -> str:
        parent = node.parent
        target = _assigned(node)
        if parent is None or parent.type not in ("compound_statement", "block") or not target:
            return ""
        indent = " " * node.start_point.column
        whole = _text(node)
        place = 10 * (len(self.mutants) + 1)
        ways = [
            ("structure", f"`{target}` is one more where it is {{value}}", "== {value}", "+= 1"),
            ("size", f"`{target}` is held below {{value}}", "> {value}", "= {value}"),
        ]
        for kind, what, condition, change in ways:
            if self._cpp:
                new = (
                    f"{whole}\n{indent}if ({target} {condition}) {{\n"
                    f"{indent}    {target} {change};\n{indent}}}"
                )
            else:
                new = f"{whole}\n{indent}if {target} {condition}:\n{indent}    {target} {change}"
            self._add(kind, what, node, new, place)
        if not self._cpp:
            return f"\n{indent}{target} = PROBE({place}, {target})"
        for bits, name in ((16, "short"), (32, "int")):
            new = f"{whole}\n{indent}{target} = static_cast<{name}>({target});"
            self._add("overflow", f"`{target}` is cut to {bits} bits", node, new, place)
        return f"\n{indent}mutants::probe({place}, {target});"


def _assigned(node: Node) -> str:
    """Return the target of an assignment if it is a plain variable, member or element."""
    if node.type == "declaration":
        declarator = node.child_by_field_name("declarator")
        if declarator is None or declarator.type != "init_declarator" or "const" in _text(node):
            return ""
        target, value = (declarator.child_by_field_name(f) for f in ("declarator", "value"))
        plain = target is not None and target.type == "identifier"
        # A variable with a constant as initial value is assigned later, and mutated there.
        return _text(target) if plain and value and value.type != "number_literal" else ""
    if len(node.named_children) != 1:
        return ""
    [expression] = node.named_children
    if expression.type not in ("assignment_expression", "assignment", "augmented_assignment"):
        return ""
    target, value = (expression.child_by_field_name(field) for field in ("left", "right"))
    if target is None or value is None or value.type in ("number_literal", "integer"):
        return ""
    kinds = ("identifier", "field_expression", "subscript_expression", "subscript", "attribute")
    calls = any(one.type in ("call_expression", "call", "update_expression") for one in _walk(node))
    simple = target.type in kinds and "(" not in _text(target) and "++" not in _text(target)
    return _text(target) if simple and (target.type == "identifier" or not calls) else ""


def _within(node: Node, kind: str) -> bool:
    return any(one.type == kind and _heads(one, node) for one in _above(node))


def _heads(loop: Node, node: Node) -> bool:
    body = loop.child_by_field_name("body")
    return body is None or node.end_byte <= body.start_byte


def _above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _text(node: Node | None) -> str:
    return "" if node is None or node.text is None else node.text.decode()
