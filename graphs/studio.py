"""The plain graph for LangGraph's own tools (langgraph.json), which bring a checkpointer."""

from pieforge.graphs.self_play import build_graph

graph = build_graph(rounds_wanted=2)
