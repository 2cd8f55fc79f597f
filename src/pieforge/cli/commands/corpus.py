"""`pieforge corpus`: look at what outlives runs, merge it, exclude from it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pieforge.cli.output import FILE, json_option
from pieforge.errors import ExitStatus, UserInputError


def _corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a corpus."""
    add_config = click.option("--config", type=FILE, help="Configuration that names the corpus.")
    add_path = click.option("--path", type=FILE, help="The corpus's SQLite file, without --config.")
    return add_config(add_path(json_option(command)))


def _load(config: Path | None, path: Path | None) -> Any:  # noqa: ANN401  Config is imported late
    from pieforge.config import Config, CorpusSection, load_config

    chosen = load_config(config) if config is not None else Config()
    if path is not None:
        chosen = chosen.model_copy(update={"corpus": CorpusSection(path=path.resolve())})
    return chosen


@click.group()
def command() -> None:
    """Look at the corpus that runs share (`[corpus]` of a configuration), and change it."""


@command.command()
@_corpus_options
def stats(config: Path | None, path: Path | None, as_json: bool) -> None:
    """Print how much the corpus has of what."""
    from pieforge.cli.actions.corpus import print_statistics

    print_statistics(_load(config, path), as_json=as_json)


@command.command()
@click.argument("kind", type=click.Choice(("problem", "program", "pair", "reject", "sample")))
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="CONDITION",
    help="Condition on a column, or on found_by, stale, excluded, class_id; all must hold.",
)
@click.option("--out", type=FILE, help="Write the rows' columns to this file, as JSON lines.")
@_corpus_options
def query(
    kind: Any,  # noqa: ANN401  one of the choices
    conditions: tuple[str, ...],
    out: Path | None,
    config: Path | None,
    path: Path | None,
    as_json: bool,
) -> None:
    """List the rows of one kind, sorted by id."""
    from pieforge.cli.actions.corpus import print_rows

    print_rows(_load(config, path), kind, conditions, out, as_json=as_json)


@command.command()
@click.argument("kind", type=click.Choice(("problem", "class", "pair")))
@click.argument("name")
@click.option("--reason", default="", help="Why; it is shown where the exclusion takes effect.")
@click.option("--undo", is_flag=True, help="Include it again.")
@_corpus_options
def exclude(
    kind: Any,  # noqa: ANN401  one of the choices
    name: str,
    reason: str,
    undo: bool,
    config: Path | None,
    path: Path | None,
    as_json: bool,
) -> None:
    """Exclude a problem, a class or a pair from later runs, by hand.

    Runs that begin afterwards leave the problem out, refuse programs of the class, and build no
    more on the pair.
    """
    if bool(reason) == undo:
        raise UserInputError(
            "an exclusion has a reason, and its end has none", fix="give --reason TEXT, or --undo"
        )
    from pieforge.cli.actions.corpus import exclude_row

    exclude_row(_load(config, path), kind, name, reason, as_json=as_json)


@command.command()
@click.option("--forget", metavar="RUN", help="Let go of a run that will not be resumed.")
@_corpus_options
def gc(forget: str | None, config: Path | None, path: Path | None, as_json: bool) -> None:
    """Remove what no run needs any more, and measurements beyond `corpus.cache_mb`."""
    from pieforge.cli.actions.corpus import collect_garbage

    collect_garbage(_load(config, path), forget, as_json=as_json)


@command.command()
@click.argument("other")
@_corpus_options
def merge(other: str, config: Path | None, path: Path | None, as_json: bool) -> None:
    """Add another corpus: OTHER is its SQLite file, or the address of a PostgreSQL database.

    Where both have classes of one input format, programs are run, in the sandbox.
    """
    from pieforge.cli.actions.corpus import merge_into

    merge_into(_load(config, path), other, as_json=as_json)


@command.command()
@_corpus_options
def rejudge(config: Path | None, path: Path | None, as_json: bool) -> None:
    """Judge the pairs again whose problem package or tools have changed since.

    A pair that is refused is excluded with the reason. Exit status 1 if infrastructure failures
    left some open.
    """
    from pieforge.cli.actions.corpus import rejudge as act

    raise SystemExit(ExitStatus.from_answer(act(_load(config, path), as_json=as_json)))
