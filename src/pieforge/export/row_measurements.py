"""What decided about a kept pair, whichever simulator it was."""

from dataclasses import dataclass
from typing import Any, Literal

from pieforge.config import SimulatorSection
from pieforge.graphs.context import Context
from pieforge.graphs.results import Confirmed, Kept, Simulated
from pieforge.measurement.cost import Measured, speedup
from pieforge.measurement.simulators import Simulator


@dataclass(frozen=True)
class Figures:
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
    slow: Measured
    fast: Measured
    bound: Literal["exact", "lower"]
    why: str
    net_of_startup: bool
    compiler: str = ""

    def seconds(self, measured: Measured) -> dict[str, float]:
        """Return one side's simulated seconds by test."""
        return dict(zip(measured.tests, map(self.simulator.seconds, measured.ticks), strict=True))

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
            "speedup_gross": speedup(self.slow, self.fast, net_of_startup=False),
            "speedup_net_of_startup": speedup(self.slow, self.fast, net_of_startup=True),
            "startup": self.simulator.seconds(self.fast.startup),
        }

    @property
    def _built_by(self) -> dict[str, str]:
        return {"compiler": self.compiler} if self.compiler else {}


def figures(context: Context, pair: Kept) -> Figures:
    """Return the figures by which a pair was kept."""
    workshop, member = context.workshop, pair.slow.program_id
    language = pair.slow.language
    if not workshop.confirms_apart(language):
        confirmed = context.ledger.get(Confirmed, member)
        assert confirmed is not None  # noqa: S101  the pair was kept because of it
        return Figures(
            simulator=workshop.counter,
            slow=confirmed.slow,
            fast=confirmed.fast[pair.fast.program_id],
            bound="exact",
            why=_by_the_budget(context.config.simulator),
            net_of_startup=workshop.languages[language].net_of_startup,
        )
    simulated = context.ledger.get(Simulated, member)
    assert simulated is not None  # noqa: S101  the pair was kept because of it
    assert simulated.race is not None  # noqa: S101
    assert simulated.choice is not None  # noqa: S101
    simulator = workshop.confirms(language)
    built = workshop.languages[language].crossed(simulator.processor)
    return Figures(
        simulator=simulator,
        slow=simulated.race.slow,
        fast=simulated.race.fast,
        bound=simulated.race.bound,
        why=simulated.choice.why,
        net_of_startup=False,
        compiler=workshop.sandbox.compiler_version(built) if simulator.processor else "",
    )


def _by_the_budget(section: SimulatorSection) -> str:
    return (
        f"at most {section.tests} tests, the costliest on which the problem's slow submission "
        f"takes at most {section.budget_mcycles} million cycles together."
    )
