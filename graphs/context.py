"""What the graphs' nodes work with: handed in through LangGraph's context, never global."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pieforge.agents.author import Author
from pieforge.agents.models.request import AskedCall, Completion, ModelRequest
from pieforge.agents.optimizer import Optimizer
from pieforge.agents.tester import Tester
from pieforge.config import Config
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.classes.input_format import InputFormat, load_program
from pieforge.graphs.results import PreparedProblem
from pieforge.ledger import Ledger, LedgerReader
from pieforge.problems import Problem
from pieforge.records import ProgramText

Exporter = Callable[["Context"], None]
"""Writes the files of a run folder from its ledger."""


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
        recorded: The ledger of a finished run whose verdicts are computed again: plans and models'
            replies are taken from it, and no model is asked.
        other_parts: The part of each problem that the split keeps apart from the run's, by its id.
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
    tester: Tester | None = None
    recorded: LedgerReader | None = None
    other_parts: Mapping[str, str] = field(default_factory=dict)

    async def ask(self, agent: Author | Optimizer | Tester, request: ModelRequest) -> Completion:
        """Return a model's answer, from the ledger where the same request was ever answered."""
        key = request.compute_key()
        self.ledger.put(AskedCall(role=agent.ROLE, request=request), key)
        return await self.ledger.compute_once(
            Completion, key, "", lambda: agent.model.complete(request)
        )

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
