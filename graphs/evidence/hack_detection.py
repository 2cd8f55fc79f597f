"""The hack checks in the loop: what each is given, and when."""

from collections.abc import Mapping, Sequence

from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import ArtifactJob
from pieforge.executors.records import Suite, TestCase
from pieforge.graphs.evidence.whole_outputs import store_outputs
from pieforge.graphs.results import PreparedProblem
from pieforge.integrity.checks.answers_in_source import has_own_literals
from pieforge.integrity.checks.one_input_only import explain_slow_input, is_far_costlier
from pieforge.integrity.detection import (
    CheckedProgram,
    HackFinding,
    KnownTest,
    Side,
    discover_cost_checks,
    find_hack,
    find_linked_hack,
)
from pieforge.measurement.cost import MeasuredCost
from pieforge.problems import Problem
from pieforge.records import ProgramText, RejectReason, Verdict

MAX_KNOWN_BYTES = 64 << 10
"""Answers of tests with a larger input are not searched for in a program's text."""


def check_slow_text(slow: ProgramText) -> HackFinding | None:
    """Return the first finding in the text of a slow program, or None."""
    return find_hack(CheckedProgram(slow.language, slow.code, side=Side.SLOW))


async def check_fast_text(
    executor: CachedExecutor, problem: Problem | None, slow: ProgramText, fast: ProgramText
) -> HackFinding | None:
    """Return the first finding in the text of a fast program, or in what is linked into it."""
    known = [
        KnownTest(test.input, test.answer)
        for test in (problem.tests if problem is not None else ())
        if len(test.input) <= MAX_KNOWN_BYTES
    ]
    checked = _create_checked_program(slow, fast, known)
    found = find_hack(checked)
    if found is not None or checked.family != "c":
        return found
    # Headers and macros can hide a name from the text, but not from the linked program.
    artifact = await executor.execute(ArtifactJob(fast))
    return find_linked_hack(checked, artifact) if artifact else None


async def check_embedded_answers(
    executor: CachedExecutor, suite: Suite, slow: ProgramText, fast: ProgramText
) -> HackFinding | None:
    """Return whether a fast program has its own answers in its text.

    They are looked for only where its text has literals that the slow one's has not.
    """
    checked = _create_checked_program(slow, fast, ())
    if not has_own_literals(checked):
        return None
    outputs = await store_outputs(executor, fast, suite)
    known = [
        KnownTest(data, executor.ledger.get_blob(blob))
        for data, blob in zip(executor.get_inputs(suite), outputs.blobs, strict=True)
        if blob and len(data) <= MAX_KNOWN_BYTES
    ]
    return find_hack(_create_checked_program(slow, fast, known))


def check_costs(slow: MeasuredCost, fast: MeasuredCost) -> HackFinding | None:
    """Return the first finding in the simulated costs of a pair, or None."""
    for check in discover_cost_checks():
        if detail := check.look(slow, fast):
            return HackFinding(check.reason, detail)
    return None


async def check_fresh_input(
    executor: CachedExecutor,
    prepared: PreparedProblem,
    before: MeasuredCost,
    slow: ProgramText,
    fast: ProgramText,
) -> HackFinding | None:
    """Return whether a fast program is slow, or wrong, on a hidden input similar to the tests."""
    sizes = executor.get_sizes(prepared.selection)
    return await check_similar_input(executor, before, sizes, prepared.hidden, slow, fast)


async def check_similar_input(
    executor: CachedExecutor,
    before: MeasuredCost,
    sizes: Mapping[str, int],
    hidden: Suite,
    slow: ProgramText,
    fast: ProgramText,
) -> HackFinding | None:
    """Return whether a fast program is slow, or wrong, on a hidden input near the costliest test.

    The fast program is simulated there; in a language with an expensive start-up only where its
    text has literals that the slow one's has not. The slow program is simulated only where the fast
    one costs far more than before.

    Args:
        executor: Where programs are run.
        before: The fast program on the timed tests.
        sizes: Bytes of the tests, by name.
        hidden: Inputs of which one is taken.
        slow: The slow program.
        fast: The fast one.
    """
    if not _needs_fresh_input(executor, slow, fast):
        return None
    case = _find_similar_case(executor, hidden, before, sizes)
    if case is None:
        return None
    fresh = await executor.measure(fast, hidden, [case.name])
    if not fresh.ticks:
        return None
    seen = await executor.observe(fast, hidden)
    ordinary = seen.outputs[hidden.cases.index(case)]
    ended = fresh.verdict is Verdict.AC and all(fresh.outputs)  # one that was stopped has none
    if ended and ordinary is not None and fresh.outputs != (ordinary,):
        return HackFinding(
            RejectReason.NOT_REPEATABLE, f"fast program: under the simulator on {case.name}"
        )
    if not is_far_costlier(before, fresh):
        return None
    slow_cost = await executor.measure(slow, hidden, [case.name])
    if not slow_cost.ticks or not (detail := explain_slow_input(slow_cost, fresh)):
        return None
    return HackFinding(RejectReason.ONE_INPUT_ONLY, detail)


def _needs_fresh_input(executor: CachedExecutor, slow: ProgramText, fast: ProgramText) -> bool:
    """Say whether another simulation is inexpensive, or the text has literals to know inputs by."""
    language = executor.languages[fast.language]
    return not language.net_of_startup or has_own_literals(_create_checked_program(slow, fast, ()))


def _find_similar_case(
    executor: CachedExecutor, hidden: Suite, before: MeasuredCost, sizes: Mapping[str, int]
) -> TestCase | None:
    """Return the hidden input that is nearest in size to the costliest simulated test."""
    costliest = max(zip(before.ticks, before.tests, strict=True), default=(0, ""))[1]
    wanted = sizes.get(costliest, 0)
    ordered = zip(hidden.cases, map(len, executor.get_inputs(hidden)), strict=True)
    nearest = min(ordered, key=lambda pair: (abs(pair[1] - wanted), pair[0].name), default=None)
    return nearest[0] if nearest is not None else None


def _create_checked_program(
    slow: ProgramText, fast: ProgramText, known: Sequence[KnownTest]
) -> CheckedProgram:
    return CheckedProgram(
        language=fast.language,
        text=fast.code,
        slow_text=slow.code,
        known_tests=tuple(known),
    )
