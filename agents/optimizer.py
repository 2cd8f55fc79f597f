"""The optimizer: shown a slow program and pairs like it, it writes a faster one."""

from dataclasses import dataclass

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.records import FrozenModel

STRATEGY = "optimizer"
"""Name of the template, as rows and lineage have it."""


class Example(FrozenModel):
    """A known slow program and the fast one that replaced it."""

    slow: str
    fast: str


class OptimizerTask(FrozenModel):
    """What the optimizer is asked: to make one program faster."""

    program: str
    language: LanguageNames
    examples: tuple[Example, ...] = ()
    """Retrieved pairs, nearest first."""
    description: str | None = None
    """The problem's statement, where the program still solves it."""


@dataclass(frozen=True)
class Optimizer:
    """Asks a model for faster programs.

    Attributes:
        model: The model that writes.
    """

    model: ChatModel

    def build_request(
        self, task: OptimizerTask, *, seed: int, n: int | None = None
    ) -> ModelRequest:
        """Return the request for `n` candidates (the model's setting where `n` is not given)."""
        prompt = render(f"{STRATEGY}.md.j2", dict(task))
        return self.model.build_request((Message(role="user", content=prompt),), seed=seed, n=n)

    def parse_replies(self, task: OptimizerTask, completion: Completion) -> tuple[ParsedReply, ...]:
        """Read each choice of a completion, in order.

        Only the program itself counts as unchanged: a fast program of the
        examples may well be the right answer.
        """
        return parse_completion(completion, task.language, (task.program,))
