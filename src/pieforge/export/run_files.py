"""The run folder's files: derived from the ledger, in sorted order, each whole or not at all."""

import io
import json
import logging
from collections.abc import Iterable

import networkx as nx

from pieforge.export.card import render_card
from pieforge.export.lineage import build_lineage
from pieforge.export.program_rows import build_program_rows, iter_rejects
from pieforge.export.row_measurements import build_tool_set
from pieforge.export.rows import build_pair, collect_evidence, iter_kept_pairs
from pieforge.export.side_rows import iter_calls, iter_contents, iter_pair_tests, iter_problems
from pieforge.files import write_jsonl, write_text
from pieforge.graphs.classes.snapshot import ClassMembership, collect_memberships
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.speedup_prediction import summarize_prefilter
from pieforge.graphs.funnel import build_funnels
from pieforge.graphs.results import KeptPair
from pieforge.records import FrozenModel

_logger = logging.getLogger(__name__)


def export_run(context: Context) -> None:
    """Write every exported file of a run folder (`pieforge.rows.FILES`), lineage and card.

    Raises:
        StorageError: The disk is full; the older files are still whole.
    """
    # A later batch may have split a class: rows name the class at the end of the run.
    standing = collect_memberships(context)
    kept = sorted(
        (
            _update_class(pair, standing[pair.slow.program_id])
            for pair in iter_kept_pairs(context)
            # A resumed run has not come to it again yet.
            if pair.slow.program_id in standing
        ),
        key=lambda pair: pair.record_id,
    )
    evidence = list(collect_evidence(context, kept, standing))
    pairs = [build_pair(one) for one in evidence]
    programs = sorted(build_program_rows(context, standing), key=lambda row: row.program_id)
    rejects = sorted(iter_rejects(context), key=lambda reject: reject.record_id)
    problems = list(iter_problems(context))
    named = {row.call_id for rows in (pairs, programs, rejects) for row in rows}
    tables: dict[str, Iterable[FrozenModel]] = {
        "pairs": pairs,
        "rejects": rejects,
        "programs": programs,
        "calls": iter_calls(context, named),
        "problems": problems,
        "tests": iter_pair_tests(context, evidence),
        "contents": iter_contents(context, evidence),
    }
    folder = context.folder
    for name, rows in tables.items():
        write_jsonl(folder / f"{name}.jsonl", (row.model_dump(mode="json") for row in rows))
    tools = [build_tool_set(context, name) for name in context.config.run.languages]
    values = [one.model_dump(mode="json") for one in tools]
    write_text(folder / "tools.json", json.dumps(values, indent=1) + "\n")
    graph = io.BytesIO()
    nx.write_graphml(build_lineage(programs, pairs), graph)
    write_text(folder / "lineage.graphml", graph.getvalue().decode())
    card = render_card(
        context.config,
        pairs,
        problems,
        build_funnels(context.ledger),
        summarize_prefilter(context.ledger),
    )
    write_text(folder / "README.md", card)
    counts = {"pairs": len(pairs), "rejects": len(rejects), "programs": len(programs)}
    _logger.info("exported", extra={"data": counts})


def _update_class(pair: KeptPair, found: ClassMembership) -> KeptPair:
    """Return a pair with the class that its slow program is in by now."""
    return pair.model_copy(update={"class_id": found.class_id, "class_rank": found.class_rank})
