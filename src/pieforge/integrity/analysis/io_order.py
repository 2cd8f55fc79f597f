"""The order in which a program reads and writes, and what runs outside its main function.

The order is that of the text: every condition is taken to hold. A call is followed into the
program's own function, once for each function.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from pieforge.integrity.analysis.names import parse_source
from pieforge.integrity.analysis.python_names import get_dotted_name, parse_python
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tokens import SourceText
from pieforge.syntax.tree import (
    collect_texts,
    find_nodes,
    get_field,
    get_field_text,
    get_text,
    walk,
)

READING = split_words(
    "scanf fscanf vscanf getchar getchar_unlocked getc getc_unlocked fgetc fgets gets fread "
    "fread_unlocked read getline getdelim cin wcin readv pread"
)
"""Names that read input in C and C++."""
WRITING = split_words(
    "printf fprintf vprintf puts putchar putchar_unlocked putc putc_unlocked fputc fputs "
    "fputs_unlocked fwrite fwrite_unlocked write writev cout wcout print println"
)
"""Names that write output in C and C++."""
LEAVING = split_words("exit _exit _Exit quick_exit abort")
_MANIPULATORS = split_words(
    "fixed setprecision scientific boolalpha noboolalpha showpoint defaultfloat nounitbuf std"
)
_CLASSES = ("class_specifier", "struct_specifier")
_WRAPPING = ("pointer_declarator", "reference_declarator")
_STREAMS = ("cin", "cout", "wcin", "wcout")
_TRANSFERRING = split_words("get getline read readsome write put flush ignore peek")
"""Methods of streams that read or write; the others only configure the stream."""
_PYTHON_READING = ("input", "sys.stdin", "stdin", "open", "os.read", "raw_input")
_PYTHON_WRITING = ("print", "sys.stdout.write", "stdout.write", "os.write", "sys.stdout.buffer")


@dataclass
class ExecutionOrder:
    """The code of a C or C++ source by when it runs.

    Attributes:
        functions: Bodies of functions, methods and named lambdas, by name.
        special: Constructors, destructors and initial values of members, by the class's name.
        bases: By class, its base classes and the classes of its members.
        outside: Declarations of variables outside functions, static members included.
    """

    functions: dict[str, list[Node]] = field(default_factory=dict)
    special: dict[str, list[Node]] = field(default_factory=dict)
    bases: dict[str, set[str]] = field(default_factory=dict)
    outside: list[Node] = field(default_factory=list)

    def list_constructed(self, node: Node) -> Iterator[Node]:
        """Yield the code that runs when the variables of a declaration are created or destroyed."""
        made = [
            *node.children_by_field_name("declarator"),
            *node.children_by_field_name("default_value"),
        ]
        yield from made
        kind = get_field(node, "type")
        if kind is not None and kind.type in _CLASSES:
            kind = get_field(kind, "name")
        todo = [name for part in (*made, kind) for name in collect_texts(part, "type_identifier")]
        seen: set[str] = set()
        while todo:
            if (name := todo.pop()) not in seen:
                seen.add(name)
                todo += self.bases.get(name, ())
                yield from self.special.get(name, ())

    def iter_events(self, body: Node, seen: set[str] | None = None) -> Iterator[str]:
        """Yield `read`, `write` and `leave` in the order of a body's text, calls followed."""
        seen = set() if seen is None else seen
        for node in find_nodes(body, ("identifier",)):
            name = get_text(node)
            if _is_declared(node):
                continue
            if name in self.functions:
                if name not in seen:
                    seen.add(name)
                    for inner in self.functions[name]:
                        yield from self.iter_events(inner, seen)
            elif name in LEAVING:
                yield "leave"
            elif name in READING | WRITING and not _is_set_up(node):
                yield "read" if name in READING else "write"


def analyze_order(source: SourceText) -> ExecutionOrder:
    """Return the code of a C or C++ source by when it runs."""
    found = ExecutionOrder()
    for node in walk(parse_source(source)):
        if node.type == "function_definition":
            _add_function(found, node)
        elif node.type == "init_declarator":
            value = get_field(node, "value")
            if value is not None and value.type == "lambda_expression":
                name = get_field_text(node, "declarator")
                found.functions.setdefault(name, []).append(value)
        elif node.type in _CLASSES:
            _add_class(found, node)
        elif node.type == "declaration" and _is_outside(node):
            found.outside.append(node)
    return found


def _add_class(found: ExecutionOrder, node: Node) -> None:
    """Add a class's bases, and the code that runs when an object of it is created."""
    name, body = get_field_text(node, "name"), get_field(node, "body")
    bases = found.bases.setdefault(name, set())
    for child in node.children:
        if child.type == "base_class_clause":
            bases |= collect_texts(child, "type_identifier")
    for member in body.named_children if body is not None else ():
        value, kind = get_field(member, "default_value"), get_field(member, "type")
        if member.type != "field_declaration":
            continue
        if any(get_text(child) == "static" for child in member.children):
            found.outside.append(member)
        elif value is not None:
            found.special.setdefault(name, []).append(value)
        # Treated like a base class: a member is constructed with its object.
        if kind is not None and kind.type == "type_identifier":
            bases.add(get_text(kind))


def _add_function(found: ExecutionOrder, node: Node) -> None:
    declarator, body = get_field(node, "declarator"), get_field(node, "body")
    while declarator is not None and declarator.type in _WRAPPING:
        declarator = declarator.named_children[-1]
    if declarator is None or body is None:
        return
    # `A::A() {...}` outside its class, or `A() {...}` and `~A() {...}` inside it.
    *scopes, name = map(str.strip, get_field_text(declarator, "declarator").split("::"))
    owner = node.parent.parent if node.parent is not None else None
    of_class = scopes[-1] if scopes else get_field_text(owner, "name")
    if of_class and name.replace(" ", "").lstrip("~") == of_class:
        found.special.setdefault(of_class, []).append(node)
    else:
        found.functions.setdefault(name, []).append(body)


def _is_outside(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in ("function_definition", "lambda_expression", "class_specifier"):
            return False
        above = above.parent
    return True


def _is_declared(node: Node) -> bool:
    above = node.parent
    return (
        above is not None
        and above.type.endswith("declarator")
        and get_field(above, "declarator") == node
    )


def _is_set_up(node: Node) -> bool:
    """Return whether this use of `cin` or `cout` only configures it, as `tie` does."""
    if get_text(node) not in _STREAMS:
        return False
    above = node.parent
    while above is not None and above.type == "qualified_identifier":
        above = above.parent
    if above is None or above.type == "condition_clause":
        return True  # `if (cin)` tests its state
    if above.type == "field_expression":
        return get_field_text(above, "field") not in _TRANSFERRING
    if above.type == "argument_list":
        return "getline" not in get_field_text(above.parent, "function")
    return get_text(node) in ("cout", "wcout") and _has_only_manipulators(above)


def _has_only_manipulators(above: Node | None) -> bool:
    while above is not None and above.type == "binary_expression":
        right = get_field(above, "right")
        names = collect_texts(right, "identifier", "namespace_identifier")
        if right is not None and not (names and names <= _MANIPULATORS):
            return False
        above = above.parent
    return True


def iter_python_events(text: str) -> Iterator[str]:
    """Yield `read` and `write` in the order of a Python source, each function followed once."""
    module = parse_python(text)
    functions = {n.name: n for n in ast.walk(module) if isinstance(n, ast.FunctionDef)}
    aliases = {
        node.targets[0].id: get_dotted_name(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and get_dotted_name(node.value)
    }
    seen: set[str] = set()

    def iter_events(nodes: list[ast.stmt]) -> Iterator[str]:
        for node in (name for statement in nodes for name in _iter_names(statement)):
            name = get_dotted_name(node)
            first, _, rest = name.partition(".")
            if first in aliases and aliases[first] != name:
                name = aliases[first] + (f".{rest}" if rest else "")
            if name in functions and name not in seen:
                seen.add(name)
                yield from iter_events(functions[name].body)
            elif name in _PYTHON_READING or name.startswith(("sys.stdin.", "stdin.")):
                yield "read"
            elif name in _PYTHON_WRITING:
                yield "write"

    return iter_events(module.body)


def _iter_names(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the names that a node uses, in order; bodies of nested functions are left out.

    In a call the arguments come first: `print(input())` reads before it writes.
    """
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.Import | ast.ImportFrom):
        return
    if (
        isinstance(node, ast.Assign)
        and get_dotted_name(node.value)
        and isinstance(node.targets[0], ast.Name)
    ):
        return  # `write = print` creates an alias and writes nothing
    if isinstance(node, ast.Call):
        inside: Iterable[ast.AST] = [*node.args, *(k.value for k in node.keywords), node.func]
    elif get_dotted_name(node):
        yield node
        return
    else:
        inside = ast.iter_child_nodes(node)
    for child in inside:
        yield from _iter_names(child)
