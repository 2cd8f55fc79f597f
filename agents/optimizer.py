"""The optimizer: writes a faster version of a slow program, after pairs that are similar to it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import cut_description, render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.agents.strategies import DEFAULTS, discover_strategies
from pieforge.records import FrozenModel


class Example(FrozenModel):
    """A kept pair: a slow program and its fast program."""

    slow: str
    fast: str


class OptimizerTask(FrozenModel):
    """The optimizer's task: to make one program faster."""

    program: str
    language: LanguageNames
    examples: tuple[Example, ...] = ()
    """Known pairs, the most important first."""
    description: str | None = None
    """The problem's statement; None if the program solves another problem."""
    strategy: str = DEFAULTS["optimizer"]


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
        prompt = render(discover_strategies(self.ROLE)[task.strategy].template, dict(task))
        return self.model.build_request(
            (Message(role="user", content=prompt),),
            seed=seed,
            n=n,
            program_chars=len(task.program),
        )

    def shorten(self, task: OptimizerTask) -> OptimizerTask | None:
        """Return a task with a shorter prompt, or None.

        The least similar example is dropped; without examples the description is cut.
        """
        if task.examples:
            return task.model_copy(update={"examples": task.examples[:-1]})
        cut = cut_description(task.description or "")
        return None if cut is None else task.model_copy(update={"description": cut})

    def parse_replies(self, task: OptimizerTask, completion: Completion) -> tuple[ParsedReply, ...]:
        """Parse each choice of a completion, in order.

        Only a copy of the task's program counts as unchanged: the fast program of an example can be
        a correct answer.
        """
        return parse_completion(completion, task.language, (task.program,))
