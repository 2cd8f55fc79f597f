"""`pieforge compare`: do two programs behave the same?"""

from pathlib import Path

import click

from pieforge.cli.output import FILE, json_option, problem_option


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@problem_option
@click.option(
    "--tester", type=FILE, help="Configuration whose [tester] is asked for inputs, in the end."
)
@json_option
def command(a: Path, b: Path, problem: Path, tester: Path | None, as_json: bool) -> None:
    """Look for an input on which programs A and B differ, with every kind of input that there is.

    The package's own tests, fresh ones from its generators, every stratum of inputs made for
    its grammar and, where all those agree, a search that coverage guides, and a model if one is
    named. Answers `equal on k inputs`, or `different` with the smallest input that was found
    (exit status 1).
    """
    from pieforge.cli.actions.compare import compare

    raise SystemExit(0 if compare(a, b, problem, tester, as_json=as_json) else 1)
