"""The author: writes programs with new behavior, and slower versions of fast programs."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.records import FrozenModel

"""Name of the prompt template, recorded in the lineage."""


class ShownProblem(FrozenModel):
    """One problem in the author's prompt."""

    description: str
    code: str


class AuthorTask(FrozenModel):
    """The author's task: a program that varies the second one and reads the same input."""

    first: ShownProblem
    second: ShownProblem
    language: LanguageNames


class AntiPattern(FrozenModel):
    """An anti-pattern as the prompt shows it: an example without it and with it."""

    description: str
    fast: str
    slow: str


class DeoptimizerTask(FrozenModel):
    """The author's task: a slower program with the same outputs."""

    program: str
    """The fast program."""
    language: LanguageNames
    examples: tuple[AntiPattern, ...]
    """What the slower program does wrong."""


@dataclass(frozen=True)
class Author:
    """Asks a model for programs, for new ones with a prompt like PIE's (arXiv 2302.07867).

    Attributes:
        model: The model that writes the programs.
    """

    ROLE: ClassVar[Literal["author"]] = "author"

    model: ChatModel

    def build_request(
        self, task: AuthorTask | DeoptimizerTask, *, seed: int, n: int | None = None
    ) -> ModelRequest:
        """Return the request for `n` programs; the model's setting if `n` is None."""
        template = "author.md.j2" if isinstance(task, AuthorTask) else "deoptimize.md.j2"
        prompt = render(template, dict(task))
        return self.model.build_request((Message(role="user", content=prompt),), seed=seed, n=n)

    def parse_replies(
        self, task: AuthorTask | DeoptimizerTask, completion: Completion
    ) -> tuple[ParsedReply, ...]:
        """Parse each choice of a completion, in order."""
        shown: tuple[str, ...]
        if isinstance(task, AuthorTask):
            shown = (task.first.code, task.second.code)
        else:
            shown = (task.program, *(example.slow for example in task.examples))
        return parse_completion(completion, task.language, shown)
