"""A problem package is tried before the loop believes it: every claim it makes is run."""

from collections.abc import Iterable

from pieforge.config import Config
from pieforge.equivalence.observation import Observation, output_digest
from pieforge.equivalence.output_validator import Judging
from pieforge.errors import PackageError
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.sanitizer_runs import vetted
from pieforge.graphs.problems.suites import HiddenDraw, hidden_inputs, judge_of_inputs, statuses
from pieforge.graphs.problems.test_selection import ladder, smaller_tests, timed_tests
from pieforge.graphs.results import Prepared
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.inputs.validation.limits import explored
from pieforge.inputs.validation.validators import ACCEPTED, REFUSED
from pieforge.problems import Problem, Role
from pieforge.problems import Test as PackageTest
from pieforge.records import Origin, Program, Verdict, digest
from pieforge.sandbox.languages import by_suffix


async def prepare(workshop: Workshop, problem: Problem, config: Config) -> Prepared:
    """Check a package and derive what the loop needs from it; done once per run.

    Args:
        workshop: Where programs are run.
        problem: The package as read.
        config: The run's configuration: its languages, its seed, the simulator's budget.

    Raises:
        PackageError: A validator refuses the package's own tests or accepts what it must refuse,
            a submission does not do what its folder says, or a generator fails.
    """
    settings = (str(config.run.seed), config.simulator.model_dump_json(), *config.run.languages)
    return await workshop.ledger.once(
        Prepared,
        problem.problem_id,
        digest(_package_sha(problem), *settings),
        lambda: _Preparation(workshop, problem, config).run(),
    )


def _package_sha(problem: Problem) -> str:
    parts: list[bytes | str] = [problem.statement]
    for test in (*problem.tests, *problem.refused):
        parts += [test.name, test.input, test.answer]
    parts += [submission.code for submission in problem.submissions]
    parts += [part for item in problem.validators.items() for part in item]
    parts += [part for item in problem.generator_files.items() for part in item]
    parts += [part for item in problem.output_validator.items() for part in item]
    parts += ["judged by", *problem.output_validator_args]
    parts += [f"{call.name} {call.script} {call.arguments}" for call in problem.generator_calls]
    return digest(*parts)


class _Preparation:
    def __init__(self, workshop: Workshop, problem: Problem, config: Config) -> None:
        self.workshop = workshop
        self.problem = problem
        self.config = config
        self.judging = Judging(
            arguments=problem.output_validator_args, validator=dict(problem.output_validator)
        )

    async def run(self) -> Prepared:
        await self._check_validators()
        await self._check_judge()
        tests, fresh = await self._split()
        selection = self.workshop.suite(_named(tests))
        programs = await self._submissions(selection, tests)
        right = [program.program_id for program, role in programs if role is not Role.WRONG]
        shape = await self._shape(right)
        known = [*(test.input for test in self.problem.tests), *(item.data for item in fresh)]
        draw = HiddenDraw(
            self.workshop, self.problem, self.judging, right, seed=self.config.run.seed
        )
        drawn = await draw.draw(shape, known, len(fresh))
        fresh += drawn.inputs
        hidden = self.workshop.suite(fresh)
        unused = await self._unused(programs, hidden)
        sound = [(program, role) for program, role in programs if program.program_id not in unused]
        slow, fast = (_by_language(sound, role) for role in (Role.SLOW, Role.FAST))
        timed, smaller = await self._measured_tests(slow, selection)
        everything = self.workshop.suite([*_named(tests), *fresh])
        return Prepared(
            problem_id=self.problem.problem_id,
            selection=selection,
            hidden=hidden,
            everything=everything,
            submissions=tuple(program for program, _ in programs),
            slow=slow,
            fast=fast,
            judging=self.judging,
            shape=shape,
            validated_by="package" if self.problem.validators else "shape",
            dropped=drawn.dropped,
            unused=unused,
            timed=timed,
            smaller=smaller,
            ladder={
                language: await self._ladder(language, program, fast.get(language), everything)
                for language, program in slow.items()
            },
        )

    async def _measured_tests(
        self, slow: dict[str, str], suite: Suite
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Return the tests to time by, and those that show a trend besides, by language."""
        workshop, section = self.workshop, self.config.simulator
        timed, smaller = {}, {}
        for language, program in slow.items():
            timed[language] = await timed_tests(workshop, program, suite, section)
            smaller[language] = await smaller_tests(
                workshop, program, suite, section, timed[language]
            )
        return timed, smaller

    async def _ladder(
        self, language: str, slow: str, fast: str | None, suite: Suite
    ) -> tuple[str, ...]:
        if not self.workshop.confirms_apart(language):
            return ()
        return await ladder(self.workshop, slow, fast, suite, self.config.simulator)

    async def _unused(
        self, programs: Iterable[tuple[Program, Role]], hidden: Suite
    ) -> dict[str, str]:
        """Return what speaks against submissions that others would be derived from, by program."""
        found = {}
        for program, role in programs:
            if role is not Role.WRONG:
                vet = await vetted(self.workshop, program.program_id, hidden, self.judging)
                if vet.reason is not None:
                    found[program.program_id] = f"{role} {program.language} submission: " + (
                        f"{vet.reason}: {vet.detail}"
                    )
        return found

    async def _split(self) -> tuple[list[PackageTest], list[NamedInput]]:
        """Return the tests to class programs by, and the inputs to verify on so far."""
        fresh = await hidden_inputs(self.workshop, self.problem, seed=self.config.run.seed)
        tests = list(self.problem.tests)
        if fresh:
            return tests, fresh
        # Without generators every second secret test is held back for verification.
        secret = [test for test in tests if test.name.startswith("secret/")]
        held = secret[1::2]
        return [test for test in tests if test not in held], _named(held)

    async def _shape(self, right: list[str]) -> Shape:
        """Infer the shape of the tests, and let the package's validators say how far it reaches."""
        shape = infer([test.input for test in self.problem.tests])
        if not self.problem.validators:
            return shape
        valid = judge_of_inputs(self.workshop, self.problem, self.judging, right)
        return await explored(shape, valid, seed=self.problem.problem_id)

    async def _check_validators(self) -> None:
        tests = [*self.problem.tests, *self.problem.refused]
        for name in self.problem.validators:
            inputs = [test.input for test in tests]
            told = await statuses(self.workshop, self.problem, name, inputs)
            for test, status in zip(tests, told, strict=True):
                wanted = REFUSED if test in self.problem.refused else ACCEPTED
                if status != wanted:
                    verb = "accepts" if wanted == REFUSED else "refuses"
                    raise PackageError(
                        f"validator {name} {verb} the package's own test {test.name} "
                        f"(exit status {status}, expected {wanted})",
                        where=str(self.problem.folder),
                        fix="mend the validator or the test",
                    )

    async def _check_judge(self) -> None:
        """Let the problem's judge accept an answer for itself."""
        test = self.problem.tests[0]
        try:
            wrong = await self.workshop.wrong(self.judging, test.input, test.answer, test.answer)
        except PackageError as error:
            where = error.where or str(self.problem.folder)
            raise PackageError(error.what, where=where, fix=error.fix) from error
        if wrong:
            raise PackageError(
                f"the output validator refuses the answer of {test.name} itself: {wrong[:200]}",
                where=str(self.problem.folder),
                fix="mend the validator or the answer",
            )

    async def _wrong(self, name: str, seen: Observation, tests: list[PackageTest]) -> str:
        """Return the first thing that is wrong with a submission on the tests, if any."""
        if seen.verdict is not Verdict.AC:
            where = tests[seen.at].name if 0 <= seen.at < len(tests) else "compilation"
            return f"it gets {seen.verdict} on {where} ({seen.detail})"
        for test, output in zip(tests, seen.outputs, strict=True):
            if output == output_digest(test.answer):
                continue
            ran = await self.workshop.run_once(name, test.input)
            wrong = await self.workshop.wrong(self.judging, test.input, test.answer, ran.stdout)
            if wrong:
                return f"its output differs from the answer of {test.name}: {wrong[:200]}"
        return ""

    async def _submissions(
        self, selection: Suite, tests: list[PackageTest]
    ) -> list[tuple[Program, Role]]:
        spoken = {key: self.workshop.languages[key] for key in self.config.run.languages}
        known = by_suffix(spoken)
        found = []
        for submission in self.problem.submissions:
            if submission.path.suffix not in known:
                continue
            language = known[submission.path.suffix].key
            name = self.workshop.register(self.problem.problem_id, language, submission.code)
            seen = await self.workshop.observed(name, selection)
            wrong = await self._wrong(name, seen, tests)
            if (submission.role is Role.WRONG) != bool(wrong):
                raise PackageError(
                    f"submission {submission.path.name} is in the folder for {submission.role} "
                    f"programs, but {wrong or 'it passes every test'}",
                    where=str(submission.path),
                    fix="move it, mend it, or add the test that shows it",
                )
            program = Program(
                program_id=name,
                problem_id=self.problem.problem_id,
                language=language,
                code=self.workshop.source(name).code,
                origin=Origin.SUBMISSION,
                round=0,
            )
            found.append((program, submission.role))
        return found


def _named(tests: Iterable[PackageTest]) -> list[NamedInput]:
    return [NamedInput(test.name, test.input) for test in tests]


def _by_language(programs: Iterable[tuple[Program, Role]], role: Role) -> dict[str, str]:
    found: dict[str, str] = {}
    for program, its_role in programs:
        if its_role is role:
            found.setdefault(program.language, program.program_id)
    return found
