"""`pieforge finetune`: train an optimizer on the pairs of runs."""

from pathlib import Path

import click

from pieforge.cli.folder_options import choose_folder
from pieforge.cli.output import FILE, FOLDER, json_option


@click.command()
@click.argument("config", type=FILE)
@click.argument("runs", type=FOLDER, nargs=-1, required=True)
@click.option("--name", help="Name of the model's folder; by default date and time.")
@click.option(
    "--out",
    type=FOLDER,
    default=Path("models"),
    show_default=True,
    help="Folder in which the model's folder is created.",
)
@json_option
def command(
    config: Path, runs: tuple[Path, ...], name: str | None, out: Path, as_json: bool
) -> None:
    """Fine-tune the model of CONFIG's [finetune] on the pairs of the run folders RUNS.

    Pairs are selected as PIE does; none of a validation or held-out problem is. The same --name
    goes on where an interrupted training stopped. Exit status 1 if no model was made, or if its
    server does not answer like the trained model.
    """
    from pieforge.config import load_config

    chosen = load_config(config)
    from pieforge.cli.actions.finetune import finetune_model

    raise SystemExit(finetune_model(chosen, runs, choose_folder(out, name), as_json=as_json))
