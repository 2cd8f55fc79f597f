"""What the steps of a program read and set, whatever its language: enough to find idle work.

Names stand for variables, by function: two variables of one function with the same name count
as one, which can only make idle work look useful.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

_PASSES = 4


@dataclass
class DataflowStep:
    """One statement, with those inside it.

    Attributes:
        text: How it begins, for people.
        sets: Names that it may change.
        reads: Names that it looks at.
        assigns: Names that get a whole new value, whatever they had before.
        overwrites: Names that it brings into a state in which doing it again changes nothing.
        calls: Own functions that it calls.
        has_effects: Whether it is seen outside the program: it reads, writes, leaves, throws.
        returns: Whether it gives a value back to whoever called its function.
        loop: Whether it repeats what is inside.
        counters: Names that a loop's header sets, and that nothing outside the loop reads.
        plain: Whether all it does is to give names new values, whatever they had before.
        block: Whether what is inside is done once, and in any case.
        works: Whether it does something for each element by itself, as a comprehension does.
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
        """Yield this step and all inside it."""
        yield self
        for step in self.inside:
            yield from step.iter_steps()


@dataclass
class FunctionDataflow:
    """A function's steps, and the names that only it knows: nobody sees them change.

    Attributes:
        steps: Its statements.
        local_names: Its variables.
        parameters: Its parameters, which may stand for what is its caller's.
    """

    steps: list[DataflowStep] = field(default_factory=list)
    local_names: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)

    def iter_steps(self) -> Iterator[DataflowStep]:
        """Yield every step, those inside others too."""
        for step in self.steps:
            yield from step.iter_steps()

    def changes_arguments(self) -> bool:
        """Say whether anything may be changed through its parameters."""
        return any(step.sets & self.parameters for step in self.iter_steps())


@dataclass
class ProgramDataflow:
    """A program's functions, by name; what is outside them is the function with an empty name."""

    functions: dict[str, FunctionDataflow] = field(default_factory=dict)

    def iter_steps(self) -> Iterator[DataflowStep]:
        """Yield every step."""
        for function in self.functions.values():
            yield from function.iter_steps()


def analyze_repeatedly(analyze: Callable[[set[str]], ProgramDataflow]) -> ProgramDataflow:
    """Return a program's steps, given how to read them for known harmless functions.

    That a function leaves its arguments alone is found out by and by: at first none does.
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
    """Return the outermost loops without which everything seen outside would be the same."""
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
    """Return the statements that have something computed, at length, which nothing then uses."""
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
    """Return the functions that loop, or call themselves, or call one that does."""
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
    """Return the loops that do the same in every turn: one turn alone would do."""
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
    """Return, for each function, the names of others that it looks at, by way of calls too."""
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
    """Say whether a counted loop's turns all begin from the same and so end in the same.

    What a turn looks at before it gave it a value itself (in compilers: its upward exposed uses,
    Aho, Lam, Sethi and Ullman, Compilers, 9.2.5) is then nothing that a turn changes.
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
    """Add what steps look at to `exposed`, unless given before; and to `given` what they give."""
    for step in steps:
        own = step.counters if step.loop else set[str]()
        looked = step.reads.union(*(beyond.get(name, ()) for name in step.calls))
        exposed |= looked - given - own - step.overwrites
        if step.block:
            _collect_exposed_reads(step.inside, given, exposed, beyond)
        else:
            _collect_exposed_reads(step.inside, given | own, exposed, beyond)
            given |= step.assigns if not step.loop and not step.inside else set()


def _find_useful_names(program: ProgramDataflow) -> set[str]:
    """Return the names on which anything that is seen outside depends."""
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
    """Return the functions that do something that is seen outside them, beside what they return."""
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
    inner = [step for step in loop.iter_steps() if step is not loop]
    changed = {name for step in inner for name in step.sets}
    if not changed or any(s.has_effects or s.returns or s.calls & effective for s in inner):
        return False
    counted = loop.counters or loop.sets
    turning = counted | changed | {name for step in inner for name in step.counters}
    if loop.reads & changed:
        return False
    return all(s.plain for s in inner) and not any(step.reads & turning for step in inner)
