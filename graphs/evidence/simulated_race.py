"""The confirming simulator's word, where it is another than the counter: inputs chosen, a race."""

import math
from collections.abc import Iterator, Sequence

from pieforge.config import SimulatorSection
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.reproducibility import unfinished
from pieforge.inputs import inputs_sha
from pieforge.measurement.cost import Measured
from pieforge.measurement.input_selection import SPREAD, Choice, Counted, choose
from pieforge.measurement.prediction.model import Model, Sample
from pieforge.measurement.race import Race, race
from pieforge.records import Frozen, Reason, Verdict, digest

MOST_WORK = 2.0
"""An input on which the fast program alone executes so many times `simulator.instructions` is not
simulated, if there is another."""


class Contest(Frozen):
    """What a slow and a fast program took where they were chosen to be simulated."""

    choice: Choice
    race: Race
    samples: tuple[Sample, ...]
    """Its whole runs, beside their counts."""


def decision(
    workshop: Workshop,
    section: SimulatorSection,
    pair: tuple[str, str],
    suites: Sequence[Suite],
    found: Contest | None,
) -> tuple[Reason | None, str]:
    """Return what a race says against a pair, if anything.

    Args:
        workshop: Knows what the programs wrote before.
        section: The threshold.
        pair: Ids of the slow and of the fast program.
        suites: The race's inputs are of these, and the programs were observed on them.
        found: The race; None where no input could be counted.
    """
    if found is None:
        return Reason.SIMULATION_UNFINISHED, "no input can be counted on both programs"
    ran = found.race
    # The fast side runs first, and alone where it fails.
    took = list(zip(pair, (ran.slow, ran.fast), strict=True))
    reason, detail = unfinished(workshop, suites, took)
    if reason is None and ran.ratio < section.threshold:
        return Reason.TOO_LITTLE_SPEEDUP, f"{ran.ratio:.2f}x ({ran.bound})"
    return reason, detail


async def contest(
    workshop: Workshop,
    section: SimulatorSection,
    pair: tuple[str, str],
    suite: Suite,
    rungs: Sequence[str],
    model: Model | None = None,
) -> Contest | None:
    """Choose inputs by the counter, and race two programs on them; None where none can be counted.

    Args:
        workshop: Where programs are run.
        section: Threshold, cap, and the work that the fast program may have.
        pair: Ids of the slow and of the fast program, in one language.
        suite: Where the inputs are from.
        rungs: Names of those that may be chosen.
        model: Predicts the confirming simulator's time; where None, counts are weighed as always.
    """
    language = workshop.source(pair[0]).language
    counted = await _counted(workshop, section, pair, suite, rungs)
    if not counted:
        return None
    startup = await workshop.startup(language, workshop.counter)
    choice = choose(
        counted,
        startup=startup.counts,
        threshold=section.threshold,
        instructions=section.instructions,
        predict=model.seconds if model else None,
        spread=math.sqrt(2) * model.spread if model else SPREAD,
    )
    ran = await raced(workshop, section, pair, suite, choice.tests)
    seconds = workshop.confirms(language).seconds
    by_name = {item.name: item for item in counted}
    sides = (
        (pair[0], ran.slow, {name: item.slow for name, item in by_name.items()}),
        (pair[1], ran.fast, {name: item.fast for name, item in by_name.items()}),
    )
    samples = (
        Sample(counts=counts[test], seconds=seconds(ticks), program=program)
        for program, side, counts in sides
        for test, ticks in _whole(side)
    )
    return Contest(choice=choice, race=ran, samples=tuple(samples))


async def _counted(
    workshop: Workshop,
    section: SimulatorSection,
    pair: tuple[str, str],
    suite: Suite,
    rungs: Sequence[str],
) -> list[Counted]:
    """Count two programs on inputs; those are left out that alone are far too much to simulate."""
    most = MOST_WORK * section.instructions
    found: list[Counted] = []
    for name in rungs:
        fast = await workshop.measured(pair[1], suite, [name])
        if fast.verdict is not Verdict.AC or (found and fast.counts.get("instructions", 0) > most):
            continue
        slow = await workshop.measured(pair[0], suite, [name])
        if slow.verdict is Verdict.AC:
            found.append(Counted(name=name, slow=slow.counts, fast=fast.counts))
    return found


async def raced(
    workshop: Workshop,
    section: SimulatorSection,
    pair: tuple[str, str],
    suite: Suite,
    tests: Sequence[str],
) -> Race:
    """Race two programs on some of a suite's inputs, in that order; done once."""
    known = {item.name: item for item in workshop.named(suite)}
    inputs = tuple(known[name] for name in tests)
    simulator = workshop.confirms(workshop.source(pair[0]).language)
    startup = [await workshop.own_startup(name, simulator) for name in pair]

    async def compute() -> Race:
        async with workshop.gate:
            slow, fast = [await workshop.executable(name, simulator) for name in pair]
            return await race(
                simulator,
                workshop.sandbox,
                slow,
                fast,
                inputs,
                threshold=section.threshold,
                cap=section.cap,
                exact=section.exact,
                startup=(startup[0], startup[1]),
                limits=workshop.simulated_limits,
            )

    rules = (section.threshold, section.cap, section.exact, *tests)
    key = digest(
        inputs_sha(inputs), simulator.sha, repr(workshop.simulated_limits), *map(str, rules)
    )
    return await workshop.ledger.once(Race, "/".join(pair), key, compute)


def _whole(side: Measured) -> Iterator[tuple[str, int]]:
    """Yield test and ticks of each run that went to its end; none where one failed."""
    if side.verdict is Verdict.AC:
        ended = len(side.tests) - side.bounded
        yield from list(zip(side.tests, side.ticks, strict=True))[:ended]
