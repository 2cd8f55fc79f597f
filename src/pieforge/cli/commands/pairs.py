"""`pieforge pairs`: find pairs in submissions that people wrote."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option


@click.group()
def command() -> None:
    """Make pairs without a run."""


@command.command("mine")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--from", "kind", required=True, help="The collection: codenet or pie.")
@click.option("--problems", type=FOLDER, required=True, help="Its packages, as imported.")
@click.option("--out", type=FOLDER, required=True, help="Folder for the pairs.")
@click.option(
    "--gain",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.1,
    show_default=True,
    help="Part of its time that the earlier program loses at least.",
)
@click.option("--across-authors", is_flag=True, help="Pair programs of different authors instead.")
@click.option(
    "--limit",
    type=click.IntRange(min=2),
    default=40,
    show_default=True,
    help="Submissions to try of each problem.",
)
@click.option("--config", type=FILE, help="Configuration: run.languages, limits, simulator.")
@json_option
def mine_command(
    path: Path,
    kind: str,
    problems: Path,
    out: Path,
    gain: float,
    across_authors: bool,
    limit: int,
    config: Path | None,
    as_json: bool,
) -> None:
    """Pair the submissions of each author in order of time, as PIE does, and measure them again.

    OUT/pairs.jsonl has PIE's columns first. Both programs give the same outputs on all inputs of
    the package. The same command runs nothing twice. Exit status 1 if there is no pair.
    """
    from pieforge.cli.actions.mine_pairs import mine
    from pieforge.config import Config, load_config
    from pieforge.graphs.mined_pairs import MiningPlan

    plan = MiningPlan(problems, gain, across_authors, limit)
    chosen = load_config(config) if config else Config()
    raise SystemExit(mine(kind, path, out, chosen, plan, as_json=as_json))
