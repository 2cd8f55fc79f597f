"""The confirming simulator's word, where it is another than the counter: inputs chosen, a race."""

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.config import SimulatorSection
from pieforge.graphs.context import Context
from pieforge.graphs.guards import leaves_open
from pieforge.graphs.prefilter import fitted
from pieforge.graphs.repeating import unfinished
from pieforge.graphs.stages import Candidate, Confirmed, Scrutinised, Simulated, Suite
from pieforge.graphs.state import CandidateState, batch_key
from pieforge.graphs.workshop import Workshop
from pieforge.records import Frozen, Reason, Verdict, digest
from pieforge.sandbox.choice import SPREAD, Choice, Counted, choose
from pieforge.sandbox.confirm import Measured
from pieforge.sandbox.inputs import inputs_sha
from pieforge.sandbox.prediction import Model, Sample
from pieforge.sandbox.race import Race, race

MOST_WORK = 2.0
"""An input on which the fast program alone executes so many times `simulator.instructions` is not
simulated, if there is another."""


class Contest(Frozen):
    """What a slow and a fast program took where they were chosen to be simulated."""

    choice: Choice
    race: Race
    samples: tuple[Sample, ...]
    """Its whole runs, beside their counts."""


@leaves_open("member")
async def simulate(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["scale", "__end__"]]:
    """Race the candidate that passed scrutiny, where another simulator than the counter decides."""
    context, member = runtime.context, state["member"]
    ended = context.ledger.get(Scrutinised, member)
    if ended is None or not ended.passed:
        return Command(goto="__end__")
    confirmed = True
    if context.workshop.confirms_apart(context.workshop.source(member).language):
        model = fitted(context, batch_key(state["round"], state["batch"]))
        result = await simulated(context, member, ended.passed, model)
        context.ledger.put(result, member)
        confirmed = result.candidates[0].reason is None
    runtime.stream_writer({"stage": "simulate", "confirmed": int(confirmed)})
    following: Literal["scale", "__end__"] = "scale" if confirmed else "__end__"
    return Command(goto=following)


async def simulated(context: Context, member: str, fast: str, model: Model | None) -> Simulated:
    """Return the confirming simulator's word on a slow program and one candidate."""
    workshop, section = context.workshop, context.config.simulator
    language = workshop.source(member).language
    prepared = context.prepared[workshop.source(member).problem_id]
    before = context.ledger.get(Confirmed, member)
    # What it was counted on before costs nothing more, and shows most of what the pair is about.
    rungs = dict.fromkeys((*prepared.ladder[language], *prepared.timed[language]))
    suite = prepared.everything
    found = await contest(workshop, section, (member, fast), suite, tuple(rungs), model)
    suites = (prepared.selection, prepared.hidden)
    reason, detail = decision(workshop, section, (member, fast), suites, found)
    return Simulated(
        candidates=(Candidate(program_id=fast, reason=reason, detail=detail),),
        by=workshop.confirms(language).name,
        choice=found.choice if found else None,
        race=found.race if found else None,
        predicted=before.predicted.get(fast) if before else None,
        audited=before is not None and fast in before.audited,
        samples=found.samples if found else (),
    )


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
