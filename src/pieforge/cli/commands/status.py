"""`pieforge status`: show what a run does, from another shell."""

from pathlib import Path

import click

from pieforge.cli.output import FOLDER, json_option


@click.command()
@click.argument("folder", type=FOLDER)
@json_option
def command(folder: Path, as_json: bool) -> None:
    """Show what the run in FOLDER does: funnel, rate, price, forecast, last kept pair.

    Nothing in FOLDER is written; it is safe while the run works.
    """
    from pieforge.cli.actions.status import show_status

    show_status(folder, as_json=as_json)
