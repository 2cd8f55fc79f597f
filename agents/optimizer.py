"""The optimizer: writes a faster version of a slow program, after pairs that are similar to it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.records import FrozenModel

"""Name of the prompt template, recorded in the lineage."""


class Example(FrozenModel):
    """A kept pair: a slow program and its fast program."""

    slow: str
    fast: str


class OptimizerTask(FrozenModel):
    """The optimizer's task: to make one program faster."""

    program: str
    language: LanguageNames
    examples: tuple[Example, ...] = ()
    """Retrieved pairs, the most similar first."""
    description: str | None = None
    """The problem's statement; None if the program solves another problem."""


@dataclass(frozen=True)
class Optimizer:
    """Asks a model for faster programs.

    Attributes:
        model: The model that writes the programs.
    """

    ROLE: ClassVar[Literal["optimizer"]] = "optimizer"

    model: ChatModel

    def build_request(
        self, task: OptimizerTask, *, seed: int, n: int | None = None
    ) -> ModelRequest:
        """Return the request for `n` candidates; the model's setting if `n` is None."""
        prompt = render("optimizer.md.j2", dict(task))
        return self.model.build_request((Message(role="user", content=prompt),), seed=seed, n=n)

    def parse_replies(self, task: OptimizerTask, completion: Completion) -> tuple[ParsedReply, ...]:
        """Parse each choice of a completion, in order.

        Only a copy of the task's program counts as unchanged: the fast program of an example can be
        a correct answer.
        """
        return parse_completion(completion, task.language, (task.program,))
