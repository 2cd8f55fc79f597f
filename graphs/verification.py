"""A finished pair re-derived from its own row: compiled, run on the stored tests, simulated."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from pieforge.config import Config
from pieforge.edit_kind import edit_kind
from pieforge.errors import PackageError, RunFolderError
from pieforge.files import read_jsonl
from pieforge.graphs.agreement import alike
from pieforge.graphs.differences import SMALLER_RUNS, Difference, Programs
from pieforge.graphs.folder import read_config
from pieforge.graphs.reverification import Claimed
from pieforge.graphs.runs import opened_workshop
from pieforge.graphs.scaling import by_work, ratios
from pieforge.graphs.stages import Prepared, Suite
from pieforge.graphs.suites import judge_of_inputs, right_programs
from pieforge.graphs.together import together
from pieforge.graphs.workshop import Workshop
from pieforge.problems import BUNDLED, Problem, load
from pieforge.records import EditKind, Frozen, Growth, Pair, Reason, SizeRatio, Verdict
from pieforge.sandbox.confirm import Measured, speedup
from pieforge.sandbox.growth import exponent, growth
from pieforge.sandbox.inputs import NamedInput
from pieforge.sandbox.inputs.shape import Shape
from pieforge.sandbox.judging import Judging
from pieforge.sandbox.verify import Finding
from pieforge.store import Ledger

TIME_TOLERANCE = 0.001
"""Relative difference up to which two simulated times count as the same."""
RATIO_TOLERANCE = 0.01
"""The same for speedups net of start-up, where start-up was most of the time."""


class Verified(Frozen):
    """What became of one row; `broken` says what no longer holds, and is empty if all does."""

    record_id: str
    problem_id: str
    speedup: float = 0.0
    """As measured now; 0 where it did not come to that."""
    equal_on: int = 0
    strata: dict[str, int] = Field(default_factory=dict)
    """How many of the inputs that it was run on come from where."""
    broken: tuple[str, ...] = ()
    difference: Difference | None = None
    """What the programs do on the first input on which they are not alike, made smaller."""


async def verify_run(folder: Path, tell: Callable[[Verified], None]) -> list[Verified]:
    """Re-derive every pair of a run folder, as many at once as the configuration has jobs.

    Nothing is looked up that the run itself had computed: the ledger gives the test inputs alone.

    Args:
        folder: The run folder.
        tell: Called with each result as it comes.

    Returns:
        The results, in the file's order.

    Raises:
        RunFolderError: The folder or a row cannot be read.
    """
    config = read_config(folder)
    pairs = _pairs(folder / "pairs.jsonl")
    stored = Ledger(folder / "state" / "ledger.sqlite")
    scratch = Ledger(Path(":memory:"))

    prepared = dict(stored.rows(Prepared))

    async def one(workshop: Workshop, pair: Pair) -> Verified:
        known = prepared.get(pair.problem_id)
        found = await _Verifying(workshop, config, stored, pair, known).run()
        tell(found)
        return found

    try:
        async with opened_workshop(config, scratch) as workshop:
            return await together(one(workshop, pair) for pair in pairs)
    finally:
        scratch.close()
        stored.close()


def _pairs(path: Path) -> list[Pair]:
    pairs = []
    for number, row in enumerate(read_jsonl(path), 1):
        try:
            pairs.append(Pair.model_validate(row))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise RunFolderError(
                f"row {number} is no pair: {key}: {first['msg']}", where=str(path)
            ) from error
    return pairs


class _Verifying:
    """One row under examination."""

    def __init__(
        self,
        workshop: Workshop,
        config: Config,
        stored: Ledger,
        pair: Pair,
        prepared: Prepared | None,
    ) -> None:
        self.workshop = workshop
        self.config = config
        self.stored = stored
        self.pair = pair
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
        names = tuple(pair.tc2time_src)
        slow_now = await workshop.measured(self.slow, known, names)
        fast_now = await workshop.measured(self.fast, known, names)
        ratio = speedup(slow_now, fast_now, net_of_startup=pair.net_of_startup)
        broken = [
            *_times_that_differ(workshop, "src", pair.tc2time_src, slow_now),
            *_times_that_differ(workshop, "tgt", pair.tc2time_tgt, fast_now),
            *await self._shape_that_differs(known, slow_now, fast_now),
            *await self._claims_that_fail(known, slow_now, fast_now),
        ]
        threshold = self.config.simulator.threshold
        if ratio < threshold:
            broken.append(f"speedup {ratio:.2f}x is below {threshold}x")
        return self._broken(*broken, speedup=ratio)

    async def _shape_that_differs(
        self, known: Suite, slow: Measured, fast: Measured
    ) -> Iterator[str]:
        """Return what the row says of its speedup and does not find again.

        Args:
            known: All of the row's tests.
            slow: The slow program, measured on the timed ones.
            fast: The fast program, measured on them.
        """
        pair, workshop = self.pair, self.workshop
        measured = [(slow, fast)]
        smaller = [item.test for item in pair.ratios if item.test not in pair.tc2time_src]
        if smaller:
            slow_too, fast_too = [
                await workshop.measured(program, known, smaller)
                for program in (self.slow, self.fast)
            ]
            measured.append((slow_too, fast_too))
        sizes = workshop.sizes(known)
        now = by_work([item for both in measured for item in ratios(*both, sizes)])
        told = growth(exponent(pair.ratios)), edit_kind(pair.src_code, pair.tgt_code, pair.language)
        return _unlike(pair, now, *told)

    async def _claims_that_fail(self, known: Suite, slow: Measured, fast: Measured) -> list[str]:
        """Return what other builds, repeats and the hack checks now say."""
        both = self.slow, self.fast
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
            return await programs.shown(item, self.shape, _nothing, budget=0)
        right = right_programs(self.workshop, problem)
        valid = judge_of_inputs(self.workshop, problem, self.judging, right)
        return await programs.shown(item, self.shape, valid, budget=SMALLER_RUNS)


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


def _times_that_differ(
    workshop: Workshop, side: str, recorded: dict[str, float], now: Measured
) -> list[str]:
    if now.verdict is not Verdict.AC:
        return [f"{side}: the simulation ended with {now.verdict}"]
    return [
        f"{side} {name}: {recorded[name]:.9f} s in the row, {seconds:.9f} s now"
        for name, ticks in zip(now.tests, now.ticks, strict=True)
        if abs((seconds := workshop.simulator.seconds(ticks)) - recorded[name])
        > TIME_TOLERANCE * recorded[name]
    ]
