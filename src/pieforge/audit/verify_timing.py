"""Measure a pair's speedup again: by the simulator that its row names, or by another one."""

from pieforge.config import SimulatorSection
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.graphs.evidence.simulated_race import race_pair, run_cached_race
from pieforge.graphs.problems.test_selection import choose_ladder
from pieforge.measurement.cost import MeasuredCost, compute_speedup
from pieforge.measurement.simulators import Simulator
from pieforge.records import FrozenModel, ProgramText, RejectReason
from pieforge.rows import Pair

TIME_TOLERANCE = 0.001
"""Relative difference up to which two simulated times count as the same."""


class TimingResult(FrozenModel):
    """What a simulator says of a row."""

    simulator: str
    """Its name."""
    speedup: float = 0.0
    """As measured now; 0 where it did not come to that."""
    broken: tuple[str, ...] = ()
    """What of the row no longer holds, or does not hold there."""


class TimingVerifier:
    """One row under examination.

    Args:
        executor: Where programs are run.
        section: The threshold, and how a race is run.
        pair: The row.
        suite: All of its tests, on which both programs were observed.
        programs: The slow and the fast program.
    """

    def __init__(
        self,
        executor: CachedExecutor,
        section: SimulatorSection,
        pair: Pair,
        suite: Suite,
        programs: tuple[ProgramText, ProgramText],
    ) -> None:
        self._executor = executor
        self._section = section
        self._pair = pair
        self._suite = suite
        self._programs = programs

    async def verify_own(self) -> TimingResult:
        """Repeat what the row says, with the simulator that it names."""
        executor, pair = self._executor, self._pair
        if pair.confirmed_by == executor.counter.name:
            return await self._measure_whole(executor.counter, own=True)
        if pair.confirmed_by == executor.confirmer.name:
            return await self._repeat_race(executor.confirmer)
        why = f"confirmed by {pair.confirmed_by}, which the run's configuration does not name"
        return TimingResult(simulator=pair.confirmed_by, broken=(why,))

    async def verify_with_other(self) -> TimingResult:
        """Ask the executor's confirmer, which chooses inputs for itself."""
        simulator = self._executor.get_confirmer(self._pair.language)
        if simulator.name == self._pair.confirmed_by:
            return await self.verify_own()
        if not self._executor.has_separate_confirmer(self._pair.language):
            return await self._measure_whole(simulator, own=False)
        executor, section, suite = self._executor, self._section, self._suite
        rungs = await choose_ladder(executor, *self._programs, suite, section)
        # The row's ratios are counted again in any case.
        rungs = tuple(dict.fromkeys((*rungs, *(item.test for item in self._pair.ratios))))
        found = await race_pair(executor, section, self._programs, suite, rungs)
        if found is None:
            why = "no input can be counted on both programs"
            return TimingResult(simulator=simulator.name, broken=(why,))
        return self._create_result(simulator, found.race.slow, found.race.fast, found.race.ratio)

    async def _measure_whole(self, simulator: Simulator, *, own: bool) -> TimingResult:
        """Measure both programs to their ends on the row's timed tests."""
        pair, executor = self._pair, self._executor
        slow, fast = [
            await executor.measure(program, self._suite, pair.timed_tests, simulator)
            for program in self._programs
        ]
        net = pair.net_of_startup if own else executor.languages[pair.language].net_of_startup
        ratio = (
            compute_speedup(slow, fast, net_of_startup=net) if slow.gross and fast.gross else 0.0
        )
        return self._create_result(simulator, slow, fast, ratio, own=own)

    async def _repeat_race(self, simulator: Simulator) -> TimingResult:
        """Run the row's race again."""
        pair = self._pair
        exact = pair.src_runtime_is == "measured"
        found = await run_cached_race(
            self._executor,
            self._section,
            self._programs,
            self._suite,
            pair.timed_tests,
            exact=exact,
        )
        result = self._create_result(simulator, found.slow, found.fast, found.ratio, own=True)
        if result.broken or exact == (found.bound == "exact"):
            return result
        why = f"the slow program's time is {pair.src_runtime_is} in the row, {found.bound} now"
        return result.model_copy(update={"broken": (why,)})

    def _create_result(
        self,
        simulator: Simulator,
        slow: MeasuredCost,
        fast: MeasuredCost,
        ratio: float,
        *,
        own: bool = False,
    ) -> TimingResult:
        """Compare a ratio with the threshold, and its own simulator's figures with the row's."""
        took = list(zip(self._programs, (slow, fast), strict=True))
        reason, detail = check_simulated_runs(self._executor, [self._suite], took)
        broken = [f"{simulator.name}: {reason}: {detail}"] if reason is not None else []
        if own and reason in (None, RejectReason.NOT_REPEATABLE):
            pair = self._pair
            of_slow = {it.test: it.src_seconds for it in pair.timed if it.src_ticks}
            of_fast = {it.test: it.tgt_seconds for it in pair.timed}
            broken += _compare_times("src", of_slow, slow, simulator)
            broken += _compare_times("tgt", of_fast, fast, simulator)
        if reason is None and ratio < self._section.threshold:
            where = "" if own else f" by {simulator.name}"
            broken.append(f"speedup {ratio:.2f}x{where} is below {self._section.threshold}x")
        return TimingResult(simulator=simulator.name, speedup=ratio, broken=tuple(broken))


def _compare_times(
    side: str, recorded: dict[str, float], now: MeasuredCost, simulator: Simulator
) -> list[str]:
    if set(recorded) != set(now.tests):
        return [f"{side}: simulated on {len(recorded)} tests in the row, on {len(now.tests)} now"]
    return [
        f"{side} {name}: {recorded[name]:.9f} s in the row, {seconds:.9f} s now"
        for name, ticks in zip(now.tests, now.ticks, strict=True)
        if abs((seconds := simulator.convert_to_seconds(ticks)) - recorded[name])
        > TIME_TOLERANCE * recorded[name]
    ]
