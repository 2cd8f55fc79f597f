"""What the graphs' nodes work with: handed in through LangGraph's context, never global."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pieforge.agents.author import Author
from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.agents.optimizer import Optimizer
from pieforge.agents.replies import LanguageNames
from pieforge.agents.replies import ParsedReply as RoleReply
from pieforge.agents.tester import Tester
from pieforge.config import Config
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.classes.input_format import InputFormat
from pieforge.graphs.results import CandidateReply, PreparedProblem
from pieforge.ledger import Ledger
from pieforge.problems import Problem
from pieforge.records import RejectReason

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
        model_gate: Bounds the model calls under way.
        export: Writes the run folder's files; it stands above the loop, and is handed in.
        tester: Looks for inputs that tell a fast program from its slow one; none where no
            endpoint is set for it.
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
    model_gate: asyncio.Semaphore
    export: "Exporter"
    tester: Tester | None = None

    async def ask(self, model: ChatModel, request: ModelRequest) -> Completion:
        """Return a model's answer, from the ledger where the same request was ever answered."""

        async def send() -> Completion:
            async with self.model_gate:
                return await model.complete(request)

        return await self.ledger.compute_once(Completion, request.compute_key(), "", send)

    def get_format(self, problem_id: str) -> InputFormat:
        """Return the input format of a problem."""
        return next(
            input_format for input_format in self.formats if problem_id in input_format.problems
        )

    def register_reply(self, problem_id: str, language: str, reply: RoleReply) -> CandidateReply:
        """Keep a reply's program, if it has one, and return the reply by reference."""
        if reply.code is None:
            reason = RejectReason(reply.fault) if reply.fault else RejectReason.NO_CODE
            return CandidateReply(reason=reason, detail=reply.detail)
        return CandidateReply(program_id=self.executor.register(problem_id, language, reply.code))

    def get_language_names(self, language: str) -> LanguageNames:
        """Return a language as prompts and replies name it."""
        known = self.executor.languages[language]
        return LanguageNames(title=known.title, fence=known.fences[0], aliases=known.fences)
