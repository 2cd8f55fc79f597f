"""The run folder's files: derived from the ledger, in sorted order, each whole or not at all."""

import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import networkx as nx

from pieforge.export.card import render_card
from pieforge.export.lineage import build_lineage
from pieforge.export.rows import build_rows, iter_kept_pairs
from pieforge.files import write_jsonl, write_text
from pieforge.graphs.classes.snapshot import UNCLASSED, ClassMembership, collect_memberships
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.speedup_prediction import summarize_prefilter
from pieforge.graphs.funnel import build_funnels
from pieforge.graphs.results import CollectResult, DeduplicateResult, KeptPair, ParseRepliesResult
from pieforge.records import Program, Reject

_logger = logging.getLogger(__name__)


def export_run(context: Context) -> None:
    """Write pairs.jsonl, rejects.jsonl, programs.jsonl, lineage.graphml and the dataset card.

    Raises:
        StorageError: The disk is full; the older files are still whole.
    """
    folder = context.folder
    # A later batch may have split a class: rows name the class at the end of the run.
    standing = collect_memberships(context)
    kept = sorted(
        (_update_class(pair, standing) for pair in iter_kept_pairs(context)),
        key=lambda pair: pair.record_id,
    )
    rows = list(build_rows(context, kept))
    programs = sorted(iter_programs(context, kept), key=lambda program: program.program_id)
    classes = {name: found.class_id for name, found in standing.items()}
    write_jsonl(folder / "pairs.jsonl", (row.model_dump(mode="json") for row in rows))
    rejects = sorted(_iter_rejects(context), key=lambda reject: reject.record_id)
    write_jsonl(folder / "rejects.jsonl", (row.model_dump(mode="json") for row in rejects))
    write_jsonl(folder / "programs.jsonl", (_build_program_row(p, standing) for p in programs))
    graph = io.BytesIO()
    nx.write_graphml(build_lineage(programs, classes, kept), graph)
    write_text(folder / "lineage.graphml", graph.getvalue().decode())
    card = render_card(
        context.config, rows, build_funnels(context.ledger), summarize_prefilter(context.ledger)
    )
    write_text(folder / "README.md", card)
    counts = {"pairs": len(rows), "rejects": len(rejects), "programs": len(programs)}
    _logger.info("exported", extra={"data": counts})


def _update_class(pair: KeptPair, standing: Mapping[str, ClassMembership]) -> KeptPair:
    """Return a pair with the class that its slow program is in by now."""
    found = standing.get(pair.slow.program_id)
    if found is None:
        return pair
    return pair.model_copy(update={"class_id": found.class_id, "class_rank": found.class_rank})


def iter_programs(context: Context, kept: list[KeptPair]) -> Iterator[Program]:
    """Yield every program once: submissions, the author's, and the fast sides of kept pairs."""
    seen: set[str] = set()
    for program in (
        *(p for prepared in context.prepared.values() for p in prepared.submissions),
        *(
            p
            for _, parsed in context.ledger.iter_results(ParseRepliesResult)
            for p in parsed.programs
        ),
        *(pair.fast for pair in kept),
    ):
        if program.program_id not in seen:
            seen.add(program.program_id)
            yield program


def _iter_rejects(context: Context) -> Iterator[Reject]:
    for _, parsed in context.ledger.iter_results(ParseRepliesResult):
        yield from parsed.rejects
    for _, classified in context.ledger.iter_results(DeduplicateResult):
        yield from classified.rejects
    for _, collected in context.ledger.iter_results(CollectResult):
        yield from collected.rejects


def _build_program_row(program: Program, standing: Mapping[str, ClassMembership]) -> dict[str, Any]:
    return program.model_dump(mode="json") | asdict(standing.get(program.program_id, UNCLASSED))
