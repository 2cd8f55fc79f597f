"""`pieforge problems`: import problems of other collections."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option


@click.group()
def command() -> None:
    """Make problem packages."""


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--from", "kind", required=True, help="The collection; docs/reference/imports.md has all."
)
@click.option("--out", type=FOLDER, required=True, help="Folder for the packages.")
@click.option("--config", type=FILE, help="Configuration: run.languages, limits, simulator.")
@json_option
def import_command(path: Path, kind: str, out: Path, config: Path | None, as_json: bool) -> None:
    """Write a problem package for each problem of the collection at PATH.

    Every program runs on every test: labels and answers are tested, not believed. OUT/import.jsonl
    says what became of each problem, and which tests and programs are left out and why. The same
    command goes on where it stopped. Exit status 1 if there is no package.
    """
    from pieforge.cli.actions.import_problems import import_collection
    from pieforge.config import Config, load_config

    chosen = load_config(config) if config else Config()
    raise SystemExit(import_collection(kind, path, out, chosen, as_json=as_json))
