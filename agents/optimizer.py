"""The optimizer: writes a faster version of a slow program, after pairs that are similar to it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.hot_code import HotFunction, HotLine
from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import cut_description, render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.agents.strategies import DEFAULTS, discover_strategies
from pieforge.records import FrozenModel, derive_seed


class Example(FrozenModel):
    """A kept pair: a slow program and its fast program."""

    slow: str
    fast: str
    decile: int = 10
    """Its place among the pairs of its problem by speedup, from 1 to 10 for the highest tenth."""


class EarlierAnswer(FrozenModel):
    """A program that the optimizer offered before for the same task, and what became of it."""

    answer: str
    """As the model's message."""
    feedback: str
    """The next message to it."""


class OptimizerTask(FrozenModel):
    """The optimizer's task: to make one program faster."""

    program: str
    language: LanguageNames
    examples: tuple[Example, ...] = ()
    """Known pairs, the most important first."""
    description: str | None = None
    """The problem's statement; None if the program solves another problem."""
    hot_lines: tuple[HotLine, ...] = ()
    """Shown by strategies that ask for them, as what follows."""
    hot_function: HotFunction | None = None
    pseudocode: str = ""
    earlier: EarlierAnswer | None = None
    """Set from the second turn on."""
    turn: int = 1
    endpoint: int | None = None
    """Position of the endpoint to ask; the seed chooses if it is None."""
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
        messages = [Message(role="user", content=prompt)]
        if task.earlier is not None:
            messages.append(Message(role="assistant", content=task.earlier.answer))
            messages.append(Message(role="user", content=task.earlier.feedback))
        return self.model.build_request(
            tuple(messages),
            # The same question, asked again, gets another answer; from the same endpoint.
            seed=seed if task.turn == 1 else derive_seed("turn", str(task.turn), str(seed)),
            endpoint=self.model.draw_endpoint(seed) if task.endpoint is None else task.endpoint,
            n=n,
            program_chars=len(task.hot_function.code if task.hot_function else task.program),
        )

    def build_plan_request(self, task: OptimizerTask, *, seed: int) -> ModelRequest:
        """Return the request for pseudocode, where the task's strategy has a plan."""
        prompt = render(discover_strategies(self.ROLE)[task.strategy].plan, dict(task))
        messages = (Message(role="user", content=prompt),)
        return self.model.build_request(messages, seed=seed, n=1, endpoint=task.endpoint)

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
        if (hot := task.hot_function) is None:
            return parse_completion(completion, task.language, (task.program,))
        replies = parse_completion(completion, task.language, (hot.code,))
        is_whole = task.language.is_whole

        def complete(code: str) -> str:
            return hot.replace(code, is_whole=is_whole(code) and not is_whole(hot.code))

        return tuple(
            reply if reply.code is None else ParsedReply(code=complete(reply.code))
            for reply in replies
        )
