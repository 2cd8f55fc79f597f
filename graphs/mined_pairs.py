"""Pairs of submissions that people wrote: PIE's first stage, with everything measured again.

Of each author's submissions to a problem, in order of time, an earlier one and a later one are a
pair where the later one is faster. What a collection says of times chooses what is tried, and
decides nothing: both programs give the package's answers, and are measured by the counter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pieforge.config import Config
from pieforge.errors import PackageError, UserInputError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import ArtifactJob
from pieforge.files import translate_os_errors, write_jsonl
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.gather import gather
from pieforge.graphs.imported_problems import REPORT, read_report
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.problems.suites import identify_language
from pieforge.graphs.results import PreparedProblem
from pieforge.graphs.run import open_executor
from pieforge.ledger import Ledger
from pieforge.lessons.edit_identity import find_edit
from pieforge.measurement.cost import MeasuredCost, compute_decile, compute_speedup
from pieforge.problems import Problem, load_named_problem
from pieforge.problems.imports import FoundProgram, ImportKind, UnusedPart
from pieforge.records import FrozenModel, ProgramText, Verdict

PAIRS, LEFT_OUT = "pairs.jsonl", "left_out.jsonl"


class MinedPair(FrozenModel):
    """A row of pairs.jsonl; the first sixteen columns are PIE's, with its names."""

    src_id: str
    tgt_id: str
    src_agg_runtime: float
    """Simulated seconds of the earlier program, summed over the tests."""
    tgt_agg_runtime: float
    problem_id: str
    speedup: float
    src_code: str
    tgt_code: str
    fastest_agg_runtime: float
    """Of the fastest measured program of the problem and language."""
    src_status: str = "Accepted"
    tgt_status: str = "Accepted"
    fastest_agg_runtime_updated: float
    target_reward_updated: float
    """`fastest_agg_runtime` / `tgt_agg_runtime`."""
    src_reward_updated: float
    target_reward_updated_pct_bin: int
    """Decile of the program among those measured, 10 for the fastest."""
    src_reward_updated_pct_bin: int
    language: str
    src_name: str
    """The submission's name in the collection."""
    tgt_name: str
    src_author: str
    tgt_author: str
    equal_on: int
    """Inputs on which both gave the same outputs."""
    timed_tests: tuple[str, ...]
    confirmed_by: str
    edit_id: str
    """Equal where two pairs differ in the same way; empty for very large programs."""
    license: str


class UnusedSubmission(UnusedPart):
    """A row of left_out.jsonl: a submission, or a whole problem, that is not used."""

    problem_id: str


@dataclass(frozen=True)
class MiningPlan:
    """What is looked for.

    Attributes:
        packages: Folder of imported packages; their import.jsonl names the sources.
        gain: Part of the earlier program's time that the later one saves at least.
        across_authors: Whether the programs of a pair are of different authors instead.
        limit: Submissions of a problem that are tried.
    """

    packages: Path
    gain: float = 0.1
    across_authors: bool = False
    limit: int = 40


@dataclass(frozen=True)
class MeasuredSubmission:
    """A submission that gives the answers, with its cost."""

    found: FoundProgram
    program: ProgramText
    cost: MeasuredCost
    seconds: float


async def mine_pairs(
    kind: ImportKind,
    path: Path,
    out: Path,
    config: Config,
    plan: MiningPlan,
    report: Callable[[str, int, int], None],
) -> list[MinedPair]:
    """Write the pairs that the submissions of imported problems give.

    Results of runs and measurements are kept in the folder: the same command runs nothing twice.

    Args:
        kind: The kind of collection.
        path: Where it is.
        out: Folder for pairs.jsonl, left_out.jsonl and the results.
        config: Languages, limits and simulator.
        plan: What is looked for.
        report: Receives for each problem its name, and how many submissions and pairs it gave.

    Raises:
        UserInputError: The collection does not say who wrote a program, or no package is of it.
    """
    if kind.read_submissions is None:
        raise UserInputError(
            f"{kind.title} does not say who wrote a program, and when", fix="mine codenet or pie"
        )
    known = read_report(plan.packages / REPORT)
    names = {it.source: it.problem_id for it in known.values() if it.problem_id}
    if not names:
        raise UserInputError(
            "there is no imported package",
            where=str(plan.packages / REPORT),
            fix="import the collection first: pieforge problems import",
        )
    pairs: list[MinedPair] = []
    left_out: list[UnusedSubmission] = []
    problems = {name: load_named_problem(plan.packages, name) for name in names.values()}
    limits = {name: it.limits for name, it in problems.items()}
    async with open_executor(config, _open_ledger(out), package_limits=limits) as executor:
        for source, programs in kind.read_submissions(path, names):
            mining = _Mining(executor, config, problems[names[source]], plan)
            found = await mining.mine(programs)
            pairs += found
            left_out += mining.left_out
            report(names[source], mining.measured, len(found))
    write_jsonl(out / PAIRS, (it.model_dump(mode="json") for it in pairs))
    write_jsonl(out / LEFT_OUT, (it.model_dump(mode="json") for it in left_out))
    return pairs


def _open_ledger(out: Path) -> Ledger:
    with translate_os_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    return Ledger(out / "results.sqlite")


class _Mining:
    """The submissions of one problem."""

    def __init__(
        self, executor: CachedExecutor, config: Config, problem: Problem, plan: MiningPlan
    ) -> None:
        self.executor = executor
        self.config = config
        self.problem = problem
        self.plan = plan
        self.left_out: list[UnusedSubmission] = []
        self.measured = 0

    async def mine(self, programs: Sequence[FoundProgram]) -> list[MinedPair]:
        """Return the pairs."""
        try:
            prepared = await prepare_problem(self.executor, self.problem, self.config)
        except PackageError as error:
            self._leave_out("problem", self.problem.problem_id, "it is refused", error.what)
            return []
        chosen = choose_submissions(programs, self.plan)
        for name in sorted({it.name for it in programs} - {it.name for it in chosen}):
            self._leave_out("program", name, "alone, repeated, or more than are tried")
        tried = await gather(self._measure(it, prepared) for it in chosen)
        found = [it for it in tried if it is not None]
        self.measured = len(found)
        by_language: dict[str, list[MeasuredSubmission]] = defaultdict(list)
        for it in found:
            by_language[it.program.language].append(it)
        pairs = []
        for language, group in by_language.items():
            net = self.executor.languages[language].net_of_startup
            for slow, fast in find_pairs(group, self.plan, net_of_startup=net):
                equal_on = len(prepared.all_inputs.cases)
                pairs.append(self._describe(slow, fast, group, equal_on, net_of_startup=net))
        return pairs

    def _leave_out(self, part: str, name: str, why: str, detail: str = "") -> None:
        problem_id = self.problem.problem_id
        self.left_out.append(
            UnusedSubmission(part=part, name=name, why=why, detail=detail, problem_id=problem_id)
        )

    async def _measure(
        self, found: FoundProgram, prepared: PreparedProblem
    ) -> MeasuredSubmission | None:
        """Return a submission with its cost; None if it is wrong or cannot be measured."""
        languages = self.config.run.languages
        name = self.problem.problem_id
        program = await identify_language(self.executor, name, found.suffix, found.code, languages)
        if program is None or program.language not in prepared.timed:
            self._leave_out("program", found.name, "the package has no program in its language")
            return None
        if not await self.executor.execute(ArtifactJob(program)):
            self._leave_out("program", found.name, "does not compile")
            return None
        right = prepared.get_fast(program.language)
        rules, suite = prepared.output_rules, prepared.all_inputs
        seen = await compare_outputs(self.executor, rules, right, program, suite)
        if seen.reason is not None:
            self._leave_out("program", found.name, str(seen.reason), seen.detail)
            return None
        timed = prepared.timed[program.language]
        cost = await self.executor.measure(program, prepared.selection, timed)
        if cost.verdict is not Verdict.AC or cost.limit:
            self._leave_out("program", found.name, "cannot be measured", cost.limit or cost.verdict)
            return None
        net = self.executor.languages[program.language].net_of_startup
        ticks = cost.net if net else cost.gross
        seconds = self.executor.counter.convert_to_seconds(ticks)
        return MeasuredSubmission(found, program, cost, seconds)

    def _describe(
        self,
        slow: MeasuredSubmission,
        fast: MeasuredSubmission,
        group: Sequence[MeasuredSubmission],
        equal_on: int,
        *,
        net_of_startup: bool,
    ) -> MinedPair:
        times = [it.seconds for it in group]
        fastest = min(times)
        edit = find_edit(slow.program.code, fast.program.code, slow.program.language)
        return MinedPair(
            src_id=slow.program.program_id,
            tgt_id=fast.program.program_id,
            src_agg_runtime=slow.seconds,
            tgt_agg_runtime=fast.seconds,
            problem_id=self.problem.problem_id,
            speedup=compute_speedup(slow.cost, fast.cost, net_of_startup=net_of_startup),
            src_code=slow.program.code,
            tgt_code=fast.program.code,
            fastest_agg_runtime=fastest,
            fastest_agg_runtime_updated=fastest,
            target_reward_updated=fastest / fast.seconds,
            src_reward_updated=fastest / slow.seconds,
            target_reward_updated_pct_bin=compute_decile(fast.seconds, times),
            src_reward_updated_pct_bin=compute_decile(slow.seconds, times),
            language=slow.program.language,
            src_name=slow.found.name,
            tgt_name=fast.found.name,
            src_author=slow.found.author,
            tgt_author=fast.found.author,
            equal_on=equal_on,
            timed_tests=slow.cost.tests,
            confirmed_by=self.executor.counter.name,
            edit_id=edit.edit_id if edit else "",
            license=self.problem.license,
        )


def choose_submissions(programs: Sequence[FoundProgram], plan: MiningPlan) -> list[FoundProgram]:
    """Return the submissions to try, each text once, at most `plan.limit`.

    Those of authors who by the collection's times gained most come first; across authors the
    slowest and the fastest, in turn. Without times the order is the collection's.
    """
    texts: dict[tuple[str, str], FoundProgram] = {}
    for it in programs:
        texts.setdefault((it.author, "".join(it.code.split())), it)
    by_author: dict[tuple[str, str], list[FoundProgram]] = defaultdict(list)
    for it in texts.values():
        if it.author:
            by_author[it.author, it.suffix].append(it)
    if plan.across_authors:
        every = sorted(
            (it for group in by_author.values() for it in group),
            key=lambda it: (it.suffix, it.claimed_ms or 0.0),
        )
        ends = [at for low in range(len(every)) for at in (low, len(every) - 1 - low)]
        return [every[at] for at in dict.fromkeys(ends)][: plan.limit]
    groups = [group for group in by_author.values() if len(group) > 1]
    groups.sort(key=_get_claimed_gain, reverse=True)
    return [it for group in groups for it in group][: plan.limit]


def _get_claimed_gain(group: Sequence[FoundProgram]) -> float:
    """Return the largest part of its time that a later program of a group saves."""
    order = sorted(group, key=lambda it: it.time or 0.0)
    return max(
        (
            1 - (after.claimed_ms or 0.0) / before.claimed_ms
            for at, before in enumerate(order)
            if before.claimed_ms
            for after in order[at + 1 :]
        ),
        default=0.0,
    )


def find_pairs(
    group: Sequence[MeasuredSubmission], plan: MiningPlan, *, net_of_startup: bool
) -> Iterator[tuple[MeasuredSubmission, MeasuredSubmission]]:
    """Yield slow and fast submissions in one language with at least the wanted gain.

    Of one author each earlier one with each later one; across authors each with the fastest one of
    another author.
    """
    least = 1 / (1 - plan.gain)
    for slow in group:
        others = [it for it in group if it.program.program_id != slow.program.program_id]
        if plan.across_authors:
            others = [it for it in others if it.found.author != slow.found.author]
            others = sorted(others, key=lambda it: (it.seconds, it.found.name))[:1]
        else:
            others = [it for it in others if _is_later(it.found, slow.found)]
        for fast in others:
            if compute_speedup(slow.cost, fast.cost, net_of_startup=net_of_startup) >= least:
                yield slow, fast


def _is_later(a: FoundProgram, b: FoundProgram) -> bool:
    """Return whether the same author wrote `a` after `b`."""
    known = a.time is not None and b.time is not None
    return a.author == b.author and known and (a.time or 0.0) > (b.time or 0.0)
