"""Refuse tables that the compiler computes: the simulator does not see that work."""

from collections.abc import Iterator

from tree_sitter import Node

from pieforge.integrity.analysis.names import iter_library_uses, parse_source
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.records import RejectReason
from pieforge.syntax.languages.c_family import CPP
from pieforge.syntax.tree import find_nodes, get_field, get_field_text, get_text, walk

_CONSTANT = frozenset({"constexpr", "consteval", "constinit"})
_SEQUENCES = frozenset({"make_index_sequence", "make_integer_sequence", "index_sequence_for"})
_CLASSES = ("class_specifier", "struct_specifier")
_SCALARS = ("int", "long", "bool", "char", "double", "unsigned", "size_t", "ll", "i64", "u64")
_SCALARS_BEGIN = ("longlong", "unsigned", "int", "uint", "std::size_t", "std::uint")


def _look(checked: CheckedProgram) -> Iterator[str]:
    root = parse_source(checked.source)
    makers = _find_table_functions(root)
    classes = _find_working_classes(root)
    for node in walk(root):
        if node.type == "declaration" and (name := _find_computed_variable(node, makers, classes)):
            yield f"{name} is a table that the compiler computes"
        if node.type == "template_declaration" and (name := _find_recursive_constant(node)):
            yield f"{name} is a constant for each argument, computed recursively by the compiler"
    for use in iter_library_uses(checked.source, _SEQUENCES):
        yield f"{use.name}: a table that the compiler computes"


def _find_table_functions(root: Node) -> set[str]:
    """Return the names of constexpr functions that loop or recurse and do not return a scalar."""
    found = set()
    for node in find_nodes(root, ("function_definition",)):
        name = get_field_text(node, "declarator", "declarator")
        kind = get_field_text(node, "type")
        # A scalar result is one value, such as a modular power; only tables replace the work.
        scalar = kind in _SCALARS or kind.replace(" ", "").startswith(_SCALARS_BEGIN)
        works = _has_loop_or_recursion(get_field(node, "body"), name)
        if _is_constant(node) and works and not scalar:
            found.add(name)
    return found


def _find_working_classes(root: Node) -> set[str]:
    """Return the names of classes with a constexpr constructor that loops."""
    found = set()
    for node in find_nodes(root, _CLASSES):
        name, body = get_field_text(node, "name"), get_field(node, "body")
        for member in body.named_children if body is not None else ():
            if (
                member.type == "function_definition"
                and _is_constant(member)
                and get_field_text(member, "declarator", "declarator") == name
                and _has_loop_or_recursion(get_field(member, "body"))
            ):
                found.add(name)
    return found


def _find_recursive_constant(node: Node) -> str:
    """Return the name of a template with a constant computed from its own instances, or "".

    For example `F<N>::value = F<N - 1>::value + ...`; a class derived from its own instance is no
    finding.
    """
    declared = node.named_children[-1]
    if declared.type in _CLASSES:
        name = get_field_text(declared, "name")
        parts = find_nodes(get_field(declared, "body"), ("field_declaration", "enumerator"))
        values = [get_field(p, "default_value") or get_field(p, "value") for p in parts]
    elif declared.type == "declaration":
        name = get_field_text(declared, "declarator", "declarator")
        values = [get_field(declared, "declarator", "value")]
    else:
        return ""
    name = name.split("<")[0].strip()
    used = (n for v in values for n in find_nodes(v, ("template_type", "template_function")))
    return name if any(get_field_text(inner, "name") == name for inner in used) else ""


def _has_loop_or_recursion(body: Node | None, name: str = "") -> bool:
    return any(
        n.type in CPP.loops or (n.type == "identifier" and get_text(n) == name) for n in walk(body)
    )


def _is_constant(node: Node) -> bool:
    """Return whether a declaration has one of the qualifiers in `_CONSTANT`."""
    return any(get_text(child) in _CONSTANT for child in node.children)


def _find_computed_variable(node: Node, makers: set[str], classes: set[str]) -> str:
    """Return the name of a variable that the compiler initializes by a loop, or an empty string."""
    constant = _is_constant(node)
    outside = node.parent is not None and node.parent.type in (
        "translation_unit",
        "declaration_list",
    )
    # The compiler may also compute the initial value of a plain global or static variable.
    static = any(get_text(c) == "static" for c in node.children)
    if not (constant or outside or static):
        return ""
    kinds = {get_text(n) for n in find_nodes(node, ("type_identifier",))}
    for declarator in node.children_by_field_name("declarator"):
        name = get_field_text(declarator, "declarator")
        if constant and kinds & classes:
            return name or get_text(declarator)
        below = list(walk(get_field(declarator, "value")))
        called = {get_text(n) for n in below if n.type in ("identifier", "type_identifier")}
        lambdas = (n for n in below if n.type == "lambda_expression")
        if called & makers or (constant and any(map(_has_loop_or_recursion, lambdas))):
            return name
    return ""


CHECK = HackCheck(
    reason=RejectReason.COMPILE_TIME_WORK,
    catches="tables made by constexpr functions, constructors, templates or sequences of indices",
    looks={"c": _look},
    sides=frozenset({Side.FAST}),
)
