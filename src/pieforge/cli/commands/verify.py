"""`pieforge verify`: check every pair of a run again."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option


@click.command()
@click.argument("folder", type=FOLDER)
@click.argument("config", type=FILE, required=False)
@click.option(
    "--simulator", default="", help="Simulator that must confirm; by default each row's own."
)
@click.option(
    "--sample", type=click.IntRange(min=1), help="Verify this many rows, chosen at random."
)
@json_option
def command(
    folder: Path, config: Path | None, simulator: str, sample: int | None, as_json: bool
) -> None:
    """Derive every row in FOLDER again, and compare each of its fields.

    Compiles, runs and simulates both programs, and repeats other builds, perturbed re-runs and hack
    checks, with the user's own tools and problem packages: what names programs, hosts, keys or
    paths comes from CONFIG (a TOML file), never from FOLDER, which is only read. With --simulator,
    a pair holds only if that simulator, on inputs that it chooses, finds it fast enough. An
    interrupted command goes on where it was. Exit status 1 if a row does not hold, 4 if none is
    wrong but one cannot be verified.
    """
    from pieforge.cli.actions.verify import verify
    from pieforge.config import Config, load_config

    own = load_config(config) if config is not None else Config()
    raise SystemExit(verify(folder, own, simulator, sample, as_json=as_json))
