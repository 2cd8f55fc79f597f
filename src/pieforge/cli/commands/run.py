"""`pieforge run`: start or resume a run."""

from pathlib import Path
from shlex import quote

import click

from pieforge.cli.folder_options import choose_folder, folder_options
from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import UserInputError


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
@folder_options
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
    A resumed or replayed run keeps its own settings, but what names programs, hosts, keys or paths
    comes from CONFIG. Exit status 1 if infrastructure failures left something open; --resume tries
    it again. 3
    if a limit of [budget] ended the run; --resume with a higher one continues it.
    """
    if resume is not None and name is not None:
        raise UserInputError("--resume takes no --name", fix="leave it out: the run has its folder")
    if dry_run + (resume is not None) + (replay is not None) > 1:
        raise UserInputError(
            "--resume, --replay and --dry-run exclude each other", fix="keep one of them"
        )
    from pieforge.config import Config, load_config

    # Read before the loop's packages are imported: a mistake in it is reported at once.
    chosen = load_config(config) if config is not None else Config()
    if dry_run:
        from pieforge.cli.actions.dry_run import show_forecast

        show_forecast(chosen, as_json=as_json)
        return
    from pieforge.cli.actions.run import begin_run, play
    from pieforge.graphs.run_folder import read_config

    if replay is not None:
        chosen = read_config(replay, chosen)
    folder = resume or choose_folder(out, name)
    if resume is None:
        begin_run(folder, chosen, is_replay=replay is not None)
    words = ("pieforge run --resume", quote(str(folder)), *([quote(str(config))] if config else []))
    again = " ".join(words)
    raise SystemExit(play(folder, chosen, again, replay=replay, as_json=as_json))
