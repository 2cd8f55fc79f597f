"""The author: writes a program with new behavior, after two problems with a program each."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import cut_description, render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.agents.strategies import DEFAULTS, discover_strategies
from pieforge.records import FrozenModel


class ShownProblem(FrozenModel):
    """One problem in the author's prompt."""

    description: str
    code: str


class AuthorTask(FrozenModel):
    """The author's task: a program that varies the second one and reads the same input."""

    first: ShownProblem
    second: ShownProblem
    language: LanguageNames
    strategy: str = DEFAULTS["author"]


@dataclass(frozen=True)
class Author:
    """Asks a model for new programs.

    Attributes:
        model: The model that writes the programs.
    """

    ROLE: ClassVar[Literal["author"]] = "author"

    model: ChatModel

    def build_request(self, task: AuthorTask, *, seed: int, n: int | None = None) -> ModelRequest:
        """Return the request for `n` programs; the model's setting if `n` is None."""
        prompt = render(discover_strategies(self.ROLE)[task.strategy].template, dict(task))
        return self.model.build_request(
            (Message(role="user", content=prompt),),
            seed=seed,
            n=n,
            program_chars=max(len(task.first.code), len(task.second.code)),
        )

    def shorten(self, task: AuthorTask) -> AuthorTask | None:
        """Return a task with a shorter prompt, or None: the longer description is cut."""
        first, second = task.first.description, task.second.description
        which = "first" if len(first) > len(second) else "second"
        shown: ShownProblem = getattr(task, which)
        cut = cut_description(shown.description)
        if cut is None:
            return None
        return task.model_copy(update={which: shown.model_copy(update={"description": cut})})

    def parse_replies(self, task: AuthorTask, completion: Completion) -> tuple[ParsedReply, ...]:
        """Parse each choice of a completion, in order."""
        shown = (task.first.code, task.second.code)
        return parse_completion(completion, task.language, shown)
