"""Find addresses used as numbers: they reveal how a program was built and what runs it.

The stack in a simulator, the heap of a sanitizer and the frames of unoptimized code are at other
addresses than in an ordinary run. A program can detect them without the use of any forbidden name.
"""

import ast
from collections.abc import Iterator

from tree_sitter import Node

from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.analysis.names import iter_library_uses, parse_source
from pieforge.integrity.analysis.python_names import get_dotted_name, parse_python
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tokens import SourceText
from pieforge.syntax.tree import find_nodes, get_field, get_field_text, get_text, walk

ADDRESS = "an address taken as a number"
_INTEGERS = split_words(
    "int long short unsigned size_t std::size_t uint64_t uint32_t int64_t int32_t std::uint64_t "
    "std::int64_t ptrdiff_t std::ptrdiff_t ll ull i64 u64 uintptr_t intptr_t"
)
_ORDERS = split_words("- < > <= >=")


def find_c_addresses(source: SourceText) -> Iterator[str]:
    """Yield a finding for each address in a C or C++ source that is used as a number."""
    for use in iter_library_uses(source, ("uintptr_t", "intptr_t")):
        yield f"{use.name}: {ADDRESS}"
    for word in expand_source(source).tokens:
        if word.kind == "string" and "%p" in word.text:
            yield f"%p: {ADDRESS}"
    for node in walk(parse_source(source)):
        text = " ".join(get_text(node).split())[:60]
        if node.type in ("cast_expression", "call_expression") and _is_integer_cast(node):
            yield f"{text}: {ADDRESS}"
        elif node.type == "binary_expression" and _is_address_difference(node):
            yield f"{text}: a distance between addresses"
        elif node.type == "declaration" and _is_external(node):
            yield f"{text}: a variable of the linker or the library"


def _is_address(node: Node | None) -> bool:
    """Return whether an expression is the address of a variable or of allocated memory."""
    while node is not None and node.type in ("parenthesized_expression", "cast_expression"):
        node = get_field(node, "value") or next(reversed(node.named_children), None)
    if node is None:
        return False
    if node.type == "call_expression":
        called = get_field_text(node, "function").split("::")[-1]
        return called in ("malloc", "calloc", "realloc", "data", "c_str", "addressof", "alloca")
    return node.type == "new_expression" or (
        node.type == "pointer_expression" and get_text(node).lstrip().startswith("&")
    )


def _is_integer_cast(node: Node) -> bool:
    """Return whether a cast, or a call with the syntax of one, converts an address to a number."""
    if node.type == "cast_expression":
        kind = get_field_text(node, "type")
        whole = kind in _INTEGERS or kind.split(" ")[0] in ("unsigned", "long", "signed")
        return whole and _is_address(get_field(node, "value"))
    called = get_field_text(node, "function").replace(" ", "")
    arguments = get_field(node, "arguments")
    # `reinterpret_cast<char*>` and `bit_cast<int&>` give a pointer or reference, not a number.
    if "*" in called or "&" in called or arguments is None:
        return False
    if called.startswith("reinterpret_cast<"):
        return True
    casts = called in _INTEGERS or called.removeprefix("std::").startswith("bit_cast<")
    return casts and any(map(_is_address, arguments.named_children))


def _is_address_difference(node: Node) -> bool:
    """Return whether addresses of two variables are compared or subtracted.

    Addresses of array elements are left out: honest programs subtract them to get an index.
    """
    return get_field_text(node, "operator") in _ORDERS and all(
        _is_address(side) and not any(find_nodes(side, ("subscript_expression", "call_expression")))
        for side in (get_field(node, "left"), get_field(node, "right"))
    )


def _is_external(node: Node) -> bool:
    """Return whether a declaration is of an `extern` variable without a value.

    Linker symbols such as `end` are declared like this; their addresses reveal the build's size.
    """
    linked = node.parent is not None and node.parent.type == "linkage_specification"
    if not linked and not any(get_text(child) == "extern" for child in node.children):
        return False
    return not any(find_nodes(node, ("function_declarator", "init_declarator")))


def find_python_addresses(text: str) -> Iterator[str]:
    """Yield a finding for each use of `id` or of a string's hash as a number.

    Both change from process to process.
    """
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.BinOp):
            sides: list[ast.expr] = [node.left, node.right]
        elif isinstance(node, ast.Compare) and any(
            isinstance(o, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for o in node.ops
        ):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and get_dotted_name(node.func) == "hash" and node.args:
            if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                yield "hash of a string: it changes from process to process"
            continue
        else:
            continue
        if any(isinstance(s, ast.Call) and get_dotted_name(s.func) == "id" for s in sides):
            yield f"{ast.unparse(node)[:60]}: {ADDRESS}"
