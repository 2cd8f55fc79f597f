"""Data flow of a Python source, by its syntax tree; see `dataflow`."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pieforge.integrity.analysis.dataflow import (
    DataflowStep,
    FunctionDataflow,
    ProgramDataflow,
    analyze_repeatedly,
)
from pieforge.integrity.analysis.python_names import get_dotted_name, parse_python
from pieforge.syntax.declaration import split_words

_EFFECT_CALLS = ("print", "input", "exit", "quit", "open", "next", "setattr", "exec", "eval")
_EFFECT_ROOTS = frozenset({"sys", "os", "stdin", "stdout"})
_PURE = split_words(
    "len range min max sum abs sorted int str float list tuple set dict enumerate zip map filter "
    "any all ord chr divmod pow round reversed bool frozenset isinstance hash repr bytes"
)
_EFFECT_STATEMENTS = (
    ast.Raise, ast.Assert, ast.Try, ast.With, ast.ClassDef, ast.Match,
    ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith,
)  # fmt: skip
_WITH_BODIES = (ast.For, ast.While, ast.If, ast.FunctionDef, ast.With, ast.Try, ast.ClassDef)
_EFFECT_EXPRESSIONS = (ast.Lambda, ast.Yield, ast.YieldFrom, ast.Await, ast.NamedExpr)
_REBUILDING = ("sorted", "set", "list", "tuple", "dict")


def analyze_python_program(text: str) -> ProgramDataflow:
    """Return the data flow of a Python source."""
    module = parse_python(text)
    named = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    names = {node.name for node in named}

    def analyze(harmless: set[str]) -> ProgramDataflow:
        functions = {node.name: _create_function(node, names, harmless) for node in named}
        reader = _PythonStepReader("", set(), names, harmless)
        functions[""] = FunctionDataflow(steps=reader.read_steps(module.body))
        return ProgramDataflow(functions)

    return analyze_repeatedly(analyze)


def _create_function(
    node: ast.FunctionDef, names: set[str], harmless: set[str]
) -> FunctionDataflow:
    parameters = {a.arg for a in (*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs)}
    functions = (f for f in ast.walk(node) if isinstance(f, ast.FunctionDef) and f is not node)
    inner = {id(n) for f in functions for n in ast.walk(f)}
    mine = [n for n in ast.walk(node) if id(n) not in inner]
    outside = {x for n in mine if isinstance(n, ast.Global | ast.Nonlocal) for x in n.names}
    stored = {n.id for n in mine if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    # A name that an inner function also uses is left unmarked, so that both steps refer to it.
    shared = {n.id for n in ast.walk(node) if id(n) in inner and isinstance(n, ast.Name)}
    own = (stored | parameters) - outside - shared
    reader = _PythonStepReader(node.name, own, names, harmless)
    return FunctionDataflow(
        steps=reader.read_steps(node.body),
        local_names=reader.mark(own - parameters),
        parameters=reader.mark(parameters),
    )


@dataclass
class _PythonStepReader:
    function: str
    own: set[str]
    functions: set[str]
    harmless: set[str]

    def mark(self, names: Iterable[str]) -> set[str]:
        """Return names, those of the function's own variables as `function.name`."""
        return {f"{self.function}.{name}" if name in self.own else name for name in names}

    def read_steps(self, nodes: Iterable[ast.stmt]) -> list[DataflowStep]:
        return [self.read_step(node) for node in nodes if not isinstance(node, ast.FunctionDef)]

    def read_step(self, node: ast.stmt) -> DataflowStep:
        step = DataflowStep(text=ast.unparse(node).splitlines()[0][:60])
        for part in _iter_own_parts(node):
            self._add(step, part)
        step.loop = isinstance(node, ast.For | ast.While)
        if isinstance(node, ast.For):
            step.counters = self.mark(_list_names(node.target))
            step.sets -= step.counters
        if isinstance(node, ast.AugAssign):
            step.reads |= self.mark(_find_root(node.target))
        step.returns = isinstance(node, ast.Return)
        step.has_effects |= isinstance(node, _EFFECT_STATEMENTS)
        step.plain = _is_plain(node)
        step.assigns = self.mark(_find_assigned(node))
        step.overwrites = self.mark(_find_overwritten(node))
        step.works = not isinstance(node, _WITH_BODIES) and any(_list_comprehensions(node))
        step.inside = self.read_steps(_iter_bodies(node))
        return step

    def _add(self, step: DataflowStep, part: ast.AST) -> None:
        # A comprehension has a scope of its own: its variable is no other one of that name.
        bound = {id(n) for c in _list_comprehensions(part) for n in ast.walk(c.target)}
        for node in ast.walk(part):
            stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
            if id(node) in bound:
                continue
            if isinstance(node, ast.Name):
                (step.sets if stored else step.reads).update(self.mark([node.id]))
            elif isinstance(node, ast.Subscript | ast.Attribute) and stored:
                step.sets |= self.mark(_find_root(node))
            elif isinstance(node, ast.Call):
                self._add_call(step, node)
            elif isinstance(node, _EFFECT_EXPRESSIONS):
                step.has_effects = True

    def _add_call(self, step: DataflowStep, node: ast.Call) -> None:
        name = get_dotted_name(node.func)
        if name in self.functions:
            step.calls.add(name)
            if name in self.harmless:
                return
        elif name in _EFFECT_CALLS or name.split(".")[0] in _EFFECT_ROOTS:
            step.has_effects = True
        elif isinstance(node.func, ast.Attribute):
            step.sets |= self.mark(_find_root(node.func))
        elif name not in _PURE:
            step.has_effects = True
        if name not in _PURE:
            step.sets |= self.mark(root for given in node.args for root in _find_root(given))


def _list_names(node: ast.AST) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def _list_comprehensions(node: ast.AST) -> list[ast.comprehension]:
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.comprehension)]


def _iter_own_parts(node: ast.stmt) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt | ast.excepthandler):
            yield child


def _iter_bodies(node: ast.stmt) -> Iterator[ast.stmt]:
    for name in ("body", "orelse", "finalbody"):
        yield from getattr(node, name, ())
    for handler in getattr(node, "handlers", ()):
        yield from handler.body


def _find_root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _find_assigned(node: ast.stmt) -> set[str]:
    """Return the names that get a new value which replaces the old one."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
        return {t.id for t in flat if isinstance(t, ast.Name)}
    return _find_method_owner(node, "clear")


def _find_overwritten(node: ast.stmt) -> set[str]:
    """Return the lists that a statement sorts or rebuilds, and the variables of comprehensions."""
    comprehensions = [] if isinstance(node, _WITH_BODIES) else _list_comprehensions(node)
    found = {name for c in comprehensions for name in _list_names(c.target)}
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        again = node.value
        named = [t.id for t in node.targets if isinstance(t, ast.Name)]
        same = [a.id for a in again.args if isinstance(a, ast.Name)]
        if get_dotted_name(again.func) in _REBUILDING and same == named:
            found |= set(same)
    return found | _find_method_owner(node, "sort")


def _find_method_owner(node: ast.stmt, method: str) -> set[str]:
    """Return the name on which a statement calls a method, if it does nothing else."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr == method:
            return _find_root(called)
    return set()


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Assign)
        and all(isinstance(n, ast.Name | ast.Tuple) for n in node.targets)
    )
