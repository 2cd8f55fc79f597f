"""A program to be rewritten: where templates fit, what its names mean, and the edits of a rewrite.

The facts about names are cautious: a name whose use is not understood counts as modified, and a
call of an unknown function as impure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from pieforge.lessons.rewriting.template import (
    Match,
    TypedNodes,
    fill_template,
    find_matches,
    get_indent,
    list_typed_nodes,
    match_template,
)
from pieforge.syntax.declaration import Syntax, find_syntax, split_words
from pieforge.syntax.tree import (
    collect_identifiers,
    find_nodes,
    get_declared_name,
    get_field,
    get_field_text,
    get_text,
    is_identifier,
    parse,
    walk,
)

_CONST_METHODS = split_words(
    "size empty length begin end cbegin cend rbegin rend front back at find count top substr c_str "
    "data get items keys values index join split strip startswith endswith contains "
    "isdigit isalpha islower isupper lower upper lower_bound upper_bound"
)
"""Methods that do not change their object. `begin` and the like count too: what could write through
an iterator is a call of an unknown function, which counts as modifying its arguments."""
_PURE_CALLS = split_words(
    "std::abs abs std::llabs llabs std::min min std::max max sum len sorted reversed range "
    "enumerate zip list tuple dict set int str ord chr bool float divmod pow any all isinstance "
    "std::accumulate std::count std::find std::max_element std::min_element std::lower_bound "
    "std::upper_bound std::binary_search std::distance std::next std::prev std::to_string "
    "std::make_pair std::gcd gcd math.gcd math.isqrt std::sqrt bisect_left bisect_right"
)
_READING_CALLS = _PURE_CALLS | split_words("print printf std::printf assert")
"""Library functions that change none of their arguments."""
_SHORT = 24
"""Characters from which an expression is too long to be written twice."""
_READING_TEMPLATES = ("std::vector", "std::pair", "static_cast")


@dataclass(frozen=True)
class TextEdit:
    """A replacement of bytes `start` to `end`."""

    start: int
    end: int
    text: str


class RewritableProgram:
    """A parsed program, with what patterns ask about it.

    Args:
        code: Its text.
        language: Its language's key.
    """

    def __init__(self, code: str, language: str) -> None:
        self.code = code.encode()
        self.syntax: Syntax = find_syntax(language)
        self.root = parse(self.code, self.syntax)

    # Where templates fit, and edits there.

    def find(self, template: str, within: Node | None = None) -> Iterator[Match]:
        """Yield each place where a template fits, in source order."""
        typed = self._typed_nodes if within is None else list_typed_nodes(within)
        return find_matches(template, typed, self.syntax)

    def match(self, template: str, node: Node | None) -> Match | None:
        """Return how a template fits a node as a whole, or None."""
        return match_template(template, node, self.syntax) if node is not None else None

    def replace(
        self, where: Match | Node, template: str, values: Mapping[str, Node | str]
    ) -> TextEdit:
        """Return the edit that puts a filled template in the place of a match or node."""
        first, last = (where.first, where.last) if isinstance(where, Match) else (where, where)
        return TextEdit(
            first.start_byte, last.end_byte, fill_template(template, values, get_indent(first))
        )

    def insert_before(
        self, node: Node, template: str, values: Mapping[str, Node | str]
    ) -> TextEdit:
        """Return the edit that puts a filled template on lines of its own before a node's line."""
        indent = get_indent(node)
        text = fill_template(template, values, indent)
        return TextEdit(node.start_byte, node.start_byte, f"{text}\n{indent}")

    def insert_function(self, near: Node, template: str, values: Mapping[str, str]) -> TextEdit:
        """Return the edit that puts a function before the definition around a node.

        For a statement of a script it goes before the first statement that is no import.
        """
        outer = near
        while outer.parent is not None and outer.parent.parent is not None:
            outer = outer.parent
        if self.syntax.indented and outer.type not in self.syntax.functions:
            statements = (it for it in self.root.named_children if it.type not in self.syntax.inert)
            outer = next(statements, outer)
        gap = "\n\n\n" if self.syntax.indented else "\n\n"
        return TextEdit(outer.start_byte, outer.start_byte, fill_template(template, values) + gap)

    def include(self, line: str) -> list[TextEdit]:
        """Return the edit that adds an `#include` or `import` line, if the program has none yet.

        It goes before the first such line that is later in the alphabet, or after the last one.
        """
        kinds = ("preproc_include", "import_statement", "import_from_statement")
        known = [it for it in self.root.named_children if it.type in kinds]
        texts = [get_text(it).strip() for it in known]
        if line in texts:
            return []
        later = (it.start_byte for it, text in zip(known, texts, strict=True) if text > line)
        at = next(later, None)
        if at is not None:
            return [TextEdit(at, at, f"{line}\n")]
        if known:
            end = known[-1].start_byte + len(texts[-1].encode())
            return [TextEdit(end, end, f"\n{line}")]
        first = self.root.named_children[0]
        gap = "\n\n\n" if first.type in self.syntax.functions else "\n\n"
        return [TextEdit(first.start_byte, first.start_byte, line + gap)]

    @cached_property
    def _typed_nodes(self) -> TypedNodes:
        return list_typed_nodes(self.root)

    @cached_property
    def names(self) -> frozenset[str]:
        """All identifiers of the program."""
        return collect_identifiers(self.root)

    def choose_name(self, *wanted: str) -> str:
        """Return the first name that the program does not use; the last one with a number."""
        free = (name for name in wanted if name not in self.names)
        numbered = (f"{wanted[-1]}{number}" for number in range(2, 1000))
        return next(free, None) or next(name for name in numbered if name not in self.names)

    # What is around a node.

    def iter_around(self, node: Node) -> Iterator[Node]:
        """Yield the nodes around a node, the nearest first."""
        parent = node.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    def find_function(self, node: Node) -> Node | None:
        """Return the named function around a node."""
        around = self.iter_around(node)
        return next((it for it in around if it.type == "function_definition"), None)

    def list_loops(self, node: Node) -> list[Node]:
        """Return the loops that repeat a node in its function, the nearest first."""
        loops = []
        child = node
        for it in self.iter_around(node):
            if it.type in self.syntax.functions:
                break
            once = (it.child_by_field_name("right"), it.child_by_field_name("initializer"))
            if it.type in self.syntax.loops and child not in once:
                loops.append(it)
            child = it
        return loops

    def is_statement(self, node: Node) -> bool:
        """Return whether a node is a statement in a block, so that several may take its place."""
        parent = node.parent
        if self.syntax.indented and parent is not None and parent.type == "expression_statement":
            parent = parent.parent
        return parent is not None and parent.type in self.syntax.blocks

    def count_loops(self, at: int, *, depth: int = 3) -> int:
        """Return how many loops repeat a byte, those around calls of its function included.

        Args:
            at: The byte.
            depth: Calls that are followed.
        """
        node = self.root.descendant_for_byte_range(at, at)
        if node is None:
            return 0
        function = self.find_function(node)
        name = get_declared_name(function) if function is not None else ""
        outer = [self.count_loops(it, depth=depth - 1) for it in self._calls.get(name, ()) if depth]
        return len(self.list_loops(node)) + max(outer, default=0)

    @cached_property
    def _calls(self) -> Mapping[str, Sequence[int]]:
        """The first bytes of the calls of each function, by the last part of its name."""
        found: dict[str, list[int]] = {}
        for call in find_nodes(self.root, self.syntax.calls):
            name = re.split(r"\.|::|->", get_field_text(call, "function"))[-1]
            found.setdefault(name, []).append(call.start_byte)
        return found

    # What names are.

    def find_uses(self, name: str, within: Node | None = None) -> list[Node]:
        """Return the identifiers with a name that are variables, in source order."""
        return [
            node
            for node in walk(within or self.root)
            if node.type == "identifier" and get_text(node) == name and not _is_label(node)
        ]

    def find_declaration(self, name: str, near: Node) -> Node | None:
        """Return the C++ declaration, parameter or range loop that declares a name near a node."""
        for around in self.iter_around(near):
            nodes = [it for it in around.children if it.start_byte <= near.start_byte]
            if around.type == "function_definition":
                nodes += find_nodes(around.child_by_field_name("declarator"), _DECLARING)
            for node in [around, *nodes]:
                if node.type in _DECLARING and any(
                    _get_declared(it) == name for it in node.children_by_field_name("declarator")
                ):
                    return node
        return None

    def get_type(self, name: str, near: Node) -> str:
        """Return the C++ type that a name is declared with near a node; empty if none is found."""
        return get_field_text(self.find_declaration(name, near), "type")

    @cached_property
    def functions(self) -> Mapping[str, Node]:
        """The functions of the program that are defined once, by name."""
        found = list(find_nodes(self.root, ("function_definition",)))
        names = [get_declared_name(node) for node in found]
        return {
            name: node for name, node in zip(names, found, strict=True) if names.count(name) == 1
        }

    @cached_property
    def _defined(self) -> frozenset[str]:
        """The names of all functions of the program, which hide those of the library."""
        found = find_nodes(self.root, ("function_definition",))
        return frozenset(map(get_declared_name, found))

    @cached_property
    def _const_methods(self) -> frozenset[str]:
        """The functions of the program that are declared not to change their object."""
        declared = {it: get_field(node, "declarator") for it, node in self.functions.items()}
        return frozenset(
            name
            for name, node in declared.items()
            if node is not None and any(get_text(it) == "const" for it in node.named_children)
        )

    def list_parameters(self, function: Node) -> list[Node]:
        """Return the parameters of a function, in order."""
        if self.syntax.indented:
            parameters = function.child_by_field_name("parameters")
            return list(parameters.named_children) if parameters is not None else []
        declarator = next(find_nodes(function, ("parameter_list",)), None)
        return list(declarator.named_children) if declarator is not None else []

    # What changes, and what has no effect.

    def is_simple(self, node: Node) -> bool:
        """Return whether an expression may be written, and computed, several times."""
        return is_identifier(node) or (len(get_text(node)) < _SHORT and self.is_pure(node))

    def is_modified(self, name: str, within: Node, *, depth: int = 3) -> bool:
        """Return whether a variable or what it holds may change in a subtree.

        Args:
            name: The variable.
            within: The subtree.
            depth: Calls of the program's own functions that are followed.
        """
        return any(self._is_write(node, depth) for node in self.find_uses(name, within))

    def _is_write(self, node: Node, depth: int) -> bool:
        around = self.syntax.subscripts | self.syntax.members | {"parenthesized_expression"}
        while (parent := node.parent) is not None and parent.type in around:
            fields = (parent.child_by_field_name(it) for it in ("argument", "value", "object"))
            if next((it for it in fields if it is not None), parent.named_child(0)) != node:
                return False  # an index
            node = parent
        if parent is None:
            return False
        kind = parent.type
        if kind in self.syntax.assignments | {"named_expression", "for_in_clause"}:
            return parent.child_by_field_name("left") == node or (
                # Another name for the same object; numbers have none, but are not recognized here.
                self.syntax.indented and is_identifier(node) and kind == "assignment"
            )
        if kind in ("update_expression", "delete_statement", "pattern_list", "tuple_pattern"):
            return True
        if kind in ("global_statement", "nonlocal_statement"):
            return True
        if kind == "pointer_expression":
            return get_field_text(parent, "operator") == "&"
        if kind == "binary_expression" and get_field_text(parent, "operator") == ">>":
            return parent.child_by_field_name("right") == node
        if kind == "for_range_loop":
            return "&" in _get_head(parent) and "const" not in _get_head(parent)
        if kind == "for_statement" and self.syntax.indented:
            return parent.child_by_field_name("left") == node
        if kind in ("init_declarator", "declaration"):
            whole = parent if kind == "declaration" else parent.parent
            reference = "&" in get_field_text(parent, "declarator") and "const" not in get_text(
                whole
            )
            return parent.child_by_field_name("declarator") != node and reference
        if kind in self.syntax.calls:
            if is_identifier(node):
                return False  # the called function
            method = get_field_text(parent, "function").rsplit(".", 1)[-1].rsplit("->", 1)[-1]
            return method not in _CONST_METHODS and method not in self._const_methods
        if kind in ("argument_list", "initializer_list"):
            return self._is_written_by_call(parent, node, depth)
        return False

    def _is_written_by_call(self, arguments: Node, node: Node, depth: int) -> bool:
        call = arguments.parent
        if call is None or call.type not in self.syntax.calls:
            return False
        name = get_field_text(call, "function")
        base, _, method = name.rpartition(".")
        if method in self._defined:
            function = self.functions.get(method)
            if function is None:
                return True
        elif base and not self.syntax.indented:
            return method == "swap"
        else:
            # Python's `append` stores an element, which may be changed through the list then.
            reading = name in _READING_CALLS or method in _CONST_METHODS
            return not reading and not name.startswith(_READING_TEMPLATES)
        place = [it for it in arguments.named_children if it.type != "comment"].index(node)
        parameters = self.list_parameters(function)
        if place >= len(parameters):
            return True
        parameter = parameters[place]
        if not self.syntax.indented:
            text = get_text(parameter)
            return ("&" in text or "*" in text or "[" in text) and "const" not in text
        return depth == 0 or self.is_modified(
            get_text(parameter).split(":")[0].split("=")[0].strip(), function, depth=depth - 1
        )

    def may_change(self, value: Node, statements: Sequence[Node]) -> bool:
        """Return whether statements may change a variable that an expression reads."""
        names = {it for it in collect_identifiers(value) if self.find_uses(it, value)}
        return any(self.is_modified(name, it) for name in names for it in statements)

    def is_pure(self, node: Node, *, depth: int = 3) -> bool:
        """Return whether evaluating a subtree changes nothing outside of it and reads no input."""
        for inner in walk(node):
            if inner.type in ("update_expression", "lambda_expression", "lambda", "yield"):
                return False
            if inner.type in ("delete_expression", "new_expression", "named_expression"):
                return False
            if inner.type in self.syntax.assignments:
                return False
            if inner.type in self.syntax.calls and not self._is_pure_call(inner, depth):
                return False
        return True

    def _is_pure_call(self, call: Node, depth: int) -> bool:
        name = get_field_text(call, "function")
        method = name.rpartition(".")[2]
        if method in self._defined:
            known = method in self.functions and depth > 0
            return known and self.is_pure_function(method, depth=depth - 1)
        return (
            name in _PURE_CALLS
            or name.startswith(_READING_TEMPLATES)
            or (method != name and method in _CONST_METHODS)
        )

    def is_pure_function(self, name: str, *, depth: int = 3) -> bool:
        """Return whether a function of the program only computes a value from its arguments."""
        function = self.functions[name]
        body = function.child_by_field_name("body")
        words = collect_identifiers(function)
        if words & (self.syntax.input_names | self.syntax.output_names) or body is None:
            return False
        locals_ = self._collect_locals(function)
        for call in find_nodes(body, self.syntax.calls):
            called = get_field_text(call, "function")
            base = called.split(".")[0].split("[")[0].split("->")[0]
            if "." in called and base in locals_:
                continue
            if called in _MODIFYING_CALLS:
                continue  # what they change is checked below
            if called != name and not self._is_pure_call(call, depth):
                return False
        outside = words - locals_
        return not any(
            self.is_modified(it, body)
            for it in outside
            if self.find_uses(it, body) and it not in _MODIFYING_CALLS
        )

    def _collect_locals(self, function: Node) -> frozenset[str]:
        """Return the names of the values that a function has for itself."""
        found: set[str] = set()
        for parameter in self.list_parameters(function):
            text = get_text(parameter)
            if self.syntax.indented:
                name = text.split(":")[0].split("=")[0].strip()
                body = function.child_by_field_name("body")
                if body is not None and not self.is_modified(name, body):
                    found.add(name)
            elif "&" not in text and "*" not in text:
                found.add(_get_declared(parameter.child_by_field_name("declarator")))
        body = function.child_by_field_name("body")
        return frozenset(found) | self.collect_declared(body, references=False)

    def collect_declared(self, within: Node | None, *, references: bool = True) -> frozenset[str]:
        """Return the names that are declared, or in Python assigned, in a subtree.

        Args:
            within: The subtree.
            references: Whether references of C++ count.
        """
        found: set[str] = set()
        if self.syntax.indented:
            for node in find_nodes(within, ("assignment", "for_statement", "for_in_clause")):
                left = node.child_by_field_name("left")
                if left is not None and left.type in (
                    "identifier",
                    "pattern_list",
                    "tuple_pattern",
                ):
                    found |= collect_identifiers(left)
            return frozenset(found)
        for node in find_nodes(within, ("declaration", "for_range_loop")):
            if references or node.type == "declaration" or "&" not in _get_head(node):
                for it in node.children_by_field_name("declarator"):
                    found |= {_get_declared(it)}
        return frozenset(found)


_DECLARING = frozenset({"declaration", "parameter_declaration", "for_range_loop"})
_MODIFYING_CALLS = split_words(
    "std::sort sort std::reverse reverse std::swap swap std::iota std::fill heappush heappop "
    "heapify heapq.heappush heapq.heappop std::push_heap std::pop_heap std::make_heap"
)
"""Library functions that change their arguments and nothing else."""


def _is_label(node: Node) -> bool:
    """Return whether an identifier is no variable: a keyword argument or an attribute of Python."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "keyword_argument":
        return parent.child_by_field_name("name") == node
    return parent.type == "attribute" and parent.child_by_field_name("attribute") == node


def _get_head(loop: Node) -> str:
    """Return the declaration in a range loop's header."""
    right = loop.child_by_field_name("right")
    end = right.start_byte - loop.start_byte if right is not None else 0
    return (loop.text or b"")[:end].decode(errors="replace")


def _get_declared(node: Node | None) -> str:
    """Return the name in a declarator."""
    while node is not None and not is_identifier(node):
        below = node.child_by_field_name("declarator")
        if below is None:
            below = next(
                (c for c in node.named_children if c.type.endswith(("declarator", "identifier"))),
                None,
            )
        node = below
    return get_text(node)


def apply_edits(code: bytes, edits: Sequence[TextEdit]) -> str:
    """Return a text with edits applied; those at one place in the given order.

    Raises:
        ValueError: Two edits overlap.
    """
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda it: (it.start, it.end)):
        if edit.start < at:
            raise ValueError(f"two edits overlap at byte {edit.start}")
        parts += [code[at : edit.start], edit.text.encode()]
        at = edit.end
    return b"".join([*parts, code[at:]]).decode()
