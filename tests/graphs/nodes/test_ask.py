"""Strategies that measure or ask again: real programs, and a server on loopback that answers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loop import BATCH, create_context, create_slow, write_package
from scripted_server import Answer, Answers, Serve, Server

from pieforge.agents.fences import format_block
from pieforge.agents.models.client import open_model
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Optimizer
from pieforge.config import BudgetSection, Config, RunSection
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.budget import Budget
from pieforge.graphs.context import Context
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import OptimizerTurn
from pieforge.graphs.self_play import build_turns_graph
from pieforge.problems import load_problem

HEAD = "#include <cstdio>\n"
READ = 'int main() {\n    long n, s = 0;\n    scanf("%ld", &n);\n'
PRINT = '    printf("%ld\\n", s);\n}\n'
LOOP = "    for (long i = 1; i <= n; i++) {}\n"
SLOW = HEAD + READ + "    for (long i = 1; i <= n; i++) s += i;\n" + PRINT
FAST = HEAD + READ + "    s = n * (n + 1) / 2;\n" + PRINT
WORK = "long work(long n) {\n    long s = 0;\n    for (long i = 1; i <= n; i++) s += i * 3 % 7;\n"
WITH_FUNCTION = HEAD + WORK + "    return s;\n}\n" + READ + "    s = work(n);\n" + PRINT
RIGHT = HEAD + READ + "    for (long i = 1; i <= n; i++) s += i * 3 % 7;\n" + PRINT
RIGHT_AND_FAST = (
    HEAD + READ + "    s = n / 7 * 21;\n"
    "    for (long i = n / 7 * 7 + 1; i <= n; i++) s += i * 3 % 7;\n" + PRINT
)
WRONG = RIGHT.replace("% 7", "% 5")
BROKEN = RIGHT.replace("long n, s", "long n, t")


def fence(*texts: str) -> Answer:
    return Answers.choices(*(format_block(text, "cpp") for text in texts))


@pytest.fixture
async def prepared(executor: CachedExecutor, tmp_path: Path) -> Context:
    """Return a context with one small problem."""
    answers = {f"{n}\n": f"{n * (n + 1) // 2}\n" for n in (1, 10, 500, 20_000)}
    written = write_package(tmp_path / "sums", ".cpp", SLOW, FAST, answers)
    config = Config(run=RunSection(languages=("cpp17",)))
    problem = load_problem(written)
    found = await prepare_problem(executor, problem, config)
    return create_context(executor, config, {"sums": problem}, {"sums": found})


async def ask_in_turns(
    context: Context, server: Server, strategy: str, slow: str = WITH_FUNCTION
) -> Sequence[OptimizerTurn]:
    settings = ModelSettings(
        base_url=server.base_url, model="m", n=1, retries=0, strategies={strategy: 1.0}
    )
    config = context.config.model_copy(update={"optimizer": settings})
    program = create_slow("sums", "cpp17", slow)
    async with open_model(settings, {}) as model:
        own = replace(context, config=config, optimizer=Optimizer(model))
        state: Any = await build_turns_graph().ainvoke(
            {"slow": program, "batch": BATCH}, context=own
        )
    return list(state["turns"])


def read_prompts(server: Server) -> list[list[str]]:
    return [[it["content"] for it in body["messages"]] for body in server.asked]


async def test_repair_tells_the_input_on_which_a_program_is_wrong(
    prepared: Context, serve: Serve
) -> None:
    server = serve(fence(WRONG), fence(RIGHT))
    first, second = await ask_in_turns(prepared, server, "repair")
    [_, [asked, answered, told]] = read_prompts(server)
    assert asked == read_prompts(server)[0][0]
    assert WRONG in answered
    n = int(told.partition("```text\n")[2].split()[0])
    expected, actual = (sum(i * 3 % m for i in range(1, n + 1)) for m in (7, 5))
    assert expected != actual
    assert told.index(f"```text\n{expected}\n```") < told.index(f"```text\n{actual}\n```")
    assert first.call_id != second.call_id
    assert [reply.call_id for turn in (first, second) for reply in turn.replies] == [
        "",
        second.call_id,
    ]


async def test_repair_tells_the_compilers_message_and_what_is_no_program(
    prepared: Context, serve: Serve
) -> None:
    server = serve(fence(BROKEN), fence(RIGHT))
    await ask_in_turns(prepared, server, "repair")
    assert "\u2018s\u2019" in read_prompts(server)[1][2] or "'s'" in read_prompts(server)[1][2]
    server = serve(Answers.choices("I cannot."), fence(RIGHT))
    await ask_in_turns(prepared, server, "repair")
    assert read_prompts(server)[1][1] == "I cannot."
    assert "cannot be used: no program" in read_prompts(server)[1][2]


async def test_repair_ends_with_a_right_program_and_after_its_turns(
    prepared: Context, serve: Serve
) -> None:
    server = serve(fence(RIGHT))
    assert len(await ask_in_turns(prepared, server, "repair")) == 1
    server = serve(fence(WRONG))
    assert len(await ask_in_turns(prepared, server, "repair")) == 2
    assert len(server.asked) == 2


async def test_best_so_far_shows_the_fastest_right_program(prepared: Context, serve: Serve) -> None:
    server = serve(fence(RIGHT_AND_FAST), fence(RIGHT), fence(WRONG))
    turns = await ask_in_turns(prepared, server, "best_so_far")
    assert len(turns) == len(server.asked) == 3
    for prompts in read_prompts(server)[1:]:
        assert RIGHT_AND_FAST in prompts[1]
        assert "times as fast as the slow program" in prompts[2]
    offered = [reply.program.code for turn in turns for reply in turn.replies if reply.program]
    assert offered == [RIGHT_AND_FAST, RIGHT, WRONG]


async def test_hot_code_is_found_by_a_measurement(prepared: Context, serve: Serve) -> None:
    server = serve(fence(RIGHT))
    await ask_in_turns(prepared, server, "profile_guided")
    assert "line 4, " in read_prompts(server)[0][0]
    new = "long work(long n) {\n    return n / 7 * 21 + (n % 7 > 0) * 3;\n}\n"
    server = serve(fence(new))
    [turn] = await ask_in_turns(prepared, server, "hot_function")
    assert "int main() { ... }" in read_prompts(server)[0][0]
    [reply] = turn.replies
    assert reply.program is not None
    assert reply.program.code == WITH_FUNCTION.replace(WORK + "    return s;\n}\n", new)


async def test_pseudocode_is_asked_once_for_a_problem(prepared: Context, serve: Serve) -> None:
    server = serve(Answers.choices("Find a closed form."), fence(RIGHT))
    [one] = await ask_in_turns(prepared, server, "pseudocode")
    [other] = await ask_in_turns(prepared, server, "pseudocode", WITH_FUNCTION.replace("3", "4"))
    plan, *asked = read_prompts(server)
    assert SLOW in plan[0]
    assert len(asked) == 2
    assert all("Find a closed form." in prompts[0] for prompts in asked)
    assert one.plan_call_id == other.plan_call_id != ""


async def test_a_subject_keeps_its_turn_in_the_budget_between_its_questions(
    prepared: Context, serve: Serve
) -> None:
    budget = Budget(BudgetSection(attempts=3), prepared.ledger)
    slow = create_slow("sums", "cpp17", WITH_FUNCTION)
    budget.queue([slow.program_id, "another"])
    server = serve(fence(WRONG), fence(BROKEN), fence(RIGHT))
    await ask_in_turns(replace(prepared, budget=budget), server, "best_so_far")
    # The last question gives the turn away.
    assert list(budget._turns) == ["another"]
