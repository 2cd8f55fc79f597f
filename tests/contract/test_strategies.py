"""What every strategy has to do, run over all that are discovered."""

from collections import Counter
from pathlib import Path

import pytest

from pieforge.agents.author import Author, AuthorTask, ShownProblem
from pieforge.agents.hot_code import HotFunction, HotLine
from pieforge.agents.models.client import open_model
from pieforge.agents.models.request import Completion, ModelAnswer
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Example, Optimizer, OptimizerTask
from pieforge.agents.replies import LanguageNames
from pieforge.agents.strategies import (
    DEFAULTS,
    SAMPLE_PROGRAM,
    ExampleChoice,
    check_strategies,
    discover_strategies,
    draw_strategy,
)
from pieforge.errors import ConfigError
from pieforge.plugins import iter_installed
from pieforge.records import TokenUsage

PAGE = Path(__file__).parent.parent.parent / "docs" / "how-to" / "models.md"
CPP = LanguageNames(title="C++17", fence="cpp")
PYTHON = LanguageNames(title="Python 3", fence="python")
NAMES = {role: list(discover_strategies(role)) for role in ("author", "optimizer")}
INSTALLED = {entry.name for entry in iter_installed("pieforge.agents.strategies")}
"""Strategies of packages that are installed next to pieforge, which have pages of their own."""
EXAMPLE = Example(slow="int example_slow;\n", fast="int example_fast;\n")


def build_prompt(role: str, name: str) -> tuple[str, str | None]:
    """Return a strategy's prompt and the program that is read out of its sample reply."""
    model = open_model(ModelSettings(), {})
    strategy = discover_strategies(role)[name]
    choice = ModelAnswer(text=strategy.sample, finish_reason="stop")
    completion = Completion(choices=(choice,), usage=TokenUsage(), model="m")
    if role == "author":
        first = ShownProblem(description="one task", code="int main() { other(); }\n")
        second = ShownProblem(description="another task", code=SAMPLE_PROGRAM)
        parent = PYTHON if strategy.changes_language else None
        task = AuthorTask(
            first=first, second=second, language=CPP, parent_language=parent, strategy=name
        )
        request = Author(model).build_request(task, seed=1)
        [reply] = Author(model).parse_replies(task, completion)
    else:
        shown = (EXAMPLE,) if strategy.examples is not ExampleChoice.NONE else ()
        whole = {"before": "", "after": "", "margin": "", "outline": SAMPLE_PROGRAM}
        hot = HotFunction(code=SAMPLE_PROGRAM, **whole) if strategy.shows_hot_function else None
        line = HotLine(number=2, percent=90, text="slow();")
        asked = OptimizerTask(
            program=SAMPLE_PROGRAM,
            language=CPP,
            examples=shown,
            hot_lines=(line,) if strategy.shows_hot_lines else (),
            hot_function=hot,
            pseudocode="for each, do it" if strategy.plan else "",
            strategy=name,
        )
        request = Optimizer(model).build_request(asked, seed=1)
        [reply] = Optimizer(model).parse_replies(asked, completion)
    [message] = request.messages
    return message.content, reply.code


@pytest.mark.parametrize(
    ("role", "name"), [(role, name) for role, names in NAMES.items() for name in names]
)
def test_a_strategy_shows_the_program_and_its_reply_is_read(role: str, name: str) -> None:
    prompt, code = build_prompt(role, name)
    assert SAMPLE_PROGRAM in prompt
    assert "C++17" in prompt
    assert not prompt.endswith("\n")
    assert "{{" not in prompt
    assert "{%" not in prompt
    assert prompt == build_prompt(role, name)[0]
    assert code == SAMPLE_PROGRAM.replace("slow", "fast")
    strategy = discover_strategies(role)[name]
    examples = strategy.examples
    assert ("line 2, 90 %" in prompt) == strategy.shows_hot_lines
    assert ("for each, do it" in prompt) == bool(strategy.plan)
    assert ("Python 3" in prompt) == strategy.changes_language
    assert ("example_slow" in prompt) == (examples is not ExampleChoice.NONE)
    assert name in INSTALLED or f"`{name}`" in PAGE.read_text()


def test_prompts_differ_unless_only_the_choice_of_examples_does() -> None:
    for role, names in NAMES.items():
        assert DEFAULTS[role] in names
        known = discover_strategies(role)
        prompts = {build_prompt(role, name)[0] for name in names}
        assert len(prompts) == len(
            {(known[it].template, known[it].examples is ExampleChoice.NONE) for it in names}
        )


def test_strategies_are_drawn_by_their_weights_and_the_seed_alone() -> None:
    weights = {"instruction": 3.0, "search_replace": 1.0}
    drawn = [draw_strategy("optimizer", weights, seed) for seed in range(400)]
    assert 270 < Counter(drawn)["instruction"] < 330
    assert drawn == [draw_strategy("optimizer", weights, seed) for seed in range(400)]
    assert draw_strategy("author", {}, 1) == "pie"


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"instructions": 1.0}, "did you mean 'instruction'"),
        ({"pie": 1.0}, "nearest_pairs"),
        ({"instruction": 0.0}, "above 0"),
        ({"instruction": float("nan")}, "above 0"),
    ],
)
def test_a_strategy_that_cannot_be_used_is_named(weights: dict[str, float], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_strategies("optimizer", weights)
    assert words in caught.value.fix


def test_examples_are_tagged_for_the_strategy_that_asks_for_the_best_tenth() -> None:
    task = OptimizerTask(
        program=SAMPLE_PROGRAM,
        language=CPP,
        examples=(EXAMPLE.model_copy(update={"decile": 3}), EXAMPLE),
        strategy="performance_conditioned",
    )
    optimizer = Optimizer(open_model(ModelSettings(), {}))
    tagged = optimizer.build_request(task, seed=1).messages[0].content
    assert "## Example 1: fast (3/10)" in tagged
    assert "## Example 2: fast (10/10)" in tagged
    plain = task.model_copy(update={"strategy": "nearest_pairs"})
    assert "/10" not in optimizer.build_request(plain, seed=1).messages[0].content
