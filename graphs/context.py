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
from pieforge.agents.replies import Reply as RoleReply
from pieforge.agents.tester import Tester
from pieforge.config import Config
from pieforge.executors.cached import Workshop
from pieforge.graphs.classes.input_format import Format
from pieforge.graphs.results import Prepared, Reply
from pieforge.ledger import Ledger
from pieforge.problems import Problem
from pieforge.records import Reason

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
    workshop: Workshop
    author: Author
    optimizer: Optimizer
    problems: Mapping[str, Problem]
    prepared: Mapping[str, Prepared]
    formats: Sequence[Format]
    model_gate: asyncio.Semaphore
    export: "Exporter"
    tester: Tester | None = None

    async def ask(self, model: ChatModel, request: ModelRequest) -> Completion:
        """Return a model's answer, from the ledger where the same request was ever answered."""

        async def send() -> Completion:
            async with self.model_gate:
                return await model.complete(request)

        return await self.ledger.once(Completion, request.key(), "", send)

    def format_of(self, problem_id: str) -> Format:
        """Return the input format of a problem."""
        return next(spoken for spoken in self.formats if problem_id in spoken.problems)

    def read(self, problem_id: str, language: str, reply: RoleReply) -> Reply:
        """Keep a reply's program, if it has one, and return the reply by reference."""
        if reply.code is None:
            reason = Reason(reply.fault) if reply.fault else Reason.NO_CODE
            return Reply(reason=reason, detail=reply.detail)
        return Reply(program_id=self.workshop.register(problem_id, language, reply.code))

    def names(self, language: str) -> LanguageNames:
        """Return a language as prompts and replies name it."""
        known = self.workshop.languages[language]
        return LanguageNames(title=known.title, fence=known.fences[0], aliases=known.fences)
