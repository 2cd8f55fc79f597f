"""Tables that the compiler computes: work that no simulator sees, done for every input at once."""

from collections.abc import Iterator

from tree_sitter import Node

from pieforge.integrity.analysis.names import get_text, iter_foreign_uses, parse_source, walk
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.integrity.checks.work_skipped import _WORK
from pieforge.records import RejectReason

_CONSTANT = frozenset({"constexpr", "consteval", "constinit"})
_SEQUENCES = frozenset({"make_index_sequence", "make_integer_sequence", "index_sequence_for"})


def _look(checked: CheckedProgram) -> Iterator[str]:
    if checked.family != "c":
        return
    root = parse_source(checked.text, trigraphs=checked.trigraphs)
    makers = _find_table_functions(root)
    classes = _find_working_classes(root)
    for node in walk(root):
        if node.type == "declaration" and (name := _find_computed_variable(node, makers, classes)):
            yield f"{name} is a table that the compiler computes"
        if node.type == "template_declaration" and (name := _find_recursive_constant(node)):
            yield f"{name} is a value for every number, each computed from another by the compiler"
    for use in iter_foreign_uses(checked.text, _SEQUENCES, trigraphs=checked.trigraphs):
        yield f"{use.name}: a table that the compiler computes"


def _find_table_functions(root: Node) -> set[str]:
    """Return the names of constant functions that loop, or call themselves, and return a table."""
    found = set()
    for node in walk(root):
        if node.type != "function_definition" or not _get_qualifiers(node) & _CONSTANT:
            continue
        declarator = node.child_by_field_name("declarator")
        name = (
            get_text(declarator.child_by_field_name("declarator")) if declarator is not None else ""
        )
        kind = get_text(node.child_by_field_name("type"))
        body = node.child_by_field_name("body")
        scalar = (
            kind in ("int", "long", "bool", "char", "double", "unsigned", "size_t")
            or (
                kind.replace(" ", "").startswith(
                    ("longlong", "unsigned", "int", "uint", "std::size_t", "std::uint")
                )
            )
            or kind in ("ll", "i64", "u64")
        )
        if body is not None and not scalar and _has_loop_or_recursion(body, name):
            found.add(name)
    return found


def _find_working_classes(root: Node) -> set[str]:
    """Return the names of classes with a constant constructor that loops."""
    found = set()
    for node in walk(root):
        if node.type not in ("class_specifier", "struct_specifier"):
            continue
        name, body = get_text(node.child_by_field_name("name")), node.child_by_field_name("body")
        for member in body.named_children if body is not None else ():
            if member.type != "function_definition" or not _get_qualifiers(member) & _CONSTANT:
                continue
            declarator = member.child_by_field_name("declarator")
            named = declarator.child_by_field_name("declarator") if declarator is not None else None
            inner = member.child_by_field_name("body")
            if get_text(named) == name and inner is not None and _has_loop_or_recursion(inner):
                found.add(name)
    return found


def _find_recursive_constant(node: Node) -> str:
    """Return the name of a template that has a constant computed from itself, or nothing.

    `F<N>::value = F<N - 1>::value + ...`; that a class is derived from itself is no such thing.
    """
    declared = node.named_children[-1]
    if declared.type in ("class_specifier", "struct_specifier"):
        name = get_text(declared.child_by_field_name("name")).split("<")[0].strip()
        body = declared.child_by_field_name("body")
        parts = (
            [n for n in walk(body) if n.type in ("field_declaration", "enumerator")] if body else []
        )
        values = [
            p.child_by_field_name("default_value") or p.child_by_field_name("value") for p in parts
        ]
    elif declared.type == "declaration":
        made = declared.child_by_field_name("declarator")
        name = (
            get_text(made.child_by_field_name("declarator")).split("<")[0].strip() if made else ""
        )
        values = [made.child_by_field_name("value")] if made else []
    else:
        return ""
    for value in values:
        for inner in walk(value) if value is not None else ():
            if inner.type in ("template_type", "template_function") and (
                get_text(inner.child_by_field_name("name")) == name
            ):
                return name
    return ""


def _has_loop_or_recursion(body: Node, name: str = "") -> bool:
    return any(
        n.type in _WORK or (n.type == "identifier" and get_text(n) == name) for n in walk(body)
    )


def _get_qualifiers(node: Node) -> set[str]:
    return {
        get_text(child) for child in node.children if child.type in ("type_qualifier", *_CONSTANT)
    } | {get_text(child) for child in node.children if get_text(child) in _CONSTANT}


def _find_computed_variable(node: Node, makers: set[str], classes: set[str]) -> str:
    """Return the name of a variable that the compiler initialises by a loop, or an empty string."""
    constant = bool(_get_qualifiers(node) & _CONSTANT)
    outside = node.parent is not None and node.parent.type in (
        "translation_unit",
        "declaration_list",
    )
    static = any(get_text(c) == "static" for c in node.children)
    if not (constant or outside or static):
        return ""
    kind = {get_text(n) for n in walk(node) if n.type == "type_identifier"}
    for declarator in node.children_by_field_name("declarator"):
        if constant and kind & classes:
            return get_text(declarator.child_by_field_name("declarator") or declarator)
        value = declarator.child_by_field_name("value")
        if value is None:
            continue
        below = list(walk(value))
        called = {get_text(n) for n in below if n.type in ("identifier", "type_identifier")}
        own_loop = constant and any(
            n.type == "lambda_expression" and _has_loop_or_recursion(n) for n in below
        )
        if own_loop or called & makers:
            return get_text(declarator.child_by_field_name("declarator"))
    return ""


CHECK = HackCheck(
    reason=RejectReason.COMPILE_TIME_WORK,
    catches="tables made by constexpr functions, constructors, templates or sequences of indices",
    look=_look,
    sides=frozenset({Side.FAST}),
)
