"""`pieforge report`: write one HTML file that shows a run, or two next to each other."""

from pathlib import Path

import click

from pieforge.cli.output import FILE, FOLDER, json_option


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--compare", "other", type=FOLDER, help="Run folder of a second run to compare with.")
@click.option("--out", type=FILE, help="The file; by default report.html in FOLDER.")
@click.option(
    "--reference", type=FOLDER, help="Folder of programs that people wrote, to compare with."
)
@json_option
def command(
    folder: Path, other: Path | None, out: Path | None, reference: Path | None, as_json: bool
) -> None:
    """Write a report on the run in FOLDER: one HTML file that needs no network and no other file.

    It has the funnel, yields, costs, speedups, every pair with its diff, measurements, checks and
    ancestors, and every refusal. A report that exists is replaced. Equal runs give equal bytes.
    """
    from pieforge.cli.output import format_count, print_json, print_line
    from pieforge.report.write_report import write_report

    found = write_report(folder, other, out or folder / "report.html", reference)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    for note in found.missing:
        print_line(f"note: {note}", err=True)
    pairs, programs = format_count(found.pairs, "pair"), format_count(found.programs, "program")
    print_line(f"{pairs}, {found.rejects} refused, {programs}: {found.file}")
