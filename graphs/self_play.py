"""The wiring of self-play: rounds of batches of candidates. Nothing but wiring is here."""

from collections.abc import Sequence

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Send

from pieforge.graphs.context import Context
from pieforge.graphs.nodes.author import author
from pieforge.graphs.nodes.check_outputs import check_outputs
from pieforge.graphs.nodes.collect import collect
from pieforge.graphs.nodes.confirm import confirm
from pieforge.graphs.nodes.deduplicate import deduplicate
from pieforge.graphs.nodes.export import export
from pieforge.graphs.nodes.feedback import feedback
from pieforge.graphs.nodes.fit_scaling import fit_scaling
from pieforge.graphs.nodes.measure import measure
from pieforge.graphs.nodes.next_batch import next_batch
from pieforge.graphs.nodes.optimize import optimize
from pieforge.graphs.nodes.parse_replies import parse_replies
from pieforge.graphs.nodes.plan_round import plan_round
from pieforge.graphs.nodes.run_programs import run_programs
from pieforge.graphs.nodes.sanitize import sanitize
from pieforge.graphs.nodes.start_batch import start_batch
from pieforge.graphs.nodes.vet import vet
from pieforge.graphs.state import BatchState, CandidateOutput, CandidateState, RoundState

RoundGraph = CompiledStateGraph[RoundState, Context, RoundState, RoundState]
BatchGraph = CompiledStateGraph[BatchState, Context, BatchState, BatchState]
CandidateGraph = CompiledStateGraph[CandidateState, Context, CandidateState, CandidateOutput]


def build_candidate_graph() -> CandidateGraph:
    """Build: vet, optimize, check outputs, measure, sanitize, confirm, fit the scaling.

    Not checkpointed: the ledger is.
    """
    graph = StateGraph(CandidateState, Context, output_schema=CandidateOutput)
    graph.add_node("vet", vet)
    graph.add_node("optimize", optimize)
    graph.add_node("check_outputs", check_outputs)
    graph.add_node("measure", measure)
    graph.add_node("sanitize", sanitize)
    graph.add_node("confirm", confirm)
    graph.add_node("fit_scaling", fit_scaling)
    graph.add_edge(START, "vet")
    graph.add_edge("sanitize", "confirm")
    graph.add_edge("fit_scaling", END)
    return graph.compile(checkpointer=False, name="candidate")


def build_batch_graph() -> BatchGraph:
    """Build: author, run, class, make faster, keep."""
    graph = StateGraph(BatchState, Context)
    graph.add_node("start_batch", start_batch)
    graph.add_node("author", author)
    graph.add_node("parse_replies", parse_replies)
    graph.add_node("run_programs", run_programs)
    graph.add_node("deduplicate", deduplicate)
    graph.add_node("candidate", build_candidate_graph())
    graph.add_node("collect", collect)
    graph.add_edge(START, "start_batch")
    graph.add_conditional_edges("start_batch", _send_calls, ["author", "parse_replies"])
    graph.add_edge("author", "parse_replies")
    graph.add_conditional_edges("parse_replies", _send_programs, ["run_programs", "deduplicate"])
    graph.add_edge("run_programs", "deduplicate")
    graph.add_conditional_edges("deduplicate", _send_members, ["candidate", "collect"])
    graph.add_edge("candidate", "collect")
    graph.add_edge("collect", END)
    return graph.compile(name="batch")


def build_graph(
    rounds_wanted: int, checkpointer: BaseCheckpointSaver[str] | None = None
) -> RoundGraph:
    """Build the whole loop for a number of rounds."""

    def choose_after_batch(state: RoundState) -> str:
        return "next_batch" if state["batch"] + 1 < state["batches"] else "export"

    def choose_after_export(state: RoundState) -> str:
        return "feedback" if state["round"] < rounds_wanted else END

    graph = StateGraph(RoundState, Context)
    graph.add_node("plan_round", plan_round)
    graph.add_node("batch", build_batch_graph())
    graph.add_node("next_batch", next_batch)
    graph.add_node("export", export)
    graph.add_node("feedback", feedback)
    graph.add_edge(START, "plan_round")
    graph.add_edge("plan_round", "batch")
    graph.add_conditional_edges("batch", choose_after_batch, ["next_batch", "export"])
    graph.add_edge("next_batch", "batch")
    graph.add_conditional_edges("export", choose_after_export, ["feedback", END])
    graph.add_edge("feedback", "plan_round")
    return graph.compile(checkpointer=checkpointer, name="self-play")


def _send_calls(state: BatchState) -> Sequence[Send] | str:
    where = {"round": state["round"], "batch": state["batch"]}
    return [Send("author", {**where, "call": call}) for call in state["calls"]] or "parse_replies"


def _send_programs(state: BatchState) -> Sequence[Send] | str:
    return [Send("run_programs", {"program": name}) for name in state["programs"]] or "deduplicate"


def _send_members(state: BatchState) -> Sequence[Send] | str:
    where = {"round": state["round"], "batch": state["batch"]}
    return [Send("candidate", {**where, "member": name}) for name in state["members"]] or "collect"
