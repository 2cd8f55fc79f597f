"""Data flow of a program in any language, to find work that does not affect its output.

A variable is identified by its function and name. Two variables of one function with the same name
count as one, which can hide idle work but never makes useful work seem idle.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

_PASSES = 4
"""Limit on the rounds that find harmless functions; too few rounds only miss idle work."""


@dataclass
class DataflowStep:
    """One statement, with the statements inside it.

    Attributes:
        text: Its beginning, for findings.
        sets: Names that it may change.
        reads: Names that it reads.
        assigns: Names that get a new value which does not depend on their old one.
        overwrites: Names that a repetition of the statement leaves unchanged: a sorted list.
        calls: Functions of the program that it calls.
        has_effects: Whether its effect is visible outside: it reads, writes, exits or throws.
        returns: Whether it is a return statement.
        loop: Whether it is a loop.
        counters: Names that a loop's header sets and that nothing outside the loop reads.
        plain: Whether it only assigns values that do not depend on the old ones.
        block: Whether the statements inside always run exactly once.
        works: Whether it contains an implicit loop, such as a comprehension.
        inside: The statements inside.
    """

    text: str = ""
    sets: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    assigns: set[str] = field(default_factory=set)
    overwrites: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    has_effects: bool = False
    returns: bool = False
    loop: bool = False
    counters: set[str] = field(default_factory=set)
    plain: bool = False
    block: bool = False
    works: bool = False
    inside: list["DataflowStep"] = field(default_factory=list)

    def iter_steps(self) -> Iterator["DataflowStep"]:
        """Yield this step and all steps inside it."""
        yield self
        for step in self.inside:
            yield from step.iter_steps()


@dataclass
class FunctionDataflow:
    """A function's statements, and its own names, whose changes are invisible outside.

    Attributes:
        steps: Its statements.
        local_names: Its local variables.
        parameters: Those parameters through which it may change an object of its caller.
    """

    steps: list[DataflowStep] = field(default_factory=list)
    local_names: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)

    def iter_steps(self) -> Iterator[DataflowStep]:
        """Yield all steps of the function, nested ones included."""
        for step in self.steps:
            yield from step.iter_steps()

    def changes_arguments(self) -> bool:
        """Return whether the function may change an object of its caller through a parameter."""
        return any(step.sets & self.parameters for step in self.iter_steps())


@dataclass
class ProgramDataflow:
    """The functions of a program by name; code outside functions has an empty name."""

    functions: dict[str, FunctionDataflow] = field(default_factory=dict)

    def iter_steps(self) -> Iterator[DataflowStep]:
        """Yield all steps of the program."""
        for function in self.functions.values():
            yield from function.iter_steps()


def analyze_repeatedly(analyze: Callable[[set[str]], ProgramDataflow]) -> ProgramDataflow:
    """Return a program's data flow, with the functions found that do not change their arguments.

    Args:
        analyze: Takes the names of the functions known to be harmless, that is, not to change
            their arguments; returns the data flow. It is called until the set is stable: first
            with no function, then with those that the call before proved harmless.
    """
    harmless: set[str] = set()
    for _ in range(_PASSES):
        program = analyze(harmless)
        found = {name for name, f in program.functions.items() if not f.changes_arguments()}
        if found == harmless:
            break
        harmless = found
    for function in program.functions.values():
        _mark_counters(function.steps, function.steps)
    return program


def _mark_counters(steps: Iterable[DataflowStep], everything: list[DataflowStep]) -> None:
    for step in steps:
        leaked = {name for name in step.counters if _is_read_outside(name, everything)}
        step.counters -= leaked
        step.sets = (step.sets | leaked) - step.counters
        _mark_counters(step.inside, everything)


def _is_read_outside(name: str, steps: list[DataflowStep]) -> bool:
    return any(
        name not in step.counters and (name in step.reads or _is_read_outside(name, step.inside))
        for step in steps
    )


def find_idle_loops(program: ProgramDataflow) -> list[DataflowStep]:
    """Return the outermost loops whose removal would not change the output."""
    useful = _find_useful_names(program)
    effective = _find_effective_functions(program, useful)

    def iter_idle(steps: list[DataflowStep]) -> Iterator[DataflowStep]:
        for step in steps:
            if step.loop and not any(_is_useful(s, useful, effective) for s in step.iter_steps()):
                yield step
            else:
                yield from iter_idle(step.inside)

    return [loop for function in program.functions.values() for loop in iter_idle(function.steps)]


def find_idle_calls(program: ProgramDataflow) -> list[DataflowStep]:
    """Return the simple statements that loop or recurse to compute an unused value."""
    useful = _find_useful_names(program)
    effective = _find_effective_functions(program, useful)
    working = _find_working_functions(program)
    return [
        step
        for step in program.iter_steps()
        if not step.loop
        and not step.inside
        and (step.works or step.calls & working)
        and not _is_useful(step, useful, effective)
    ]


def _find_working_functions(program: ProgramDataflow) -> set[str]:
    """Return the functions that loop or recurse, directly or through other functions."""
    functions = program.functions.items()
    called = {name: {c for s in f.iter_steps() for c in s.calls} for name, f in functions}
    found = {
        name
        for name, f in functions
        if name in called[name] or any(s.loop or s.works for s in f.iter_steps())
    }
    while more := {name for name in called if called[name] & found} - found:
        found |= more
    return found


def find_repeated_loops(program: ProgramDataflow) -> list[DataflowStep]:
    """Return the loops of which every iteration does the same, so that one would be enough."""
    changing = {name for name, f in program.functions.items() if f.changes_arguments()}
    effective = _find_effective_functions(
        program, {name for step in program.iter_steps() for name in step.sets}
    )
    beyond = _collect_outside_reads(program)
    seen = changing | effective
    return [
        s
        for s in program.iter_steps()
        if s.loop and (_is_repeating(s, seen) or _is_restarting(s, seen, beyond))
    ]


def _collect_outside_reads(program: ProgramDataflow) -> dict[str, set[str]]:
    """Return, for each function, the names that it reads and does not own, through calls too."""
    found: dict[str, set[str]] = {}
    called: dict[str, set[str]] = {}
    for name, function in program.functions.items():
        steps = list(function.iter_steps())
        own = function.local_names | function.parameters
        found[name] = {n for s in steps for n in s.reads} - own
        called[name] = {c for s in steps for c in s.calls}
    while True:
        before = sum(map(len, found.values()))
        for name, others in called.items():
            found[name] |= {n for other in others for n in found.get(other, ())}
        if sum(map(len, found.values())) == before:
            return found


def _is_restarting(loop: DataflowStep, effective: set[str], beyond: dict[str, set[str]]) -> bool:
    """Return whether all iterations of a counted loop start and end in the same state.

    They do if no iteration changes a name that it reads before assigning it (an upward exposed use:
    Aho, Lam, Sethi and Ullman, Compilers, 9.2.5).
    """
    inner = [step for step in loop.iter_steps() if step is not loop]
    changed = {name for step in inner for name in step.sets | step.counters | step.assigns}
    if not loop.counters or not changed or loop.reads & (changed - loop.counters):
        return False
    if any(s.has_effects or s.calls & effective for s in inner):
        return False
    exposed: set[str] = set()
    _collect_exposed_reads(loop.inside, set(), exposed, beyond)
    return not exposed & (changed | loop.counters)


def _collect_exposed_reads(
    steps: Iterable[DataflowStep], given: set[str], exposed: set[str], beyond: dict[str, set[str]]
) -> None:
    """Add names that steps read and that are not in `given` to `exposed`; extend `given`.

    Args:
        steps: The steps, in order.
        given: Names that have been assigned on every path; changed in place.
        exposed: Upward exposed uses; changed in place.
        beyond: Names that a call of each function reads outside it.
    """
    for step in steps:
        own = step.counters if step.loop else set[str]()
        read = step.reads.union(*(beyond.get(name, ()) for name in step.calls))
        exposed |= read - given - own - step.overwrites
        if step.block:
            _collect_exposed_reads(step.inside, given, exposed, beyond)
        else:
            # A branch or a loop body may not run: what it assigns is not given after it.
            _collect_exposed_reads(step.inside, given | own, exposed, beyond)
            given |= step.assigns if not step.loop and not step.inside else set()


def _find_useful_names(program: ProgramDataflow) -> set[str]:
    """Return the names on which the output may depend.

    The set grows to a fixed point: what a useful step, or one inside it, reads is useful.
    """
    useful: set[str] = set()
    for function in program.functions.values():
        useful |= function.parameters if function.changes_arguments() else set()
    while True:
        before = len(useful)
        effective = _find_effective_functions(program, useful)
        for step in program.iter_steps():
            if any(_is_useful(s, useful, effective) for s in step.iter_steps()):
                useful |= step.reads
        if len(useful) == before:
            return useful


def _is_useful(step: DataflowStep, useful: set[str], effective: set[str]) -> bool:
    return (
        step.has_effects or step.returns or bool(step.sets & useful) or bool(step.calls & effective)
    )


def _find_effective_functions(program: ProgramDataflow, useful: set[str]) -> set[str]:
    """Return the functions that have an effect other than their return value."""
    found: set[str] = set()
    while more := {
        name
        for name, function in program.functions.items()
        if name not in found
        and any(
            step.has_effects or (step.sets - function.local_names) & useful or step.calls & found
            for step in function.iter_steps()
        )
    }:
        found |= more
    return found


def _is_repeating(loop: DataflowStep, effective: set[str]) -> bool:
    """Return whether every iteration assigns the same values, in straight-line code."""
    inner = [step for step in loop.iter_steps() if step is not loop]
    changed = {name for step in inner for name in step.sets}
    if not changed or any(s.has_effects or s.returns or s.calls & effective for s in inner):
        return False
    counted = loop.counters or loop.sets
    turning = counted | changed | {name for step in inner for name in step.counters}
    if loop.reads & changed:
        return False
    return all(s.plain for s in inner) and not any(step.reads & turning for step in inner)
