"""`pieforge run`: start or resume a run."""

from pathlib import Path
from shlex import quote

import click

from pieforge.cli.folder_options import choose_folder, folder_options
from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import ExitStatus, UserInputError


@click.command()
@click.argument("config", type=FILE, required=False)
@click.option("--resume", type=FOLDER, help="Continue the run in this folder.")
@folder_options
@json_option
def command(
    config: Path | None, resume: Path | None, name: str | None, out: Path, as_json: bool
) -> None:
    """Run self-play rounds and keep the pairs that the simulator confirms.

    Without CONFIG (a TOML file), the embedded author and optimizer run on the bundled problems.
    A resumed run keeps its own settings, but what names programs, hosts, keys or paths comes from
    CONFIG. Exit status 1 if infrastructure failures left something open; --resume tries it again.
    """
    if resume is not None and name is not None:
        raise UserInputError("--resume takes no --name", fix="leave it out: the run has its folder")
    from pieforge.config import Config, load_config

    # Read before the loop's packages are imported: a mistake in it is reported at once.
    chosen = load_config(config) if config is not None else Config()
    from pieforge.cli.actions.run import begin_run, play

    folder = resume or choose_folder(out, name)
    if resume is None:
        begin_run(folder, chosen)
    words = ("pieforge run --resume", quote(str(folder)), *([quote(str(config))] if config else []))
    raise SystemExit(ExitStatus.from_answer(play(folder, chosen, " ".join(words), as_json=as_json)))
