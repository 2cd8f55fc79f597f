"""What a Python source says: its imports, calls and names, by its syntax tree.

The tree has identifiers as Python itself compares them (NFKC), so that a name cannot hide in
look-alike letters.
"""

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class ImportedName(NamedTuple):
    """One imported thing: its module, and its name in it (empty for the module itself)."""

    module: str
    name: str
    alias: str


@lru_cache(maxsize=64)
def parse_python(text: str) -> ast.Module:
    """Return a source's syntax tree; an empty one where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


@lru_cache(maxsize=64)
def list_imports(text: str) -> tuple[ImportedName, ...]:
    """Return everything that a source imports."""
    return tuple(_iter_imports(text))


def _iter_imports(text: str) -> Iterator[ImportedName]:
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                yield ImportedName(alias.name if alias.asname else first, "", alias.asname or first)
                if "." in alias.name:
                    yield ImportedName(alias.name, "", alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield ImportedName(node.module or "", alias.name, alias.asname or alias.name)


def get_dotted_name(node: ast.AST) -> str:
    """Return `a.b.c` for such an expression, otherwise an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        below = get_dotted_name(node.value)
        return f"{below}.{node.attr}" if below else ""
    return ""


@lru_cache(maxsize=64)
def list_full_names(text: str) -> tuple[str, ...]:
    """Return every name used, with the module that it was imported from before it."""
    return tuple(_iter_full_names(text))


def _iter_full_names(text: str) -> Iterator[str]:
    known = {i.alias: f"{i.module}.{i.name}" if i.name else i.module for i in list_imports(text)}
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.Name | ast.Attribute) and (name := get_dotted_name(node)):
            first, _, rest = name.partition(".")
            whole = known.get(first, first)
            yield f"{whole}.{rest}" if rest else whole


@lru_cache(maxsize=64)
def find_assigned_names(text: str) -> frozenset[str]:
    """Return the names that a source binds itself."""
    found: set[str] = set()
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return frozenset(found)


def find_module_values(text: str) -> list[str]:
    """Return the modules that are handed on, not merely asked for what is in them."""
    modules = {i.alias for i in list_imports(text) if not i.name}
    nodes = list(ast.walk(parse_python(text)))
    asked = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    names = [n for n in nodes if isinstance(n, ast.Name) and id(n) not in asked]
    return [n.id for n in names if n.id in modules and isinstance(n.ctx, ast.Load)]


def iter_integers(node: ast.AST) -> Iterator[int]:
    """Yield the whole numbers that are written out in a syntax tree."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and type(inner.value) is int:
            yield inner.value
