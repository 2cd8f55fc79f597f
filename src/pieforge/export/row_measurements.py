"""What decided about a kept pair, whichever simulator it was."""

from dataclasses import dataclass
from typing import Any, Literal

from pieforge.config import SimulatorSection
from pieforge.graphs.context import Context
from pieforge.graphs.results import ConfirmResult, KeptPair, MeasureResult
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


def load_measurements(context: Context, pair: KeptPair) -> RowMeasurements:
    """Return the figures by which a pair was kept."""
    executor, member = context.executor, pair.slow.program_id
    language = pair.slow.language
    if not executor.has_separate_confirmer(language):
        confirmed = context.ledger.get(MeasureResult, member)
        assert confirmed is not None  # noqa: S101  the pair was kept because of it
        return RowMeasurements(
            simulator=executor.counter,
            slow=confirmed.slow,
            fast=confirmed.fast[pair.fast.program_id],
            bound="exact",
            why=_describe_budget(context.config.simulator),
            net_of_startup=executor.languages[language].net_of_startup,
        )
    simulated = context.ledger.get(ConfirmResult, member)
    assert simulated is not None  # noqa: S101  the pair was kept because of it
    assert simulated.race is not None  # noqa: S101
    assert simulated.choice is not None  # noqa: S101
    simulator = executor.get_confirmer(language)
    built = executor.languages[language].apply_cross_build(simulator.processor)
    return RowMeasurements(
        simulator=simulator,
        slow=simulated.race.slow,
        fast=simulated.race.fast,
        bound=simulated.race.bound,
        why=simulated.choice.why,
        net_of_startup=False,
        compiler=executor.sandbox.get_compiler_version(built) if simulator.processor else "",
    )


def _describe_budget(section: SimulatorSection) -> str:
    return (
        f"at most {section.tests} tests, the costliest on which the problem's slow submission "
        f"takes at most {section.budget_mcycles} million cycles together."
    )
