"""Derive every pair of a run again from its row: compile, run the stored tests, simulate."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from pydantic import Field

from pieforge.audit.counterexample import MAX_SHRINKING_RUNS, Difference, show_difference
from pieforge.audit.verify_claims import ClaimVerifier
from pieforge.audit.verify_timing import TimingVerifier
from pieforge.config import Config
from pieforge.equivalence.comparison import OutputComparison
from pieforge.equivalence.output_validator import OutputRules
from pieforge.equivalence.program_pair import ProgramPair
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.finished_run import open_finished_run
from pieforge.graphs.gather import gather
from pieforge.graphs.problems.suites import collect_accepted, create_input_check
from pieforge.graphs.results import PreparedProblem
from pieforge.graphs.run import open_executor
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.ledger import Ledger, LedgerReader
from pieforge.lessons.edit_kind import classify_edit
from pieforge.measurement.scaling import (
    classify_growth,
    compute_speedups,
    fit_exponent,
    sort_by_cycles,
)
from pieforge.problems import BUNDLED, Problem, load_problem
from pieforge.records import (
    EditKind,
    FrozenModel,
    Growth,
    InputSpeedup,
    ProgramText,
    RejectReason,
)
from pieforge.rows import Pair

RATIO_TOLERANCE = 0.01
"""Relative difference up to which two speedups on one input count as the same: net of start-up,
where start-up was most of the time."""


class VerifiedPair(FrozenModel):
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
    """The first input on which the programs differ, made smaller."""


async def verify_run(
    folder: Path,
    report: Callable[[VerifiedPair], None],
    simulator: str = "",
    own: Config | None = None,
    report_line: Callable[[str], None] = lambda line: None,
) -> list[VerifiedPair]:
    """Re-derive every pair of a run folder, as many at once as the configuration has jobs.

    Nothing is looked up that the run itself had computed: the ledger gives the test inputs alone.
    A speedup that is a lower bound is raced for again.

    Args:
        folder: The run folder.
        report: Called with each result as it comes.
        simulator: Name of the one that has to confirm the pairs; each row's own by default.
        own: The user's configuration; see `read_config`.
        report_line: Receives a line for each key of run.toml that is not used.

    Returns:
        The results, in the file's order.

    Raises:
        RunFolderError: The folder or a row cannot be read.
        ConfigError: There is no such simulator.
    """
    # An empty ledger: no result of the run itself is taken over.
    scratch = Ledger(Path(":memory:"))
    try:
        with open_finished_run(folder, own, report_line) as run:
            config = run.config
            if simulator:
                section = config.simulator.model_copy(update={"kind": simulator})
                config = config.model_copy(update={"simulator": section})
            prepared = dict(run.ledger.iter_results(PreparedProblem))

            async def verify_one(executor: CachedExecutor, pair: Pair) -> VerifiedPair:
                known = prepared.get(pair.problem_id)
                elsewhere = bool(simulator)
                verifying = _PairVerifier(
                    executor, config, run.ledger, pair, known, use_other_simulator=elsewhere
                )
                found = await verifying.verify()
                report(found)
                return found

            async with open_executor(config, scratch, ignore_cache=True) as executor:
                return await gather(verify_one(executor, pair) for pair in run.pairs)
    finally:
        scratch.close()


class _PairVerifier:
    """One row under examination."""

    def __init__(
        self,
        executor: CachedExecutor,
        config: Config,
        stored: LedgerReader,
        pair: Pair,
        prepared: PreparedProblem | None,
        *,
        use_other_simulator: bool = False,
    ) -> None:
        self.executor = executor
        self.config = config
        self.stored = stored
        self.pair = pair
        self.use_other_simulator = use_other_simulator
        self.output_rules = prepared.output_rules if prepared else OutputRules()
        self.grammar = prepared.grammar if prepared else InputGrammar(unstructured=True)
        self.prepared = prepared
        self.result = VerifiedPair(record_id=pair.record_id, problem_id=pair.problem_id)
        self.slow, self.fast = (
            ProgramText.create(pair.problem_id, pair.language, code)
            for code in (pair.src_code, pair.tgt_code)
        )

    async def verify(self) -> VerifiedPair:
        pair, executor = self.pair, self.executor
        suite = self.stored.get(Suite, pair.tests_sha)
        if suite is None:
            return self._create_result(f"tests {pair.tests_sha} are not in the ledger")
        known = executor.store_suite(
            [NamedInput(c.name, self.stored.get_blob(c.blob)) for c in suite.cases]
        )
        # Stored inputs could have been exchanged: their content has to be what the row names.
        if known.sha != pair.tests_sha:
            return self._create_result("the stored tests are not those that the row names")
        finding = await compare_outputs(executor, self.output_rules, self.slow, self.fast, known)
        self.result = self.result.model_copy(
            update={"strata": known.strata, "equal_on": finding.equal_on}
        )
        if finding.reason is not None:
            where = known.cases[finding.at].name if finding.at >= 0 else ""
            what = f"{finding.reason} {where} {finding.detail}".strip()
            return self._create_result(what, difference=await self._show_difference(known, finding))
        retiming = TimingVerifier(
            executor, self.config.simulator, pair, known, (self.slow, self.fast)
        )
        timing = await (
            retiming.verify_with_other() if self.use_other_simulator else retiming.verify_own()
        )
        self.result = self.result.model_copy(update={"simulator": timing.simulator})
        broken = [
            *timing.broken,
            *await self._check_scaling(known),
            *await self._check_claims(known),
        ]
        return self._create_result(*broken, speedup=timing.speedup)

    async def _check_scaling(self, known: Suite) -> Iterator[str]:
        """Return what the row says of its speedup by input and does not find again.

        Args:
            known: All of the row's tests.
        """
        pair, executor = self.pair, self.executor
        names = [item.test for item in pair.ratios]
        slow, fast = [
            await executor.measure(program, known, names) for program in (self.slow, self.fast)
        ]
        now = sort_by_cycles(compute_speedups(slow, fast, executor.get_sizes(known)))
        derived = (
            classify_growth(fit_exponent(pair.ratios)),
            classify_edit(pair.src_code, pair.tgt_code, pair.language),
        )
        return _compare_scaling(pair, now, *derived)

    async def _check_claims(self, known: Suite) -> list[str]:
        """Return what other builds, repeats and the hack checks now say."""
        both = self.slow, self.fast
        names = [item.test for item in self.pair.ratios]
        if self.prepared is not None:
            names = list(self.prepared.timed.get(self.pair.language, names))
        slow, fast = [await self.executor.measure(name, known, names) for name in both]
        row = ClaimVerifier(
            self.executor, self.pair, *both, known, self.output_rules, self.prepared
        )
        texts, costs = (
            await row.check_texts(self._load_problem()),
            await row.check_costs(slow, fast),
        )
        return [*texts, *costs, *await row.check_builds()]

    def _load_problem(self) -> Problem | None:
        """Return the package that the row's programs were written for; None where it is gone."""
        try:
            return load_problem((self.config.run.problem_folder or BUNDLED) / self.pair.problem_id)
        except PackageError:
            return None

    def _create_result(
        self, *what: str, speedup: float = 0.0, difference: Difference | None = None
    ) -> VerifiedPair:
        return self.result.model_copy(
            update={"broken": what, "speedup": speedup, "difference": difference}
        )

    async def _show_difference(self, known: Suite, finding: OutputComparison) -> Difference | None:
        """Show what differs; without the problem's package the input is not made smaller."""
        if finding.at < 0 or finding.reason is RejectReason.TIMED_OUT:
            return None
        case = known.cases[finding.at]
        item = NamedInput(case.name, self.stored.get_blob(case.blob))
        programs = ProgramPair(self.executor, self.slow, self.fast, self.output_rules)
        problem = self._load_problem()
        if problem is None:
            return await show_difference(
                self.executor, programs, item, self.grammar, _reject_all, budget=0
            )
        accepted = collect_accepted(self.executor, problem)
        check = create_input_check(self.executor, problem, self.output_rules, accepted)
        valid = partial(self.executor.check_inputs, check)
        return await show_difference(
            self.executor, programs, item, self.grammar, valid, budget=MAX_SHRINKING_RUNS
        )


async def _reject_all(inputs: Sequence[bytes]) -> list[bool]:
    return [False] * len(inputs)


def _compare_scaling(
    pair: Pair, now: Sequence[InputSpeedup], grows: Growth, kind: EditKind | None
) -> Iterator[str]:
    before = {item.test: item.ratio for item in pair.ratios}
    if before.keys() != {item.test for item in now}:
        yield f"ratios on {len(before)} tests in the row, on {len(now)} now"
    for item in now:
        recorded = before.get(item.test, item.ratio)
        if abs(item.ratio - recorded) > RATIO_TOLERANCE * recorded:
            yield f"{item.test}: {recorded:.2f}x in the row, {item.ratio:.2f}x now"
    if pair.growth is not grows:
        yield f"the row says that the speedup {pair.growth}, its ratios say that it {grows}"
    if pair.edit_kind != (kind or "unknown"):
        yield f"edit kind {pair.edit_kind} in the row, {kind} now"
