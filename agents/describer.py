"""The describer: states the problem that a program solves, and rebuilds the program from that.

After CyclePrompt (arXiv 2402.08756): what one call says of a program is trusted where another call
gets from it alone to a program that does the same.
"""

import re
from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, ParsedReply, parse_completion
from pieforge.records import FrozenModel, derive_seed

_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*(\w[\w+#-]*)", re.MULTILINE)
_PLAIN_FENCES = frozenset({"text", "txt", "plaintext", "input", "output", "markdown", "md"})
_STATEMENT_CHARS = 6000
"""Room for a statement in an answer, in characters."""


class ShownTest(FrozenModel):
    """An input and what the program prints on it."""

    input: str
    output: str


class RefusedStatement(FrozenModel):
    """An earlier statement from which no equal program was written."""

    statement: str
    feedback: str
    """The next message to the model that wrote it."""


class DescriberTask(FrozenModel):
    """The task: a statement of the problem that a program solves."""

    known: str
    """Statement of another problem with the same input."""
    program: str
    language: LanguageNames
    examples: tuple[ShownTest, ...]
    refused: RefusedStatement | None = None


@dataclass(frozen=True)
class Describer:
    """Asks the author's model for statements, and for programs from statements alone.

    Attributes:
        model: The model that is asked for both.
    """

    ROLE: ClassVar[Literal["author"]] = "author"

    model: ChatModel

    def build_request(self, task: DescriberTask, *, seed: int) -> ModelRequest:
        """Return the request for a statement."""
        messages = [Message(role="user", content=render("describe.md.j2", dict(task)))]
        if (refused := task.refused) is not None:
            messages.append(Message(role="assistant", content=refused.statement))
            messages.append(Message(role="user", content=refused.feedback))
        return self.model.build_request(
            tuple(messages), seed=seed, n=1, program_chars=_STATEMENT_CHARS
        )

    def build_rebuild_request(
        self, task: DescriberTask, statement: str, *, seed: int
    ) -> ModelRequest:
        """Return the request for programs from a statement and the examples alone."""
        values = {
            "description": statement,
            "examples": task.examples,
            "language": task.language,
        }
        return self.model.build_request(
            (Message(role="user", content=render("rebuild.md.j2", values)),),
            seed=derive_seed("rebuild", str(seed)),
            program_chars=len(task.program),
        )

    def parse_statement(self, completion: Completion) -> tuple[str, str]:
        """Return the statement of an answer, or an empty text and why there is none."""
        choice = next(iter(completion.choices), None)
        text = choice.text.strip() if choice is not None else ""
        if choice is None or not text:
            return "", "the answer is empty"
        if choice.finish_reason == "length":
            return "", "the statement is cut off"
        if not text.startswith("# ") or "\n" not in text:
            return "", "the statement does not begin with a line that is its title"
        shown = set(_FENCE.findall(text)) - _PLAIN_FENCES
        if shown:
            return "", f"the statement shows code ({', '.join(sorted(shown))})"
        return text + "\n", ""

    def parse_programs(
        self, task: DescriberTask, completion: Completion
    ) -> tuple[ParsedReply, ...]:
        """Parse each program that was written from a statement, in order."""
        return parse_completion(completion, task.language, ())
