"""What decided about a kept pair, whichever simulator it was."""

from dataclasses import dataclass
from typing import Any

from pieforge.config import SimulatorSection
from pieforge.graphs.context import Context
from pieforge.graphs.results import CandidateResult, require
from pieforge.measurement.cost import MeasuredCost, compute_speedup
from pieforge.measurement.simulators import Simulator
from pieforge.records import digest
from pieforge.rows import NamedValue, SpeedupEstimate, TimedTest, ToolSet


@dataclass(frozen=True)
class RowMeasurements:
    """The deciding simulator's figures.

    Attributes:
        simulator: Whose they are.
        slow: Of the slow program, as far as it was simulated.
        fast: Of the fast one.
        estimate: The speedup where the slow program was stopped; None where both ran to their ends.
        net_of_startup: Whether the ratio that decided is net of start-up.
    """

    simulator: Simulator
    slow: MeasuredCost
    fast: MeasuredCost
    estimate: SpeedupEstimate | None
    net_of_startup: bool

    @property
    def columns(self) -> dict[str, Any]:
        """Return what a row says of its figures."""
        seconds, net = self.simulator.convert_to_seconds, self.net_of_startup
        slow, fast = dict(zip(self.slow.tests, self.slow.ticks, strict=True)), self.fast
        ratio = compute_speedup(self.slow, fast, net_of_startup=net)
        estimate = self.estimate or SpeedupEstimate(value=ratio, low=ratio, high=ratio)
        of_fast = seconds(fast.net if net else fast.gross)
        of_slow = seconds(self.slow.net if net else self.slow.gross)
        of_slow = estimate.value * of_fast if self.estimate else of_slow
        return {
            "src_agg_runtime": of_slow,
            "tgt_agg_runtime": of_fast,
            "speedup": of_slow / of_fast,
            "speedup_estimate": estimate,
            "speedup_at_least": ratio,
            "src_runtime_is": "estimated" if self.estimate else "measured",
            "net_of_startup": net,
            "src_gross_runtime": seconds(self.slow.gross),
            "tgt_gross_runtime": seconds(fast.gross),
            "src_startup": seconds(self.slow.startup),
            "tgt_startup": seconds(fast.startup),
            "timed": tuple(
                TimedTest(
                    test=test,
                    src_ticks=slow.get(test, 0),
                    tgt_ticks=ticks,
                    src_seconds=seconds(slow.get(test, 0)),
                    tgt_seconds=seconds(ticks),
                )
                for test, ticks in zip(fast.tests, fast.ticks, strict=True)
            ),
            "confirmed_by": self.simulator.name,
        }


def read_measurements(context: Context, candidate: CandidateResult) -> RowMeasurements:
    """Return the figures by which a pair was kept."""
    executor, language = context.executor, candidate.slow.language
    confirmed = require(candidate.confirm)
    if confirmed.race is None:
        slow, fast = candidate.get_costs(candidate.fast.program_id)
        return RowMeasurements(
            simulator=executor.counter,
            slow=slow,
            fast=fast,
            estimate=None,
            net_of_startup=executor.languages[language].net_of_startup,
        )
    return RowMeasurements(
        simulator=executor.get_confirmer(language),
        slow=confirmed.race.slow,
        fast=confirmed.race.fast,
        estimate=confirmed.estimate,
        net_of_startup=False,
    )


def build_tool_set(context: Context, language: str) -> ToolSet:
    """Return what builds and measures the programs of a language in a run."""
    simulator = context.executor.get_confirmer(language)
    raced = context.executor.has_separate_confirmer(language)
    values = {
        "language": language,
        "compiler": context.tools[language],
        "flags": context.executor.languages[language].flags,
        "confirmed_by": simulator.name,
        "simulator_sha": simulator.sha,
        "simulator": tuple(
            NamedValue(name=name, value=value) for name, value in sorted(simulator.tools.items())
        ),
        "simulated_compiler": context.tools[f"{language}@{simulator.processor}"]
        if simulator.processor
        else "",
        "timed_tests_why": _RACE_TESTS if raced else _describe_budget(context.config.simulator),
    }
    return ToolSet.model_validate(
        {"tools_id": "t" + digest(*map(str, values.values()))[:16], **values}
    )


_RACE_TESTS = (
    "chosen for each pair by cachegrind's counts: the least expensive inputs that by prediction "
    "lead to the same decision as all."
)


def _describe_budget(section: SimulatorSection) -> str:
    return (
        f"at most {section.tests} tests, the costliest on which the problem's slow submission "
        f"takes at most {section.budget_mcycles} million cycles together."
    )
