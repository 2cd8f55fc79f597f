"""A program's own names replaced by numbered ones, through its syntax tree."""

import random
import re

from tree_sitter import Node

from pieforge.lessons.abstract_tree import collect_declared, qualify_name
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tree import find_nodes, get_field_text, get_text, is_identifier, parse


def rename_identifiers(code: str, language: str, *, seed: str = "") -> str:
    """Return a program with other names for what it declares.

    A name stays where renaming it could change the program: a library name, one that is also a
    member's or an argument's, one in the body of a macro, `main`. The trees know no types, so that
    the result has to be compiled and run before it is used.

    Args:
        code: Its text.
        language: Its language's key.
        seed: Decides which name gets which number.
    """
    syntax = find_syntax(language)
    data = code.encode(errors="replace")
    root = parse(data, syntax)
    declared = collect_declared(root, syntax)
    places: dict[str, list[tuple[Node, str]]] = {}
    waiting: list[tuple[Node, Node | None]] = [(root, None)]
    while waiting:
        node, parent = waiting.pop()
        if parent is not None and is_identifier(node):
            places.setdefault(get_text(node), []).append((node, qualify_name(node, parent, syntax)))
        waiting += [(child, node) for child in node.children]
    fixed = {*syntax.keywords, "main"}
    for body in find_nodes(root, ("preproc_arg",)):
        fixed |= set(re.findall(r"\w+", get_text(body)))
    elsewhere = find_nodes(root, ("keyword_argument", "qualified_identifier"))
    fixed |= {get_field_text(it, "name") for it in elsewhere}
    own = sorted(
        name
        for name, found in places.items()
        if name not in fixed
        and not name.startswith("__")
        and len(forms := {form for _, form in found}) == 1
        and forms <= declared
    )
    numbers = list(range(len(own)))
    random.Random(f"{seed}/{language}").shuffle(numbers)  # noqa: S311
    prefix = "v" if not any(re.fullmatch(r"v\d+", name) for name in places) else "renamed_"
    edits = [
        (node.start_byte, node.end_byte, f"{prefix}{number}".encode())
        for name, number in zip(own, numbers, strict=True)
        for node, _ in places[name]
    ]
    for start, end, text in sorted(edits, reverse=True):
        data = data[:start] + text + data[end:]
    return data.decode()
