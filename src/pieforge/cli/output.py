"""Output of all commands: JSON for programs, aligned text for people."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Function = TypeVar("Function", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def json_option(function: Function) -> Function:
    """Add `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(function)


def print_json(value: object) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int = 1
) -> None:
    """Print a table; the first `text_columns` are text, the others are numbers."""
    table = Table(title=escape(title), title_justify="left", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        figures = index >= text_columns
        table.add_column(
            column,
            justify="right" if figures else "left",
            no_wrap=text_columns > 1 and not figures,
            overflow="ellipsis",
        )
    for row in rows:
        table.add_row(*map(escape, row))
    Console().print(table)
