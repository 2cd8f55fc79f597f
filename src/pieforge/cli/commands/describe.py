"""`pieforge describe`: make new problems of what a run's programs compute."""

from pathlib import Path

import click

from pieforge.cli.folder_options import choose_folder, folder_options
from pieforge.cli.output import FILE, FOLDER, json_option


@click.command()
@click.argument("run", type=FOLDER)
@click.argument("config", type=FILE)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Programs to describe at most.",
)
@folder_options
@json_option
def command(
    run: Path, config: Path, limit: int, name: str | None, out: Path, as_json: bool
) -> None:
    """Let the author of CONFIG describe kept programs of RUN, each as a new problem.

    A description is kept if a program written from it alone has the same outputs. Each becomes a
    problem package with the inputs of the problem that the program was made for. A later run uses
    the folder of packages as its run.problem_folder. The same --name goes on where it stopped. Exit
    status 1 if no package was made.
    """
    from pieforge.cli.actions.describe import describe
    from pieforge.config import load_config

    chosen = load_config(config)
    raise SystemExit(describe(choose_folder(out, name), chosen, run, limit, as_json=as_json))
