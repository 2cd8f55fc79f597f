"""`pieforge compare`: look for an input on which two programs differ."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, json_option, problem_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@problem_option
@click.option("--tester", type=FILE, help="Configuration whose [tester] is asked for inputs, last.")
@json_option
def command(a: Path, b: Path, problem: Path, tester: Path | None, as_json: bool) -> None:
    """Look for an input on which programs A and B differ.

    Tries the package's own tests, its generators with fresh seeds, every stratum of generated
    inputs and, where all outputs match, a coverage-guided search, and a model if one is named.
    Prints `equal on k inputs`, or `different` with the smallest input found (exit status 1).
    """
    from pieforge.cli.actions.compare import compare

    raise SystemExit(ExitStatus.from_answer(compare(a, b, problem, tester, as_json=as_json)))
