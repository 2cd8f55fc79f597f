"""The author: writes programs with new behavior, and slower versions of fast programs."""

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
    """Of the new program."""
    parent_language: LanguageNames | None = None
    """Of the programs shown, if it is another one."""
    strategy: str = DEFAULTS["author"]
    endpoint: int | None = None
    """Position of the endpoint to ask; the seed chooses if it is None."""


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
    strategy: Literal["deoptimize"] = "deoptimize"


@dataclass(frozen=True)
class Author:
    """Asks a model for programs: new ones, or slower versions of known ones.

    Attributes:
        model: The model that writes the programs.
    """

    ROLE: ClassVar[Literal["author"]] = "author"

    model: ChatModel

    def build_request(
        self, task: AuthorTask | DeoptimizerTask, *, seed: int, n: int | None = None
    ) -> ModelRequest:
        """Return the request for `n` programs; the model's setting if `n` is None."""
        if isinstance(task, DeoptimizerTask):
            template, shown, endpoint = "deoptimize.md.j2", [task.program], None
        else:
            template = discover_strategies(self.ROLE)[task.strategy].template
            shown, endpoint = [task.first.code, task.second.code], task.endpoint
        prompt = render(template, dict(task))
        return self.model.build_request(
            (Message(role="user", content=prompt),),
            seed=seed,
            n=n,
            program_chars=max(map(len, shown)),
            endpoint=endpoint,
        )

    def shorten(self, task: AuthorTask | DeoptimizerTask) -> AuthorTask | DeoptimizerTask | None:
        """Return a task with a shorter prompt, or None: the longer description is cut."""
        if isinstance(task, DeoptimizerTask):
            return None
        first, second = task.first.description, task.second.description
        which = "first" if len(first) > len(second) else "second"
        shown: ShownProblem = getattr(task, which)
        cut = cut_description(shown.description)
        if cut is None:
            return None
        return task.model_copy(update={which: shown.model_copy(update={"description": cut})})

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
