"""The steps of a C or C++ source; see `dataflow`."""

from tree_sitter import Node

from pieforge.integrity.analysis.c_scopes import (
    FunctionIndex,
    Scope,
    create_scope,
    iter_functions,
    iter_own_nodes,
    split_parameters,
)
from pieforge.integrity.analysis.dataflow import DataflowStep, FunctionDataflow, ProgramDataflow
from pieforge.integrity.analysis.io_order import LEAVING, READING, WRITING
from pieforge.integrity.analysis.names import parse_source
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tokens import SourceText
from pieforge.syntax.tree import get_field_text, get_text, walk

_OUTER = READING | WRITING | LEAVING | {"rand", "srand", "random", "assert", "throw", "cerr"}
_PURE = split_words(
    "max min abs labs llabs fabs sqrt sqrtl cbrt pow floor ceil round gcd __gcd lcm to_string stoi "
    "stoll size begin end cbegin cend make_pair make_tuple popcount __builtin_popcount "
    "__builtin_popcountll __builtin_ctz __builtin_clz __lg log log2 exp hypot clamp isdigit "
    "isalpha tolower toupper move get strlen strcmp count accumulate lower_bound upper_bound "
    "binary_search max_element min_element find distance minmax sizeof"
)
_LOOKING = split_words(
    "size empty begin end cbegin cend rbegin rend front back top find count at length substr c_str "
    "data lower_bound upper_bound contains capacity test"
)
"""Methods that change nothing by themselves."""
_FILLING = split_words("fill memset iota fill_n")
_SETTLING = split_words("sort stable_sort make_heap unique shrink_to_fit")
"""What gives a container a whole new content, and what changes nothing when it is done again."""
_EXCHANGING = split_words("swap merge splice extract")
"""Methods of containers that change their arguments."""
_IDENTIFIERS = {"identifier", "type_identifier"}
_LOOPS = {"for_statement", "for_range_loop", "while_statement", "do_statement"}
_BLOCKS = {"compound_statement", "else_clause", "case_statement", "labeled_statement"}
_OUTER_STATEMENTS = {"goto_statement", "throw_statement", "try_statement", "co_return_statement"}
_PASSES = 4


def analyze_c_program(source: SourceText) -> ProgramDataflow:
    """Return the steps of a C or C++ source."""
    root = parse_source(source)
    bodies = {node.id: (name, node) for name, node in iter_functions(root)}
    names = {name for name, _ in bodies.values()}
    # That a function leaves its arguments alone is found out by and by: at first none does.
    harmless: set[str] = set()
    for _ in range(_PASSES):
        program = ProgramDataflow()
        for name, node in bodies.values():
            _add_function(program, name, node, FunctionIndex(bodies, names, harmless))
        outside = _CStepReader(Scope(), FunctionIndex(bodies, names, harmless))
        steps = [outside.read_step(n) for n in root.named_children if n.type == "declaration"]
        program.functions[""] = FunctionDataflow(steps=steps)
        found = {name for name, f in program.functions.items() if not f.changes_arguments()}
        if found == harmless:
            break
        harmless = found
    return program.finalize()


def _add_function(program: ProgramDataflow, name: str, node: Node, names: FunctionIndex) -> None:
    scope = create_scope(node, name, names)
    by_value, shared = split_parameters(node)
    scope.own |= by_value | shared
    body = node.child_by_field_name("body")
    function = FunctionDataflow(
        steps=[_CStepReader(scope, names).read_step(body)] if body is not None else [],
        local_names={scope.resolve_name(n) for n in scope.own - shared},
        parameters={scope.resolve_name(n) for n in shared},
    )
    if name in program.functions:  # overloads, and methods of several classes, count as one
        known = program.functions[name]
        known.steps += function.steps
        known.local_names |= function.local_names
        known.parameters |= function.parameters
    else:
        program.functions[name] = function


class _CStepReader:
    def __init__(self, scope: Scope, names: FunctionIndex) -> None:
        self._scope = scope
        self._names = names

    def read_step(self, node: Node) -> DataflowStep:
        step = DataflowStep(text=" ".join(get_text(node).split())[:60])
        step.loop = node.type in _LOOPS
        step.returns = node.type == "return_statement"
        step.has_effects = node.type in _OUTER_STATEMENTS
        parts, inside = self._read_parts(node)
        for part in parts:
            self._add(step, part)
        if node.type == "for_statement":
            for name in ("initializer", "update"):
                header = DataflowStep()
                if (moved := node.child_by_field_name(name)) is not None:
                    self._add(header, moved)
                step.counters |= header.sets
        elif node.type == "for_range_loop":
            declarator = node.child_by_field_name("declarator")
            named = (
                [get_text(n) for n in walk(declarator) if n.type == "identifier"]
                if declarator
                else []
            )
            step.counters = {self._scope.resolve_name(n) for n in named}
        step.plain = self._is_plain(node, step)
        step.block = node.type == "compound_statement"
        step.inside = [self.read_step(child) for child in inside]
        return step

    def _read_parts(self, node: Node) -> tuple[list[Node], list[Node]]:
        """Return a statement's own expressions, and the statements inside it."""
        if node.type in _BLOCKS or node.type in _LOOPS or node.type.endswith("_statement"):
            children = [c for c in node.named_children if c.type != "comment"]
            inside = [
                c
                for c in children
                if c.type in _BLOCKS
                or c.type.endswith("_statement")
                or c.type == "for_range_loop"
                or (c.type == "declaration" and node.type in _BLOCKS)
            ]
            kept = {c.id for c in inside}
            if node.type != "expression_statement":
                return [c for c in children if c.id not in kept], inside
        return [node], []

    def _add(self, step: DataflowStep, part: Node) -> None:
        full, changed = self._scope.resolve_name, self._scope.list_changed
        given = _find_assigned(part)
        step.assigns |= {full(get_text(n)) for n in walk(part) if n.id in given}
        for node in iter_own_nodes(part, self._names):
            if node.type == "identifier":
                if node.id in given:
                    continue
                step.reads.add(full(get_text(node)))
                step.has_effects |= (
                    get_text(node) in _OUTER and get_text(node) not in self._names.functions
                )
            elif node.type == "field_identifier":
                step.reads.add(get_text(node))  # a method knows its members by their bare names
            elif node.type in ("assignment_expression", "update_expression"):
                target = node.child_by_field_name("left") or node.child_by_field_name("argument")
                step.sets |= {x for name in _find_root_variables(target) for x in changed(name)}
            elif node.type == "init_declarator":
                target = node.child_by_field_name("declarator")
                names = (
                    [get_text(n) for n in walk(target) if n.type == "identifier"] if target else []
                )
                step.sets |= {full(name) for name in names}
            elif node.type == "binary_expression" and get_text(
                node.child_by_field_name("operator")
            ) in ("<<", ">>"):
                step.sets |= {
                    x
                    for n in _find_root_variables(node.child_by_field_name("left"))
                    for x in changed(n)
                }
            elif node.type == "function_declarator":
                # In a function's body it is no function, but a variable made of others: `T x(y)`.
                names = [get_text(n) for n in walk(node) if n.type in _IDENTIFIERS]
                step.sets |= {full(name) for name in names[:1]}
                step.reads |= {full(name) for name in names[1:]}
            elif node.type == "call_expression":
                self._add_call(step, node)
            elif node.type in ("new_expression", "delete_expression", "throw_statement"):
                step.has_effects = True

    def _add_call(self, step: DataflowStep, node: Node) -> None:
        called = node.child_by_field_name("function")
        name = _find_callee(called)
        if name in self._names.functions:
            step.calls.add(name)
        elif name in _SETTLING:
            step.overwrites |= {
                self._scope.resolve_name(root) for root in _find_root_variables(node)
            }
        if called is not None and called.type == "field_expression":
            if name not in _LOOKING:
                roots = _find_root_variables(called)
                step.sets |= {x for root in roots for x in self._scope.list_changed(root)}
            if name not in self._names.functions and name not in _EXCHANGING:
                return  # a container's method takes its arguments as they are
        elif name not in self._names.functions | _PURE | _SETTLING | _FILLING:
            step.sets |= self._scope.list_changed(name)
        if name in _PURE or name in self._names.harmless:
            return
        arguments = node.child_by_field_name("arguments")
        for argument in arguments.named_children if arguments is not None else ():
            roots = _find_root_variables(argument)
            step.sets |= {x for root in roots for x in self._scope.list_changed(root)}

    def _is_plain(self, node: Node, step: DataflowStep) -> bool:
        if node.type in ("compound_statement", "comment"):
            return True
        calls = [n for n in walk(node) if n.type == "call_expression"]
        known = all(
            _find_callee(call.child_by_field_name("function")) in self._names.harmless | _PURE
            for call in calls
        )
        if node.type == "declaration":
            return known
        if node.type != "expression_statement" or not node.named_children or not known:
            return False
        inner = node.named_children[0]
        target = inner.child_by_field_name("left")
        return (
            inner.type == "assignment_expression"
            and get_field_text(inner, "operator") == "="
            and target is not None
            and target.type == "identifier"
        )


def _find_assigned(part: Node) -> set[int]:
    """Return the nodes that are names which get a new value, whatever they had before."""
    found = set()
    for node in walk(part):
        if node.type == "init_declarator":
            target = node.child_by_field_name("declarator")
        elif node.type == "assignment_expression" and get_field_text(node, "operator") == "=":
            target = node.child_by_field_name("left")
        elif node.type in ("declaration", "function_declarator"):
            target = node.child_by_field_name("declarator")
        elif node.type == "call_expression":
            target = _find_filled_container(node)
        else:
            continue
        if target is not None and node.type == "init_declarator":
            while target is not None and target.type == "array_declarator":
                target = target.child_by_field_name("declarator")
        if target is not None and target.type in ("identifier", "pointer_declarator"):
            found |= {n.id for n in walk(target) if n.type == "identifier"}
    return found


def _find_filled_container(node: Node) -> Node | None:
    """Return the container whose whole content a call replaces, if it does that."""
    called, arguments = (node.child_by_field_name(n) for n in ("function", "arguments"))
    if called is None or arguments is None:
        return None
    if called.type == "field_expression":
        replaces = get_field_text(called, "field") in ("clear", "assign")
        return called.child_by_field_name("argument") if replaces else None
    if _find_callee(called) in _FILLING and arguments.named_children:
        first = arguments.named_children[0]
        return first if first.type == "identifier" else None
    return None


def _find_callee(node: Node | None) -> str:
    if node is None:
        return ""
    if node.type == "field_expression":
        return get_field_text(node, "field")
    if node.type == "template_function":
        return get_field_text(node, "name")
    return get_text(node).split("::")[-1].strip()


def _find_root_variables(node: Node | None) -> set[str]:
    """Return the variables that an expression stands for, or is part of."""
    if node is None:
        return set()
    if node.type in ("subscript_expression", "field_expression", "pointer_expression"):
        return _find_root_variables(node.child_by_field_name("argument"))
    if node.type == "call_expression":
        called, arguments = (node.child_by_field_name(n) for n in ("function", "arguments"))
        if called is not None and called.type == "field_expression":
            return _find_root_variables(called)
        return set().union(
            *map(_find_root_variables, arguments.named_children if arguments is not None else ())
        )
    if node.type in ("identifier", "this"):
        return {get_text(node)}
    return {get_text(n) for n in walk(node) if n.type == "identifier"}
