"""Variables of the functions of a C or C++ source, and the aliases among them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from pieforge.syntax.tree import (
    collect_texts,
    find_nodes,
    get_field,
    get_field_text,
    get_text,
    walk,
)

_SHARING = ("reference_declarator", "pointer_declarator", "array_declarator")
_PLAIN_TYPES = {"primitive_type", "sized_type_specifier", "type_identifier"}


@dataclass
class Scope:
    """The variables of a function or of a named lambda.

    Attributes:
        name: The function's name.
        own: Its variables and parameters.
        aliases: For a variable that may refer to others (a reference, a pointer, an iterator),
            the names of those.
        above: The scope around a lambda; None for a function.
    """

    name: str = ""
    own: set[str] = field(default_factory=set)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    above: "Scope | None" = None

    def resolve_name(self, name: str) -> str:
        """Return the program-wide name of a variable: `function.name`; `name` if it is global."""
        if name in self.own:
            return f"{self.name}.{name}"
        return self.above.resolve_name(name) if self.above is not None else name

    def list_changed(self, name: str) -> set[str]:
        """Return the variables that may change with this one: itself and those it refers to."""
        found, todo = set(), [name]
        while todo:
            if (one := todo.pop()) not in found:
                found.add(one)
                scope: Scope | None = self
                while scope is not None:
                    todo += scope.aliases.get(one, ())
                    scope = scope.above
        return {self.resolve_name(one) for one in found}


@dataclass
class FunctionIndex:
    """The functions of a source.

    Attributes:
        bodies: Name and node of each function and named lambda, by the node's id.
        functions: Their names.
        harmless: Names of those that do not change their arguments.
    """

    bodies: dict[int, tuple[str, Node]]
    functions: set[str]
    harmless: set[str]


def iter_functions(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the name and the node of every function, and of every lambda held by a variable."""
    for node in find_nodes(root, ("function_definition", "lambda_expression")):
        above = node.parent
        if node.type == "function_definition":
            declarators = find_nodes(get_field(node, "declarator"), ("function_declarator",))
            name = get_field_text(next(declarators, None), "declarator")
            yield name.split("::")[-1].strip() or "?", node
        elif above is not None and above.type == "init_declarator":
            yield get_field_text(above, "declarator"), node


def create_scope(node: Node, name: str, names: FunctionIndex) -> Scope:
    """Return the scope of a function's node, inside the scopes of the functions around it."""
    above = node.parent
    while above is not None and above.id not in names.bodies:
        above = above.parent
    surroundings = None
    if above is not None:
        surroundings = create_scope(above, names.bodies[above.id][0], names)
        surroundings.own |= set().union(*split_parameters(above))
    scope = Scope(name, above=surroundings)
    for inner in iter_own_nodes(get_field(node, "body"), names):
        if inner.type in ("declaration", "for_range_loop"):
            _declare_variables(scope, inner)
    return scope


def iter_own_nodes(body: Node | None, names: FunctionIndex) -> Iterator[Node]:
    """Yield the nodes of a body, except those inside nested functions and named lambdas."""
    todo = [body] if body is not None else []
    while todo:
        node = todo.pop()
        if node is body or node.id not in names.bodies:
            yield node
            todo += reversed(node.children)


def _declare_variables(scope: Scope, node: Node) -> None:
    # These keep their value after the call, so they are not local to it.
    if any(get_text(child) in ("extern", "static") for child in node.children):
        return
    kind = get_field(node, "type")
    plain = kind is not None and kind.type in _PLAIN_TYPES
    for declarator in node.children_by_field_name("declarator"):
        value = get_field(declarator, "value") or get_field(node, "right")
        target = get_field(declarator, "declarator") or declarator
        # tree-sitter parses the variable `T x(y)` as the declaration of a function.
        if target.type == "function_declarator":
            scope.own.add(get_field_text(target, "declarator"))
            continue
        names = collect_texts(target, "identifier")
        scope.own |= names
        if not plain or collect_texts(declarator, "reference_declarator", "pointer_declarator"):
            # A class type (`auto`, a template) may be an iterator or view of what it is made from.
            sources = collect_texts(value, "identifier")
            for name in names:
                scope.aliases.setdefault(name, set()).update(sources - names)


def split_parameters(node: Node) -> tuple[set[str], set[str]]:
    """Return a function's parameters: passed by value, and by reference, pointer or array."""
    own: set[str] = set()
    shared: set[str] = set()
    inside = {n.id for n in walk(get_field(node, "body"))}
    for parameter in walk(node):
        if parameter.id in inside or not parameter.type.endswith("parameter_declaration"):
            continue
        for declarator in parameter.children_by_field_name("declarator"):
            marked = collect_texts(declarator, *_SHARING)
            (shared if marked else own).update(collect_texts(declarator, "identifier"))
    return own, shared
