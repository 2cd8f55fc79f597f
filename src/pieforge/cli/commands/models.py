"""`pieforge models`: try each model endpoint of a configuration."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, json_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("config", type=FILE, required=False)
@json_option
def command(config: Path | None, as_json: bool) -> None:
    """Send one tiny request to each endpoint that CONFIG names, in tables and in roles.

    Prints whether it answers, the time of the answer, and the price of a million tokens. Exit
    status 1 if one does not answer.
    """
    from pieforge.cli.actions.models import try_models

    raise SystemExit(ExitStatus.from_answer(try_models(config, as_json=as_json)))
