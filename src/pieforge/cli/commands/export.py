"""`pieforge export`: write the pairs of runs in a format that others read."""

from pathlib import Path

import click

from pieforge.cli.output import FOLDER, json_option


@click.command()
@click.argument("folders", type=FOLDER, nargs=-1, required=True)
@click.option("--to", "kind", required=True, help="The format; docs/reference/exports.md has all.")
@click.option("--out", type=FOLDER, required=True, help="Folder to create.")
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="CONDITION",
    help="Condition on a column, such as speedup>=10 or language=cpp17; all must hold.",
)
@click.option(
    "--at-most",
    multiple=True,
    metavar="COLUMN=N",
    help="At most N pairs for each value of a column, the fastest first: problem_id=4.",
)
@click.option(
    "--split",
    "splits",
    multiple=True,
    metavar="NAME=SHARE",
    help="A split and its share of the pairs; without it all are in train.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Order of rows, and splits.")
@click.option(
    "--with-surplus", is_flag=True, help="Also pairs that are surplus in their edit cluster."
)
@click.option(
    "--tag-speed", is_flag=True, help="Ask for a score from 1 to 10 in prompts, as PIE does."
)
@json_option
def command(
    folders: tuple[Path, ...],
    kind: str,
    out: Path,
    conditions: tuple[str, ...],
    at_most: tuple[str, ...],
    splits: tuple[str, ...],
    seed: int,
    with_surplus: bool,
    tag_speed: bool,
    as_json: bool,
) -> None:
    """Write the pairs of the runs in FOLDERS to a new folder, in a format that others read.

    Data files have exactly the columns of the format; NAME.metadata.jsonl says on the same line
    where a row is from, and export.json how pairs were chosen. Pairs that share a problem, a class
    or an ancestor are in one split. The same command gives the same bytes.
    """
    from pieforge.cli.output import format_count, print_json, print_line
    from pieforge.export.dataset import (
        Selection,
        parse_condition,
        parse_limits,
        parse_weights,
    )
    from pieforge.export.export_pairs import export_pairs

    selection = Selection(
        conditions=tuple(map(parse_condition, conditions)),
        most=parse_limits(at_most),
        weights=parse_weights(splits),
        seed=seed,
        with_surplus=with_surplus,
        tag_speed=tag_speed,
    )
    report = export_pairs(folders, kind, out, selection)
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    for reason, count in report.left_out.items():
        print_line(f"left out: {format_count(count, 'pair')} ({reason})")
    for split, count in report.rows.items():
        print_line(f"{split}: {format_count(count, 'row')}")
    print_line(f"{format_count(report.pairs, 'pair')} as {report.kind}: {out}")
