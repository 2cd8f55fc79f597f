"""Right candidates beside their slow program, by the counter: which are fast, or may be."""

from collections.abc import Sequence
from typing import Literal, Self

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import against_costs
from pieforge.graphs.evidence.reproducibility import unfinished
from pieforge.graphs.evidence.speedup_prediction import Forecast, fitted, forecast
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Candidate, Confirmed, Prepared
from pieforge.graphs.state import CandidateState, batch_key
from pieforge.measurement.cost import Measured, joined, speedup
from pieforge.measurement.prediction.model import Model
from pieforge.records import Reason


@leaves_open("member")
async def confirm(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["scrutinise", "__end__"]]:
    """Count what the slow program and its right candidates do, and compare their times."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.workshop.source(member).problem_id]
    model = None
    if context.workshop.confirms_apart(context.workshop.source(member).language):
        model = fitted(context, batch_key(state["round"], state["batch"]))
    counting = await Counting.begun(context, prepared, member, model)
    for name in state["right"]:
        await counting.count(name)
    result = counting.result()
    context.ledger.put(result, member)
    passed = [candidate.program_id for candidate in result.candidates if candidate.reason is None]
    passed.sort(key=lambda name: (-result.speedups[name], name))
    runtime.stream_writer({"stage": "confirm", "fast": len(passed)})
    following: Literal["scrutinise", "__end__"] = "scrutinise" if passed else "__end__"
    return Command(update={"fast": passed}, goto=following)


class Counting:
    """The candidates of one slow program, counted one after the other.

    Where the counter itself confirms, its ratio decides. Where another simulator does, it ranks:
    only what is predicted too slow with the confidence that the configuration asks for is refused.
    """

    def __init__(
        self,
        context: Context,
        prepared: Prepared,
        member: str,
        slow: Sequence[Measured],
        model: Model | None,
    ) -> None:
        self._context = context
        self._prepared = prepared
        self._member = member
        self._costs = slow
        self._slow = joined(slow)
        self._model = model
        self._language = context.workshop.languages[context.workshop.source(member).language]
        self._fast: dict[str, Measured] = {}
        self._forecasts: dict[str, Forecast] = {}
        self._judged: list[Candidate] = []
        self._speedups: dict[str, float] = {}

    @classmethod
    async def begun(
        cls, context: Context, prepared: Prepared, member: str, model: Model | None
    ) -> Self:
        """Count the slow program.

        Args:
            context: The run's dependencies.
            prepared: The problem.
            member: The slow program.
            model: What the candidates are predicted by; None where nothing is.
        """
        names = prepared.timed[context.workshop.source(member).language]
        slow = await context.workshop.costs(member, prepared.selection, names)
        return cls(context, prepared, member, slow, model)

    async def count(self, name: str) -> None:
        """Count one candidate, and judge it."""
        workshop, prepared = self._context.workshop, self._prepared
        costs = await workshop.costs(name, prepared.selection, self._slow.tests)
        fast = self._fast[name] = joined(costs)
        took = [(self._member, self._slow), (name, fast)]
        reason, detail = unfinished(workshop, [prepared.selection], took)
        if reason is None:
            ratio = speedup(self._slow, fast, net_of_startup=self._language.net_of_startup)
            self._speedups[name] = ratio
            reason, detail = self._too_slow(name, ratio, costs)
            if reason is None and (seen := against_costs(self._slow, fast)):
                reason, detail = seen
        self._judged.append(Candidate(program_id=name, reason=reason, detail=detail))

    def _too_slow(
        self, name: str, ratio: float, costs: Sequence[Measured]
    ) -> tuple[Reason | None, str]:
        section = self._context.config.simulator
        if not self._context.workshop.confirms_apart(self._language.key):
            slow = ratio < section.threshold
            return (Reason.TOO_LITTLE_SPEEDUP, f"{ratio:.2f}x") if slow else (None, "")
        told = forecast(self._model, section, (self._member, name), self._costs, costs)
        if told is None:
            return None, ""
        self._forecasts[name] = told
        if not told.skip:
            return None, ""
        counted = f"{ratio:.2f}x counted"
        return Reason.PREDICTED_TOO_SLOW, f"{counted}, at most {told.interval.high:.2f}x predicted"

    def result(self) -> Confirmed:
        """Return what was found of all candidates so far."""
        return Confirmed(
            slow=self._slow,
            fast=self._fast,
            candidates=tuple(self._judged),
            speedups=self._speedups,
            predicted={name: told.interval for name, told in self._forecasts.items()},
            audited=tuple(name for name, told in self._forecasts.items() if told.audited),
        )
