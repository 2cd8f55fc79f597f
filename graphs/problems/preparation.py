"""Check a problem package before the loop uses it: every claim that it makes is run."""

import json
import logging
from collections.abc import Iterable, Sequence
from functools import partial

from pieforge.config import Config, SimulatorSection, iter_keys
from pieforge.equivalence.comparison import ComparableOutput, explain_difference
from pieforge.equivalence.observation import Observation
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.classes.input_format import store_program
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.problems.suites import (
    HiddenInputSource,
    ask_validator,
    create_input_check,
    create_output_rules,
    generate_hidden_inputs,
    identify_language,
)
from pieforge.graphs.problems.test_selection import (
    choose_ladder,
    choose_timed_tests,
)
from pieforge.graphs.results import PreparedProblem
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.inputs.validation.validators import ACCEPTED, REJECTED
from pieforge.problems import Problem, Submission, SubmissionRole
from pieforge.problems import ProblemTest as PackageTest
from pieforge.records import Origin, Program, Verdict, digest

_LIMITED = (Verdict.TLE, Verdict.MLE, Verdict.OLE)
_WRONG_OUTPUTS = (b"", b"pieforge: no answer\n")
_logger = logging.getLogger(__name__)


async def prepare_problem(
    executor: CachedExecutor, problem: Problem, config: Config
) -> PreparedProblem:
    """Check a package and derive what the loop needs from it; done once per run.

    Args:
        executor: Where programs are run.
        problem: The package as read.
        config: The run's configuration: its languages, its seed, the simulator's budget.

    Raises:
        PackageError: A validator refuses the package's own tests or accepts what it must refuse,
            a submission does not do what its folder says, or a generator fails.
    """
    simulator = config.simulator.model_dump(mode="json")
    for key in list(iter_keys(simulator, SimulatorSection)):
        if key.from_user:  # a path is nothing to the result
            del key.table[key.name]
    settings = (str(config.run.seed), json.dumps(simulator), *config.run.languages)
    return await executor.ledger.compute_once(
        PreparedProblem,
        problem.problem_id,
        digest(hash_package(problem), *settings),
        lambda: _Preparation(executor, problem, config).prepare(),
    )


def hash_package(problem: Problem) -> str:
    """Return the hash of everything in a package that a verdict depends on."""
    parts: list[bytes | str] = [problem.statement]
    for test in (*problem.tests, *problem.invalid_inputs):
        parts += [test.name, test.input, test.answer, *test.output_validator_args]
        parts += [repr(sorted(test.input_validator_args.items()))]
    parts += [submission.code for submission in problem.submissions]
    for program in (*problem.validators.values(), problem.output_validator):
        parts += program.list_content() if program else ["none"]
    parts += [part for item in problem.generator_files.items() for part in item]
    parts += ["judged by", *problem.output_validator_args, repr(problem.limits)]
    parts += [f"{call.name} {call.script} {call.arguments}" for call in problem.generator_calls]
    return digest(*parts)


class _Preparation:
    def __init__(self, executor: CachedExecutor, problem: Problem, config: Config) -> None:
        self.executor = executor
        self.problem = problem
        self.config = config
        self.output_rules = create_output_rules(problem)
        self.skipped: list[str] = []
        self.spare: list[Submission] = []
        self.has_slow = any(it.role is SubmissionRole.SLOW for it in problem.submissions)

    async def prepare(self) -> PreparedProblem:
        # In the order of trust: validators first, then what they validate, then who answers it.
        await self._check_validators()
        await self._check_output_validator()
        tests, fresh = await self._split_tests()
        selection = self.executor.store_suite(_name_tests(tests))
        programs = await self._check_submissions(selection, tests)
        right = [program for program, role in programs if role is not SubmissionRole.WRONG]
        grammar = await self._infer_grammar(right)
        known = [*(test.input for test in self.problem.tests), *(item.data for item in fresh)]
        draw = HiddenInputSource(
            self.executor, self.problem, self.output_rules, right, seed=self.config.run.seed
        )
        drawn = await draw.draw(grammar, known, len(fresh))
        fresh += drawn.inputs
        if not fresh:
            raise PackageError(
                "there is no input to verify programs on: all that were made are tests already, or "
                "the submissions differ or fail on them",
                where=str(self.problem.folder / "data" / "secret"),
                fix="add secret tests, or a generator",
            )
        hidden = self.executor.store_suite(fresh)
        unused: dict[str, str] = {}
        # One slow program is enough; slower versions are made of every fast one.
        all_slow = await self._find_sound(programs, SubmissionRole.SLOW, hidden, unused, most=1)
        for submission in self.spare:
            if all(key in all_slow for key in self._list_languages(submission)):
                continue
            if (program := await self._check_submission(submission, selection, tests)) is not None:
                programs.append((program, SubmissionRole.SLOW))
                all_slow = await self._find_sound(
                    programs, SubmissionRole.SLOW, hidden, unused, most=1
                )
        all_fast = await self._find_sound(programs, SubmissionRole.FAST, hidden, unused)
        if not self.has_slow:
            all_slow = all_fast
        slow, fast = (
            {language: found[0] for language, found in each.items()}
            for each in (all_slow, all_fast)
        )
        timed, smaller = await self._choose_timed_tests(slow, selection)
        store = self.executor.ledger
        for program, _ in programs:
            store_program(store, program)
        everything = self.executor.store_suite([*_name_tests(tests), *fresh])
        return PreparedProblem(
            problem_id=self.problem.problem_id,
            selection=selection,
            hidden=hidden,
            all_inputs=everything,
            submissions=tuple(program for program, _ in programs),
            slow={language: program.program_id for language, program in slow.items()},
            fast={language: program.program_id for language, program in fast.items()},
            all_fast={
                language: tuple(program.program_id for program in found)
                for language, found in all_fast.items()
            },
            output_rules=self.output_rules,
            grammar=grammar,
            limits=self.problem.limits,
            validated_by="package" if self.problem.validators else "grammar",
            dropped=drawn.dropped,
            unsound=unused,
            timed=timed,
            smaller=smaller,
            size_ladder={
                language: await self._choose_ladder(
                    language, program, fast.get(language), everything
                )
                for language, program in slow.items()
            },
        )

    async def _choose_timed_tests(
        self, slow: dict[str, Program], suite: Suite
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """Return the tests to measure on, and smaller ones that show the trend, by language."""
        executor, section = self.executor, self.config.simulator
        if not self.has_slow:
            # A program that is slower by the threshold has to fit into the budget.
            budget = max(1, int(section.budget_mcycles / section.threshold))
            section = section.model_copy(update={"budget_mcycles": budget})
        timed, smaller = {}, {}
        for language, program in slow.items():
            chosen = await choose_timed_tests(executor, program, suite, section)
            timed[language], smaller[language] = chosen
        return timed, smaller

    async def _choose_ladder(
        self, language: str, slow: Program, fast: Program | None, suite: Suite
    ) -> tuple[str, ...]:
        if not self.executor.has_separate_confirmer(language):
            return ()
        return await choose_ladder(self.executor, slow, fast, suite, self.config.simulator)

    async def _find_sound(
        self,
        programs: Iterable[tuple[Program, SubmissionRole]],
        role: SubmissionRole,
        hidden: Suite,
        defects: dict[str, str],
        most: int | None = None,
    ) -> dict[str, list[Program]]:
        """Return the sound submissions of a role by language, at most `most`; add others' defects.

        Programs are derived from these, which would inherit a fault.
        """
        found: dict[str, list[Program]] = {}
        for program, its_role in programs:
            if its_role is not role or len(found.get(program.language, ())) == most:
                continue
            vet = await vet_program(self.executor, program, hidden, self.output_rules)
            if vet.reason is None:
                found.setdefault(program.language, []).append(program)
            else:
                defects[program.program_id] = f"{role} {program.language} submission: " + (
                    f"{vet.reason}: {vet.detail}"
                )
        return found

    async def _split_tests(self) -> tuple[list[PackageTest], list[NamedInput]]:
        """Return the tests to select programs by, and the inputs to verify on so far."""
        fresh = await generate_hidden_inputs(self.executor, self.problem, seed=self.config.run.seed)
        if fresh:
            return list(self.problem.tests), fresh
        tests, held = hold_back_tests(self.problem.tests)
        return tests, _name_tests(held)

    async def _infer_grammar(self, right: list[Program]) -> InputGrammar:
        """Infer the grammar of the tests, widened as far as the package's validators accept."""
        grammar = infer_grammar([test.input for test in self.problem.tests])
        if not self.problem.validators:
            return grammar
        check = create_input_check(self.executor, self.problem, self.output_rules, right)
        valid = partial(self.executor.check_inputs, check)
        return await generalize_grammar(grammar, valid, seed=self.problem.problem_id)

    async def _check_validators(self) -> None:
        """Check that all validators accept each test, and one refuses each invalid input."""
        refused: set[str] = set()
        for name in self.problem.validators:
            own = self.problem.tests
            for test, status in await ask_about_tests(self.executor, self.problem, name, own):
                if status != ACCEPTED:
                    raise self._create_error(
                        f"validator {name} refuses the package's own test {test.name} "
                        f"(exit status {status}, expected {ACCEPTED})"
                    )
            invalid = self.problem.invalid_inputs
            for test, status in await ask_about_tests(self.executor, self.problem, name, invalid):
                if status != ACCEPTED:
                    refused.add(test.name)
        for test in self.problem.invalid_inputs if self.problem.validators else ():
            if test.name not in refused:
                names = ", ".join(self.problem.validators)
                raise self._create_error(
                    f"validator {names} accepts the package's own test {test.name} "
                    f"(exit status {ACCEPTED}, expected {REJECTED})"
                )

    def _create_error(self, what: str) -> PackageError:
        fix = "correct the validator or the test"
        return PackageError(what, where=str(self.problem.folder), fix=fix)

    async def _check_output_validator(self) -> None:
        """Check that the output validator accepts an answer, and also what it does to wrong ones.

        Some do more there, such as to write a message.
        """
        for arguments in dict.fromkeys(test.output_validator_args for test in self.problem.tests):
            test = next(t for t in self.problem.tests if t.output_validator_args == arguments)
            try:
                wrong, *found = [
                    await self.executor.judge(self.output_rules, test.input, test.answer, output)
                    for output in (test.answer, *_WRONG_OUTPUTS)
                ]
            except PackageError as error:
                where = ": ".join(filter(None, (str(self.problem.folder), error.where)))
                raise PackageError(error.what, where=where, fix=error.fix) from error
            if wrong:
                raise self._create_error(
                    f"the output validator refuses the answer of {test.name} itself: {wrong[:200]}"
                )
            if not any(found):
                raise self._create_error(
                    f"the output validator accepts every output on {test.name}, also none"
                )

    async def _find_fault(
        self, program: Program, seen: Observation, tests: Sequence[PackageTest]
    ) -> str:
        """Return the first fault of a submission on the tests, or an empty string."""
        if seen.verdict is not Verdict.AC:
            where = tests[seen.at].name if 0 <= seen.at < len(tests) else "compilation"
            return f"it gets {seen.verdict} on {where} ({seen.detail})"
        for test, output in zip(tests, seen.outputs, strict=True):

            async def read(data: bytes = test.input) -> bytes:
                return (await self.executor.run_once(program, data)).stdout

            wrong = await explain_difference(
                self.output_rules,
                self.executor.judge,
                test.input,
                ComparableOutput.from_bytes(test.answer),
                ComparableOutput(output or "", read),
                from_package=True,
            )
            if wrong:
                return f"its output differs from the answer of {test.name}: {wrong[:200]}"
        return ""

    async def _check_submissions(
        self, selection: Suite, tests: Sequence[PackageTest]
    ) -> list[tuple[Program, SubmissionRole]]:
        """Return the submissions in the run's languages, of the slow ones the first that ends.

        The other slow ones are put aside: nothing depends on them while that one is sound.
        """
        found: list[tuple[Program, SubmissionRole]] = []
        ended: set[str] = set()
        for submission in self.problem.submissions:
            if not self._list_languages(submission):
                continue
            is_slow = submission.role is SubmissionRole.SLOW
            if is_slow and submission.suffix in ended:
                self.spare.append(submission)
            elif program := await self._check_submission(submission, selection, tests):
                found.append((program, submission.role))
                if is_slow:
                    ended.add(submission.suffix)
        needed = (SubmissionRole.SLOW, SubmissionRole.FAST)
        for role in needed if self.has_slow else needed[1:]:
            if self.skipped and role not in {its_role for _, its_role in found}:
                raise PackageError(
                    f"no {role} submission is left: {'; '.join(self.skipped)}",
                    where=str(self.problem.folder / "submissions"),
                    fix="raise limits.cpu_s or limits.memory_mb, add the language to "
                    "run.languages, or add a program that ends within the limits",
                )
        return found

    def _list_languages(self, submission: Submission) -> list[str]:
        """Return the run's languages that a submission's text may be in."""
        languages, suffix = self.executor.languages, submission.suffix
        return [key for key in self.config.run.languages if languages[key].suffix == suffix]

    async def _check_submission(
        self, submission: Submission, selection: Suite, tests: Sequence[PackageTest]
    ) -> Program | None:
        """Return a submission as a program; None where the run cannot use it.

        Raises:
            PackageError: It does not do what its folder says.
        """
        chosen = self.config.run.languages
        name, suffix, code = self.problem.problem_id, submission.suffix, submission.code
        text = await identify_language(self.executor, name, suffix, code, preferred=chosen)
        if text is None or text.language not in chosen:
            self._note_skipped(submission, "it is in no language of the run")
            return None
        program = Program(**text.model_dump(), origin=Origin.SUBMISSION, round=0)
        seen = await self.executor.observe(program, selection)
        if seen.verdict in _LIMITED and submission.role is not SubmissionRole.WRONG:
            # The package may be right: it may count on other limits, or another machine.
            self._note_skipped(submission, f"it needs {seen.detail} on {tests[seen.at].name}")
            return None
        wrong = await self._find_fault(program, seen, tests)
        # A wrong program is one that runs: a text that does not compile shows nothing.
        unusable = seen.verdict is Verdict.CE
        if unusable or (submission.role is SubmissionRole.WRONG) != bool(wrong):
            raise PackageError(
                f"submission {submission.path.name} is in the folder for {submission.role} "
                f"programs, but {wrong or 'it passes every test'}",
                where=str(submission.path),
                fix="move it, correct it, or add the test that shows it",
            )
        return program

    def _note_skipped(self, submission: Submission, why: str) -> None:
        name = submission.path.relative_to(self.problem.folder)
        self.skipped.append(f"{name} ({why})")
        _logger.warning("%s: skipped %s", self.problem.problem_id, self.skipped[-1])


async def ask_about_tests(
    executor: CachedExecutor, problem: Problem, name: str, tests: Sequence[PackageTest]
) -> list[tuple[PackageTest, int | None]]:
    """Return a validator's exit status on tests, each with the arguments of its group.

    Raises:
        PackageError: The validator is in no known language or does not compile.
    """
    found: list[tuple[PackageTest, int | None]] = []
    for arguments in dict.fromkeys(test.get_validator_args(name) for test in tests):
        some = [test for test in tests if test.get_validator_args(name) == arguments]
        inputs = [test.input for test in some]
        statuses = await ask_validator(executor, problem, name, inputs, arguments)
        found += zip(some, statuses, strict=True)
    return found


def hold_back_tests(
    tests: Sequence[PackageTest],
) -> tuple[list[PackageTest], list[PackageTest]]:
    """Return the tests to select programs by, and those held back: every second secret one.

    So it is where a package has no generators.
    """
    held = [test for test in tests if test.name.startswith("secret/")][1::2]
    return [test for test in tests if test not in held], held


def _name_tests(tests: Iterable[PackageTest]) -> list[NamedInput]:
    return [NamedInput(test.name, test.input) for test in tests]
