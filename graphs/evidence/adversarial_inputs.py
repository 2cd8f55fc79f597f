"""A model looks for inputs on which two programs differ; everything it gives is tried and judged.

Its inputs must pass the package's validators, its scripts run inside the sandbox, and what became
of the first answer goes into the second request. All of it is done once.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.agents.tester import (
    SCRIPT_S,
    OfferFeedback,
    ProposedInputs,
    Tester,
    TesterTask,
    parse_proposed_inputs,
)
from pieforge.equivalence.program_pair import PairOutcome, ProgramPair
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import ScriptJob
from pieforge.executors.records import TestCase
from pieforge.graphs.language_names import name_language
from pieforge.graphs.problems.suites import collect_accepted, create_input_check
from pieforge.graphs.results import AdversarialInputs
from pieforge.inputs import NamedInput
from pieforge.problems import Problem
from pieforge.records import ProgramText, Verdict, digest
from pieforge.sandbox.sandbox import Limits

AskModel = Callable[[ModelRequest], Awaitable[Completion]]
"""Returns a model's answer, from the ledger where the same request was ever answered."""

MAX_TURNS = 2
"""Answers asked for at most: a second one where the first showed no difference."""
MAX_INPUTS = 8
"""Inputs asked for in one answer; more are not looked at."""
_SEEDS_PER_SCRIPT = 3
"""Runs of each script."""
_SCRIPT_LIMITS = Limits(cpu_s=SCRIPT_S, output_bytes=4 << 20)
_MAX_SHOWN_CHARS = 200
"""Characters of an output or message that the tester is shown."""


@dataclass(frozen=True)
class _TesterOffer:
    """One input or script of the tester, and the inputs that it gave."""

    what: str
    inputs: tuple[bytes, ...] = ()
    fault: str = ""


async def find_adversarial_inputs(
    executor: CachedExecutor,
    tester: Tester,
    ask: AskModel,
    problem: Problem,
    programs: ProgramPair,
    *,
    turns: int = MAX_TURNS,
) -> list[NamedInput]:
    """Return a tester's valid inputs, those on which the programs differ first.

    Inputs without a result are left out: a program reached the time limit, or both failed.

    Args:
        executor: Where programs and scripts are run.
        tester: The model.
        ask: Sends a request, or finds its answer.
        problem: The package that the programs read their input from.
        programs: Two programs, side by side.
        turns: Answers asked for at most; each further one only while no difference was found.

    Raises:
        EndpointError: The model's endpoint failed.
        PackageError: The package's validators cannot be used.
        SandboxError: The sandbox failed twice.
    """
    right = await collect_accepted(executor, problem)
    session = _TesterSession(executor, tester, ask, problem, programs, right)
    limits = repr(executor.get_limits(problem.problem_id)), repr(_SCRIPT_LIMITS)
    key = digest(
        session.first.compute_key(), *limits, *([] if turns == MAX_TURNS else [str(turns)])
    )
    subject = f"{programs.a.program_id}/{programs.b.program_id}"
    tested = await executor.ledger.compute_once(
        AdversarialInputs, subject, key, lambda: session.run(turns)
    )
    return [NamedInput(case.name, executor.ledger.get_blob(case.blob)) for case in tested.cases]


class _TesterSession:
    """One conversation with a tester about two programs."""

    def __init__(
        self,
        executor: CachedExecutor,
        tester: Tester,
        ask: AskModel,
        problem: Problem,
        programs: ProgramPair,
        right: Sequence[ProgramText],
    ) -> None:
        self.executor = executor
        self.tester = tester
        self.ask = ask
        self.programs = programs
        self.check = create_input_check(executor, problem, programs.output_rules, right)
        example = min((test.input for test in problem.tests), key=lambda data: (len(data), data))
        self.task = TesterTask(
            description=problem.statement,
            example=example.decode(errors="replace"),
            first=programs.a.code,
            second=programs.b.code,
            languages=(
                name_language(executor.languages[programs.a.language]),
                name_language(executor.languages[programs.b.language]),
            ),
            wanted=MAX_INPUTS,
        )
        self.seed = int(digest("tester", programs.a.program_id, programs.b.program_id)[:7], 16)
        self.first = tester.build_request(self.task, seed=self.seed)
        self.equal: dict[bytes, None] = {}
        self.differ: dict[bytes, None] = {}
        self.feedback: dict[bytes, str] = {}
        """What the next request says about each input."""

    async def run(self, turns: int) -> AdversarialInputs:
        request = self.first
        for turn in range(turns):
            answer = await self.ask(request)
            tried = await self._try_offers(parse_proposed_inputs(answer))
            if self.differ or turn + 1 == turns or answer.refusal:
                break
            request = self.tester.build_followup(
                self.task, answer, tried, seed=self.seed + turn + 1
            )
        put = self.executor.ledger.put_blob
        cases = tuple(
            TestCase(name=f"model/{digest(data)[:12]}", blob=put(data))
            for data in (*self.differ, *self.equal)
        )
        return AdversarialInputs(cases=cases, turns=turn + 1, differ=len(self.differ))

    async def _try_offers(self, tests: ProposedInputs) -> list[OfferFeedback]:
        """Try an answer's inputs and scripts; return the feedback on each."""
        offers = [
            _TesterOffer(f"input {index}", (text.encode(),))
            for index, text in enumerate(tests.inputs[:MAX_INPUTS], 1)
        ]
        for index, text in enumerate(tests.scripts[:MAX_INPUTS], 1):
            offers.append(await self._run_script(f"script {index}", text))
        found = dict.fromkeys(data for offer in offers for data in offer.inputs)
        fresh = [data for data in found if data not in self.feedback]
        valid = dict(zip(fresh, await self.executor.check_inputs(self.check, fresh), strict=True))
        self.feedback |= dict.fromkeys(fresh, "not a valid input")
        await self._compare([data for data in fresh if valid[data]])
        return [
            OfferFeedback(what=offer.what, outcome=self._describe_outcome(offer))
            for offer in offers
        ]

    async def _run_script(self, what: str, script: str) -> _TesterOffer:
        """Run a script with one seed after another, up to the first on which it fails."""
        made: list[bytes] = []
        for seed in range(1, _SEEDS_PER_SCRIPT + 1):
            call = ("tester.py", str(seed))
            files = {"tester.py": script.encode()}
            result = await self.executor.execute(ScriptJob(files, call, _SCRIPT_LIMITS))
            if result.verdict is not Verdict.AC:
                last_line = result.stderr.decode(errors="replace").strip().splitlines()[-1:]
                fault = " ".join([f"it ended with {result.verdict}", *last_line])[:_MAX_SHOWN_CHARS]
                return _TesterOffer(what, tuple(made), fault)
            made.append(result.stdout)
        return _TesterOffer(what, tuple(dict.fromkeys(made)))

    async def _compare(self, inputs: Sequence[bytes]) -> None:
        """Run both programs on valid inputs, and note the feedback on each."""
        for data, outcome in zip(inputs, await self.programs.compare_on(inputs), strict=True):
            if outcome is PairOutcome.UNKNOWN:
                self.feedback[data] = (
                    "valid, but a program reached the limit on time, or both failed"
                )
            elif outcome is PairOutcome.DIFFERENT:
                self.differ[data] = None
                self.feedback[data] = "the programs differ"
            else:
                self.equal[data] = None
                run = await self.executor.run_once(self.programs.a, data)
                shown = run.stdout.decode(errors="replace").strip()[:_MAX_SHOWN_CHARS]
                self.feedback[data] = f"valid, both programs printed {shown!r}"

    def _describe_outcome(self, offer: _TesterOffer) -> str:
        outcomes = [self.feedback[data] for data in offer.inputs]
        return "; ".join(dict.fromkeys([*outcomes, *([offer.fault] if offer.fault else [])]))
