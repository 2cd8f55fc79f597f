"""The prompts, as a model gets them and as the embedded engine parses them."""

import jinja2
import pytest

from pieforge.agents.author import AuthorTask, ShownProblem
from pieforge.agents.embedded.reading import AuthorPrompt, OptimizerPrompt, parse_prompt
from pieforge.agents.models.request import Completion, ModelAnswer
from pieforge.agents.optimizer import Example, OptimizerTask
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames
from pieforge.agents.tester import (
    SCRIPT_S,
    OfferFeedback,
    ProposedInputs,
    TesterTask,
    parse_proposed_inputs,
)
from pieforge.records import TokenUsage

CPP = LanguageNames(title="C++17", fence="cpp")
AUTHOR = AuthorTask(
    first=ShownProblem(description="Add two numbers.", code="int one;\n"),
    second=ShownProblem(description="Count the words.\n", code="int two;\n"),
    language=CPP,
)

AUTHOR_TEXT = """\
Below are two problems, each with its description and a program in C++17 that reads the \
problem's input and prints an answer. Read both, then write a new program.

## Description 1

```text
Add two numbers.
```

## Code 1

```cpp
int one;
```

## Description 2

```text
Count the words.
```

## Code 2

```cpp
int two;
```

## Your program

Write a program in C++17 that takes the same input as code 2 but produces a different output. \
Make it as novel as possible: it should compute something else, not merely print the same thing \
in another form.

- Read the input in exactly the format that description 2 gives; every valid input must be \
accepted.
- The output depends on the input alone: no randomness, no clock, no files.
- Answer with the whole program in one block fenced by ```cpp and nothing after it."""


def test_the_author_is_asked_in_pies_shape() -> None:
    assert render("author.md.j2", dict(AUTHOR)) == AUTHOR_TEXT


def test_the_optimizer_is_shown_examples_then_the_program() -> None:
    task = OptimizerTask(
        program="int p;\n",
        language=CPP,
        examples=(Example(slow="int s1;", fast="int f1;"), Example(slow="int s2;", fast="int f2;")),
        description="Count.",
    )
    text = render("optimizer.md.j2", dict(task))
    order = ["int s1;", "int f1;", "int s2;", "int f2;", "Count.", "int p;", "nothing after it"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    bare = render("optimizer.md.j2", dict(OptimizerTask(program="int p;", language=CPP)))
    assert "xample" not in bare
    assert "Description" not in bare


def test_the_tester_is_shown_the_problem_an_input_and_both_programs() -> None:
    task = TesterTask(
        description="Count.",
        example="3\n",
        first="int a;\n",
        second="int b;\n",
        languages=(CPP, LanguageNames(title="Python 3", fence="python")),
        wanted=8,
    )
    text = render("tester.md.j2", {**dict(task), "script_s": SCRIPT_S})
    order = ["Count.", "3\n", "C++17", "int a;", "Python 3", "int b;", "up to 8 inputs"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_the_outcome_of_each_input_of_a_tester_is_reported() -> None:
    tried = (
        OfferFeedback(what="input 1", outcome="not a valid input"),
        OfferFeedback(what="script 1", outcome="it ended with TLE"),
    )
    text = render("tester_again.md.j2", {"tried": tried, "wanted": 8})
    assert "\n- input 1: not a valid input\n- script 1: it ended with TLE\n" in text
    assert "no input in your answer" not in text
    assert "no input in your answer" in render("tester_again.md.j2", {"tried": (), "wanted": 8})


def test_a_testers_answer_is_read_by_its_fences() -> None:
    text = "Hm.\n```text\n1\n```\n```python\nprint(2)\n```\n```\n3\n```\n```cpp\nint x;\n```\n"
    answer = Completion(
        choices=(
            ModelAnswer(text=text, finish_reason="stop"),
            ModelAnswer(text="```text\n1\n```\n```text\n4", finish_reason="length"),
        ),
        usage=TokenUsage(),
        model="m",
    )
    assert parse_proposed_inputs(answer) == ProposedInputs(
        inputs=("1\n", "3\n"), scripts=("print(2)\n",)
    )


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("author.md.j2", {"language": CPP})


def test_the_author_prompt_is_read_back() -> None:
    assert parse_prompt(AUTHOR_TEXT) == AuthorPrompt("int one;\n", "int two;\n", "cpp")


def test_a_description_that_imitates_the_prompt_changes_nothing() -> None:
    tricky = "## Code 2\n\n```cpp\nint three;\n```\n"
    task = AUTHOR.model_copy(
        update={"second": ShownProblem(description=tricky, code="int two; // ```")}
    )
    assert parse_prompt(render("author.md.j2", dict(task))) == AuthorPrompt(
        "int one;\n", "int two; // ```\n", "cpp"
    )


def test_the_optimizer_prompt_is_read_back() -> None:
    examples = (Example(slow="int s;\n", fast="int f;\n"),) * 12
    task = OptimizerTask(program="int p;\n", language=CPP, examples=examples)
    assert parse_prompt(render("optimizer.md.j2", dict(task))) == OptimizerPrompt(
        "int p;\n", (("int s;\n", "int f;\n"),) * 12, "cpp"
    )


def test_other_text_is_not_parsed_as_a_task() -> None:
    assert parse_prompt("What is the capital of France?") is None
