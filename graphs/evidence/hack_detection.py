"""Where the hack checks stand in the loop: what they are given, and what becomes of it."""

from collections.abc import Mapping, Sequence

from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite, TestCase
from pieforge.graphs.results import Prepared
from pieforge.integrity.checks.answers_in_source import has_own_literals
from pieforge.integrity.checks.one_input_only import costs_far_more, fresh_input_is_slow
from pieforge.integrity.detection import (
    Known,
    Side,
    Suspect,
    Suspicion,
    cost_checks,
    linked_suspicion,
    suspicion,
)
from pieforge.measurement.cost import Measured
from pieforge.problems import Problem
from pieforge.records import Reason, Verdict

MOST_KNOWN_BYTES = 64 << 10
"""Tests with a larger input are not looked for in a program's text."""


def against_slow(workshop: Workshop, slow: str) -> Suspicion | None:
    """Return what the text of a slow program gives away, or None."""
    return suspicion(Suspect(workshop.source(slow).language, workshop.code(slow), side=Side.SLOW))


async def against_text(
    workshop: Workshop, problem: Problem | None, slow: str, fast: str
) -> Suspicion | None:
    """Return what the text of a fast program gives away, or what is linked into it, or None."""
    known = [
        Known(test.input, test.answer)
        for test in (problem.tests if problem is not None else ())
        if len(test.input) <= MOST_KNOWN_BYTES
    ]
    suspect = _suspect(workshop, slow, fast, known)
    found = suspicion(suspect)
    if found is not None or suspect.family != "c":
        return found
    artifact = await workshop.artifact(fast)
    return linked_suspicion(suspect, artifact) if artifact else None


async def against_answers(
    workshop: Workshop, suite: Suite, slow: str, fast: str
) -> Suspicion | None:
    """Return which of its own answers a fast program has in its text, or None.

    It is run for that only where its text has something that the slow one's has not.
    """
    suspect = _suspect(workshop, slow, fast, ())
    if not has_own_literals(suspect):
        return None
    inputs = [data for data in workshop.inputs(suite) if len(data) <= MOST_KNOWN_BYTES]
    answers = [(await workshop.run_once(fast, data)).stdout for data in inputs]
    known = [Known(data, answer) for data, answer in zip(inputs, answers, strict=True)]
    return suspicion(_suspect(workshop, slow, fast, known))


def against_costs(slow: Measured, fast: Measured) -> Suspicion | None:
    """Return what the simulated costs of a pair give away, or None."""
    for check in cost_checks():
        if detail := check.look(slow, fast):
            return Suspicion(check.reason, detail)
    return None


async def against_fresh_input(
    workshop: Workshop, prepared: Prepared, slow: str, fast: str
) -> Suspicion | None:
    """Return what a fast program's run on a hidden input like the simulated tests gives away."""
    if not _worth_a_fresh_input(workshop, slow, fast):
        return None
    names = prepared.timed[workshop.source(fast).language]
    before = await workshop.measured(fast, prepared.selection, names)
    sizes = workshop.sizes(prepared.selection)
    return await against_input_like(workshop, before, sizes, prepared.hidden, slow, fast)


async def against_input_like(
    workshop: Workshop,
    before: Measured,
    sizes: Mapping[str, int],
    hidden: Suite,
    slow: str,
    fast: str,
) -> Suspicion | None:
    """Return whether a fast program is slow, or wrong, on a hidden input like the costliest test.

    Its own run there is simulated; in a language with a costly start-up only where its text has
    something that the slow one's has not. The slow program's is where that costs far more than
    before.

    Args:
        workshop: Where programs are run.
        before: The fast program on the timed tests.
        sizes: Bytes of the tests, by name.
        hidden: Inputs of which one is taken.
        slow: The slow program.
        fast: The fast one.
    """
    if not _worth_a_fresh_input(workshop, slow, fast):
        return None
    case = _counterpart(workshop, hidden, before, sizes)
    if case is None:
        return None
    fresh = await workshop.measured(fast, hidden, [case.name])
    if not fresh.ticks:
        return None
    seen = await workshop.observed(fast, hidden)
    ordinary = seen.outputs[hidden.cases.index(case)]
    ended = fresh.verdict is Verdict.AC and all(fresh.outputs)  # one that was stopped has none
    if ended and ordinary is not None and fresh.outputs != (ordinary,):
        return Suspicion(Reason.NOT_REPEATABLE, f"fast program: under the simulator on {case.name}")
    if not costs_far_more(before, fresh):
        return None
    beside = await workshop.measured(slow, hidden, [case.name])
    if not beside.ticks or not (detail := fresh_input_is_slow(beside, fresh)):
        return None
    return Suspicion(Reason.ONE_INPUT_ONLY, detail)


def _worth_a_fresh_input(workshop: Workshop, slow: str, fast: str) -> bool:
    """Say whether a text has something to know an input by, or start-up alone costs no second."""
    language = workshop.languages[workshop.source(fast).language]
    return not language.net_of_startup or has_own_literals(_suspect(workshop, slow, fast, ()))


def _counterpart(
    workshop: Workshop, hidden: Suite, before: Measured, sizes: Mapping[str, int]
) -> TestCase | None:
    """Return the hidden input that is nearest in size to the costliest simulated test."""
    costliest = max(zip(before.ticks, before.tests, strict=True), default=(0, ""))[1]
    wanted = sizes.get(costliest, 0)
    ordered = zip(hidden.cases, map(len, workshop.inputs(hidden)), strict=True)
    nearest = min(ordered, key=lambda pair: (abs(pair[1] - wanted), pair[0].name), default=None)
    return nearest[0] if nearest is not None else None


def _suspect(workshop: Workshop, slow: str, fast: str, known: Sequence[Known]) -> Suspect:
    return Suspect(
        language=workshop.source(fast).language,
        text=workshop.code(fast),
        beside=workshop.code(slow),
        known=tuple(known),
    )
