"""Imports and names of a Python source, by its syntax tree.

Python normalizes identifiers (NFKC) when it parses: `eval` in full-width letters is `eval` in the
tree, so that a name cannot hide in such letters.
"""

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class ImportedName(NamedTuple):
    """An import: the module, the name in it (empty for the module itself) and the local name."""

    module: str
    name: str
    alias: str


@lru_cache(maxsize=64)
def parse_python(text: str) -> ast.Module:
    """Return the syntax tree of a source; an empty module if Python cannot parse it."""
    try:
        # A program's invalid escapes must not print warnings of ours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


@lru_cache(maxsize=64)
def list_imports(text: str) -> tuple[ImportedName, ...]:
    """Return all imports of a source."""
    return tuple(_iter_imports(text))


def _iter_imports(text: str) -> Iterator[ImportedName]:
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                yield ImportedName(alias.name if alias.asname else first, "", alias.asname or first)
                # `import os.path` binds `os`, but the name that may be forbidden is `os.path`.
                if "." in alias.name:
                    yield ImportedName(alias.name, "", alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield ImportedName(node.module or "", alias.name, alias.asname or alias.name)


def get_dotted_name(node: ast.AST) -> str:
    """Return the text of an expression `a.b.c`; an empty string for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        below = get_dotted_name(node.value)
        return f"{below}.{node.attr}" if below else ""
    return ""


@lru_cache(maxsize=64)
def list_full_names(text: str) -> tuple[str, ...]:
    """Return all names and dotted names of a source, each prefixed by the module it came from."""
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
    """Return the names that a source binds: variables, functions, classes, parameters."""
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
    """Return the modules that a source uses as values, for example in an assignment.

    After `s = os`, `s.fork` would not be recognized.
    """
    modules = {i.alias for i in list_imports(text) if not i.name}
    nodes = list(ast.walk(parse_python(text)))
    with_attribute = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    names = [n for n in nodes if isinstance(n, ast.Name) and id(n) not in with_attribute]
    return [n.id for n in names if n.id in modules and isinstance(n.ctx, ast.Load)]


def iter_integers(node: ast.AST) -> Iterator[int]:
    """Yield the integer literals of a syntax tree; `True` and `False` are none."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and type(inner.value) is int:
            yield inner.value
