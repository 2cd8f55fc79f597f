"""The author: shown two problems with programs, it writes a program that does something new."""

from dataclasses import dataclass

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.records import FrozenModel

STRATEGY = "author"
"""Name of the template, as rows and lineage have it."""


class ShownProblem(FrozenModel):
    """One problem as the author sees it."""

    description: str
    code: str


class AuthorTask(FrozenModel):
    """What the author is asked for: a program that varies the second one, for the same input."""

    first: ShownProblem
    second: ShownProblem
    language: LanguageNames


@dataclass(frozen=True)
class Author:
    """Asks a model for new programs, in the shape of PIE's self-play prompt (arXiv 2302.07867).

    Attributes:
        model: The model that writes.
    """

    model: ChatModel

    def build_request(self, task: AuthorTask, *, seed: int, n: int | None = None) -> ModelRequest:
        """Return the request for `n` programs (the model's setting where `n` is not given)."""
        prompt = render(f"{STRATEGY}.md.j2", dict(task))
        return self.model.build_request((Message(role="user", content=prompt),), seed=seed, n=n)

    def parse_replies(self, task: AuthorTask, completion: Completion) -> tuple[ParsedReply, ...]:
        """Read each choice of a completion, in order."""
        shown = (task.first.code, task.second.code)
        return parse_completion(completion, task.language, shown)
