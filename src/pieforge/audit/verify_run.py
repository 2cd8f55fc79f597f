"""A finished pair re-derived from its own row: compiled, run on the stored tests, simulated."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import Field

from pieforge.audit.counterexample import SMALLER_RUNS, Difference, show_difference
from pieforge.audit.verify_claims import Claimed
from pieforge.audit.verify_timing import Retiming
from pieforge.config import Config
from pieforge.equivalence.comparison import Finding
from pieforge.equivalence.output_validator import Judging
from pieforge.equivalence.program_pair import Programs
from pieforge.errors import PackageError
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.output_equivalence import alike
from pieforge.graphs.finished_run import open_finished_run
from pieforge.graphs.gather import together
from pieforge.graphs.problems.suites import judge_of_inputs, right_programs
from pieforge.graphs.results import Prepared
from pieforge.graphs.run import opened_workshop
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.ledger import Ledger, LedgerReader
from pieforge.lessons.edit_kind import edit_kind
from pieforge.measurement.scaling import by_work, exponent, growth, ratios
from pieforge.problems import BUNDLED, Problem, load
from pieforge.records import EditKind, Frozen, Growth, Pair, Reason, SizeRatio

RATIO_TOLERANCE = 0.01
"""Relative difference up to which two speedups on one input count as the same: net of start-up,
where start-up was most of the time."""


class Verified(Frozen):
    """What became of one row; `broken` says what no longer holds, and is empty if all does."""

    record_id: str
    problem_id: str
    speedup: float = 0.0
    """As measured now; 0 where it did not come to that."""
    simulator: str = ""
    """Name of the simulator that measured it."""
    equal_on: int = 0
    strata: dict[str, int] = Field(default_factory=dict)
    """How many of the inputs that it was run on come from where."""
    broken: tuple[str, ...] = ()
    difference: Difference | None = None
    """What the programs do on the first input on which they are not alike, made smaller."""


async def verify_run(
    folder: Path, tell: Callable[[Verified], None], simulator: str = ""
) -> list[Verified]:
    """Re-derive every pair of a run folder, as many at once as the configuration has jobs.

    Nothing is looked up that the run itself had computed: the ledger gives the test inputs alone.
    A speedup that is a lower bound is raced for again.

    Args:
        folder: The run folder.
        tell: Called with each result as it comes.
        simulator: Name of the one that has to confirm the pairs; each row's own by default.

    Returns:
        The results, in the file's order.

    Raises:
        RunFolderError: The folder or a row cannot be read.
        ConfigError: There is no such simulator.
    """
    scratch = Ledger(Path(":memory:"))
    try:
        with open_finished_run(folder) as run:
            config = run.config
            if simulator:
                section = config.simulator.model_copy(update={"kind": simulator})
                config = config.model_copy(update={"simulator": section})
            prepared = dict(run.ledger.rows(Prepared))

            async def one(workshop: Workshop, pair: Pair) -> Verified:
                known = prepared.get(pair.problem_id)
                elsewhere = bool(simulator)
                verifying = _Verifying(
                    workshop, config, run.ledger, pair, known, elsewhere=elsewhere
                )
                found = await verifying.run()
                tell(found)
                return found

            async with opened_workshop(config, scratch, afresh=True) as workshop:
                return await together(one(workshop, pair) for pair in run.pairs)
    finally:
        scratch.close()


class _Verifying:
    """One row under examination."""

    def __init__(
        self,
        workshop: Workshop,
        config: Config,
        stored: LedgerReader,
        pair: Pair,
        prepared: Prepared | None,
        *,
        elsewhere: bool = False,
    ) -> None:
        self.workshop = workshop
        self.config = config
        self.stored = stored
        self.pair = pair
        self.elsewhere = elsewhere
        self.judging = prepared.judging if prepared else Judging()
        self.shape = prepared.shape if prepared else Shape(plain=True)
        self.prepared = prepared
        self.told = Verified(record_id=pair.record_id, problem_id=pair.problem_id)
        self.slow, self.fast = (
            workshop.register(pair.problem_id, pair.language, code)
            for code in (pair.src_code, pair.tgt_code)
        )

    async def run(self) -> Verified:
        pair, workshop = self.pair, self.workshop
        suite = self.stored.get(Suite, pair.tests_sha)
        if suite is None:
            return self._broken(f"tests {pair.tests_sha} are not in the ledger")
        known = workshop.suite([NamedInput(c.name, self.stored.blob(c.blob)) for c in suite.cases])
        if known.sha != pair.tests_sha:
            return self._broken("the stored tests are not those that the row names")
        finding = await alike(workshop, self.judging, self.slow, self.fast, known)
        self.told = self.told.model_copy(
            update={"strata": known.strata, "equal_on": finding.equal_on}
        )
        if finding.reason is not None:
            where = known.cases[finding.at].name if finding.at >= 0 else ""
            what = f"{finding.reason} {where} {finding.detail}".strip()
            return self._broken(what, difference=await self._shown(known, finding))
        retiming = Retiming(workshop, self.config.simulator, pair, known, (self.slow, self.fast))
        told = await (retiming.by_another() if self.elsewhere else retiming.by_its_own())
        self.told = self.told.model_copy(update={"simulator": told.simulator})
        broken = [
            *told.broken,
            *await self._shape_that_differs(known),
            *await self._claims_that_fail(known),
        ]
        return self._broken(*broken, speedup=told.speedup)

    async def _shape_that_differs(self, known: Suite) -> Iterator[str]:
        """Return what the row says of its speedup by input and does not find again.

        Args:
            known: All of the row's tests.
        """
        pair, workshop = self.pair, self.workshop
        names = [item.test for item in pair.ratios]
        slow, fast = [
            await workshop.measured(program, known, names) for program in (self.slow, self.fast)
        ]
        now = by_work(ratios(slow, fast, workshop.sizes(known)))
        told = growth(exponent(pair.ratios)), edit_kind(pair.src_code, pair.tgt_code, pair.language)
        return _unlike(pair, now, *told)

    async def _claims_that_fail(self, known: Suite) -> list[str]:
        """Return what other builds, repeats and the hack checks now say."""
        both = self.slow, self.fast
        names = [item.test for item in self.pair.ratios]
        if self.prepared is not None:
            names = list(self.prepared.timed.get(self.pair.language, names))
        slow, fast = [await self.workshop.measured(name, known, names) for name in both]
        row = Claimed(self.workshop, self.pair, *both, known, self.judging, self.prepared)
        texts, costs = await row.texts(self._problem()), await row.costs(slow, fast)
        return [*texts, *costs, *await row.builds()]

    def _problem(self) -> Problem | None:
        """Return the package that the row's programs were written for; None where it is gone."""
        try:
            return load((self.config.run.problem_folder or BUNDLED) / self.pair.problem_id)
        except PackageError:
            return None

    def _broken(
        self, *what: str, speedup: float = 0.0, difference: Difference | None = None
    ) -> Verified:
        return self.told.model_copy(
            update={"broken": what, "speedup": speedup, "difference": difference}
        )

    async def _shown(self, known: Suite, finding: Finding) -> Difference | None:
        """Show what differs; the input as it is where the problem's package is gone."""
        if finding.at < 0 or finding.reason is Reason.TIMED_OUT:
            return None
        case = known.cases[finding.at]
        item = NamedInput(case.name, self.stored.blob(case.blob))
        programs = Programs(self.workshop, self.slow, self.fast, self.judging)
        problem = self._problem()
        if problem is None:
            return await show_difference(
                self.workshop, programs, item, self.shape, _nothing, budget=0
            )
        right = right_programs(self.workshop, problem)
        valid = judge_of_inputs(self.workshop, problem, self.judging, right)
        return await show_difference(
            self.workshop, programs, item, self.shape, valid, budget=SMALLER_RUNS
        )


async def _nothing(inputs: Sequence[bytes]) -> list[bool]:
    return [False] * len(inputs)


def _unlike(
    pair: Pair, now: Sequence[SizeRatio], grows: Growth, kind: EditKind | None
) -> Iterator[str]:
    before = {item.test: item.ratio for item in pair.ratios}
    if before.keys() != {item.test for item in now}:
        yield f"ratios on {len(before)} tests in the row, on {len(now)} now"
    for item in now:
        told = before.get(item.test, item.ratio)
        if abs(item.ratio - told) > RATIO_TOLERANCE * told:
            yield f"{item.test}: {told:.2f}x in the row, {item.ratio:.2f}x now"
    if pair.growth is not grows:
        yield f"the row says that the speedup {pair.growth}, its ratios say that it {grows}"
    if pair.edit_kind is not kind:
        yield f"edit kind {pair.edit_kind} in the row, {kind} now"
