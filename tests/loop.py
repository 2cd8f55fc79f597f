"""Helpers for tests of the loop: small packages, contexts, runs of the candidate graph."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from scripted_server import Answers, Serve

from pieforge.agents.fences import format_block
from pieforge.agents.models.client import open_model
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Optimizer
from pieforge.config import Config
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.budget import Budget
from pieforge.graphs.context import Context
from pieforge.graphs.results import CandidateResult, ParseRepliesResult, PreparedProblem
from pieforge.graphs.self_play import build_candidate_graph
from pieforge.problems import Problem
from pieforge.records import Origin, Pending, Program, ProgramText

BATCH = "001/0000"


def write_package(
    folder: Path, suffix: str, slow: str, fast: str, answers: Mapping[str, str], **more: str
) -> Path:
    """Write a problem package whose secret tests are the keys of `answers`, by their answers.

    Args:
        folder: Where to write.
        suffix: Suffix of the submissions.
        slow: Text of the slow submission.
        fast: Text of the fast one.
        answers: Inputs with their correct outputs.
        more: Further files, by path.
    """
    files = {
        "problem.yaml": "problem_format_version: 2025-09\nname: Small\n",
        "statement/problem.en.md": "Read, and write.",
        f"submissions/time_limit_exceeded/slow{suffix}": slow,
        f"submissions/accepted/fast{suffix}": fast,
    }
    for at, (data, answer) in enumerate(answers.items()):
        files |= {f"data/secret/{at:02}.in": data, f"data/secret/{at:02}.ans": answer}
    for place, text in {**files, **more}.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text)
    return folder


def create_context(
    executor: CachedExecutor,
    config: Config,
    problems: Mapping[str, Problem] | None = None,
    prepared: Mapping[str, PreparedProblem] | None = None,
) -> Context:
    """Return a context without models, for nodes that use none."""
    nothing = cast("Any", None)
    return Context(
        folder=Path(),
        config=config,
        ledger=executor.ledger,
        executor=executor,
        author=nothing,
        optimizer=nothing,
        problems=problems or {},
        prepared=prepared or {},
        formats=(),
        tools={"cpp17": "a compiler"},
        export=nothing,
        budget=Budget(config.budget, executor.ledger),
    )


def create_slow(problem_id: str, language: str, code: str, round_number: int = 1) -> Program:
    """Return a program as the author would have made it."""
    return Program(
        **ProgramText.create(problem_id, language, code).model_dump(),
        origin=Origin.AUTHOR,
        round=round_number,
        parent_ids=(_create_base(problem_id, language, code).program_id,),
    )


def _create_base(problem_id: str, language: str, code: str) -> ProgramText:
    """Return the program that a slow one departs from: one with the same output fields."""
    return ProgramText.create(problem_id, language, f"{code}\n")


async def play_candidate(
    context: Context, serve: Serve, slow: Program, fast: Sequence[str], *, name: str = "m"
) -> CandidateResult | list[Pending]:
    """Send a slow program through the candidate graph, with an optimizer that answers `fast`.

    Args:
        context: Context of a run; its optimizer is replaced.
        serve: Starts the server that acts as the optimizer.
        slow: The slow program.
        fast: Texts of the fast programs that the optimizer offers.
        name: Name of the model, under which its answers are cached.
    """
    fence = context.executor.languages[slow.language].fences[0]
    server = serve(Answers.choices(*(format_block(text, fence) for text in fast)))
    settings = ModelSettings(base_url=server.base_url, model=name, n=len(fast), retries=0)
    ledger = context.ledger
    base = _create_base(slow.problem_id, slow.language, slow.code)
    ledger.put(base, base.program_id)
    ledger.put(ParseRepliesResult(programs=(slow,), rejects=(), attempts=1), BATCH)
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(open_model(settings, {}))
        state = await build_candidate_graph().ainvoke(
            {"round": 1, "batch": 0, "member": slow.program_id},
            context=replace(context, optimizer=Optimizer(model)),
        )
    if state and state.get("open"):
        return list(state["open"])
    result = ledger.get(CandidateResult, slow.program_id)
    assert result is not None
    return result
