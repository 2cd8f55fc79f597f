"""The node `measure`: candidates are counted next to their slow program; the too slow leave."""

from collections.abc import Sequence
from typing import Self

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_costs
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.graphs.evidence.speedup_prediction import (
    SpeedupForecast,
    get_time_model,
    predict_speedup,
)
from pieforge.graphs.evidence.stress_ratio import may_be_shown_by_stress
from pieforge.graphs.results import CandidateResult, JudgedCandidate, MeasureResult, require
from pieforge.measurement.cost import MeasuredCost, compute_speedup, merge_costs
from pieforge.measurement.prediction.model import TimeModel
from pieforge.records import ProgramText, RejectReason


async def measure(candidate: CandidateResult, runtime: Runtime[Context]) -> MeasureResult:
    """Count what the slow program and its candidates do, and compare their times."""
    context, slow = runtime.context, candidate.slow
    model = None
    if context.executor.has_separate_confirmer(slow.language):
        model = get_time_model(context, candidate.batch)
    counter = await CandidateCounter.create(context, slow, model)
    for fast in require(candidate.check_outputs).accepted:
        await counter.count(fast)
    result = counter.build_result()
    runtime.stream_writer({"stage": "measure", "fast": len(result.accepted)})
    return result


class CandidateCounter:
    """The candidates of one slow program, counted one after the other.

    Where the counter itself confirms, its ratio decides. Where another simulator does, it ranks:
    only what is predicted too slow with the confidence that the configuration asks for is refused.
    """

    def __init__(
        self,
        context: Context,
        slow: ProgramText,
        costs: Sequence[MeasuredCost],
        model: TimeModel | None,
    ) -> None:
        self._context = context
        self._selection = context.prepared[slow.problem_id].selection
        self._slow = slow
        self._costs = costs
        self._cost = merge_costs(costs)
        self._model = model
        self._language = context.executor.languages[slow.language]
        self._fast: dict[str, MeasuredCost] = {}
        self._forecasts: dict[str, SpeedupForecast] = {}
        self._judged: list[JudgedCandidate] = []
        self._speedups: dict[str, float] = {}
        self._undecided: dict[str, JudgedCandidate] = {}

    @classmethod
    async def create(cls, context: Context, slow: ProgramText, model: TimeModel | None) -> Self:
        """Count the slow program, on the smallest timed tests first.

        The tests were chosen for the problem's slow submission. A program that takes the whole
        budget on the smaller ones is not counted on the others: it would take several times as long
        there, and show the same.

        Args:
            context: The run's dependencies.
            slow: The slow program.
            model: What the candidates are predicted by; None where nothing is.
        """
        prepared = context.prepared[slow.problem_id]
        sizes = context.executor.get_sizes(prepared.selection)
        names = prepared.timed[slow.language]
        left = context.config.simulator.budget_mcycles * 1_000_000
        costs: dict[str, MeasuredCost] = {}
        for name in sorted(names, key=lambda name: (sizes[name], name)):
            if left > 0:
                costs[name] = await context.executor.measure(slow, prepared.selection, [name])
                left -= costs[name].gross
        return cls(context, slow, [costs[name] for name in names if name in costs], model)

    async def count(self, fast: ProgramText) -> None:
        """Count one candidate, and judge it."""
        executor, name = self._context.executor, fast.program_id
        costs = await executor.measure_each(fast, self._selection, self._cost.tests)
        cost = self._fast[name] = merge_costs(costs)
        took = [(self._slow, self._cost), (fast, cost)]
        # A simulation that failed or changed the output says nothing about speed.
        reason, detail = check_simulated_runs(executor, [self._selection], took)
        if reason is None:
            ratio = compute_speedup(self._cost, cost, net_of_startup=self._language.net_of_startup)
            self._speedups[name] = ratio
            reason, detail = self._judge_speed(name, ratio, costs)
            if reason is not None and may_be_shown_by_stress(self._context, self._language, ratio):
                undecided = JudgedCandidate(program=fast, reason=reason, detail=detail)
                self._undecided[name] = undecided
                reason, detail = None, ""
            if reason is None and (seen := check_costs(self._cost, cost)):
                reason, detail = seen
        self._judged.append(JudgedCandidate(program=fast, reason=reason, detail=detail))

    def _judge_speed(
        self, name: str, ratio: float, costs: Sequence[MeasuredCost]
    ) -> tuple[RejectReason | None, str]:
        section = self._context.config.simulator
        if not self._context.executor.has_separate_confirmer(self._language.key):
            slow = ratio < section.threshold
            return (RejectReason.TOO_LITTLE_SPEEDUP, f"{ratio:.2f}x") if slow else (None, "")
        pair = self._slow.program_id, name
        forecast = predict_speedup(self._model, section, pair, self._costs, costs)
        if forecast is None:
            return None, ""
        self._forecasts[name] = forecast
        if not forecast.skip:
            return None, ""
        counted = f"{ratio:.2f}x counted"
        return (
            RejectReason.PREDICTED_TOO_SLOW,
            f"{counted}, at most {forecast.interval.high:.2f}x predicted",
        )

    def build_result(self) -> MeasureResult:
        """Return what was found of all candidates so far."""
        return MeasureResult(
            slow=self._cost,
            fast=self._fast,
            candidates=tuple(self._judged),
            speedups=self._speedups,
            undecided=self._undecided,
            predicted={name: found.interval for name, found in self._forecasts.items()},
            audited=tuple(name for name, found in self._forecasts.items() if found.audited),
        )
