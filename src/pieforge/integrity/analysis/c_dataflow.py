"""The steps of a C or C++ source; see `steps`."""

from tree_sitter import Node

from pieforge.integrity.analysis.c_scopes import (
    Names,
    Scope,
    functions_of,
    parameters_of,
    scope_of,
    within,
)
from pieforge.integrity.analysis.dataflow import Function, Program, Step
from pieforge.integrity.analysis.io_order import LEAVING, READING, WRITING
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.analysis.names import said, tree, walk

_OUTER = READING | WRITING | LEAVING | {"rand", "srand", "random", "assert", "throw", "cerr"}
_PURE = vocabulary(
    "max min abs labs llabs fabs sqrt sqrtl cbrt pow floor ceil round gcd __gcd lcm to_string stoi "
    "stoll size begin end cbegin cend make_pair make_tuple popcount __builtin_popcount "
    "__builtin_popcountll __builtin_ctz __builtin_clz __lg log log2 exp hypot clamp isdigit "
    "isalpha tolower toupper move get strlen strcmp count accumulate lower_bound upper_bound "
    "binary_search max_element min_element find distance minmax sizeof"
)
_LOOKING = vocabulary(
    "size empty begin end cbegin cend rbegin rend front back top find count at length substr c_str "
    "data lower_bound upper_bound contains capacity test"
)
"""Methods that change nothing by themselves."""
_FILLING = vocabulary("fill memset iota fill_n")
_SETTLING = vocabulary("sort stable_sort make_heap unique shrink_to_fit")
"""What gives a container a whole new content, and what changes nothing when it is done again."""
_EXCHANGING = vocabulary("swap merge splice extract")
"""Methods of containers that change their arguments."""
_IDENTIFIERS = {"identifier", "type_identifier"}
_LOOPS = {"for_statement", "for_range_loop", "while_statement", "do_statement"}
_BLOCKS = {"compound_statement", "else_clause", "case_statement", "labeled_statement"}
_OUTER_STATEMENTS = {"goto_statement", "throw_statement", "try_statement", "co_return_statement"}
_PASSES = 4


def c_program(text: str, *, trigraphs: bool = False) -> Program:
    """Return the steps of a C or C++ source."""
    root = tree(text, trigraphs=trigraphs)
    bodies = {node.id: (name, node) for name, node in functions_of(root)}
    names = {name for name, _ in bodies.values()}
    # That a function leaves its arguments alone is found out by and by: at first none does.
    harmless: set[str] = set()
    for _ in range(_PASSES):
        program = Program()
        for name, node in bodies.values():
            _add_function(program, name, node, Names(bodies, names, harmless))
        outside = _Reader(Scope(), Names(bodies, names, harmless))
        steps = [outside.step(n) for n in root.named_children if n.type == "declaration"]
        program.functions[""] = Function(steps=steps)
        found = {name for name, f in program.functions.items() if not f.changes_arguments()}
        if found == harmless:
            break
        harmless = found
    return program.settle()


def _add_function(program: Program, name: str, node: Node, names: Names) -> None:
    scope = scope_of(node, name, names)
    by_value, shared = parameters_of(node)
    scope.own |= by_value | shared
    body = node.child_by_field_name("body")
    function = Function(
        steps=[_Reader(scope, names).step(body)] if body is not None else [],
        own={scope.full(n) for n in scope.own - shared},
        parameters={scope.full(n) for n in shared},
    )
    if name in program.functions:  # overloads, and methods of several classes, count as one
        known = program.functions[name]
        known.steps += function.steps
        known.own |= function.own
        known.parameters |= function.parameters
    else:
        program.functions[name] = function


class _Reader:
    def __init__(self, scope: Scope, names: Names) -> None:
        self._scope = scope
        self._names = names

    def step(self, node: Node) -> Step:
        step = Step(text=" ".join(said(node).split())[:60])
        step.loop = node.type in _LOOPS
        step.returns = node.type == "return_statement"
        step.outer = node.type in _OUTER_STATEMENTS
        parts, inside = self._parts(node)
        for part in parts:
            self._add(step, part)
        if node.type == "for_statement":
            for name in ("initializer", "update"):
                header = Step()
                if (moved := node.child_by_field_name(name)) is not None:
                    self._add(header, moved)
                step.counters |= header.sets
        elif node.type == "for_range_loop":
            declarator = node.child_by_field_name("declarator")
            named = (
                [said(n) for n in walk(declarator) if n.type == "identifier"] if declarator else []
            )
            step.counters = {self._scope.full(n) for n in named}
        step.plain = self._is_plain(node, step)
        step.block = node.type == "compound_statement"
        step.inside = [self.step(child) for child in inside]
        return step

    def _parts(self, node: Node) -> tuple[list[Node], list[Node]]:
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

    def _add(self, step: Step, part: Node) -> None:
        full, changed = self._scope.full, self._scope.changed
        given = _given(part)
        step.gives |= {full(said(n)) for n in walk(part) if n.id in given}
        for node in within(part, self._names):
            if node.type == "identifier":
                if node.id in given:
                    continue
                step.reads.add(full(said(node)))
                step.outer |= said(node) in _OUTER and said(node) not in self._names.functions
            elif node.type == "field_identifier":
                step.reads.add(said(node))  # a method knows its members by their bare names
            elif node.type in ("assignment_expression", "update_expression"):
                target = node.child_by_field_name("left") or node.child_by_field_name("argument")
                step.sets |= {x for name in _roots(target) for x in changed(name)}
            elif node.type == "init_declarator":
                target = node.child_by_field_name("declarator")
                names = [said(n) for n in walk(target) if n.type == "identifier"] if target else []
                step.sets |= {full(name) for name in names}
            elif node.type == "binary_expression" and said(
                node.child_by_field_name("operator")
            ) in ("<<", ">>"):
                step.sets |= {
                    x for n in _roots(node.child_by_field_name("left")) for x in changed(n)
                }
            elif node.type == "function_declarator":
                # In a function's body it is no function, but a variable made of others: `T x(y)`.
                names = [said(n) for n in walk(node) if n.type in _IDENTIFIERS]
                step.sets |= {full(name) for name in names[:1]}
                step.reads |= {full(name) for name in names[1:]}
            elif node.type == "call_expression":
                self._add_call(step, node)
            elif node.type in ("new_expression", "delete_expression", "throw_statement"):
                step.outer = True

    def _add_call(self, step: Step, node: Node) -> None:
        called = node.child_by_field_name("function")
        name = _called(called)
        if name in self._names.functions:
            step.calls.add(name)
        elif name in _SETTLING:
            step.settles |= {self._scope.full(root) for root in _roots(node)}
        if called is not None and called.type == "field_expression":
            if name not in _LOOKING:
                roots = _roots(called)
                step.sets |= {x for root in roots for x in self._scope.changed(root)}
            if name not in self._names.functions and name not in _EXCHANGING:
                return  # a container's method takes its arguments as they are
        elif name not in self._names.functions | _PURE | _SETTLING | _FILLING:
            step.sets |= self._scope.changed(name)
        if name in _PURE or name in self._names.harmless:
            return
        arguments = node.child_by_field_name("arguments")
        for argument in arguments.named_children if arguments is not None else ():
            roots = _roots(argument)
            step.sets |= {x for root in roots for x in self._scope.changed(root)}

    def _is_plain(self, node: Node, step: Step) -> bool:
        if node.type in ("compound_statement", "comment"):
            return True
        calls = [n for n in walk(node) if n.type == "call_expression"]
        known = all(
            _called(call.child_by_field_name("function")) in self._names.harmless | _PURE
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
            and said(inner.child_by_field_name("operator")) == "="
            and target is not None
            and target.type == "identifier"
        )


def _given(part: Node) -> set[int]:
    """Return the nodes that are names which get a new value, whatever they had before."""
    found = set()
    for node in walk(part):
        if node.type == "init_declarator":
            target = node.child_by_field_name("declarator")
        elif (
            node.type == "assignment_expression"
            and said(node.child_by_field_name("operator")) == "="
        ):
            target = node.child_by_field_name("left")
        elif node.type in ("declaration", "function_declarator"):
            target = node.child_by_field_name("declarator")
        elif node.type == "call_expression":
            target = _filled(node)
        else:
            continue
        if target is not None and node.type == "init_declarator":
            while target is not None and target.type == "array_declarator":
                target = target.child_by_field_name("declarator")
        if target is not None and target.type in ("identifier", "pointer_declarator"):
            found |= {n.id for n in walk(target) if n.type == "identifier"}
    return found


def _filled(node: Node) -> Node | None:
    """Return the container whose whole content a call replaces, if it does that."""
    called, arguments = (node.child_by_field_name(n) for n in ("function", "arguments"))
    if called is None or arguments is None:
        return None
    if called.type == "field_expression":
        replaces = said(called.child_by_field_name("field")) in ("clear", "assign")
        return called.child_by_field_name("argument") if replaces else None
    if _called(called) in _FILLING and arguments.named_children:
        first = arguments.named_children[0]
        return first if first.type == "identifier" else None
    return None


def _called(node: Node | None) -> str:
    if node is None:
        return ""
    if node.type == "field_expression":
        return said(node.child_by_field_name("field"))
    if node.type == "template_function":
        return said(node.child_by_field_name("name"))
    return said(node).split("::")[-1].strip()


def _roots(node: Node | None) -> set[str]:
    """Return the variables that an expression stands for, or is part of."""
    if node is None:
        return set()
    if node.type in ("subscript_expression", "field_expression", "pointer_expression"):
        return _roots(node.child_by_field_name("argument"))
    if node.type == "call_expression":
        called, arguments = (node.child_by_field_name(n) for n in ("function", "arguments"))
        if called is not None and called.type == "field_expression":
            return _roots(called)
        return set().union(*map(_roots, arguments.named_children if arguments is not None else ()))
    if node.type in ("identifier", "this"):
        return {said(node)}
    return {said(n) for n in walk(node) if n.type == "identifier"}
