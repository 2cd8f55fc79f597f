"""Compiler of Python programs that count their work; runs inside the sandbox, in place of Python's.

usage: python -B count_python.py MAGIC SOURCE OUT

Every block counts a step: the bodies of functions, loops and branches, and each round of a
comprehension. Operations that read a whole container in C (`in`, slices, `sum`, `list.insert`, ...)
count a step for every `_WIDTH` items. At its end, or after PF_MOST steps, the program writes the
same report as one that is compiled with counting.c. The file is copied into the sandbox as text, so
it imports nothing of its own project.

A call takes several times as long as an addition, so blocks add to their counts in place. Their sum
is compared with PF_MOST each time that the count of a loop or function reaches a multiple of
`_ROUND`: a run can take so many steps more for each of them.
"""

import ast
import importlib.util
import marshal
import sys
from pathlib import Path
from typing import Any

_ENTRIES = 2000  # as in counting.c
_ROUND = 256  # a power of two
_RUNTIME = """
def _pf_create():
    from atexit import register
    from builtins import bytearray, bytes, dict, enumerate, frozenset, getattr, int, len, list, set
    from builtins import str, sum, tuple, type
    from posix import _exit, environ, write

    width, entries, magic = 8, {entries}, {magic}
    most = int(environ.get(b"PF_MOST", 1 << 50))
    counts = [0] * {used}
    sized = (list, tuple, str, bytes, bytearray, dict, set, frozenset)
    searched = (list, tuple, str, bytes)

    def finish():
        steps = sum(counts)
        found = [count << 12 | at for at, count in enumerate(counts) if count]
        words = found + [0] * (entries - len(found))
        words += [len(found), steps, steps >= most, magic]
        data = b"".join([word.to_bytes(8, "little") for word in words])
        while data:
            data = data[write({log}, data):]
        if steps >= most:
            _exit(0)

    def check():
        if sum(counts) >= most:
            finish()

    def hit(at, steps=1):
        counts[at] += steps
        if counts[at] & {round} - 1 < steps:
            check()
        return True

    def call(at, function, *given, **named):
        items = 0
        owner = getattr(function, "__self__", None)
        for one in (owner, *given):
            if type(one) in sized:
                items += len(one)
        if getattr(function, "__name__", "") == "pop":
            # From a position on, everything moves; the last item moves nothing.
            items = items - given[0] % (items or 1) if given and type(owner) is list else 0
        hit(at, 1 + items // width)
        return function(*given, **named)

    def within(at, item, container, negated):
        found = item in container
        if type(container) in searched:
            items = len(container)
            if found:
                items = container.index(item)
            hit(at, 1 + items // width)
        return found is not negated

    def sliced(at, part):
        hit(at, 1 + (len(part) // width if type(part) in sized else 0))
        return part

    register(finish)
    return counts, check, hit, call, within, sliced


_pf_counts, _pf_check, _pf_hit, _pf_call, _pf_within, _pf_sliced = _pf_create()
"""
_METHODS = {
    *("insert", "pop", "remove", "index", "count", "reverse", "sort", "copy", "extend", "rotate"),
    *("find", "rfind", "rindex", "replace", "split", "join"),
    *("update", "union", "intersection", "difference", "issubset", "issuperset"),
}
_FUNCTIONS = {
    *("sum", "min", "max", "sorted", "any", "all", "reversed"),
    *("list", "tuple", "set", "frozenset", "dict"),
}
_REPEATED = ast.FunctionDef, ast.AsyncFunctionDef, ast.For, ast.AsyncFor, ast.While
_BLOCKS = (*_REPEATED, ast.Module, ast.If, ast.ExceptHandler, ast.match_case)


class _Counter(ast.NodeTransformer):
    """Adds the calls that count, numbered in the order of the text."""

    def __init__(self, own: frozenset[str]) -> None:
        self.own = own
        self.next = 0

    def _take_entry(self) -> int:
        self.next += 1
        return (self.next - 1) % _ENTRIES

    def _name(self, helper: str, *arguments: ast.expr) -> ast.Call:
        at = ast.Constant(self._take_entry())
        return ast.Call(ast.Name(f"_pf_{helper}", ast.Load()), [at, *arguments], [])

    def _add(self, body: list[Any], *, is_repeated: bool) -> None:
        # Not before a docstring or an import from __future__, which have to come first.
        at = 0
        while at < len(body) and (
            (isinstance(body[at], ast.Expr) and isinstance(body[at].value, ast.Constant))
            or getattr(body[at], "module", "") == "__future__"
        ):
            at += 1
        count = f"_pf_counts[{self._take_entry()}]"
        text = f"{count} += 1\n"
        if is_repeated:
            text += f"if not {count} & {_ROUND - 1}: _pf_check()\n"
        body[at:at] = ast.parse(text).body

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit the parts of a node, and count its blocks."""
        super().generic_visit(node)
        if isinstance(node, _BLOCKS):
            for body in (node.body, getattr(node, "orelse", None)):
                if body:
                    self._add(body, is_repeated=isinstance(node, _REPEATED))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        node.body = ast.BoolOp(ast.And(), [self._name("hit"), node.body])
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs.insert(0, self._name("hit"))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func
        if (isinstance(name, ast.Attribute) and name.attr in _METHODS - self.own) or (
            isinstance(name, ast.Name) and name.id in _FUNCTIONS - self.own
        ):
            helper = self._name("call", node.func, *node.args)
            helper.keywords = node.keywords
            return helper
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn):
            negated = ast.Constant(isinstance(node.ops[0], ast.NotIn))
            return self._name("within", node.left, node.comparators[0], negated)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
            return self._name("sliced", node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        texts = (ast.List, ast.JoinedStr)
        if isinstance(node.op, ast.Add) and any(
            isinstance(side, texts)
            or (isinstance(side, ast.Constant) and isinstance(side.value, str))
            for side in (node.left, node.right)
        ):
            return self._name("sliced", node)
        return node


def _list_own_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that the program defines itself, so that they are not the library's."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return frozenset(names | {it.id for it in stored if isinstance(it.ctx, ast.Store)})


def main() -> None:
    """Compile the program named by the second argument."""
    magic, source, out = sys.argv[1:]
    text = Path(source).read_bytes()
    tree = ast.parse(text, source)
    counter = _Counter(_list_own_names(tree))
    counter.visit(tree)
    used = min(counter.next, _ENTRIES)
    runtime = _RUNTIME.format(entries=_ENTRIES, used=used, round=_ROUND, magic=magic, log=60)
    at = next((i for i, node in enumerate(tree.body) if "_pf_" in ast.dump(node)), 0)
    tree.body[at:at] = ast.parse(runtime).body
    code = compile(ast.fix_missing_locations(tree), source, "exec")
    # The header of a compiled file that is never checked against its source (PEP 552).
    header = importlib.util.MAGIC_NUMBER + b"\1\0\0\0" + bytes(8)
    Path(out).write_bytes(header + marshal.dumps(code))


if __name__ == "__main__":
    main()
