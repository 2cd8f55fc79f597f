"""The action of `pieforge compare`."""

import os
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from pieforge import problems
from pieforge.agents.models.client import open_model
from pieforge.agents.tester import Tester
from pieforge.audit.compare_programs import Comparison, StratumResult, compare_programs
from pieforge.cli.difference import render_difference
from pieforge.cli.limit_options import LimitOptions
from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config, load_config
from pieforge.errors import ConfigError
from pieforge.graphs.evidence.adversarial_inputs import find_adversarial_inputs
from pieforge.graphs.run import open_executor
from pieforge.inputs.grammar.input_grammar import PLAIN_INPUTS
from pieforge.interruption import run_async
from pieforge.ledger import Ledger

_COLUMNS = ("inputs", "", "tried", "equal", "differ", "unknown")


def compare(
    a: Path,
    b: Path,
    problem: Path,
    tester: Path | None,
    limits: LimitOptions,
    search_cpu_s: float,
    *,
    as_json: bool,
) -> bool:
    """Compare two programs and print the result; return whether they are equal."""
    found = run_async(_compare(a, b, problem, tester, limits, search_cpu_s))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _print(found, (a.name, b.name) if a.name != b.name else (str(a), str(b)))
    return found.equal


def _print(found: Comparison, names: tuple[str, str]) -> None:
    print_table("", _COLUMNS, [_format_row(row) for row in found.strata], text_columns=2)
    print_line(f"search by coverage: {found.coverage}")
    if found.inputs_grammar == "plain":
        print_line(f"inputs_grammar: plain ({PLAIN_INPUTS})")
    left = sum(row.left_out for row in found.strata)
    if left:
        print_line(f"{left} larger inputs were skipped: smaller ones had reached a limit")
    if found.difference is None:
        print_line(f"\nequal on {found.equal_on} inputs")
        return
    print_line(f"\ndifferent (equal on {found.equal_on} of {found.inputs} inputs)")
    for line in render_difference(found.difference, names):
        print_line(line)


def _format_row(row: StratumResult) -> tuple[str, ...]:
    counts = (row.inputs - row.left_out, row.equal, row.different, row.unknown)
    return row.stratum, row.title, *(str(count) if count else "-" for count in counts)


async def _compare(
    a: Path,
    b: Path,
    problem: Path,
    tester: Path | None,
    limits: LimitOptions,
    search_cpu_s: float,
) -> Comparison:
    package = problems.load_problem(problem)
    problems.log_skipped(package)
    config = load_config(tester) if tester is not None else Config()
    config, asked = limits.apply(config, package.limits)
    ledger = Ledger(Path(":memory:"))
    report = partial(print_line, err=True)
    run = partial(compare_programs, search_cpu_s=search_cpu_s, report=report)
    async with AsyncExitStack() as stack:
        opened = open_executor(
            config,
            ledger,
            continue_after_failure=True,
            package_limits={package.problem_id: asked},
        )
        executor = await stack.enter_async_context(opened)
        if tester is None:
            return await run(executor, package, a, b)
        if "tester" not in config.active_models:
            raise ConfigError(
                "no model is named for the role tester",
                where=str(tester),
                fix="set base_url and model in its section [tester]",
            )
        model = await stack.enter_async_context(
            open_model(config.tester, os.environ, tables=config.endpoints)
        )
        ask = partial(find_adversarial_inputs, executor, Tester(model), model.complete, package)
        return await run(executor, package, a, b, ask)
