"""`pieforge eval`: measure how good an optimizer is."""

from pathlib import Path

import click

from pieforge.cli.folder_options import choose_folder, folder_options
from pieforge.cli.output import FILE, FOLDER, json_option
from pieforge.errors import UserInputError


@click.command()
@click.argument("config", type=FILE, required=False)
@click.option(
    "--part",
    default="validation",
    show_default=True,
    help="Problems to take: a part of split.toml.",
)
@click.option(
    "--reference", type=FILE, help="Slow programs; by default reference.jsonl of the problems."
)
@click.option("--behaviors", type=FOLDER, help="Take renamed slow programs of this run instead.")
@click.option(
    "--train",
    type=FOLDER,
    multiple=True,
    help="Run with training pairs: what is too near is left out.",
)
@click.option("--compare", type=FOLDER, nargs=2, help="Compare two finished evaluations.")
@folder_options
@json_option
def command(
    config: Path | None,
    part: str,
    reference: Path | None,
    behaviors: Path | None,
    train: tuple[Path, ...],
    compare: tuple[Path, Path] | None,
    name: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Ask the optimizer of CONFIG about slow programs, judge every answer, and print metrics.

    The judging code is that of `pieforge run`. Without CONFIG, the embedded optimizer is asked. The
    same --name goes on where an interrupted evaluation stopped. Exit status 1 if infrastructure
    failures left something open, 3 if a limit of [budget] ended it.
    """
    from pieforge.config import Config, load_config

    if compare is not None:
        if config or behaviors or train or reference:
            raise UserInputError(
                "--compare takes two finished evaluations only", fix="leave the rest out"
            )
        from pieforge.cli.actions.evaluate import compare_folders

        compare_folders(*compare, as_json=as_json)
        return
    if behaviors is not None and not train:
        raise UserInputError(
            "--behaviors needs --train: only behaviors that no training pair has are held out",
            fix="name the runs whose pairs are trained on",
        )
    chosen = load_config(config) if config is not None else Config()
    from pieforge.cli.actions.evaluate import evaluate_optimizer, plan_evaluation

    plan = plan_evaluation(chosen, part, reference, behaviors, train)
    raise SystemExit(evaluate_optimizer(choose_folder(out, name), chosen, plan, as_json=as_json))
