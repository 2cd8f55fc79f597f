"""`pieforge run`: play, or go on with a run."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import UserInputError


@click.command()
@click.argument("config", type=FILE, required=False)
@click.option("--resume", type=FOLDER, help="Go on with the run in this folder.")
@click.option("--name", help="Name of the run's folder; by default the date and time.")
@click.option(
    "--out",
    type=FOLDER,
    default=Path("datasets_out"),
    show_default=True,
    help="Folder that run folders are made in.",
)
@json_option
def command(
    config: Path | None, resume: Path | None, name: str | None, out: Path, as_json: bool
) -> None:
    """Play self-play rounds and keep the pairs that the simulator confirms.

    Without CONFIG (a TOML file) the embedded author and optimizer play on the bundled problems.
    Exit status 1 if failures of the infrastructure left something open; --resume takes it up again.
    """
    if resume is not None and (config is not None or name is not None):
        raise UserInputError(
            "--resume goes with neither a configuration nor a name",
            fix="the run folder has its own run.toml",
        )
    from pieforge.config import Config, load_config

    # Read before the loop's packages are imported: a mistake in it is reported at once.
    chosen = load_config(config) if config is not None else Config()
    from pieforge.cli.actions.run import begin_run, play

    folder = resume or out / (name or datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
    if resume is None:
        begin_run(folder, chosen)
    raise SystemExit(0 if play(folder, as_json=as_json) else 1)
