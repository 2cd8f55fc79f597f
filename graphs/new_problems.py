"""New problem packages from a run's pairs: describe what a fast program computes, and rebuild it.

A statement is kept if a program that was written from it alone has the outputs of the described one
on all inputs of the known problem (CyclePrompt, arXiv 2402.08756). Where it has not, the statement
is asked for again with the input that shows it. The package has the known problem's generators and
validators, and is checked as every package is before a run uses it.
"""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pieforge import problems
from pieforge.agents.describer import Describer, DescriberTask, RefusedStatement, ShownTest
from pieforge.agents.prompts import render
from pieforge.config import Config
from pieforge.errors import ConfigError, PackageError, UserInputError
from pieforge.files import translate_os_errors, write_jsonl
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.evidence.whole_outputs import store_outputs
from pieforge.graphs.gather import gather
from pieforge.graphs.language_names import name_language
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import FailedInput, cut_text
from pieforge.graphs.run import Events, check_endpoints, open_context
from pieforge.graphs.run_folder import begin_or_continue
from pieforge.inputs import NamedInput
from pieforge.logs import log_to_file
from pieforge.problems import Problem, SubmissionRole
from pieforge.problems.package_writer import NewPackage, copy_inputs, write_package
from pieforge.records import FrozenModel, ProgramText, RejectReason, Verdict, derive_seed
from pieforge.rows import Pair

RESULT = "new_problems.jsonl"
PACKAGES = "problems"
MAX_TURNS = 3
"""Statements that are asked for, for one program."""
SHOWN_TESTS = 2
_NO_NAME = re.compile(r"[^a-z0-9]")


class NewProblem(FrozenModel):
    """What became of one pair: a line of new_problems.jsonl."""

    problem_id: str
    """Name of the new package; empty where there is none."""
    known_problem_id: str
    record_id: str
    """The pair whose fast program is described."""
    program_id: str
    """The described program."""
    rebuilt_id: str = ""
    """The program that was written from the statement."""
    call_ids: tuple[str, ...] = ()
    """The calls that were made, in order: a statement, programs, a statement, ..."""
    fault: str = ""
    """Why there is no package; empty where there is one."""


def choose_pairs(pairs: Iterable[Pair], limit: int) -> list[Pair]:
    """Return the first pair of each class of behavior that no submission has.

    Raises:
        UserInputError: There is none.
    """
    found: dict[str, Pair] = {}
    for pair in pairs:
        if pair.behavior == "variant":
            found.setdefault(pair.class_id, pair)
    if not found:
        raise UserInputError(
            "no pair behaves otherwise than its problem's submissions",
            fix="name a run whose author wrote programs with new behavior",
        )
    return list(found.values())[:limit]


async def describe_problems(
    folder: Path, own: Config, pairs: Sequence[Pair], events: Events
) -> list[NewProblem]:
    """Describe pairs' fast programs, and write a package for each description that holds.

    The packages are in `problems/` of the folder, and what became of each pair in
    new_problems.jsonl. Calls that were answered before are not made again.

    Args:
        folder: The folder to work in, of the form of a run folder.
        own: The user's configuration; the author's endpoint is asked.
        pairs: What to describe; see `choose_pairs`.
        events: Receives the progress.

    Raises:
        ConfigError: The author is the embedded engine, which writes no descriptions.
        PieforgeError: What stopped it; answers so far are in the ledger.
    """
    if own.author.is_embedded:
        raise ConfigError(
            "the embedded engine describes no programs",
            where="author",
            fix="name an endpoint with a model: author.endpoint or author.base_url",
        )
    names = tuple(sorted({pair.problem_id for pair in pairs}))
    config = own.model_copy(update={"run": own.run.model_copy(update={"problems": names})})
    begin_or_continue(folder, config)
    with log_to_file(folder / "run.log"):
        async with open_context(folder, config, events, lambda _: None) as context:
            await check_endpoints(context)
            found = await gather(_Description(context, pair).make() for pair in pairs)
            context.budget.store_session()
    write_jsonl(folder / RESULT, (it.model_dump(mode="json") for it in found))
    return found


@dataclass(frozen=True)
class _Rebuilt:
    """What came of one statement: an equal program, or why there is none."""

    program: ProgramText | None = None
    fault: str = ""
    failure: FailedInput | None = None


class _Description:
    """One pair's way to a package."""

    def __init__(self, context: Context, pair: Pair) -> None:
        self._context, self._pair = context, pair
        self._executor = context.executor
        self._describer = Describer(context.author.model)
        self._problem = context.problems[pair.problem_id]
        self._prepared = context.prepared[pair.problem_id]
        self._fast = ProgramText.create(pair.problem_id, pair.language, pair.tgt_code)
        self._slow = ProgramText.create(pair.problem_id, pair.language, pair.src_code)
        self._calls: list[str] = []

    async def make(self) -> NewProblem:
        """Return what became of the pair."""
        if self._problem.output_validator is not None:
            return self._end(fault=f"{self._pair.problem_id} has an output validator of its own")
        suite = self._executor.store_suite(
            [NamedInput(t.name, t.input) for t in self._problem.tests]
        )
        outputs = await store_outputs(self._executor, self._fast, suite)
        if "" in outputs.blobs:
            return self._end(fault="the program fails on a test of the package")
        answers = {
            case.name: self._context.ledger.get_blob(blob)
            for case, blob in zip(suite.cases, outputs.blobs, strict=True)
        }
        task = self._create_task(answers)
        for turn in range(MAX_TURNS):
            statement, rebuilt = await self._ask(task, turn)
            if rebuilt.program is not None:
                return await self._write(statement, rebuilt.program, answers)
            values = {"fault": rebuilt.fault, "failure": rebuilt.failure}
            feedback = render("describe_again.md.j2", values)
            refused = RefusedStatement(statement=statement or "(none)", feedback=feedback)
            task = task.model_copy(update={"refused": refused})
        return self._end(fault=rebuilt.fault)

    def _end(self, **values: str) -> NewProblem:
        known = {"problem_id": "", **values}
        return NewProblem(
            known_problem_id=self._pair.problem_id,
            record_id=self._pair.record_id,
            program_id=self._fast.program_id,
            call_ids=tuple(self._calls),
            **known,
        )

    def _create_task(self, answers: dict[str, bytes]) -> DescriberTask:
        tests = sorted(self._problem.tests, key=lambda it: len(it.input) + len(answers[it.name]))
        shown = [it for it in self._problem.tests if it in tests[:SHOWN_TESTS]]
        return DescriberTask(
            known=self._problem.statement,
            program=self._fast.code,
            language=name_language(self._executor.languages[self._fast.language]),
            examples=tuple(
                ShownTest(input=_show(it.input), output=_show(answers[it.name])) for it in shown
            ),
        )

    async def _ask(self, task: DescriberTask, turn: int) -> tuple[str, _Rebuilt]:
        """Return a statement and what came of it."""
        context, describer = self._context, self._describer
        words = ("describe", str(context.config.run.seed), self._fast.program_id, str(turn))
        seed = derive_seed(*words)
        request = describer.build_request(task, seed=seed)
        self._calls.append(request.compute_key())
        answer = await context.ask(describer, request, "describe", self._fast.program_id)
        statement, fault = describer.parse_statement(answer)
        if fault:
            return "", _Rebuilt(fault=f"{fault}.")
        request = describer.build_rebuild_request(task, statement, seed=seed)
        self._calls.append(request.compute_key())
        answer = await context.ask(describer, request, "rebuild", self._fast.program_id)
        tried = _Rebuilt(fault="it has no program.")
        for reply in describer.parse_programs(task, answer):
            tried = _Rebuilt(fault=f"{reply.detail}.")
            if reply.code is not None:
                tried = await self._compare(reply.code)
            if tried.program is not None:
                break
        return statement, tried

    async def _compare(self, code: str) -> _Rebuilt:
        """Run a program that was written from a statement on all inputs of the known problem."""
        program = ProgramText.create(self._fast.problem_id, self._fast.language, code)
        suite = self._prepared.all_inputs
        found = await compare_outputs(
            self._executor, self._prepared.output_rules, self._fast, program, suite
        )
        if found.reason is None:
            return _Rebuilt(program)
        failure = None
        if found.reason is RejectReason.DIFFERENT_OUTPUT:
            case = suite.cases[found.at]
            data = self._context.ledger.get_blob(case.blob)
            runs = [await self._executor.run_once(it, data) for it in (self._fast, program)]
            outputs = [run.stdout.decode(errors="replace") for run in runs]
            failure = FailedInput.create(case.name, data, *outputs)
        return _Rebuilt(fault=f"{found.reason.replace('_', ' ')} {found.detail}.", failure=failure)

    async def _write(
        self, statement: str, rebuilt: ProgramText, answers: dict[str, bytes]
    ) -> NewProblem:
        """Write the package; it gets its name once it has passed the check of packages."""
        suffix = self._executor.languages[self._fast.language].suffix
        submissions = [
            (SubmissionRole.FAST, f"fast{suffix}", self._fast.code),
            (SubmissionRole.FAST, f"rebuilt{suffix}", rebuilt.code),
            (SubmissionRole.SLOW, f"slow{suffix}", self._slow.code),
        ]
        known = self._prepared.fast.get(self._fast.language)
        if known is not None and await self._differs(known, answers):
            code = self._context.get_program(known).code
            submissions.append((SubmissionRole.WRONG, f"known{suffix}", code))
        package = NewPackage(
            name=_NO_NAME.sub("", self._pair.problem_id.lower()) + self._pair.class_id[:9],
            title=statement.partition("\n")[0].removeprefix("# ").strip(),
            statement=statement,
            license=self._problem.license,
            limits=self._problem.limits,
            tests={test.name: (test.input, answers[test.name]) for test in self._problem.tests},
            submissions=submissions,
            files=copy_inputs(self._problem, f"fast{suffix}"),
        )
        place = self._context.folder / PACKAGES
        final, staging = place / package.name, self._context.folder / "state" / "staging"
        with translate_os_errors(staging):
            shutil.rmtree(staging / package.name, ignore_errors=True)
        folder = write_package(package, staging)
        try:
            await self._check(problems.load_problem(folder))
        except PackageError as error:
            return self._end(fault=f"the package is refused: {error.what}")
        with translate_os_errors(final):
            place.mkdir(exist_ok=True)
            shutil.rmtree(final, ignore_errors=True)
            folder.replace(final)
        return self._end(problem_id=package.name, rebuilt_id=rebuilt.program_id)

    async def _differs(self, known: str, answers: dict[str, bytes]) -> bool:
        """Return whether a submission of the known problem is wrong here on a package's test."""
        program = self._context.get_program(known)
        for test in self._problem.tests:
            run = await self._executor.run_once(program, test.input)
            if run.verdict is Verdict.AC and run.stdout.split() != answers[test.name].split():
                return True
        return False

    async def _check(self, problem: Problem) -> None:
        """Check a package as a run would.

        Raises:
            PackageError: It is refused, or its fast or slow submission is unsound.
        """
        limits = {problem.problem_id: self._executor.get_limits(self._pair.problem_id)}
        executor = replace(self._executor, problem_limits=limits)
        prepared = await prepare_problem(executor, problem, self._context.config)
        if self._fast.language not in prepared.fast.keys() & prepared.slow.keys():
            raise PackageError(
                "; ".join(prepared.unsound.values()), where=str(problem.folder), fix="leave it out"
            )


def _show(data: bytes) -> str:
    return cut_text(data.decode(errors="replace"))
