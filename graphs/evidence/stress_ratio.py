"""A pair's counted speedup on stress inputs, and whether that is what shows it."""

from collections.abc import Sequence
from typing import Literal

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.output_equivalence import compare_further
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.graphs.results import (
    CandidateResult,
    JudgedCandidate,
    StressMeasurement,
    StressResult,
    require,
)
from pieforge.inputs import NamedInput
from pieforge.measurement.cost import MeasuredCost, compute_speedup, merge_costs
from pieforge.records import ProgramText, RejectReason
from pieforge.sandbox.languages import Language

NO_INPUTS = "no stress inputs"
MIN_TYPICAL_RATIO = 1.0
"""A pair that only stress inputs show must not be slower than this on the package's tests."""


def may_be_shown_by_stress(context: Context, language: Language, typical: float) -> bool:
    """Say whether stress inputs can still show a candidate that is too slow on the tests."""
    return (
        context.config.keep.by != "typical"
        and bool(language.counting_command)
        and typical >= MIN_TYPICAL_RATIO
    )


def needs_stress(context: Context, candidate: CandidateResult, fast: ProgramText) -> bool:
    """Say whether a measured candidate is measured on stress inputs, by the configuration.

    Where another candidate is fast enough on the tests, a slower one need not be shown.
    """
    measured, config = require(candidate.measure), context.config
    language = context.executor.languages[fast.language]
    if not language.counting_command:
        return False
    if config.stress.search == "always" or config.keep.by == "stress":
        return True

    def is_open(name: str) -> bool:
        typical = measured.speedups[name]
        # Where another simulator confirms, too low a count does not make a candidate undecided. An
        # audit of its prediction needs the race on the tests.
        return name in measured.undecided or (
            typical < config.simulator.threshold
            and name not in measured.audited
            and may_be_shown_by_stress(context, language, typical)
        )

    return all(is_open(it.program_id) for it in measured.accepted)


async def measure_on_stress(
    context: Context,
    candidate: CandidateResult,
    fast: ProgramText,
    inputs: Sequence[NamedInput],
) -> StressMeasurement:
    """Compare and count both programs of a pair on stress inputs.

    Args:
        context: The run's dependencies.
        candidate: The slow program, with its candidates as measured on the tests.
        fast: One of these.
        inputs: Valid inputs, at least one, on which the slow program comes to its end.
    """
    executor, slow = context.executor, candidate.slow
    rules = context.prepared[slow.problem_id].output_rules
    before = candidate.get_compared(fast.program_id)
    compared = await compare_further(executor, rules, slow, before, inputs)
    nothing = MeasuredCost()
    if compared.reason is not None:
        return StressMeasurement(compared=compared, slow=nothing, fast=nothing, speedup=0.0)
    suite = executor.store_suite(inputs)
    names = [item.name for item in inputs]
    costs = [
        merge_costs(await executor.measure_each(program, suite, names)) for program in (slow, fast)
    ]
    for program in (slow, fast):
        await executor.observe(program, suite)
    took = list(zip((slow, fast), costs, strict=True))
    reason, detail = check_simulated_runs(executor, [suite], took)
    ratio = 0.0
    if reason is None:
        net = executor.languages[slow.language].net_of_startup
        ratio = compute_speedup(*costs, net_of_startup=net)
    elif reason is RejectReason.NOT_REPEATABLE:
        compared = compared.model_copy(update={"reason": reason, "detail": detail})
    return StressMeasurement(compared=compared, slow=costs[0], fast=costs[1], speedup=ratio)


def judge_by_stress(
    context: Context,
    candidate: CandidateResult,
    measured: dict[str, StressMeasurement],
) -> StressResult:
    """Decide which measured candidates are fast enough, by `keep.by`.

    Args:
        context: The run's dependencies.
        candidate: The slow program, with its candidates as measured on the tests.
        measured: Their measurements on stress inputs, by program id, as far as there are any.
    """
    counted, language = require(candidate.measure), candidate.slow.language
    # Without counted work there are no stress inputs, and the tests decide.
    is_counted = bool(context.executor.languages[language].counting_command)
    by = context.config.keep.by if is_counted else "typical"
    judged: list[JudgedCandidate] = []
    shown_by: dict[str, Literal["typical", "stress"]] = {}
    speedups: dict[str, float] = {}
    for fast in counted.accepted:
        name = fast.program_id
        typical, found = counted.speedups[name], measured.get(name)
        against = counted.undecided.get(name)
        threshold = context.config.simulator.threshold
        is_shown = (
            found is not None
            and found.speedup >= threshold
            and (by == "stress" or (typical >= MIN_TYPICAL_RATIO and name not in counted.audited))
        )
        reason: RejectReason | None = None
        detail = ""
        if found is not None and found.compared.reason is not None:
            reason, detail = found.compared.reason, found.compared.detail
        elif (
            against is None
            and by != "stress"
            and (by == "typical" or typical >= threshold or not is_shown)
        ):
            shown_by[name], speedups[name] = "typical", typical
        elif found is not None and is_shown:
            shown_by[name], speedups[name] = "stress", found.speedup
        else:
            reason = (against and against.reason) or RejectReason.TOO_LITTLE_SPEEDUP
            tests = against.detail if against is not None else f"{typical:.2f}x"
            detail = f"{tests}; " + (
                f"{found.speedup:.2f}x on stress inputs" if found is not None else NO_INPUTS
            )
        judged.append(JudgedCandidate(program=fast, reason=reason, detail=detail))
    return StressResult(
        candidates=tuple(judged), measured=measured, shown_by=shown_by, speedups=speedups
    )
