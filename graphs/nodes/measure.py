"""The node `measure`: candidates are counted next to their slow program; the too slow leave."""

from collections.abc import Sequence
from typing import Literal, Self

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_costs
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.graphs.evidence.speedup_prediction import (
    SpeedupForecast,
    get_time_model,
    predict_speedup,
)
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import JudgedCandidate, MeasureResult, PreparedProblem
from pieforge.graphs.state import CandidateState, format_batch_key
from pieforge.measurement.cost import MeasuredCost, compute_speedup, merge_costs
from pieforge.measurement.prediction.model import TimeModel
from pieforge.records import RejectReason


@leave_pending("member")
async def measure(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["sanitize", "__end__"]]:
    """Count what the slow program and its right candidates do, and compare their times."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.executor.get_source(member).problem_id]
    model = None
    if context.executor.has_separate_confirmer(context.executor.get_source(member).language):
        model = get_time_model(context, format_batch_key(state["round"], state["batch"]))
    counting = await CandidateCounter.create(context, prepared, member, model)
    for name in state["right"]:
        await counting.count(name)
    result = counting.build_result()
    context.ledger.put(result, member)
    passed = [candidate.program_id for candidate in result.candidates if candidate.reason is None]
    passed.sort(key=lambda name: (-result.speedups[name], name))
    runtime.stream_writer({"stage": "measure", "fast": len(passed)})
    following: Literal["sanitize", "__end__"] = "sanitize" if passed else "__end__"
    return Command(update={"fast": passed}, goto=following)


class CandidateCounter:
    """The candidates of one slow program, counted one after the other.

    Where the counter itself confirms, its ratio decides. Where another simulator does, it ranks:
    only what is predicted too slow with the confidence that the configuration asks for is refused.
    """

    def __init__(
        self,
        context: Context,
        prepared: PreparedProblem,
        member: str,
        slow: Sequence[MeasuredCost],
        model: TimeModel | None,
    ) -> None:
        self._context = context
        self._prepared = prepared
        self._member = member
        self._costs = slow
        self._slow = merge_costs(slow)
        self._model = model
        self._language = context.executor.languages[context.executor.get_source(member).language]
        self._fast: dict[str, MeasuredCost] = {}
        self._forecasts: dict[str, SpeedupForecast] = {}
        self._judged: list[JudgedCandidate] = []
        self._speedups: dict[str, float] = {}

    @classmethod
    async def create(
        cls, context: Context, prepared: PreparedProblem, member: str, model: TimeModel | None
    ) -> Self:
        """Count the slow program.

        Args:
            context: The run's dependencies.
            prepared: The problem.
            member: The slow program.
            model: What the candidates are predicted by; None where nothing is.
        """
        names = prepared.timed[context.executor.get_source(member).language]
        slow = await context.executor.measure_each(member, prepared.selection, names)
        return cls(context, prepared, member, slow, model)

    async def count(self, name: str) -> None:
        """Count one candidate, and judge it."""
        executor, prepared = self._context.executor, self._prepared
        costs = await executor.measure_each(name, prepared.selection, self._slow.tests)
        fast = self._fast[name] = merge_costs(costs)
        took = [(self._member, self._slow), (name, fast)]
        reason, detail = check_simulated_runs(executor, [prepared.selection], took)
        if reason is None:
            ratio = compute_speedup(self._slow, fast, net_of_startup=self._language.net_of_startup)
            self._speedups[name] = ratio
            reason, detail = self._judge_speed(name, ratio, costs)
            if reason is None and (seen := check_costs(self._slow, fast)):
                reason, detail = seen
        self._judged.append(JudgedCandidate(program_id=name, reason=reason, detail=detail))

    def _judge_speed(
        self, name: str, ratio: float, costs: Sequence[MeasuredCost]
    ) -> tuple[RejectReason | None, str]:
        section = self._context.config.simulator
        if not self._context.executor.has_separate_confirmer(self._language.key):
            slow = ratio < section.threshold
            return (RejectReason.TOO_LITTLE_SPEEDUP, f"{ratio:.2f}x") if slow else (None, "")
        told = predict_speedup(self._model, section, (self._member, name), self._costs, costs)
        if told is None:
            return None, ""
        self._forecasts[name] = told
        if not told.skip:
            return None, ""
        counted = f"{ratio:.2f}x counted"
        return (
            RejectReason.PREDICTED_TOO_SLOW,
            f"{counted}, at most {told.interval.high:.2f}x predicted",
        )

    def build_result(self) -> MeasureResult:
        """Return what was found of all candidates so far."""
        return MeasureResult(
            slow=self._slow,
            fast=self._fast,
            candidates=tuple(self._judged),
            speedups=self._speedups,
            predicted={name: told.interval for name, told in self._forecasts.items()},
            audited=tuple(name for name, told in self._forecasts.items() if told.audited),
        )
