"""The embedded author as a de-optimizer: it sees the prompt alone."""

import pytest

from pieforge.agents.author import AntiPattern, DeoptimizerTask
from pieforge.agents.embedded.answering import answer_prompt
from pieforge.agents.embedded.reading import DeoptimizerPrompt, parse_prompt
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames, parse_reply
from pieforge.lessons.patterns import discover_patterns, identify_patterns, show_example

PYTHON = LanguageNames(title="Python", fence="python")
PROGRAM = """\
def count(words):
    seen = {}
    found = []
    for word in words:
        if word in seen:
            found.append(seen[word])
        seen[word] = len(found)
    return found


print(count(input().split()))
"""


def create_prompt(*keys: str) -> str:
    shown = [(discover_patterns()[key], show_example(key, "python")) for key in keys]
    task = DeoptimizerTask(
        program=PROGRAM,
        language=PYTHON,
        examples=tuple(
            AntiPattern(description=pattern.description, fast=fast, slow=slow)
            for pattern, (fast, slow) in shown
        ),
    )
    return render("deoptimize.md.j2", dict(task))


def answer(prompt: str, n: int = 1, seed: int = 1) -> list[str | None]:
    texts = answer_prompt(prompt, n=n, seed=seed, temperature=1.0)
    return [parse_reply(text, "stop", PYTHON, (PROGRAM,)).code for text in texts]


def test_the_prompt_shows_the_program_and_each_example() -> None:
    parsed = parse_prompt(create_prompt("copied_dict", "keys_as_list"))
    assert isinstance(parsed, DeoptimizerPrompt)
    assert parsed.program == PROGRAM
    examples = [show_example(key, "python") for key in ("copied_dict", "keys_as_list")]
    assert list(parsed.examples) == examples


@pytest.mark.parametrize("key", ["copied_dict", "keys_as_list", "append_by_concatenation"])
def test_the_answer_has_the_anti_pattern_of_the_example(key: str) -> None:
    [code] = answer(create_prompt(key))
    assert code is not None
    assert identify_patterns(PROGRAM, code, "python") == (key,)


def test_the_answer_to_two_examples_has_both_anti_patterns() -> None:
    [code] = answer(create_prompt("copied_dict", "append_by_concatenation"))
    assert code is not None
    assert set(identify_patterns(PROGRAM, code, "python")) == {
        "copied_dict",
        "append_by_concatenation",
    }


def test_the_same_request_gets_the_same_answer_and_there_are_no_more_than_sites() -> None:
    prompt = create_prompt("copied_dict")
    assert answer(prompt) == answer(prompt)
    assert [code is None for code in answer(prompt, n=3)] == [False, True, True]


def test_an_example_that_is_in_no_dictionary_gets_a_refusal() -> None:
    task = DeoptimizerTask(
        program=PROGRAM,
        language=PYTHON,
        examples=(AntiPattern(description="", fast="print(1)\n", slow="print(2)\n"),),
    )
    assert answer(render("deoptimize.md.j2", dict(task))) == [None]


def test_a_program_without_a_site_gets_a_refusal() -> None:
    assert answer(create_prompt("sort_by_hand")) == [None]
