"""An evaluation by its folder: slow programs, the optimizer's answers for them, their judgments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from pieforge import problems
from pieforge.agents.optimizer import Optimizer
from pieforge.config import Config
from pieforge.errors import RunFolderError, UserInputError
from pieforge.evaluation.metrics import EvaluationMetrics, compute_metrics
from pieforge.evaluation.reference import (
    ReferenceProgram,
    compare_edit,
    find_near_copy,
    hash_reference,
)
from pieforge.evaluation.samples import (
    MIN_SPEEDUP,
    EditNovelty,
    EvaluatedProgram,
    EvaluationSpend,
    JudgedSample,
)
from pieforge.files import translate_os_errors
from pieforge.graphs.budget import iter_calls
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_slow_text
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.evidence.speedup_prediction import fit_batch_model
from pieforge.graphs.gather import gather
from pieforge.graphs.results import CandidateResult, KnownPair, require
from pieforge.graphs.run import Events, check_endpoints, open_context
from pieforge.graphs.run_folder import begin_or_continue
from pieforge.graphs.self_play import build_evaluation_graph
from pieforge.graphs.state import EVALUATION
from pieforge.lessons.edit_identity import AbstractEdit, find_edit
from pieforge.lessons.renaming import rename_identifiers
from pieforge.logs import log_to_file
from pieforge.measurement.cost import compute_speedup
from pieforge.problems import SubmissionRole
from pieforge.problems.split import SplitPart, read_split
from pieforge.records import (
    FrozenModel,
    Origin,
    Pending,
    Program,
    ProgramText,
    RejectReason,
    TokenUsage,
    Verdict,
    digest,
)
from pieforge.rows import Pair
from pieforge.sandbox.languages import get_language

RESULT = "evaluation.json"


class LeftOut(FrozenModel):
    """A slow program that was not asked about."""

    program_id: str
    problem_id: str
    why: str


class Evaluation(FrozenModel):
    """An evaluation's result: the file evaluation.json."""

    model: str
    """As the answers name it; empty if there is no answer."""
    strategies: tuple[str, ...]
    reference_sha: str
    """Of the slow programs; equal in evaluations of the same programs."""
    train_sha: str
    """Of the pairs that the slow programs were checked against."""
    confirmed_by: str
    tools: dict[str, str]
    metrics: EvaluationMetrics | None
    """None if no program is finished."""
    spend: EvaluationSpend
    left_out: tuple[LeftOut, ...]
    open: tuple[Pending, ...]
    """What failures of the infrastructure or a budget left open: not in the metrics."""
    stopped: str = ""
    """The limit of `[budget]` that ended it; empty for none."""
    programs: tuple[EvaluatedProgram, ...]


def read_evaluation(folder: Path) -> Evaluation:
    """Return a finished evaluation.

    Raises:
        RunFolderError: The folder holds none, or one that cannot be read.
    """
    path = folder / RESULT
    if not path.is_file():
        raise RunFolderError(
            "this is no finished evaluation",
            where=str(path),
            fix="name a folder that `pieforge eval` has written",
        )
    with translate_os_errors(path):
        text = path.read_bytes()
    try:
        return Evaluation.model_validate_json(text)
    except ValidationError as error:
        what = f"this is no result of an evaluation: {error.errors()[0]['msg']}"
        raise RunFolderError(what, where=str(path), fix="evaluate again") from error


@dataclass(frozen=True)
class EvaluationPlan:
    """What is asked.

    Attributes:
        programs: The slow programs.
        train: Pairs of the training data.
    """

    programs: Sequence[ReferenceProgram]
    train: Sequence[Pair] = ()


def choose_behaviors(pairs: Sequence[Pair]) -> Iterator[ReferenceProgram]:
    """Yield one slow program of each class of variants in a run, its identifiers renamed."""
    seen = set()
    for pair in pairs:
        if pair.behavior == "variant" and pair.class_id not in seen:
            seen.add(pair.class_id)
            code = rename_identifiers(pair.src_code, pair.language, seed=pair.src_id)
            yield ReferenceProgram(
                program_id=ProgramText.create(pair.problem_id, pair.language, code).program_id,
                problem_id=pair.problem_id,
                language=pair.language,
                made_by="run",
                speedup=pair.speedup,
                code=code,
                fast=pair.tgt_code,
                original=pair.src_code,
            )


def choose_part(
    config: Config, programs: Sequence[ReferenceProgram], part: str
) -> list[ReferenceProgram]:
    """Return the programs of the problems that a configuration names, or of a part of the split.

    Raises:
        UserInputError: There is none.
    """
    root = config.run.problem_folder or problems.BUNDLED
    packages = problems.list_packages(root)
    split = read_split(root, packages)
    named = set(config.run.problems)
    names = named or {it for it in packages if not split or split[it] == part}
    found = [
        program
        for program in programs
        if program.problem_id in names and program.language in config.run.languages
    ]
    if not found:
        raise UserInputError(
            f"there is no slow program of {', '.join(sorted(names)) or part} "
            f"in {' or '.join(config.run.languages)}",
            where="run.problems and run.languages" if named else f"--part {part}",
            fix="name problems and languages that there are slow programs of",
        )
    return found


def create_policy(config: Config, programs: Sequence[ReferenceProgram]) -> Config:
    """Return the configuration by which an evaluation judges.

    The package's tests decide, and 1.1x counts; a simulated race goes as far as in a run.
    """
    section = config.simulator
    cap = max(1.0, section.cap * section.threshold / MIN_SPEEDUP)
    names = tuple(sorted({program.problem_id for program in programs}))
    return config.model_copy(
        update={
            "run": config.run.model_copy(update={"problems": names}),
            "simulator": section.model_copy(update={"threshold": MIN_SPEEDUP, "cap": cap}),
            "keep": config.keep.model_copy(update={"by": "typical"}),
            "stress": config.stress.model_copy(update={"search": "needed"}),
        }
    )


async def evaluate(
    folder: Path,
    own: Config,
    plan: EvaluationPlan,
    events: Events,
    optimizer: Optimizer | None = None,
) -> Evaluation:
    """Ask the optimizer about slow programs and judge every answer; go on in a folder that exists.

    Args:
        folder: The folder of the evaluation, of the form of a run folder.
        own: The user's configuration.
        plan: The slow programs and the training data.
        events: Receives the progress.
        optimizer: Who is asked; that of the configuration if it is None.

    Raises:
        PieforgeError: What stopped it; finished work is in the ledger.
    """
    config = create_policy(own, plan.programs)
    examples = _load_examples(config)
    begin_or_continue(folder, config)
    inputs = {
        "reference": hash_reference(plan.programs),
        "train": digest(*sorted(pair.record_id for pair in plan.train)),
        "examples": digest(*(pair.record_id for pair in examples)),
    }
    if optimizer is not None:
        inputs["optimizer"] = optimizer.model.endpoints[0].url
    with log_to_file(folder / "run.log"):
        async with open_context(folder, config, events, _export_nothing, inputs=inputs) as opened:
            context = replace(opened, examples=examples, optimizer=optimizer or opened.optimizer)
            await check_endpoints(context)
            await fit_batch_model(context, EVALUATION)
            edits = {
                edit.edit_id: edit
                for it in plan.train
                if (edit := find_edit(it.src_code, it.tgt_code, it.language)) is not None
            }
            checked = await gather(_check_program(context, plan, edits, it) for it in plan.programs)
            ready = {
                it.program_id: found
                for it, found in zip(plan.programs, checked, strict=True)
                if not isinstance(found, LeftOut)
            }
            asked = [it for it in plan.programs if it.program_id in ready]
            events({"stage": "evaluate", "samples": len(asked) * config.optimizer.n})
            still_open, stopped = await _play(context, asked, events)
            context.budget.store_session()
            failed = {pending.subject.partition("/")[0] for pending in still_open}
            programs = tuple(
                _create_program(context, it, ready[it.program_id])
                for it in asked
                if it.program_id not in failed
            )
            left_out = tuple(it for it in checked if isinstance(it, LeftOut))
            return _create_result(context, programs, left_out, tuple(still_open), stopped)


def _export_nothing(_: Context) -> None:
    """Write no files of a run: an evaluation has none."""


def _load_examples(config: Config) -> list[KnownPair]:
    """Return the pairs of the training problems: those of the evaluated ones stay unseen.

    Without a split, they are those of the problems that are not evaluated.
    """
    root = config.run.problem_folder or problems.BUNDLED
    packages = problems.list_packages(root)
    split = read_split(root, packages)
    names = set(packages) - set(config.run.problems)
    if split:
        names = {name for name, part in split.items() if part is SplitPart.TRAIN}
    found = []
    for problem in (problems.load_named_problem(root, name) for name in sorted(names)):
        for key in config.run.languages:
            suffix = get_language(key).suffix
            slow, fast = (
                problem.find_submission(role, suffix)
                for role in (SubmissionRole.SLOW, SubmissionRole.FAST)
            )
            if slow is not None and fast is not None:
                both = [ProgramText.create(problem.problem_id, key, it.code) for it in (slow, fast)]
                found.append(KnownPair(slow=both[0], fast=both[1]))
    return found


@dataclass(frozen=True)
class _Reference:
    """What is known of a slow program that is asked about.

    Attributes:
        speedup: Counted, of the known fast program.
        edit: Whether the edit that leads to it is in the training data.
    """

    speedup: float
    edit: EditNovelty | None


async def _check_program(
    context: Context,
    plan: EvaluationPlan,
    edits: Mapping[str, AbstractEdit],
    program: ReferenceProgram,
) -> _Reference | LeftOut:
    """Return what is known of a program, or why it is not asked about."""
    why = _find_near_copy(plan, program) or await _find_defect(context, plan, program)
    if why:
        return LeftOut(program_id=program.program_id, problem_id=program.problem_id, why=why)
    prepared, key = context.prepared[program.problem_id], program.language
    fast: ProgramText = prepared.get_fast(key)
    if program.fast:
        fast = ProgramText.create(program.problem_id, key, program.fast)
    costs = [
        await context.executor.measure(it, prepared.selection, prepared.timed[key])
        for it in (program.text, fast)
    ]
    if any(cost.verdict is not Verdict.AC for cost in costs):
        return LeftOut(
            program_id=program.program_id,
            problem_id=program.problem_id,
            why="it, or the known fast program, cannot be counted",
        )
    net = context.executor.languages[key].net_of_startup
    return _Reference(
        compute_speedup(*costs, net_of_startup=net), compare_edit(program, fast.code, edits)
    )


def _find_near_copy(plan: EvaluationPlan, program: ReferenceProgram) -> str:
    texts = [
        ProgramText.create(pair.problem_id, pair.language, code)
        for pair in plan.train
        for code in (pair.src_code, pair.tgt_code)
    ]
    near = find_near_copy(program, texts)
    return f"contaminated: a near copy of the training program {near}" if near else ""


async def _find_defect(context: Context, plan: EvaluationPlan, program: ReferenceProgram) -> str:
    executor, prepared = context.executor, context.prepared[program.problem_id]
    key = program.language
    if key not in prepared.timed or key not in prepared.fast:
        return f"the package has no sound slow and fast submission in {key}"
    if hack := check_slow_text(program.text):
        return f"a hack check refuses it: {hack.reason}: {hack.detail}"
    suite, slow = prepared.all_inputs, program.text
    seen = await executor.observe(slow, suite)
    if not seen.complete:
        return f"it gets {seen.verdict} on a test: {seen.detail}"
    if program.original:
        before = ProgramText.create(program.problem_id, key, program.original)
        found = await compare_outputs(executor, prepared.output_rules, before, slow, suite)
        if found.reason is not None:
            return f"renaming its identifiers changed it: {found.reason}"
    for pair in plan.train:
        if pair.problem_id == program.problem_id and pair.language in executor.languages:
            known = ProgramText.create(pair.problem_id, pair.language, pair.src_code)
            if (await executor.observe(known, suite)).outputs == seen.outputs:
                return f"contaminated: behaves like the training program {known.program_id}"
    return ""


async def _play(
    context: Context, programs: Sequence[ReferenceProgram], events: Events
) -> tuple[list[Pending], str]:
    """Ask and judge in batches; return what stayed open, and the budget that ended it."""
    slow = [Program(**dict(it.text), origin=Origin.AUTHOR, round=1) for it in programs]
    context.budget.queue(program.program_id for program in slow)
    size, still_open = context.config.run.batch, list[Pending]()
    for at in range(0, len(slow), size):
        batch = slow[at : at + size]
        overrun = context.budget.find_overrun() if at else ""
        # A batch that an earlier session began is played to its end: nearly all of it is cached.
        if overrun and not any(context.ledger.get(CandidateResult, it.program_id) for it in batch):
            cause = f"{overrun} is used up"
            still_open += [Pending(subject=it.program_id, cause=cause) for it in slow[at:]]
            return still_open, overrun
        still_open += await _play_batch(context, batch, events)
    return still_open, context.budget.find_spent()


async def _play_batch(
    context: Context, slow: Sequence[Program], events: Events
) -> Sequence[Pending]:
    still_open: list[Pending] = []
    limits = context.config.concurrency
    async for _, mode, event in build_evaluation_graph().astream(
        {"programs": list(slow)},
        {"max_concurrency": 2 * (limits.jobs + limits.model_calls)},
        context=context,
        stream_mode=["custom", "values"],
        subgraphs=True,
    ):
        found = cast("dict[str, Any]", event)
        if mode == "custom":
            events(found)
        else:
            still_open += found.get("open", [])
    return list(dict.fromkeys(still_open))


def _create_result(
    context: Context,
    programs: tuple[EvaluatedProgram, ...],
    left_out: tuple[LeftOut, ...],
    still_open: tuple[Pending, ...],
    stopped: str,
) -> Evaluation:
    calls = [call for _, asked, call in iter_calls(context.ledger) if asked.role == "optimizer"]
    prices = [call.usd for call in calls]
    spend = EvaluationSpend(
        calls=len(calls),
        tokens=sum((call.usage for call in calls), TokenUsage()),
        usd=None if None in prices else sum(price or 0.0 for price in prices),
    )
    return Evaluation(
        model=", ".join(sorted({call.model for call in calls})),
        strategies=tuple(context.config.optimizer.strategies),
        reference_sha=context.tools["reference"],
        train_sha=context.tools["train"],
        confirmed_by=context.executor.confirmer.name,
        tools=dict(context.tools),
        metrics=compute_metrics(programs, spend) if programs else None,
        spend=spend,
        left_out=left_out,
        open=still_open,
        stopped=stopped,
        programs=programs,
    )


def _create_program(
    context: Context, program: ReferenceProgram, known: _Reference
) -> EvaluatedProgram:
    ledger, n = context.ledger, context.config.optimizer.n
    asked = require(require(ledger.get(CandidateResult, program.program_id)).optimize)
    tests = len(context.prepared[program.problem_id].all_inputs.cases)
    samples = []
    for reply in asked.replies[:n]:
        if reply.program is not None:
            name = f"{program.program_id}/{reply.program.program_id}"
            samples.append(_create_sample(require(ledger.get(CandidateResult, name))))
            continue
        sample = JudgedSample(stage="optimize", reason=reply.reason, detail=reply.detail)
        if reply.reason is RejectReason.UNCHANGED:  # to PIE it is correct, and no faster
            right = {"compiles": True, "tests": tests, "passed": tests, "counted": 1.0}
            sample = sample.model_copy(update={"program_id": program.program_id, **right})
        samples.append(sample)
    missing = JudgedSample(stage="optimize", reason=RejectReason.NO_CANDIDATE)
    return EvaluatedProgram(
        program_id=program.program_id,
        problem_id=program.problem_id,
        language=program.language,
        reference=known.speedup,
        edit=known.edit,
        samples=(*samples, *[missing] * (n - len(samples))),
    )


def _create_sample(judged: CandidateResult) -> JudgedSample:
    """Return one candidate's judgment; it went through the stages alone."""
    raw, confirm = require(judged.judge_raw), judged.confirm
    refused = [
        (stage, one)
        for stage, candidates in judged.judgments.items()
        for one in candidates
        if one.reason is not None
    ]
    stage, one = refused[0] if refused else ("", None)
    race = confirm.race if confirm is not None else None
    return JudgedSample(
        program_id=require(judged.optimize).candidates[0].program_id,
        stage=stage,
        reason=one.reason if one is not None else None,
        detail=one.detail if one is not None else "",
        compiles=raw.compiles,
        tests=raw.tests,
        passed=raw.equal_on,
        counted=raw.speedup,
        confirmed=confirm.ratio if confirm is not None else 0.0,
        censored=race is not None and race.bound == "lower",
    )
