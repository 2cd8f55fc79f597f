"""What decided about a kept pair, whichever simulator it was."""

from dataclasses import dataclass
from typing import Any, Literal

from pieforge.config import SimulatorSection
from pieforge.graphs.context import Context
from pieforge.graphs.results import CandidateResult, require
from pieforge.measurement.cost import MeasuredCost, compute_speedup
from pieforge.measurement.simulators import Simulator


@dataclass(frozen=True)
class RowMeasurements:
    """The deciding simulator's figures.

    Attributes:
        simulator: Whose they are.
        slow: Of the slow program, as far as it was simulated.
        fast: Of the fast one.
        bound: `lower` where the slow program was stopped.
        why: How the tests were chosen.
        net_of_startup: Whether the ratio that decided is net of start-up.
        compiler: What built the programs for the simulator's processor; empty where that is this
            machine's, for which the row says it anyway.
    """

    simulator: Simulator
    slow: MeasuredCost
    fast: MeasuredCost
    bound: Literal["exact", "lower"]
    why: str
    net_of_startup: bool
    compiler: str = ""

    def convert_to_seconds(self, measured: MeasuredCost) -> dict[str, float]:
        """Return one side's simulated seconds by test."""
        return dict(
            zip(measured.tests, map(self.simulator.convert_to_seconds, measured.ticks), strict=True)
        )

    @property
    def columns(self) -> dict[str, Any]:
        """Return what a row says of its figures, run times aside."""
        return {
            "confirmed_by": self.simulator.name,
            "simulator_sha": self.simulator.sha,
            "simulator": dict(sorted({**self.simulator.tools, **self._built_by}.items())),
            "ticks_src": dict(zip(self.slow.tests, self.slow.ticks, strict=True)),
            "ticks_tgt": dict(zip(self.fast.tests, self.fast.ticks, strict=True)),
            "timed_tests_why": self.why,
            "speedup_bound": self.bound,
            "net_of_startup": self.net_of_startup,
            "speedup_gross": compute_speedup(self.slow, self.fast, net_of_startup=False),
            "speedup_net_of_startup": compute_speedup(self.slow, self.fast, net_of_startup=True),
            "startup": self.simulator.convert_to_seconds(self.fast.startup),
        }

    @property
    def _built_by(self) -> dict[str, str]:
        return {"compiler": self.compiler} if self.compiler else {}


def read_measurements(context: Context, candidate: CandidateResult) -> RowMeasurements:
    """Return the figures by which a pair was kept."""
    executor, language = context.executor, candidate.slow.language
    confirmed = require(candidate.confirm)
    if confirmed.race is None:
        counted = require(candidate.measure)
        return RowMeasurements(
            simulator=executor.counter,
            slow=counted.slow,
            fast=counted.fast[candidate.fast.program_id],
            bound="exact",
            why=_describe_budget(context.config.simulator),
            net_of_startup=executor.languages[language].net_of_startup,
        )
    simulator = executor.get_confirmer(language)
    return RowMeasurements(
        simulator=simulator,
        slow=confirmed.race.slow,
        fast=confirmed.race.fast,
        bound=confirmed.race.bound,
        why=require(confirmed.choice).why,
        net_of_startup=False,
        compiler=context.tools[f"{language}@{simulator.processor}"] if simulator.processor else "",
    )


def _describe_budget(section: SimulatorSection) -> str:
    return (
        f"at most {section.tests} tests, the costliest on which the problem's slow submission "
        f"takes at most {section.budget_mcycles} million cycles together."
    )
