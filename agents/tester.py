"""The tester: shown two programs that seem equal, it looks for inputs on which they differ.

Prompting again with the results of the last inputs is Fuzz4All's loop (Xia et al.,
ICSE 2024), turned from one program under test to the difference between two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pieforge.agents.fences import parse_blocks
from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames
from pieforge.records import FrozenModel

SCRIPT_S = 2
"""CPU seconds that a script of the tester may take."""
_INPUT_FENCES = frozenset({"", "text", "txt", "input", "plaintext", "plain"})
_SCRIPT_FENCES = frozenset({"python", "python3", "py"})


class TesterTask(FrozenModel):
    """What the tester is asked: inputs on which two programs differ."""

    __test__ = False

    description: str
    example: str
    """A valid input."""
    first: str
    second: str
    languages: tuple[LanguageNames, LanguageNames]
    """Of the first program and of the second."""
    wanted: int
    """Inputs asked for."""


class OfferFeedback(FrozenModel):
    """The result of one input or script of the tester."""

    what: str
    """Its name for the tester, such as `input 2`."""
    outcome: str


class ProposedInputs(FrozenModel):
    """A reply, read: nothing in it where it was prose alone."""

    __test__ = False

    inputs: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tester:
    """Asks a model for inputs.

    Attributes:
        model: The model that looks for them.
    """

    __test__ = False

    model: ChatModel

    def build_request(self, task: TesterTask, *, seed: int) -> ModelRequest:
        """Return the first request."""
        return self.model.build_request((_render_prompt(task),), seed=seed)

    def build_followup(
        self, task: TesterTask, answer: Completion, feedback: Sequence[OfferFeedback], *, seed: int
    ) -> ModelRequest:
        """Return the request after an answer without a distinguishing input.

        Args:
            task: What was asked.
            answer: The answer; its first choice becomes part of the conversation.
            feedback: What became of everything in it.
            seed: Of the sampling.
        """
        values = {"tried": feedback, "wanted": task.wanted}
        messages = (
            _render_prompt(task),
            Message(role="assistant", content=answer.choices[0].text),
            Message(role="user", content=render("tester_again.md.j2", values)),
        )
        return self.model.build_request(messages, seed=seed)


def parse_proposed_inputs(answer: Completion) -> ProposedInputs:
    """Return the inputs and scripts in all choices of an answer, in order, each once.

    A block that was cut off before its closing fence is left out.
    """
    found = [
        block for choice in answer.choices for block in parse_blocks(choice.text) if block.closed
    ]
    inputs = [block.text for block in found if block.info in _INPUT_FENCES]
    scripts = [block.text for block in found if block.info in _SCRIPT_FENCES]
    return ProposedInputs(
        inputs=tuple(dict.fromkeys(inputs)), scripts=tuple(dict.fromkeys(scripts))
    )


def _render_prompt(task: TesterTask) -> Message:
    values = {**dict(task), "script_s": SCRIPT_S}
    return Message(role="user", content=render("tester.md.j2", values))
