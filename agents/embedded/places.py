"""Where in a program an edit is worth trying.

The aim is a program that still reads its input, ends, costs about as much as
before, and behaves in a new way. So code that reads or writes is left alone,
small functions without loops are preferred, and what decides an index or a loop's
end is touched with care.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from pieforge.agents.embedded.syntax import EditGrammar, collect_identifiers, get_node_text, walk


@dataclass(frozen=True)
class EditSite:
    """What is known about the surroundings of a node."""

    weight: float
    """How promising an edit is here, from 0 to 1."""
    signed: bool = True
    """Whether a value may turn negative or large: not where it becomes an index."""
    loop_depth: int = 0
    """Loops around the node, within its function."""
    in_loop_header: bool = False
    """Whether the node stands in the head of a loop."""
    in_body_driven_loop: bool = False
    """Whether the innermost loop around ends only by what its own body does, as `while` does."""


class EditContext:
    """A program's facts that decide places.

    Args:
        root: The program's syntax tree.
        grammar: Its language.
    """

    def __init__(self, root: Node, grammar: EditGrammar) -> None:
        self.root = root
        self.source = root.text or b""
        self.grammar = grammar
        self.functions = [node for node in walk(root) if node.type in grammar.functions]
        self.input_names = self._collect_input_names()
        self.index_names = self._collect_index_names()
        self.size_names = self._collect_size_names()
        self.loop_control_names = self._collect_loop_control_names()
        self.text_names = self._collect_text_names()

    def find_sites(self) -> Iterator[tuple[Node, EditSite]]:
        """Yield the nodes that may be edited, each with its place."""
        yield from self._descend(self.root, EditSite(weight=0.6))

    def _descend(self, node: Node, site: EditSite) -> Iterator[tuple[Node, EditSite]]:
        grammar = self.grammar
        if node.type in grammar.opaque or self._is_shielded(node):
            return
        if node.type in grammar.functions:
            if self._is_io_helper(node):
                return
            site = self._enter_function(node, site)
        yield node, site
        for child in node.children:
            yield from self._descend(child, self._enter_child(node, child, site))

    def find_enclosing_function(self, node: Node) -> str | None:
        """Return the name of the function that a node stands in, or None outside of any."""
        parent = node.parent
        while parent is not None and parent.type not in self.grammar.functions:
            parent = parent.parent
        return find_function_name(parent) if parent is not None else None

    def _is_recursive(self, call: Node) -> bool:
        called = call.child_by_field_name("function")
        return called is not None and get_node_text(called) == self.find_enclosing_function(call)

    def _is_shielded(self, node: Node) -> bool:
        """Say whether a statement, or what a condition decides, reads or writes."""
        shielded = self.input_names | self.grammar.output_names
        if node.type == "return_statement" and self.find_enclosing_function(node) == "main":
            return True  # what `main` returns tells success from failure
        if node.type in self.grammar.statements:
            return bool(collect_identifiers(node) & shielded)
        condition = node.child_by_field_name("condition")
        decides = node.type in {"if_statement", "conditional_expression"}
        # `if (scanf(...) != 2) return 1;` is reading too, its body included.
        return decides and condition is not None and bool(collect_identifiers(condition) & shielded)

    def _enter_function(self, node: Node, site: EditSite) -> EditSite:
        name = find_function_name(node)
        nested = _measure_loop_depth(node, self.grammar)
        weight = (1.0, 0.45, 0.25)[min(nested, 2)]
        if name == "main" or collect_identifiers(node) & (
            self.grammar.input_names | self.grammar.output_names
        ):
            weight = 0.4
        return replace(site, weight=weight, signed=name not in self.index_names, loop_depth=0)

    def _enter_child(self, node: Node, child: Node, site: EditSite) -> EditSite:
        grammar = self.grammar
        if node.type in grammar.loops:
            return self._enter_loop(node, child, site)
        if node.type in grammar.subscripts and child.prev_sibling is not None:
            return replace(site, weight=site.weight * 0.15, signed=False)
        if _is_length(node, child):
            return replace(site, weight=0.0)
        if node.type in grammar.calls and self._is_recursive(node):
            # What a function hands to itself is what makes it end.
            return replace(site, weight=site.weight * 0.1, signed=False)
        if node.type == "init_declarator" or node.type in grammar.assignments:
            named = _find_assigned_name(node)
            if named in self.loop_control_names:
                return replace(site, weight=0.0)
            if named in self.index_names:
                return replace(site, weight=site.weight * 0.4, signed=False)
        return site

    def _enter_loop(self, node: Node, child: Node, site: EditSite) -> EditSite:
        driver = node.type not in self.grammar.counted_loops
        if child == node.child_by_field_name("body"):
            return replace(
                site,
                loop_depth=site.loop_depth + 1,
                in_loop_header=False,
                in_body_driven_loop=driver,
            )
        reads = bool(collect_identifiers(node) & self.input_names)
        weight = 0.0 if reads else site.weight * 0.3
        return replace(site, weight=weight, in_loop_header=True, signed=False)

    def _is_io_helper(self, node: Node) -> bool:
        """Say whether a function is a helper of reading or writing, rather than a program."""
        words = collect_identifiers(node)
        reads = bool(words & self.grammar.input_names)
        writes = bool(words & self.grammar.output_names)
        lines = node.end_point.row - node.start_point.row
        return find_function_name(node) != "main" and reads != writes and lines < 25

    def _collect_input_names(self) -> frozenset[str]:
        """Words that read, the program's own readers and the unparsed input included."""
        words = set(self.grammar.input_names)
        for node in self.functions:
            if find_function_name(node) != "main" and self._is_io_helper(node):
                words.add(find_function_name(node))
        for node in walk(self.root):
            if node.type == "assignment" and _is_whole_input_read(node):
                words.add(_find_assigned_name(node))
            if node.type == "call_expression" and get_node_text(node).startswith(
                ("fgets(", "std::fgets(")
            ):
                words.add(get_node_text(node).split("(", 1)[1].split(",")[0].strip())
        return frozenset(words - {""})

    def _collect_index_names(self) -> frozenset[str]:
        """Names between subscript brackets, and what those are computed from."""
        words: set[str] = set()
        for node in walk(self.root):
            if node.type in self.grammar.subscripts:
                for child in node.children[1:]:
                    words |= collect_identifiers(child)
            if node.type == "subscript_argument_list":
                words |= collect_identifiers(node)
        sources = [
            (_find_assigned_name(node), collect_identifiers(node))
            for node in walk(self.root)
            if node.type in {"init_declarator"} or node.type in self.grammar.assignments
        ]
        for _ in range(2):
            for target, used in sources:
                if target in words:
                    words |= used
        return frozenset(words)

    def _collect_size_names(self) -> frozenset[str]:
        """Names that size arrays or types: a change would only crash."""
        words: set[str] = set()
        for node in walk(self.root):
            if node.type in {"array_declarator", "template_argument_list", "preproc_def"}:
                words |= collect_identifiers(node)
            if (
                node.type == "argument_list"
                and node.parent
                and node.parent.type == "init_declarator"
            ):
                words |= collect_identifiers(node)
        return frozenset(words)

    def _collect_loop_control_names(self) -> frozenset[str]:
        """Names in the heads of loops that end only by what their body does."""
        words: set[str] = set()
        for node in walk(self.root):
            if node.type in self.grammar.loops - self.grammar.counted_loops:
                for field in ("condition", "update"):
                    head = node.child_by_field_name(field)
                    if head is not None:
                        words |= collect_identifiers(head)
        return frozenset(words)

    def _collect_text_names(self) -> frozenset[str]:
        """Names declared as text, on which arithmetic makes no sense."""
        words: set[str] = set()
        for node in walk(self.root):
            kind = node.child_by_field_name("type")
            declared = node.child_by_field_name("declarator")
            if kind is not None and declared is not None and "string" in get_node_text(kind):
                words |= collect_identifiers(declared)
        return frozenset(words)


def find_function_name(node: Node) -> str:
    """Return a function's name; empty for one without."""
    name = node.child_by_field_name("name")
    declarator = node.child_by_field_name("declarator")
    while name is None and declarator is not None:
        if declarator.child_count == 0:
            name = declarator
        following = declarator.child_by_field_name("declarator") or declarator.child_by_field_name(
            "name"
        )
        declarator = (
            following
            if following is not None
            else next((c for c in declarator.children if c.type == "function_declarator"), None)
        )
    return get_node_text(name) if name is not None else ""


def _find_assigned_name(node: Node) -> str:
    """Return the name that a declaration or an assignment gives a value to."""
    target = node.child_by_field_name("left") or node.child_by_field_name("declarator")
    while target is not None and target.type == "init_declarator":
        target = target.child_by_field_name("declarator")
    return get_node_text(target).lstrip("&*") if target is not None else ""


def _is_length(node: Node, child: Node) -> bool:
    """Say whether a child is the length in `vector<T> v(length)` or `[0] * length`."""
    if node.type == "argument_list" and node.parent is not None:
        return node.parent.type == "init_declarator" and child == node.named_child(0)
    if node.type == "binary_operator":
        return any(other.type == "list" for other in node.children) and child.type != "list"
    return False


def _is_whole_input_read(node: Node) -> bool:
    value = node.child_by_field_name("right")
    return value is not None and any(
        call in get_node_text(value) for call in (".read()", ".readlines()", "iter(")
    )


def _measure_loop_depth(node: Node, grammar: EditGrammar) -> int:
    below = max((_measure_loop_depth(child, grammar) for child in node.children), default=0)
    return below + (node.type in grammar.loops)
