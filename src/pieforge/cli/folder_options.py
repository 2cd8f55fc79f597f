"""Options of commands that create a run folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pieforge.cli.output import FOLDER


def folder_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--name` and `--out` to a command."""
    add_name = click.option("--name", help="Name of the run folder; by default date and time.")
    add_out = click.option(
        "--out",
        type=FOLDER,
        default=Path("datasets_out"),
        show_default=True,
        help="Folder in which the run folder is created.",
    )
    return add_name(add_out(command))


def choose_folder(out: Path, name: str | None) -> Path:
    """Return the run folder to create; its name is date and time (UTC) where none is given."""
    return out / (name or datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
