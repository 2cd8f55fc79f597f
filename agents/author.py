"""The author: shown two problems with programs, it writes a program that does something new."""

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, Reply, read_reply
from pieforge.records import Frozen

STRATEGY = "author"
"""Name of the template, as it stands in the lineage."""


class Shown(Frozen):
    """One problem as the author sees it."""

    description: str
    code: str


class AuthorTask(Frozen):
    """What the author is asked: to depart from the second program, for its input."""

    first: Shown
    second: Shown
    language: LanguageNames


class Author:
    """Asks a model for new programs, in the shape of PIE's self-play prompt (arXiv 2302.07867).

    Args:
        model: The model that writes.
    """

    def __init__(self, model: ChatModel) -> None:
        self.model = model

    def request(self, task: AuthorTask, *, seed: int, n: int | None = None) -> ModelRequest:
        """Return the request for `n` programs (the model's setting where `n` is not given)."""
        prompt = render(f"{STRATEGY}.md.j2", dict(task))
        return self.model.request((Message(role="user", content=prompt),), seed=seed, n=n)

    def replies(self, task: AuthorTask, completion: Completion) -> tuple[Reply, ...]:
        """Read each choice of a completion, in order."""
        shown = (task.first.code, task.second.code)
        return tuple(
            read_reply(choice.text, choice.finish_reason, task.language, shown)
            for choice in completion.choices
        )
