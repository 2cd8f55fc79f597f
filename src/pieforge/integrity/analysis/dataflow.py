"""What the steps of a program read and set, whatever its language: enough to find idle work.

Names stand for variables, by function: two variables of one function with the same name count
as one, which can only make idle work look useful.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Step:
    """One statement, with those inside it.

    Attributes:
        text: How it begins, for people.
        sets: Names that it may change.
        reads: Names that it looks at.
        gives: Names that get a whole new value, whatever they had before.
        settles: Names that it brings into a state in which doing it again changes nothing.
        calls: Own functions that it calls.
        outer: Whether it is seen outside the program: it reads, writes, leaves, throws.
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
    gives: set[str] = field(default_factory=set)
    settles: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    outer: bool = False
    returns: bool = False
    loop: bool = False
    counters: set[str] = field(default_factory=set)
    plain: bool = False
    block: bool = False
    works: bool = False
    inside: list["Step"] = field(default_factory=list)

    def all(self) -> Iterator["Step"]:
        """Yield this step and all inside it."""
        yield self
        for step in self.inside:
            yield from step.all()


@dataclass
class Function:
    """A function's steps, and the names that only it knows: nobody sees them change.

    Attributes:
        steps: Its statements.
        own: Its variables.
        parameters: Its parameters, which may stand for what is its caller's.
    """

    steps: list[Step] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)

    def changes_arguments(self) -> bool:
        """Say whether anything may be changed through its parameters."""
        return any(step.sets & self.parameters for outer in self.steps for step in outer.all())


@dataclass
class Program:
    """A program's functions, by name; what is outside them is the function with an empty name."""

    functions: dict[str, Function] = field(default_factory=dict)

    def all(self) -> Iterator[Step]:
        """Yield every step."""
        for function in self.functions.values():
            for step in function.steps:
                yield from step.all()

    def settle(self) -> "Program":
        """Tell counters that are read outside their loops from those that are not."""
        for function in self.functions.values():
            _keep_counters(function.steps, function.steps)
        return self


def _keep_counters(steps: Iterable[Step], everything: list[Step]) -> None:
    for step in steps:
        leaked = {name for name in step.counters if _read_outside(name, everything)}
        step.counters -= leaked
        step.sets = (step.sets | leaked) - step.counters
        _keep_counters(step.inside, everything)


def _read_outside(name: str, steps: list[Step]) -> bool:
    return any(
        name not in step.counters and (name in step.reads or _read_outside(name, step.inside))
        for step in steps
    )


def idle_loops(program: Program) -> list[Step]:
    """Return the outermost loops without which everything seen outside would be the same."""
    useful = _useful_names(program)
    effective = _effective(program, useful)

    def idle(steps: list[Step]) -> Iterator[Step]:
        for step in steps:
            if step.loop and not any(_matters(s, useful, effective) for s in step.all()):
                yield step
            else:
                yield from idle(step.inside)

    return [loop for function in program.functions.values() for loop in idle(function.steps)]


def idle_calls(program: Program) -> list[Step]:
    """Return the statements that have something computed, at length, which nothing then uses."""
    useful = _useful_names(program)
    effective = _effective(program, useful)
    working = _working(program)
    return [
        step
        for step in program.all()
        if not step.loop
        and not step.inside
        and (step.works or step.calls & working)
        and not _matters(step, useful, effective)
    ]


def _working(program: Program) -> set[str]:
    """Return the functions that loop, or call themselves, or call one that does."""
    called = {
        name: {c for outer in f.steps for s in outer.all() for c in s.calls}
        for name, f in program.functions.items()
    }
    found = {
        name
        for name, f in program.functions.items()
        if name in called[name] or any(s.loop or s.works for o in f.steps for s in o.all())
    }
    while more := {name for name in called if called[name] & found} - found:
        found |= more
    return found


def repeated_loops(program: Program) -> list[Step]:
    """Return the loops that do the same in every turn: one turn alone would do."""
    changing = {name for name, f in program.functions.items() if f.changes_arguments()}
    effective = _effective(program, {name for step in program.all() for name in step.sets})
    beyond = _reads_beyond(program)
    return [
        s
        for s in program.all()
        if s.loop
        and (_repeats(s, changing | effective) or _starts_anew(s, changing | effective, beyond))
    ]


def _reads_beyond(program: Program) -> dict[str, set[str]]:
    """Return, for each function, the names of others that it looks at, by way of calls too."""
    found: dict[str, set[str]] = {}
    called: dict[str, set[str]] = {}
    for name, function in program.functions.items():
        steps = [s for outer in function.steps for s in outer.all()]
        own = function.own | function.parameters
        found[name] = {n for s in steps for n in s.reads} - own
        called[name] = {c for s in steps for c in s.calls}
    while True:
        before = sum(map(len, found.values()))
        for name, others in called.items():
            found[name] |= {n for other in others for n in found.get(other, ())}
        if sum(map(len, found.values())) == before:
            return found


def _starts_anew(loop: Step, effective: set[str], beyond: dict[str, set[str]]) -> bool:
    """Say whether a counted loop's turns all begin from the same and so end in the same.

    What a turn looks at before it gave it a value itself (in compilers: its upward exposed uses,
    Aho, Lam, Sethi and Ullman, Compilers, 9.2.5) is then nothing that a turn changes.
    """
    inner = [step for step in loop.all() if step is not loop]
    changed = {name for step in inner for name in step.sets | step.counters | step.gives}
    if not loop.counters or not changed or loop.reads & (changed - loop.counters):
        return False
    if any(s.outer or s.calls & effective for s in inner):
        return False
    exposed: set[str] = set()
    _expose(loop.inside, set(), exposed, beyond)
    return not exposed & (changed | loop.counters)


def _expose(
    steps: Iterable[Step], given: set[str], exposed: set[str], beyond: dict[str, set[str]]
) -> None:
    """Add what steps look at to `exposed`, unless given before; and to `given` what they give."""
    for step in steps:
        own = step.counters if step.loop else set[str]()
        looked = step.reads.union(*(beyond.get(name, ()) for name in step.calls))
        exposed |= looked - given - own - step.settles
        if step.block:
            _expose(step.inside, given, exposed, beyond)
        else:
            _expose(step.inside, given | own, exposed, beyond)
            given |= step.gives if not step.loop and not step.inside else set()


def _useful_names(program: Program) -> set[str]:
    """Return the names on which anything that is seen outside depends."""
    useful: set[str] = set()
    for function in program.functions.values():
        useful |= function.parameters if function.changes_arguments() else set()
    while True:
        before = len(useful)
        effective = _effective(program, useful)
        for step in program.all():
            if any(_matters(s, useful, effective) for s in step.all()):
                useful |= step.reads
        if len(useful) == before:
            return useful


def _matters(step: Step, useful: set[str], effective: set[str]) -> bool:
    return step.outer or step.returns or bool(step.sets & useful) or bool(step.calls & effective)


def _effective(program: Program, useful: set[str]) -> set[str]:
    """Return the functions that do something that is seen outside them, beside what they return."""
    found: set[str] = set()
    while True:
        before = len(found)
        for name, function in program.functions.items():
            for step in (s for outer in function.steps for s in outer.all()):
                if step.outer or (step.sets - function.own) & useful or step.calls & found:
                    found.add(name)
        if len(found) == before:
            return found


def _repeats(loop: Step, effective: set[str]) -> bool:
    inner = [step for step in loop.all() if step is not loop]
    changed = {name for step in inner for name in step.sets}
    if not changed or any(s.outer or s.returns or s.calls & effective for s in inner):
        return False
    counted = loop.counters or loop.sets
    turning = counted | changed | {name for step in inner for name in step.counters}
    if loop.reads & changed:
        return False
    return all(s.plain for s in inner) and not any(step.reads & turning for step in inner)
