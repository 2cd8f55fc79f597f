"""`pieforge rejudge`: judge a finished run again, by another policy."""

from pathlib import Path

import click

from pieforge.cli.folder_options import choose_folder, folder_options
from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--config", type=FILE, help="Configuration to judge by; by default the default one.")
@folder_options
@json_option
def command(folder: Path, config: Path | None, name: str | None, out: Path, as_json: bool) -> None:
    """Compute every verdict of the finished run in FOLDER again, and list what flipped and why.

    Programs are compiled, run, compared, checked and measured again, by the threshold, simulator
    and checks of the configuration. What models answered is taken from FOLDER: none is asked. The
    result is a new run folder. The same --name goes on where an interrupted rejudge stopped. Exit
    status 1 if infrastructure failures left something open.
    """
    from pieforge.config import Config, load_config

    policy = load_config(config) if config is not None else Config()
    from pieforge.cli.actions.rejudge import rejudge

    new = choose_folder(out, name)
    raise SystemExit(ExitStatus.from_answer(rejudge(folder, new, policy, as_json=as_json)))
