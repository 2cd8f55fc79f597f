"""The tester: looks for distinguishing inputs of two programs with equal outputs so far.

The loop of prompts, each with the results of the last inputs, is that of Fuzz4All (Xia et al.,
ICSE 2024), applied to the difference between two programs instead of one program under test.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pieforge.agents.fences import parse_blocks
from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames
from pieforge.records import FrozenModel

SCRIPT_S = 2
"""CPU seconds of one script of the tester."""
_INPUT_FENCES = frozenset({"", "text", "txt", "input", "plaintext", "plain"})
_SCRIPT_FENCES = frozenset({"python", "python3", "py"})


class TesterTask(FrozenModel):
    """The tester's task: to find inputs on which the outputs of two programs differ."""

    __test__ = False  # pytest would collect a class whose name begins with Test

    description: str
    example: str
    """A valid input."""
    first: str
    second: str
    languages: tuple[LanguageNames, LanguageNames]
    """Languages of the first and of the second program."""
    wanted: int
    """Number of inputs to ask for."""


class OfferFeedback(FrozenModel):
    """The result of one input or script that the tester gave."""

    what: str
    """Its name in the conversation, such as `input 2`."""
    outcome: str


class ProposedInputs(FrozenModel):
    """The content of a reply; empty if it has no blocks."""

    __test__ = False

    inputs: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tester:
    """Asks a model for distinguishing inputs.

    Attributes:
        model: The model.
    """

    __test__ = False

    ROLE: ClassVar[Literal["tester"]] = "tester"

    model: ChatModel

    def build_request(self, task: TesterTask, *, seed: int) -> ModelRequest:
        """Return the first request."""
        return self.model.build_request((_render_prompt(task),), seed=seed)

    def build_followup(
        self, task: TesterTask, answer: Completion, feedback: Sequence[OfferFeedback], *, seed: int
    ) -> ModelRequest:
        """Return the request after an answer without a distinguishing input.

        Args:
            task: The task.
            answer: The answer, whose first choice becomes part of the conversation.
            feedback: Results of all inputs and scripts in the answer.
            seed: Seed of the model's sampling.
        """
        values = {"tried": feedback, "wanted": task.wanted}
        messages = (
            _render_prompt(task),
            Message(role="assistant", content=answer.choices[0].text),
            Message(role="user", content=render("tester_again.md.j2", values)),
        )
        return self.model.build_request(messages, seed=seed)


def parse_proposed_inputs(answer: Completion) -> ProposedInputs:
    """Return the inputs and scripts in all choices of an answer, in order, without repetitions.

    A block without a closing fence was cut off and is left out.
    """
    blocks = [
        block for choice in answer.choices for block in parse_blocks(choice.text) if block.closed
    ]
    inputs = [block.text for block in blocks if block.info in _INPUT_FENCES]
    scripts = [block.text for block in blocks if block.info in _SCRIPT_FENCES]
    return ProposedInputs(
        inputs=tuple(dict.fromkeys(inputs)), scripts=tuple(dict.fromkeys(scripts))
    )


def _render_prompt(task: TesterTask) -> Message:
    values = {**dict(task), "script_s": SCRIPT_S}
    return Message(role="user", content=render("tester.md.j2", values))
