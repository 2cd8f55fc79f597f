"""Output of all commands: JSON for programs, aligned text for people.

Everything that a command prints leaves here, so that nothing in it controls the terminal: ids,
diagnostics, outputs and messages of programs and servers are parts of it.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click

from pieforge.files import explain_os_error
from pieforge.logs import escape_controls

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
"""Adds `--json` to a command."""
problem_option = click.option(
    "--problem", type=FOLDER, required=True, help="Folder of the problem package."
)


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 pair", "2 pairs"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_json(value: object) -> None:
    """Print one JSON object on one line, in ASCII."""
    print_line(json.dumps(value))


def print_line(text: str, *, mark: str = "", color: str | None = None, err: bool = False) -> None:
    """Print text with a line break.

    Args:
        text: What to print; control characters are escaped.
        mark: Printed before it, in a color.
        color: Name of the color.
        err: Whether to print to stderr.

    Raises:
        StorageError: It cannot be written.
    """
    with _translate_output_errors():
        click.echo(click.style(mark, fg=color) + escape_controls(text), err=err)


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int = 1
) -> None:
    """Print a table; the first `text_columns` are text, the others are numbers."""
    # Only tables need rich, which takes as long to import as all of the command line.
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(escape_controls(title)), title_justify="left", box=None, pad_edge=False
    )
    for index, column in enumerate(columns):
        is_text = index < text_columns
        justify: Literal["left", "right"] = "left" if is_text else "right"
        no_wrap = text_columns > 1 and is_text
        table.add_column(column, justify=justify, no_wrap=no_wrap, overflow="ellipsis")
    for row in rows:
        table.add_row(*(escape(escape_controls(cell)) for cell in row))
    console = Console()
    with console.capture() as captured:
        console.print(table)
    # rich pads the title and short rows with blanks, which get in the way of copying.
    text = "\n".join(line.rstrip() for line in captured.get().splitlines())
    with _translate_output_errors():
        click.echo(text)


@contextmanager
def _translate_output_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # no failure: the reader wants no more
    except OSError as error:
        raise explain_os_error(
            error, Path("standard output"), "the output cannot be written"
        ) from error
