import importlib
import json
from pathlib import Path

from pieforge.graphs.self_play import batch_graph, build, candidate_graph

ROOT = Path(__file__).parent.parent.parent


def test_the_pictures_in_the_architecture_are_those_of_the_code() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    for graph in (build(2), batch_graph(), candidate_graph()):
        assert graph.get_graph().draw_mermaid().strip() in text


def test_every_node_of_the_loop_is_reached_from_the_start() -> None:
    for graph in (build(2), batch_graph(), candidate_graph()):
        drawn = graph.get_graph()
        reached, todo = set(), ["__start__"]
        while todo:
            here = todo.pop()
            if here not in reached:
                reached.add(here)
                todo += [edge.target for edge in drawn.edges if edge.source == here]
        assert reached == set(drawn.nodes)


def test_langgraphs_own_tools_find_a_plain_graph() -> None:
    declared = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["self_play"]
    module, name = declared.split(":")
    graph = getattr(importlib.import_module(module), name)
    assert graph.checkpointer is None  # LangGraph's server brings its own
    assert set(graph.get_graph().nodes) == set(build(2).get_graph().nodes)
