"""Who came from whom: programs, classes and pairs as one networkx graph."""

from collections.abc import Iterable, Mapping

import networkx as nx

from pieforge.graphs.results import KeptPair
from pieforge.records import Origin, Program


def build_lineage(
    programs: Iterable[Program], classes: Mapping[str, str], pairs: Iterable[KeptPair]
) -> "nx.DiGraph[str]":
    """Return the graph; every edge points from what was made to what it was made from.

    Nodes have a `kind`: program, class or pair. Edges have a `relation`:
    `departs_from` (author's program to the program it varies), `optimizes` (fast to slow),
    `shown` (made with that program in the prompt), `member_of` (program to class), `slow` and
    `fast` (pair to its sides), `enabled_by` (pair to the earlier pair that made it possible).
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
    for name, class_id in sorted(classes.items()):
        graph.add_node(class_id, kind="class")
        graph.add_edge(name, class_id, relation="member_of")
    for pair in pairs:
        graph.add_node(
            pair.record_id, kind="pair", round=pair.slow.round, speedup=float(pair.speedup)
        )
        graph.add_edge(pair.record_id, pair.slow.program_id, relation="slow")
        graph.add_edge(pair.record_id, pair.fast.program_id, relation="fast")
        for earlier in pair.enabled_by:
            graph.add_edge(pair.record_id, earlier, relation="enabled_by")
    return graph
