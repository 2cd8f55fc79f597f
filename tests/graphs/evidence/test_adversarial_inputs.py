"""The tester: useful, invalid, endless and malicious inputs and scripts, and prose."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from loop import write_package
from scripted_server import Answers, Serve, Server

from pieforge.agents.models.client import open_model
from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.tester import Tester
from pieforge.config import Config, LimitsSection, RunSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.equivalence.program_pair import ProgramPair
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.evidence.adversarial_inputs import find_adversarial_inputs
from pieforge.inputs import NamedInput
from pieforge.problems import Problem, load_problem
from pieforge.records import PackageProgram, ProgramText

SLOW = "n = int(input())\nprint(sum(range(n + 1)))\n"
FAST = "n = int(input())\nprint(n * (n + 1) // 2)\n"
WRONG_AT_100 = "n = int(input())\nprint(n * (n + 1) // 2 + (n == 100))\n"
VALIDATOR = """\
import re, sys
text = sys.stdin.read()
sys.exit(42 if re.fullmatch(r"[1-9][0-9]{0,3}\\n", text) else 43)
"""
STUCK = "import sys\nprint(7)\nsys.stdout.flush()\nwhile True:\n    pass\n"
ATTACK = """\
import os, socket
for path in ("/etc/passwd", "/root", "/home"):
    if os.path.exists(path):
        print(100)
        raise SystemExit
try:
    open("/package/tester.py", "w")
except OSError:
    socket.socket()
print(100)
"""

Asked = Callable[..., Awaitable[list[NamedInput]]]


@pytest.fixture
def config() -> Config:
    return Config(run=RunSection(languages=("python",)), limits=LimitsSection(cpu_s=0.5))


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    files = {
        "statement/problem.en.md": "Add up the numbers from 1 to n, at most 9999.",
        "input_validators/validate.py": VALIDATOR,
    }
    answers = {f"{n}\n": f"{n * (n + 1) // 2}\n" for n in (1, 5, 77)}
    return load_problem(write_package(tmp_path, ".py", SLOW, FAST, answers, **files))


@pytest.fixture
def asked(executor: CachedExecutor, problem: Problem) -> Asked:
    """Ask the model behind a server about the slow program and another one."""

    async def ask_about(
        server: Server, other: str = WRONG_AT_100, problem: Problem = problem
    ) -> list[NamedInput]:
        both = [ProgramText.create(problem.problem_id, "python", code) for code in (SLOW, other)]
        settings = ModelSettings(base_url=server.base_url, model="m", n=1, retries=0)
        async with open_model(settings, {}) as model:

            async def ask(request: ModelRequest) -> Completion:
                return await executor.ledger.compute_once(
                    Completion, request.compute_key(), "", lambda: model.complete(request)
                )

            return await find_adversarial_inputs(
                executor,
                Tester(model),
                ask,
                problem,
                ProgramPair(executor, both[0], both[1], OutputRules()),
            )

    return ask_about


def texts(*inputs: str) -> str:
    return "\n".join(f"Look:\n\n```text\n{text}\n```\n" for text in inputs)


def script(code: str) -> str:
    return f"Run this.\n\n```python\n{code}```\n"


def last_words(server: Server) -> str:
    return str(server.asked[-1]["messages"][-1]["content"])


async def test_a_distinguishing_input_comes_first_and_is_paid_for_once(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices(texts("5", "100", "100")))
    found = await asked(server)
    assert [item.data for item in found] == [b"100\n", b"5\n"]
    assert all(item.name.startswith("model/") for item in found)
    assert await asked(server) == found
    assert len(server.asked) == 1
    prompt = last_words(server)
    assert all(part in prompt for part in (SLOW, WRONG_AT_100, "at most 9999", "```text\n1\n```"))


async def test_the_second_request_has_the_outcome_of_the_first_inputs(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices(texts("-4", "3")), answers.choices(texts("100")))
    found = await asked(server)
    assert [item.data for item in found] == [b"100\n", b"3\n"]
    assert "- input 1: not a valid input" in last_words(server)
    assert "- input 2: valid, both programs printed '6'" in last_words(server)


async def test_a_script_gives_an_input_for_each_seed(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices(script("import sys\nprint(97 + int(sys.argv[1]))\n")))
    found = await asked(server)
    assert [item.data for item in found] == [b"100\n", b"98\n", b"99\n"]


async def test_a_script_that_never_ends_is_stopped_and_reported_to_the_tester(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices(script(STUCK)), answers.choices(texts("8")))
    assert [item.data for item in await asked(server)] == [b"8\n"]
    assert "- script 1: it ended with TLE" in last_words(server)


async def test_a_script_that_attacks_has_no_effect(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices(script(ATTACK)))
    assert await asked(server) == []
    assert "- script 1: it ended with RE" in last_words(server)


async def test_prose_without_a_block_gives_no_inputs(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("They are the same, I am sure.\n\n```text\ncut off"))
    assert await asked(server) == []
    assert "there was no input in your answer" in last_words(server)
    assert len(server.asked) == 2


async def test_an_input_that_is_too_large_for_the_slow_program_is_left_out(
    executor: CachedExecutor, asked: Asked, serve: Serve, answers: type[Answers], problem: Problem
) -> None:
    lenient = replace(
        problem,
        validators={
            "validate.py": PackageProgram.create("validate.py", "import sys\nsys.exit(42)\n")
        },
    )
    server = serve(answers.choices(texts("9999999999", "6")))
    assert [item.data for item in await asked(server, problem=lenient)] == [b"6\n"]
    assert "reached the limit on time" in last_words(server)


async def test_without_validators_the_known_correct_programs_decide_what_a_valid_input_is(
    asked: Asked, serve: Serve, answers: type[Answers], problem: Problem
) -> None:
    server = serve(answers.choices(texts("4 4", "x", "12")))
    found = await asked(server, problem=replace(problem, validators={}))
    assert [item.data for item in found] == [b"12\n"]


async def test_concurrent_equal_requests_share_the_answer(
    asked: Asked, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices(texts("100")))
    one, other = await asyncio.gather(asked(server), asked(server))
    assert one == other
    assert len(server.asked) == 1
