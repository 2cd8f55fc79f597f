"""The options `--log-level` and `--log-format` of every command."""

import click

from pieforge.logs import FORMATS, LEVELS, log_to_stderr


def create_log_options() -> list[click.Parameter]:
    """Return new instances of both options."""
    return [
        click.Option(
            ["--log-level"],
            type=click.Choice(LEVELS),
            expose_value=False,
            callback=_set_level,
            help="Least level of log messages on stderr; warning by default.",
        ),
        click.Option(
            ["--log-format"],
            type=click.Choice(FORMATS),
            expose_value=False,
            callback=_set_format,
            help="Format of log messages on stderr; text by default.",
        ),
    ]


def _set_level(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    log_to_stderr(level=value or "")


def _set_format(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    log_to_stderr(form=value or "")
