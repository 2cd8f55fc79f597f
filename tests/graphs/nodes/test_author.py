"""The author is asked for a program in another language than its parent's."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from loop import create_context
from scripted_server import Answers, Serve

from pieforge.agents.author import Author, AuthorTask
from pieforge.agents.models.client import open_model
from pieforge.agents.models.settings import ModelSettings
from pieforge.config import Config, RunSection
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.classes.input_format import store_program
from pieforge.graphs.nodes.author import ask_author, create_author_task
from pieforge.graphs.results import AuthorCall
from pieforge.records import Origin, Program, ProgramText

CPP = "int main() { return 1; }\n"
PYTHON = "print(int(input()) + 1)\n"


@pytest.mark.parametrize("languages", [("cpp17", "python"), ("cpp17",)])
async def test_a_program_is_asked_for_in_a_language_of_the_problem(
    executor: CachedExecutor, serve: Serve, languages: tuple[str, ...]
) -> None:
    server = serve(Answers.choices(f"```python\n{PYTHON}```\n```cpp\n{CPP}// other\n```\n"))
    settings = ModelSettings(
        base_url=server.base_url, model="m", n=1, strategies={"other_language": 1.0}
    )
    config = Config(run=RunSection(languages=("cpp17", "python")), author=settings)
    text = ProgramText.create("p", "cpp17", CPP)
    parent = Program(**text.model_dump(), origin=Origin.AUTHOR, round=1, parent_ids=())
    store_program(executor.ledger, parent)
    prepared: Any = {"p": SimpleNamespace(slow=dict.fromkeys(languages, text.program_id))}
    problems: Any = {"p": SimpleNamespace(statement="Add 1.")}
    name = text.program_id
    call = AuthorCall(
        call_id="1/p/0", problem_id="p", language="cpp17", first=name, second=name, n=1, seed=4
    )
    async with open_model(settings, {}) as model:
        context = replace(
            create_context(executor, config, problems, prepared), author=Author(model)
        )
        task = cast("AuthorTask", create_author_task(context, call, ""))
        [reply] = (await ask_author(context, call, "")).replies
    assert reply.program is not None
    prompt = server.asked[0]["messages"][0]["content"]
    assert f"```cpp\n{CPP}```" in prompt
    if "python" in languages:
        assert task.strategy == "other_language"
        assert (reply.program.language, reply.program.code) == ("python", PYTHON)
        assert "in Python, not in C++17" in prompt
    else:
        assert task.strategy == "pie"
        assert reply.program.language == "cpp17"
