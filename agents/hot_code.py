"""The part of a program that takes the time: its hottest lines, its hottest function."""

import re
from collections.abc import Mapping
from textwrap import dedent, indent

from tree_sitter import Node

from pieforge.records import FrozenModel
from pieforge.syntax.declaration import Syntax, find_syntax
from pieforge.syntax.tree import MAX_PARSED_BYTES, find_nodes, parse

_HOT_LINES = 8
_MIN_PERCENT = 2
_WRAPPERS = frozenset({"template_declaration", "decorated_definition"})
"""Nodes around a function that belong to it."""
_IMPORT = re.compile(r"^(?:[ \t]*#[ \t]*include\b|import |from \S+ import ).*\n?", re.MULTILINE)


class HotLine(FrozenModel):
    """A line that takes much of a program's time."""

    number: int
    percent: int
    """Of the program's cost."""
    text: str


class HotFunction(FrozenModel):
    """The function that takes the most of a program's time, cut out of the program."""

    before: str
    code: str
    """Its text without the indentation of its first line."""
    after: str
    margin: str
    """That indentation."""
    outline: str
    """The program with only this function whole: of the others, the bodies are left out."""

    def replace(self, answer: str, *, is_whole: bool) -> str:
        """Return the program with an answer in place of the function.

        Args:
            answer: The function's new text, with what it needs before it; what it includes or
                imports goes to the beginning of the program.
            is_whole: Whether the answer is a whole program, and not just the function.
        """
        if is_whole:
            return answer
        imports = "".join(_IMPORT.findall(answer))
        body = indent(_IMPORT.sub("", answer).strip("\n"), self.margin)
        return f"{imports}{self.before}{body}{self.after}".rstrip() + "\n"


def estimate_costs(code: str, language: str) -> dict[int, int]:
    """Return what each line may cost, where nothing is measured: tenfold in each loop around it."""
    depths = dict.fromkeys(range(1, code.count("\n") + 2), 0)
    syntax = find_syntax(language)
    for loop in find_nodes(_parse(code, syntax), syntax.loops):
        for row in range(loop.start_point[0], loop.end_point[0] + 1):
            depths[row + 1] += 1
    return {line: 10**depth for line, depth in depths.items()}


def list_hot_lines(code: str, costs: Mapping[int, int]) -> tuple[HotLine, ...]:
    """Return the most expensive lines, the most expensive first."""
    lines = code.splitlines()
    total = max(1, sum(costs.values()))
    found = (
        HotLine(number=line, percent=round(100 * cost / total), text=lines[line - 1].strip())
        for line, cost in sorted(costs.items(), key=lambda it: (-it[1], it[0]))
        if 0 < line <= len(lines)
    )
    return tuple(it for it in found if it.percent >= _MIN_PERCENT)[:_HOT_LINES]


def find_hot_function(code: str, language: str, costs: Mapping[int, int]) -> HotFunction | None:
    """Return the most expensive function; None for a program that has only one, or none.

    Args:
        code: The program.
        language: Key of its language.
        costs: The cost of its lines, by number from 1.
    """
    data = code.encode(errors="replace")
    syntax = find_syntax(language)
    functions = _list_functions(_parse(code, syntax), syntax)
    if len(functions) < 2:
        return None

    def sum_costs(node: Node) -> int:
        rows = range(node.start_point[0] + 1, node.end_point[0] + 2)
        return sum(costs.get(row, 0) for row in rows)

    hot = max(functions, key=sum_costs)  # the first of several
    line = data.rfind(b"\n", 0, hot.start_byte) + 1
    margin = data[line : hot.start_byte]
    start = line if not margin.strip() else hot.start_byte
    outline, at = b"", 0
    for node in functions:
        body = _unwrap(node).child_by_field_name("body")
        if node is not hot and body is not None:
            outline += data[at : body.start_byte]
            outline += b"{ ... }" if data[body.start_byte :].startswith(b"{") else b"..."
            at = body.end_byte
    return HotFunction(
        before=data[:start].decode(),
        code=dedent(data[start : hot.end_byte].decode()) + "\n",
        after=data[hot.end_byte :].decode(),
        margin=margin.decode() if start == line else "",
        outline=(outline + data[at:]).decode(),
    )


def _parse(code: str, syntax: Syntax) -> Node | None:
    """Return the syntax tree; None for a program that takes too long to parse."""
    return parse(code, syntax) if len(code.encode(errors="replace")) <= MAX_PARSED_BYTES else None


def _list_functions(root: Node | None, syntax: Syntax) -> list[Node]:
    """Return the functions with a name that are in no other one, in order."""
    names = {name for name in syntax.functions if not name.endswith(("expression", "literal"))}
    names.discard("lambda")
    found: list[Node] = []
    for node in find_nodes(root, names):
        parent = node.parent
        whole = parent if parent is not None and parent.type in _WRAPPERS else node
        if not found or whole.start_byte >= found[-1].end_byte:
            found.append(whole)
    return found


def _unwrap(node: Node) -> Node:
    return node.named_children[-1] if node.type in _WRAPPERS else node
