"""The actions of `pieforge corpus`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from pieforge.audit import corpora
from pieforge.cli.output import format_count, print_json, print_line, print_table
from pieforge.cli.progress import RunProgress
from pieforge.config import Config
from pieforge.corpus.corpus import Corpus, ExcludedKind, RowKind, open_corpus
from pieforge.errors import CorpusError
from pieforge.export.dataset import parse_condition
from pieforge.files import write_jsonl
from pieforge.graphs.run_folder import open_configured_corpus
from pieforge.interruption import run_async
from pieforge.measurement.prediction.model import TimedRun
from pieforge.records import FrozenModel
from pieforge.rows import Pair, ProblemRow, ProgramRow, Reject

_MODELS: Mapping[RowKind, type[FrozenModel]] = {
    "problem": ProblemRow,
    "program": ProgramRow,
    "pair": Pair,
    "reject": Reject,
    "sample": TimedRun,
}
_STANDING = ("id", "class_id", "found_by", "stale", "excluded")
"""What the corpus says about each row, next to the row's own columns."""
_SHOWN = ("id", "problem_id", "language", "class_id", "found_by", "stale", "excluded")


def _open(config: Config) -> Corpus:
    corpus = open_configured_corpus(config, create=False)
    if corpus is None:
        raise CorpusError("no corpus is named", fix="give --config CONFIG, or --path FILE")
    return corpus


def print_statistics(config: Config, *, as_json: bool) -> None:
    """Print how much a corpus has of what."""
    with closing(_open(config)) as corpus:
        found = corpus.collect_statistics()
    _print_counts(found, as_json=as_json)


def _print_counts(counts: Mapping[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json(dict(counts))
        return
    for name, count in counts.items():
        print_line(f"{name.replace('_', ' ')}: {count}")


def print_rows(
    config: Config,
    kind: RowKind,
    conditions: Sequence[str],
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """List the rows of a kind that fulfill conditions, or write them to a file."""
    columns: dict[str, Any] = {
        key: it.annotation for key, it in _MODELS[kind].model_fields.items()
    } | dict.fromkeys(_STANDING, str)
    criteria = [parse_condition(text, columns) for text in conditions]

    def iter_found(corpus: Corpus) -> Iterator[dict[str, Any]]:
        for row in corpus.iter_rows(kind):
            values = {**row["data"], **{name: row[name] for name in _STANDING}}
            # A program that only a class tree has, has not all columns.
            if all(it.column in values and it.holds(values) for it in criteria):
                yield row

    with closing(_open(config)) as corpus:
        rows = list(iter_found(corpus))
    if out is not None:
        write_jsonl(out, (row["data"] for row in rows))
        print_line(f"{format_count(len(rows), 'row')}: {out}")
    elif as_json:
        print_json({"rows": rows})
    else:
        shown = [[str({**row["data"], **row}.get(name, "")) for name in _SHOWN] for row in rows]
        print_table(f"{kind}s", _SHOWN, shown, text_columns=len(_SHOWN))


def exclude_row(
    config: Config, kind: ExcludedKind, name: str, reason: str, *, as_json: bool
) -> None:
    """Exclude a problem, a class or a pair, or include it again."""
    with closing(_open(config)) as corpus:
        corpus.exclude(kind, name, reason)
        found = corpus.get_exclusions()
    if as_json:
        print_json(found)
        return
    print_line(f"{kind} {name}: {'excluded: ' + reason if reason else 'included again'}")


def collect_garbage(config: Config, forget: str | None, *, as_json: bool) -> None:
    """Remove what no run needs any more."""
    with closing(_open(config)) as corpus:
        if forget is not None:
            corpus.forget_run(forget)
        removed = corpus.collect_garbage()
    _print_counts(removed, as_json=as_json)


def merge_into(config: Config, other: str, *, as_json: bool) -> None:
    """Add another corpus to the one of a configuration."""
    is_address = "://" in other or "=" in other
    path, postgres = (None, other) if is_address else (Path(other), "")
    cache = config.corpus.cache_mb << 20
    with closing(open_corpus(path, postgres, cache, create=False)) as opened:
        added = run_async(
            corpora.merge_corpora(config, opened, lambda line: print_line(line, err=True))
        )
    _print_counts(added, as_json=as_json)


def rejudge(config: Config, *, as_json: bool) -> bool:
    """Judge stale pairs again; return whether none stayed open."""
    with RunProgress() as progress:
        found = run_async(corpora.rejudge_stale(config, progress))
    if as_json:
        print_json(found.model_dump(mode="json"))
        return not found.open
    print_line(f"{format_count(found.holds, 'pair')} hold, {len(found.refused)} are refused")
    for record_id, why in found.refused.items():
        print_line(f"{record_id}: {why}")
    for pending in found.open:
        print_line(f"left open: {pending.subject}: {pending.cause}")
    return not found.open
