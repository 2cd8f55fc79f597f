"""Choose which of a problem's tests are simulated: those that fit the simulator's budget."""

import math
from collections.abc import Mapping, Sequence

from pieforge.config import SimulatorSection
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import CountJob
from pieforge.executors.records import Suite
from pieforge.inputs import NamedInput
from pieforge.measurement.cost import MeasuredCost, choose_tests, is_too_costly
from pieforge.records import ProgramText, Verdict

TINY_FACTOR = 16
"""A test this many times smaller than the largest one shows start-up only."""


MAX_SMALL_MCYCLES = 10
"""Million cycles that the slow submission may take on a smaller test: it must cost little."""


MIN_STARTUPS = 10
"""On a smaller test the slow submission takes at least this many times its start-up."""


_TOLERANCE = 2
"""How many times the budget the predicted cost of a test may be that is simulated."""


async def choose_timed_tests(
    executor: CachedExecutor, program: ProgramText, suite: Suite, section: SimulatorSection
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Choose the tests to simulate, by what the problem's slow submission costs on each.

    The secret tests are tried in the order of its work, those far smaller than the largest left
    out, until the next one would by prediction exceed the budget alone: a simulation that is
    not needed is not begun.

    Returns:
        Names of the chosen tests, in the suite's order; and of up to two tests with less work, to
        show a speedup's trend, the one with less first.
    """
    costs = await _measure_costs(executor, program, suite, section)
    tried = [case.name for case in suite.cases if case.name in costs]
    budget = section.budget_mcycles * 1_000_000
    chosen = choose_tests([costs[name].gross for name in tried], section.tests, budget)
    timed = tuple(tried[index] for index in chosen)
    # Start-up makes every simulation of such a language expensive.
    skips = executor.languages[program.language].net_of_startup
    return timed, () if skips else _choose_smaller_tests(costs, timed)


def _choose_smaller_tests(
    costs: Mapping[str, MeasuredCost], timed: tuple[str, ...]
) -> tuple[str, ...]:
    """Choose the test with the least work that is much more than starting, and a middle one."""
    top = min(costs[name].net for name in timed)
    small = sorted(
        (cost.net, name)
        for name, cost in costs.items()
        if MIN_STARTUPS * cost.startup <= cost.net < min(top, MAX_SMALL_MCYCLES * 1_000_000)
    )
    if not small:
        return ()
    between = math.sqrt(small[0][0] * top)
    middle = min(small, key=lambda item: (abs(math.log(item[0] / between)), item))
    return tuple(dict.fromkeys((small[0][1], middle[1])))


async def _measure_costs(
    executor: CachedExecutor, program: ProgramText, suite: Suite, section: SimulatorSection
) -> dict[str, MeasuredCost]:
    """Return what the slow submission costs on each test that is worth trying."""
    inputs = {item.name: item.data for item in executor.get_named_inputs(suite)}
    names = [name for name in inputs if name.startswith("secret/")] or list(inputs)
    least = max(len(inputs[name]) for name in names) / TINY_FACTOR
    names = [name for name in names if len(inputs[name]) >= least]
    budget = section.budget_mcycles * 1_000_000
    # Cycles per step differ between tests: those a little above the budget may fit.
    limit = _TOLERANCE * budget
    # A step takes a cycle at least. Where steps cannot be counted, cost grows with the square of
    # the size in most slow programs.
    most = limit // executor.languages[program.language].steps_per_count
    job = CountJob(program, tuple(inputs[name] for name in names), most)
    counted = await executor.execute(job) or [None] * len(names)
    work = {
        name: each.steps if each else len(inputs[name]) ** 2
        for name, each in zip(names, counted, strict=True)
    }
    costs: dict[str, MeasuredCost] = {}
    costliest = 0, 1
    for name in sorted(names, key=lambda name: (work[name], len(inputs[name]), name)):
        # A simulation cannot be taken back: the cost is predicted from tests with less work.
        if is_too_costly(*costliest, work[name], limit):
            break
        costs[name] = await executor.measure(program, suite, [name])
        costliest = max(costliest, (costs[name].net, work[name]))
    return costs


MAX_RUNGS = 10
"""Inputs of a ladder at most."""


MIN_SIZE_RATIO = 2.0
"""Each is at least this many times larger than the one before: closer sizes add nothing."""


MIN_RUNGS = 5
"""Where fewer inputs have distinct sizes, as where each is one number, others are added."""


MAX_SLOW_MCYCLES = 60
"""Million cycles that the slow program may take on one input."""


async def choose_ladder(
    executor: CachedExecutor,
    slow: ProgramText,
    fast: ProgramText | None,
    suite: Suite,
    section: SimulatorSection,
) -> tuple[str, ...]:
    """Choose inputs of growing size, up to where the fast program has enough to do.

    Tried from the smallest up, by the counter, until the slow program would by prediction take too
    long on the next one, or the fast one alone has used the instructions that it may take.

    Args:
        executor: Where programs are run.
        slow: A slow program.
        fast: A fast one, if there is any.
        suite: Inputs to choose from.
        section: Instructions that a fast program may take, and cycles that a slow one may.

    Returns:
        Names of the inputs, the smallest first; at least one, but for inputs on which they fail.
    """
    budget = min(section.budget_mcycles, MAX_SLOW_MCYCLES) * 1_000_000
    found: list[str] = []
    costliest = 0, 1
    for name, size in _spread_sizes(executor.get_named_inputs(suite)):
        if found and is_too_costly(*costliest, size**2, budget):
            break
        cost = await executor.measure(slow, suite, [name])
        if cost.verdict is not Verdict.AC or (found and cost.net > budget):
            continue  # size does not determine the work here: the next input may cost less
        found.append(name)
        costliest = max(costliest, (cost.net, size**2))
        if fast is not None:
            taken = await executor.measure(fast, suite, [name])
            if taken.counts.get("instructions", 0) >= section.instructions:
                break
    return tuple(found)


def _spread_sizes(inputs: Sequence[NamedInput]) -> list[tuple[str, int]]:
    """Return names and sizes of clearly different inputs, smallest first, with the largest."""
    order = sorted(inputs, key=lambda item: (len(item.data), item.data, item.name))
    chosen: list[NamedInput] = []
    for item in reversed(order):
        if not chosen or len(item.data) * MIN_SIZE_RATIO <= len(chosen[-1].data):
            chosen.append(item)
    chosen = chosen[:MAX_RUNGS]
    others = [item for item in order if item not in chosen]
    if others and len(chosen) < MIN_RUNGS:
        chosen += others[:: math.ceil(len(others) / (MIN_RUNGS - len(chosen)))]
    return [(item.name, len(item.data)) for item in order if item in chosen]
