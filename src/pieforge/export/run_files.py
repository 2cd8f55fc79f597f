"""The run folder's files: derived from the ledger, in sorted order, each whole or not at all."""

import io
import json
import logging
from collections.abc import Mapping, Sequence
from typing import cast

import networkx as nx

from pieforge.export.card import render_card
from pieforge.export.lineage import build_lineage
from pieforge.export.program_rows import build_program_rows, iter_rejects
from pieforge.export.row_measurements import build_tool_set
from pieforge.export.rows import (
    PairEvidence,
    build_pair,
    collect_evidence,
    iter_candidates,
    iter_kept_pairs,
)
from pieforge.export.side_rows import build_call_rows, iter_contents, iter_pair_tests, iter_problems
from pieforge.export.summary import RunSummary, summarize_run
from pieforge.export.tuned_models import REGISTRY, iter_tuned_models
from pieforge.files import write_jsonl, write_text
from pieforge.graphs.classes.snapshot import ClassMembership, collect_memberships
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.speedup_prediction import summarize_prefilter
from pieforge.graphs.results import KeptPair
from pieforge.records import FrozenModel
from pieforge.rows import CallRow, Pair, PairTests, ProblemRow, ProgramRow

SUMMARY = "summary.json"
_logger = logging.getLogger(__name__)


def export_run(context: Context) -> None:
    """Write every exported file of a run folder (`pieforge.rows.FILES`), lineage and card.

    Raises:
        StorageError: The disk is full; the older files are still whole.
    """
    folder = context.folder
    tables = build_tables(context)
    for name, rows in tables.items():
        values = [row.model_dump(mode="json") for row in rows]
        if name.endswith(".jsonl"):
            write_jsonl(folder / name, values)
        else:
            value = values[0] if name == SUMMARY else values
            write_text(folder / name, json.dumps(value, indent=1) + "\n")
    pairs = cast("list[Pair]", tables["pairs.jsonl"])
    programs = cast("list[ProgramRow]", tables["programs.jsonl"])
    graph = io.BytesIO()
    models = list(iter_tuned_models(context.ledger))
    calls = cast("list[CallRow]", tables["calls.jsonl"])
    nx.write_graphml(build_lineage(programs, pairs, models, calls), graph)
    if models:
        registry = [it.model_dump(mode="json") for it in models]
        write_text(folder / REGISTRY, json.dumps(registry, indent=1) + "\n")
    write_text(folder / "lineage.graphml", graph.getvalue().decode())
    card = render_card(
        context.config,
        pairs,
        cast("list[ProblemRow]", tables["problems.jsonl"]),
        calls,
        cast("RunSummary", tables[SUMMARY][0]),
        summarize_prefilter(context.ledger),
        cast("list[PairTests]", tables["tests.jsonl"]),
    )
    write_text(folder / "README.md", card)
    counts = {name: len(tables[f"{name}.jsonl"]) for name in ("pairs", "rejects", "programs")}
    _logger.info("exported", extra={"data": counts})


def build_tables(context: Context) -> dict[str, Sequence[FrozenModel]]:
    """Return the rows of every file of `pieforge.rows.FILES`, derived from the ledger.

    And the one object of summary.json.
    """
    standing = collect_memberships(context)
    evidence = collect_kept_evidence(context, standing)
    rejects = sorted(iter_rejects(context), key=lambda reject: reject.record_id)
    programs = sorted(build_program_rows(context, standing), key=lambda row: row.program_id)
    pairs = [build_pair(one) for one in evidence]
    named = {row.call_id for rows in (pairs, programs, rejects) for row in rows}
    for _, candidate in iter_candidates(context):
        named.update(candidate.optimize.other_calls if candidate.optimize else ())
    calls = list(build_call_rows(context, named))
    call_ids = {call.call_id for call in calls}
    return {
        "pairs.jsonl": pairs,
        "rejects.jsonl": rejects,
        "programs.jsonl": programs,
        "calls.jsonl": calls,
        "problems.jsonl": list(iter_problems(context)),
        "tests.jsonl": list(iter_pair_tests(context, evidence)),
        "contents.jsonl": list(iter_contents(context, evidence)),
        "tools.json": [build_tool_set(context, name) for name in context.config.run.languages],
        SUMMARY: [summarize_run(context.ledger, rejects, pairs, call_ids)],
    }


def collect_kept_evidence(
    context: Context, standing: Mapping[str, ClassMembership]
) -> list[PairEvidence]:
    """Return what the rows of the run's pairs follow from, sorted by record id.

    Args:
        context: The run's dependencies.
        standing: The place of its programs in the classes (`collect_memberships`).
    """
    # A later batch may have split a class: rows name the class at the end of the run.
    kept = [
        _update_class(pair, standing[pair.slow.program_id])
        for pair in iter_kept_pairs(context)
        # A resumed run has not come to it again yet.
        if pair.slow.program_id in standing
    ]
    evidence = collect_evidence(context, kept, standing)
    return sorted(evidence, key=lambda one: one.pair.record_id)


def _update_class(pair: KeptPair, found: ClassMembership) -> KeptPair:
    """Return a pair with the class that its slow program is in by now."""
    return pair.model_copy(update={"class_id": found.class_id, "class_rank": found.class_rank})
