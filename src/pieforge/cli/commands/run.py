"""`pieforge run`: start or resume a run."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import ExitStatus, UserInputError


@click.command()
@click.argument("config", type=FILE, required=False)
@click.option("--resume", type=FOLDER, help="Continue the run in this folder.")
@click.option(
    "--replay",
    type=FOLDER,
    help="Repeat the run in this folder in a new one, with its answers; no model is asked.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show the planned calls, their price and three prompts."
)
@click.option("--name", help="Name of the run folder; by default date and time.")
@click.option(
    "--out",
    type=FOLDER,
    default=Path("datasets_out"),
    show_default=True,
    help="Folder in which the run folder is created.",
)
@json_option
def command(
    config: Path | None,
    resume: Path | None,
    replay: Path | None,
    dry_run: bool,
    name: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Run self-play rounds and keep the pairs that the simulator confirms.

    Without CONFIG (a TOML file), the embedded author and optimizer run on the bundled problems.
    Exit status 1 if infrastructure failures left something open; --resume tries it again.
    """
    if resume is not None and (config is not None or name is not None):
        raise UserInputError(
            "--resume takes neither a configuration nor a name",
            fix="leave them out: the run folder has its own run.toml",
        )
    if replay is not None and (config is not None or resume is not None):
        raise UserInputError(
            "--replay takes neither a configuration nor --resume",
            fix="leave them out: the replayed run has its own run.toml",
        )
    from pieforge.config import Config, load_config

    # Read before the loop's packages are imported: a mistake in it is reported at once.
    chosen = load_config(config) if config is not None else Config()
    if dry_run:
        if resume is not None or replay is not None:
            raise UserInputError(
                "--dry-run shows a new run, and takes neither --resume nor --replay",
                fix="leave them out",
            )
        from pieforge.cli.actions.dry_run import show_forecast

        show_forecast(chosen, as_json=as_json)
        return
    from pieforge.cli.actions.run import begin_run, play
    from pieforge.graphs.run_folder import read_config

    if replay is not None:
        chosen = read_config(replay)
    folder = resume or out / (name or datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
    if resume is None:
        begin_run(folder, chosen, is_replay=replay is not None)
    raise SystemExit(ExitStatus.from_answer(play(folder, replay=replay, as_json=as_json)))
