"""Who came from whom: programs, classes and pairs as one networkx graph."""

from collections.abc import Iterable

import networkx as nx

from pieforge.export.tuned_models import TunedModel
from pieforge.records import Origin
from pieforge.rows import CallRow, Pair, ProgramRow


def build_lineage(
    programs: Iterable[ProgramRow],
    pairs: Iterable[Pair],
    models: Iterable[TunedModel] = (),
    calls: Iterable[CallRow] = (),
) -> "nx.DiGraph[str]":
    """Return the graph; every edge points from what was made to what it was made from.

    Nodes have a `kind`: program, class, pair or model. Edges have a `relation`:
    `departs_from` (author's program to the program it varies), `optimizes` (fast to slow),
    `shown` (made with that program in the prompt), `member_of` (program to class), `slow` and
    `fast` (pair to its sides), `enabled_by` (pair to the earlier pair that made it possible),
    `trained_on` (fine-tuned model to pair), `written_by` (program to the model).
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for program in programs:
        graph.add_node(
            program.program_id,
            kind="program",
            problem_id=program.problem_id,
            language=program.language,
            origin=str(program.origin),
            round=program.round,
        )
        first = "optimizes" if program.origin is Origin.OPTIMIZER else "departs_from"
        for index, parent in enumerate(program.parent_ids):
            # A seed can also be among the examples; the relation that comes first is the stronger.
            if not graph.has_edge(program.program_id, parent):
                relation = "shown" if index else first
                graph.add_edge(program.program_id, parent, relation=relation)
        if program.class_id:
            graph.add_node(program.class_id, kind="class")
            graph.add_edge(program.program_id, program.class_id, relation="member_of")
    for pair in pairs:
        graph.add_node(
            pair.record_id,
            kind="pair",
            round=pair.round,
            speedup=pair.speedup,
            speedup_at_least=pair.speedup_at_least,
        )
        graph.add_edge(pair.record_id, pair.src_id, relation="slow")
        graph.add_edge(pair.record_id, pair.tgt_id, relation="fast")
        if pair.enabled_by:
            graph.add_edge(pair.record_id, pair.enabled_by, relation="enabled_by")
    engines = {call.call_id: call.endpoint for call in calls}
    names = {}
    for model in models:
        names[model.engine] = model.name
        graph.add_node(model.name, kind="model", is_promoted=model.is_promoted)
        for record_id in model.record_ids:
            graph.add_edge(model.name, record_id, relation="trained_on")
    for program in programs:
        if (name := names.get(engines.get(program.call_id, ""))) is not None:
            graph.add_edge(program.program_id, name, relation="written_by")
    return graph
