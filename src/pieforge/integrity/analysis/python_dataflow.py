"""The steps of a Python source; see `steps`."""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.dataflow import Function, Program, Step
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.analysis.python_names import dotted, parsed

_OUTER_CALLS = ("print", "input", "exit", "quit", "open", "next", "setattr", "exec", "eval")
_OUTER_ROOTS = frozenset({"sys", "os", "stdin", "stdout"})
_PURE = vocabulary(
    "len range min max sum abs sorted int str float list tuple set dict enumerate zip map filter "
    "any all ord chr divmod pow round reversed bool frozenset isinstance hash repr bytes"
)
_OUTER = (
    ast.Raise, ast.Assert, ast.Try, ast.With, ast.ClassDef, ast.Match,
    ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith,
)  # fmt: skip
_WITH_BODIES = (ast.For, ast.While, ast.If, ast.FunctionDef, ast.With, ast.Try, ast.ClassDef)
_PASSES = 4


def python_program(text: str) -> Program:
    """Return the steps of a Python source."""
    module = parsed(text)
    named = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    # That a function leaves its arguments alone is found out by and by: at first none does.
    harmless: set[str] = set()
    for _ in range(_PASSES):
        program = Program({node.name: _function(node, named, harmless) for node in named})
        program.functions[""] = Function(
            steps=[
                _Reader("", (), named, harmless).step(statement)
                for statement in module.body
                if not isinstance(statement, ast.FunctionDef)
            ]
        )
        found = {name for name, f in program.functions.items() if not f.changes_arguments()}
        if found == harmless:
            break
        harmless = found
    return program.settle()


def _function(node: ast.FunctionDef, named: list[ast.FunctionDef], harmless: set[str]) -> Function:
    parameters = {a.arg for a in (*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs)}
    inner = {
        id(n)
        for f in ast.walk(node)
        if isinstance(f, ast.FunctionDef) and f is not node
        for n in ast.walk(f)
    }
    mine = [n for n in ast.walk(node) if id(n) not in inner]
    elsewhere = {x for n in mine if isinstance(n, ast.Global | ast.Nonlocal) for x in n.names}
    stored = {n.id for n in mine if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    # A name that an inner function uses too stays without the function's mark: both mean it.
    shared = {n.id for n in ast.walk(node) if id(n) in inner and isinstance(n, ast.Name)}
    own = (stored | parameters) - elsewhere - shared
    reader = _Reader(node.name, own, named, harmless)
    return Function(
        steps=[reader.step(s) for s in node.body if not isinstance(s, ast.FunctionDef)],
        own={f"{node.name}.{name}" for name in own - parameters},
        parameters={f"{node.name}.{name}" if name in own else name for name in parameters},
    )


class _Reader:
    def __init__(
        self,
        function: str,
        own: set[str] | tuple[()],
        named: list[ast.FunctionDef],
        harmless: set[str],
    ) -> None:
        self._function = function
        self._own = own
        self._functions = {node.name for node in named}
        self._harmless = harmless

    def step(self, node: ast.stmt) -> Step:
        step = Step(text=ast.unparse(node).splitlines()[0][:60])
        for part in _own_parts(node):
            self._add(step, part)
        if isinstance(node, ast.For | ast.While):
            step.loop = True
            if isinstance(node, ast.For):
                step.counters = {
                    self._name(n.id) for n in ast.walk(node.target) if isinstance(n, ast.Name)
                }
                step.sets -= step.counters
        if isinstance(node, ast.AugAssign):
            step.reads |= {self._name(n) for n in _root(node.target)}
        step.returns = isinstance(node, ast.Return)
        step.outer |= isinstance(node, _OUTER)
        step.plain = _is_plain(node)
        step.gives = {self._name(name) for name in _given(node)}
        step.settles = {self._name(name) for name in _settled(node)}
        step.works = not isinstance(node, _WITH_BODIES) and any(
            isinstance(n, ast.comprehension) for n in ast.walk(node)
        )
        step.inside = [self.step(s) for s in _bodies(node) if not isinstance(s, ast.FunctionDef)]
        return step

    def _name(self, name: str) -> str:
        return f"{self._function}.{name}" if name in self._own else name

    def _add(self, step: Step, part: ast.AST) -> None:
        bound = {
            id(inner)  # a comprehension's variable is its own, whatever else has that name
            for node in ast.walk(part)
            if isinstance(node, ast.comprehension)
            for inner in ast.walk(node.target)
        }
        for node in ast.walk(part):
            if id(node) in bound:
                continue
            if isinstance(node, ast.Name):
                stored = isinstance(node.ctx, ast.Store | ast.Del)
                (step.sets if stored else step.reads).add(self._name(node.id))
            elif isinstance(node, ast.Subscript | ast.Attribute):
                if isinstance(node.ctx, ast.Store | ast.Del):
                    step.sets |= {self._name(n) for n in _root(node)}
            elif isinstance(node, ast.Call):
                self._add_call(step, node)
            elif isinstance(
                node, ast.Lambda | ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr
            ):
                step.outer = True

    def _add_call(self, step: Step, node: ast.Call) -> None:
        name = dotted(node.func)
        if name in self._functions:
            step.calls.add(name)
            if name in self._harmless:
                return
        elif name in _OUTER_CALLS or name.split(".")[0] in _OUTER_ROOTS:
            step.outer = True
        elif isinstance(node.func, ast.Attribute):
            step.sets |= {self._name(n) for n in _root(node.func)}
        elif name not in _PURE:
            step.outer = True
        if name not in _PURE:
            for argument in node.args:
                step.sets |= {self._name(n) for n in _root(argument)}


def _own_parts(node: ast.stmt) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.excepthandler):
            yield child


def _bodies(node: ast.stmt) -> Iterator[ast.stmt]:
    for name in ("body", "orelse", "finalbody"):
        yield from getattr(node, name, ())
    for handler in getattr(node, "handlers", ()):
        yield from handler.body


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _given(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives a whole new value, without a look at the old one."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
        return {t.id for t in flat if isinstance(t, ast.Name)}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr == "clear":
            return _root(called)
    return set()


def _settled(node: ast.stmt) -> set[str]:
    """Return the lists that a statement sorts, and the names bound inside comprehensions."""
    bound = {
        n.id
        for c in ast.walk(node)
        if isinstance(c, ast.comprehension) and not isinstance(node, _WITH_BODIES)
        for n in ast.walk(c.target)
        if isinstance(n, ast.Name)
    }
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr == "sort":
            return bound | _root(called)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        again = node.value
        named = [t.id for t in node.targets if isinstance(t, ast.Name)]
        same = [a.id for a in again.args if isinstance(a, ast.Name)]
        if dotted(again.func) in ("sorted", "set", "list", "tuple", "dict") and same == named:
            return bound | set(same)
    return bound


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Assign)
        and all(isinstance(n, ast.Name | ast.Tuple) for n in node.targets)
    )
