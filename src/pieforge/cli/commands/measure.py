"""`pieforge measure`: measure a program on the tests of a problem, by simulation."""

from pathlib import Path

import click

from pieforge.cli.limit_options import LimitOptions, limit_options
from pieforge.cli.output import FILE, json_option, problem_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("program", type=FILE)
@problem_option
@click.option("--simulator", default="cachegrind", show_default=True, help="Name of the simulator.")
@limit_options
@json_option
def command(
    program: Path,
    problem: Path,
    simulator: str,
    cpu_s: float | None,
    memory_mb: int | None,
    output_mb: int | None,
    as_json: bool,
) -> None:
    """Simulate PROGRAM on each test of a problem; print the ticks of each test, and the sum.

    A tick of cachegrind is a cycle. Exit status 1 if a run does not end normally.
    """
    from pieforge.cli.actions.measure import measure

    limits = LimitOptions(cpu_s, memory_mb, output_mb)
    ended = measure(program, problem, simulator, limits, as_json=as_json)
    raise SystemExit(ExitStatus.from_answer(ended))
