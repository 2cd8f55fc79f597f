"""A pair's speedup derived anew: by the simulator that its row names, or by another one."""

from pieforge.config import SimulatorSection
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.reproducibility import unfinished
from pieforge.graphs.evidence.simulated_race import contest, raced
from pieforge.graphs.problems.test_selection import ladder
from pieforge.measurement.cost import Measured, speedup
from pieforge.measurement.simulators import Simulator
from pieforge.records import Frozen, Pair, Reason

TIME_TOLERANCE = 0.001
"""Relative difference up to which two simulated times count as the same."""


class Retimed(Frozen):
    """What a simulator says of a row."""

    simulator: str
    """Its name."""
    speedup: float = 0.0
    """As measured now; 0 where it did not come to that."""
    broken: tuple[str, ...] = ()
    """What of the row no longer holds, or does not hold there."""


class Retiming:
    """One row under examination.

    Args:
        workshop: Where programs are run.
        section: The threshold, and how a race is run.
        pair: The row.
        suite: All of its tests, on which both programs were observed.
        programs: Ids of the slow and of the fast program.
    """

    def __init__(
        self,
        workshop: Workshop,
        section: SimulatorSection,
        pair: Pair,
        suite: Suite,
        programs: tuple[str, str],
    ) -> None:
        self._workshop = workshop
        self._section = section
        self._pair = pair
        self._suite = suite
        self._programs = programs

    async def by_its_own(self) -> Retimed:
        """Repeat what the row says, with the simulator that it names."""
        workshop, pair = self._workshop, self._pair
        if pair.confirmed_by == workshop.counter.name:
            return await self._counted(workshop.counter, own=True)
        if pair.confirmed_by == workshop.confirmer.name:
            return await self._raced_again(workshop.confirmer)
        why = f"confirmed by {pair.confirmed_by}, which the run's configuration does not name"
        return Retimed(simulator=pair.confirmed_by, broken=(why,))

    async def by_another(self) -> Retimed:
        """Ask the workshop's confirmer, which chooses inputs for itself."""
        simulator = self._workshop.confirms(self._pair.language)
        if simulator.name == self._pair.confirmed_by:
            return await self.by_its_own()
        if not self._workshop.confirms_apart(self._pair.language):
            return await self._counted(simulator, own=False)
        workshop, section, suite = self._workshop, self._section, self._suite
        rungs = await ladder(workshop, *self._programs, suite, section)
        # The row's ratios are counted again in any case.
        rungs = tuple(dict.fromkeys((*rungs, *(item.test for item in self._pair.ratios))))
        found = await contest(workshop, section, self._programs, suite, rungs)
        if found is None:
            why = "no input can be counted on both programs"
            return Retimed(simulator=simulator.name, broken=(why,))
        return self._told(simulator, found.race.slow, found.race.fast, found.race.ratio)

    async def _counted(self, simulator: Simulator, *, own: bool) -> Retimed:
        """Measure both programs to their ends on the row's timed tests."""
        pair, workshop = self._pair, self._workshop
        slow, fast = [
            await workshop.measured(program, self._suite, tuple(pair.ticks_tgt), simulator)
            for program in self._programs
        ]
        net = pair.net_of_startup if own else workshop.languages[pair.language].net_of_startup
        ratio = speedup(slow, fast, net_of_startup=net) if slow.gross and fast.gross else 0.0
        return self._told(simulator, slow, fast, ratio, own=own)

    async def _raced_again(self, simulator: Simulator) -> Retimed:
        """Run the row's race again."""
        pair, tests = self._pair, tuple(self._pair.ticks_tgt)
        found = await raced(self._workshop, self._section, self._programs, self._suite, tests)
        told = self._told(simulator, found.slow, found.fast, found.ratio, own=True)
        if told.broken or found.bound == pair.speedup_bound:
            return told
        why = f"the speedup's bound is {pair.speedup_bound} in the row, {found.bound} now"
        return told.model_copy(update={"broken": (why,)})

    def _told(
        self,
        simulator: Simulator,
        slow: Measured,
        fast: Measured,
        ratio: float,
        *,
        own: bool = False,
    ) -> Retimed:
        """Compare a ratio with the threshold, and its own simulator's figures with the row's."""
        took = list(zip(self._programs, (slow, fast), strict=True))
        reason, detail = unfinished(self._workshop, [self._suite], took)
        broken = [f"{simulator.name}: {reason}: {detail}"] if reason is not None else []
        if own and reason in (None, Reason.NOT_REPEATABLE):
            pair = self._pair
            broken += _unlike("src", pair.tc2time_src, slow, simulator)
            broken += _unlike("tgt", pair.tc2time_tgt, fast, simulator)
        if reason is None and ratio < self._section.threshold:
            where = "" if own else f" by {simulator.name}"
            broken.append(f"speedup {ratio:.2f}x{where} is below {self._section.threshold}x")
        return Retimed(simulator=simulator.name, speedup=ratio, broken=tuple(broken))


def _unlike(
    side: str, recorded: dict[str, float], now: Measured, simulator: Simulator
) -> list[str]:
    if set(recorded) != set(now.tests):
        return [f"{side}: simulated on {len(recorded)} tests in the row, on {len(now.tests)} now"]
    return [
        f"{side} {name}: {recorded[name]:.9f} s in the row, {seconds:.9f} s now"
        for name, ticks in zip(now.tests, now.ticks, strict=True)
        if abs((seconds := simulator.seconds(ticks)) - recorded[name])
        > TIME_TOLERANCE * recorded[name]
    ]
