"""`pieforge compare`: look for an input on which two programs differ."""

from pathlib import Path

import click

from pieforge.cli.limit_options import LimitOptions, limit_options
from pieforge.cli.output import FILE, json_option, problem_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@problem_option
@click.option("--tester", type=FILE, help="Configuration whose [tester] is asked for inputs, last.")
@limit_options
@click.option(
    "--search-cpu",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="CPU time that the coverage-guided search may take to propose inputs.",
)
@json_option
def command(
    a: Path,
    b: Path,
    problem: Path,
    tester: Path | None,
    cpu_s: float | None,
    memory_mb: int | None,
    output_mb: int | None,
    search_cpu: float,
    as_json: bool,
) -> None:
    """Look for an input on which programs A and B differ.

    Tries the package's own tests, its generators with fresh seeds, every stratum of generated
    inputs and, where all outputs match, a coverage-guided search, and a model if one is named.
    Prints `equal on k inputs`, or `different` with the smallest input found (exit status 1).
    """
    from pieforge.cli.actions.compare import compare

    limits = LimitOptions(cpu_s, memory_mb, output_mb)
    equal = compare(a, b, problem, tester, limits, search_cpu, as_json=as_json)
    raise SystemExit(ExitStatus.from_answer(equal))
