"""`pieforge init`: write a configuration with every key as a comment."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, json_option, print_json, print_line
from pieforge.errors import UserInputError


@click.command()
@click.argument("file", type=FILE, default=Path("pieforge.toml"))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Write a configuration to FILE, by default pieforge.toml; each key is a comment.

    Each has its meaning, its type and its default, so that the file as it is changes nothing.
    """
    if file.exists():
        raise UserInputError("the file exists", where=str(file), fix="give another name")
    from pieforge.config_keys import render_template
    from pieforge.files import write_text

    write_text(file, render_template())
    if as_json:
        print_json({"file": str(file)})
    else:
        print_line(f"written: {file}\nnext: edit it, then: pieforge run {file}")
