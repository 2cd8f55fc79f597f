"""`pieforge stress`: search for the inputs on which a program is slow."""

from pathlib import Path

import click

from pieforge.cli.limit_options import LimitOptions, limit_options
from pieforge.cli.output import FILE, json_option, problem_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("file", type=FILE)
@problem_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that the inputs are written to.",
)
@click.option(
    "--search-cpu",
    type=click.FloatRange(min=0.1, max=3600),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Budget of the search in CPU seconds of a usual machine; it is spent in counted steps.",
)
@limit_options
@json_option
def command(
    file: Path,
    problem: Path,
    out: Path | None,
    search_cpu: float,
    cpu_s: float | None,
    memory_mb: int | None,
    output_mb: int | None,
    as_json: bool,
) -> None:
    """Search for valid inputs on which the program in FILE does the most work.

    Prints the most expensive ones found, next to the package's most expensive test. Steps are
    counted, so that the same arguments give the same inputs. Exit status 1 if no input found takes
    more steps than every test.
    """
    from pieforge.cli.actions.stress import stress

    limits = LimitOptions(cpu_s, memory_mb, output_mb)
    found = stress(file, problem, out, limits, search_cpu, as_json=as_json)
    raise SystemExit(ExitStatus.from_answer(found))
