"""`pieforge measure`: measure a program on the tests of a problem, by simulation."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, json_option, problem_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("program", type=FILE)
@problem_option
@click.option("--simulator", default="cachegrind", show_default=True, help="Name of the simulator.")
@json_option
def command(program: Path, problem: Path, simulator: str, as_json: bool) -> None:
    """Simulate PROGRAM on each test of a problem; print the ticks of each test, and the sum.

    A tick of cachegrind is a cycle. Exit status 1 if a run does not end normally.
    """
    from pieforge.cli.actions.measure import measure

    raise SystemExit(ExitStatus.from_answer(measure(program, problem, simulator, as_json=as_json)))
