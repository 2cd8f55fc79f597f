"""`pieforge verify`: check every pair of a run again."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import ExitStatus


@click.command()
@click.argument("folder", type=FOLDER)
@click.argument("config", type=FILE, required=False)
@click.option(
    "--simulator", default="", help="Simulator that must confirm; by default each row's own."
)
@json_option
def command(folder: Path, config: Path | None, simulator: str, as_json: bool) -> None:
    """Compile, run and simulate every pair in FOLDER again, from its own row and the stored tests.

    Repeats other builds, perturbed re-runs and hack checks, too. With --simulator, a pair holds
    only if that simulator, on inputs that it chooses, finds it fast enough. Prints the strata of
    the inputs and, for a pair that no longer holds, the first input on which its programs
    differ, reduced in size. Exit status 1 if there is such a pair.
    """
    from pieforge.cli.actions.verify import verify
    from pieforge.config import Config, load_config

    own = load_config(config) if config is not None else Config()
    raise SystemExit(ExitStatus.from_answer(verify(folder, own, simulator, as_json=as_json)))
