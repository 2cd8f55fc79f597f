"""A model looks for inputs that tell two programs apart; everything it gives is tried and judged.

Its inputs must pass the package's validators, its scripts run inside the walls, and what became of
the first answer goes into the second request. All of it is done once and found in the ledger after.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.agents.replies import LanguageNames
from pieforge.agents.tester import SCRIPT_S, Tester, TesterTask, Tests, Tried, read_tests
from pieforge.equivalence.program_pair import Outcome, Programs
from pieforge.executors.cached import Workshop
from pieforge.executors.records import TestCase
from pieforge.graphs.problems.suites import judge_of_inputs, right_programs
from pieforge.graphs.results import Tested
from pieforge.inputs import NamedInput
from pieforge.problems import Problem
from pieforge.records import Verdict, digest
from pieforge.sandbox.sandbox import Limits

Ask = Callable[[ModelRequest], Awaitable[Completion]]
"""Returns a model's answer, from the ledger where the same request was ever answered."""

TURNS = 2
"""Answers asked for at most: a second one where the first told nothing apart."""
WANTED = 8
"""Inputs asked for in one answer; more are not looked at."""
_SEEDS = 3
"""Runs of each script."""
_SCRIPT_LIMITS = Limits(cpu_s=SCRIPT_S, output_bytes=4 << 20)
_SHOWN = 200
"""Characters of an output or message that the tester is shown."""


@dataclass(frozen=True)
class _Offer:
    """One thing that the tester gave, and the inputs that it came to."""

    what: str
    inputs: tuple[bytes, ...] = ()
    fault: str = ""


async def ask_tester(
    workshop: Workshop,
    tester: Tester,
    ask: Ask,
    problem: Problem,
    programs: Programs,
    *,
    turns: int = TURNS,
) -> list[NamedInput]:
    """Return valid inputs of a tester's making, those on which the programs differ first.

    Inputs that say nothing are left out: where a program reached the limit on time, or both failed.

    Args:
        workshop: Where programs and scripts are run.
        tester: Whom to ask.
        ask: Sends a request, or finds its answer.
        problem: The package that the programs read their input from.
        programs: Two programs, side by side.
        turns: Answers asked for at most; a further one where those before told nothing apart.

    Raises:
        EndpointError: The model's endpoint failed.
        PackageError: The package's validators cannot be used.
        IsolationError: The sandbox failed twice.
    """
    session = _Session(workshop, tester, ask, problem, programs)
    limits = repr(workshop.limits), repr(_SCRIPT_LIMITS)
    key = digest(session.first.key(), *limits, *([] if turns == TURNS else [str(turns)]))
    subject = f"{programs.a}/{programs.b}"
    tested = await workshop.ledger.once(Tested, subject, key, lambda: session.run(turns))
    return [NamedInput(case.name, workshop.ledger.blob(case.blob)) for case in tested.cases]


class _Session:
    """One conversation with a tester about two programs."""

    def __init__(
        self,
        workshop: Workshop,
        tester: Tester,
        ask: Ask,
        problem: Problem,
        programs: Programs,
    ) -> None:
        self.workshop = workshop
        self.tester = tester
        self.ask = ask
        self.programs = programs
        right = right_programs(workshop, problem)
        self.valid = judge_of_inputs(workshop, problem, programs.judging, right)
        example = min((test.input for test in problem.tests), key=lambda data: (len(data), data))
        self.task = TesterTask(
            description=problem.statement,
            example=example.decode(errors="replace"),
            first=workshop.code(programs.a),
            second=workshop.code(programs.b),
            languages=(self._names(programs.a), self._names(programs.b)),
            wanted=WANTED,
        )
        self.seed = int(digest("tester", programs.a, programs.b)[:7], 16)
        self.first = tester.request(self.task, seed=self.seed)
        self.equal: dict[bytes, None] = {}
        self.differ: dict[bytes, None] = {}
        self.told: dict[bytes, str] = {}
        """What the tester is told of each input."""

    def _names(self, program: str) -> LanguageNames:
        language = self.workshop.languages[self.workshop.source(program).language]
        return LanguageNames(
            title=language.title, fence=language.fences[0], aliases=language.fences
        )

    async def run(self, turns: int) -> Tested:
        request = self.first
        for turn in range(turns):
            answer = await self.ask(request)
            tried = await self._try(read_tests(answer))
            if self.differ or turn + 1 == turns:
                break
            request = self.tester.again(self.task, answer, tried, seed=self.seed + turn + 1)
        put = self.workshop.ledger.put_blob
        cases = tuple(
            TestCase(name=f"model/{digest(data)[:12]}", blob=put(data))
            for data in (*self.differ, *self.equal)
        )
        return Tested(cases=cases, turns=turn + 1, differ=len(self.differ))

    async def _try(self, tests: Tests) -> list[Tried]:
        """Judge an answer's inputs, remember the valid ones, and say what became of each thing."""
        offers = [
            _Offer(f"input {index}", (text.encode(),))
            for index, text in enumerate(tests.inputs[:WANTED], 1)
        ]
        for index, text in enumerate(tests.scripts[:WANTED], 1):
            offers.append(await self._generated(f"script {index}", text))
        found = dict.fromkeys(data for offer in offers for data in offer.inputs)
        fresh = [data for data in found if data not in self.told]
        valid = dict(zip(fresh, await self.valid(fresh), strict=True))
        self.told |= dict.fromkeys(fresh, "not a valid input")
        await self._compare([data for data in fresh if valid[data]])
        return [Tried(what=offer.what, outcome=self._outcome(offer)) for offer in offers]

    async def _generated(self, what: str, script: str) -> _Offer:
        """Run a script with one seed after the other, up to the first with which it fails."""
        made: list[bytes] = []
        for seed in range(1, _SEEDS + 1):
            call = ("tester.py", str(seed))
            files = {"tester.py": script.encode()}
            async with self.workshop.gate:
                result = await self.workshop.sandbox.script(files, call, b"", _SCRIPT_LIMITS)
            if result.verdict is not Verdict.AC:
                said = result.stderr.decode(errors="replace").strip().splitlines()[-1:]
                fault = " ".join([f"it ended with {result.verdict}", *said])[:_SHOWN]
                return _Offer(what, tuple(made), fault)
            made.append(result.stdout)
        return _Offer(what, tuple(dict.fromkeys(made)))

    async def _compare(self, inputs: Sequence[bytes]) -> None:
        """Run both programs on valid inputs, and remember what the tester is to hear of each."""
        for data, outcome in zip(inputs, await self.programs.outcomes(inputs), strict=True):
            if outcome is Outcome.UNKNOWN:
                self.told[data] = "valid, but a program reached the limit on time, or both failed"
            elif outcome is Outcome.DIFFERENT:
                self.differ[data] = None
                self.told[data] = "the programs differ"
            else:
                self.equal[data] = None
                run = await self.workshop.run_once(self.programs.a, data)
                shown = run.stdout.decode(errors="replace").strip()[:_SHOWN]
                self.told[data] = f"valid, both programs printed {shown!r}"

    def _outcome(self, offer: _Offer) -> str:
        said = [self.told[data] for data in offer.inputs]
        return "; ".join(dict.fromkeys([*said, *([offer.fault] if offer.fault else [])]))
