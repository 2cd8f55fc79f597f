"""Data flow of a C or C++ source, by its syntax tree; see `dataflow`."""

from tree_sitter import Node

from pieforge.integrity.analysis.c_scopes import (
    FunctionIndex,
    Scope,
    create_scope,
    iter_functions,
    iter_own_nodes,
    split_parameters,
)
from pieforge.integrity.analysis.dataflow import (
    DataflowStep,
    FunctionDataflow,
    ProgramDataflow,
    analyze_repeatedly,
)
from pieforge.integrity.analysis.io_order import LEAVING, READING, WRITING
from pieforge.integrity.analysis.names import parse_source
from pieforge.syntax.declaration import split_words
from pieforge.syntax.languages.c_family import CPP
from pieforge.syntax.tokens import SourceText
from pieforge.syntax.tree import (
    collect_texts,
    find_nodes,
    get_field,
    get_field_text,
    get_text,
    walk,
)

_EFFECTS = READING | WRITING | LEAVING | {"rand", "srand", "random", "assert", "throw", "cerr"}
_PURE = split_words(
    "max min abs labs llabs fabs sqrt sqrtl cbrt pow floor ceil round gcd __gcd lcm to_string stoi "
    "stoll size begin end cbegin cend make_pair make_tuple popcount __builtin_popcount "
    "__builtin_popcountll __builtin_ctz __builtin_clz __lg log log2 exp hypot clamp isdigit "
    "isalpha tolower toupper move get strlen strcmp count accumulate lower_bound upper_bound "
    "binary_search max_element min_element find distance minmax sizeof"
)
"""Library functions that change neither their arguments nor anything else."""
_OBSERVING = split_words(
    "size empty begin end cbegin cend rbegin rend front back top find count at length substr c_str "
    "data lower_bound upper_bound contains capacity test"
)
"""Methods that do not change their object."""
_FILLING = split_words("fill memset iota fill_n")
"""Functions that replace the whole content of their first argument."""
_IDEMPOTENT = split_words("sort stable_sort make_heap unique shrink_to_fit")
"""Functions whose immediate repetition changes nothing."""
_EXCHANGING = split_words("swap merge splice extract")
"""Methods of containers that change their arguments, too."""
_IDENTIFIERS = {"identifier", "type_identifier"}
_LOOPS = CPP.loops
_CALLS = CPP.calls
_NAMES = ("identifier", "pointer_declarator")
_BLOCKS = {"compound_statement", "else_clause", "case_statement", "labeled_statement"}
_EFFECT_STATEMENTS = {"goto_statement", "throw_statement", "try_statement", "co_return_statement"}


def analyze_c_program(source: SourceText) -> ProgramDataflow:
    """Return the data flow of a C or C++ source."""
    root = parse_source(source)
    bodies = {node.id: (name, node) for name, node in iter_functions(root)}
    names = {name for name, _ in bodies.values()}

    def analyze(harmless: set[str]) -> ProgramDataflow:
        index = FunctionIndex(bodies, names, harmless)
        program = ProgramDataflow()
        for name, node in bodies.values():
            _add_function(program, name, node, index)
        outside = _CStepReader(Scope(), index)
        steps = [outside.read_step(n) for n in root.named_children if n.type == "declaration"]
        program.functions[""] = FunctionDataflow(steps=steps)
        return program

    return analyze_repeatedly(analyze)


def _add_function(program: ProgramDataflow, name: str, node: Node, names: FunctionIndex) -> None:
    scope = create_scope(node, name, names)
    by_value, shared = split_parameters(node)
    scope.own |= by_value | shared
    body = get_field(node, "body")
    # Overloads, and methods of several classes with one name, are merged into one function.
    function = program.functions.setdefault(name, FunctionDataflow())
    function.steps += [_CStepReader(scope, names).read_step(body)] if body is not None else []
    function.local_names |= {scope.resolve_name(n) for n in scope.own - shared}
    function.parameters |= {scope.resolve_name(n) for n in shared}


class _CStepReader:
    def __init__(self, scope: Scope, names: FunctionIndex) -> None:
        self._scope = scope
        self._names = names

    def read_step(self, node: Node) -> DataflowStep:
        step = DataflowStep(text=" ".join(get_text(node).split())[:60])
        step.loop = node.type in _LOOPS
        step.returns = node.type == "return_statement"
        step.has_effects = node.type in _EFFECT_STATEMENTS
        parts, inside = self._read_parts(node)
        for part in parts:
            self._add(step, part)
        if node.type == "for_statement":
            header = DataflowStep()
            for moved in (get_field(node, "initializer"), get_field(node, "update")):
                if moved is not None:
                    self._add(header, moved)
            step.counters = header.sets
        elif node.type == "for_range_loop":
            named = collect_texts(get_field(node, "declarator"), "identifier")
            step.counters = set(map(self._scope.resolve_name, named))
        step.plain = self._is_plain(node)
        step.block = node.type == "compound_statement"
        step.inside = [self.read_step(child) for child in inside]
        return step

    def _read_parts(self, node: Node) -> tuple[list[Node], list[Node]]:
        """Return a statement's own expressions, and the statements inside it."""
        if node.type == "expression_statement" or not _is_statement(node):
            return [node], []
        children = [c for c in node.named_children if c.type != "comment"]
        inside = [
            c
            for c in children
            if _is_statement(c) or (c.type == "declaration" and node.type in _BLOCKS)
        ]
        return [c for c in children if c not in inside], inside

    def _add(self, step: DataflowStep, part: Node) -> None:
        resolve = self._scope.resolve_name
        given = _find_assigned(part)
        step.assigns |= {resolve(get_text(n)) for n in walk(part) if n.id in given}
        for node in iter_own_nodes(part, self._names):
            if node.type == "identifier":
                name = get_text(node)
                if node.id not in given:
                    step.reads.add(resolve(name))
                    step.has_effects |= name in _EFFECTS and name not in self._names.functions
            elif node.type == "field_identifier":
                step.reads.add(get_text(node))  # `this->x`, and `x` in a method, are one name
            elif node.type in ("assignment_expression", "update_expression"):
                step.sets |= self._list_changed(
                    get_field(node, "left") or get_field(node, "argument")
                )
            elif node.type == "init_declarator":
                names = collect_texts(get_field(node, "declarator"), "identifier")
                step.sets |= set(map(resolve, names))
            elif node.type == "binary_expression":
                # Writing to a stream, and reading from it, changes it.
                if get_field_text(node, "operator") in ("<<", ">>"):
                    step.sets |= self._list_changed(get_field(node, "left"))
            elif node.type == "function_declarator":
                # tree-sitter parses the variable `T x(y)` as the declaration of a function.
                names_in_order = [resolve(get_text(n)) for n in find_nodes(node, _IDENTIFIERS)]
                step.sets.update(names_in_order[:1])
                step.reads.update(names_in_order[1:])
            elif node.type == "call_expression":
                self._add_call(step, node)
            elif node.type in ("new_expression", "delete_expression", "throw_statement"):
                step.has_effects = True

    def _add_call(self, step: DataflowStep, node: Node) -> None:
        called = get_field(node, "function")
        name = _find_callee(called)
        if name in self._names.functions:
            step.calls.add(name)
        elif name in _IDEMPOTENT:
            step.overwrites |= set(map(self._scope.resolve_name, _find_root_variables(node)))
        if called is not None and called.type == "field_expression":
            if name not in _OBSERVING:
                step.sets |= self._list_changed(called)
            if name not in self._names.functions and name not in _EXCHANGING:
                return  # a container's method does not change its arguments
        elif name not in self._names.functions | _PURE | _IDEMPOTENT | _FILLING:
            step.sets |= self._scope.list_changed(name)
        if name not in _PURE and name not in self._names.harmless:
            arguments = get_field(node, "arguments")
            for argument in arguments.named_children if arguments is not None else ():
                step.sets |= self._list_changed(argument)

    def _list_changed(self, target: Node | None) -> set[str]:
        """Return the variables that may change when an expression is assigned to."""
        roots = _find_root_variables(target)
        return {changed for root in roots for changed in self._scope.list_changed(root)}

    def _is_plain(self, node: Node) -> bool:
        if node.type in ("compound_statement", "comment"):
            return True
        callees = {_find_callee(get_field(n, "function")) for n in find_nodes(node, _CALLS)}
        if not callees <= self._names.harmless | _PURE:
            return False
        if node.type != "expression_statement" or not node.named_children:
            return node.type == "declaration"
        return _is_assignment(node.named_children[0], "identifier")


def _is_statement(node: Node) -> bool:
    return node.type in _BLOCKS | _LOOPS or node.type.endswith("_statement")


def _is_assignment(node: Node, *kinds: str) -> bool:
    """Return whether a node is a plain assignment (`=`) to a target of one of some node types."""
    target = get_field(node, "left")
    plain = node.type == "assignment_expression" and get_field_text(node, "operator") == "="
    return plain and target is not None and target.type in kinds


def _find_assigned(part: Node) -> set[int]:
    """Return the ids of the name nodes that get a new value which replaces the old one."""
    found = set()
    for node in walk(part):
        target = None
        if node.type in ("init_declarator", "declaration", "function_declarator"):
            target = get_field(node, "declarator")
        elif _is_assignment(node, *_NAMES):
            target = get_field(node, "left")
        elif node.type == "call_expression":
            target = _find_filled_container(node)
        # `int a[9] = {...}` replaces the whole array; `int a[9];` alone leaves it undefined.
        while node.type == "init_declarator" and target and target.type == "array_declarator":
            target = get_field(target, "declarator")
        if target is not None and target.type in _NAMES:
            found |= {n.id for n in find_nodes(target, ("identifier",))}
    return found


def _find_filled_container(node: Node) -> Node | None:
    """Return the container whose whole content a call replaces, or None."""
    called, arguments = get_field(node, "function"), get_field(node, "arguments")
    if called is None or arguments is None:
        return None
    if called.type == "field_expression":
        replaces = get_field_text(called, "field") in ("clear", "assign")
        return get_field(called, "argument") if replaces else None
    first = arguments.named_children[:1] if _find_callee(called) in _FILLING else []
    return next((n for n in first if n.type == "identifier"), None)


def _find_callee(node: Node | None) -> str:
    if node is not None and node.type in ("field_expression", "template_function"):
        return get_field_text(node, "field" if node.type == "field_expression" else "name")
    return get_text(node).split("::")[-1].strip()


def _find_root_variables(node: Node | None) -> set[str]:
    """Return the variables to which the object of an expression may belong: `a` for `a[i].x`."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner is None:
            continue
        called = get_field(inner, "function")
        if inner.type in ("subscript_expression", "field_expression", "pointer_expression"):
            waiting.append(get_field(inner, "argument"))
        elif called is not None and called.type == "field_expression":
            waiting.append(called)
        elif inner.type == "call_expression":
            arguments = get_field(inner, "arguments")
            waiting += arguments.named_children if arguments is not None else ()
        elif inner.type == "this":
            found.add("this")
        else:
            found |= collect_texts(inner, "identifier")
    return found
