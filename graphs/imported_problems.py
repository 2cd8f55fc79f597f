"""Problem packages from other collections: what a collection claims is run before it is believed.

A program is right if it gives the answer to every test that is kept, and a test is kept if some
program that is claimed to be right gives its answer. Answers that are missing are the outputs that
most of the right programs have. Which right programs are slow is measured. Each package is
checked as every package is before a run uses it.
"""

import math
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import jsonlines

from pieforge import problems
from pieforge.config import Config
from pieforge.equivalence.comparison import ComparableOutput, explain_difference
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import ArtifactJob, RunJob
from pieforge.files import read_jsonl, translate_os_errors
from pieforge.graphs.gather import gather
from pieforge.graphs.problems.preparation import (
    ask_about_tests,
    hold_back_tests,
    prepare_problem,
)
from pieforge.graphs.problems.suites import create_output_rules, identify_language
from pieforge.graphs.problems.test_selection import choose_timed_tests
from pieforge.graphs.run import apply_package_limits, open_executor
from pieforge.inputs import NamedInput
from pieforge.inputs.validation.validators import ACCEPTED
from pieforge.ledger import Ledger
from pieforge.problems import Problem, SubmissionRole
from pieforge.problems.imports import (
    FoundProblem,
    FoundProgram,
    FoundTest,
    ImportKind,
    UnusedPart,
    choose_tests,
)
from pieforge.problems.package_writer import NewPackage, write_package
from pieforge.records import FrozenModel, ProgramText, Verdict, digest
from pieforge.sandbox.sandbox import RunResult

REPORT = "import.jsonl"
_STAGING = ".staging"
_VALIDATORS = ("input_validators", "input_format_validators")
_NO_NAME = re.compile(r"[^a-z0-9]")
_MAX_NAME = 40
_LIMITED = (Verdict.TLE, Verdict.MLE, Verdict.OLE)


class ImportedProblem(FrozenModel):
    """What became of one problem: a line of import.jsonl."""

    source: str
    """Its place in the collection."""
    problem_id: str = ""
    """Name of its package; empty where there is none."""
    fault: str = ""
    """Why there is no package; empty where there is one."""
    detail: str = ""
    tests: int = 0
    answered: int = 0
    """Tests whose answers are those of its programs."""
    fast: int = 0
    slow: int = 0
    """Right programs that cost at least `simulator.threshold` times as much as the cheapest."""
    wrong: int = 0
    left_out: tuple[UnusedPart, ...] = ()
    content: str = ""
    """Hash of its tests: a problem with the tests of another one is left out."""


Report = Callable[[ImportedProblem], None]


async def import_problems(
    kind: ImportKind, path: Path, out: Path, config: Config, report: Report
) -> list[ImportedProblem]:
    """Write a package below a folder for each problem of a collection, and import.jsonl.

    Problems that import.jsonl names already are not tried again.

    Args:
        kind: The kind of collection.
        path: Where it is.
        out: The folder of packages.
        config: Languages, limits and simulator.
        report: Receives what became of each problem, as soon as it is known.

    Raises:
        UserInputError: Nothing at the path is of that kind.
        PieforgeError: What stopped it; packages and lines so far are complete.
    """
    known = read_report(out / REPORT)
    async with open_executor(config, Ledger(Path(":memory:"))) as executor:
        for found in kind.read(path):
            if found.source in known:
                continue
            names = {it.problem_id for it in known.values()}
            name = _NO_NAME.sub("", found.name.lower())[:_MAX_NAME]
            if not name or name in names or (out / name).exists():
                name += "x" + digest(found.source)[:8]
            result = ImportedProblem(
                source=found.source, fault=found.fault, left_out=found.left_out
            )
            if not found.fault:
                limits = {name: apply_package_limits(config.limits, found.limits)}
                own = replace(executor, ledger=Ledger(Path(":memory:")), problem_limits=limits)
                twins = {it.content: it.source for it in known.values() if it.content}
                result = await _Import(own, config, found, out, name).make(twins)
            known[found.source] = result
            _add_line(out / REPORT, result)
            report(result)
    shutil.rmtree(out / _STAGING, ignore_errors=True)
    return list(known.values())


def read_report(path: Path) -> dict[str, ImportedProblem]:
    """Return the lines of a report; the last one may be incomplete, after a crash."""
    if not path.exists():
        return {}
    with translate_os_errors(path, "cannot be read"):
        text = path.read_text()
    if text and not text.endswith("\n"):
        with translate_os_errors(path):
            path.write_text(text[: text.rfind("\n") + 1])
    found = (ImportedProblem.model_validate(row) for row in read_jsonl(path))
    return {it.source: it for it in found}


def _add_line(path: Path, result: ImportedProblem) -> None:
    with translate_os_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with jsonlines.open(path, "a", compact=True) as lines:
            lines.write(result.model_dump(mode="json"))


class _RefusedError(Exception):
    """Why a problem has no package."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(fault)
        self.fault, self.detail = fault, detail


@dataclass
class _Tried:
    """A program, and what it did on each test: a fault, or an output's digest."""

    found: FoundProgram
    program: ProgramText
    runs: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """For each test, what is wrong there; empty where nothing is."""
    unknown: bool = False
    """Whether it reached a limit."""


class _Import:
    """One problem's way to a package."""

    def __init__(
        self, executor: CachedExecutor, config: Config, found: FoundProblem, out: Path, name: str
    ) -> None:
        self.executor = executor
        self.config = config
        self.found = found
        self.out = out
        self.name = name
        self.left_out = list(found.left_out)

    async def make(self, twins: Mapping[str, str]) -> ImportedProblem:
        """Return what became of the problem.

        Args:
            twins: Sources of problems by the hash of their tests.
        """
        content = digest(*(part for it in self.found.tests for part in (it.input, it.answer or "")))
        values: dict[str, object] = {"content": content}
        try:
            values |= await self._make_package(twins.get(content, ""))
        except _RefusedError as error:
            values |= {"fault": error.fault, "detail": error.detail}
        except PackageError as error:
            values |= {"fault": "the package is refused", "detail": error.what}
        return ImportedProblem(
            source=self.found.source,
            left_out=tuple(self.left_out),
            **values,  # type: ignore[arg-type]
        )

    def _leave_out(self, part: str, name: str, why: str, detail: str = "") -> None:
        self.left_out.append(UnusedPart(part=part, name=name, why=why, detail=detail))

    async def _make_package(self, twin: str) -> dict[str, object]:
        if self.found.tests and twin:
            raise _RefusedError("it has the tests of another problem", twin)
        tests = _name_tests(await self._generate_tests())
        if not tests:
            raise _RefusedError("it has no tests")
        # Read as a package, so that validators and their arguments are the format's.
        problem = self._write(tests, [(it.role, it) for it in self.found.programs])
        tests = await self._validate(problem, tests)
        if not tests:
            raise _RefusedError("its validators refuse every test")
        trials = await gather(self._try(it, problem, tests) for it in self.found.programs)
        tried = [it for it in trials if it is not None]
        claimed = [it for it in tried if it.found.role is not SubmissionRole.WRONG]
        if not claimed:
            raise _RefusedError("no program that is claimed to be right compiles")
        kept = self._choose_tests(tests, claimed)
        passing = [it for it in claimed if not any(it.faults[at] for at in kept.values())]
        answers, right = await self._answer(problem, tests, kept, passing)
        for it in claimed:
            if it not in right:
                fault = next((it.faults[at] for at in kept.values() if it.faults[at]), "")
                detail = fault or "it differs from the others where there was no answer"
                self._leave_out("program", it.found.name, "claimed to be right", detail)
        final = {name: answers.get(name, tests[name]) for name in kept}
        programs = await self._rank(final, right)
        programs += self._choose_wrong(problem, kept, tried)
        folder = self.out / self.name
        problem = self._write(final, programs)
        prepared = await prepare_problem(self.executor, problem, self.config)
        if not prepared.fast:
            raise _RefusedError("no program is sound", "; ".join(prepared.unsound.values()))
        with translate_os_errors(folder):
            problem.folder.replace(folder)
        roles = Counter(role for role, _ in programs)
        return {
            "problem_id": self.name,
            "tests": len(final),
            "answered": len(answers),
            "fast": roles[SubmissionRole.FAST],
            "slow": roles[SubmissionRole.SLOW],
            "wrong": roles[SubmissionRole.WRONG],
        }

    async def _generate_tests(self) -> Sequence[FoundTest]:
        """Return the tests, and the inputs that the generators make."""
        made = list(self.found.tests)
        for each in self.found.generators:
            program = await self._read_program(each.suffix, each.code)
            lines = tuple(f"{line}\n".encode() for line in each.lines)
            limits = self.executor.limits
            runs = await self.executor.execute(RunJob(program, lines, limits, keep_output=True))
            if runs.compile_error is not None:
                self._leave_out("generator", each.name, "does not compile", runs.compile_error)
            for at, run in enumerate(runs.results):
                name = f"{each.name}-{at:02}"
                if run.verdict is Verdict.AC:
                    made.append(FoundTest(name, run.stdout))
                else:
                    self._leave_out("generator", name, "does not end well", str(run.verdict))
        return choose_tests(made, self.left_out) if self.found.generators else made

    async def _read_program(self, suffix: str, code: str) -> ProgramText:
        languages = self.config.run.languages
        program = await identify_language(self.executor, self.name, suffix, code, languages)
        if program is None:
            raise _RefusedError(f"no language has the suffix {suffix}")
        return program

    def _write(
        self,
        tests: Mapping[str, FoundTest],
        programs: Sequence[tuple[SubmissionRole, FoundProgram]],
    ) -> Problem:
        """Write the package into the staging folder, and read it."""
        with translate_os_errors(self.out):
            shutil.rmtree(self.out / _STAGING, ignore_errors=True)
        package = NewPackage(
            name=self.name,
            title=self.found.title,
            statement=self.found.statement,
            license=self.found.license,
            limits=self.found.limits,
            tests={name: (it.input, it.answer or b"") for name, it in tests.items()},
            submissions=[
                (role, f"{_NO_NAME.sub('-', it.name.lower())[:_MAX_NAME]}{it.suffix}", it.code)
                for role, it in programs
            ],
            files=self.found.files,
        )
        return problems.load_problem(write_package(package, self.out / _STAGING))

    async def _validate(
        self, problem: Problem, tests: dict[str, FoundTest]
    ) -> dict[str, FoundTest]:
        """Return the tests that the package's validators accept; leave out unusable validators."""
        refused: dict[str, str] = {}
        for validator in problem.validators:
            own = problem.tests
            try:
                statuses = await ask_about_tests(self.executor, problem, validator, own)
            except PackageError as error:
                self._leave_out("validator", validator, "it cannot be used", error.what)
                places = tuple(f"{place}/{validator}" for place in _VALIDATORS)
                files = self.found.files.items()
                usable = {name: it for name, it in files if not name.startswith(places)}
                self.found = replace(self.found, files=usable)
                continue
            refused |= {test.name: validator for test, it in statuses if it != ACCEPTED}
        for name, validator in refused.items():
            self._leave_out("test", tests[name].name, "a validator refuses it", validator)
        return {name: it for name, it in tests.items() if name not in refused}

    async def _try(
        self, found: FoundProgram, problem: Problem, tests: Mapping[str, FoundTest]
    ) -> _Tried | None:
        """Run a program on all tests; None if it is not used."""
        languages = self.config.run.languages
        if found.suffix not in {self.executor.languages[key].suffix for key in languages}:
            self._leave_out("program", found.name, "in no language of the run")
            return None
        program = await self._read_program(found.suffix, found.code)
        compiles = bool(await self.executor.execute(ArtifactJob(program)))
        if not compiles or program.language not in languages:
            why = "in no language of the run" if compiles else "does not compile"
            self._leave_out("program", found.name, why)
            return None
        tried, rules = _Tried(found, program), create_output_rules(problem)
        runs = await self.executor.run_all(program, [it.input for it in tests.values()], whole=True)
        for test, run in zip(tests.values(), runs, strict=True):
            tried.unknown |= run.verdict in _LIMITED
            tried.runs.append(ComparableOutput.from_run(run).digest if _ended(run) else "")
            fault = "" if _ended(run) else f"{run.verdict} on {test.name}"
            if not fault and test.answer is not None:
                answer = ComparableOutput.from_bytes(test.answer)
                fault = await explain_difference(
                    *(rules, self.executor.judge, test.input, answer),
                    ComparableOutput.from_run(run),
                    from_package=True,
                )
            tried.faults.append(fault)
        return tried

    def _choose_tests(
        self, tests: Mapping[str, FoundTest], claimed: Sequence[_Tried]
    ) -> dict[str, int]:
        """Return the tests that a program passes that is claimed to be right, with positions.

        A test that none passes has a wrong answer, as long as another test is passed.
        """
        kept = {}
        for at, (name, test) in enumerate(tests.items()):
            if any(not it.faults[at] for it in claimed):
                kept[name] = at
            else:
                fault = claimed[0].faults[at]
                self._leave_out("test", test.name, "no program passes it", fault)
        if not kept:
            raise _RefusedError("no program gives the answers", claimed[0].faults[0])
        return kept

    async def _answer(
        self,
        problem: Problem,
        tests: Mapping[str, FoundTest],
        kept: Mapping[str, int],
        passing: Sequence[_Tried],
    ) -> tuple[dict[str, FoundTest], list[_Tried]]:
        """Return the tests that had no answers, and the programs that give the answers.

        The answers are the outputs that most of the programs have.
        """
        if not passing:
            raise _RefusedError("no program passes all tests")
        places = {name: at for name, at in kept.items() if tests[name].answer is None}
        outputs = [tuple(it.runs[at] for at in places.values()) for it in passing]
        best = Counter(outputs).most_common(1)[0][0]
        chosen = passing[outputs.index(best)].program
        inputs = [tests[name].input for name in places]
        runs = await self.executor.run_all(chosen, inputs, whole=True) if places else []
        answers = {
            name: replace(tests[name], answer=run.stdout)
            for name, run in zip(places, runs, strict=True)
        }
        equal = [await self._gives(problem, it, places, answers) for it in passing]
        return answers, [it for it, does in zip(passing, equal, strict=True) if does]

    async def _gives(
        self,
        problem: Problem,
        tried: _Tried,
        places: Mapping[str, int],
        answers: Mapping[str, FoundTest],
    ) -> bool:
        """Return whether a program gives the answers of tests, within the problem's rules."""
        rules = create_output_rules(problem)
        for name, test in answers.items():

            async def read(data: bytes = test.input) -> bytes:
                return (await self.executor.run_once(tried.program, data)).stdout

            if await explain_difference(
                *(rules, self.executor.judge, test.input),
                ComparableOutput.from_bytes(test.answer or b""),
                ComparableOutput(tried.runs[places[name]], read),
                from_package=True,
            ):
                return False
        return True

    async def _rank(
        self, tests: Mapping[str, FoundTest], right: Sequence[_Tried]
    ) -> list[tuple[SubmissionRole, FoundProgram]]:
        """Return the right programs, cheapest first; those that cost much more are slow ones."""
        named = [NamedInput(name, it.input) for name, it in tests.items()]
        suite = self.executor.store_suite(named)
        section, ranked = self.config.simulator, []
        for language in dict.fromkeys(it.program.language for it in right):
            group = [it for it in right if it.program.language == language]
            chosen = await choose_timed_tests(self.executor, group[0].program, suite, section)
            largest = chosen[0][-1:]
            costs = [await self.executor.measure(it.program, suite, largest) for it in group]
            # A program that the simulator gives up costs more than the others.
            net = [it.net if it.verdict is Verdict.AC else math.inf for it in costs]
            order = sorted(range(len(group)), key=lambda at: (net[at], group[at].found.name))
            for rank, at in enumerate(order):
                is_slow = rank > 0 and net[at] >= section.threshold * max(1, net[order[0]])
                role = SubmissionRole.SLOW if is_slow else SubmissionRole.FAST
                found = group[at].found
                # The first by name is the one that the loop departs from.
                ranked.append((role, replace(found, name=f"{rank:02}-{found.name}")))
        return ranked

    def _choose_wrong(
        self, problem: Problem, kept: Mapping[str, int], tried: Sequence[_Tried]
    ) -> list[tuple[SubmissionRole, FoundProgram]]:
        """Return the wrong programs that show it on a test that is not held back."""
        shown, _ = hold_back_tests([it for it in problem.tests if it.name in kept])
        places = [kept[test.name] for test in shown]
        wrong = []
        for it in tried:
            if it.found.role is not SubmissionRole.WRONG:
                continue
            if it.unknown:
                self._leave_out("program", it.found.name, "claimed to be wrong", "reaches a limit")
            elif any(it.faults[at] for at in places):
                wrong.append((SubmissionRole.WRONG, it.found))
            else:
                self._leave_out("program", it.found.name, "claimed to be wrong", "passes the tests")
        return wrong


def _ended(run: RunResult) -> bool:
    return run.verdict is Verdict.AC


def _name_tests(tests: Sequence[FoundTest]) -> dict[str, FoundTest]:
    """Return tests by their names in the package, in the order in which it is read."""
    named = {}
    for at, test in enumerate(tests):
        group = "sample" if test.is_sample else "secret"
        name = f"{group}/{at:03}-{_NO_NAME.sub('-', test.name.lower())[:_MAX_NAME]}"
        # Those of a package keep their place: its groups have arguments for validators.
        named[test.name if "/" in test.name else name] = test
    return dict(sorted(named.items(), key=lambda it: it[0]))
