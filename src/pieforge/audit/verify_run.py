"""Derive every row of a run again, by the code that made it, and compare it field by field.

A row is compared twice. First with the row that the exporter builds from the folder's ledger: any
altered field differs. Then its pair is judged again: the nodes of the candidate's graph run on the
two source texts, with the problem as the user's own package has it, on the user's own tools. Their
results replace the ledger's, and the exporter builds the row once more.

What cannot be looked at is no reason to trust it: a row without evidence *cannot be verified*.
"""

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime
from pydantic import Field

from pieforge.agents.author import Author
from pieforge.agents.models.client import open_model
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Optimizer
from pieforge.config import Config, VerificationSection
from pieforge.equivalence.program_pair import ProgramPair
from pieforge.errors import MachineError, PackageError, PieforgeError, RunFolderError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.export.run_files import build_tables
from pieforge.files import lock_file, translate_os_errors
from pieforge.graphs.budget import Budget
from pieforge.graphs.classes.input_format import collect_formats
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.counterexample import MAX_SHRINKING_RUNS, Difference, show_difference
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.evidence.stress_inputs import STRATUM
from pieforge.graphs.evidence.stress_ratio import judge_by_stress, measure_on_stress
from pieforge.graphs.finished_run import FinishedRun, open_finished_run
from pieforge.graphs.gather import gather
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.problems.suites import create_input_check
from pieforge.graphs.results import (
    CandidateResult,
    CheckOutputsResult,
    CorpusView,
    FittedTimeModel,
    OptimizeResult,
    PreparedProblem,
    ProgramReply,
    StressResult,
    require,
)
from pieforge.graphs.run import apply_package_limits, list_tools, open_executor
from pieforge.graphs.self_play import CANDIDATE_STAGES
from pieforge.inputs import NamedInput, get_stratum
from pieforge.ledger import Ledger
from pieforge.problems import BUNDLED, Problem, list_packages, load_named_problem
from pieforge.problems.split import read_split
from pieforge.records import (
    FrozenModel,
    Origin,
    Program,
    ProgramText,
    RejectReason,
    compute_pair_id,
    digest,
)
from pieforge.rows import Pair, ProgramRow
from pieforge.sandbox.native.build import get_default_cache
from pieforge.stored_rows import StoredRow

TOLERANCE = 0.001
"""Relative difference up to which two simulated figures count as the same: cachegrind's counts
depend a little on the host's processor."""
_RATIO_TOLERANCE = 0.01
"""The same for the speedup on one input and its trend: net of start-up, where start-up was most of
the time."""
_RATIO_COLUMNS = frozenset({"ratios", "growth_exponent"})


class RowState(StrEnum):
    """What became of a row."""

    HOLDS = "holds"
    BROKEN = "no longer holds"
    UNVERIFIED = "cannot be verified"


class FieldDifference(FrozenModel):
    """A field that is not as it follows from the evidence; both values as JSON, cut."""

    column: str
    row: str
    derived: str
    source: str
    """What it was derived from: `ledger`, `text`, or `recomputed`."""


class VerifiedPair(FrozenModel):
    """What became of one row."""

    number: int
    """Its line in pairs.jsonl."""
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
    """What no longer holds."""
    fields: tuple[FieldDifference, ...] = ()
    """The fields that differ."""
    missing: tuple[str, ...] = ()
    """Why it cannot be verified."""
    difference: Difference | None = None
    """The first input on which the programs differ, made smaller."""

    @property
    def state(self) -> RowState:
        """What became of it: a difference counts for more than missing evidence."""
        if self.broken or self.fields:
            return RowState.BROKEN
        return RowState.UNVERIFIED if self.missing else RowState.HOLDS


class FileDifference(FieldDifference):
    """A field of an exported file other than pairs.jsonl that does not follow from the ledger."""

    file: str
    number: int
    """Of the row in the file, from 1."""


class VerifiedRun(FrozenModel):
    """What became of a run's rows."""

    pairs: tuple[VerifiedPair, ...]
    files: tuple[FileDifference, ...]


@dataclass(frozen=True)
class VerifyOptions:
    """What is verified, and by whom.

    Attributes:
        own: The user's configuration; see `read_config`.
        simulator: Name of the one that has to confirm the pairs; each row's own by default.
        sample: How many rows are chosen at random; all by default.
        report: Called with each pair that was judged again, and how many are left.
        report_line: Receives a line for each key of run.toml that is not used.
    """

    own: Config | None = None
    simulator: str = ""
    sample: int | None = None
    report: Callable[[VerifiedPair, int], None] = lambda found, left: None
    report_line: Callable[[str], None] = lambda line: None


async def verify_run(folder: Path, options: VerifyOptions | None = None) -> VerifiedRun:
    """Verify the pairs of a run folder, as many at once as the configuration has jobs.

    Nothing in the folder is written. Progress is kept in the user's cache until all is done, so
    that an interrupted call can be repeated.

    Args:
        folder: The run folder.
        options: What is verified.

    Returns:
        The results, in the order of pairs.jsonl, and the differences in the other files.

    Raises:
        RunFolderError: The folder cannot be read.
        ConfigError: There is no such simulator.
        MachineError: This machine cannot run the programs.
    """
    options = options or VerifyOptions()
    with open_finished_run(folder, options.own, options.report_line) as run:
        config = run.config
        config = config.model_copy(update={"verification": VerificationSection()})
        if options.simulator:
            section = config.simulator.model_copy(update={"kind": options.simulator})
            config = config.model_copy(update={"simulator": section})
        rows = run.rows
        if options.sample is not None and options.sample < len(rows):
            # Not by a seed: a forger could compute which rows would not be looked at.
            chosen = random.SystemRandom().sample(range(len(rows)), options.sample)
            rows = tuple(rows[at] for at in sorted(chosen))
        async with AsyncExitStack() as stack:
            progress = await _open_progress(stack, folder, config)
            executor = await stack.enter_async_context(open_executor(config, progress.ledger))
            verifier = _RunVerifier(run, config, executor, progress.tools, options)
            await verifier.prepare(stack, rows)
            pairs = await verifier.verify(rows)
            files = verifier.compare_files(folder)
        progress.path.unlink(missing_ok=True)
        return VerifiedRun(pairs=tuple(pairs), files=tuple(files))


@dataclass(frozen=True)
class _Progress:
    """What was computed so far; for the same folder, configuration and tools."""

    path: Path
    ledger: Ledger
    tools: Mapping[str, str]


async def _open_progress(stack: AsyncExitStack, folder: Path, config: Config) -> _Progress:
    scratch = Ledger(Path(":memory:"))
    stack.callback(scratch.close)
    async with open_executor(config, scratch) as executor:
        tools = await list_tools(config, executor)
    path = _create_progress_path(folder, config, tools)
    stack.enter_context(lock_file(path.with_suffix(".lock")))
    ledger = Ledger(path)
    stack.callback(ledger.close)
    return _Progress(path, ledger, tools)


def _create_progress_path(folder: Path, config: Config, tools: Mapping[str, str]) -> Path:
    place = (config.sandbox.cache or get_default_cache()) / "verified"
    with translate_os_errors(place):
        place.mkdir(parents=True, exist_ok=True)
    key = digest(os.path.realpath(folder), config.model_dump_json(), json.dumps(tools))
    return place / f"{key[:32]}.sqlite"


@dataclass
class _Judged:
    """A row that was looked at, before its fields are compared with what was recomputed."""

    row: StoredRow
    result: VerifiedPair
    candidate: CandidateResult | None = None
    """What the nodes found out, as far as they came."""
    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    fields: list[FieldDifference] = field(default_factory=list)
    difference: Difference | None = None

    def finish(self) -> VerifiedPair:
        return self.result.model_copy(
            update={
                "broken": tuple(dict.fromkeys(self.broken)),
                "missing": tuple(dict.fromkeys(self.missing)),
                "fields": tuple({it.column: it for it in reversed(self.fields)}.values())[::-1],
                "difference": self.difference,
            }
        )


class _RunVerifier:
    """The rows of one run under examination."""

    def __init__(
        self,
        run: FinishedRun,
        config: Config,
        executor: CachedExecutor,
        tools: Mapping[str, str],
        options: VerifyOptions,
    ) -> None:
        self._run = run
        self._config = config
        self._executor = executor
        self._tools = tools
        self._options = options
        self._problems: dict[str, Problem] = {}
        self._unknown: dict[str, str] = {}
        """Why a problem cannot be used, by its name."""
        self._tables: dict[str, Sequence[FrozenModel]] = {}
        """All exported rows as the ledger gives them, by file; empty if it gives none."""
        self._stored: dict[str, Pair] = {}
        self._no_records = ""
        """Why there is no row to compare with."""
        self._left = 0
        self._mixed = ""
        """Which parts of the split the run mixes; empty for none."""

    async def prepare(self, stack: AsyncExitStack, rows: Iterable[StoredRow]) -> None:
        """Check the problems' packages as a run does, and build the rows that the ledger gives."""
        names = {row.pair.problem_id for row in rows if row.pair is not None}
        self._load_problems(names | {name for name, _ in self._iter_prepared()})
        limits = {
            name: apply_package_limits(self._config.limits, problem.limits)
            for name, problem in self._problems.items()
        }
        self._executor = replace(self._executor, problem_limits=limits)
        prepared = await gather(
            self._prepare_problem(name) for name in sorted(names & self._problems.keys())
        )
        model = await stack.enter_async_context(open_model(ModelSettings(), {}))
        self._context = Context(
            folder=Path(),
            config=self._config,
            ledger=self._executor.ledger,
            executor=self._executor,
            author=Author(model),  # neither is asked anything
            optimizer=Optimizer(model),
            problems=self._problems,
            prepared={it.problem_id: it for it in prepared if it is not None},
            formats=(),
            tools=self._tools,
            export=lambda context: None,
            budget=Budget(self._config.budget, self._executor.ledger),
        )
        if not isinstance(self._run.ledger, Ledger):
            self._no_records = (
                "the run is of an earlier schema version, without what rows follow from"
            )
            return
        self._tables = self._build_tables()
        self._stored = _index_pairs(self._tables)
        self._mixed = self._find_mixed_parts()

    def _find_mixed_parts(self) -> str:
        """Return which problems of the run's programs the split keeps apart; empty for none."""
        programs = self._tables.get("programs.jsonl", ())
        used = {it.problem_id for it in programs if isinstance(it, ProgramRow)}
        root = self._config.run.problem_folder or BUNDLED
        split = read_split(root, list_packages(root))
        parts = {split[name]: name for name in sorted(used) if name in split}
        if len(parts) < 2:
            return ""
        return ", ".join(f"{name} is in {part}" for part, name in sorted(parts.items()))

    def _iter_prepared(self) -> Iterator[tuple[str, PreparedProblem]]:
        try:
            yield from self._run.ledger.iter_results(PreparedProblem)
        except RunFolderError as error:
            self._no_records = error.what

    def _load_problems(self, names: Iterable[str]) -> None:
        root = self._config.run.problem_folder or BUNDLED
        for name in names:
            try:
                self._problems[name] = load_named_problem(root, name)
            except PackageError as error:
                self._unknown[name] = f"problem {name!r}: {error.what} ({error.where})"

    async def _prepare_problem(self, name: str) -> PreparedProblem | None:
        try:
            return await prepare_problem(self._executor, self._problems[name], self._config)
        except PackageError as error:
            self._unknown[name] = f"problem {name!r}: {error.what} ({error.where})"
            return None

    def _build_tables(self) -> dict[str, Sequence[FrozenModel]]:
        """Return the exported rows that the run's ledger gives, as far as problems are known."""
        ledger = self._run.ledger
        assert isinstance(ledger, Ledger)  # noqa: S101  of the present schema version
        try:
            known = dict(ledger.iter_results(PreparedProblem))
            problems = {name: it for name, it in sorted(self._problems.items()) if name in known}
            executor = replace(self._executor, ledger=ledger)
            prepared = {name: known[name] for name in problems}
            seed = self._config.run.seed
            context = replace(
                self._context,
                ledger=ledger,
                executor=executor,
                problems=problems,
                prepared=prepared,
                formats=collect_formats(executor, problems, prepared, seed=seed),
                tools=self._run.tools,
                view=ledger.get(CorpusView, ""),
            )
            return build_tables(context)
        # Records that were forged or damaged fit together in no way that could be foreseen.
        except (PieforgeError, LookupError, AssertionError, ArithmeticError, ValueError) as error:
            what = error.what if isinstance(error, PieforgeError) else repr(error)
            self._no_records = f"the ledger's records make no rows: {what}"
            return {}

    async def verify(self, rows: Iterable[StoredRow]) -> list[VerifiedPair]:
        """Return what became of the rows."""
        judged = [self._compare_with_ledger(row) for row in rows]
        seen: dict[str, int] = {}
        for it in judged:
            first = seen.setdefault(it.result.record_id, it.row.number)
            if first != it.row.number:
                it.broken.append(f"the same pair as in row {first}")
            if self._mixed:
                it.broken.append(f"the run mixes parts of the split: {self._mixed}")
        self._left = len(judged)
        await gather(self._judge(it) for it in judged)
        self._compare_with_recomputed(judged)
        return [it.finish() for it in judged]

    def _compare_with_ledger(self, row: StoredRow) -> _Judged:
        pair, values = row.pair, row.values
        name = str(values.get("record_id", ""))
        result = VerifiedPair(
            number=row.number, record_id=name, problem_id=str(values.get("problem_id", ""))
        )
        it = _Judged(row, result)
        if row.fault:
            it.broken.append(row.fault)
        stored = self._stored.get(name) or self._find_by_programs(values)
        if stored is not None:
            differences = _compare_fields(values, stored, "ledger")
            # The id of the tools follows from this machine's simulator, too.
            other = self._has_other_simulator
            it.fields += (one for one in differences if not (other and one.column == "tools_id"))
        elif not row.fault:
            it.missing.append(self._no_records or "the run's ledger has no such pair")
        if pair is not None:
            it.fields += _check_ids(pair)
            if why := self._unknown.get(pair.problem_id):
                it.missing.append(why)
        return it

    @property
    def _has_other_simulator(self) -> bool:
        names = {self._executor.counter.name, self._executor.confirmer.name}
        return any(self._run.tools.get(name) != self._tools.get(name) for name in names)

    def _find_by_programs(self, values: Mapping[str, Any]) -> Pair | None:
        both = values.get("src_id"), values.get("tgt_id")
        return next((it for it in self._stored.values() if (it.src_id, it.tgt_id) == both), None)

    async def _judge(self, it: _Judged) -> None:
        """Judge a row's programs again, where its problem is known."""
        pair = it.row.pair
        try:
            if pair is not None and pair.problem_id in self._context.prepared:
                await _PairJudge(self._context, self._run, it, pair).judge()
        except MachineError:
            raise
        except PieforgeError as error:
            it.missing.append(error.what)
        self._left -= 1
        self._options.report(it.finish(), self._left)

    def _compare_with_recomputed(self, judged: Iterable[_Judged]) -> None:
        """Let the exporter build the rows from what was found now, and compare."""
        if not self._stored:
            return
        ledger = self._run.ledger
        assert isinstance(ledger, Ledger)  # noqa: S101  it gave the stored rows
        compared = []
        for it in judged:
            stored = self._stored.get(it.result.record_id)
            pair, now = it.row.pair, it.candidate
            if stored is None or pair is None or now is None or now.fit_scaling is None:
                continue
            if (pair.src_code, pair.tgt_code) != (stored.src_code, stored.tgt_code):
                continue  # the texts are not those of the record: that is reported
            before = require(ledger.get(CandidateResult, stored.src_id))
            comparable = self._explain_incomparable(it, pair.language)
            ledger.put(_replace_evidence(before, now, figures=comparable), stored.src_id)
            compared.append((it, pair))
        rows = _index_pairs(self._build_tables())
        for it, pair in compared:
            derived = rows.get(pair.record_id)
            if derived is None:
                it.missing.append(self._no_records or "no row follows from what was recomputed")
            else:
                it.fields += _compare_fields(it.row.values, derived, "recomputed", TOLERANCE)

    def _explain_incomparable(self, it: _Judged, language: str) -> bool:
        """Return whether figures can be compared; if not, the row says why."""
        if self._options.simulator:
            return False
        executor = self._executor
        names = [language, executor.counter.name, executor.get_confirmer(language).name]
        names += [
            name for name in self._run.tools if name.startswith((f"{language}+", f"{language}@"))
        ]
        changed = [
            f"{name} was {self._run.tools.get(name)!r} and is {self._tools.get(name)!r}"
            for name in dict.fromkeys(names)
            if self._run.tools.get(name) != self._tools.get(name)
        ]
        if changed:
            it.missing.append(f"its figures are not comparable: {'; '.join(changed)}")
        return not changed

    def compare_files(self, folder: Path) -> Iterator[FileDifference]:
        """Yield what differs in the other exported files from what the ledger gives."""
        changed = self._run.tools != self._tools
        if not self._stored:
            return
        for name, rows in self._tables.items():
            # tools.json also says what this machine's simulator is. A file that was left out says
            # nothing wrong.
            if (
                name == "pairs.jsonl"
                or self._unknown
                or (changed and name == "tools.json")
                or not (folder / name).exists()
            ):
                continue
            values = _read_table(folder / name)
            for at in range(max(len(rows), len(values))):
                derived = rows[at].model_dump(mode="json") if at < len(rows) else {}
                row = values[at] if at < len(values) else {}
                for it in _compare_values(row, derived, "ledger"):
                    yield FileDifference(file=name, number=at + 1, **it.model_dump())


def _index_pairs(tables: Mapping[str, Sequence[FrozenModel]]) -> dict[str, Pair]:
    pairs = (pair for pair in tables.get("pairs.jsonl", ()) if isinstance(pair, Pair))
    return {pair.record_id: pair for pair in pairs}


def _read_table(path: Path) -> list[dict[str, Any]]:
    """Return the rows of an exported file; what is no row is an empty one."""
    try:
        text = path.read_text()
        lines = text.splitlines() if path.suffix == ".jsonl" else None
        values = list(map(json.loads, lines)) if lines is not None else json.loads(text)
        values = values if isinstance(values, list) else [values]
    except (OSError, ValueError, RecursionError):
        return []
    return [row if isinstance(row, dict) else {} for row in values]


class _PairJudge:
    """Two programs, judged by the nodes of the candidate's graph."""

    def __init__(self, context: Context, run: FinishedRun, it: _Judged, pair: Pair) -> None:
        self._context = context
        self._run = run
        self._it = it
        self._pair = pair
        self._prepared = context.prepared[pair.problem_id]
        self._runtime = Runtime(context=context)
        self._fast = ProgramText.create(pair.problem_id, pair.language, pair.tgt_code)
        slow = ProgramText.create(pair.problem_id, pair.language, pair.src_code)
        self._slow = Program(**slow.model_dump(), origin=Origin.AUTHOR, round=pair.round)

    async def judge(self) -> None:
        """Run the stages, up to the first that refuses the pair."""
        it, pair = self._it, self._pair
        if pair.language not in self._prepared.slow:
            it.missing.append(
                f"problem {pair.problem_id!r} has no submissions in {pair.language!r}"
            )
            return
        candidate = self._create_candidate()
        for name, stage in CANDIDATE_STAGES.items():
            if name == "optimize":  # its answer is the row's fast program
                continue
            found = await (
                self._judge_stress(candidate)
                if name == "stress"
                else stage(candidate, self._runtime)
            )
            candidate = candidate.model_copy(update={name: found})
            if name == "check_outputs":
                candidate = await self._compare_on_own_tests(candidate)
            if name != "fit_scaling" and not candidate.has_passed(name):
                await self._explain_refusal(name, candidate)
                break
            self._note(candidate)
        else:
            await self._check_behavior(candidate)
        it.candidate = candidate

    async def _judge_stress(self, candidate: CandidateResult) -> StressResult:
        """Measure on the stress inputs that the row's tests hold; nothing is searched again."""
        tests = candidate.get_compared(self._fast.program_id).tests_sha
        suite = require(self._context.ledger.get(Suite, tests))
        named = self._context.executor.get_named_inputs(suite)
        inputs = [item for item in named if get_stratum(item.name) == STRATUM]
        measured = {}
        if inputs and require(candidate.measure).accepted:
            found = await measure_on_stress(self._context, candidate, self._fast, inputs)
            measured[self._fast.program_id] = found
        return judge_by_stress(self._context, candidate, measured)

    async def _check_behavior(self, candidate: CandidateResult) -> None:
        """Compare a pair that claims to solve its problem with a submission that does."""
        if self._pair.behavior != "problem":
            return
        [compared] = require(candidate.check_outputs).candidates
        executor, [right, *_] = self._context.executor, self._prepared.accepted
        suite = require(executor.ledger.get(Suite, compared.tests_sha))
        rules = self._prepared.output_rules
        finding = await compare_outputs(executor, rules, right, self._slow, suite)
        if finding.reason is not None:
            found = _create_difference("behavior", "problem", "variant", "recomputed")
            self._it.fields.append(found)

    def _create_candidate(self) -> CandidateResult:
        stored = (
            self._run.ledger.get(CandidateResult, self._slow.program_id)
            if isinstance(self._run.ledger, Ledger)
            else None
        )
        batch = stored.batch if stored is not None else ""
        # What the race's inputs are chosen by was fitted on the whole run: it is taken as recorded.
        model = self._run.ledger.get(FittedTimeModel, batch) if stored is not None else None
        if model is not None:
            self._context.ledger.put(model, batch)
        answer = OptimizeResult.model_construct(replies=(ProgramReply(program=self._fast),))
        return CandidateResult(slow=self._slow, batch=batch).model_copy(update={"optimize": answer})

    def _note(self, candidate: CandidateResult) -> None:
        """Keep what is known so far for the report."""
        update: dict[str, Any] = {}
        if candidate.check_outputs is not None:
            [compared] = candidate.check_outputs.candidates
            tests = self._context.ledger.get(Suite, compared.tests_sha)
            update = {"equal_on": compared.equal_on, "strata": require(tests).strata}
        if (confirmed := candidate.confirm) is not None:
            update |= {"speedup": confirmed.ratio, "simulator": confirmed.by}
        self._it.result = self._it.result.model_copy(update=update)

    async def _explain_refusal(self, stage: str, candidate: CandidateResult) -> None:
        found = getattr(candidate, stage)
        judged = found if stage == "vet" else found.candidates[-1]
        side = "src" if stage == "vet" else "tgt"
        self._it.broken.append(f"{side}: {judged.reason} {judged.detail}".strip())
        if judged.reason is RejectReason.DIFFERENT_OUTPUT:
            self._it.difference = await self._show_difference(candidate)

    async def _compare_on_own_tests(self, candidate: CandidateResult) -> CandidateResult:
        """Compare on the inputs that were found for this very pair, which the row's tests hold."""
        pair, executor, prepared = self._pair, self._context.executor, self._prepared
        checked = require(candidate.check_outputs)
        [compared] = checked.candidates
        if compared.reason is not None or pair.tests_sha == compared.tests_sha:
            return candidate
        own = self._load_own_tests()
        common = executor.get_named_inputs(prepared.all_inputs)
        if lost := [item.name for item in common if item not in own]:
            raise RunFolderError(
                f"{len(lost)} of the problem's tests are not in the row's, such as {lost[0]}"
            )
        fresh = [item for item in own if item not in common]
        check = create_input_check(
            executor,
            self._context.problems[pair.problem_id],
            prepared.output_rules,
            prepared.accepted,
        )
        valid = await executor.check_inputs(check, [item.data for item in fresh])
        if wrong := [item.name for item, good in zip(fresh, valid, strict=True) if not good]:
            self._it.broken.append(f"tests_sha: {wrong[0]} is no valid input of the problem")
        rules = prepared.output_rules
        suite = executor.store_suite(fresh)
        finding = await compare_outputs(executor, rules, self._slow, self._fast, suite)
        where = suite.cases[finding.at].name if finding.at >= 0 else ""
        compared = compared.model_copy(
            update={
                "reason": finding.reason,
                "detail": f"{where} {finding.detail}".strip(),
                "equal_on": compared.equal_on + finding.equal_on,
                "tests_sha": executor.store_suite(own).sha,
            }
        )
        result = CheckOutputsResult(candidates=(compared,))
        return candidate.model_copy(update={"check_outputs": result})

    def _load_own_tests(self) -> list[NamedInput]:
        name, ledger = self._pair.tests_sha, self._run.ledger
        suite = ledger.get(Suite, name)
        if suite is None:
            raise RunFolderError(f"tests {name} are not in the ledger")
        own = [NamedInput(case.name, ledger.get_blob(case.blob)) for case in suite.cases]
        if self._context.executor.store_suite(own).sha != name:
            raise RunFolderError(f"tests {name}: the stored ones are others")
        return own

    async def _show_difference(self, candidate: CandidateResult) -> Difference | None:
        """Show the first input on which the programs differ, made smaller."""
        executor, prepared = self._context.executor, self._prepared
        [compared] = require(candidate.check_outputs).candidates
        suite = require(executor.ledger.get(Suite, compared.tests_sha))
        rules = prepared.output_rules
        finding = await compare_outputs(executor, rules, self._slow, self._fast, suite)
        if finding.at < 0:
            return None
        problem = self._context.problems[self._pair.problem_id]
        check = create_input_check(executor, problem, rules, prepared.accepted)
        return await show_difference(
            executor,
            ProgramPair(executor, self._slow, self._fast, rules),
            executor.get_named_inputs(suite)[finding.at],
            prepared.grammar,
            partial(executor.check_inputs, check),
            budget=MAX_SHRINKING_RUNS,
        )


def _replace_evidence(
    before: CandidateResult, now: CandidateResult, *, figures: bool
) -> CandidateResult:
    """Return a record with what was found now in the place of what it says.

    Args:
        before: As the run kept it: its history, and the run's other candidates.
        now: The pair, judged again.
        figures: Whether measured figures are replaced, too.
    """
    update: dict[str, Any] = {"check_outputs": now.check_outputs}
    if figures:
        measured = require(now.measure)
        fast = {**require(before.measure).fast, **measured.fast}
        update |= {
            "measure": measured.model_copy(update={"fast": fast}),
            "stress": now.stress,
            "sanitize": now.sanitize,
            "confirm": now.confirm,
            "fit_scaling": now.fit_scaling,
        }
    return before.model_copy(update=update)


def _check_ids(pair: Pair) -> Iterator[FieldDifference]:
    """Yield the ids that do not follow from the row's texts."""
    ids = {
        name: ProgramText.create(pair.problem_id, pair.language, code).program_id
        for name, code in (("src_id", pair.src_code), ("tgt_id", pair.tgt_code))
    }
    ids["record_id"] = compute_pair_id(ids["src_id"], ids["tgt_id"])
    for name, derived in ids.items():
        if (value := getattr(pair, name)) != derived:
            yield _create_difference(name, value, derived, "text")


def _compare_fields(
    values: Mapping[str, Any], derived: Pair, source: str, tolerance: float = 0.0
) -> Iterator[FieldDifference]:
    """Yield the fields of a row, as JSON, that are not those of another row."""
    yield from _compare_values(values, derived.model_dump(mode="json"), source, tolerance)


def _compare_values(
    values: Mapping[str, Any], expected: Mapping[str, Any], source: str, tolerance: float = 0.0
) -> Iterator[FieldDifference]:
    for name in (*expected, *(name for name in values if name not in expected)):
        limit = (
            max(tolerance, _RATIO_TOLERANCE) if tolerance and name in _RATIO_COLUMNS else tolerance
        )
        value, wanted = values.get(name, _ABSENT), expected.get(name, _ABSENT)
        if not _is_equal(value, wanted, limit):
            yield _create_difference(name, value, wanted, source)


_ABSENT = "(no such field)"


def _is_equal(a: Any, b: Any, tolerance: float) -> bool:  # noqa: ANN401
    """Compare JSON values: types count, and numbers may differ relatively by `tolerance`."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_is_equal(a[key], b[key], tolerance) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(partial(_is_equal, tolerance=tolerance), a, b))
    if type(a) is not type(b):
        return False
    if isinstance(a, int | float) and not isinstance(a, bool):
        return bool(a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)))
    return bool(a == b)


def _create_difference(column: str, row: object, derived: object, source: str) -> FieldDifference:
    return FieldDifference(
        column=column, row=_format_value(row), derived=_format_value(derived), source=source
    )


def _format_value(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}... ({digest(text)[:8]})"


_MAX_SHOWN = 1000
