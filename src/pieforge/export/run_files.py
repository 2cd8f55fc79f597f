"""The run folder's files: derived from the ledger, in sorted order, each whole or not at all."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import networkx as nx

from pieforge.export.card import dataset_card
from pieforge.export.lineage import lineage
from pieforge.export.rows import kept_pairs, pair_rows
from pieforge.files import write_jsonl, write_text
from pieforge.graphs.classes.snapshot import UNCLASSED, Standing, standings
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.speedup_prediction import prefilter
from pieforge.graphs.funnel import funnels
from pieforge.graphs.results import Grouped, Kept, Settled, Sifted
from pieforge.records import Program, Reject


def export_run(context: Context) -> None:
    """Write pairs.jsonl, rejects.jsonl, programs.jsonl, lineage.graphml and the dataset card.

    Raises:
        StorageError: The disk is full; the older files are still whole.
    """
    folder = context.folder
    standing = standings(context)
    kept = sorted(
        (_restated(pair, standing) for pair in kept_pairs(context)),
        key=lambda pair: pair.record_id,
    )
    rows = list(pair_rows(context, kept))
    programs = sorted(all_programs(context, kept), key=lambda program: program.program_id)
    classes = {name: found.class_id for name, found in standing.items()}
    write_jsonl(folder / "pairs.jsonl", (row.model_dump(mode="json") for row in rows))
    rejects = sorted(_rejects(context), key=lambda reject: reject.record_id)
    write_jsonl(folder / "rejects.jsonl", (row.model_dump(mode="json") for row in rejects))
    write_jsonl(folder / "programs.jsonl", (_program_row(context, p, standing) for p in programs))
    graph = io.BytesIO()
    nx.write_graphml(lineage(programs, classes, kept), graph)
    write_text(folder / "lineage.graphml", graph.getvalue().decode())
    card = dataset_card(context.config, rows, funnels(context.ledger), prefilter(context.ledger))
    write_text(folder / "README.md", card)


def _restated(pair: Kept, standing: Mapping[str, Standing]) -> Kept:
    """Return a pair with the class that its slow program is in by now."""
    found = standing.get(pair.slow.program_id)
    if found is None:
        return pair
    return pair.model_copy(update={"class_id": found.class_id, "class_rank": found.class_rank})


def all_programs(context: Context, kept: list[Kept]) -> Iterator[Program]:
    """Yield every program once: submissions, the author's, and the fast sides of kept pairs."""
    seen: set[str] = set()
    for program in (
        *(p for prepared in context.prepared.values() for p in prepared.submissions),
        *(p for _, sifted in context.ledger.rows(Sifted) for p in sifted.programs),
        *(pair.fast for pair in kept),
    ):
        if program.program_id not in seen:
            seen.add(program.program_id)
            yield program


def _rejects(context: Context) -> Iterator[Reject]:
    for _, sifted in context.ledger.rows(Sifted):
        yield from sifted.rejects
    for _, grouped in context.ledger.rows(Grouped):
        yield from grouped.rejects
    for _, settled in context.ledger.rows(Settled):
        yield from settled.rejects


def _program_row(
    context: Context, program: Program, standing: Mapping[str, Standing]
) -> dict[str, Any]:
    row = program.model_dump(mode="json")
    row["code"] = context.ledger.text(program.code)
    return row | asdict(standing.get(program.program_id, UNCLASSED))
