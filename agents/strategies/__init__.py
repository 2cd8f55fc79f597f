"""How a role asks, one strategy per file: which examples it shows, and the template of its prompt.

A reply is read in the same way whatever the strategy: see `agents.replies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pieforge.agents.models.request import RoleName
from pieforge.agents.models.settings import draw_index
from pieforge.errors import ConfigError
from pieforge.plugins import choose, discover

DEFAULTS: Mapping[str, str] = {"author": "pie", "optimizer": "nearest_pairs"}
"""The strategy of a role that sets none."""


class ExampleChoice(StrEnum):
    """Which known pairs an optimizer is shown."""

    NONE = "none"
    FIRST = "first"
    """The same for all programs of a language: the first known ones."""
    NEAREST = "nearest"
    """Those whose slow programs are most similar to the program."""


@dataclass(frozen=True)
class Strategy:
    """One way to ask.

    Attributes:
        role: Whose it is.
        template: File name of the prompt in agents/prompts, or the path of another one.
        sample: A reply as the prompt asks for it, to `SAMPLE_PROGRAM`: the contract suite reads it.
        examples: The pairs that are shown.
        plan: Template of a prompt for pseudocode that is asked once for each problem, and shown.
        shows_hot_lines: Whether the program's hottest lines are shown.
        shows_hot_function: Whether its hottest function alone is shown whole and replaced.
        turns: How often it asks about one program at most; later prompts say what became of the
            answers.
        until_right: Whether it stops asking at a program with the right outputs on the package's
            tests.
        changes_language: Whether the new program is in another language than its parent.
    """

    role: RoleName
    template: str
    sample: str
    examples: ExampleChoice = ExampleChoice.NONE
    plan: str = ""
    shows_hot_lines: bool = False
    shows_hot_function: bool = False
    turns: int = 1
    until_right: bool = False
    changes_language: bool = False


SAMPLE_PROGRAM = "int main() {\n    slow();\n}\n"
"""The program that is shown for a strategy's sample; the reply has `fast` in place of `slow`."""
SAMPLE_REPLY = "```cpp\nint main() {\n    fast();\n}\n```\n"


def discover_strategies(role: str) -> dict[str, Strategy]:
    """Return a role's strategies by name."""
    found = discover(__name__, "STRATEGY", Strategy)
    return {name: strategy for name, strategy in found.items() if strategy.role == role}


def draw_strategy(role: str, weights: Mapping[str, float], seed: int) -> str:
    """Return the name of a strategy, at random by a seed; the role's default without weights."""
    if not weights:
        return DEFAULTS[role]
    return list(weights)[draw_index(tuple(weights.values()), seed, "strategy")]


def check_strategies(role: str, weights: Mapping[str, float]) -> None:
    """Check the strategies that a configuration names.

    Raises:
        ConfigError: There is no such strategy for the role, or a weight is not above 0.
    """
    for name, weight in weights.items():
        choose(f"strategy of the {role}", name, discover_strategies(role))
        if not 0 < weight < float("inf"):
            raise ConfigError(
                f"{role}.strategies.{name} = {weight} is no weight", fix="set a number above 0"
            )
