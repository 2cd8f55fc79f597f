import importlib
import json
import re
from pathlib import Path

import pytest

from pieforge.graphs import results
from pieforge.graphs.funnel import STAGES, Funnel
from pieforge.graphs.nodes import collect
from pieforge.graphs.self_play import (
    build_batch_graph,
    build_candidate_graph,
    build_evaluation_graph,
    build_graph,
    build_judging_graph,
    build_subject_graph,
    build_turns_graph,
)

ROOT = Path(__file__).parent.parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()

BUILDERS = {
    "round": lambda: build_graph(2),
    "batch": build_batch_graph,
    "candidate": build_candidate_graph,
    "evaluation": build_evaluation_graph,
    "subject": build_subject_graph,
    "judging": build_judging_graph,
    "turns": build_turns_graph,
}
_STAGES_OF_PROGRAMS = {"parse_replies", "run_programs", "deduplicate"}
"""Stages that refuse programs before they become slow programs with candidates."""

GRAPHS = pytest.mark.parametrize("name", BUILDERS)


def drawn_edges(name: str) -> set[tuple[str, str, bool]]:
    """Return the edges in a diagram of a graph: source, target, whether it is dotted."""
    [picture] = re.findall(rf"  subgraph {name}\n(.*?)\n  end", ARCHITECTURE, re.DOTALL)
    edges = set()
    for line in picture.splitlines():
        nodes, arrows = re.findall(r"\w+", line), re.findall(r"-->|-\.->", line)
        assert len(nodes) == len(arrows) + 1, line
        edges |= {
            (source, target, arrow == "-.->")
            for source, target, arrow in zip(nodes, nodes[1:], arrows, strict=False)
        }
    return edges


@GRAPHS
def test_the_pictures_in_the_architecture_are_those_of_the_code(name: str) -> None:
    drawn = BUILDERS[name]().get_graph()
    assert drawn_edges(name) == {
        (edge.source, edge.target, edge.conditional) for edge in drawn.edges
    }


def test_an_evaluation_within_a_run_does_not_take_the_runs_checkpoints_for_its_own() -> None:
    # By default a graph that a node plays inherits the checkpointer of the graph around it.
    assert build_evaluation_graph().checkpointer is False


@GRAPHS
def test_every_node_of_the_loop_is_reached_from_the_start(name: str) -> None:
    drawn = BUILDERS[name]().get_graph()
    reached, todo = set(), ["__start__"]
    while todo:
        here = todo.pop()
        if here not in reached:
            reached.add(here)
            todo += [edge.target for edge in drawn.edges if edge.source == here]
    assert reached == set(drawn.nodes)


@GRAPHS
def test_every_node_is_a_function_of_its_own_name_in_a_file_of_that_name(name: str) -> None:
    for node in BUILDERS[name]().get_graph().nodes:
        if node not in {"__start__", "__end__", *BUILDERS}:
            module = importlib.import_module(f"pieforge.graphs.nodes.{node}")
            assert callable(getattr(module, node))


def test_a_result_is_named_like_its_node_in_the_code_and_in_the_ledger() -> None:
    nodes = {node for build in BUILDERS.values() for node in build().get_graph().nodes}
    kinds = {name: kind for name, kind in vars(results).items() if name.endswith("Result")}
    found = {
        name: getattr(kind, "KIND", "")
        for name, kind in kinds.items()
        if kind.__module__ == results.__name__ and name not in {"StageResult", "JudgingResult"}
    }
    assert len(found) >= 12
    for name, kind in found.items():
        node = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Result")).lower()
        assert node in nodes
        assert kind in ("", node)


def test_a_candidates_record_has_a_part_for_each_of_its_stages() -> None:
    stages = [*build_candidate_graph().get_graph().nodes]
    parts = [name for name in results.CandidateResult.model_fields if name in stages]
    assert parts == stages[1:-2]
    assert stages[-2:] == ["end_candidate", "__end__"]


def test_every_reject_stage_and_every_node_that_lets_programs_through_has_a_funnel_column() -> None:
    nodes = [node for build in BUILDERS.values() for node in build().get_graph().nodes]
    columns = [stage for stage in STAGES if stage in nodes]
    assert [stage for stage in STAGES if stage not in nodes] == ["compiled", "classes", "open"]
    assert tuple(Funnel.model_fields) == ("round", *STAGES)
    assert {*collect.STAGES, *_STAGES_OF_PROGRAMS} <= set(columns)


def test_langgraphs_own_tools_find_a_plain_graph() -> None:
    declared = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["self_play"]
    module, name = declared.split(":")
    graph = getattr(importlib.import_module(module), name)
    assert graph.checkpointer is None  # LangGraph's server provides its own
    assert set(graph.get_graph().nodes) == set(build_graph(2).get_graph().nodes)
