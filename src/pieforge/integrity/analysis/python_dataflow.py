"""The steps of a Python source; see `dataflow`."""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.dataflow import DataflowStep, FunctionDataflow, ProgramDataflow
from pieforge.integrity.analysis.python_names import get_dotted_name, parse_python
from pieforge.syntax.declaration import split_words

_OUTER_CALLS = ("print", "input", "exit", "quit", "open", "next", "setattr", "exec", "eval")
_OUTER_ROOTS = frozenset({"sys", "os", "stdin", "stdout"})
_PURE = split_words(
    "len range min max sum abs sorted int str float list tuple set dict enumerate zip map filter "
    "any all ord chr divmod pow round reversed bool frozenset isinstance hash repr bytes"
)
_OUTER = (
    ast.Raise, ast.Assert, ast.Try, ast.With, ast.ClassDef, ast.Match,
    ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith,
)  # fmt: skip
_WITH_BODIES = (ast.For, ast.While, ast.If, ast.FunctionDef, ast.With, ast.Try, ast.ClassDef)
_PASSES = 4


def analyze_python_program(text: str) -> ProgramDataflow:
    """Return the steps of a Python source."""
    module = parse_python(text)
    named = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    # That a function leaves its arguments alone is found out by and by: at first none does.
    harmless: set[str] = set()
    for _ in range(_PASSES):
        program = ProgramDataflow(
            {node.name: _create_function(node, named, harmless) for node in named}
        )
        program.functions[""] = FunctionDataflow(
            steps=[
                _PythonStepReader("", (), named, harmless).read_step(statement)
                for statement in module.body
                if not isinstance(statement, ast.FunctionDef)
            ]
        )
        found = {name for name, f in program.functions.items() if not f.changes_arguments()}
        if found == harmless:
            break
        harmless = found
    return program.finalize()


def _create_function(
    node: ast.FunctionDef, named: list[ast.FunctionDef], harmless: set[str]
) -> FunctionDataflow:
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
    reader = _PythonStepReader(node.name, own, named, harmless)
    return FunctionDataflow(
        steps=[reader.read_step(s) for s in node.body if not isinstance(s, ast.FunctionDef)],
        local_names={f"{node.name}.{name}" for name in own - parameters},
        parameters={f"{node.name}.{name}" if name in own else name for name in parameters},
    )


class _PythonStepReader:
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

    def read_step(self, node: ast.stmt) -> DataflowStep:
        step = DataflowStep(text=ast.unparse(node).splitlines()[0][:60])
        for part in _iter_own_parts(node):
            self._add(step, part)
        if isinstance(node, ast.For | ast.While):
            step.loop = True
            if isinstance(node, ast.For):
                step.counters = {
                    self._add_name(n.id) for n in ast.walk(node.target) if isinstance(n, ast.Name)
                }
                step.sets -= step.counters
        if isinstance(node, ast.AugAssign):
            step.reads |= {self._add_name(n) for n in _find_root(node.target)}
        step.returns = isinstance(node, ast.Return)
        step.has_effects |= isinstance(node, _OUTER)
        step.plain = _is_plain(node)
        step.assigns = {self._add_name(name) for name in _find_assigned(node)}
        step.overwrites = {self._add_name(name) for name in _find_overwritten(node)}
        step.works = not isinstance(node, _WITH_BODIES) and any(
            isinstance(n, ast.comprehension) for n in ast.walk(node)
        )
        step.inside = [
            self.read_step(s) for s in _iter_bodies(node) if not isinstance(s, ast.FunctionDef)
        ]
        return step

    def _add_name(self, name: str) -> str:
        return f"{self._function}.{name}" if name in self._own else name

    def _add(self, step: DataflowStep, part: ast.AST) -> None:
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
                (step.sets if stored else step.reads).add(self._add_name(node.id))
            elif isinstance(node, ast.Subscript | ast.Attribute):
                if isinstance(node.ctx, ast.Store | ast.Del):
                    step.sets |= {self._add_name(n) for n in _find_root(node)}
            elif isinstance(node, ast.Call):
                self._add_call(step, node)
            elif isinstance(
                node, ast.Lambda | ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr
            ):
                step.has_effects = True

    def _add_call(self, step: DataflowStep, node: ast.Call) -> None:
        name = get_dotted_name(node.func)
        if name in self._functions:
            step.calls.add(name)
            if name in self._harmless:
                return
        elif name in _OUTER_CALLS or name.split(".")[0] in _OUTER_ROOTS:
            step.has_effects = True
        elif isinstance(node.func, ast.Attribute):
            step.sets |= {self._add_name(n) for n in _find_root(node.func)}
        elif name not in _PURE:
            step.has_effects = True
        if name not in _PURE:
            for argument in node.args:
                step.sets |= {self._add_name(n) for n in _find_root(argument)}


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
    """Return the names that a statement gives a whole new value, without a look at the old one."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
        return {t.id for t in flat if isinstance(t, ast.Name)}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and called.attr == "clear":
            return _find_root(called)
    return set()


def _find_overwritten(node: ast.stmt) -> set[str]:
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
            return bound | _find_root(called)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        again = node.value
        named = [t.id for t in node.targets if isinstance(t, ast.Name)]
        same = [a.id for a in again.args if isinstance(a, ast.Name)]
        if (
            get_dotted_name(again.func) in ("sorted", "set", "list", "tuple", "dict")
            and same == named
        ):
            return bound | set(same)
    return bound


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Assign)
        and all(isinstance(n, ast.Name | ast.Tuple) for n in node.targets)
    )
