"""What the graphs' nodes work with: handed in through LangGraph's context, never global."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pieforge.agents.author import Author
from pieforge.agents.models.call_ledger import fetch_answer, find_shared_answer
from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.endpoint import Endpoint
from pieforge.agents.models.request import AskedCall, Completion, ModelRequest, RoleName
from pieforge.agents.optimizer import Optimizer
from pieforge.agents.tester import Tester
from pieforge.config import Config
from pieforge.corpus.corpus import Corpus
from pieforge.equivalence.class_tree import ClassIndex
from pieforge.errors import AwaitedAnswerError
from pieforge.evaluation.samples import EvaluatedProgram
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.budget import Budget
from pieforge.graphs.classes.input_format import InputFormat, load_program
from pieforge.graphs.results import CorpusView, FinetuneResult, KnownPair, PreparedProblem
from pieforge.ledger import Ledger, LedgerReader
from pieforge.problems import Problem
from pieforge.records import ProgramText

Exporter = Callable[["Context"], None]
"""Writes the files of a run folder from its ledger."""


class Tuner(Protocol):
    """Fine-tunes optimizers and measures them; it stands above the loop, and is handed in."""

    async def finetune(
        self, context: "Context", key: str, report: Callable[[dict[str, Any]], None]
    ) -> FinetuneResult:
        """Train on the run's exported pairs.

        Args:
            context: The run's dependencies.
            key: The round's subject in the ledger.
            report: Receives the progress.

        Raises:
            PieforgeError: What stopped it; the same call goes on from a checkpoint.
        """

    async def evaluate(
        self,
        context: "Context",
        model: FinetuneResult | None,
        report: Callable[[dict[str, Any]], None],
    ) -> Sequence[EvaluatedProgram]:
        """Ask a model, or the configured optimizer, about the validation programs.

        Raises:
            PieforgeError: What stopped it; the same call goes on.
        """

    def open_optimizer(self, context: "Context", model: FinetuneResult) -> Optimizer:
        """Return a model as an optimizer; the same one each time.

        Raises:
            RunFolderError: The model is not in the run folder as it was written.
        """

    async def close(self) -> None:
        """End the servers of all models."""


class Agent(Protocol):
    """A role with its model."""

    @property
    def ROLE(self) -> RoleName: ...  # noqa: D102, N802

    @property
    def model(self) -> ChatModel: ...  # noqa: D102


@dataclass(frozen=True)
class EarlierRun:
    """A run whose models' answers are used again: no model is asked.

    Attributes:
        ledger: Its ledger.
        verdicts_sha: Hash of its results, if these are computed again (`rejudge`): then its plans
            and parsed replies are taken. Empty if the run is repeated (`--replay`): then only the
            answers are, by request.
    """

    ledger: LedgerReader
    verdicts_sha: str = ""


@dataclass(frozen=True)
class LoadedClasses:
    """The classes of one input format after a batch, and the slot of the ledger that has them."""

    slot: str
    after: str
    index: ClassIndex


class BackgroundTasks:
    """Work that no node waits for; it is given up when the run ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def create_task(self, work: Coroutine[None, None, None]) -> None:
        """Begin some work."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what has not ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(frozen=True)
class Context:
    """The dependencies of one run.

    Attributes:
        folder: The run folder.
        problems: The run's problems as read, by problem id.
        prepared: The same, checked and ready.
        formats: Their input formats: programs of one format are compared.
        tools: Versions of what results depend on, by name; see `VersionsJob`.
        export: Writes the run folder's files; it stands above the loop, and is handed in.
        tester: Looks for inputs that tell a fast program from its slow one; none where no
            endpoint is set for it.
        earlier: The run whose answers are taken instead of asking models.
        shared: The answers that runs share.
        corpus: What runs share otherwise.
        view: What the run sees of it; none without one.
        loaded_classes: The last state of the classes in memory, by format id (`classes.snapshot`).
        examples: The pairs that the optimizer is shown in an evaluation; None in a run, where they
            are those of its own problems and rounds.
        other_parts: The part of each problem that the split keeps apart from the run's, by its id.
        tuner: Fine-tunes the optimizer; none in a run that does not.
        tasks: What goes on while nodes work.
        awaited: The endpoints of the calls whose answers come with a batch, by the calls' keys.
    """

    folder: Path
    config: Config
    ledger: Ledger
    executor: CachedExecutor
    author: Author
    optimizer: Optimizer
    problems: Mapping[str, Problem]
    prepared: Mapping[str, PreparedProblem]
    formats: Sequence[InputFormat]
    tools: Mapping[str, str]
    export: "Exporter"
    budget: Budget
    tester: Tester | None = None
    earlier: EarlierRun | None = None
    shared: Ledger | None = None
    corpus: Corpus | None = None
    view: CorpusView | None = None
    loaded_classes: dict[str, LoadedClasses] = field(default_factory=dict)
    other_parts: Mapping[str, str] = field(default_factory=dict)
    examples: Sequence[KnownPair] | None = None
    tuner: Tuner | None = None
    awaited: dict[str, Endpoint] = field(default_factory=dict)
    tasks: BackgroundTasks = field(default_factory=BackgroundTasks)

    @property
    def recorded(self) -> LedgerReader | None:
        """The ledger of a finished run whose verdicts are computed again."""
        return self.earlier.ledger if self.earlier and self.earlier.verdicts_sha else None

    async def ask(
        self,
        agent: Agent,
        request: ModelRequest,
        strategy: str = "",
        subject: str = "",
        *,
        holds: bool = False,
    ) -> Completion:
        """Return a model's answer, from the ledger where the same request was ever answered.

        Args:
            agent: Who asks.
            request: The call.
            strategy: How it is asked; see `agents.strategies`.
            subject: What the call is for, if it has its turn (see `Budget.queue`).
            holds: Whether the subject keeps its turn, because it will ask again.

        Raises:
            BudgetError: The run's budget does not allow the call.
            ConfigError, EndpointError: See `ChatModel.complete`.
            AwaitedAnswerError: The call will be sent in a batch.
        """
        key = request.compute_key()
        asked = AskedCall(role=agent.ROLE, strategy=strategy, request=request)
        self.ledger.put(asked, key)
        replay = self.earlier.ledger if self.earlier is not None else None

        async def fetch() -> Completion:
            if known := find_shared_answer(self.shared, request):
                self.budget.settle(agent.ROLE, request, known)
                return known
            usd = agent.model.estimate_usd(request, prompts=request.n)
            async with self.budget.admit(agent.ROLE, request, usd, subject, holds=holds):
                endpoint = agent.model.find_batch_endpoint(request)
                if endpoint is not None and replay is None:
                    self.awaited[key] = endpoint
                    raise AwaitedAnswerError(
                        "the answer comes with a batch",
                        where=str(endpoint.address),
                        fix="wait for it, then continue with: pieforge run --resume RUN CONFIG",
                    )
                completion = await fetch_answer(agent.model, request, replay)
                self.budget.settle(agent.ROLE, request, completion)
            self.share(key, completion)
            return completion

        return await self.ledger.compute_once(Completion, key, "", fetch)

    def share(self, key: str, completion: Completion) -> None:
        """Let other runs use an answer that this one has paid for."""
        asked = self.ledger.get(AskedCall, key)
        # An engine in this process costs nothing, and a refused prompt may fit another day.
        if self.shared and asked and "://" in asked.request.endpoint and not completion.refusal:
            self.shared.put(asked, key)
            self.shared.put(completion, key)

    def copy_recorded_call(self, call_id: str) -> None:
        """Copy a model call of the run that is judged again; earlier schema versions kept none."""
        for kind in (AskedCall, Completion):
            if (
                self.recorded is not None
                and (found := self.recorded.get(kind, call_id)) is not None
            ):
                self.ledger.put(found, call_id)

    def get_format(self, problem_id: str) -> InputFormat:
        """Return the input format of a problem."""
        return next(
            input_format for input_format in self.formats if problem_id in input_format.problems
        )

    def get_program(self, name: str) -> ProgramText:
        """Return a submission or a program of the author by its id.

        Raises:
            KeyError: The run has no such program.
        """
        return load_program(self.ledger, name)
